"""What some films have in common, and what is over-represented among them against the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.stats import hypergeom

from core.domain import Catalog
from core.exploration.film_facts import languages
from core.serving import Atlas
from core.types import IndexVector

FALSE_SHARE = 0.05
"""Of all that is called over-represented, at most so large a share is expected to be so by luck alone."""
FEWEST = 3
"""Films that must have something before it is tested."""
TEST = (
    f"one-sided hypergeometric test (Fisher's exact test) of everything that at least {FEWEST} of the films have, with "
    f"Benjamini and Hochberg's control of false discoveries at {FALSE_SHARE:.0%}"
)
"""How what is over-represented was found."""


def _genres(catalog: Catalog) -> list[Sequence[str]]:
    return list(catalog.items["genres"])


def _decades(catalog: Catalog) -> list[Sequence[str]]:
    years = catalog.items["year"].to_numpy(np.float64, na_value=np.nan)
    return [() if np.isnan(year) else (f"{int(year) // 10 * 10}s",) for year in years]


def _languages(catalog: Catalog) -> list[Sequence[str]]:
    called = languages()
    return [(called.get(code, code),) if code else () for code in map(str, catalog.items["language"])]


def _people(catalog: Catalog) -> list[Sequence[str]]:
    columns = catalog.items["directors"], catalog.items["cast"]
    return [tuple(dict.fromkeys([*made, *played])) for made, played in zip(*columns, strict=True)]


def _keywords(catalog: Catalog) -> list[Sequence[str]]:
    return list(catalog.items["keywords"])


FACETS: dict[str, Callable[[Catalog], list[Sequence[str]]]] = {
    "Genre": _genres,
    "Decade": _decades,
    "Language": _languages,
    "Person": _people,
    "Keyword": _keywords,
}
"""Kinds of things that films have -> those of every film."""


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything that the films of a catalogue have.

    Attributes:
        has: (n_items, n_terms) 1 = the film has it.
        terms: Kind and name of each column.
        known: (n_items, kinds) whether anything of a kind is known of a film, in the order of FACETS.
    """

    has: sparse.csr_array
    terms: tuple[tuple[str, str], ...]
    known: npt.NDArray[np.bool_]


def facts_of(catalog: Catalog) -> Facts:
    """The facts of a catalogue; made once, selections are counted from it."""
    blocks, terms, known = [], [], []
    for kind, read in FACETS.items():
        rows = [tuple(dict.fromkeys(row)) for row in read(catalog)]
        names = sorted({name for row in rows for name in row})
        column = {name: n for n, name in enumerate(names)}
        where = [(item, column[name]) for item, row in enumerate(rows) for name in row]
        at = np.array(where, np.int64).reshape(-1, 2)
        blocks.append(
            sparse.csr_array(
                (np.ones(len(at), np.int32), (at[:, 0], at[:, 1])), shape=(len(rows), len(names))
            )
        )
        terms += [(kind, name) for name in names]
        known.append([bool(row) for row in rows])
    return Facts(sparse.csr_array(sparse.hstack(blocks, format="csr")), tuple(terms), np.array(known, bool).T)


@dataclass(frozen=True, eq=False)
class Summary:
    """Some films against others.

    Attributes:
        n: How many films.
        n_others: How many the others are.
        counts: kind, name, here, elsewhere (films that have it), share_here, share_elsewhere (of those of which anything of
            its kind is known), lift (the one share by the other; infinite where nobody else has it), p, is_more (called
            over-represented); the commonest here first.
        medians: What (year, mean rating, number of ratings), here, elsewhere; NaN = unknown.
    """

    n: int
    n_others: int
    counts: pd.DataFrame
    medians: pd.DataFrame

    def more(self, n: int) -> pd.DataFrame:
        """What is over-represented, the surest first."""
        return self.counts[self.counts["is_more"]].sort_values(["p", "name"], kind="stable").head(n)

    def commonest(self, kind: str, n: int) -> pd.DataFrame:
        """What most of the films have, of one kind."""
        return self.counts[self.counts["kind"] == kind].head(n)


def summary(atlas: Atlas, facts: Facts, films: IndexVector, against: IndexVector | None = None) -> Summary:
    """Summarise some films.

    Args:
        atlas: The dataset.
        facts: Of its catalogue.
        films: item_index, each once.
        against: The films to compare with; None = all others. Films that are in both count here.
    """
    inside = np.zeros(len(atlas.catalog), bool)
    inside[films] = True
    outside = ~inside if against is None else np.isin(np.arange(len(inside)), against) & ~inside
    return Summary(
        int(inside.sum()),
        int(outside.sum()),
        _counts(facts, inside, outside),
        _medians(atlas, inside, outside),
    )


def _counts(facts: Facts, inside: npt.NDArray[np.bool_], outside: npt.NDArray[np.bool_]) -> pd.DataFrame:
    here, elsewhere = (np.asarray(facts.has.T @ mask.astype(np.int64)) for mask in (inside, outside))
    kinds = list(FACETS)
    kind = np.array([kinds.index(name) for name, _ in facts.terms], np.int64)
    n_here, n_elsewhere = (facts.known[mask].sum(0)[kind] for mask in (inside, outside))
    with np.errstate(divide="ignore", invalid="ignore"):
        share_here, share_elsewhere = here / n_here, elsewhere / n_elsewhere
        lift = share_here / share_elsewhere
    p = hypergeom.sf(here - 1, n_here + n_elsewhere, here + elsewhere, n_here)
    tested = (here >= FEWEST) & (n_elsewhere > 0)
    table = pd.DataFrame(
        {
            "kind": [name for name, _ in facts.terms],
            "name": [name for _, name in facts.terms],
            "here": here,
            "elsewhere": elsewhere,
            "share_here": share_here,
            "share_elsewhere": share_elsewhere,
            "lift": lift,
            "p": p,
            "is_more": False,
        }
    )
    table.loc[tested, "is_more"] = discoveries(p[tested]) & (lift[tested] > 1)
    table = table[table["here"] > 0]
    return table.sort_values(
        ["here", "lift", "name"], ascending=[False, False, True], kind="stable"
    ).reset_index(drop=True)


def discoveries(p: npt.NDArray[np.float64], share: float = FALSE_SHARE) -> npt.NDArray[np.bool_]:
    """Which of several tests are discoveries.

    The i-th smallest of m values counts where some j-th, j >= i, is at most share * j / m.

    Source: Benjamini, Hochberg (1995), "Controlling the false discovery rate", procedure (1).
    """
    order = np.argsort(p, kind="stable")
    below = np.flatnonzero(p[order] <= share * np.arange(1, len(p) + 1) / max(len(p), 1))
    found = np.zeros(len(p), bool)
    if len(below):
        found[order[: below[-1] + 1]] = True
    return found


def _medians(atlas: Atlas, inside: npt.NDArray[np.bool_], outside: npt.NDArray[np.bool_]) -> pd.DataFrame:
    numbers = {"Year": atlas.catalog.items["year"].to_numpy(np.float64, na_value=np.nan)}
    if len(atlas.interactions):
        numbers |= {"Mean rating": atlas.means, "Number of ratings": atlas.counts.astype(np.float64)}
    return pd.DataFrame(
        [
            {"what": name, "here": _median(v[inside]), "elsewhere": _median(v[outside])}
            for name, v in numbers.items()
        ]
    )


def _median(values: npt.NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")
