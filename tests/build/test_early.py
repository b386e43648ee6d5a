"""Films are served before the build ends, methods come one by one, and some can be chosen or left out."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from core import recommenders
from core.build import Request, build
from core.build.method_order import in_order
from core.build.publishing import STILL_TO_COME
from core.cli.app import app as command
from core.compute.progress import Step
from core.domain import Question
from core.errors import CannotFitError, UnknownNameError
from core.exploration.captions import coming_caption
from core.serving import Atlas, recommend
from core.serving.choices import available_methods, default_method
from core.storage import Workspace
from tests.pages import opening

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tiny_place: Path) -> Path:
    return tiny_place


def request(place: Path, **changes: object) -> Request:
    return Request("tiny", place / "films", **{"spaces": ("letters", "word2vec"), **changes})  # type: ignore[arg-type]


class StopError(Exception):
    """Stops a build."""


def stop_at(words: str):
    def on_step(step: Step) -> None:
        if words in step.stage:
            raise StopError

    return on_step


def test_films_are_served_as_soon_as_one_embedding_is_there_and_methods_come_one_by_one(place: Path) -> None:
    seen: list[tuple[int, int]] = []
    numbers: list[tuple[int, int]] = []

    def look(step: Step) -> None:
        numbers.append((step.number, step.of))
        if Workspace("tiny", place).readable_manifest() is None:
            return
        atlas = Atlas.open("tiny", place)
        can = available_methods(atlas)
        coming = atlas.about["coming"]
        assert not {"user_vectors"} & set(can) or "table-users" in atlas.manifest.artifacts
        assert "popularity" in can
        assert set(can) & set(coming["methods"]) == set()
        assert len(atlas.table) == len(atlas.catalog) == 36
        assert all(len(atlas.coordinates(space)) == 36 for space in atlas.space_names)
        answer = recommend(atlas, Question(likes=(0,), method=default_method(atlas)))
        assert len(answer.items) == 10
        assert atlas.manifest.key  # what is shown changes with it
        for name in coming["methods"]:
            assert atlas.about["cannot_fit"][name] == STILL_TO_COME
        seen.append((len(coming["spaces"]), len(coming["methods"])))

    result = build(request(place), on_step=look)
    n = len(recommenders.names())
    assert seen[0] == (1, n - 1), "one embedding and all methods but popularity are to come"
    assert seen == sorted(seen, reverse=True)
    assert len({methods for _, methods in seen}) > n / 2, "one by one"
    assert "coming" not in result.manifest.about
    assert STILL_TO_COME not in result.manifest.about["cannot_fit"].values()
    assert all(number <= of for number, of in numbers)
    assert numbers == sorted(numbers)
    last = Atlas.open("tiny", place)
    assert last.space_names == ["letters", "word2vec"]
    assert last.table.vectors("word2vec").shape[0] == 36


def test_a_build_that_was_stopped_serves_what_it_made_and_goes_on_there(place: Path) -> None:
    with pytest.raises(StopError):
        build(request(place), on_step=stop_at("Learning EASE"))
    atlas = Atlas.open("tiny", place)
    assert {"taste", "popularity", "content"} <= set(available_methods(atlas))
    assert "ease" not in available_methods(atlas)
    with pytest.raises(CannotFitError, match="still to come"):
        atlas.methods.fitted("ease")
    said = coming_caption(atlas)
    assert said.startswith("Still to come: ")
    assert said.endswith(" methods.")
    coming: list[int] = []

    def look(step: Step) -> None:
        live = Workspace("tiny", place).live()
        assert "method-taste" in live.artifacts, "what is served stays"
        coming.append(len(live.about.get("coming", {}).get("methods", ())))

    result = build(request(place), on_step=look)
    assert len(set(coming)) > 5, "the rest comes one by one as well"
    assert coming == sorted(coming, reverse=True)
    assert {"dataset", "method-taste", "space-letters", "table"} & set(result.ran) == set()
    assert "method-ease" in result.ran
    whole = Atlas.open("tiny", place)
    assert coming_caption(whole) == ""
    assert "ease" in available_methods(whole)


def test_the_first_start_goes_on_where_a_build_was_stopped(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.build.expand_spaces", lambda asked: ("letters", "word2vec"))
    with pytest.raises(StopError):
        build(request(place), on_step=stop_at("Learning EASE"))
    for said in ("36 films ready", ""):
        ended = CliRunner().invoke(command, ["build", "--missing"])
        assert ended.exit_code == 0, ended.output
        assert said in ended.output
        assert "coming" not in Workspace("tiny", place).live().about
    assert ended.output == "", "all is built: nothing is said or done"


def test_what_is_served_already_is_replaced_only_when_all_is_ready(place: Path) -> None:
    build(request(place))
    served = Workspace("tiny", place).live()
    films = place / "films" / "films.csv"
    films.write_text(films.read_text().replace("The Space Story", "The Other Story"))
    with pytest.raises(StopError):
        build(request(place), on_step=stop_at("Learning SLIM"))
    assert Workspace("tiny", place).live() == served
    build(request(place))
    assert "coming" not in Workspace("tiny", place).live().about
    assert Atlas.open("tiny", place).titles.labels[0].startswith("The Other Story")


def test_methods_can_be_chosen_and_added_later(place: Path) -> None:
    build(request(place, methods=("ease", "popularity")))
    atlas = Atlas.open("tiny", place)
    assert available_methods(atlas) == ["ease", "popularity"]
    assert "--method slim" in atlas.about["cannot_fit"]["slim"]
    more = build(request(place, methods=("slim",)))
    assert [stage for stage in more.ran if stage.startswith("method-")] == ["method-slim"]
    assert available_methods(Atlas.open("tiny", place)) == ["ease", "popularity", "slim"]
    rest = build(request(place, without=("hybrid",)))
    assert "method-ease" not in rest.ran
    assert set(recommenders.names()) - set(available_methods(Atlas.open("tiny", place))) >= {"hybrid"}
    assert "taste" in available_methods(Atlas.open("tiny", place))


def test_a_method_that_does_not_exist_is_refused_before_anything_is_done(place: Path) -> None:
    with pytest.raises(UnknownNameError, match="eaze"):
        build(request(place, without=("eaze",)))
    assert not (place / "workspaces" / "tiny" / "artifacts").exists()
    said = CliRunner().invoke(command, ["build", "tiny", "--from", str(place / "films"), "--method", "eaze"])
    assert said.exit_code == 1
    assert "eaze" in said.output


def test_the_command_leaves_a_method_out_and_says_so(place: Path) -> None:
    asked = ["build", "tiny", "--from", str(place / "films"), "--space", "letters", "--without", "slim"]
    said = CliRunner().invoke(command, asked)
    assert said.exit_code == 0, said.output
    assert "left out" in " ".join(said.output.split())


def test_the_quick_and_the_usual_come_first_the_slow_last() -> None:
    order = in_order(recommenders.names())
    assert sorted(order) == sorted(recommenders.names())
    assert order[:3] == ("taste", "popularity", "content")
    assert order[-1] == "slim"


@pytest.mark.slow
def test_the_app_serves_while_a_build_is_not_at_its_end_and_says_what_is_to_come(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StopError):
        build(request(place), on_step=stop_at("Learning EASE"))
    monkeypatch.chdir(ROOT)
    for page in ("home", "map", "recommend", "compare", "matrix", "data"):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at = opening.opened(app, page) if page != "home" else app.run()
        assert not at.exception, page
        assert any("Still to come" in one.value for one in at.sidebar.caption), page
    build(request(place))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not any("Still to come" in one.value for one in at.sidebar.caption)
