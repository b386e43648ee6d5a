"""The table: filters as typed values, escaping, exactness, and what has no vector."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain import Catalog, Dataset, Filters
from core.embeddings import Space, Stamp
from core.errors import NotBuiltError
from core.recommenders.filters import FilterIndex
from core.storage.vector_table import ItemTable, TableLocation, movie_columns, user_columns, where_clause
from tests import tiny

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
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_the_table_filters_like_the_arrays(
    table: ItemTable, dataset: Dataset, letters: Space, filters: Filters
) -> None:
    mask = FilterIndex(dataset.catalog, dataset.interactions.item_counts()).mask(filters)
    assert table.count(filters) == mask.sum()
    items, _ = table.search("letters", letters.vectors[0], 100, filters=filters)
    assert sorted(items.tolist()) == np.flatnonzero(mask).tolist()


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


def test_finds_words_of_plots(table: ItemTable, dataset: Dataset) -> None:
    found = table.matching_text("robbery of a bank", 5)
    assert len(found) == 5
    assert all("robbery" in dataset.catalog.film(i).overview for i in found)
    assert len(table.matching_text("zzzzqqq", 5)) == 0


def test_a_missing_table_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltError, match="Build the dataset again"):
        ItemTable.open(TableLocation(str(tmp_path), "movies"))


def test_nothing_asked_means_no_condition() -> None:
    assert where_clause(Filters()) == ""
    assert where_clause(Filters(), [3, 1]) == "item_index NOT IN (3, 1)"


@pytest.mark.slow
def test_above_the_limit_an_index_with_refine_finds_nearly_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.storage.vector_table.INDEX_ABOVE_ROWS", 3_000)
    rng = np.random.default_rng(1)
    n = 4_000
    frame = tiny.tiny_frame(1).loc[[0] * n].assign(item_id=[str(i) for i in range(n)])
    vectors = rng.normal(size=(n, 32)).astype(np.float32)
    space = Space("s", vectors, Stamp("s", "1", 32))
    columns = movie_columns(Catalog.of(frame), np.zeros(n, np.int64))
    table = ItemTable.create(TableLocation(str(tmp_path), "movies"), columns, {"s": space})
    assert any("s" in index.columns for index in table._table.list_indices())
    hits = 0
    for row in range(50):
        exact = np.argsort(-(vectors @ vectors[row]) / np.linalg.norm(vectors, axis=1), kind="stable")[:10]
        hits += len(set(exact.tolist()) & set(table.search("s", vectors[row], 10)[0].tolist()))
    assert hits / 500 >= 0.95
