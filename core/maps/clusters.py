"""Groups of films that lie together in a space, and names for them taken from what sets each group apart."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.domain import Catalog
from core.embeddings import Space
from core.embeddings.base import normalise
from core.maps.cluster_names import top_genre
from core.maps.name_tree import GROUP, REGION, Place, name_tree
from core.types import FloatMatrix, IndexVector

VERSION = 9
"""Raised whenever the same vectors would get other clusters or names."""

SMALLEST_CATALOGUE = 12
"""Below this many films with a vector there is nothing to group."""


@dataclass(frozen=True)
class Cluster:
    """One group of films.

    Attributes:
        name: What sets it apart, e.g. "Horror: vampire, zombie".
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
        levels: (n_items, 3) int64 number of each film's region, group and small group, -1 = in none.
        clusters: The groups, by number.
        tree: Regions, groups and small groups with their names, level after level, each by number.
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
        """The names of a level, by number."""
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
            tree = tuple(Place(**{**place, "terms": tuple(place["terms"])}) for place in value["tree"])
        return cls(levels, clusters, tree, value["genre_share"], value["chance"])


def _without_tree(
    labels: IndexVector, clusters: tuple[Cluster, ...]
) -> tuple[IndexVector, tuple[Place, ...]]:
    """Regions and groups of an older version, which kept neither small groups nor how far anything spreads."""
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
    """Group the films of a space by k-means on its vectors, and name the groups.

    k-means on the full vectors and not a density method on the map: on MiniLM's vectors HDBSCAN puts nearly all
    films into one group or leaves most out, and the map distorts (figures in docs/decisions).
    """
    has = np.flatnonzero(space.has_vector)
    labels = np.full(len(space.vectors), -1, np.int64)
    if len(has) < SMALLEST_CATALOGUE:
        return Clustering(np.repeat(labels[:, None], 3, axis=1), (), (), 0.0, 0.0)
    vectors = normalise(space.vectors) if space.metric == "cosine" else space.vectors
    labels[has], centres = _k_means(vectors[has], n_clusters_for(len(has)), seed)
    levels, tree = name_tree(labels, centres, vectors, coordinates, catalog, seed=seed)
    regions = [place.name for place in tree if place.level == REGION]
    clusters = [
        Cluster(
            place.name,
            regions[place.parent],
            place.size,
            top_genre(catalog, np.flatnonzero(labels == number)),
            place.terms,
            place.x,
            place.y,
        )
        for number, place in enumerate(place for place in tree if place.level == GROUP)
    ]
    share = float(np.mean([c.top_genre[1] for c in clusters]))
    shuffled = np.random.default_rng(seed).permutation(labels[has])
    chance = float(np.mean([top_genre(catalog, has[shuffled == c])[1] for c in range(len(clusters))]))
    return Clustering(levels, tuple(clusters), tree, round(share, 4), round(chance, 4))


def _k_means(vectors: FloatMatrix, k: int, seed: int) -> tuple[IndexVector, FloatMatrix]:
    """Labels (n,) and centres (k, dim); clusters numbered by size, largest first."""
    from sklearn.cluster import KMeans

    fitted = KMeans(k, n_init=4, random_state=seed).fit(vectors)
    sizes = np.bincount(fitted.labels_, minlength=k)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    number = np.empty(k, np.int64)
    number[order] = np.arange(len(order))
    return number[fitted.labels_], np.asarray(fitted.cluster_centers_[order], np.float32)
