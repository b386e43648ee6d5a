"""Builds that fill in from other datasets: what makes them anew, what the manifest tells, what is refused."""

import json
from pathlib import Path

import pandas as pd
import pytest

from core.build import Request, build
from core.build.dataset_stage import dataset_stage
from core.build.donors import find_donors
from core.domain import Film
from core.errors import DatasetError, InvalidQueryError
from core.maps import projection
from core.serving import Atlas
from core.storage import fingerprint
from core.storage.fingerprints import fingerprint_files
from tests import tiny  # noqa: F401, its encoder is registered
from tests.conftest import flat_map
from tests.datasets.files import LAYOUTS, MOVIELENS_CSV, TMDB_COLUMNS, film, table, write

TMDB = {
    "tmdb_5000_movies.csv": table(
        TMDB_COLUMNS,
        film(862, "Toy Story", overview="Toys come alive.", original_language="en"),
        film(1, "Heat"),
    ),
    "tmdb_5000_credits.csv": table(
        ["movie_id", "title", "cast", "crew"],
        {"movie_id": 862, "title": "Toy Story", "cast": '[{"name": "Tom Hanks", "order": 0}]', "crew": "[]"},
    ),
}
OWN = "title,imdb_id,countries,overview\nToy Story,tt0114709,USA,My own words.\n"
LISTS = [
    {
        "title": "Toy Story",
        "year": 1995,
        "href": "Toy_Story",
        "extract": "Toy Story is a 1995 film directed by John Lasseter.",
        "cast": ["Tim Allen"],
        "genres": [],
    }
]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder with a MovieLens and a TMDB 5000 of a few rows; nothing is built."""
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MOVIE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
    monkeypatch.setattr(projection, "project", flat_map)
    monkeypatch.setattr("core.recommenders.names", lambda: ["popularity"])
    write(tmp_path / "data" / "ml-latest-small", MOVIELENS_CSV)
    write(tmp_path / "data" / "tmdb-5000", TMDB)
    write(tmp_path / "data" / "ml-100k", LAYOUTS["ml-100k"])
    return tmp_path / "data"


def built(*fill_from: str, name: str = "ml-latest-small") -> tuple[set[str], Atlas, Film]:
    """The stages that ran, what was built, and its first film."""
    ran = build(Request(name, spaces=("letters",), fill_from=fill_from)).ran
    atlas = Atlas.open(name)
    return set(ran), atlas, atlas.catalog.film(0)


def test_without_others_the_key_is_of_the_same_inputs_as_ever(data: Path) -> None:
    path = data / "ml-latest-small"
    names = ("movies.csv", "ratings.csv", "links.csv", "tags.csv")
    files = fingerprint_files([path / name for name in names])
    key = fingerprint("ml-latest-small", 1, files, {}, "", 0, 1)
    assert dataset_stage("ml-latest-small", path, None, {}).key == key
    donors = find_donors(Request("ml-latest-small", fill_from=("tmdb-5000",)))
    assert dataset_stage("ml-latest-small", path, None, {}, donors=donors).key != key


def test_films_are_filled_in_where_that_is_asked_for(data: Path) -> None:
    _, plain, toy_story = built()
    assert toy_story.overview == ""
    assert "filled_in" not in plain.about
    assert plain.dataset.licence == plain.about["licence"]
    assert "TMDB" not in plain.dataset.licence

    ran, atlas, toy_story = built("tmdb-5000")
    assert {"dataset", "space-letters", "table"} <= ran
    assert (toy_story.overview, toy_story.cast, toy_story.language) == (
        "Toys come alive.",
        ("Tom Hanks",),
        "en",
    )
    assert (toy_story.title, toy_story.year, toy_story.n_votes) == ("Toy Story", 1995, 2)
    assert atlas.about["filled_in"] == {"tmdb-5000": {"overview": 1, "cast": 1, "language": 1, "runtime": 1}}
    assert atlas.about["n_with_overview"] == 1
    assert atlas.about["licence"].endswith(
        "Filled in from TMDB 5000: Data from TMDB: non-commercial use with attribution; not endorsed by TMDB."
    )
    assert any(note.startswith("Filled in from TMDB 5000") for note in atlas.dataset.report.notes)
    assert built("tmdb-5000")[0] == set()
    assert built("tmdb-5000", "tmdb-5000")[0] == set(), "each once"

    again = built()[1]
    # a map of other vectors starts from the one before, so its key, and that of its groups, tells of that one too
    kept, first = (
        {
            stage: key
            for stage, key in one.manifest.artifacts.items()
            if not stage.startswith(("map-", "clusters-"))
        }
        for one in (again, plain)
    )
    assert kept == first
    assert "filled_in" not in again.about


def test_what_the_others_say_and_how_makes_the_films_anew(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built("tmdb-5000")
    movies = data / "tmdb-5000" / "tmdb_5000_movies.csv"
    movies.write_text(movies.read_text().replace("Toys come alive.", "Toys are jealous."))
    ran, _, toy_story = built("tmdb-5000")
    assert "dataset" in ran
    assert toy_story.overview == "Toys are jealous."
    monkeypatch.setattr("core.build.donors.FILL_VERSION", 99)
    assert built("tmdb-5000")[0] == {"dataset"}
    assert built()[0] >= {"dataset"}
    monkeypatch.setattr("core.build.donors.FILL_VERSION", 100)
    assert built()[0] == set()


def test_their_order_counts_and_ones_own_table_gives_too(data: Path) -> None:
    write(data / "mine", {"films.csv": OWN})
    _, atlas, toy_story = built("tmdb-5000", "mine")
    assert (toy_story.overview, toy_story.countries) == ("Toys come alive.", ("USA",))
    assert list(atlas.about["filled_in"]) == ["tmdb-5000", "mine"]
    ran, atlas, toy_story = built("mine", "tmdb-5000")
    assert "dataset" in ran
    assert (toy_story.overview, toy_story.cast) == ("My own words.", ("Tom Hanks",))
    assert list(atlas.about["filled_in"]) == ["mine", "tmdb-5000"]


def test_ones_own_table_is_read_where_and_as_its_own_build_read_it(data: Path) -> None:
    folder = write(data.parent / "elsewhere", {"films.csv": OWN.replace("overview", "in my words")})
    columns = {"overview": "in my words"}
    build(Request("mine", folder, columns=columns, spaces=("letters",)))
    assert built("mine")[2].overview == "My own words."


def test_wikipedia_fills_what_is_still_empty(data: Path) -> None:
    write(data / "wikipedia-movies", {"movies-1990s.json": json.dumps(LISTS)})
    _, atlas, toy_story = built("tmdb-5000")
    assert (toy_story.overview, toy_story.cast) == ("Toys come alive.", ("Tom Hanks",))
    assert toy_story.directors == ("John Lasseter",)
    notes = atlas.dataset.report.notes
    places = [
        next(n for n, note in enumerate(notes) if words in note) for words in ("from TMDB", "from Wikipedia")
    ]
    assert places == sorted(places)
    assert "CC BY-SA" in atlas.dataset.licence


def test_missing_lists_are_not_told_as_if_there_were_no_plots(data: Path) -> None:
    told = [note for note in built("tmdb-5000")[1].dataset.report.notes if "fetch wikipedia-movies" in note]
    assert [note.split(":")[0] for note in told] == ["Nothing was added from Wikipedia"]
    told = [note for note in built()[1].dataset.report.notes if "fetch wikipedia-movies" in note]
    assert [note.split(":")[0] for note in told] == ["No plots or casts"]


@pytest.mark.parametrize(
    ("other", "error", "words"),
    [
        ("the-movies-dataset", DatasetError, "The files of the-movies-dataset are not here"),
        ("ml-latest-small", DatasetError, "cannot be filled in from itself"),
        ("ml-100k", DatasetError, "MovieLens 100K has no ids"),
        ("../tmdb-5000", InvalidQueryError, "cannot be a dataset's name"),
    ],
)
def test_what_cannot_be_filled_in_from_is_a_plain_error(
    data: Path, other: str, error: type[Exception], words: str
) -> None:
    before = built("tmdb-5000")[1].manifest
    with pytest.raises(error, match=words):
        built(other)
    assert Atlas.open("ml-latest-small").manifest == before, "what was built still serves"


def test_films_whose_files_are_gone_stay_as_they_were_filled_in(data: Path) -> None:
    before = built("tmdb-5000")[1].manifest
    (data / "ml-latest-small").rename(data / "away")
    ran, atlas, toy_story = built()
    assert (ran, toy_story.overview) == (set(), "Toys come alive.")
    assert atlas.manifest == before
    with pytest.raises(DatasetError, match="nothing can be filled in") as caught:
        built("tmdb-5000")
    assert "Without --with" in caught.value.hint


def test_other_films_of_the_others_do_not_change_a_film(data: Path) -> None:
    first = built("tmdb-5000")[1].catalog.items
    movies = data / "tmdb-5000" / "tmdb_5000_movies.csv"
    movies.write_text(movies.read_text().replace("Heat", "Cold"))
    pd.testing.assert_frame_equal(built("tmdb-5000")[1].catalog.items, first)
