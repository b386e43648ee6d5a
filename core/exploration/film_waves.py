"""Waves of ratings after a film's release, beside what one would expect of how much everybody rated in those years."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.domain import Catalog, Interactions
from core.exploration.rating_histories import FilmRatings

YOUNG = 2
"""Films up to so many years old count as new when they are rated."""
AGES = (0, 1, 2, 3, 4, 5, 10, 20, 40)
"""Where the bars of films' ages begin, in years."""

LEAST_OF_WAVE, CLEAR_WAVE = 5, 1.5
"""Fewer ratings in a year, or fewer times the usual share, are not called a wave."""

Values = npt.NDArray[np.float64]


def ratings_per_year(interactions: Interactions) -> "pd.Series[int]":
    """How many ratings everybody gave in each calendar year (UTC), from the first to the last; empty where unknown."""
    if interactions.timestamps is None or not len(interactions):
        return pd.Series(dtype=np.int64)
    years = years_of(interactions.timestamps)
    first = int(years.min())
    n = np.bincount(years - first)
    return pd.Series(n, index=np.arange(first, first + len(n)))


def wave_of_film(found: FilmRatings, released: int, per_year: "pd.Series[int]") -> pd.DataFrame:
    """One film's ratings by years since its release.

    Args:
        found: Everybody's ratings of the film, with times.
        released: The year of its release.
        per_year: From `ratings_per_year`.

    Returns:
        `age` in calendar years (negative = rated before the year that the dataset says it was released in), `n`, `usual`,
        what the film would have got had it had the same share of all ratings in every year from its release on, and
        `mean` (NaN where n is 0). One row for each year of ratings from the release, or the first rating, on.
    """
    assert found.timestamps is not None
    years = years_of(found.timestamps)
    first = int(min(released, years.min()))
    calendar = np.arange(max(first, int(per_year.index[0])), int(per_year.index[-1]) + 1)
    everybody = per_year.reindex(calendar).to_numpy(np.float64)
    n = np.bincount(years - calendar[0], minlength=len(calendar))
    stars = np.bincount(years - calendar[0], found.ratings, len(calendar))
    could = np.where(calendar >= released, everybody, 0)
    usual = len(years) * could / could.sum() if could.sum() else np.zeros(len(calendar))
    mean: Values = np.full(len(n), np.nan)
    np.divide(stars, n, out=mean, where=n > 0)
    return pd.DataFrame({"age": calendar - released, "n": n, "usual": usual, "mean": mean})


def wave_words(wave: pd.DataFrame) -> str:
    """When most of a film's ratings came, in a sentence."""
    age, n, usual = (wave[name].to_numpy(np.float64) for name in ("age", "n", "usual"))
    half = int(age[np.searchsorted(np.cumsum(n), n.sum() / 2)])
    said = "Half of its ratings had come " + (
        "in the year of its release" if half <= 0 else f"{_years(half)} after its release"
    )
    above = np.divide(n, usual, out=np.zeros(len(n)), where=(usual > 0) & (n >= LEAST_OF_WAVE))
    best = int(above.argmax())
    if above[best] < CLEAR_WAVE:
        return f"{said}; in no year was it rated much more than its usual share."
    when = "in that year" if age[best] == half else _when(int(age[best]))
    return f"{said}. It stood out most {when}, with {above[best]:.1f} times its usual share of all ratings."


def _years(n: int) -> str:
    return "one year" if n == 1 else f"{n} years"


def _when(age: int) -> str:
    return "in the year of its release" if age == 0 else f"{_years(age)} after it"


def ages_when_rated(interactions: Interactions, catalog: Catalog) -> pd.DataFrame:
    """How old films are when they are rated, over all ratings whose time and film's year are known.

    Returns:
        `label` ("0", "5 to 9", "40 or more"; "before" = rated before its year) and `n`; empty where times are not known.
    """
    if interactions.timestamps is None:
        return pd.DataFrame(columns=["label", "n"])
    released = catalog.items["year"].to_numpy(np.float64, na_value=np.nan)[interactions.ratings.indices]
    age = (years_of(interactions.timestamps) - released)[np.isfinite(released)].astype(np.int64)
    n = np.bincount(np.searchsorted(AGES, age, side="right"), minlength=len(AGES) + 1)
    names = [str(a) if b == a + 1 else f"{a} to {b - 1}" for a, b in pairwise(AGES)]
    table = pd.DataFrame({"label": ["before", *names, f"{AGES[-1]} or more"], "n": n})
    return table[1:].reset_index(drop=True) if n[0] == 0 else table


def share_of_young(interactions: Interactions, catalog: Catalog) -> float:
    """Share of all ratings, of known time and year, that a film got within `YOUNG` years of its release; NaN without any."""
    table = ages_when_rated(interactions, catalog)
    young = table["label"].isin(["before", *(str(age) for age in range(YOUNG + 1))])
    total = table["n"].sum()
    return float(table.loc[young, "n"].sum() / total) if total else float("nan")


def years_of(timestamps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Calendar years (UTC) of seconds since 1970."""
    return timestamps.astype("datetime64[s]").astype("datetime64[Y]").astype(np.int64) + 1970
