"""Groups of films that lie together in a space, and names for them taken from what sets each group apart."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.domain import Catalog
from core.embeddings import Space
from core.embeddings.base import normalise
from core.maps.cluster_names import names_of, top_genre
from core.types import FloatMatrix, IndexVector

VERSION = 8
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
        labels: (n_items,) int64 number of each film's cluster, -1 = left out (no vector).
        clusters: By number.
        genre_share: Mean over clusters of the share of the top genre.
        chance: The same for groups of the same sizes drawn at random.
    """

    labels: IndexVector
    clusters: tuple[Cluster, ...]
    genre_share: float
    chance: float

    def to_json(self) -> dict[str, Any]:
        """Everything but the labels, as plain values."""
        return {
            "clusters": [asdict(c) for c in self.clusters],
            "genre_share": self.genre_share,
            "chance": self.chance,
        }

    @classmethod
    def from_json(cls, labels: IndexVector, value: dict[str, Any]) -> "Clustering":
        """The inverse of `to_json`."""
        clusters = tuple(
            Cluster(**{**c, "top_genre": tuple(c["top_genre"]), "terms": tuple(c["terms"])})
            for c in value["clusters"]
        )
        return cls(labels, clusters, value["genre_share"], value["chance"])


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
        return Clustering(labels, (), 0.0, 0.0)
    vectors = normalise(space.vectors[has]) if space.metric == "cosine" else space.vectors[has]
    found, centres = _k_means(vectors, n_clusters_for(len(has)), seed)
    labels[has] = found
    names = names_of(labels, centres, catalog)
    clusters = []
    for number, (name, region, terms) in enumerate(names):
        rows = np.flatnonzero(labels == number)
        x, y = np.median(coordinates[rows], axis=0)
        clusters.append(
            Cluster(
                name,
                region,
                len(rows),
                top_genre(catalog, rows),
                terms,
                round(float(x), 4),
                round(float(y), 4),
            )
        )
    share = float(np.mean([c.top_genre[1] for c in clusters]))
    shuffled = np.random.default_rng(seed).permutation(labels[has])
    chance = float(np.mean([top_genre(catalog, has[shuffled == c])[1] for c in range(len(clusters))]))
    return Clustering(labels, tuple(clusters), round(share, 4), round(chance, 4))


def _k_means(vectors: FloatMatrix, k: int, seed: int) -> tuple[IndexVector, FloatMatrix]:
    """Labels (n,) and centres (k, dim); clusters numbered by size, largest first."""
    from sklearn.cluster import KMeans

    fitted = KMeans(k, n_init=4, random_state=seed).fit(vectors)
    sizes = np.bincount(fitted.labels_, minlength=k)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    number = np.empty(k, np.int64)
    number[order] = np.arange(len(order))
    return number[fitted.labels_], np.asarray(fitted.cluster_centers_[order], np.float32)
