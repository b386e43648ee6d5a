"""People of the rating matrix: taste, likeness and agreement equal naive loops over all ratings."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Catalog, Dataset, Interactions
from core.exploration import person_taste as taste
from core.exploration import rating_scales as scales
from core.exploration import two_people as pairs
from core.exploration.people_alike import SHRINKAGE, correlation, people_alike
from core.exploration.two_people import two_people

SCALE = (0.5, 5.0)


@st.composite
def some_ratings(draw: st.DrawFn) -> Interactions:
    """Up to seven people and eight films, ratings in half stars."""
    n_users, n_items = draw(st.integers(2, 7)), draw(st.integers(1, 8))
    every = [(user, item) for user in range(n_users) for item in range(n_items)]
    chosen = draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    stars = draw(st.lists(st.integers(1, 10), min_size=len(chosen), max_size=len(chosen)))
    users, items = zip(*chosen, strict=True)
    return Interactions.of([f"u{user}" for user in users], items, np.array(stars) / 2, n_items)


def as_dicts(inter: Interactions) -> list[dict[int, float]]:
    """Of every person what they gave each film."""
    rows = (inter.history(user) for user in range(inter.n_users))
    return [dict(zip(items.tolist(), stars.tolist(), strict=True)) for items, stars in rows]


def likeness(one: dict[int, float], other: dict[int, float]) -> float:
    common = sorted(set(one) & set(other))
    a, b = np.array([one[film] for film in common]), np.array([other[film] for film in common])
    if len(common) < 2 or a.std() == 0 or b.std() == 0:
        return np.nan
    return float(np.corrcoef(a, b)[0, 1] * len(common) / (len(common) + SHRINKAGE))


@given(some_ratings())
def test_likeness_is_the_shrunk_correlation_over_common_films(inter: Interactions) -> None:
    people = as_dicts(inter)
    for user, own in enumerate(people):
        found = people_alike(inter, user, k=99)
        expected = {
            other: likeness(own, theirs)
            for other, theirs in enumerate(people)
            if other != user and likeness(own, theirs) > 1e-9
        }
        there = found[found["likeness"] > 1e-9]
        assert dict(zip(there["user_index"], there["likeness"], strict=True)) == pytest.approx(expected)
        assert (np.diff(found["likeness"]) <= 0).all()
        assert [len(set(own) & set(people[other])) for other in found["user_index"]] == found[
            "n_common"
        ].tolist()


def test_few_films_in_common_prove_little() -> None:
    stars = {
        "ann": [5, 1, 4, 2, 5, 1, 3, 2, 4, 5, 1, 2],
        "two": [5, 1],
        "all": [5, 1, 4, 2, 4, 1, 3, 2, 4, 5, 2, 2],
    }
    rows = [(who, film, rating) for who, own in stars.items() for film, rating in enumerate(own)]
    who, films, ratings = zip(*rows, strict=True)
    found = people_alike(Interactions.of(who, films, ratings, 12), 0)
    assert found["user_index"].tolist() == [2, 1]
    assert found["agreement"].tolist() == pytest.approx([np.corrcoef(stars["ann"], stars["all"])[0, 1], 1.0])
    assert found["likeness"].iloc[1] == pytest.approx(2 / 12)


def test_without_stars_likeness_is_the_shrunk_cosine() -> None:
    rows = [("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("c", 3)]
    inter = Interactions.of([u for u, _ in rows], [i for _, i in rows], np.ones(6), 4, is_explicit=False)
    found = people_alike(inter, 0)
    assert found["user_index"].tolist() == [1]
    assert found["likeness"].tolist() == pytest.approx([2 / np.sqrt(3 * 2) * 2 / (2 + SHRINKAGE)])


def test_a_correlation_needs_two_different_ratings_on_both_sides() -> None:
    assert np.isnan(correlation([], []))
    assert np.isnan(correlation([4], [3]))
    assert np.isnan(correlation([3, 3, 3], [1, 2, 3]))
    assert correlation([1, 2, 3], [3, 2, 1]) == -1


@given(some_ratings())
def test_two_people_agree_as_far_as_a_loop_says(inter: Interactions) -> None:
    people = as_dicts(inter)
    one, other = people[0], people[-1]  # the same one, where there is one person only
    found = two_people(inter, 0, len(people) - 1)
    common = sorted(set(one) & set(other))
    assert found.items.tolist() == common
    assert (found.n_one, found.n_other, found.n_common) == (len(one), len(other), len(common))
    assert found.one.tolist() == [one[film] for film in common]
    assert found.other.tolist() == [other[film] for film in common]
    assert found.n_both_like == sum(one[film] >= 4 and other[film] >= 4 for film in common)
    assert found.n_either_likes == sum(one[film] >= 4 or other[film] >= 4 for film in common)
    if common:
        assert found.mean_difference == pytest.approx(np.mean([abs(one[f] - other[f]) for f in common]))
        assert found.share_both_like == found.n_both_like / len(common)
    else:
        assert np.isnan(found.mean_difference)
        assert np.isnan(found.share_both_like)
    shrunk = likeness(one, other)
    assert found.correlation * len(common) / (len(common) + SHRINKAGE) == pytest.approx(shrunk, nan_ok=True)
    counted = pairs.pairs_of_stars(found)
    assert counted["n"].sum() == len(common)
    assert all(
        (row.n == sum(one[f] == row.one and other[f] == row.other for f in common))
        for row in counted.itertuples()
    )


def test_where_two_differ_most_comes_first_and_ties_in_the_catalogues_order() -> None:
    inter = Interactions.of(list("aaaabbbb"), [0, 1, 2, 3] * 2, [5, 3, 1, 4, 4, 1, 3, 4], 4)
    table = pairs.both_table(two_people(inter, 0, 1), list("WXYZ"), ("a", "b"))
    assert table["Film"].tolist() == ["X", "Y", "W", "Z"]
    assert table["Apart"].tolist() == [2, -2, 1, 0]
    assert table["a"].tolist() == [3, 1, 5, 4]


def catalog() -> Catalog:
    return Catalog.of(
        pd.DataFrame(
            {
                "item_id": list("vwxyz"),
                "title": list("VWXYZ"),
                "year": [1999, None, 1950, 1980, 1991],
                "genres": [["Drama"], ["Drama", "Horror"], [], ["Drama"], ["Western"]],
            }
        )
    )


def test_taste_against_everybody_worked_out_by_hand() -> None:
    inter = Interactions.of(list("aaabbc"), [0, 1, 2, 1, 3, 0], [5, 3, 1, 4, 2, 4], 5)
    counts, means = inter.item_counts(), inter.item_means()
    table = taste.taste_table(inter, taste.genre_groups(catalog()), 0, counts, means).set_index("name")
    # the western is rated by nobody, and film 2 has no genre
    assert table.index.tolist() == ["Drama", "Horror"]
    assert table["n"].tolist() == [2, 1]
    assert table["n_all"].tolist() == [5, 2]
    assert table["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert table["share_all"].tolist() == pytest.approx([5 / 6, 2 / 6])
    assert table["mean"].tolist() == [4, 3]
    assert table["mean_all"].tolist() == pytest.approx([(5 + 3 + 4 + 2 + 4) / 5, 3.5])
    decades = taste.taste_table(inter, taste.decade_groups(catalog()), 1, counts, means)
    assert decades["name"].tolist() == ["1950s", "1980s", "1990s"]
    assert decades["n"].tolist() == [0, 1, 0]
    assert np.isnan(decades["mean"].iloc[0])
    assert decades["mean_all"].tolist() == [1, 2, 4.5]


@given(st.integers(0, 22))
def test_taste_equals_a_loop(dataset: Dataset, user: int) -> None:
    inter, films = dataset.interactions, dataset.catalog
    groups = taste.genre_groups(films)
    table = taste.taste_table(inter, groups, user, inter.item_counts(), inter.item_means())
    people = as_dicts(inter)
    for row in table.itertuples():
        has = [row.name in genres for genres in films.items["genres"]]
        own = [stars for film, stars in people[user].items() if has[film]]
        everybody = [stars for person in people for film, stars in person.items() if has[film]]
        assert (row.n, row.n_all) == (len(own), len(everybody))
        assert row.share == pytest.approx(len(own) / len(people[user]))
        assert row.mean == pytest.approx(np.mean(own) if own else np.nan, nan_ok=True)
        assert row.mean_all == pytest.approx(np.mean(everybody))


def rows_of_taste(*rows: tuple[str, int, float, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["name", "n", "share", "share_all", "mean", "mean_all"])


def test_what_stands_out_is_said_and_nothing_else() -> None:
    table = rows_of_taste(
        ("Drama", 60, 0.6, 0.4, 3.5, 3.5), ("War", 30, 0.3, 0.3, 4.5, 3.5), ("Western", 4, 0.1, 0.3, 1.0, 3.5)
    )
    assert taste.taste_words(table, above=0.0) == (
        "They rate more Drama than others do: 60% of their films, 40% of everybody's. They are kindest to War: mean 4.5 "
        "over 30 films, 3.5 with everybody."
    )
    # who is a star above everybody throughout has no taste of that; drama is what they are hard on
    assert "hardest on Drama" in taste.taste_words(table, above=1.0)
    assert "kindest" not in taste.taste_words(table, above=1.0)
    usual = rows_of_taste(("Drama", 60, 0.41, 0.4, 3.5, 3.5))
    assert taste.taste_words(usual, above=0.0) == ""
    assert taste.taste_words(rows_of_taste(), above=0.0) == ""


@given(some_ratings())
def test_scales_equal_a_loop(inter: Interactions) -> None:
    table = scales.people_scales(inter)
    for user, own in enumerate(as_dicts(inter)):
        stars = np.array(list(own.values()))
        row = table.iloc[user]
        assert (row["n"], row["steps"]) == (len(stars), len(set(stars)))
        assert row["mean"] == pytest.approx(stars.mean())
        assert row["spread"] == pytest.approx(
            stars.std(ddof=1) if len(stars) > 1 else np.nan, nan_ok=True, abs=1e-6
        )
        assert row["liked"] == pytest.approx(np.mean(stars >= 2.75))


def test_the_share_between_people_is_the_intraclass_correlation() -> None:
    rng = np.random.default_rng(3)
    sizes = [4, 9, 6, 12, 5]
    own = [
        np.round(rng.normal(mean, 0.7, n) * 2) / 2 for mean, n in zip((2, 3, 3.5, 4, 3), sizes, strict=True)
    ]
    own = [np.clip(stars, 0.5, 5) for stars in own]
    users = np.repeat(np.arange(5), sizes)
    films = np.concatenate([np.arange(n) for n in sizes])
    found = scales.scale_figures(
        scales.people_scales(Interactions.of(users, films, np.concatenate(own), 12)), least=2
    )
    assert found is not None
    whole, total = np.concatenate(own).mean(), sum(sizes)
    between = sum(len(stars) * (stars.mean() - whole) ** 2 for stars in own) / 4
    within = sum(((stars - stars.mean()) ** 2).sum() for stars in own) / (total - 5)
    usual = (total - sum(n * n for n in sizes) / total) / 4
    assert found.person_share == pytest.approx((between - within) / (between + (usual - 1) * within))
    assert (found.low, found.middle, found.high) == pytest.approx(
        tuple(np.percentile([stars.mean() for stars in own], [25, 50, 75]))
    )
    assert found.n_people == 5
    assert scales.scale_figures(scales.people_scales(Interactions.empty(3))) is None


def test_the_strictest_come_first_and_few_ratings_are_left_out() -> None:
    inter = Interactions.of(list("aabbcd"), [0, 1, 0, 1, 0, 1], [4, 5, 1, 2, 1, 1], 2)
    table = scales.strictest_first(scales.people_scales(inter), least=2)
    assert table["user_index"].tolist() == [1, 0]
    histogram = scales.means_histogram(scales.people_scales(inter), SCALE, least=2)
    assert histogram["label"].tolist()[0] == "1.5"
    assert histogram["label"].tolist()[-1] == "4.5"
    assert histogram["n"].tolist() == [1, *[0] * 11, 1]
    assert scales.means_histogram(scales.people_scales(inter), SCALE, least=99).empty
