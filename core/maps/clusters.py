"""Groups of films that lie together in a space, and names for them taken from what sets each group apart."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.domain import Catalog
from core.embeddings import Space
from core.embeddings.base import normalise
from core.maps.group_names import Namer, top_genre
from core.maps.k_means import divide
from core.types import FloatMatrix, IndexVector

VERSION = 10
"""Raised whenever the same vectors would get other clusters or names."""

SMALLEST_CATALOGUE = 12
"""Below this many films with a vector there is nothing to group."""

REGION, GROUP, SUBGROUP = 0, 1, 2
"""Levels of the tree, from the widest."""

FILMS_A_SUBGROUP = 60
"""About so many films lie in a subgroup ..."""

MOST_SUBGROUPS = 1_500
"""... more where there would be more subgroups than this, each of which has a name of its own ..."""

SMALLEST = 12
"""... and at least so many films in anything that has a name, where the catalogue has enough."""


@dataclass(frozen=True)
class Place:
    """A region, a group or a subgroup: films that lie together, by one name.

    Attributes:
        name: What sets it apart, e.g. "Crime & Thriller", "Horror: vampires", "Heists"; no two of a tree are alike.
        level: `REGION`, `GROUP` or `SUBGROUP`.
        parent: Number of the place around it in the tree, -1 for regions.
        size: Number of films.
        x, y: Where its films lie on the map (median).
        spread: Half of them lie within this distance of (x, y), in units of the map.
    """

    name: str
    level: int
    parent: int
    size: int
    x: float
    y: float
    spread: float


@dataclass(frozen=True)
class Cluster:
    """One group of films.

    Attributes:
        name: What sets it apart, e.g. "Horror: vampires".
        region: Name of the larger group it belongs to.
        size: Number of films.
        top_genre: Most common genre and its share of the films that have any; ("", 0) without genres.
        terms: What the name was chosen from, most distinctive first.
        x, y: Where its films lie on the map (median).
    """

    name: str
    region: str
    size: int
    top_genre: tuple[str, float]
    terms: tuple[str, ...]
    x: float
    y: float


@dataclass(frozen=True)
class Clustering:
    """All groups of a space.

    Attributes:
        levels: (n_items, 3) int64 number of each film's region, group and subgroup among those of its level, -1 = in none.
        clusters: The groups, by number.
        tree: Regions, then groups, then subgroups, each by number.
        genre_share: Mean over groups of the share of the top genre.
        chance: The same for groups of the same sizes drawn at random.
    """

    levels: IndexVector
    clusters: tuple[Cluster, ...]
    tree: tuple[Place, ...]
    genre_share: float
    chance: float

    @property
    def labels(self) -> IndexVector:
        """(n_items,) number of each film's group, -1 = left out (no vector)."""
        return self.levels[:, GROUP]

    def places(self, level: int) -> tuple[Place, ...]:
        """The places of a level, by number."""
        return tuple(place for place in self.tree if place.level == level)

    def to_json(self) -> dict[str, Any]:
        """Everything but the levels, as plain values."""
        return {
            "clusters": [asdict(c) for c in self.clusters],
            "tree": [asdict(place) for place in self.tree],
            "genre_share": self.genre_share,
            "chance": self.chance,
        }

    @classmethod
    def from_json(cls, levels: IndexVector, value: dict[str, Any]) -> "Clustering":
        """The inverse of `to_json`; of groups that were made before there was a tree, too."""
        clusters = tuple(
            Cluster(**{**c, "top_genre": tuple(c["top_genre"]), "terms": tuple(c["terms"])})
            for c in value["clusters"]
        )
        if levels.ndim == 1:
            levels, tree = _without_tree(levels, clusters)
        else:
            tree = tuple(Place(**place) for place in value["tree"])
        return cls(levels, clusters, tree, value["genre_share"], value["chance"])


def _without_tree(
    labels: IndexVector, clusters: tuple[Cluster, ...]
) -> tuple[IndexVector, tuple[Place, ...]]:
    """Regions and groups of an older version, which kept neither subgroups nor how far anything spreads."""
    names = list(dict.fromkeys(one.region for one in clusters))
    region_of = np.array([names.index(one.region) for one in clusters], np.int64)
    levels = np.full((len(labels), 3), -1, np.int64)
    has = labels >= 0
    levels[has, REGION], levels[:, GROUP] = region_of[labels[has]], labels
    regions = []
    for number, name in enumerate(names):
        own = [one for one, region in zip(clusters, region_of, strict=True) if region == number]
        size = sum(one.size for one in own)
        x, y = (sum(getattr(one, axis) * one.size for one in own) / size for axis in ("x", "y"))
        regions.append(Place(name, REGION, -1, size, x, y, 0.45))
    groups = [
        Place(one.name, GROUP, int(region), one.size, one.x, one.y, 0.18)
        for one, region in zip(clusters, region_of, strict=True)
    ]
    return levels, (*regions, *groups)


def n_clusters_for(n_items: int) -> int:
    """How many groups: 0.4 times the root of the number of films, 4 to 60 (39 at 9,742)."""
    return int(np.clip(round(0.4 * np.sqrt(n_items)), 4, 60))


def cluster(space: Space, coordinates: FloatMatrix, catalog: Catalog, *, seed: int = 0) -> Clustering:
    """Group the films of a space by k-means on its vectors, divide and join the groups, and name them all.

    k-means on the full vectors and not a density method on the map: on MiniLM's vectors HDBSCAN puts nearly all
    films into one group or leaves most out, and the map distorts (figures in docs/decisions).
    """
    has = np.flatnonzero(space.has_vector)
    labels = np.full(len(space.vectors), -1, np.int64)
    if len(has) < SMALLEST_CATALOGUE:
        return Clustering(np.repeat(labels[:, None], 3, axis=1), (), (), 0.0, 0.0)
    vectors = normalise(space.vectors[has]) if space.metric == "cosine" else space.vectors[has]
    k = n_clusters_for(len(has))
    found, centres = divide(vectors, k, smallest=min(SMALLEST, len(has) // (2 * k)), seed=seed)
    labels[has] = found
    levels = [_taken_up(_regions(centres), labels), labels, _subgroups(vectors, has, labels, seed)]
    tree, terms = _named(levels, coordinates, catalog)
    groups = [place for place in tree if place.level == GROUP]
    clusters = tuple(
        Cluster(
            place.name,
            tree[place.parent].name,
            place.size,
            top_genre(catalog, np.flatnonzero(labels == number)),
            terms[number],
            place.x,
            place.y,
        )
        for number, place in enumerate(groups)
    )
    share = float(np.mean([c.top_genre[1] for c in clusters]))
    shuffled = np.random.default_rng(seed).permutation(labels[has])
    chance = float(np.mean([top_genre(catalog, has[shuffled == c])[1] for c in range(len(clusters))]))
    return Clustering(np.stack(levels, axis=1), clusters, tree, round(share, 4), round(chance, 4))


def _taken_up(numbers: IndexVector, labels: IndexVector) -> IndexVector:
    """(n_items,) what the group of each film is numbered by; -1 without a group."""
    return np.where(labels >= 0, numbers[labels], -1)


def _regions(centres: FloatMatrix) -> IndexVector:
    """(k,) number of the larger group each cluster belongs to: Ward's method on the centres, about one in four."""
    k = len(centres)
    if k < 8:
        return np.zeros(k, np.int64)
    from sklearn.cluster import AgglomerativeClustering

    return np.asarray(AgglomerativeClustering(max(2, round(k / 4))).fit_predict(centres), np.int64)


def _subgroups(vectors: FloatMatrix, has: IndexVector, labels: IndexVector, seed: int) -> IndexVector:
    """(n_items,) number of each film's subgroup, -1 where its group is too small to be divided."""
    finer, n_found = np.full(len(labels), -1, np.int64), 0
    for group in range(int(labels.max()) + 1):
        rows = np.flatnonzero(labels[has] == group)
        k = round(len(rows) / max(FILMS_A_SUBGROUP, len(has) / MOST_SUBGROUPS))
        if k < 2:
            continue
        found, centres = divide(vectors[rows], k, smallest=SMALLEST, seed=seed, n_init=2)
        if len(centres) > 1:
            finer[has[rows]] = found + n_found
            n_found += len(centres)
    return finer


def _named(
    levels: list[IndexVector], coordinates: FloatMatrix, catalog: Catalog
) -> tuple[tuple[Place, ...], list[tuple[str, ...]]]:
    """The tree of what lies in what, and the terms of each group.

    Args:
        levels: Each (n_items,): number of each film's place of that level, -1 = none.
        coordinates: (n_items, 2) where the films lie.
        catalog: The films.
    """
    namer = Namer(catalog)
    tree: list[Place] = []
    around = np.full(len(catalog), -1, np.int64)
    group_terms: list[tuple[str, ...]] = []
    for level, labels in enumerate(levels):
        k, offset = int(labels.max()) + 1, len(tree)
        parent = np.full(k, -1, np.int64)
        parent[labels[labels >= 0]] = around[labels >= 0]
        wider = [np.zeros(len(labels), np.int64)] + ([levels[level - 1]] if level else [])
        middles, spreads, central = [], [], []
        for number in range(k):
            rows = np.flatnonzero(labels == number)
            middles.append(np.median(coordinates[rows], axis=0))
            far = np.linalg.norm(coordinates[rows] - middles[-1], axis=1)
            spreads.append(float(np.median(far)))
            central.append(catalog.items["title"].iloc[rows[np.argsort(far, kind="stable")]].tolist())
        sizes = np.bincount(labels[labels >= 0], minlength=k).tolist()
        above = [tree[p].name if p >= 0 else "" for p in parent]
        names = namer.names(level, labels, k, wider, above, central)
        for number, (name, _) in enumerate(names):
            x, y = (round(float(value), 4) for value in middles[number])
            tree.append(
                Place(name, level, int(parent[number]), sizes[number], x, y, round(spreads[number], 4))
            )
        around = np.where(labels >= 0, labels + offset, around)
        group_terms = [terms for _, terms in names] if level == GROUP else group_terms
    return tuple(tree), group_terms
