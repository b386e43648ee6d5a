"""What a build reads and takes over, what it tells, and what makes it run a stage again."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import datasets
from core.build import Request, build
from core.build.request import DEFAULT_SPACES
from core.build.shipped import pack, shipped_artifact
from core.compute.progress import Progress, Step
from core.datasets.locate import find_input, find_wikipedia, wikipedia_files
from core.datasets.sources.own_files import OwnFiles
from core.domain import Dataset, Filters
from core.errors import DatasetError, UnknownNameError
from core.exploration.captions import moved_caption
from core.maps import projection
from core.serving import Atlas
from core.storage import Workspace
from core.types import FloatMatrix
from tests import tiny
from tests.conftest import flat_map
from tests.datasets.files import MOVIELENS_CSV, write


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a data folder, both empty."""
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MOVIE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(projection, "project", flat_map)
    (tmp_path / "data").mkdir()
    (tmp_path / "home" / "downloads").mkdir(parents=True)
    return tmp_path


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("[]")
    return path


def test_files_are_taken_from_where_the_request_says(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "mine").mkdir()
    (place / "data" / "ml-1m").mkdir()
    assert find_input("ml-1m", place / "mine", str(place / "data" / "ml-1m")) == place / "mine"
    monkeypatch.chdir(place)
    assert find_input("demo", Path("mine")) == place / "mine"
    with pytest.raises(DatasetError, match="no folder or file"):
        find_input("ml-1m", place / "missing", str(place / "mine"))


def test_then_from_where_they_were_last_time(place: Path) -> None:
    (place / "mine").mkdir()
    (place / "data" / "ml-1m").mkdir()
    assert find_input("ml-1m", None, str(place / "mine")) == place / "mine"
    assert find_input("demo", None, str(place / "mine")) == place / "mine"
    assert find_input("ml-1m", None, str(place / "gone")) == place / "data" / "ml-1m"
    assert find_input("ml-1m", None, None) == place / "data" / "ml-1m"


def test_then_from_the_data_folder_and_the_downloads(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads = place / "home" / "downloads"
    assert find_input("ml-1m", None) is None
    archive = touch(downloads / "ml-1m.zip")
    assert find_input("ml-1m", None) == archive
    (downloads / "ml-1m").mkdir()
    assert find_input("ml-1m", None) == downloads / "ml-1m", "unpacked before packed"
    data = touch(place / "data" / "ml-1m.zip")
    assert find_input("ml-1m", None) == data, "the data folder first"
    assert find_input("ml-10m", None) is None
    (downloads / "ml-10m.ZIP").write_bytes(b"")
    assert find_input("ml-10m", None) == downloads / "ml-10m.ZIP"
    monkeypatch.delenv("MOVIE_DATA_DIR")
    assert find_input("ml-1m", None) == downloads / "ml-1m"
    touch(place / "ml-1m.zip")
    monkeypatch.chdir(place)
    monkeypatch.setenv("MOVIE_DATA_DIR", "")
    assert find_input("ml-1m", None) == downloads / "ml-1m", "the working folder is no data folder"


def test_a_data_folder_may_be_named_from_the_working_folder(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("MOVIE_DATA_DIR", "data")
    archive = touch(place / "data" / "ml-1m.zip")
    found = find_input("ml-1m", None)
    assert found == archive
    assert found.is_absolute()


def test_the_demo_is_always_there(place: Path) -> None:
    assert find_input("demo", None) == datasets.bundled_folder("demo")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], []),
        (["movies-2000s.json", "movies-1990s.json"], ["movies-1990s.json", "movies-2000s.json"]),
        (["movies-1990s.json", "movies.json", "genres.json"], ["movies-1990s.json"]),
        (["movies-early.json", "movies-3000s.json", "movies-1990s.txt"], []),
    ],
)
def test_the_lists_of_a_folder_are_its_decades(tmp_path: Path, names: list[str], found: list[str]) -> None:
    for name in names:
        touch(tmp_path / name)
    assert wikipedia_files(tmp_path) == [tmp_path / name for name in found]
    assert wikipedia_files(tmp_path / "missing") == []


def test_wikipedia_lists_are_looked_for_near_the_films_and_in_the_usual_folders(place: Path) -> None:
    films = place / "somewhere" / "ml-1m"
    films.mkdir(parents=True)
    assert find_wikipedia("ml-1m", films) is None
    for folder in (place / "home" / "downloads", place / "data", films.parent, films):
        touch(folder / "wikipedia-movies" / "movies-1990s.json")
        assert find_wikipedia("ml-1m", films) == folder / "wikipedia-movies", "the nearest wins"


def test_an_empty_folder_of_lists_is_passed_over(place: Path) -> None:
    (place / "ml-1m" / "wikipedia-movies").mkdir(parents=True)
    assert find_wikipedia("ml-1m", place / "ml-1m") is None
    touch(place / "data" / "wikipedia-movies" / "movies-1990s.json")
    assert find_wikipedia("ml-1m", place / "ml-1m") == place / "data" / "wikipedia-movies"


def test_wikipedia_lists_are_for_movielens_that_wants_them(place: Path) -> None:
    lists = touch(place / "data" / "wikipedia-movies" / "movies-1990s.json").parent
    assert find_wikipedia("ml-1m", place) == lists
    assert find_wikipedia("ml-1m", place, "") is None
    assert find_wikipedia("demo", place) is None
    assert find_wikipedia("my-ml-1m", place, lists) is None
    assert find_wikipedia("ml-of-mine", place, lists) is None, "a name alone makes no MovieLens"


@pytest.mark.parametrize("kind", [str, Path])
def test_wikipedia_lists_can_be_named(place: Path, kind: type) -> None:
    touch(place / "data" / "wikipedia-movies" / "movies-1990s.json")
    lists = touch(place / "mine" / "movies-2000s.json").parent
    assert find_wikipedia("ml-1m", place, kind(lists)) == lists
    with pytest.raises(DatasetError, match="holds no Wikipedia film lists"):
        find_wikipedia("ml-1m", place, kind(place))


def test_what_ships_is_taken_for_the_same_fingerprint_only(tmp_path: Path) -> None:
    shipped = Path(datasets.bundled_folder("demo") or "") / "shipped"
    archive = next(shipped.glob("map-minilm-*"))
    key = archive.stem.removeprefix("map-minilm-")
    assert shipped_artifact("demo", "map-minilm", key) == archive
    assert shipped_artifact("demo", "map-minilm", key[::-1]) is None
    assert shipped_artifact("demo", "map-doc2vec", key) is None
    assert shipped_artifact("ml-1m", "map-minilm", key) is None


def test_what_is_built_unless_said_otherwise() -> None:
    assert Request("demo").spaces == DEFAULT_SPACES == ("minilm", "word2vec", "doc2vec", "triplet")


class Clock:
    """Time that passes only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def quick(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny films' folder; a build learns three methods only, one of which lacks its embedding."""
    monkeypatch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
    monkeypatch.setattr("core.recommenders.names", lambda: ["content", "popularity", "word2vec_titles"])
    return tiny.write_own_files(place / "tiny", tiny.tiny_dataset())


def request(folder: Path | None, **changes: object) -> Request:
    return Request("tiny", folder, spaces=("letters",), **changes)  # type: ignore[arg-type]


def test_what_was_built_is_told(quick: Path) -> None:
    first = build(request(quick))
    dataset = Atlas.open("tiny").dataset
    about = dict(first.manifest.about)
    seconds, expected = about.pop("seconds"), about.pop("expected")
    assert set(expected) == set(seconds)
    assert about == {
        "origin": str(quick),
        "columns": {},
        "encoders": {"letters": "letters"},
        "cannot_build": {},
        "cannot_fit": {"word2vec_titles": about["cannot_fit"]["word2vec_titles"]},
        "label": dataset.label,
        "licence": dataset.licence,
        "is_simulated": False,
        "has_ids": False,
        "n_items": 36,
        "n_users": dataset.interactions.n_users,
        "n_ratings": len(dataset.interactions),
        "n_with_overview": 36,
        "dims": {"letters": 64},
    }
    assert about["cannot_fit"]["word2vec_titles"].startswith("It needs the embedding word2vec")
    assert seconds == first.ran
    assert set(first.manifest.artifacts) == set(first.ran)
    assert all(0 <= value < 60 for value in seconds.values())
    assert Atlas.open("tiny").about == first.manifest.about


def test_films_without_a_plot_are_not_counted_as_having_one(quick: Path) -> None:
    frame = pd.read_csv(quick / "films.csv")
    frame.loc[[0, 4, 5], "overview"] = ""
    frame.to_csv(quick / "films.csv", index=False)
    assert build(request(quick)).manifest.about["n_with_overview"] == 33


def test_progress_tells_the_stage_its_place_and_the_time_left(
    quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    for module in ("core.build.stage", "core.compute.progress"):
        monkeypatch.setattr(f"{module}.time", clock)
    encode = tiny.Letters.encode_texts

    def slowly(self: tiny.Letters, dataset: Dataset, *, progress: Progress, **_: object) -> FloatMatrix:
        for done in (0, 10, 30, 40):
            clock.now += 4.123 if done else 0
            progress(done, 40, f"film {done}")
        clock.now += 4.123
        progress(5, 0, "how many more is not known")
        return encode(self, list(dataset.catalog.items["overview"]))

    monkeypatch.setattr(tiny.Letters, "encode_items", slowly)
    steps: list[Step] = []
    result = build(request(quick), on_step=steps.append)
    assert result.ran["space-letters"] == round(4 * 4.123, 2)
    assert result.ran["dataset"] == 0
    at = [n for n, step in enumerate(steps) if step.stage == "Reading every film with Letters"]
    of = 1 + 1 + 3 + 3 + 2  # the films; taste groups; vectors, map and groups; methods; two tables
    told = [(step.done, step.total, step.note) for step in (steps[n] for n in at)]
    assert told == [
        (0, 0, ""),
        (0, 40, "film 0"),
        (10, 40, "film 10"),
        (30, 40, "film 30"),
        (40, 40, "film 40"),
        (5, 0, "how many more is not known"),
    ]
    assert {(step.number, step.of) for step in (steps[n] for n in at)} == {(2, of)}
    left = [steps[n].seconds_left for n in at]
    assert left == [None, None, pytest.approx(4.123 / 10 * 30), pytest.approx(8.246 / 30 * 10), 0, None]
    assert (steps[0].stage, steps[0].number, steps[0].of) == ("Reading the films", 1, 1)
    assert [
        step.stage for step in steps if step.number != 2 and (step.done, step.total, step.note) == (0, 0, "")
    ] == [
        "Reading the films",
        "Drawing the Letters map",
        "Grouping the Letters map",
        "Learning Popularity",
        "Writing the table of films",
        "Grouping people by taste",
        "Learning Similar films",
    ]


def test_a_person_who_stops_a_build_loses_nothing(quick: Path) -> None:
    before = build(request(quick)).manifest
    (quick / "films.csv").write_text((quick / "films.csv").read_text().replace("Story", "Tale"))

    def stop(step: Step) -> None:
        if step.number == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(request(quick), on_step=stop)
    assert Atlas.open("tiny").about == before.about
    assert "dataset" not in build(request(quick)).ran, "what was finished is found again"


def test_an_unknown_embedding_is_refused_before_anything_is_read(quick: Path, place: Path) -> None:
    with pytest.raises(UnknownNameError):
        build(Request("tiny", quick, spaces=("letters", "nonsense")))
    assert not (place / "home" / "workspaces").exists()


def test_seconds_of_earlier_builds_are_kept_for_what_still_serves(
    quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(request(quick))
    ratings = quick / "ratings.csv"
    ratings.write_text("\n".join(ratings.read_text().splitlines()[:-1]) + "\n")
    monkeypatch.setattr("core.recommenders.names", lambda: ["popularity"])
    second = build(request(quick))
    assert set(second.ran) == {"dataset", "taste-groups", "method-popularity", "table"}
    assert second.manifest.about["seconds"] == {
        **{stage: s for stage, s in first.ran.items() if stage != "method-content"},
        **second.ran,
    }


def test_files_that_moved_are_found_there_next_time(quick: Path, place: Path) -> None:
    build(request(quick))
    moved = quick.rename(place / "moved")
    second = build(request(moved))
    assert second.ran == {}
    assert second.manifest.about["origin"] == str(moved)
    assert Atlas.open("tiny").about["origin"] == str(moved)
    moved.rename(place / "gone")
    third = build(request(None))
    assert third.ran == {}
    assert third.manifest.artifacts == second.manifest.artifacts
    assert third.manifest.about["origin"] == str(moved)


def test_columns_named_once_are_remembered(quick: Path) -> None:
    frame = pd.read_csv(quick / "films.csv").rename(columns={"title": "what it is called"})
    frame.to_csv(quick / "films.csv", index=False)
    mapping = {"title": "what it is called"}
    first = build(request(quick, columns=mapping))
    assert first.manifest.about["columns"] == mapping
    assert Atlas.open("tiny").titles.labels[0] == "The Space Story (1960)"
    again = build(request(quick))
    assert again.ran == {}
    assert again.manifest.about["columns"] == mapping
    other = build(request(quick, columns={"title": "overview"}))
    assert "dataset" in other.ran
    assert other.manifest.about["columns"] == {"title": "overview"}


def test_vectors_that_learn_from_ratings_follow_them(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiny.Letters, "learns_from_ratings", True)
    build(request(quick))
    ratings = quick / "ratings.csv"
    ratings.write_text("\n".join(ratings.read_text().splitlines()[:-1]) + "\n")
    assert {"space-letters", "map-letters", "clusters-letters"} <= set(build(request(quick)).ran)


def test_a_new_version_of_an_encoder_reads_every_film_again(
    quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(request(quick))
    monkeypatch.setattr(tiny.Letters, "version", 2)
    ran = set(build(request(quick)).ran)
    assert ran == {"space-letters", "map-letters", "clusters-letters", "method-content", "table"}


@pytest.mark.parametrize(
    ("what", "stages"),
    [
        ("core.maps.projection.VERSION", {"map-letters", "clusters-letters"}),
        ("core.maps.clusters.VERSION", {"clusters-letters"}),
        ("core.build.table_stages.TABLE_VERSION", {"table"}),
        ("core.build.method_stages.METHOD_VERSION", {"method-content", "method-popularity"}),
    ],
)
def test_a_new_version_of_a_stage_runs_it_and_what_reads_it(
    quick: Path, monkeypatch: pytest.MonkeyPatch, what: str, stages: set[str]
) -> None:
    build(request(quick))
    monkeypatch.setattr(what, 99)
    assert set(build(request(quick)).ran) == stages


def test_votes_are_no_part_of_what_an_encoder_reads(quick: Path) -> None:
    frame = pd.read_csv(quick / "films.csv")
    frame.assign(n_votes=5, vote_average=7.5).to_csv(quick / "films.csv", index=False)
    build(request(quick))
    frame.assign(n_votes=6, vote_average=7.5).to_csv(quick / "films.csv", index=False)
    assert set(build(request(quick)).ran) == {"dataset", "table", "method-popularity"}
    frame.assign(n_votes=6, vote_average=8.5).to_csv(quick / "films.csv", index=False)
    assert set(build(request(quick)).ran) == {"dataset", "table", "method-popularity"}


def test_a_table_holds_words_vectors_and_counts(quick: Path) -> None:
    build(request(quick))
    atlas = Atlas.open("tiny")
    np.testing.assert_array_equal(atlas.table.vectors("letters"), atlas.space("letters").vectors)
    assert atlas.table.count(Filters(min_ratings=5)) == (atlas.interactions.item_counts() >= 5).sum()
    assert atlas.catalog.film(int(atlas.table.matching_text("rocket", 1)[0])).genres[0] == "Sci-Fi"
    assert "Secret" in atlas.catalog.film(int(atlas.table.matching_text("secret", 1)[0])).title
    assert len(atlas.clustering("letters").labels) == 36
    assert atlas.space("letters").metric == "cosine"
    assert atlas.map_of("letters").faithfulness


def test_tables_go_to_the_remote_store_where_there_is_one(
    quick: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", f"file://{place}/store")
    key = build(request(quick)).manifest.artifacts["table"]
    assert (place / "store" / "tiny" / key / "movies.lance").is_dir()
    assert len(Atlas.open("tiny").table) == 36


def test_people_are_in_a_table_with_what_compares_them(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.recommenders.names", lambda: ["popularity", "user_vectors"])
    first = build(request(quick))
    assert "table-users" in first.ran
    atlas = Atlas.open("tiny")
    assert len(atlas.users) == atlas.interactions.n_users
    assert atlas.users.columns == ["user_index", "user_id", "n_ratings", "mean_rating", "user_vectors"]
    np.testing.assert_array_equal(
        atlas.users.vectors("user_vectors"), atlas.methods.fitted("user_vectors").state()["user_vectors"]
    )
    monkeypatch.setattr("core.build.table_stages.USERS_VERSION", 99)
    assert set(build(request(quick)).ran) == {"table-users"}


def test_what_ships_is_taken_instead_of_being_made(
    quick: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(request(quick))
    found = next((place / "home" / "workspaces" / "tiny" / "artifacts").glob("space-letters-*"))
    shipped = place / "shipped.zip"
    pack(found, shipped)
    shutil.rmtree(found)

    def only_vectors(name: str, stage: str, key: str) -> Path | None:
        return shipped if (name, f"{stage}-{key}") == ("tiny", found.name) else None

    def never(*args: object, **kwargs: object) -> None:
        pytest.fail("what ships was made")

    monkeypatch.setattr("core.build.pipeline.shipped_artifact", only_vectors)
    monkeypatch.setattr(tiny.Letters, "encode_items", never)
    result = build(request(quick))
    assert result.ran == {}
    assert result.unpacked == ("space-letters",)
    assert Atlas.open("tiny").space("letters").vectors.shape == (36, 64)


@pytest.fixture
def movielens(quick: Path, place: Path) -> Path:
    return write(place / "data" / "ml-latest-small", MOVIELENS_CSV)


LISTS = [
    {
        "title": "Toy Story",
        "year": 1995,
        "href": "Toy_Story",
        "extract": "Toy Story is a 1995 animated film about toys.",
        "cast": ["Tom Hanks"],
        "genres": [],
    }
]


def plots_of(**changes: object) -> tuple[str, list[str], set[str]]:
    """The first film's plot, the notes of the load, and the stages that ran."""
    wanted = Request("ml-latest-small", spaces=("letters",), **changes)  # type: ignore[arg-type]
    ran = build(wanted).ran
    atlas = Atlas.open("ml-latest-small")
    return atlas.catalog.film(0).overview, atlas.dataset.report.notes, set(ran)


def test_movielens_takes_plots_from_wikipedia_lists(movielens: Path, place: Path) -> None:
    plot, notes, _ = plots_of()
    assert plot == ""
    assert any("fetch wikipedia-movies" in note for note in notes)
    write(place / "data" / "wikipedia-movies", {"movies-1990s.json": json.dumps(LISTS)})
    plot, notes, ran = plots_of()
    assert plot == LISTS[0]["extract"]
    assert not any("fetch wikipedia-movies" in note for note in notes)
    assert {"dataset", "space-letters"} <= ran
    assert plots_of()[2] == set()
    changed = [{**LISTS[0], "extract": "Toy Story is a 1995 animated film about a cowboy."}]
    write(place / "data" / "wikipedia-movies", {"movies-1990s.json": json.dumps(changed)})
    assert plots_of()[0] == changed[0]["extract"]
    plot, notes, _ = plots_of(wikipedia="")
    assert plot == ""
    assert not any("fetch wikipedia-movies" in note for note in notes)


def test_a_new_way_of_enriching_reads_movielens_again(
    movielens: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(place / "data" / "wikipedia-movies", {"movies-1990s.json": json.dumps(LISTS)})
    plots_of()
    monkeypatch.setattr("core.build.dataset_stage.ENRICH_VERSION", 99)
    assert plots_of()[2] == {"dataset"}
    plots_of(wikipedia="")
    monkeypatch.setattr("core.build.dataset_stage.ENRICH_VERSION", 100)
    assert plots_of(wikipedia="")[2] == set()


def test_the_report_says_how_many_films_lack_what(
    quick: Path, movielens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(request(quick))
    atlas = Atlas.open("tiny")
    catalog = atlas.dataset.catalog
    sentence = next(
        note for note in atlas.dataset.report.notes if note.startswith(f"Of {len(catalog):,} films: ")
    )
    for column, word in {"overview": "plot", "cast": "cast", "countries": "country"}.items():
        missing = catalog.unknown(column)
        assert (f"{missing:,} without a {word}" in sentence) == (missing > 0)
    assert " without a " in sentence
    assert any("without a plot" in note for note in plots_of(wikipedia="")[1])
    monkeypatch.setattr("core.build.dataset_stage.REPORT_VERSION", 99)
    assert set(build(request(quick)).ran) == {"dataset"}


def test_films_of_ones_own_are_not_told_about_wikipedia(quick: Path) -> None:
    build(request(quick))
    assert not any("wikipedia" in note for note in Atlas.open("tiny").dataset.report.notes)


def test_a_new_version_of_a_reader_reads_the_files_again(
    quick: Path, movielens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NewReader(OwnFiles):
        def __init__(self, name: str, columns: Mapping[str, str] | None = None) -> None:
            super().__init__(name, columns)
            self.version = 99

    build(request(quick))
    plots_of()
    monkeypatch.setattr("core.datasets.registry.OwnFiles", NewReader)
    assert set(build(request(quick)).ran) == {"dataset"}
    assert plots_of()[2] == set()
    newer = replace(datasets.SOURCES["ml-latest-small"], version=99)  # type: ignore[type-var]
    monkeypatch.setitem(datasets.SOURCES, "ml-latest-small", newer)
    assert plots_of()[2] == {"dataset"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ml-1m", "python -m core fetch ml-1m, or give their folder with --from"),
        ("tmdb-5000", "python -m core build tmdb-5000 --from FOLDER"),
        ("mine", "python -m core build mine --from FOLDER"),
    ],
)
def test_missing_files_come_with_a_way_to_them(place: Path, name: str, hint: str) -> None:
    with pytest.raises(DatasetError, match=f"The files of {name} are not here") as caught:
        build(Request(name, spaces=()))
    assert hint in caught.value.hint


def test_a_map_of_other_vectors_starts_from_the_one_before_and_then_stays(quick: Path) -> None:
    first = build(request(quick)).manifest.artifacts
    before = Atlas.open("tiny")
    assert before.map_of("letters").moved == {}
    frame = pd.read_csv(quick / "films.csv")
    new = frame.iloc[[4]].assign(item_id="new", title="The New Space Letter")
    pd.concat([new, frame.drop(7)]).to_csv(quick / "films.csv", index=False)
    again = build(request(quick))
    assert "map-letters" in again.ran
    atlas = Atlas.open("tiny")
    told = atlas.map_of("letters").moved
    assert {name: told[name] for name in ("n_before", "n_new")} == {"n_before": 35, "n_new": 1}
    assert 0 < told["moved"] < 0.1
    assert "35 films have moved by less than" in moved_caption(atlas, "letters")
    rows = {item: n for n, item in enumerate(before.catalog.ids)}
    kept = [(n, rows[item]) for n, item in enumerate(atlas.catalog.ids) if item in rows]
    here, there = (np.array(side) for side in zip(*kept, strict=True))
    ways = np.linalg.norm(atlas.coordinates("letters")[here] - before.coordinates("letters")[there], axis=1)
    low, high = np.quantile(before.coordinates("letters")[there, 0], [0.01, 0.99])
    assert told["moved"] == pytest.approx(np.median(ways) / (high - low), abs=1e-4)
    assert build(request(quick)).ran == {}
    frame.to_csv(quick / "films.csv", index=False)
    back = build(request(quick)).manifest.artifacts
    assert back["space-letters"] == first["space-letters"]
    assert back["map-letters"] not in (first["map-letters"], again.manifest.artifacts["map-letters"])
    assert build(request(quick)).ran == {}


def test_a_map_whose_predecessor_is_gone_is_drawn_from_nothing(quick: Path, place: Path) -> None:
    build(request(quick))
    frame = pd.read_csv(quick / "films.csv")
    frame.drop(7).to_csv(quick / "films.csv", index=False)
    key = build(request(quick)).manifest.artifacts["map-letters"]
    folder = Workspace("tiny").artifact("map-letters", key)
    (folder / "coordinates.npy").write_bytes(b"")
    repaired = build(request(quick))
    assert [one.stage for one in repaired.repairs][:1] == ["map-letters"]
    assert Atlas.open("tiny").coordinates("letters").shape == (35, 2)
    assert build(request(quick)).ran == {}
