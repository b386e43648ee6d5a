"""What a build says that it will take, what it leaves out because of it, and what it remembers."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core import recommenders, settings
from core.build import build, known_size, plan, read_size
from core.build.budget import Budget, Timings, in_words
from core.build.costs import cost_of
from core.cli.app import app as command
from core.compute.cost import Cost, Size
from core.datasets import SOURCES
from core.domain import Question
from core.errors import CannotFitError
from core.recommenders.collaborative.ease import Ease
from core.serving import Atlas, recommend
from core.storage import artifacts
from tests.build.test_early import request

LARGE = Size(62_423, 162_541, 25_000_095)


@pytest.fixture
def place(tiny_place: Path) -> Path:
    return tiny_place


def dear(method: str, cost: Cost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recommenders.method_class(method), "cost", lambda self, size: cost)


def test_a_budget_says_why_something_is_left_out() -> None:
    budget = Budget(4.0, 600.0)
    assert budget.why_not(Cost(500, 3), "make it") == ""
    assert budget.why_not(Cost(500, 3), "make it", spent=101) == (
        "It would take about 8 min, and 8 min are left of the 10 min that a build may take. "
        "Make it all the same with: make it --time 13"
    )
    assert budget.why_not(Cost(1, 8.2), "make it") == (
        "It would take about 8.2 GB of memory, and 4 GB are allowed. Make it all the same with: make it --memory 10"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (99, "99 s"), (100, "2 min"), (5400, "1.5 h")],
)
def test_seconds_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("cost", "option"), [(Cost(7200, 0), "--time 180"), (Cost(0, 99_999), "--memory 109999")]
)
def test_a_method_beyond_the_budget_is_left_out_with_the_reason_and_all_others_answer(
    place: Path, monkeypatch: pytest.MonkeyPatch, cost: Cost, option: str
) -> None:
    dear("ials", cost, monkeypatch)
    monkeypatch.setattr("core.build.budget.TELLING", float("inf"))  # whatever the machine is doing
    asked = request(place)
    said = {one.stage: one.why_not for one in plan(asked, read_size(asked, base=place), base=place).stages}
    result = build(asked, base=place)
    why = result.manifest.about["cannot_fit"]["ials"]
    assert why.endswith(f"python -m core build tiny --method ials {option}")
    assert said["method-ials"].endswith(option), "the plan says so beforehand"
    assert "method-ials" not in result.manifest.artifacts
    atlas = Atlas.open("tiny", place)
    for method in ("item_knn", "ease"):
        assert recommend(atlas, Question(likes=(0,), method=method)).items

    more = build(request(place, minutes=1000.0), base=place)
    assert ("ials" not in more.manifest.about["cannot_fit"]) == (option.startswith("--time"))


def test_what_is_learned_already_stays_whatever_the_budget(place: Path) -> None:
    before = build(request(place), base=place).manifest
    after = build(request(place, minutes=0.0), base=place)
    assert after.manifest.artifacts == before.artifacts
    assert not after.ran


def test_what_other_ratings_taught_is_left_out_without_time_and_said_to_be_outdated(place: Path) -> None:
    before = build(request(place), base=place).manifest
    ratings = place / "films" / "ratings.csv"
    ratings.write_text(ratings.read_text() + "u0,space-5,1.0\n")
    about = build(request(place, minutes=0.0), base=place).manifest.about
    assert set(about["cannot_fit"]) >= {"ease", "ials"}
    for name in ("ease", "ials"):
        assert f"method-{name}" in before.artifacts
        assert about["cannot_fit"][name].startswith("What was made before is of other films, ratings")
        assert f"--method {name}" in about["cannot_fit"][name]


@pytest.mark.parametrize("cuts", [[(), ("films", 20)], [("films", 30), ("films", 20)]])
def test_what_was_learned_with_other_memory_stays_where_it_cannot_be_learned_again(
    place: Path, monkeypatch: pytest.MonkeyPatch, cuts: list[tuple[object, ...]]
) -> None:
    monkeypatch.setattr(Ease, "cut", lambda self, size: cuts[0])
    before = build(request(place), base=place).manifest
    monkeypatch.setattr(Ease, "cut", lambda self, size: cuts[1])
    for asked in (request(place, minutes=0.0), request(place, without=("ease",))):
        after = build(asked, base=place)
        assert after.manifest.artifacts["method-ease"] == before.artifacts["method-ease"]
        assert "ease" not in after.manifest.about["cannot_fit"]
        assert recommend(Atlas.open("tiny", place), Question(likes=(0,), method="ease")).items
    assert "method-ease" in build(request(place), base=place).ran, "where there is time it is learned as now"
    monkeypatch.setattr(Ease, "version", 99)
    gone = build(request(place, minutes=0.0), base=place).manifest.about["cannot_fit"]["ease"]
    assert gone.startswith("What was made before is of other films")


def test_without_time_only_the_first_embedding_and_what_serves_it_are_made(place: Path) -> None:
    result = build(request(place, minutes=0.0), base=place)
    assert Atlas.open("tiny", place).space_names == ["letters"]
    assert "--space word2vec" in result.manifest.about["cannot_build"]["word2vec"]
    assert set(recommenders.names()) - set(result.manifest.about["cannot_fit"]) == set()
    again = build(request(place), base=place)
    assert not {"word2vec"} & set(again.manifest.about["cannot_build"])


def test_a_method_that_could_not_be_learned_is_tried_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Ease, *args: object, **more: object) -> Ease:
        raise CannotFitError("Not today.")

    with monkeypatch.context() as patch:
        patch.setattr(Ease, "fit", refuse)
        result = build(request(place), base=place)
        assert result.manifest.about["cannot_fit"]["ease"] == "Not today."
        assert "method-ease" not in result.manifest.artifacts
        assert not build(request(place), base=place).ran
    later = build(request(place), base=place)
    assert set(later.ran) == {"method-ease"}
    assert "ease" not in later.manifest.about["cannot_fit"]


def test_a_refusal_that_an_older_version_kept_is_tried_again(place: Path) -> None:
    manifest = build(request(place), base=place).manifest
    atlas = Atlas.open("tiny", place)
    folder = atlas.workspace.artifact("method-ease", manifest.artifacts["method-ease"])
    for path in folder.iterdir():
        path.unlink()
    artifacts.save_json(folder / "method.json", {"refused": "EASE needs 23 GB."})
    result = build(request(place), base=place)
    assert set(result.ran) == {"method-ease"}
    assert result.manifest.artifacts == manifest.artifacts
    assert "ease" not in result.manifest.about["cannot_fit"]


def test_a_model_cut_for_want_of_memory_is_learned_again_where_there_is_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = {"hybrid": ("ratings", 4_000_000), "slim": ("neighbors", 100)}
    for name in ("ease", "edlae", "hybrid", "slim", "taste"):
        method = recommenders.create(name)
        monkeypatch.setenv("MOVIE_ATLAS_FIT_GB", "4")
        assert method.cut(Size(9_742)) == ()
        assert set(method.cut(LARGE)) == {"films", 12_000, *own.get(name, ())}
        monkeypatch.setenv("MOVIE_ATLAS_FIT_GB", "0.6")
        assert set(method.cut(LARGE)) == {"films", 10_000, *own.get(name, ())}
    assert recommenders.create("predicted_rating").cut(LARGE) == own["hybrid"]
    assert recommenders.create("ials").cut(LARGE) == ()


def test_stages_say_what_they_took_and_later_plans_go_by_it(place: Path) -> None:
    result = build(request(place), base=place)
    about = result.manifest.about
    assert (
        set(about["expected"])
        == set(about["seconds"])
        == set(about["seconds"]) & set(result.manifest.artifacts)
    )
    size = known_size("tiny", place)
    assert size == Size(36, about["n_users"], about["n_ratings"])
    stored = json.loads((place / "cache" / "timings.json").read_text())
    row = stored["method-ials"][-1]
    assert row[:3] == [size.n_items, size.n_users, size.n_ratings]
    assert row[4] == result.ran["method-ials"]
    assert stored["dataset"][-1][4] == result.ran["dataset"]


def test_what_was_expected_was_so_before_the_stage_was_made(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.build.budget.TELLING", 0.0)
    dear("popularity", Cost(50.0, 0), monkeypatch)
    timings = Timings.of(place)
    timings.add("method-popularity", Size(36, 23, 200), 50.0, 75.0)
    about = build(request(place), base=place).manifest.about
    assert about["expected"]["method-popularity"] == 75.0, "not what it took then"
    assert about["seconds"]["method-popularity"] < 50


def test_a_cost_is_that_of_the_size_most_like_this_one_and_of_this_machine(tmp_path: Path) -> None:
    timings = Timings.of(tmp_path)
    assert timings.calibrated("map-x", LARGE, Cost(100)).seconds == 100, "nothing is known of this machine"
    timings.add("map-z", Size(36), 4.0, 0.4)
    assert timings.calibrated("map-x", LARGE, Cost(100)).seconds == 100, "too short to tell"
    timings.add("map-y", Size(1000), 10.0, 30.0)
    assert timings.calibrated("map-x", LARGE, Cost(100)).seconds == 300, "as the other stages went"
    timings.add("map-x", Size(1000), 10.0, 5.0)
    timings.add("map-x", Size(60_000, 150_000, 20_000_000), 50.0, 200.0)
    assert timings.calibrated("map-x", LARGE, Cost(100, 2.0)) == Cost(400, 2.0)
    assert timings.calibrated("map-x", Size(900), Cost(10)).seconds == 5
    assert Timings.of(tmp_path).measured == timings.measured
    (tmp_path / "cache" / "timings.json").write_text('{"map-x": [[1, "a"]], "b": 3}')
    assert Timings.of(tmp_path).calibrated("map-x", LARGE, Cost(7)).seconds == 7


def test_every_stage_of_every_dataset_that_says_its_size_has_a_cost_that_grows() -> None:
    names = [f"method-{name}" for name in recommenders.names()]
    names += [f"{kind}-minilm" for kind in ("space", "map", "clusters")]
    for stage in (*names, "dataset", "table", "table-users", "taste-groups"):
        costs = [cost_of(stage, size, {"minilm": "minilm"}) for size in (Size(1_000, 600, 90_000), LARGE)]
        assert 0 < costs[0].seconds < costs[1].seconds, stage
        assert 0 <= costs[0].gigabytes <= costs[1].gigabytes, stage
    sizes = {name: source.size for name, source in SOURCES.items() if source.size}
    assert sizes["ml-25m"] == LARGE
    for name, size in sizes.items():
        assert f"{size.n_items:,} films" in SOURCES[name].description


def test_a_plan_is_printed_before_anything_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "home", lambda: tmp_path)
    shown = CliRunner().invoke(command, ["build", "ml-32m", "--plan", "--time", "30"])
    assert shown.exit_code == 0, shown.output
    assert "87,585 films, 32,000,204 ratings by 200,948 people" in shown.output
    assert "slim is left out: It would take about" in shown.output
    assert not list((tmp_path / "workspaces").glob("*"))
