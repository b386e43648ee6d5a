"""MovieLens in its three layouts, on tiny files and on the real ones."""

from pathlib import Path

import numpy as np
import pytest

from core.datasets import load
from core.datasets.sources.movielens_details import MAX_KEYWORDS
from core.domain import Dataset
from core.errors import DatasetError, SchemaError
from tests.datasets.files import (
    MOVIELENS_CSV,
    MOVIELENS_DAT,
    MOVIELENS_U,
    dropped,
    is_balanced,
    warnings,
    write,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "ml-latest-small", MOVIELENS_CSV)


def load_with(tmp_path: Path, **changes: str | bytes) -> Dataset:
    """The tiny dataset with some files replaced (their names without `.csv`)."""
    files = {**MOVIELENS_CSV, **{f"{name}.csv": text for name, text in changes.items()}}
    return load("ml-latest-small", write(tmp_path / "ml-latest-small", files))


def test_films_with_titles_years_genres_ids_and_keywords(folder: Path) -> None:
    dataset = load("ml-latest-small", folder)
    items = dataset.catalog.items.set_index("item_id")
    assert list(items["title"]) == [
        "Toy Story",
        "The City of Lost Children",
        "Les Misérables",
        "Babylon 5",
        "Emma",
        "Emma",
    ]
    assert items.at["5", "original_title"] == "La Cité des enfants perdus"
    assert items["year"].tolist()[:3] == [1995, 1995, 1995]
    assert items["year"].isna().tolist() == [False, False, False, True, False, False]
    assert items.at["1", "genres"] == ("Adventure", "Animation")
    assert items.at["7", "genres"] == ()
    assert items["imdb_id"].tolist() == ["tt0114709", "tt0112682", "tt0113828", "tt0105946", "tt10116191", ""]
    assert items["tmdb_id"].tolist() == ["862", "902", "", "902", "3573", "12254"]
    assert items.at["1", "keywords"] == ("pixar", "funny", "null")
    assert is_balanced(dataset)


def test_the_report_names_every_oddity(folder: Path) -> None:
    dataset = load("ml-latest-small", folder)
    text = warnings(dataset)
    for expected in (
        "1 films without a year",
        "1 titles with the same year",
        "1 films without a genre",
        "1 films without a TMDB id",
        "1 films without a IMDb id",
        "1 TMDB ids stand for two or more films: 902",
        "3 films without any rating",
    ):
        assert expected in text
    assert dropped(dataset, "tags.csv") == {"no such film in the catalogue": 1}


def test_ratings_become_a_matrix_with_times_and_counts(folder: Path) -> None:
    dataset = load("ml-latest-small", folder)
    ratings = dataset.interactions
    expected = np.zeros((2, 6), np.float32)
    expected[0, [0, 1]] = [4.0, 0.5]
    expected[1, [0, 4]] = [5.0, 3.5]
    np.testing.assert_array_equal(ratings.ratings.toarray(), expected)
    assert list(ratings.user_ids) == ["3", "2"]
    assert ratings.timestamps is not None
    assert ratings.timestamps.tolist() == [964982703, 964981247, 1445714994, 1445714996]
    assert ratings.scale == (0.5, 5.0)
    assert dataset.catalog.items["n_votes"].tolist() == [2, 1, 0, 0, 1, 0]
    assert dataset.catalog.items["vote_average"].iloc[0] == (4.0 + 5.0) / 2
    assert dataset.catalog.items["vote_average"].isna().tolist() == [False, False, True, True, False, True]


def test_links_and_tags_may_be_missing_and_the_report_says_so(folder: Path) -> None:
    (folder / "links.csv").unlink()
    (folder / "tags.csv").unlink()
    dataset = load("ml-latest-small", folder)
    assert any("links.csv is not there" in note for note in dataset.report.notes)
    assert any("tags.csv is not there" in note for note in dataset.report.notes)
    assert (dataset.catalog.items["imdb_id"] == "").all()


def test_bad_ratings_are_dropped_and_counted_by_reason(tmp_path: Path) -> None:
    rows = [
        *("1,1,4.0,10", "1,1,3.0,30", "1,1,2.0,20"),  # the latest stands
        *("1,5,six,10", "1,5,,10", "1,5,nan,10", "1,5,inf,10"),
        *("1,5,0,10", "1,5,5.5,10", "1,5,-1,10", "1,99,3.0,10", "1,x,3.0,10", ",5,3.0,10", "1,,3.0,10"),
        *("2,5,3.0,", "2,7,3.0,soon"),
    ]
    dataset = load_with(tmp_path, ratings="userId,movieId,rating,timestamp\n" + "\n".join(rows) + "\n")
    assert dropped(dataset, "ratings.csv") == {
        "no user": 1,
        "no film": 1,
        "the film id is not a number": 1,
        "the rating is not a number": 4,
        "a rating of 0 means not rated": 1,
        "the rating is outside 0.5 to 5": 2,
        "the film is not in the catalogue": 1,
        "the user rated the film again later": 2,
    }
    assert dataset.interactions.ratings[0, 0] == 3.0
    assert "2 ratings without a readable time" in warnings(dataset)
    assert len(dataset.interactions) == 3
    assert is_balanced(dataset)


def test_compact_and_text_reading_give_the_same_matrix(tmp_path: Path) -> None:
    compact = load("ml-latest-small", write(tmp_path / "a" / "ml-latest-small", MOVIELENS_CSV))
    text = MOVIELENS_CSV["ratings.csv"] + "9,1,bad,1\r\n"
    slow = load_with(tmp_path / "b", ratings=text)
    assert (compact.interactions.ratings != slow.interactions.ratings).nnz == 0
    assert list(compact.interactions.user_ids) == list(slow.interactions.user_ids)
    assert sum(dropped(slow, "ratings.csv").values()) == 1


def test_no_rating_at_all_gives_an_empty_matrix(tmp_path: Path) -> None:
    dataset = load_with(tmp_path, ratings="userId,movieId,rating,timestamp\n")
    assert dataset.interactions.ratings.shape == (0, 6)
    assert "6 films without any rating" in warnings(dataset)


def test_ratings_of_other_films_only_are_pointed_out(tmp_path: Path) -> None:
    dataset = load_with(tmp_path, ratings="userId,movieId,rating,timestamp\n1,77,3.0,1\n")
    assert len(dataset.interactions) == 0
    assert "No rating is left" in warnings(dataset)


def test_doubled_and_unreadable_film_ids_and_missing_titles_are_dropped(tmp_path: Path) -> None:
    rows = ["1,Heat (1995),Drama", "1,Heat again (1995),Drama", "x,No (1990),Drama", "3,,Drama", "4,   ,A"]
    movies = "movieId,title,genres\n" + "\n".join(rows) + "\n"
    dataset = load_with(tmp_path, movies=movies)
    assert dropped(dataset, "movies.csv") == {
        "item_id is not a whole number": 1,
        "item_id stands on an earlier row": 1,
        "no title": 2,
    }
    assert list(dataset.catalog.items["title"]) == ["Heat"]
    assert is_balanced(dataset)


def test_hostile_titles_stay_as_data(tmp_path: Path) -> None:
    titles = [
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE movies;--",
        'He said ""hi"", then left',
        "שלום עולם",
        "a\u202eevil",
        "NA",
    ]
    rows = [f'{number},"{title} (1999)",Drama' for number, title in enumerate(titles, 1)]
    dataset = load_with(tmp_path, movies="movieId,title,genres\n" + "\n".join(rows) + "\n")
    assert list(dataset.catalog.items["title"]) == [
        titles[0],
        titles[1],
        'He said "hi", then left',
        titles[3],
        "a evil",
        "NA",
    ]


def test_a_title_of_ten_thousand_characters_is_cut_and_reported(tmp_path: Path) -> None:
    dataset = load_with(tmp_path, movies=f"movieId,title,genres\n1,{'x' * 10_000} (1999),Drama\n")
    assert len(dataset.catalog.items["title"].iloc[0]) == 500
    assert "1 titles were longer than 500 characters" in warnings(dataset)


def test_keywords_beyond_the_limit_are_counted(tmp_path: Path) -> None:
    extra = 3
    rows = [
        f"{user},1,tag{number:02d},1"
        for number in range(MAX_KEYWORDS + extra)
        for user in range(1 + (number < 20))
    ]
    dataset = load_with(tmp_path, tags="userId,movieId,tag,timestamp\n" + "\n".join(rows) + "\n")
    keywords = dataset.catalog.items["keywords"].iloc[0]
    assert keywords == tuple(f"tag{number:02d}" for number in range(MAX_KEYWORDS))
    assert dropped(dataset, "tags.csv") == {f"not among the film's {MAX_KEYWORDS} most frequent tags": extra}
    assert f"{extra} keywords of 1 films left out" in warnings(dataset)
    assert is_balanced(dataset)


@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("movies", b"", DatasetError, "holds no MovieLens"),
        ("movies", "movieId,title,genres\n", DatasetError, "holds no film"),
        ("movies", "movieId,name,genres\n1,Heat,Drama\n", DatasetError, "holds no MovieLens"),
        ("movies", "movieId,title,genres\n1,Heat,Drama,more,cells\n", DatasetError, "movies.csv is broken"),
        (
            "movies",
            b"movieId,title,genres\n" + b"1,\xff\xfe\xe9,Drama\n",
            DatasetError,
            "is not text",
        ),
        ("movies", b"movieId,title,genres\n" + b"1,a\0b,Drama\n", DatasetError, "binary data"),
        ("links", "movieId,imdbId\n1,2\n", SchemaError, "links.csv has no column tmdbId"),
        ("links", b"PK\x03\x04\0\0", DatasetError, "binary data"),
        ("tags", b"", DatasetError, "tags.csv is empty"),
        ("ratings", b"\0" * 64, DatasetError, "holds no MovieLens"),
    ],
)
def test_broken_files_are_typed_errors(
    tmp_path: Path, name: str, content: str | bytes, error: type[DatasetError], words: str
) -> None:
    with pytest.raises(error, match=words):
        load_with(tmp_path, **{name: content})


def test_one_million_layout(tmp_path: Path) -> None:
    dataset = load("ml-1m", write(tmp_path, MOVIELENS_DAT, "latin-1"))
    assert list(dataset.catalog.items["title"]) == ["Toy Story", "Les Misérables", "M: A"]
    np.testing.assert_array_equal(
        dataset.interactions.ratings.toarray(), np.array([[3, 5, 0], [1, 0, 0]], np.float32)
    )
    assert dataset.interactions.scale == (1.0, 5.0)
    assert is_balanced(dataset)


def test_a_film_line_with_other_cells_names_its_line(tmp_path: Path) -> None:
    files = {"movies.dat": "1::A (1990)::Drama\n2::B (1990)\n", "ratings.dat": "1::1::5::1\n"}
    with pytest.raises(SchemaError, match=r"movies.dat line 2 has 2 cells"):
        load("ml-1m", write(tmp_path, files, "latin-1"))


def test_hundred_thousand_layout(tmp_path: Path) -> None:
    dataset = load("ml-100k", write(tmp_path, MOVIELENS_U, "latin-1"))
    items = dataset.catalog.items
    assert list(items["title"]) == ['Misérables, "Les', "unknown", "unknown"]
    assert list(items["genres"]) == [("Action", "Drama"), (), ("Drama",)]
    assert items["year"].isna().tolist() == [False, True, True]
    assert dataset.interactions.ratings.nnz == 2
    assert is_balanced(dataset)


@pytest.mark.real_data
def test_real_latest_small(movie_data_dir: Path) -> None:
    dataset = load("ml-latest-small", movie_data_dir)
    items = dataset.catalog.items
    assert (dataset.n_items, len(dataset.interactions), dataset.interactions.n_users) == (9742, 100_836, 610)
    text = warnings(dataset)
    for expected in (
        "12 films without a year",  # 13 titles without a plain year; one of them carries a range of years
        "5 titles with the same year",
        "34 films without a genre",
        "8 films without a TMDB id",
        "1 TMDB ids stand for two or more films: 4912",
        "18 films without any rating",
        "235 keywords of 7 films left out",
    ):
        assert expected in text
    assert not items["title"].str.contains(r", (?:The|A|An|Les|Le|La|Der|Das)$").any()
    assert items["imdb_id"].str.fullmatch(r"tt\d{7,}").all()
    assert items.loc[items["item_id"] == "73", "title"].item() == "Les Misérables"
    tags = next(table for table in dataset.report.tables if table.name == "tags.csv")
    assert tags.read == 3683
    assert is_balanced(dataset)


@pytest.mark.real_data
def test_real_hundred_thousand(movie_data_dir: Path) -> None:
    dataset = load("ml-100k", movie_data_dir)
    assert (dataset.n_items, len(dataset.interactions), dataset.interactions.n_users) == (1682, 100_000, 943)
    item = dataset.catalog.items.set_index("item_id").loc["267"]
    assert item["title"] == "unknown"
    assert item["genres"] == ()
    assert "18 titles with the same year" in warnings(dataset)
    assert "1 films without a year" in warnings(dataset)
    assert is_balanced(dataset)
