"""One person's taste against everybody's: which kinds of films they rate, and how highly."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.domain import Catalog, Interactions
from core.types import IndexVector

DAMPING = 5.0
"""Ratings by which a difference of stars is pulled towards nothing before kinds of films are named: n / (n + DAMPING)."""
LEAST_RATINGS = 5
"""Stars for fewer films of a kind are not put into words."""
CLEAR_SHARE, CLEAR_STARS = 0.03, 0.15
"""Differences below these, of shares and damped ones of stars, are not put into words."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FilmGroups:
    """Kinds of films; a film may be of several or of none.

    Attributes:
        names: Of the groups, in the order in which they are shown.
        members: (n_groups, n_items) float64 CSR, 1 = the film is of this kind.
    """

    names: tuple[str, ...]
    members: sparse.csr_matrix


def _groups(names: Sequence[str], group: Sequence[int], item: Sequence[int], n_items: int) -> FilmGroups:
    shape = (len(names), n_items)
    return FilmGroups(tuple(names), sparse.csr_matrix((np.ones(len(item)), (group, item)), shape=shape))


def genre_groups(catalog: Catalog) -> FilmGroups:
    """The films of each genre, that of most films first; a film of several genres counts in each."""
    n_films = catalog.items["genres"].explode().value_counts()
    names = sorted(catalog.genre_names(), key=lambda name: (-n_films[name], name))
    row = {name: number for number, name in enumerate(names)}
    pairs = [
        (row[name], item) for item, own in enumerate(catalog.items["genres"]) for name in dict.fromkeys(own)
    ]
    return _groups(names, [group for group, _ in pairs], [item for _, item in pairs], len(catalog))


def decade_groups(catalog: Catalog) -> FilmGroups:
    """The films of each decade, "1990s", earliest first; films without a year are in none."""
    years = catalog.items["year"].to_numpy(np.float64, na_value=np.nan)
    known = np.flatnonzero(np.isfinite(years))
    decades, group = np.unique((years[known] // 10 * 10).astype(np.int64), return_inverse=True)
    return _groups([f"{decade}s" for decade in decades], group.tolist(), known.tolist(), len(catalog))


GROUPINGS: Mapping[str, Callable[[Catalog], FilmGroups]] = {"Genres": genre_groups, "Decades": decade_groups}
"""How films can be grouped."""


def taste_table(
    interactions: Interactions, groups: FilmGroups, user: int, counts: IndexVector, means: Values
) -> pd.DataFrame:
    """One person's ratings of each kind of films beside everybody's.

    Args:
        interactions: Who rated what.
        groups: Kinds of films.
        user: user_index.
        counts: (n_items,) from `Interactions.item_counts`.
        means: (n_items,) from `Interactions.item_means`; with the counts they give everybody's figures, without another
            pass over the ratings.

    Returns:
        `name`; `n` and `n_all`, ratings by this person and by everybody (this person among them); `share` and `share_all`,
        of all their ratings; `mean` and `mean_all`, NaN where there is none. One row for each group that anybody rated.
    """
    items, ratings = interactions.history(user)
    own = np.zeros(len(counts))
    own[items] = 1
    stars = np.zeros(len(counts))
    stars[items] = ratings
    n, n_all = groups.members @ own, groups.members @ counts.astype(np.float64)
    total = groups.members @ (np.nan_to_num(means) * counts)
    table = pd.DataFrame(
        {
            "name": groups.names,
            "n": n.astype(np.int64),
            "n_all": n_all.astype(np.int64),
            "share": n / max(len(items), 1),
            "share_all": n_all / max(len(interactions), 1),
            "mean": _ratio(groups.members @ stars, n),
            "mean_all": _ratio(total, n_all),
        }
    )
    return table[table["n_all"] > 0].reset_index(drop=True)


def taste_words(table: pd.DataFrame, *, above: float) -> str:
    """What stands out in a `taste_table`, in a sentence or two; "" where nothing does.

    Args:
        table: From `taste_table`.
        above: How much higher the person's mean is than everybody's: only what goes beyond it is about taste.
    """
    trust = (table["n"] / (table["n"] + DAMPING)).where(table["n"] >= LEAST_RATINGS, 0)
    more = (table["share"] - table["share_all"]).to_numpy(np.float64)
    stars = ((table["mean"] - table["mean_all"] - above) * trust).fillna(0).to_numpy(np.float64)
    said = []
    if len(table) and more.max() >= CLEAR_SHARE:
        row = table.iloc[int(more.argmax())]
        said.append(
            f"They rate more {row['name']} than others do: {row['share']:.0%} of their films, {row['share_all']:.0%} of "
            "everybody's."
        )
    if len(table) and stars.max() >= CLEAR_STARS:
        said.append(f"They are kindest to {_stars_of(table.iloc[int(stars.argmax())])}.")
    if len(table) and stars.min() <= -CLEAR_STARS:
        said.append(f"They are hardest on {_stars_of(table.iloc[int(stars.argmin())])}.")
    return " ".join(said)


def _stars_of(row: "pd.Series[Any]") -> str:
    return (
        f"{row['name']}: mean {row['mean']:.1f} over {row['n']:,} films, {row['mean_all']:.1f} with everybody"
    )


def _ratio(over: Values, under: Values) -> Values:
    """NaN where there is nothing below."""
    out: Values = np.full(len(under), np.nan)
    np.divide(over, under, out=out, where=under > 0)
    return out
