"""TMDB 5000 and The Movies Dataset: lists in cells, joins by id, ratings through links."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.datasets import load
from core.datasets.sources.the_movies_dataset import TheMoviesDataset
from core.datasets.sources.tmdb_cells import CAST_SIZE, MAX_CELL, cast_of, json_records, literal_records
from core.errors import DatasetError
from tests.datasets.files import TMDB_COLUMNS, dropped, film, is_balanced, table, warnings, write


def tmdb_5000(tmp_path: Path, films: list[dict[str, Any]], credits: list[dict[str, Any]]) -> Path:
    names = ["movie_id", "title", "cast", "crew"]
    files = {
        "tmdb_5000_movies.csv": table(TMDB_COLUMNS, *films),
        "tmdb_5000_credits.csv": table(names, *credits),
    }
    return write(tmp_path, files)


def test_tmdb_5000_joins_credits_by_id_not_by_title(tmp_path: Path) -> None:
    genres = json.dumps([{"id": 28, "name": "Action"}, {"id": 12, "name": "Adventure"}])
    cast = [{"name": f"Actor {place}", "order": place} for place in range(CAST_SIZE + 2)]
    crew = [
        {"name": "Ann Lee", "job": "Director"},
        {"name": "Bo Ek", "job": "Editor"},
        {"name": "Cy Fox", "job": "Director"},
    ]
    folder = tmdb_5000(
        tmp_path,
        [
            film(2, "The Host", genres=genres, tagline=" Monsters are real. "),
            film(1, "The Host", runtime=0, vote_count=0, vote_average=0),
        ],
        [
            {"movie_id": 1, "title": "The Host", "cast": "[]", "crew": "[]"},
            {"movie_id": 2, "title": "The Host", "cast": json.dumps(cast[::-1]), "crew": json.dumps(crew)},
            {"movie_id": 2, "title": "again", "cast": "[]", "crew": "[]"},
            {"movie_id": 77, "title": "unknown", "cast": "[]", "crew": "[]"},
        ],
    )
    dataset = load("tmdb-5000", folder)
    items = dataset.catalog.items.set_index("item_id")
    assert items.at["2", "cast"] == tuple(f"Actor {place}" for place in range(CAST_SIZE))
    assert items.at["2", "directors"] == ("Ann Lee", "Cy Fox")
    assert items.at["1", "cast"] == ()
    assert items["tagline"].tolist() == ["Monsters are real.", ""]
    assert items.at["2", "genres"] == ("Action", "Adventure")
    assert items.at["2", "runtime"] == 90
    assert items["runtime"].isna().tolist() == [False, True]
    assert items["vote_average"].isna().tolist() == [False, True]
    assert items["n_votes"].tolist() == [10, 0]
    assert dataset.interactions.ratings.shape == (0, 2)
    assert dropped(dataset, "tmdb_5000_credits.csv") == {
        "movie_id stands on an earlier row": 1,
        "no such film in the catalogue": 1,
    }
    assert "1 titles belong to two or more films" in warnings(dataset)
    assert is_balanced(dataset)


def test_cells_that_cannot_be_read_are_empty_and_counted(tmp_path: Path) -> None:
    folder = tmdb_5000(
        tmp_path,
        [
            film(1, "A", genres="[{'id': 1}]", budget=0),
            film(2, "B", genres='{"name": "x"}', keywords="[" * 100_000),
        ],
        [{"movie_id": 1, "title": "A", "cast": "nonsense", "crew": ""}],
    )
    dataset = load("tmdb-5000", folder)
    text = warnings(dataset)
    assert "2 cells in genres could not be read" in text
    assert "1 cells in keywords could not be read" in text
    assert "1 cells in cast could not be read" in text
    assert "1 films with a budget of 0" in text
    assert list(dataset.catalog.items["genres"]) == [(), ()]


@pytest.mark.parametrize(
    "cell",
    [
        "__import__('os').getcwd()",
        "[" * 50_000,
        "[1, 2",
        "{'a': 1}",
        "1",
        "[x for x in (1,)]",
        "[" + " " * MAX_CELL + "]",
    ],
)
def test_a_literal_cell_is_never_run(cell: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        literal_records(cell)


def test_records_keep_only_records() -> None:
    assert literal_records("[{'name': \"Director's cut\"}, 3]") == [{"name": "Director's cut"}]
    assert json_records("") == literal_records(" ") == []
    assert cast_of([{"name": "No place"}, {"name": "First", "order": 0}, {"order": 1}]) == (
        "First",
        "No place",
    )


MOVIES = [
    film(
        862,
        "Toy Story",
        imdb_id="tt0114709",
        genres="[{'id': 16, 'name': 'Animation'}]",
        poster_path="/a.jpg",
    ),
    film(9, "Jumanji", imdb_id="0", revenue=0, production_countries="[{'iso_3166_1': 'US', 'name': 'USA'}]"),
    film(862, "Toy Story again"),
    film("1997-08-20", "Shifted", overview="1"),
    film("abc", "No number"),
    film(10, ""),
]


def the_movies(tmp_path: Path, **files: str) -> Path:
    keywords = table(
        ["id", "keywords"],
        {"id": 862, "keywords": "[{'id': 1, 'name': \"boy's toy\"}]"},
        {"id": 862, "keywords": "[]"},
        {"id": 55, "keywords": "[]"},
    )
    links = "movieId,imdbId,tmdbId\n1,0114709,862\n2,0113497,9.0\n3,0113228,\n4,0000001,4444\n6,0114709,862\n"
    ratings = (
        "userId,movieId,rating,timestamp\n7,1,4.0,5\n7,6,2.0,9\n7,2,3.5,5\n8,3,1.0,5\n8,4,1.0,5\n8,99,1.0,5\n"
    )
    plain = {
        "movies_metadata.csv": table(TMDB_COLUMNS, *MOVIES),
        "keywords.csv": keywords,
        "links.csv": links,
        "ratings_small.csv": ratings,
    }
    return write(tmp_path, plain | {name.replace("__", "."): text for name, text in files.items()})


def test_the_movies_dataset_drops_shifted_and_doubled_rows(tmp_path: Path) -> None:
    dataset = load("the-movies-dataset", the_movies(tmp_path))
    items = dataset.catalog.items
    assert list(items["item_id"]) == ["862", "9"]
    assert list(items["imdb_id"]) == ["tt0114709", ""]
    assert list(items["keywords"]) == [("boy's toy",), ()]
    assert list(items["countries"]) == [(), ("USA",)]
    assert items["poster_url"].iloc[0].endswith("/a.jpg")
    assert dropped(dataset, "movies_metadata.csv") == {
        "the row is shifted: a date stands where the id belongs": 1,
        "id is not a whole number": 1,
        "id stands on an earlier row": 1,
        "no title": 1,
    }
    assert dropped(dataset, "keywords.csv") == {
        "id stands on an earlier row": 1,
        "no such film in the catalogue": 1,
    }
    assert "1 films with a revenue of 0, which means unknown" in warnings(dataset)
    assert any("credits.csv is not there" in note for note in dataset.report.notes)
    assert is_balanced(dataset)


def test_ratings_find_their_film_through_links(tmp_path: Path) -> None:
    dataset = load("the-movies-dataset", the_movies(tmp_path))
    expected = np.array([[2.0, 3.5]], np.float32)  # films 1 and 6 are both TMDB 862: the later rating stands
    np.testing.assert_array_equal(dataset.interactions.ratings.toarray(), expected)
    assert dropped(dataset, "links.csv") == {"no TMDB id": 1, "the film is not in movies_metadata.csv": 1}
    assert dropped(dataset, "ratings_small.csv") == {
        "the film is not in the catalogue": 3,
        "the user rated the film again later": 1,
    }


def test_both_rating_files_the_small_one_is_read_and_the_report_says_so(tmp_path: Path) -> None:
    full = "userId,movieId,rating,timestamp\n1,1,1.0,5\n"
    folder = the_movies(tmp_path, ratings__csv=full)
    dataset = load("the-movies-dataset", folder)
    assert any("ratings_small.csv was read" in note for note in dataset.report.notes)
    assert len(TheMoviesDataset(ratings="ratings.csv").load(folder).interactions) == 1
    with pytest.raises(DatasetError, match=r"There is no other\.csv"):
        TheMoviesDataset(ratings="other.csv").load(folder)


def test_without_ratings_or_links_the_catalogue_still_loads(tmp_path: Path) -> None:
    folder = the_movies(tmp_path)
    (folder / "links.csv").unlink()
    dataset = load("the-movies-dataset", folder)
    assert len(dataset.interactions) == 0
    assert any("links.csv" in note for note in dataset.report.notes)


def test_credits_and_posters_are_read_where_they_are(tmp_path: Path) -> None:
    credits = table(
        ["cast", "crew", "id"],
        {"id": 9, "cast": "[{'name': 'Robin', 'order': 0}]", "crew": "[{'name': 'Joe', 'job': 'Director'}]"},
    )
    posters = "id,poster\n862,\n862,https://x/1.jpg\n862,https://x/2.jpg\n9,javascript:alert(1)\n"
    folder = the_movies(tmp_path, credits__csv=credits, posters_by_tmdb_id__csv=posters)
    dataset = load("the-movies-dataset", folder)
    items = dataset.catalog.items
    assert list(items["cast"]) == [(), ("Robin",)]
    assert list(items["directors"]) == [(), ("Joe",)]
    assert list(items["poster_url"]) == ["https://x/1.jpg", ""]
    assert is_balanced(dataset)


@pytest.mark.real_data
def test_real_tmdb_5000(movie_data_dir: Path) -> None:
    dataset = load("tmdb-5000", movie_data_dir)
    assert dataset.n_items == 4803
    text = warnings(dataset)
    for expected in (
        *(
            "3 titles belong to two or more films",
            "1037 films with a budget of 0",
            "3 films with no overview",
        ),
        *("412 films with no keyword", "43 films with no cast"),
    ):
        assert expected in text
    avatar = dataset.catalog.items.set_index("item_id").loc["19995"]
    assert avatar["directors"] == ("James Cameron",)
    assert avatar["cast"][0] == "Sam Worthington"
    assert is_balanced(dataset)


@pytest.mark.real_data
def test_real_movies_dataset(movie_data_dir: Path) -> None:
    dataset = load("the-movies-dataset", movie_data_dir)
    assert dataset.n_items == 4999
    assert dropped(dataset, "movies_metadata.csv") == {"id stands on an earlier row": 1}
    assert dropped(dataset, "keywords.csv")["id stands on an earlier row"] == 987
    ratings = next(table for table in dataset.report.tables if table.name == "ratings_small.csv")
    assert ratings.read == 100_004
    assert ratings.kept == len(dataset.interactions)
    assert dataset.catalog.items["poster_url"].ne("").mean() > 0.99
    assert is_balanced(dataset)
