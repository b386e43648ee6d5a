"""The build: stages, resuming, publishing, and being killed."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from core import recommenders
from core.build import Request, build
from core.compute.progress import Step
from core.domain import Question
from core.errors import (
    BuildError,
    DatasetError,
    InvalidQueryError,
    ModelUnavailableError,
    NotBuiltError,
    UnknownNameError,
)
from core.serving import Atlas, recommend
from core.storage import Workspace
from tests import tiny

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tiny_place: Path) -> Path:
    return tiny_place


def request(place: Path, **changes: object) -> Request:
    return Request("tiny", place / "films", spaces=("letters",), **changes)  # type: ignore[arg-type]


def test_builds_every_stage_and_then_nothing(place: Path) -> None:
    steps: list[Step] = []
    first = build(request(place), on_step=steps.append)
    assert {"dataset", "space-letters", "map-letters", "clusters-letters", "table"} <= set(first.ran)
    assert {step.number for step in steps} == set(range(1, steps[-1].number + 1))
    assert all(step.number <= step.of for step in steps)
    second = build(request(place))
    assert second.ran == {}
    assert second.manifest == first.manifest


def test_a_changed_rating_leaves_the_vectors_alone(place: Path) -> None:
    build(request(place))
    ratings = place / "films" / "ratings.csv"
    lines = ratings.read_text().splitlines()
    ratings.write_text("\n".join(lines[:-1]) + "\n")
    ran = build(request(place)).ran
    assert "dataset" in ran
    assert "method-popularity" in ran
    assert "table" in ran
    assert not {"space-letters", "map-letters", "clusters-letters"} & set(ran)


def test_a_changed_rating_leaves_alone_what_reads_none(place: Path) -> None:
    build(request(place))
    ratings = place / "films" / "ratings.csv"
    ratings.write_text(ratings.read_text() + "u0,space-5,1.0\n")
    again = {stage.removeprefix("method-") for stage in build(request(place)).ran if "method-" in stage}
    fitted = set(recommenders.names()) - set(Atlas.open("tiny", place).about["cannot_fit"])
    assert again == {name for name in fitted if recommenders.method_class(name).reads_ratings}
    assert {"content", "random"} <= fitted - again


def test_a_changed_film_changes_what_depends_on_it(place: Path) -> None:
    before = build(request(place)).manifest
    films = place / "films" / "films.csv"
    films.write_text(films.read_text().replace("The Space Story", "The Space Tale"))
    after = build(request(place))
    assert "space-letters" in after.ran
    assert after.manifest.artifacts["space-letters"] != before.artifacts["space-letters"]
    assert "The Space Tale" in Atlas.open("tiny", place).titles.labels[0]


def test_keeps_what_the_last_manifest_named_and_removes_older(place: Path) -> None:
    films = place / "films" / "films.csv"
    keys = []
    for title in ("One", "Two", "Three"):
        films.write_text(films.read_text().replace("The Space Story", f"The Space {title}"))
        text = films.read_text()
        keys.append(build(request(place)).manifest.artifacts["table"])
        films.write_text(text.replace(f"The Space {title}", "The Space Story"))
    workspace = Workspace("tiny", place)
    assert not workspace.artifact("table", keys[0]).exists()
    assert workspace.artifact("table", keys[1]).exists()
    assert workspace.artifact("table", keys[2]).exists()


def test_rebuilds_without_the_files_from_what_was_read(place: Path) -> None:
    build(request(place))
    (place / "films").rename(place / "elsewhere")
    assert build(Request("tiny", spaces=("letters",))).ran == {}


def test_a_mapping_of_columns_survives_a_build_without_the_files(place: Path) -> None:
    films = place / "films" / "films.csv"
    films.write_text(films.read_text().replace("title", "what it is called", 1))
    build(request(place, columns={"title": "what it is called"}))
    (place / "films").rename(place / "elsewhere")
    build(Request("tiny", spaces=("letters",)))
    (place / "elsewhere").rename(place / "films")
    assert build(Request("tiny", spaces=("letters",))).ran == {}
    assert Atlas.open("tiny", place).about["columns"] == {"title": "what it is called"}


def test_a_failing_stage_publishes_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build(request(place)).manifest
    films = place / "films" / "films.csv"
    films.write_text(films.read_text().replace("The Space Story", "The Space Tale"))

    def fails(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.storage.vector_table.ItemTable.create", fails)
    with pytest.raises(BuildError, match="No space left on device"):
        build(request(place))
    assert Workspace("tiny", place).live() == before
    assert len(Atlas.open("tiny", place).table) == 36


def test_two_builds_at_once_are_refused(place: Path) -> None:
    with Workspace("tiny", place).building(), pytest.raises(BuildError, match="being built already"):
        build(request(place))


@pytest.mark.parametrize(
    ("name", "path", "error", "words"),
    [
        ("tiny", "missing", DatasetError, "no folder or file"),
        ("../evil", "films", InvalidQueryError, "cannot be a dataset's name"),
        ("tiny", None, DatasetError, "are not here"),
        ("ml-1m", None, DatasetError, "fetch ml-1m"),
        ("ml-1m", "films", DatasetError, "MovieLens 1M"),
    ],
)
def test_refuses_with_a_reason(
    place: Path, name: str, path: str | None, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        build(Request(name, place / path if path else None, spaces=("letters",)))
    with pytest.raises(UnknownNameError, match="no embedding called"):
        build(Request("tiny", place / "films", spaces=("nonsense",)))


def test_a_broken_manifest_is_said_and_built_over(place: Path) -> None:
    build(request(place))
    workspace = Workspace("tiny", place)
    workspace.manifest_path.write_text("{broken")
    with pytest.raises(NotBuiltError, match="cannot be read"):
        Atlas.open("tiny", place)
    build(request(place))
    assert len(Atlas.open("tiny", place).table) == 36


def own_vectors(place: Path) -> str:
    """Three numbers a film in a file; what asks for them as an embedding."""
    path = place / "mine.npz"
    ids = tiny.tiny_frame()["item_id"].to_numpy(str)
    np.savez(path, ids=ids, vectors=np.random.default_rng(2).normal(size=(len(ids), 3)))
    return f"own:mine={path}"


def test_an_embedding_that_this_dataset_cannot_teach_is_left_out_and_said(place: Path) -> None:
    (place / "films" / "ratings.csv").unlink()
    wanted = Request("tiny", place / "films", spaces=("triplet_coliked", "letters"))
    first = build(wanted)
    assert set(first.manifest.about["cannot_build"]) == {"triplet_coliked"}
    assert "no user with two liked films" in first.manifest.about["cannot_build"]["triplet_coliked"]
    assert Atlas.open("tiny", place).space_names == ["letters"]
    assert build(wanted).ran == {}


def test_an_earlier_embedding_whose_file_is_gone_stays_while_the_films_do(place: Path) -> None:
    mine = own_vectors(place)
    build(Request("tiny", place / "films", spaces=("letters", mine)))
    vectors = np.array(Atlas.open("tiny", place).space("own_mine").vectors)
    (place / "mine.npz").rename(place / "elsewhere.npz")
    kept = build(request(place))
    assert kept.ran == {}
    assert kept.manifest.about["cannot_build"] == {}
    with pytest.raises(DatasetError, match="no file"):
        build(Request("tiny", place / "films", spaces=(mine,)))

    (place / "films" / "films.csv").write_text(tiny_films_with("Tale"))
    changed = build(request(place)).manifest
    assert "There is no file" in changed.about["cannot_build"]["own_mine"]
    assert Atlas.open("tiny", place).space_names == ["letters"]

    (place / "elsewhere.npz").rename(place / "mine.npz")
    assert build(request(place)).manifest.about["cannot_build"] == {}
    np.testing.assert_array_equal(Atlas.open("tiny", place).space("own_mine").vectors, vectors)


def test_an_earlier_embedding_whose_model_is_gone_does_not_stop_a_build(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(request(place))

    def gone(*args: object) -> None:
        raise ModelUnavailableError("The model is gone.")

    monkeypatch.setattr(tiny.Letters, "stamp", gone)
    monkeypatch.setattr(tiny.Letters, "encode_texts", gone)
    monkeypatch.setattr(recommenders.method_class("genre_clusters"), "version", 99)  # has to be learned again
    ratings = place / "films" / "ratings.csv"
    ratings.write_text("\n".join(ratings.read_text().splitlines()[:-1]) + "\n")
    manifest = build(Request("tiny", place / "films", spaces=(own_vectors(place),))).manifest
    assert manifest.about["cannot_build"] == {}
    assert manifest.about["cannot_fit"]["genre_clusters"] == "The model is gone."
    atlas = Atlas.open("tiny", place)
    assert atlas.space_names == ["letters", "own_mine"]
    assert len(recommend(atlas, Question(likes=(0,), params={"space": "letters"})).items) == 10


def test_methods_are_fitted_on_the_space_that_they_are_asked_in(place: Path) -> None:
    build(Request("tiny", place / "films", spaces=(own_vectors(place), "letters")))
    atlas = Atlas.open("tiny", place)
    method = atlas.methods.fitted("user_vectors")
    assert method.state()["user_vectors"].shape[1] == atlas.space(method.needs()[0]).stamp.dim


@pytest.mark.parametrize("without", [(), ("taste",)])
@pytest.mark.parametrize("first", ["taste", "ease"])
def test_what_is_a_part_of_another_method_is_learned_once(
    without: tuple[str, ...], first: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`taste` has EASE as it is by default, and item-KNN otherwise."""
    monkeypatch.setattr("core.build.method_order.FIRST", (first,))
    ease, fits = recommenders.method_class("ease"), []
    learn = ease._learn_weights

    def counted(self: object, liked: object) -> object:
        fits.append(type(self).name)
        return learn(self, liked)

    monkeypatch.setattr(ease, "_learn_weights", counted)
    ran = build(request(place, methods=("taste", "ease", "item_knn"), without=without)).ran
    assert {"method-ease", "method-item_knn"} <= set(ran)
    assert fits == ["ease"]
    timings = json.loads((place / "cache" / "timings.json").read_text())
    assert ("method-ease" in timings) == bool(without or first == "ease")
    assert ("method-taste" in timings) == (not without and first == "taste")
    atlas = Atlas.open("tiny", place)
    spaces = {name: atlas.space(name) for name in atlas.space_names}
    for name in {"taste", "ease", "item_knn"} - set(without):
        method = recommenders.create_for(name, list(spaces))
        alone = method.fit(atlas.dataset, spaces, rng=np.random.default_rng(0)).state()
        stored = atlas.methods.fitted(name).state()
        assert list(stored) == list(alone)
        for part, array in alone.items():
            np.testing.assert_array_equal(stored[part], array)


def test_a_changed_default_is_learned_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(request(place))

    @dataclass(frozen=True)
    class Params:
        by: str = "mean"
        damping: float = 3.0

    monkeypatch.setattr(recommenders.method_class("popularity"), "Params", Params)
    assert [stage for stage in build(request(place)).ran if stage.startswith("method-")] == [
        "method-popularity"
    ]


def test_what_an_older_program_learned_is_said_and_learned_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(request(place))
    monkeypatch.setattr(recommenders.method_class("ease"), "version", 99)
    atlas = Atlas.open("tiny", place)
    with pytest.raises(NotBuiltError, match="another version of Movie Atlas") as caught:
        recommend(atlas, Question(likes=(0,), method="ease"))
    assert "python -m core build tiny" in caught.value.hint
    assert recommend(atlas, Question(likes=(0,), method="item_knn")).items, "the others still answer"
    build(request(place))
    assert recommend(Atlas.open("tiny", place), Question(likes=(0,), method="ease")).items


def test_the_same_name_with_another_file_takes_that_file(place: Path) -> None:
    build(Request("tiny", place / "films", spaces=("letters", own_vectors(place))))
    (place / "mine.npz").rename(place / "other.npz")
    manifest = build(Request("tiny", place / "films", spaces=(f"own:mine={place / 'other.npz'}",))).manifest
    assert manifest.about["encoders"]["own_mine"].endswith("other.npz")


def test_without_ratings_there_is_no_table_of_people(place: Path) -> None:
    (place / "films" / "ratings.csv").unlink()
    assert "table-users" not in build(request(place)).manifest.artifacts
    with pytest.raises(NotBuiltError, match="table users"):
        _ = Atlas.open("tiny", place).users


@pytest.mark.slow
def test_serves_and_finishes_after_being_killed_at_many_points(place: Path) -> None:
    """SIGKILL at ten moments: what was published still serves, and the next build finishes."""
    build(request(place))
    films = place / "films" / "films.csv"
    script = (
        "import sys, time; sys.path.insert(0, '.')\n"
        "from tests import tiny\nfrom tests.conftest import flat_map\n"
        "from core.maps import projection; projection.project = flat_map\n"
        "from core.build import Request, build\nfrom pathlib import Path\n"
        "import lancedb\n"
        "print('ready', flush=True)\n"
        f"build(Request('tiny', Path({str(place / 'films')!r}), spaces=('letters',)),"
        " on_step=lambda step: (print(step.number, flush=True), time.sleep(0.02)))\n"
        "print('done', flush=True)\n"
    )
    killed = 0
    for attempt in range(10):
        served = Workspace("tiny", place).live()
        films.write_text(tiny_films_with(f"Take {attempt}"))
        process = subprocess.Popen(
            [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert process.stdout is not None
        seen = 0
        for line in process.stdout:
            seen += line.strip() != "ready"
            if seen > attempt:
                time.sleep(0.002 * attempt)
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
        killed += process.returncode == -signal.SIGKILL
        live = Workspace("tiny", place).live()
        if process.returncode != 0 and live != served:
            assert live.artifacts["dataset"] != served.artifacts["dataset"]  # published just before the kill
        opened = Atlas.open("tiny", place)
        assert len(opened.table) == len(opened.catalog) == 36
        assert opened.table.vectors("letters").shape == (36, 64)
        assert np.isfinite(opened.coordinates("letters")).all()
    assert killed >= 8
    build(request(place))
    assert Atlas.open("tiny", place).titles.labels[0] == "The Space Take 9 (1960)"
    assert not list((place / "workspaces" / "tiny" / "partial").glob("*"))


def tiny_films_with(title: str) -> str:
    frame = tiny.tiny_frame()
    frame.loc[0, "title"] = f"The Space {title}"
    for name in ("genres", "keywords", "cast", "directors"):
        frame[name] = ["|".join(values) for values in frame[name]]
    return str(frame.to_csv(index=False))
