"""Divided films, drift and waves: every figure equals a loop over single ratings, or was worked out by hand."""

from datetime import UTC, datetime
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Catalog, Interactions
from core.errors import InvalidQueryError
from core.exploration import divided_films as divided
from core.exploration import film_waves as waves
from core.exploration import rating_drift as drift
from core.exploration.rating_histories import FilmRatings, over_time, periods_of, ratings_of_film

DAY = 86_400
YEAR = 365.25 * DAY


def many(seed: int = 0, n_users: int = 60, n_items: int = 130) -> Interactions:
    """Random ratings of many films, half of which have a mean of their own."""
    rng = np.random.default_rng(seed)
    rated = rng.random((n_users, n_items)) < 0.4
    users, films = np.nonzero(rated)
    level = rng.uniform(2, 4.5, n_items)
    stars = np.clip(np.round(2 * rng.normal(level[films], 1.1)) / 2, 0.5, 5)
    stamps = rng.integers(0, int(9 * YEAR), len(users))
    return Interactions.of(users, films, stars, n_items, timestamps=stamps)


def test_a_film_is_divided_by_the_pairs_of_people_that_it_splits() -> None:
    inter = many()
    found = divided.divided_films(inter, least=12)
    columns = {item: ratings_of_film(inter, item).ratings for item in range(130)}
    kept = [item for item, stars in columns.items() if len(stars) >= 12]
    assert sorted(found["item_index"]) == kept
    split = {}
    for item in kept:
        pairs = list(combinations(columns[item].tolist(), 2))
        split[item] = sum(max(pair) >= 4 and min(pair) <= 2 for pair in pairs) / len(pairs)
    by_mean = sorted(kept, key=lambda item: (columns[item].mean(dtype=np.float64), item))
    for row in found.itertuples():
        at = by_mean.index(row.item_index)
        near = [*by_mean[max(at - divided.NEAR, 0) : at], *by_mean[at + 1 : at + 1 + divided.NEAR]]
        usual = np.average([split[one] for one in near], weights=[len(columns[one]) for one in near])
        stars = columns[row.item_index]
        assert row.n == len(stars)
        assert row.liked == pytest.approx((stars >= 4).mean())
        assert row.disliked == pytest.approx((stars <= 2).mean())
        assert row.split == pytest.approx(split[row.item_index])
        assert row.usual == pytest.approx(usual)
        assert row.excess == pytest.approx((row.split - usual) * row.n / (row.n + divided.DAMPING))
    assert (np.diff(found["excess"]) <= 0).all()


def test_a_film_that_half_love_and_half_hate_is_before_one_that_all_find_middling() -> None:
    stars = {0: [5, 1] * 15, 1: [3] * 30, 2: [5] * 29 + [1], 3: [4, 2] * 15}
    rows = [(user, film, rating) for film, own in stars.items() for user, rating in enumerate(own)]
    users, films, ratings = zip(*rows, strict=True)
    found = divided.divided_films(Interactions.of(users, films, ratings, 4, scale=(1, 5)))
    assert set(found["item_index"][:2]) == {0, 3}
    assert found["item_index"].iloc[-1] in (1, 2)
    assert found.set_index("item_index")["split"].to_dict() == pytest.approx(
        {0: 2 * 15 * 15 / (30 * 29), 1: 0, 2: 2 * 29 / (30 * 29), 3: 2 * 15 * 15 / (30 * 29)}
    )


def test_one_film_alone_has_nothing_usual_beside_it() -> None:
    inter = Interactions.of(range(25), [0] * 25, [5, 1] * 12 + [3], 1)
    found = divided.divided_films(inter)
    assert np.isnan(found["usual"].iloc[0])
    assert divided.divided_films(Interactions.of(["a"], [0], [5], 1)).empty
    with pytest.raises(InvalidQueryError):
        divided.divided_films(Interactions.of(["a"], [0], [1], 1, is_explicit=False))


def test_small_pictures_count_every_rating() -> None:
    inter = many()
    levels = np.unique(inter.ratings.data)
    items = np.array([7, 3, 99])
    found = divided.star_counts(inter, items, levels)
    for item, counts in zip(items, found, strict=True):
        own = ratings_of_film(inter, int(item)).ratings
        assert counts == [int((own == level).sum()) for level in levels]


def test_means_over_time_count_people_not_ratings() -> None:
    inter = many(n_users=9, n_items=40)
    assert inter.timestamps is not None
    found = drift.mean_over_time(inter).set_index("label")
    users = np.repeat(np.arange(9), np.diff(inter.ratings.indptr))
    years = [datetime.fromtimestamp(int(stamp), UTC).year for stamp in inter.timestamps]
    table = pd.DataFrame({"user": users, "year": years, "stars": inter.ratings.data.astype(float)})
    for year, rows in table.groupby("year"):
        own = found.loc[str(year)]
        mean, n = rows["stars"].mean(), len(rows)
        pulls = (rows["stars"] - mean).groupby(rows["user"]).sum()
        error = np.sqrt((pulls**2).sum() * len(pulls) / (len(pulls) - 1)) / n
        assert (own["n"], own["n_people"]) == (n, len(pulls))
        assert own["mean"] == pytest.approx(mean)
        assert (own["low"], own["high"]) == pytest.approx((mean - 1.96 * error, mean + 1.96 * error))
    assert len(found) == max(years) - min(years) + 1


def test_one_person_of_a_year_gives_no_interval() -> None:
    inter = Interactions.of(list("aab"), [0, 1, 0], [4, 2, 5], 2, timestamps=[0, 10, int(5 * YEAR)])
    found = drift.mean_over_time(inter)
    assert found["label"].tolist() == ["1970", "1971", "1972", "1973", "1974", "1975"]
    assert found["mean"].iloc[0] == 3
    assert np.isnan(found["low"].iloc[0])
    assert np.isnan(found["mean"].iloc[1])
    assert drift.mean_over_time(Interactions.of(["a"], [0], [4], 1)).empty


def test_drift_is_a_regression_with_a_level_for_everybody_and_every_film() -> None:
    inter = many(3)
    found = drift.drift_within_people(inter)
    assert found is not None
    assert inter.timestamps is not None
    stars, films = inter.ratings.data.astype(float), inter.ratings.indices
    users = np.repeat(np.arange(inter.n_users), np.diff(inter.ratings.indptr))
    time = inter.timestamps / YEAR
    levels = np.column_stack([users[:, None] == np.arange(inter.n_users), films[:, None] == np.arange(130)])
    expected, error = sandwich(stars, time[:, None], levels.astype(float), users)
    assert found.per_year == pytest.approx(expected[0], abs=1e-6)
    assert found.high - found.per_year == pytest.approx(1.96 * error[0], rel=1e-4)
    assert found.n_people == inter.n_users
    first = np.array([inter.timestamps[users == user].min() for user in users])
    days = (inter.timestamps - first) / DAY
    parts = np.column_stack([(days >= 1) & (days < 30), (days >= 30) & (days < 365), days >= 365])
    expected, error = sandwich(stars, parts.astype(float), levels.astype(float), users)
    since = found.since_first
    assert since["mean"].tolist() == pytest.approx([0, *expected], abs=1e-5)
    assert (since["high"] - since["mean"]).tolist() == pytest.approx([0, *(1.96 * error)], rel=1e-3, abs=1e-9)
    assert since["n"].tolist() == [len(stars) - parts.sum(), *parts.sum(axis=0)]


def sandwich(
    stars: np.ndarray, columns: np.ndarray, levels: np.ndarray, users: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of some columns beside dummies, and their standard errors over people: by the whole design."""
    design = np.column_stack([columns, levels])
    found = np.linalg.lstsq(design, stars, rcond=None)[0]
    left = stars - design @ found
    beside = columns - levels @ np.linalg.lstsq(levels, columns, rcond=None)[0]
    bread = np.linalg.inv(beside.T @ beside)
    pulls = np.array([(beside * left[:, None])[users == user].sum(axis=0) for user in np.unique(users)])
    n = len(pulls)
    return found[: columns.shape[1]], np.sqrt(np.diagonal(bread @ pulls.T @ pulls @ bread * n / (n - 1)))


def test_a_drift_that_was_put_in_is_found_and_worse_films_are_none() -> None:
    rng = np.random.default_rng(1)
    users, films = np.nonzero(rng.random((150, 60)) < 0.5)
    years = films / 60 * 6 + rng.uniform(0, 2, len(users))  # later films are seen later, and are worse
    stars = 4.5 - films / 30 - 0.1 * years + rng.normal(0, 0.2, len(users))
    stamps = (years * YEAR).astype(np.int64)
    found = drift.drift_within_people(Interactions.of(users, films, stars, 60, timestamps=stamps))
    assert found is not None
    assert found.low < -0.1 < found.high
    assert found.high < -0.08


@pytest.mark.parametrize("stamps", [None, [5, 5, 5, 5], [5, 5, 9, 9]])
def test_no_drift_without_time_or_where_nobody_rated_at_two_moments(stamps: list[int] | None) -> None:
    inter = Interactions.of(list("aabb"), [0, 1, 0, 1], [4, 2, 3, 5], 2, timestamps=stamps)
    assert drift.drift_within_people(inter) is None


def test_films_of_one_person_say_nothing_of_drift() -> None:
    inter = Interactions.of(list("aabb"), [0, 1, 2, 3], [4, 2, 3, 5], 4, timestamps=[0, 10**8, 0, 10**8])
    assert drift.drift_within_people(inter) is None


def test_a_films_wave_beside_its_usual_share() -> None:
    def at(year: int) -> int:
        return int(datetime(year, 6, 1, tzinfo=UTC).timestamp())

    rows = [
        ("a", 0, 1999),
        ("b", 0, 2001),
        ("c", 0, 2001),
        ("d", 0, 2003),
        ("a", 1, 2001),
        ("b", 1, 2003),
        ("c", 1, 1998),
    ]
    inter = Interactions.of(
        [u for u, _, _ in rows],
        [i for _, i, _ in rows],
        [4] * 7,
        2,
        timestamps=[at(year) for _, _, year in rows],
    )
    per_year = waves.ratings_per_year(inter)
    assert per_year.to_dict() == {1998: 1, 1999: 1, 2000: 0, 2001: 3, 2002: 0, 2003: 2}
    wave = waves.wave_of_film(ratings_of_film(inter, 0), 2000, per_year)
    assert wave["age"].tolist() == [-1, 0, 1, 2, 3]
    assert wave["n"].tolist() == [1, 0, 2, 0, 1]
    # four ratings over the five of everybody's since 2000
    assert wave["usual"].tolist() == pytest.approx([0, 0, 4 * 3 / 5, 0, 4 * 2 / 5])
    assert np.isnan(wave["mean"].iloc[1])
    assert waves.wave_words(wave).startswith("Half of its ratings had come one year after its release")


def test_a_wave_is_named_where_it_stands_out() -> None:
    wave = pd.DataFrame({"age": [0, 1, 2, 3], "n": [2, 20, 4, 4], "usual": [7.5] * 4, "mean": [4.0] * 4})
    assert waves.wave_words(wave) == (
        "Half of its ratings had come one year after its release. It stood out most in that year, with 2.7 times its usual "
        "share of all ratings."
    )
    flat = wave.assign(n=[7, 8, 7, 8])
    assert waves.wave_words(flat).endswith("in no year was it rated much more than its usual share.")


def test_how_old_films_are_when_rated() -> None:
    films = Catalog.of(
        pd.DataFrame({"item_id": ["a", "b", "c"], "title": ["A", "B", "C"], "year": [1960, 2000, None]})
    )
    stamps = [int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2000, 2000, 2009, 1999, 2001)]
    inter = Interactions.of(list("abcda"), [0, 1, 1, 1, 2], [3] * 5, 3, timestamps=stamps)
    found = waves.ages_when_rated(inter, films).set_index("label")["n"]
    assert found[found > 0].to_dict() == {"before": 1, "0": 1, "5 to 9": 1, "40 or more": 1}
    assert waves.share_of_young(inter, films) == 2 / 4
    assert waves.ages_when_rated(Interactions.of(["a"], [0], [3], 3), films).empty


@given(st.lists(st.tuples(st.integers(0, 4 * 10**9), st.integers(1, 10)), min_size=1, max_size=40))
def test_periods_run_without_a_gap_and_count_everything(rows: list[tuple[int, int]]) -> None:
    stamps, stars = (
        np.array([stamp for stamp, _ in rows]),
        np.array([star / 2 for _, star in rows], np.float32),
    )
    period, labels = periods_of(stamps)
    when = pd.Series(stamps.astype("datetime64[s]"))
    unit = {4: "Y", 7: "M", 10: "D"}[len(labels[0])]
    assert [labels[at] for at in period] == when.dt.to_period(unit).astype(str).tolist()
    assert labels == pd.period_range(labels[0], labels[-1], freq=unit).astype(str).tolist()
    table = over_time(stamps, stars)
    assert table["n"].sum() == len(rows)
    assert np.nansum(table["n"] * table["mean"]) == pytest.approx(float(stars.sum(dtype=np.float64)))


def test_a_film_nobody_rated_has_no_wave() -> None:
    nobody = FilmRatings(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.int64))
    assert over_time(nobody.timestamps, nobody.ratings).empty  # type: ignore[arg-type]
