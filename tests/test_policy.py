"""What visitors may change, and that nothing in the app changes anything beside the policy."""

import ast
from pathlib import Path

import pytest

from core import policy, settings
from core.errors import NotAllowedError
from core.policy import EVALUATIONS, Change

ROOT = Path(__file__).resolve().parents[1]
CHANGING = {
    "start": "a job",
    "stop": "a job",
    "hand_over": "files",
    "keep_vectors": "a file",
    "write_text": "a file",
    "write_bytes": "a file",
    "unlink": "a file",
    "rmtree": "a folder",
    "mkdir": "a folder",
    **dict.fromkeys(("open", "touch", "save", "to_csv", "to_parquet", "write_atomically"), "a file"),
    **dict.fromkeys(("copyfile", "copytree", "move", "rmdir", "symlink_to"), "files"),
    **dict.fromkeys(("Popen", "check_call", "check_output", "system", "terminate", "kill"), "a process"),
    **dict.fromkeys(("set_option", "putenv", "expect_strangers", "switch"), "the server"),
    "fetch": "the downloads",
    "publish": "a workspace",
    "build": "a workspace",
    "store": "an evaluation",
}
"""Calls by which something could change for everybody."""
BEHIND_IT = {
    # the one place that starts and stops, which asks the policy itself
    "ui/widgets/allowed_jobs.py": {"start", "stop"},
    "ui/widgets/job_controls.py": {
        "start",
        "stop",
        "keep_vectors",
    },  # of AllowedJobs; it asks before it keeps
    "ui/widgets/upload_form.py": {
        "start",
        "hand_over",
        "forget",
    },  # AllowedJobs; it asks before it hands over
    "ui/widgets/evaluation_form.py": {"start"},  # of job_controls
    "ui/widgets/evaluation_files.py": {"hand_over"},  # it asks before it hands over
    "ui/resources.py": {"start"},  # the server's own: the first films, and a thread that loads ahead
    "ui/access.py": {"set_option", "expect_strangers", "switch"},  # what secrets say, towards less
    # `st.stop` ends the drawing of a page
    "ui/session.py": {"stop"},
    "pages/matrix.py": {"stop"},
}


@pytest.fixture
def hosted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", "1")


def calls(path: Path) -> set[str]:
    """Names of what a file calls, if anything could change by it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found.add(name)
        elif isinstance(node, ast.keyword) and node.arg == "on_click":
            found.add(getattr(node.value, "attr", ""))  # handed over, to be called later
    return found & set(CHANGING)


@pytest.mark.parametrize(
    "path", sorted([*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]), ids=str
)
def test_nothing_changes_beside_the_policy(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    assert calls(path) <= BEHIND_IT.get(name, set()), (
        "start it by ui.widgets.job_controls, or ask ui.access first"
    )


def test_jobs_are_made_in_one_place_of_the_app() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
        if "Jobs()" in path.read_text("utf-8").replace("AllowedJobs()", "")
    }
    assert makers == {"ui/widgets/allowed_jobs.py", "ui/resources.py"}


@pytest.mark.parametrize("change", list(Change))
def test_on_a_machine_of_ones_own_everything_may_change(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("", "0", "false", "no"):
        monkeypatch.setenv("MOVIE_ATLAS_HOSTED", value)
        policy.validate(change, is_operator=False)


@pytest.mark.parametrize("change", list(Change))
@pytest.mark.usefixtures("hosted")
def test_hosted_the_operator_may_everything_and_visitors_measure(change: Change) -> None:
    policy.validate(change, is_operator=True)
    if change is Change.EVALUATE:
        policy.validate(change, is_operator=False)
        return
    with pytest.raises(NotAllowedError, match="Visitors of this instance cannot"):
        policy.validate(change, is_operator=False)


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ((EVALUATIONS.methods + 1, 0, 1, 10, 0), "methods"),
        ((1, EVALUATIONS.trials + 1, 1, 10, 0), "trials"),
        ((1, 0, EVALUATIONS.lengths + 1, 10, 0), "lengths of lists"),
        ((1, 0, 1, EVALUATIONS.ratings + 1, 0), "ratings"),
        ((1, 0, 1, 10, EVALUATIONS.kept), "evaluations of these films"),
    ],
)
def test_larger_evaluations_are_refused_with_the_limits(
    asked: tuple[int, int, int, int, int], what: str
) -> None:
    policy.validate_evaluation(
        EVALUATIONS.methods,
        EVALUATIONS.trials,
        EVALUATIONS.lengths,
        EVALUATIONS.ratings,
        EVALUATIONS.kept - 1,
    )
    with pytest.raises(NotAllowedError, match=what) as caught:
        policy.validate_evaluation(*asked)
    assert str(EVALUATIONS.minutes) in caught.value.hint


@pytest.mark.parametrize(
    ("address", "is_shown"),
    [
        ("https://image.tmdb.org/t/p/w500/a.jpg", True),
        ("https://IMAGE.TMDB.ORG/a.jpg", True),
        ("https://upload.wikimedia.org:443/a.jpg", True),
        ("http://image.tmdb.org/a.jpg", False),
        ("https://image.tmdb.org:8443/a.jpg", False),
        ("https://image.tmdb.org.evil.example/a.jpg", False),
        ("https://evil.example/image.tmdb.org", False),
        ("https://image.tmdb.org@evil.example/a.jpg", False),
        ("https://[::1", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_posters_come_from_known_hosts_alone(address: str, is_shown: bool) -> None:
    assert policy.shows_poster(address) == is_shown


def test_posters_are_off_where_strangers_visit_unless_turned_on(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "https://image.tmdb.org/a.jpg"
    assert "fetches posters from image.tmdb.org" in policy.posters_in_words()
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", "1")
    assert not policy.shows_poster(address)
    assert "off" in policy.posters_in_words()
    monkeypatch.setenv("MOVIE_ATLAS_POSTERS", "1")
    assert policy.shows_poster(address)
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", "0")
    monkeypatch.setenv("MOVIE_ATLAS_POSTERS", "0")
    assert not policy.shows_poster(address)
    assert settings.shows_posters() is False
