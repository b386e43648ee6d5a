"""An instance that is open to strangers: they change nothing, whatever they click or send; its operator may."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from core.compute.jobs import Job
from core.errors import NotAllowedError
from core.policy import EVALUATIONS, HISTORY_MB, Change
from tests.pages.opening import ROOT, opened
from ui import access
from ui.widgets import allowed_jobs, evaluation_files, evaluation_form, job_controls, upload_form

pytestmark = pytest.mark.slow
PAGES = ("home", "map", "recommend", "compare", "you", "methods", "evaluate", "matrix", "data")
CHANGES = ("Repair", "Bring up to date", "Build", "Build it", "Fetch", "Check and build", "Stop")


class Recorded:
    """Jobs that are only noted down."""

    in_turn = 0
    queue: tuple[tuple[str, Job], ...] = ()

    def __init__(self) -> None:
        self.started: list[tuple[str, dict[str, object]]] = []
        self.commands: list[list[str]] = []

    def get(self, name: str) -> None:
        return None

    def of_base(self, base: str) -> list[tuple[str, Job]]:
        return []

    def start(self, name: str, title: str, arguments: list[str], **how: object) -> None:
        how.pop("at_end")
        self.started.append((name, how))
        self.commands.append(arguments)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    recorded = Recorded()
    monkeypatch.setattr(allowed_jobs, "_all", lambda: recorded)
    return recorded


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", "1")
    monkeypatch.setenv("MOVIE_ATLAS_OPERATOR_PASSWORD", "sesame: an open one")
    monkeypatch.chdir(ROOT)
    access._wrong_tries().clear()
    most = config.get_option("server.maxUploadSize")
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    config.set_option("server.maxUploadSize", most)


def said(at: AppTest) -> str:
    return " ".join(
        e.value for e in [*at.markdown, *at.caption, *at.info, *at.warning, *at.error, *at.success]
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_finds_nothing_that_changes_anything(app: AppTest, jobs: Recorded, page: str) -> None:
    at = opened(app, page)
    assert not at.exception
    assert not [button.label for button in at.button if button.label in CHANGES]
    assert not [file for file in at.get("file_uploader") if page in ("data", "evaluate")]
    if page == "data":
        assert "open to everybody" in said(at)
        assert "Posters are off" in said(at)
        assert "MovieLens" not in said(at), "what is not built is nothing to a visitor"
    assert "python -m core build" not in said(at)
    assert jobs.started == []


@pytest.mark.parametrize("change", [change for change in Change if change is not Change.EVALUATE])
def test_a_forged_click_starts_nothing(
    app: AppTest, jobs: Recorded, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    monkeypatch.setattr(access, "is_operator", lambda: False)
    state: dict[str, object] = {}
    monkeypatch.setattr(job_controls.st, "session_state", state)
    job_controls.start(change, "tiny", "Build: tiny", ["build", "tiny"])
    assert "Visitors of this instance cannot" in str(state["job_refused"])
    assert jobs.started == []


def test_files_are_not_even_handed_over(
    app: AppTest, jobs: Recorded, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state: dict[str, object] = {"own_name": "mine", "own_files": []}
    monkeypatch.setattr(st, "session_state", state)
    before = set((home / "downloads").iterdir())
    upload_form._hand_over(())
    assert "cannot hand over files" in str(state[upload_form.REFUSED])
    assert set((home / "downloads").iterdir()) == before


def test_lists_and_vectors_are_not_handed_over_either(
    app: AppTest, jobs: Recorded, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SimpleNamespace(name="mine.csv", getbuffer=lambda: memoryview(b"item_id,a,b\n1,2,3\n"))
    state: dict[str, object] = {
        "given_lists": [file], "own-vectors-tiny": file, "own-name-tiny": "mine",
    }  # fmt: skip
    monkeypatch.setattr(st, "session_state", state)
    before = set((home / "downloads").iterdir())
    with pytest.raises(NotAllowedError, match="hand over files"):
        evaluation_files.hand_over_files(with_parts=False)
    del state["given_lists"]
    state |= {"own_train": file, "own_test": file}
    with pytest.raises(NotAllowedError, match="hand over files"):
        evaluation_files.hand_over_files(with_parts=True)
    job_controls._keep_and_build(SimpleNamespace(name="tiny"))
    assert "hand over files" in str(state["job_refused"])
    assert set((home / "downloads").iterdir()) == before
    assert not (home / "vectors").exists()
    assert jobs.started == []


def test_measuring_keeps_its_turn_within_limits(app: AppTest, jobs: Recorded) -> None:
    at = opened(app, "evaluate")
    assert EVALUATIONS.in_words in said(at)
    at.session_state["measured"] = ["popularity", "ease"]
    at.session_state["trials"] = 0
    at.run()
    next(button for button in at.button if button.label == "Measure").click().run()
    ((name, how),) = jobs.started
    assert name.startswith("The evaluation of tiny (")
    assert how == {"keeps_turn": True, "most_seconds": 60.0 * EVALUATIONS.minutes}
    at.session_state["trials"] = 5
    at.run()
    next(button for button in at.button if button.label == "Measure").click().run()
    assert "more than visitors of this instance may have" in said(at)
    assert len(jobs.started) == 1


def test_a_full_queue_is_said(app: AppTest, jobs: Recorded) -> None:
    jobs.in_turn = EVALUATIONS.waiting + 1
    at = opened(app, "evaluate")
    at.session_state["measured"] = ["popularity"]
    at.run()
    next(button for button in at.button if button.label == "Measure").click().run()
    assert "wait for their turn already" in said(at)
    assert jobs.started == []


def test_nobody_stops_what_others_began(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", "1")
    monkeypatch.setattr(access, "is_operator", lambda: False)
    monkeypatch.setattr(access, "visitor", lambda: "me")
    jobs = allowed_jobs.AllowedJobs()
    assert not jobs.may_stop("tiny")
    assert not jobs.may_stop("The evaluation of tiny (somebody else)")
    assert jobs.may_stop(jobs.own_name(evaluation_form.job_name("tiny")))
    monkeypatch.setattr(access, "is_operator", lambda: True)
    assert jobs.may_stop("tiny")


def test_the_operators_password_opens_the_rest_and_leaving_closes_it(app: AppTest, jobs: Recorded) -> None:
    at = opened(app, "data")
    at.text_input(key="operator_password").set_value("guess").run()
    assert "not the password" in said(at)
    assert not [button for button in at.button if button.label in CHANGES]
    at.text_input(key="operator_password").set_value("sesame: an open one").run()
    assert "You are this instance's operator" in said(at)
    next(button for button in at.button if button.label == "Bring up to date").click().run()
    ((name, how),) = jobs.started
    assert (name, how) == ("tiny", {}), "an operator's job waits for nobody"
    at.button(key="operator_leave").click().run()
    assert not [button for button in at.button if button.label in CHANGES]


def test_passwords_cannot_be_guessed_at_will(app: AppTest) -> None:
    at = opened(app, "data")
    for turn in range(access.TRIES):
        at.text_input(key="operator_password").set_value(f"guess {turn}").run()
    at.text_input(key="operator_password").set_value("sesame: an open one").run()
    assert "Too many wrong passwords" in said(at)
    assert not [button for button in at.button if button.label in CHANGES]


def test_without_a_password_nobody_is_the_operator(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOVIE_ATLAS_OPERATOR_PASSWORD")
    at = opened(app, "data")
    assert not [one for one in at.text_input if one.key == "operator_password"]


def test_an_empty_word_is_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets lose the password while a form for it is open somewhere."""
    state: dict[str, object] = {"operator_password": ""}
    monkeypatch.setattr(st, "session_state", state)
    access._wrong_tries().clear()
    for password, given in (("", ""), ("sesame", ""), ("sesame", "s\ud800"), ("sesame", "sesam")):
        monkeypatch.setattr(access, "_password", lambda password=password: password)
        state["operator_password"] = given
        access._sign_in()
        assert not access.is_operator(), (password, given)
    access._wrong_tries().clear()


@pytest.mark.parametrize("content", ["MOVIE_ATLAS_HOSTED = ", None])
def test_secrets_that_cannot_be_read_may_say_that_strangers_visit(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", "0")
    place = tmp_path / "secrets.toml"
    places = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(place)])
    try:
        st.secrets._reset()
        access.be_on_guard()
        assert access.may(Change.BUILD), "there are none"
        if content is None:
            monkeypatch.setattr(st.secrets, "load_if_toml_exists", lambda: (_ for _ in ()).throw(OSError()))
        else:
            place.write_text(content)
        access.be_on_guard()
        assert not access.may(Change.BUILD)
    finally:
        config.set_option("secrets.files", places)
        st.secrets._reset()


@pytest.mark.parametrize(
    ("said", "is_hosted"), [('"1"', True), ("1", True), ("true", True), ('"0"', False), ("false", False)]
)
def test_secrets_say_that_strangers_visit(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, is_hosted: bool
) -> None:
    for name in ("MOVIE_ATLAS_HOSTED", "MOVIE_ATLAS_OPERATOR_PASSWORD"):
        monkeypatch.delenv(name)
    place = tmp_path / "secrets.toml"
    place.write_text(f'MOVIE_ATLAS_HOSTED = {said}\n\n[operator]\npassword = "open"\n')
    places = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(place)])
    try:
        st.secrets._reset()
        access.be_on_guard()
        assert access.may(Change.BUILD) is not is_hosted
        assert access._password() == "open"
    finally:
        config.set_option("secrets.files", places)
        st.secrets._reset()


def test_the_server_takes_no_more_than_is_read(app: AppTest) -> None:
    config.set_option("server.maxUploadSize", 500)
    opened(app, "you")
    assert config.get_option("server.maxUploadSize") == HISTORY_MB


def test_a_forged_choice_measures_only_what_is_offered(
    jobs: Recorded, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", "1")
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    state: dict[str, object] = {
        "measured": ["all", "ease", "ease", "--json=/tmp/x"],
        "split": "--train",
        "trials": 0,
        "lengths": ["10", "²", "0", "9" * 5000, "010"],
        "liked_from": 4.0,
    }
    monkeypatch.setattr(st, "session_state", state)
    evaluation_form._start("tiny", ["ease", "popularity"], 100, True)
    ((_, _),) = jobs.started
    (arguments,) = jobs.commands
    assert arguments[:5] == ["evaluate", "tiny", "--methods", "ease", "--split"]
    assert "--train" not in arguments
    assert [arguments[i + 1] for i, word in enumerate(arguments) if word == "--k"] == ["10"]
    state["lengths"] = [str(k) for k in range(1, EVALUATIONS.lengths + 2)]
    evaluation_form._start("tiny", ["ease"], 100, True)
    assert "lengths of lists are more than visitors" in str(state["job_refused"])
    assert len(jobs.started) == 1


def test_on_a_machine_of_ones_own_nothing_is_said(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", "0")
    at = opened(app, "data")
    assert "open to everybody" not in said(at)
    assert [button for button in at.button if button.label == "Bring up to date"]
    assert not [one for one in at.text_input if one.key == "operator_password"]
