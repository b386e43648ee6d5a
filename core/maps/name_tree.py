"""A tree of names for a map: regions, the groups in them, and small groups in those; no two names alike.

Every place of the tree proposes names from the plainest to the most special, and gets the first that nobody has: regions
first, larger ones before smaller ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.domain import Catalog
from core.domain.catalog import item_label
from core.maps.cluster_names import decade, distinctive, topics_of, without_variants
from core.text import singular
from core.types import FloatMatrix, IndexVector

LONGEST = 30
"""Characters of a name; longer ones find no room on a map."""
FILMS_OF_A_SMALL_GROUP = 60
SMALLEST = 12
"""Films of a small group, about and at least."""
REGION, GROUP, SMALL = range(3)


@dataclass(frozen=True)
class Place:
    """One name on the map.

    Attributes:
        name: Unlike any other of the tree.
        level: 0 = region, 1 = group, 2 = small group.
        parent: Number of what it lies in, on the level above; -1 for a region.
        size: Number of films.
        x, y: Where its films lie on the map (median).
        spread: How far from there (median distance), in units of the map.
        terms: Topics that set its films apart, most distinctive first.
    """

    name: str
    level: int
    parent: int
    size: int
    x: float
    y: float
    spread: float
    terms: tuple[str, ...] = ()


def name_tree(
    groups: IndexVector,
    centres: FloatMatrix,
    vectors: FloatMatrix,
    coordinates: FloatMatrix,
    catalog: Catalog,
    *,
    seed: int = 0,
) -> tuple[IndexVector, tuple[Place, ...]]:
    """The tree of some groups.

    Args:
        groups: (n_items,) group of each film, -1 = none.
        centres: (k, dim) their centres.
        vectors: (n_items, dim) what they were made from.
        coordinates: (n_items, 2) places on the map.
        catalog: The films.
        seed: Decides what is random.

    Returns:
        (n_items, 3) number of each film's region, group and small group, -1 = none; and the places, level after level,
        each by number.
    """
    region_of = _regions(centres)
    has = groups >= 0
    levels = np.full((len(groups), 3), -1, np.int64)
    levels[has, REGION] = region_of[groups[has]]
    levels[:, GROUP] = groups
    levels[:, SMALL], group_of = _small_groups(groups, vectors, len(centres), seed)
    genres, topics = [list(g) for g in catalog.items["genres"]], topics_of(catalog)
    parents = [np.full(int(region_of.max()) + 1, -1), region_of, group_of]
    taken: set[frozenset[str]] = set()
    places: list[Place] = []
    above: list[Place] = []
    for level in range(3):
        n = len(parents[level])
        labels = levels[:, level]
        sizes = np.bincount(labels[labels >= 0], minlength=n)
        by_genre = distinctive(labels, n, genres, least_share=(0.2, 0.25, 0.3)[level])
        by_topic = distinctive(
            labels, n, topics, least_share=(0.02, 0.025, 0.06)[level], least=(8, 5, 3)[level]
        )
        names = [""] * n
        terms: list[tuple[str, ...]] = [()] * n
        for number in np.argsort(-sizes, kind="stable"):
            rows = np.flatnonzero(labels == number)
            outer = above[parents[level][number]] if level else None
            terms[number] = tuple(
                _new(
                    by_topic[number],
                    by_genre[number][:1],
                    outer.terms[:2] if level == SMALL and outer else (),
                )
            )
            period, central = decade(catalog, labels == number), _central(vectors, rows, catalog)
            names[number] = _first_free(
                _proposals(level, by_genre[number], terms[number], period, central), taken
            )
        above = [
            Place(
                names[i],
                level,
                int(parents[level][i]),
                int(sizes[i]),
                *_where(coordinates[labels == i]),
                terms[i][:8],
            )
            for i in range(n)
        ]
        places += above
    return levels, tuple(places)


def _regions(centres: FloatMatrix) -> IndexVector:
    """(k,) number of the region that each group lies in: Ward's method on the centres, about one in four."""
    k = len(centres)
    if k < 8:
        return np.zeros(k, np.int64)
    from sklearn.cluster import AgglomerativeClustering

    return np.asarray(AgglomerativeClustering(max(2, round(k / 4))).fit_predict(centres), np.int64)


def _small_groups(
    groups: IndexVector, vectors: FloatMatrix, k: int, seed: int
) -> tuple[IndexVector, IndexVector]:
    """(n_items,) small group of each film, -1 = in none, by k-means within the groups; and the group of each."""
    from sklearn.cluster import KMeans

    labels = np.full(len(groups), -1, np.int64)
    group_of: list[int] = []
    for group in range(k):
        rows = np.flatnonzero(groups == group)
        n = round(len(rows) / FILMS_OF_A_SMALL_GROUP)
        if n < 2:
            continue
        found = KMeans(n, n_init=1, random_state=seed).fit_predict(vectors[rows])
        for number in range(n):
            if (found == number).sum() >= SMALLEST:
                labels[rows[found == number]] = len(group_of)
                group_of.append(group)
    return labels, np.array(group_of, np.int64)


def _new(topics: Sequence[str], *said: Iterable[str]) -> list[str]:
    """Topics that share no word with what is said already, nor with an earlier one."""
    words = {
        singular(word) for part in said for text in part for word in text.lower().replace("-", " ").split()
    }
    fresh = [
        topic for topic in topics if not {singular(word) for word in topic.replace("-", " ").split()} & words
    ]
    return without_variants(fresh)


def _proposals(
    level: int, genres: Sequence[str], topics: Sequence[str], period: str, central: str
) -> Iterable[str]:
    """Names, the plainest first."""
    genre = genres[0] if genres else ""
    pairs = [f"{a} & {b}" for n, a in enumerate(genres[:3]) for b in genres[n + 1 : 4]]
    if level == REGION:
        yield from pairs
        yield from (f"{genre}: {topic}" for topic in topics[:4] if genre)
    if level == SMALL:
        yield from (f"{a}, {b}" for n, a in enumerate(topics[:3]) for b in topics[n + 1 : 4])
        yield from topics[:4]
    if genre:
        yield from (f"{genre}: {a}, {b}" for n, a in enumerate(topics[:3]) for b in topics[n + 1 : 4])
        yield from (f"{genre}: {topic}" for topic in topics[:5])
        yield from (() if topics else pairs)
        yield genre
        yield from (f"{one}, {period}" for one in [genre, *pairs] if period)
    else:
        yield from (f"{a}, {b}" for n, a in enumerate(topics[:3]) for b in topics[n + 1 : 4])
        yield from topics[:4]
        yield from ([period] if period else [])
    yield f"Like {central}"


def _first_free(proposals: Iterable[str], taken: set[frozenset[str]]) -> str:
    """The first proposal that is short enough and not taken, in whatever order its words stand; the last one at any rate."""
    name, words = "", frozenset[str]()
    for name in proposals:
        words = frozenset(singular(word.strip(":,")) for word in name.lower().replace("&", " ").split())
        if len(name) <= LONGEST and words not in taken:
            break
    number, plain = 1, name
    while words in taken:  # two films of one title, each in the middle of a group
        number += 1
        name = f"{plain} ({number})"
        words = frozenset([name.lower()])
    taken.add(words)
    return name


def _central(vectors: FloatMatrix, rows: IndexVector, catalog: Catalog) -> str:
    """Title of the film in the middle of some."""
    if not len(rows):
        return ""
    own = vectors[rows]
    film = catalog.film(int(rows[np.linalg.norm(own - own.mean(0), axis=1).argmin()]))
    return item_label(film.title, film.year)


def _where(points: FloatMatrix) -> tuple[float, float, float]:
    """Median place, and median distance from it."""
    if not len(points):
        return 0.0, 0.0, 0.0
    x, y = np.median(points, axis=0)
    spread = np.median(np.linalg.norm(points - np.array([x, y]), axis=1))
    return round(float(x), 4), round(float(y), 4), round(float(spread), 4)
