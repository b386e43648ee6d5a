"""Ratings over the years: how the mean moves, and whether people get stricter with time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Interactions
from core.exploration.rating_histories import periods_of

WIDE = 1.96
"""Standard errors to either side that hold 95 of 100 means."""
YEAR = 365.25 * 86_400
"""Seconds."""
SINCE_FIRST = (("first day", 0.0), ("first month", 1.0), ("first year", 30.0), ("later", 365.0))
"""Parts of a person's time here: their name, and after how many days they begin."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Drift:
    """How people's stars change within a person.

    Attributes:
        per_year: Stars in a year, beside what others gave the same films.
        low, high: 95 % interval; people are drawn, not ratings. NaN where there is only one.
        n_people: Those who rated at more than one moment.
    """

    per_year: float
    low: float
    high: float
    n_people: int


def mean_over_time(interactions: Interactions) -> pd.DataFrame:
    """The mean of all ratings by year, month or day, see `rating_histories.periods_of`.

    Intervals count people, not ratings: somebody who rates 400 films in an evening is one opinion of what stars mean. The
    variance of a mean is the sum over people of the square of their summed deviations, over the square of the number of
    ratings, times G / (G - 1) for G people.

    Returns:
        `label`, `n` ratings, `n_people`, `mean`, `low`, `high`; NaN where nobody rated, intervals also where only one did.

    Source: Liang, Zeger (1986), "Longitudinal data analysis using generalized linear models": the sandwich estimate.
    """
    if interactions.timestamps is None or not len(interactions):
        return pd.DataFrame(columns=["label", "n", "n_people", "mean", "low", "high"])
    period, labels = periods_of(interactions.timestamps)
    return _means_of_parts(
        period, _people(interactions), interactions.ratings.data.astype(np.float64), labels
    )


def drift_within_people(interactions: Interactions) -> Drift | None:
    """How a person's stars change from year to year, beside what others gave the same films.

    Of every rating the mean of the film's other ratings is taken off, so that seeing worse films with time is no
    strictness; films that one person rated say nothing. The rest is regressed on time, each person about their own means
    (fixed effects); the interval is the sandwich estimate over people, see `mean_over_time`.

    Returns:
        None without stars or times, or where nobody rated at two moments.
    """
    found = _beside_others(interactions)
    if found is None:
        return None
    people, beside, stamps = found
    years = (stamps - stamps.min()) / YEAR
    n_people = interactions.n_users
    time, stars = _within(people, years, n_people), _within(people, beside, n_people)
    squares = np.bincount(people, time**2, n_people)
    total = squares.sum()
    if total <= 1e-12:
        return None
    slope = float(time @ stars / total)
    pulls = np.bincount(people, time * (stars - slope * time), n_people)
    moved = int((squares > 1e-12).sum())
    error = np.sqrt((pulls**2).sum() * moved / (moved - 1)) / total if moved > 1 else np.nan
    return Drift(slope, float(slope - WIDE * error), float(slope + WIDE * error), moved)


def stars_since_first(interactions: Interactions) -> pd.DataFrame:
    """People's stars beside what others gave the same films, by how long ago they began, about each person's own mean.

    Returns:
        As `mean_over_time`, one row for each of `SINCE_FIRST`; empty without stars or times.
    """
    found = _beside_others(interactions)
    if found is None:
        return pd.DataFrame(columns=["label", "n", "n_people", "mean", "low", "high"])
    people, beside, _ = found
    stamps = interactions.timestamps
    assert stamps is not None
    everybody = _people(interactions)
    first = np.full(interactions.n_users, np.iinfo(np.int64).max)
    np.minimum.at(first, everybody, stamps)
    days = (found[2] - first[people]) / 86_400
    part = np.searchsorted([begin for _, begin in SINCE_FIRST], days, side="right") - 1
    own = _within(people, beside, interactions.n_users)
    return _means_of_parts(part, people, own, [name for name, _ in SINCE_FIRST])


def _beside_others(interactions: Interactions) -> tuple[npt.NDArray[np.int64], Values, Values] | None:
    """Of ratings of films with more than one: user_index, stars less the mean of the film's others, and when."""
    stamps, matrix = interactions.timestamps, interactions.ratings
    if stamps is None or not interactions.is_explicit:
        return None
    counts = interactions.item_counts()
    sums = np.bincount(matrix.indices, matrix.data, matrix.shape[1])
    kept = counts[matrix.indices] > 1
    if not kept.any():
        return None
    films, stars = matrix.indices[kept], matrix.data[kept].astype(np.float64)
    others = (sums[films] - stars) / (counts[films] - 1)
    return _people(interactions)[kept], stars - others, stamps[kept].astype(np.float64)


def _means_of_parts(
    part: npt.NDArray[np.int64], people: npt.NDArray[np.int64], values: Values, labels: list[str]
) -> pd.DataFrame:
    """The mean of the values of each part, with an interval over people; a row for each label."""
    n_parts, n_people = len(labels), int(people.max(initial=0)) + 1
    n = np.bincount(part, minlength=n_parts)
    mean: Values = np.full(n_parts, np.nan)
    np.divide(np.bincount(part, values, n_parts), n, out=mean, where=n > 0)
    pairs, pair = np.unique(part * np.int64(n_people) + people, return_inverse=True)
    pulls = np.bincount(pair, values - mean[part], len(pairs))
    groups = np.bincount(pairs // n_people, minlength=n_parts)
    error: Values = np.full(n_parts, np.nan)
    squares = np.bincount(pairs // n_people, pulls**2, n_parts)
    np.divide(np.sqrt(squares * groups / np.maximum(groups - 1, 1)), n, out=error, where=groups > 1)
    return pd.DataFrame(
        {"label": labels, "n": n, "n_people": groups, "mean": mean}
        | {"low": mean - WIDE * error, "high": mean + WIDE * error}
    )


def _people(interactions: Interactions) -> npt.NDArray[np.int64]:
    """(nnz,) user_index of every rating."""
    return np.repeat(np.arange(interactions.n_users), np.diff(interactions.ratings.indptr)).astype(np.int64)


def _within(people: npt.NDArray[np.int64], values: Values, n_people: int) -> Values:
    """Values less the mean of their person."""
    n = np.bincount(people, minlength=n_people)
    return values - (np.bincount(people, values, n_people) / np.maximum(n, 1))[people]
