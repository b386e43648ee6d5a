"""What sets a group of films apart, in words."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, count

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Catalog
from core.maps.subjects import subjects_of
from core.text import fold, singular
from core.types import IndexVector

LONGEST = 28
"""Characters of the longest name: more stands in the way on a map."""

LEAST_SHARE_OF_GENRE = 0.2
"""A genre is said of a group where so many of its films have it."""

LEAST_SHARE = 0.06
"""A subject is said of a group where so many of its films are about it ..."""

LEAST_FILMS = 3
"""... and at least so many."""

PRIOR = 6
"""Films that each group is thought to have more, with the subjects of all films: four of twelve say less than 40 of 120."""

LEAST_LIFT = 1.3
"""Times as often as around it."""

OFTEN = 0.2
"""Share of the films of a group that have what is said of it, though it may not set them apart."""

FILMS_OF_A_DIRECTOR = 5
"""Directors of so many films of the catalogue are known well enough to name a group that nothing else sets apart."""

_WORD = re.compile(r"\w+")

STANDS_ALREADY = 0.5
"""What a subject is still worth that another name of the same level holds."""

SHORT_GENRES = {"Science Fiction": "Sci-Fi"}
NO_GENRES = frozenset({"IMAX", "TV Movie"})
"""How a film is shown, and not what it is."""


def top_genre(catalog: Catalog, rows: IndexVector) -> tuple[str, float]:
    """The commonest genre of some films, and its share of those that have any; ("", 0) without genres."""
    lists = [genres for genres in catalog.items["genres"].iloc[rows] if genres]
    if not lists:
        return "", 0.0
    genre, count = min(
        Counter(g for genres in lists for g in genres).items(), key=lambda pair: (-pair[1], pair[0])
    )
    return genre, round(count / len(lists), 4)


@dataclass(frozen=True, eq=False)
class Terms:
    """Which film has which of some terms.

    Attributes:
        names: By column.
        has: (n_items, n_terms) 1 = the film has the term.
    """

    names: tuple[str, ...]
    has: sparse.csr_matrix

    @classmethod
    def of(cls, rows: Sequence[frozenset[str]]) -> "Terms":
        """From the terms of each film."""
        names = tuple(sorted({term for row in rows for term in row}))
        column = {term: i for i, term in enumerate(names)}
        indices = [column[term] for row in rows for term in sorted(row)]
        starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        shape = (len(rows), len(names))
        return cls(names, sparse.csr_matrix((np.ones(len(indices)), indices, starts), shape=shape))

    def telling(
        self,
        labels: IndexVector,
        k: int,
        wider: Sequence[IndexVector],
        *,
        least_share: float,
        least: int = 1,
        least_lift: float = LEAST_LIFT,
    ) -> list[dict[str, float]]:
        """How strongly each term sets each group apart: p log(p / q), summed over what it is held against.

        p is the share of the group's films that have the term and q that of the wider group around it, p drawn towards
        that of all films by `PRIOR`; the sum over all terms is the Kullback-Leibler divergence of the two. Left out are
        terms that fewer than `least` films and the share `least_share` have, or that are not `least_lift` times as
        frequent as in the first of `wider`.

        Args:
            labels: (n_items,) number of the group of each film, -1 = none.
            k: How many groups.
            wider: Each (n_items,): number of the group around it; zeros = all films.
            least_share: See above.
            least: See above.
            least_lift: See above.

        Returns:
            Term -> strength, for each group, strongest first, ties by name.
        """
        if not self.names or not k:
            return [{} for _ in range(k)]
        known = np.flatnonzero(labels >= 0)
        has, own = self.has[known], labels[known]
        counts, sizes = _sums(has, own, k), np.maximum(np.bincount(own, minlength=k), 1)[:, None]
        overall = np.maximum(np.asarray(has.mean(0)).reshape(1, -1), 1e-12)
        share = (counts + PRIOR * overall) / (sizes + PRIOR)
        strength, lifts = np.zeros_like(share), []
        for around in wider:
            n = int(around[known].max()) + 1
            shares = (
                _sums(has, around[known], n) / np.maximum(np.bincount(around[known], minlength=n), 1)[:, None]
            )
            parent = np.zeros(k, np.int64)
            parent[own] = around[known]
            lifts.append(share / np.maximum(shares[parent], 1e-12))
            strength += share * np.log(lifts[-1])
        counted = (
            (counts >= least) & (counts >= least_share * sizes) & (strength > 0) & (lifts[0] >= least_lift)
        )
        return [
            {
                self.names[j]: float(strength[c, j])
                for j in sorted(np.flatnonzero(counted[c]), key=lambda j: -strength[c, j])
            }
            for c in range(k)
        ]


def _sums(has: sparse.csr_matrix, labels: IndexVector, k: int) -> npt.NDArray[np.float64]:
    """(k, n_terms) how many films of each group have each term."""
    member = sparse.csr_matrix(
        (np.ones(len(labels)), (labels, np.arange(len(labels)))), shape=(k, len(labels))
    )
    return np.asarray((member @ has).todense())


def words_of(name: str) -> frozenset[str]:
    """What two names are told apart by: their words, whatever the order, the number and what joins them."""
    return frozenset(map(singular, _WORD.findall(fold(name)))) - {"the", "and", "of"}


@dataclass
class Namer:
    """Gives names to groups, level by level from the widest: no two alike in all of them.

    Attributes:
        catalog: The films.
        genres, subjects, directors: What they have.
        taken: Words of the names that are given.
    """

    catalog: Catalog
    genres: Terms = field(init=False)
    subjects: Terms = field(init=False)
    directors: Terms = field(init=False)
    taken: set[frozenset[str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        items = self.catalog.items
        lists = [frozenset(SHORT_GENRES.get(g, g) for g in row) - NO_GENRES for row in items["genres"]]
        made = Counter(person for row in items["directors"] for person in row)
        known = {person for person, n in made.items() if n >= FILMS_OF_A_DIRECTOR}
        self.genres, self.subjects = Terms.of(lists), Terms.of(subjects_of(self.catalog))
        self.directors = Terms.of([frozenset(known.intersection(row)) for row in items["directors"]])

    def names(
        self,
        level: int,
        labels: IndexVector,
        k: int,
        wider: Sequence[IndexVector],
        parents: Sequence[str],
        central: Sequence[Sequence[str]],
    ) -> list[tuple[str, tuple[str, ...]]]:
        """A name for each group of a level, and the terms that it was chosen from.

        Those that a subject sets apart most choose first; a subject that a name of the level holds, or that of the group
        around it, counts less.

        Args:
            level: 0 = regions, named by genres; 1 = groups, by a genre and a subject; 2 = subgroups, by a subject.
            labels: (n_items,) number of the group of each film, -1 = none.
            k: How many groups.
            wider: What they are held against, see `Terms.telling`.
            parents: Name of the group around each; "" = none.
            central: Titles of each group's films from its middle outwards: the last resort.
        """
        genres = self.genres.telling(labels, k, wider[:1], least_share=LEAST_SHARE_OF_GENRE, least_lift=1)
        subjects = self.subjects.telling(labels, k, wider, least_share=LEAST_SHARE, least=LEAST_FILMS)
        directors = self.directors.telling(labels, k, wider[:1], least_share=LEAST_SHARE, least=LEAST_FILMS)
        found: list[tuple[str, tuple[str, ...]]] = [("", ())] * k
        used = Counter[str]()
        for c in sorted(range(k), key=lambda c: (-max(subjects[c].values(), default=0), c)):
            above = words_of(parents[c])
            worth = {
                term: strength * STANDS_ALREADY ** (used[term] + 2 * bool(words_of(term) & above))
                for term, strength in subjects[c].items()
            }
            main = self._main_genres(genres[c], labels == c)
            by_genres = _by_genres(main, _decades(self.catalog, labels == c), two=level == 0)
            candidates = chain(
                by_genres if level == 0 else (),
                _by_subjects(worth, main, with_genre=level < 2),
                directors[c],
                by_genres,
                (f"Around {title}" for title in central[c]),
                (f"Group {number}" for number in count(1)),
            )
            name = next(
                name for name in candidates if len(name) <= LONGEST and words_of(name) not in self.taken
            )
            self.taken.add(words_of(name))
            used.update(term for term in worth if words_of(term) <= words_of(name))
            found[c] = name, tuple(sorted(subjects[c], key=lambda t: (-worth[t], t))[:8])
        return found

    def _main_genres(self, telling: dict[str, float], rows: npt.NDArray[np.bool_]) -> list[str]:
        """Genres that set a group apart and after them those that many of its films have, four at most."""
        share = np.asarray(self.genres.has[np.flatnonzero(rows)].mean(0)).ravel()
        often = [self.genres.names[j] for j in np.argsort(-share, kind="stable")[:3] if share[j] >= OFTEN]
        return list(dict.fromkeys([*telling, *often]))[:4]


def _by_subjects(worth: dict[str, float], genres: Sequence[str], *, with_genre: bool) -> list[str]:
    """Names made of one or two subjects, those first that say most; with the genre in front where it is wanted first."""
    strong = sorted(worth, key=lambda term: (-worth[term], term))[:8]
    named = {_capital(term): worth[term] for term in strong}
    named |= {
        f"{_capital(a)}, {b}": 0.4 * (worth[a] + worth[b])
        for i, a in enumerate(strong)
        for b in strong[i + 1 :]
    }
    told = {
        f"{genre}: {term}": worth[term] * (0.8**place)
        for place, genre in enumerate(genres[:2])
        for term in strong
        if not words_of(term) & words_of(genre)
    }
    ordered = [sorted(names, key=lambda name: (-names[name], name)) for names in (named, told)]
    return [name for names in (reversed(ordered) if with_genre else ordered) for name in names]


def _by_genres(genres: Sequence[str], decades: Sequence[str], *, two: bool) -> list[str]:
    """Names made of one or two genres, two of them first where that is wanted, then with a decade."""
    pairs = [f"{a} & {b}" for i, a in enumerate(genres) for b in genres[i + 1 :]]
    if two:
        return [*pairs[:3], *genres[:2], *(f"{name}, {decade}" for decade in decades for name in pairs)]
    dated = [f"{name}, {decade}" for name in genres for decade in decades]
    return [*genres[:1], *dated[:2], *pairs, *dated[2:], *(f"{name}, {d}" for name in pairs for d in decades)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _decades(catalog: Catalog, rows: npt.NDArray[np.bool_]) -> list[str]:
    """Decades that many films of a group are of, e.g. "1990s", the commonest first."""
    decades = (catalog.items["year"][rows].dropna() // 10 * 10).to_numpy(np.int64)
    found, counts = np.unique(decades, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [f"{found[i]}s" for i in order if counts[i] >= OFTEN * len(decades)]
