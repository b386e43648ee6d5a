"""Ratings over the years: how the mean moves, and whether people get stricter with time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.compute.threads import one_blas_thread
from core.domain import Interactions
from core.exploration.rating_histories import periods_of

WIDE = 1.96
"""Standard errors to either side that hold 95 of 100 means."""
YEAR = 365.25 * 86_400
"""Seconds."""
SINCE_FIRST = (("first day", 0.0), ("first month", 1.0), ("first year", 30.0), ("later", 365.0))
"""Parts of a person's time here: their name, and after how many days they begin."""

CLOSE, NOTHING = 1e-6, 1e-9
"""How exactly levels are taken out, and mean squares that are no more than what that leaves."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drift:
    """How people's stars change within a person, beside what others gave the same films.

    Attributes:
        per_year: Stars in a year.
        low, high: 95 % interval; people are drawn, not ratings. NaN where only one says anything.
        n_people: Those who say something: who rated at two moments films that others rated, too.
        since_first: Stars beside those of a person's own first day: `label` of `SINCE_FIRST`, `n` ratings, `n_people`,
            `mean`, `low`, `high`; NaN where nothing can be said.
    """

    per_year: float
    low: float
    high: float
    n_people: int
    since_first: pd.DataFrame


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
    """How a person's stars change with time.

    Stars are regressed on time with a level for every person and one for every film (two-way fixed effects): otherwise
    whoever sees worse films with time would seem to get stricter, and films that everybody saw late would hide that
    they do.
    Intervals are the sandwich estimate over people, see `mean_over_time`.

    Returns:
        None without stars or times, or where nothing can be said: nobody rated at two moments films that others rated.

    Source: Frisch, Waugh (1933) for taking levels out of both sides; Fong, Saunders (2011), "LSMR", for how that is solved.
    """
    stamps = interactions.timestamps
    if stamps is None or not interactions.is_explicit or not len(interactions):
        return None
    people, n_people = _people(interactions), interactions.n_users
    beside = _levels_taken_out(interactions)
    years, stars = (stamps - stamps.min()) / YEAR, beside(interactions.ratings.data.astype(np.float64))
    time = beside(years)
    if time @ time <= NOTHING * len(time) * max(float(years.max()), 1e-9) ** 2:
        return None
    slope, error, moved = _effects(stars, time[:, None], people)
    first = np.full(n_people, np.iinfo(np.int64).max)
    np.minimum.at(first, people, stamps)
    days = (stamps - first[people]) / 86_400
    part = np.searchsorted([begin for _, begin in SINCE_FIRST], days, side="right") - 1
    return Drift(
        float(slope[0]),
        float(slope[0] - WIDE * error[0]),
        float(slope[0] + WIDE * error[0]),
        moved,
        _since_first(part, people, stars, beside),
    )


def _since_first(
    part: npt.NDArray[np.int64],
    people: npt.NDArray[np.int64],
    stars: Values,
    beside: Callable[[Values], Values],
) -> pd.DataFrame:
    """The stars of each part of people's time here beside those of the first, with their intervals."""
    names = [name for name, _ in SINCE_FIRST]
    n = np.bincount(part, minlength=len(names))
    pairs = np.unique(part * (int(people.max()) + 1) + people)
    n_people = np.bincount(pairs // (int(people.max()) + 1), minlength=len(names))
    mean, error = np.full(len(names), np.nan), np.full(len(names), np.nan)
    mean[0], error[0] = 0, 0
    columns = {at: beside((part == at).astype(np.float64)) for at in range(1, len(names)) if n[at]}
    told = [at for at, column in columns.items() if column @ column > NOTHING * len(part)]
    if told:
        mean[told], error[told], _ = _effects(stars, np.column_stack([columns[at] for at in told]), people)
    return pd.DataFrame(
        {"label": names, "n": n, "n_people": n_people, "mean": mean}
        | {"low": mean - WIDE * error, "high": mean + WIDE * error}
    )


def _levels_taken_out(interactions: Interactions) -> Callable[[Values], Values]:
    """What is left of values, one a rating, when everybody's and every film's level is taken out."""
    from scipy.sparse.linalg import lsmr

    n, n_people = len(interactions), interactions.n_users
    # columns of length 1: solved in tens of rounds instead of thousands
    counts = np.concatenate([np.diff(interactions.ratings.indptr), interactions.item_counts()])
    columns = np.column_stack([_people(interactions), interactions.ratings.indices + n_people])
    shape = (n, n_people + interactions.ratings.shape[1])
    levels = sparse.csr_matrix(
        (1 / np.sqrt(counts[columns.ravel()]), columns.ravel(), np.arange(0, 2 * n + 1, 2)), shape=shape
    )

    def beside(values: Values) -> Values:
        with one_blas_thread():  # short vectors: threads that wait for each other cost more than they give
            left: Values = values - levels @ lsmr(levels, values, atol=CLOSE, btol=CLOSE)[0]
        return left

    return beside


def _effects(stars: Values, columns: Values, people: npt.NDArray[np.int64]) -> tuple[Values, Values, int]:
    """What each column adds to the stars, its standard error over people, and how many people say something.

    NaN where the columns cannot be told apart, errors also where one person alone says something.
    """
    squares = columns.T @ columns
    nothing: Values = np.full(len(squares), np.nan)
    says = np.bincount(people, (columns**2).sum(axis=1)) > NOTHING
    n = int(says.sum())
    if np.linalg.matrix_rank(squares, hermitian=True) < len(squares):
        return nothing, nothing, n
    bread = np.linalg.inv(squares)
    added: Values = bread @ (columns.T @ stars)
    if n < 2:
        return added, nothing, n
    left = stars - columns @ added
    pulls = np.column_stack([np.bincount(people, column * left) for column in columns.T])[says]
    spread = np.diagonal(bread @ (pulls.T @ pulls) @ bread) * n / (n - 1)
    return added, np.sqrt(np.maximum(spread, 0)), n


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
