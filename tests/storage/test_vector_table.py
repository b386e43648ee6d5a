"""The table: filters as typed values, escaping, exactness, and what has no vector."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain import Catalog, Dataset, Fact, Filters, Interactions
from core.domain.catalog import LIST_COLUMNS, TEXT_COLUMNS
from core.embeddings import Space, Stamp
from core.errors import NotBuiltError
from core.recommenders.filters import FilterIndex
from core.storage import vector_index
from core.storage.vector_table import ItemTable, TableLocation, movie_columns, user_columns, where_clause
from tests import tiny

pytestmark = pytest.mark.slow

HOSTILE = [
    "Rock'n'Roll",
    '100% "Action"',
    "'; DROP TABLE movies; --",
    "a\\b",
    "x\0y",
    "‮desrever",
    "{genre}",
    "O''Brien",
]


@pytest.fixture(scope="module")
def table(dataset: Dataset, letters: Space, tmp_path_factory: pytest.TempPathFactory) -> ItemTable:
    location = TableLocation(str(tmp_path_factory.mktemp("table")), "movies")
    columns = movie_columns(dataset.catalog, dataset.interactions.item_counts())
    ItemTable.create(location, columns, {"letters": letters}, text=("title", "overview"))
    return ItemTable.open(location)


FILTERS = [
    Filters(),
    Filters(genres=("Horror",)),
    Filters(genres=("Horror", "Crime"), not_genres=("Drama",)),
    Filters(years=(1970, 1990)),
    Filters(languages=("fr", "ja")),
    Filters(min_ratings=5),
    Filters(genres=("Sci-Fi",), years=(1960, 1980), languages=("en",), min_ratings=1),
    Filters(facts=(Fact((("directors", "Ghost Maker"), ("cast", "Ghost Maker"))),)),
    Filters(facts=(Fact((("keywords", "alien"), ("language", "fr"))), Fact((("genres", "Drama"),), False))),
    Filters(facts=(Fact((("cast", "'; DROP TABLE movies; --"),), wanted=False),)),
    Filters(not_years=((1960, 1975), (1990, 1990))),
    Filters(minutes=(80, 100)),
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_the_table_filters_like_the_arrays(
    table: ItemTable, dataset: Dataset, letters: Space, filters: Filters
) -> None:
    mask = FilterIndex(dataset.catalog, dataset.interactions.item_counts()).mask(filters)
    assert table.count(filters) == mask.sum()
    items, _ = table.search("letters", letters.vectors[0], 100, filters=filters)
    assert sorted(items.tolist()) == np.flatnonzero(mask).tolist()


@pytest.fixture(scope="module", params=[vector_index.INDEX_ABOVE_ROWS, 5], ids=["plain", "indexed"])
def gaps(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ItemTable]:
    """Six films of which some have no year, no language and no genre; film n has n ratings."""
    frame = (
        tiny.tiny_frame(2)
        .head(6)
        .assign(
            year=[1990, 1991, None, 1992, 1993, None],
            genres=[["Drama"], ["Drama", "Horror"], ["Horror"], [], ["Crime"], ["Crime", "Drama"]],
            language=["en", "fr", "en", "ja", "", "fr"],
            countries=[["Peru"], ["Italy", "France"], ["France"], [], ["Italy", "Spain", "France"], []],
            runtime=[85, 84, None, 120, 121, None],
        )
    )
    location = TableLocation(str(tmp_path_factory.mktemp("gaps")), "movies")
    space = Space("s", np.eye(6, dtype=np.float32), Stamp("s", "1", 6))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_index, "INDEX_ABOVE_ROWS", request.param)
        yield ItemTable.create(location, movie_columns(Catalog.of(frame), np.arange(6)), {"s": space})


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(), [0, 1, 2, 3, 4, 5]),
        (Filters(genres=("Drama",)), [0, 1, 5]),
        (Filters(genres=("Horror", "Crime")), [1, 2, 4, 5]),
        (Filters(not_genres=("Drama",)), [2, 3, 4]),
        (Filters(not_genres=("Drama", "Crime")), [2, 3]),
        (Filters(years=(1991, 1992)), [1, 3]),
        (Filters(years=(1992, 1992)), [3]),
        (Filters(languages=("en",)), [0, 2]),
        (Filters(languages=("en", "ja")), [0, 2, 3]),
        (Filters(min_ratings=1), [1, 2, 3, 4, 5]),
        (Filters(min_ratings=4), [4, 5]),
        (Filters(genres=("Drama",), not_genres=("Crime",), languages=("fr",)), [1]),
        (Filters(facts=(Fact((("genres", "Crime"), ("language", "ja"))),)), [3, 4, 5]),
        (Filters(facts=(Fact((("genres", "Crime"), ("language", "ja")), wanted=False),)), [0, 1, 2]),
        (Filters(facts=(Fact((("genres", "Drama"),)), Fact((("genres", "Crime"),)))), [5]),
        (Filters(facts=(Fact((("countries", "France"),)),)), [1, 2, 4]),
        (Filters(facts=(Fact((("countries", "France"),), wanted=False),)), [0, 3, 5]),
        (Filters(facts=(Fact((("country", "France"), ("country", "Peru"))),)), [0, 2]),
        (Filters(not_years=((1990, 1991), (1993, 1993))), [2, 3, 5]),
        (Filters(minutes=(85, 120)), [0, 3]),
        (Filters(facts=(Fact((("country", "France"), ("country", "Peru")), wanted=False),)), [1, 3, 4, 5]),
        (Filters(facts=(Fact((("country", "France"), ("genres", "Crime")), wanted=False),)), [0, 1, 3]),
        (Filters(not_genres=("Nothing",)), [0, 1, 2, 3, 4, 5]),
    ],
    ids=str,
)
def test_the_table_keeps_the_films_that_pass(gaps: ItemTable, filters: Filters, passing: list[int]) -> None:
    found, _ = gaps.search("s", np.ones(6, np.float32), 6, filters=filters)
    assert found.tolist() == passing
    assert gaps.count(filters) == len(passing)
    assert gaps.count(filters, excluded=passing[:1]) == len(passing) - 1
    others, _ = gaps.search("s", np.ones(6, np.float32), 6, filters=filters, excluded=passing[:1])
    assert others.tolist() == passing[1:]


def test_filters_are_applied_before_the_nearest_are_taken(gaps: ItemTable) -> None:
    nearest_first = np.arange(6, 0, -1).astype(np.float32)
    assert gaps.search("s", nearest_first, 2)[0].tolist() == [0, 1]
    assert gaps.search("s", nearest_first, 2, filters=Filters(languages=("fr",)))[0].tolist() == [1, 5]


@pytest.mark.parametrize("metric", ["cosine", "l2"])
def test_search_is_exact(table: ItemTable, letters: Space, metric: str) -> None:
    query = letters.vectors[5] + np.float32(0.01)
    items, distances = table.search("letters", query, 10, metric=metric, excluded=[5])
    if metric == "l2":
        expected = ((letters.vectors - query) ** 2).sum(1)
    else:
        expected = 1 - letters.vectors @ query / np.linalg.norm(letters.vectors, axis=1) / np.linalg.norm(
            query
        )
    expected[5] = np.inf
    np.testing.assert_allclose(np.sort(distances), np.sort(expected)[:10], atol=1e-5)
    assert 5 not in items
    assert (np.diff(distances) >= 0).all()


def test_distances_come_with_their_films_and_ties_by_row_number(gaps: ItemTable) -> None:
    query = np.array([0, 2, 0, 1, 0, 2], np.float32)
    items, distances = gaps.search("s", query, 6)
    assert items.tolist() == [1, 5, 3, 0, 2, 4]
    np.testing.assert_allclose(distances, [1 - 2 / 3, 1 - 2 / 3, 1 - 1 / 3, 1, 1, 1], atol=1e-6)
    items, distances = gaps.search("s", query, 3, metric="l2")
    assert items.tolist() == [1, 5, 3]
    np.testing.assert_allclose(distances, [1 + 4 + 1, 1 + 4 + 1, 4 + 0 + 4], atol=1e-5)
    assert (items.dtype, distances.dtype) == (np.int64, np.float32)


def test_another_metric_is_refused(gaps: ItemTable) -> None:
    with pytest.raises(KeyError):
        gaps.search("s", np.ones(6, np.float32), 3, metric="dot")


def test_the_columns_are_the_films_in_types_that_other_programs_read(dataset: Dataset) -> None:
    catalog = Catalog.of(
        dataset.catalog.items.assign(runtime=90, n_votes=[*range(35), None], vote_average=7.5)
    )
    columns = movie_columns(catalog, dataset.interactions.item_counts())
    assert columns.column_names == ["item_index", *catalog.items.columns, "n_ratings", "words"]
    types = {field.name: str(field.type) for field in columns.schema}
    numbers = ("item_index", "year", "runtime", "n_votes", "n_ratings")
    assert {name for name, kind in types.items() if kind == "int64"} == {*numbers}
    assert {name for name, kind in types.items() if kind == "double"} == {"vote_average"}
    assert {name for name, kind in types.items() if kind.startswith("list<")} == {*LIST_COLUMNS}
    assert {kind for kind in types.values() if kind.startswith("list<")} <= {
        "list<item: string>",
        "list<element: string>",
    }
    assert {name for name, kind in types.items() if kind == "string"} == {"item_id", "words", *TEXT_COLUMNS}
    rows = columns.to_pylist()
    for index, (row, film) in enumerate(zip(rows, catalog.films(), strict=True)):
        assert row["item_index"] == index
        assert row["n_ratings"] == (dataset.interactions.ratings.indices == index).sum()
        for name in catalog.items.columns:
            value = getattr(film, name)
            assert row[name] == (list(value) if isinstance(value, tuple) else value)


def test_names_and_length_of_a_table(table: ItemTable, dataset: Dataset) -> None:
    assert len(table) == len(dataset.catalog)
    assert table.columns == ["item_index", *dataset.catalog.items.columns, "n_ratings", "words", "letters"]


def test_a_table_at_an_address_is_replaced_and_one_in_a_folder_is_not(
    tmp_path: Path, dataset: Dataset, letters: Space
) -> None:
    columns = movie_columns(dataset.catalog, dataset.interactions.item_counts())
    address = TableLocation(f"file://{tmp_path / 'address'}", "movies")
    ItemTable.create(address, columns, {"letters": letters})
    ItemTable.create(
        address, columns.slice(0, 20), {"letters": replace(letters, vectors=letters.vectors[:20])}
    )
    assert len(ItemTable.open(address)) == 20
    folder = TableLocation(str(tmp_path / "folder"), "movies")
    ItemTable.create(folder, columns, {"letters": letters})
    with pytest.raises(ValueError, match="already exists"):
        ItemTable.create(folder, columns, {"letters": letters})


def test_only_the_columns_named_are_indexed_for_text(table: ItemTable, dataset: Dataset) -> None:
    assert sorted(column for index in table._table.list_indices() for column in index.columns) == [
        "overview",
        "title",
    ]
    assert 0 in table.matching_text("space story", 3)
    best = table.matching_text("space", 1)
    assert len(best) == 1
    assert "Space" in dataset.catalog.film(int(best[0])).title


@pytest.mark.parametrize("genre", HOSTILE)
def test_hostile_values_are_only_values(tmp_path: Path, genre: str) -> None:
    frame = tiny.tiny_frame(2)
    frame.at[3, "genres"] = [genre]
    frame.at[3, "language"] = genre
    frame.at[4, "title"] = genre
    catalog = Catalog.of(frame)
    vectors = np.eye(8, 4, dtype=np.float32) + 0.1
    space = Space("s", vectors, Stamp("s", "1", 4))
    location = TableLocation(str(tmp_path), "movies")
    table = ItemTable.create(
        location, movie_columns(catalog, np.zeros(8, np.int64)), {"s": space}, text=("title",)
    )
    clean = genre.strip().replace("\0", "")
    for filters in (Filters(genres=(genre,)), Filters(languages=(genre,))):
        found = table.search("s", vectors[0], 8, filters=filters)[0].tolist()
        assert found == ([3] if clean == genre.strip() else [])
    assert len(table.search("s", vectors[0], 8, filters=Filters(not_genres=(genre,)))[0]) >= 7
    assert len(table) == 8
    table.matching_text(genre, 3)


def test_films_without_a_vector_are_never_found(dataset: Dataset, letters: Space, tmp_path: Path) -> None:
    vectors = letters.vectors.copy()
    vectors[7] = 0
    space = Space("letters", vectors, letters.stamp)
    columns = movie_columns(dataset.catalog, dataset.interactions.item_counts())
    table = ItemTable.create(TableLocation(str(tmp_path), "movies"), columns, {"letters": space})
    items, _ = table.search("letters", letters.vectors[7], 100)
    assert 7 not in items
    assert len(items) == 35
    np.testing.assert_array_equal(table.vectors("letters"), vectors)


def test_films_without_a_vector_are_no_nearest_to_nothing(tmp_path: Path) -> None:
    catalog = Catalog.of(tiny.tiny_frame(1))
    space = Space("s", np.array([[1, 1], [0, 0], [2, 2], [3, 3]], np.float32), Stamp("s", "1", 2), "l2")
    location = TableLocation(str(tmp_path), "movies")
    table = ItemTable.create(location, movie_columns(catalog, np.zeros(4, np.int64)), {"s": space})
    assert table.search("s", np.zeros(2, np.float32), 4, metric="l2")[0].tolist() == [0, 2, 3]


def test_each_space_is_a_column_of_its_own(tmp_path: Path) -> None:
    catalog = Catalog.of(tiny.tiny_frame(1))
    one, other = np.eye(4, dtype=np.float32), np.eye(4, dtype=np.float32)[::-1].copy()
    spaces = {name: Space(name, rows, Stamp(name, "1", 4)) for name, rows in (("a", one), ("b", other))}
    location = TableLocation(str(tmp_path), "movies")
    table = ItemTable.create(location, movie_columns(catalog, np.zeros(4, np.int64)), spaces)
    for name, rows in (("a", one), ("b", other)):
        np.testing.assert_array_equal(table.vectors(name), rows)
        assert [int(table.search(name, row, 1)[0][0]) for row in rows] == [0, 1, 2, 3]


def test_people_are_searched_like_films(dataset: Dataset, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    n_users = dataset.interactions.n_users
    vectors = rng.normal(size=(n_users, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[6] = 0
    people = {"taste": Space("taste", vectors, Stamp("taste", "1", 8))}
    location = TableLocation(str(tmp_path), "users")
    ItemTable.create(location, user_columns(dataset.interactions), people, index="user_index")
    table = ItemTable.open(location, index="user_index")
    users, distances = table.search("taste", vectors[3], n_users, excluded=[3])
    assert sorted(users.tolist()) == [u for u in range(n_users) if u not in (3, 6)]
    np.testing.assert_allclose(1 - distances, vectors[users] @ vectors[3], atol=1e-6)
    np.testing.assert_array_equal(table.vectors("taste"), vectors)


def test_people_have_their_counts_and_means(dataset: Dataset) -> None:
    ratings = dataset.interactions.ratings.tolil(copy=True)
    ratings[5] = 0
    inter = replace(dataset.interactions, ratings=ratings.tocsr(), timestamps=None)
    columns = user_columns(inter).to_pylist()
    assert [row["user_index"] for row in columns] == list(range(inter.n_users))
    assert columns[5] == {"user_index": 5, "user_id": "u5", "n_ratings": 0, "mean_rating": None}
    _, own = inter.history(2)
    assert columns[2]["n_ratings"] == len(own)
    assert columns[2]["mean_rating"] == pytest.approx(own.mean())
    once = user_columns(Interactions.of(["a"], [2], [3.5], 4)).to_pylist()
    assert once == [{"user_index": 0, "user_id": "a", "n_ratings": 1, "mean_rating": 3.5}]
    types = {field.name: str(field.type) for field in user_columns(inter).schema}
    assert types == {
        "user_index": "int64",
        "user_id": "string",
        "n_ratings": "int64",
        "mean_rating": "double",
    }


def test_finds_words_of_plots(table: ItemTable, dataset: Dataset) -> None:
    found = table.matching_text("robbery of a bank", 5)
    assert len(found) == 5
    assert all("robbery" in dataset.catalog.film(i).overview for i in found)
    assert len(table.matching_text("zzzzqqq", 5)) == 0


def test_a_missing_table_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltError, match="Build the dataset again"):
        ItemTable.open(TableLocation(str(tmp_path), "movies"))


def test_a_table_of_people_leaves_out_people(dataset: Dataset, tmp_path: Path) -> None:
    assert where_clause(Filters(), [2], "user_index") == "user_index NOT IN (2)"
    vectors = np.eye(dataset.interactions.n_users, dtype=np.float32)
    people = {"taste": Space("taste", vectors, Stamp("taste", "1", len(vectors)))}
    location = TableLocation(str(tmp_path), "users")
    made = ItemTable.create(location, user_columns(dataset.interactions), people, index="user_index")
    assert made.count(Filters(), excluded=[0, 3]) == len(vectors) - 2
    assert made.search("taste", vectors[3], 1)[0].tolist() == [3]


def test_nothing_asked_means_no_condition() -> None:
    assert where_clause(Filters()) == ""
    assert where_clause(Filters(), [3, 1]) == "item_index NOT IN (3, 1)"


def test_quotes_are_doubled_and_nul_is_left_out() -> None:
    clause = where_clause(Filters(languages=("O'Brien", "x\0y")))
    assert clause == "(language IN ('O''Brien', 'xy'))"
