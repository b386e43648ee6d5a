"""The rating matrix: every rating is counted once, and figures equal naive loops."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.datasets import load
from core.domain import Catalog, Dataset, Interactions
from core.errors import InvalidQueryError
from core.exploration import rating_histories as profiles
from core.exploration import rating_matrix as matrix
from core.exploration import rating_orders as orders
from core.exploration import rating_statistics as counting
from core.maps.taste_groups import TasteGroups, taste_groups

COUNTS = arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 400))


def small() -> Interactions:
    """Three people, four films; the last film is rated by nobody.

    a: 5 to film 0, 3 to film 1, 1 to film 2; b: 4 to film 0; c: 2 to film 0, 4 to film 1.
    """
    users, items, ratings = list("aaabcc"), [0, 1, 2, 0, 0, 1], [5, 3, 1, 4, 2, 4]
    days = [0, 1, 400, 800, 1200, 2000]
    return Interactions.of(users, items, ratings, 4, timestamps=[day * 86_400 for day in days])


def small_catalog() -> Catalog:
    return Catalog.of(
        pd.DataFrame(
            {
                "item_id": list("wxyz"),
                "title": list("WXYZ"),
                "year": [1999, None, 1950, 1980],
                "genres": [["Drama"], ["Drama", "Horror"], [], ["Drama"]],
            }
        )
    )


def test_figures_of_a_matrix_worked_out_by_hand() -> None:
    found = counting.figures(small())
    assert (found.n_users, found.n_items, found.n_ratings) == (3, 4, 6)
    assert found.density == 6 / 12
    assert found.mean == pytest.approx((5 + 3 + 1 + 4 + 2 + 4) / 6)
    assert (found.user_median, found.item_median) == (2, 1.5)
    # counts 0, 1, 2, 3 of four films; 1, 2, 3 of three people
    assert found.item_gini == pytest.approx((-3 * 0 - 1 * 1 + 1 * 2 + 3 * 3) / (4 * 6))
    assert found.user_gini == pytest.approx((-2 * 1 + 0 * 2 + 2 * 3) / (3 * 6))
    # the two most rated films hold 5 of 6 ratings, the first alone 3 of 6
    assert found.n_head == 2
    assert counting.user_means(small()) == pytest.approx([3, 4, 3])


def test_no_ratings_are_refused() -> None:
    with pytest.raises(InvalidQueryError, match="no ratings"):
        counting.figures(Interactions.empty(3))


@given(COUNTS)
def test_gini_is_half_the_mean_difference(counts: np.ndarray) -> None:
    value, total = counting.gini(counts), counts.sum()
    if not total:
        assert np.isnan(value)
        return
    differences = np.abs(counts[:, None] - counts[None, :]).sum()
    assert value == pytest.approx(differences / (2 * len(counts) * total), abs=1e-9)


@given(COUNTS, st.sampled_from([0.2, 0.5, 0.8, 1.0]))
def test_the_head_is_the_fewest_films_that_hold_enough(counts: np.ndarray, share: float) -> None:
    tail = counting.long_tail(counts, share)
    if not counts.sum():
        assert tail.all()
        return
    head = counts[~tail]
    assert head.sum() >= share * counts.sum() - 1e-6
    assert head.sum() - head.min() < share * counts.sum()
    assert not tail.any() or head.min() >= counts[tail].max()


def test_the_head_holds_four_fifths_of_the_ratings() -> None:
    assert np.flatnonzero(~counting.long_tail(np.ones(1000, np.int64))).tolist() == list(range(800))
    counts = np.array([5, 0, 600, 200, 195])
    assert counting.long_tail(counts).tolist() == [True, True, False, False, True], "800 of 1,000"
    counts = np.array([6, 0, 600, 199, 195])
    assert counting.long_tail(counts).tolist() == [True, True, False, False, False], "799 are too few"


@given(COUNTS.filter(lambda counts: counts.sum() > 0), st.integers(1, 40))
def test_the_concentration_curve_is_exact_where_it_is_read(counts: np.ndarray, n_points: int) -> None:
    share, held = counting.concentration(counts, n_points)
    assert (share[0], held[0], share[-1], held[-1]) == (0, 0, 1, pytest.approx(1))
    ordered = sorted(counts.tolist(), reverse=True)
    for part, value in zip(share, held, strict=True):
        assert value == pytest.approx(sum(ordered[: round(part * len(counts))]) / sum(ordered))


@given(COUNTS)
def test_a_histogram_of_counts_counts_everybody_once(counts: np.ndarray) -> None:
    table = counting.count_histogram(counts)
    assert table["n"].sum() == len(counts)
    for row in table.itertuples(index=False):
        last = row.last if row.last >= 0 else 10**9
        assert row.n == sum(row.first <= count <= last for count in counts)


def test_the_largest_counts_have_a_bar_of_their_own() -> None:
    table = counting.count_histogram(np.array([0, 1, 4, 250_000]))
    assert table["label"].iloc[-1] == "100,000 or more"
    assert table["n"].iloc[-1] == 1
    assert table["label"].tolist()[:5] == ["0", "1", "2", "3–4", "5–9"]


def test_a_rating_histogram_keeps_ratings_that_nobody_gave() -> None:
    levels = counting.rating_levels(small())
    table = counting.rating_histogram([5, 5, 1], levels)
    assert dict(zip(table["label"], table["n"], strict=True)) == {"1": 1, "2": 0, "3": 0, "4": 0, "5": 2}


def test_many_different_ratings_are_put_into_equal_bars() -> None:
    values = np.linspace(1, 11, 41)
    inter = Interactions.of(["u"] * 41, np.arange(41), values, 41, scale=(1, 11))
    levels = counting.rating_levels(inter)
    table = counting.rating_histogram(inter.ratings.data, levels)
    assert len(table) == 20
    assert table["n"].tolist() == [2] * 19 + [3]
    assert table["label"].iloc[1] == "1.5"


def test_cold_people_and_films() -> None:
    table = counting.cold_table(small(), (0, 1, 2, 3))
    assert table["n_users"].tolist() == [0, 1, 2, 3]
    assert table["n_items"].tolist() == [1, 2, 3, 4]
    assert table["user_share"].tolist() == [0, 1 / 3, 2 / 3, 1]
    assert table["item_share"].tolist() == [1 / 4, 2 / 4, 3 / 4, 1]


def basis(dataset: Dataset) -> orders.Basis:
    return orders.Basis(
        dataset.catalog, dataset.interactions, taste_groups(dataset.catalog, dataset.interactions)
    )


def rows_and_columns(dataset: Dataset, people: str, films: str) -> tuple[orders.Order, orders.Order]:
    found = basis(dataset)
    return orders.USER_ORDERS[people].order(found), orders.ITEM_ORDERS[films].order(found)


@pytest.mark.parametrize("name", list(orders.USER_ORDERS))
def test_every_order_holds_every_person_once(name: str, dataset: Dataset) -> None:
    order = orders.USER_ORDERS[name].order(basis(dataset))
    assert sorted(order.index.tolist()) == list(range(dataset.interactions.n_users))
    assert order.ticks(0, 23)


@pytest.mark.parametrize("name", list(orders.ITEM_ORDERS))
def test_every_order_holds_every_film_once(name: str, dataset: Dataset) -> None:
    order = orders.ITEM_ORDERS[name].order(basis(dataset))
    assert sorted(order.index.tolist()) == list(range(dataset.n_items))
    assert order.index[order.places()].tolist() == list(range(dataset.n_items))
    for first, last in ((0, dataset.n_items), (5, 20), (7, 8)):
        places = [place for place, _ in order.ticks(first, last)]
        assert places
        assert places == sorted(places)
        assert all(first <= place <= last for place in places)


def test_orders_worked_out_by_hand() -> None:
    groups = TasteGroups(np.array([1, 0, 0]), np.array([1, 0, 0, -1]), ("first", "second"))
    found = orders.Basis(small_catalog(), small(), groups)
    films = {
        "Popularity": [0, 1, 2, 3],  # 3, 2, 1, 0 ratings
        "Mean rating": [0, 1, 2, 3],  # 3.67, 3.5, 1, unknown
        "Year": [2, 3, 0, 1],  # 1950, 1980, 1999, unknown
        "Genre": [0, 3, 1, 2],  # Drama twice, Horror, none
        "Taste group": [1, 2, 0, 3],  # first: 2, 1 ratings; second; none
        "First rating": [0, 1, 2, 3],  # days 0, 1, 400, never
        "Likeness": [0, 2, 1, 3],  # to film 0 (5, 4, 2): (3, 0, 4) 23 of 6.71 * 5, (1, 0, 0) 5 of 6.71
    }
    people = {
        "Activity": [0, 2, 1],
        "Mean rating": [1, 0, 2],
        "Taste group": [2, 1, 0],
        "First rating": [0, 1, 2],
        "Likeness": [0, 1, 2],  # to a (5, 3, 1): 5 of 5.92 for b, 22 of 5.92 * 4.47 for c
    }
    assert {k: way.order(found).index.tolist() for k, way in orders.ITEM_ORDERS.items()} == films
    assert {k: way.order(found).index.tolist() for k, way in orders.USER_ORDERS.items()} == people
    year = orders.ITEM_ORDERS["Year"].order(found)
    assert year.ticks(0, 4)[-1] == (3.5, "unknown")
    assert year.ticks(1, 3) == ((1.5, "1980"), (2.5, "1999"))
    began = orders.USER_ORDERS["First rating"].order(found)
    assert began.ticks(0, 3) == ((0.5, "1970-01"), (1.5, "1972-03"), (2.5, "1973-04"))
    grouped = orders.ITEM_ORDERS["Taste group"].order(found)
    assert grouped.ticks(0, 4) == ((1.0, "first"), (2.5, "second"), (3.5, "No rating"))
    alike = orders.ITEM_ORDERS["Likeness"].order(found)
    cosine = 5 / np.sqrt(25 + 16 + 4)
    assert alike.ticks(0, 4)[:2] == ((0.5, "itself"), (1.5, f"{cosine:.2f}"))
    assert "most like W (1999) first" in alike.title


def test_likeness_to_a_chosen_one() -> None:
    found = orders.Basis(small_catalog(), small(), user=1, item=3)
    # b rated film 0 alone: a has 5 of 5.92 there, c 2 of 4.47
    assert orders.USER_ORDERS["Likeness"].order(found).index.tolist() == [1, 0, 2]
    # nobody rated the last film: it is like none, and stands first all the same
    assert orders.ITEM_ORDERS["Likeness"].order(found).index.tolist() == [3, 0, 1, 2]


def test_orders_that_lack_what_they_need_are_not_offered() -> None:
    bare = orders.Basis(small_catalog(), Interactions.of(["a"], [0], [1], 4))
    assert orders.offered(orders.USER_ORDERS, bare) == ["Activity", "Mean rating", "Likeness"]
    assert "Taste group" not in orders.offered(orders.ITEM_ORDERS, bare)
    assert orders.offered(orders.USER_ORDERS, orders.Basis(small_catalog(), small())) == [
        "Activity",
        "Mean rating",
        "First rating",
        "Likeness",
    ]


def test_narrow_genres_share_a_name_until_one_is_near() -> None:
    genres = [["Drama"]] * 96 + [["Noir"]] * 2 + [["War"], ["Western"]]
    frame = pd.DataFrame({"item_id": range(100), "title": "T", "genres": genres})
    found = orders.Basis(Catalog.of(frame), Interactions.empty(100))
    order = orders.ITEM_ORDERS["Genre"].order(found)
    assert order.ticks(0, 100) == ((48.0, "Drama"), (98.0, "Noir and 2 more"))
    assert order.ticks(90, 100) == ((93.0, "Drama"), (97.0, "Noir"), (98.5, "War"), (99.5, "Western"))
    assert order.ticks(97, 99) == ((97.5, "Noir"), (98.5, "War"))


AREAS = [(0, 23, 0, 36), (3, 4, 0, 36), (2, 19, 11, 30), (22, 23, 35, 36)]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("at_once", [1, 7, 1 << 20])
@pytest.mark.parametrize("cells", [(1, 1), (2, 3), (5, 7), (160, 240)])
def test_every_rating_lies_in_the_cell_of_its_person_and_film(
    cells: tuple[int, int],
    at_once: int,
    area: tuple[int, int, int, int],
    dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matrix, "AT_ONCE", at_once)
    inter, seen = dataset.interactions, matrix.Area(*area)
    users, items = rows_and_columns(dataset, "Activity", "Year")
    grid = matrix.part(inter, users, items, seen, most_cells=cells)
    n_people, n_films = area[1] - area[0], area[3] - area[2]
    rows, columns = min(cells[0], n_people), min(cells[1], n_films)
    assert grid.counts.shape == grid.means.shape == (rows, columns)
    assert grid.pairs.sum() == n_people * n_films == seen.pairs
    assert grid.is_single == (rows == n_people and columns == n_films)
    expected: dict[tuple[int, int], list[float]] = {}
    place_u, place_i = np.argsort(users.index), np.argsort(items.index)
    for user, item in zip(*inter.ratings.nonzero(), strict=True):
        if not (area[0] <= place_u[user] < area[1] and area[2] <= place_i[item] < area[3]):
            continue
        row = next(r for r in range(rows) if place_u[user] < grid.user_edges[r + 1])
        column = next(c for c in range(columns) if place_i[item] < grid.item_edges[c + 1])
        expected.setdefault((row, column), []).append(float(inter.ratings[user, item]))
    assert {(r, c): grid.counts[r, c] for r, c in zip(*grid.counts.nonzero(), strict=True)} == {
        at: len(ratings) for at, ratings in expected.items()
    }
    for at, ratings in expected.items():
        assert grid.means[at] == pytest.approx(np.mean(ratings))
    assert np.isnan(grid.means[grid.counts == 0]).all()


def test_a_block_is_what_its_area_holds(dataset: Dataset) -> None:
    inter = dataset.interactions
    users, items = rows_and_columns(dataset, "Mean rating", "Genre")
    grid = matrix.part(inter, users, items, matrix.whole(inter), most_cells=(4, 5))
    for cell in range(20):
        row, column = divmod(cell, 5)
        rows, columns = grid.user_edges[row : row + 2].tolist(), grid.item_edges[column : column + 2].tolist()
        block = matrix.block_of(inter, users, items, matrix.Area(*rows, *columns))
        assert block.n_ratings == grid.counts[row, column] == block.per_item.sum()
        dense = inter.ratings.toarray()[np.ix_(block.users, block.items)]
        assert block.per_user.tolist() == (dense > 0).sum(1).tolist()
        assert block.per_item.tolist() == (dense > 0).sum(0).tolist()
        assert (
            np.isnan(block.mean) if not dense.any() else block.mean == pytest.approx(dense[dense > 0].mean())
        )
    everything = matrix.block_of(inter, users, items, matrix.whole(inter))
    assert everything.n_ratings == len(inter)
    assert sorted(everything.users.tolist()) == list(range(inter.n_users))


def test_areas_are_cut_to_what_there_is() -> None:
    bounds = matrix.Area(0, 10, 0, 20)
    assert matrix.within(matrix.Area(5, 99, 18, 10**9), bounds) == matrix.Area(5, 10, 18, 20)
    for outside in ((10, 12, 0, 5), (3, 3, 0, 5), (4, 2, 0, 5), (0, 5, 20, 30)):
        assert matrix.within(matrix.Area(*outside), bounds) is None


def test_the_caption_says_what_is_shown(dataset: Dataset) -> None:
    inter = dataset.interactions
    users, items = rows_and_columns(dataset, "Activity", "Year")
    n = len(inter)
    coarse = matrix.part(inter, users, items, matrix.whole(inter), most_cells=(5, 6))
    assert f"All {n:,} ratings in 5 × 6 cells of about 5 people × 6 films each" in matrix.caption(coarse, n)
    fine = matrix.part(inter, users, items, matrix.whole(inter))
    assert f"Every rating of these 23 people and 36 films: {n:,} of {n:,}" in matrix.caption(fine, n)
    assert f"the {inter.n_users * dataset.n_items - n:,} blank cells" in matrix.caption(fine, n)
    some = matrix.part(inter, users, items, matrix.Area(0, 1, 0, 36), most_cells=(5, 6))
    said = matrix.caption(some, n)
    assert f"{some.counts.sum():,} of {n:,} ratings in 1 × 6 cells of about 1 person × 6 films" in said


def test_nothing_is_dense_and_nothing_is_changed(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    inter = dataset.interactions
    before = inter.ratings.copy()

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the matrix was made dense")

    for name in ("toarray", "todense"):
        monkeypatch.setattr(type(inter.ratings), name, refuse)
    found = orders.Basis(dataset.catalog, inter)
    for people, films in product(orders.USER_ORDERS.values(), orders.ITEM_ORDERS.values()):
        if people.is_offered(found) and films.is_offered(found):
            users, items = people.order(found), films.order(found)
            matrix.part(inter, users, items, matrix.whole(inter))
    matrix.block_of(inter, users, items, matrix.Area(0, 3, 0, 3))
    counting.figures(inter)
    profiles.ratings_of_film(inter, 2)
    assert (before != inter.ratings).nnz == 0


def test_one_film_and_one_person() -> None:
    inter = small()
    found = profiles.ratings_of_film(inter, 0)
    assert found.users.tolist() == [0, 1, 2]
    assert found.ratings.tolist() == [5, 4, 2]
    assert found.timestamps is not None
    assert (found.timestamps / 86_400).tolist() == [0, 800, 1200]
    assert len(profiles.ratings_of_film(inter, 3).users) == 0
    who = profiles.raters_table(inter, found)
    assert who["Person"].tolist() == ["a", "b", "c"]
    assert who["Ratings"].tolist() == [3, 1, 2]
    history = profiles.history_table(inter, 2, ["W", "X", "Y", "Z"])
    assert history["Film"].tolist() == ["X", "W"]
    assert history["Rating"].tolist() == [4, 2]
    assert history["Everybody"].tolist() == [3.5, 3.67]
    assert [str(when.date()) for when in history["When"]] == ["1975-06-24", "1973-04-15"]


def test_without_times_there_is_no_when() -> None:
    inter = Interactions.of(["a"], [0], [1], 1)
    assert "When" not in profiles.history_table(inter, 0, ["W"])
    assert "When" not in profiles.raters_table(inter, profiles.ratings_of_film(inter, 0))


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        ([0, 1, 3], ["1970-01-01", "1970-01-02", "1970-01-03", "1970-01-04"]),
        ([0, 31, 120], ["1970-01", "1970-02", "1970-03", "1970-04", "1970-05"]),
        ([0, 800, 2000], ["1970", "1971", "1972", "1973", "1974", "1975"]),
        ([], []),
    ],
)
def test_time_has_no_gaps(days: list[int], labels: list[str]) -> None:
    stamps = np.array(days, np.int64) * 86_400
    table = profiles.over_time(stamps, np.array([5, 3, 1], np.float32)[: len(days)])
    assert table["label"].tolist() == labels
    assert table["n"].sum() == len(days)
    if days:
        assert table["mean"].iloc[0] == 5
        assert table.loc[table["n"] == 0, "mean"].isna().all()


def test_people_are_found_by_their_id(dataset: Dataset) -> None:
    inter = dataset.interactions
    order = profiles.most_active(inter, 5)
    counts = counting.user_counts(inter)
    assert counts[order].tolist() == sorted(counts.tolist(), reverse=True)[:5]
    assert profiles.find_user(inter, " u3 ") == 3
    with pytest.raises(InvalidQueryError, match="Nobody"):
        profiles.find_user(inter, "u3000")


@pytest.mark.real_data
def test_the_published_figures_of_ml_100k(movie_data_dir: Path) -> None:
    inter = load("ml-100k", movie_data_dir / "ml-100k").interactions
    found = counting.figures(inter)
    assert (found.n_ratings, found.n_users, found.n_items) == (100_000, 943, 1682)
    assert found.density == 100_000 / (943 * 1682)
    # its README: everybody rated at least 20 films, and every film was rated
    table = counting.cold_table(inter, (0, 19))
    assert table["n_users"].tolist() == [0, 0]
    assert table["n_items"].iloc[0] == 0
    assert counting.rating_levels(inter).tolist() == [1, 2, 3, 4, 5]
