"""System S4: the cluster of genres nearest to a question, then its best genres, then their films."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from core.domain import Addend, Catalog, Dataset, Gate, Profile, Reason
from core.embeddings import Space
from core.embeddings.base import normalise
from core.errors import CannotFitError
from core.genres.labels import genre_labels
from core.params import param
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, LetsIn, VectorRecommender, chosen_space
from core.recommenders.content_based.point_sums import SUM_WORDS, point_addends
from core.recommenders.content_based.query_points import (
    dislike_weight_param,
    nearness_reasons,
    query_points,
    text_weight_param,
)
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix, FloatVector, IndexVector


@dataclass(frozen=True)
class Choice:
    """Where a question was sent.

    Attributes:
        cluster: Number of the genre cluster.
        similarity: Cosine similarity of the question to that cluster's centroid.
        genres: Numbers of the genres searched, most similar first.
    """

    cluster: int
    similarity: float
    genres: tuple[int, ...]


HOW = (
    "Groups genres whose names mean something alike, and sends your question to the nearest group. The "
    "nearest genres of that group are searched. Within them the films nearest to your films and words "
    "come first."
)
FORMULA = (
    r"s(f) = \cos(q, v_f), \quad \text{a genre of}\ f \in "
    r"\underset{g \in C(q)}{\operatorname{top}_n} \cos(q, g)"
)


@register
class GenreClusters(VectorRecommender, AddsUp, LetsIn):
    """Genre names, embedded and clustered; a question's nearest cluster, its best genres, the nearest films.

    Which genres are searched depends on what is wanted alone; dislikes then move the films within them.

    Attributes:
        genre_names_: (n_genres,) the catalogue's genres, sorted.
        genre_vectors_: (n_genres, dim) float32 their names' vectors, of length 1.
        labels_: (n_genres,) int64 number of each genre's cluster.
    """

    name = "genre_clusters"
    label = "Genre clusters"
    description = "Finds the group of genres nearest to your words or films, then the nearest films of those."
    system = "S4"
    how, formula, sum_words = HOW, FORMULA, SUM_WORDS
    gate_words = "How like each genre's name your films and words are; the nearest ones of the nearest group are searched."
    source = "Two-stage search over clustered genre names; sentence_transformers.util.community_detection."
    abilities = Ability.LIKES | Ability.DISLIKES | Ability.TEXT | Ability.COLD_ITEM
    reads_ratings = False
    served_by = ""
    version = 2

    @dataclass(frozen=True)
    class Params:
        space: str = param("minilm", "The embedding, one that reads text.", choices_from="spaces")
        threshold: float = param(
            0.0,
            "Cosine similarity from which two genre names may share a cluster; 0 = the lowest at which none holds "
            "more than a third of the genres.",
            low=0,
            high=1,
            search=(0.2, 0.7),
        )
        min_community_size: int = param(
            1, "Smallest cluster; smaller ones join the nearest.", low=1, high=20, search=()
        )
        n_genres: int = param(
            3, "Genres that are searched.", low=1, high=20, is_learned=False, search=(1, 10)
        )
        text_weight: float = text_weight_param()
        dislike_weight: float = dislike_weight_param()

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Embed the genre names and cluster them; see `Recommender.fit`."""
        space = chosen_space(spaces, self.params.space, dataset)
        names = dataset.catalog.genre_names()
        if not names:
            raise CannotFitError(f"No film of {dataset.label} has a genre.", hint="Choose another method.")
        if space.encode_texts is None:
            raise CannotFitError(
                f"The embedding {space.name} has no text side to read genre names with.",
                hint="Choose an embedding that reads text.",
            )
        vectors = normalise(np.asarray(space.encode_texts(names), np.float32))
        threshold = self.params.threshold or balanced_threshold(vectors)
        labels = cluster_genres(vectors, threshold, self.params.min_community_size)
        self.decided_ = {"threshold": threshold, "clusters": int(labels.max()) + 1}
        return self._keep(dataset.catalog, space, names, vectors, labels)

    def _keep(
        self, catalog: Catalog, space: Space, names: Sequence[str], vectors: FloatMatrix, labels: IndexVector
    ) -> Self:
        self.space_, self.catalog_, self.genre_names_ = space, catalog, tuple(names)
        self.genre_vectors_, self.labels_ = vectors, labels
        self._centroids = _centroids(vectors, labels)
        self._has_genre = genre_labels(catalog, names).matrix
        return self

    def query_vectors(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, dim): as in Content; NaN for a profile that only dislikes."""
        wanted, points = self._points(profiles)
        return np.where(np.isnan(wanted), np.float32(np.nan), points)

    def _points(self, profiles: Sequence[Profile]) -> tuple[FloatMatrix, FloatMatrix]:
        """What each profile wants, which decides the genres, and that moved away from its dislikes."""
        weight, push = self.params.text_weight, self.params.dislike_weight
        wanted = query_points(self.space_, profiles, text_weight=weight, dislike_weight=0)
        if push == 0 or not any(len(profile.dislikes) for profile in profiles):
            return wanted, wanted
        return wanted, query_points(self.space_, profiles, text_weight=weight, dislike_weight=push)

    def can_use(self, profile: Profile) -> bool:
        """Whether it says what is wanted: dislikes alone choose no genre."""
        return bool(len(profile.likes) or profile.text)

    def choose(self, point: FloatVector) -> Choice:
        """The first stage: the nearest cluster and its nearest genres to a point (dim,), ties by number."""
        unit = normalise(point)
        to_clusters = self._centroids @ unit
        cluster = int(to_clusters.argmax())
        members = np.flatnonzero(self.labels_ == cluster)
        best = members[
            np.argsort(-(self.genre_vectors_[members] @ unit), kind="stable")[: self.params.n_genres]
        ]
        return Choice(cluster, float(to_clusters[cluster]), tuple(int(genre) for genre in best))

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """Cosine similarity of films that have one of the chosen genres, NaN for all others."""
        wanted, points = self._points(profiles)
        scores = self.score_points(points)
        for row, point in enumerate(wanted):
            genres = () if np.isnan(point).any() else self.choose(point).genres
            scores[row, ~self._has_genre[:, genres].any(axis=1)] = np.nan
        return scores

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """The cluster and the genres chosen, then the nearest liked film and the matching words."""
        wanted = self._points([profile])[0][0]
        if np.isnan(wanted).any():
            return [() for _ in item_indices]
        choice = self.choose(wanted)
        found = nearness_reasons(self.space_, self.catalog_, profile, item_indices)
        pairs = zip(item_indices, found, strict=True)
        return [(_cluster_reason(self, choice, int(item)), *reasons) for item, reasons in pairs]

    def _names(self, genres: npt.ArrayLike) -> list[str]:
        return [self.genre_names_[int(genre)] for genre in np.asarray(genres, np.int64)]

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: the parts of the cosine."""
        weights = {"text_weight": self.params.text_weight, "dislike_weight": self.params.dislike_weight}
        return point_addends(self.space_, self.catalog_, profile, item, **weights)

    def gates(self, profile: Profile) -> list[Gate]:
        """See `LetsIn`: the genres of all groups."""
        return _gates(self, self._points([profile])[0][0])

    def state(self) -> Arrays:
        """Names (n_genres,), vectors (n_genres, dim) and clusters (n_genres,) of the genres."""
        return {
            "genre_names": np.array(self.genre_names_, dtype=str),
            "genre_vectors": self.genre_vectors_,
            "labels": self.labels_,
        }

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`; loads no model."""
        space = chosen_space(spaces, self.params.space, dataset)
        names = [str(name) for name in state["genre_names"]]
        return self._keep(dataset.catalog, space, names, state["genre_vectors"], state["labels"])


def _cluster_reason(method: GenreClusters, choice: Choice, item: int) -> Reason:
    cluster = method._names(np.flatnonzero(method.labels_ == choice.cluster))
    own = method._names([genre for genre in choice.genres if method._has_genre[item, genre]])
    return Reason(
        f"Nearest genre cluster: {evidence.listed(cluster)} (similarity {choice.similarity:.2f}); "
        f"searched {', '.join(method._names(choice.genres))}; this film: {', '.join(own) or 'none of them'}.",
        "cluster",
    )


def _gates(method: GenreClusters, point: FloatVector) -> list[Gate]:
    """The genres by the cosine of their names to a point (dim,)."""
    if np.isnan(point).any():
        return []
    alike, choice = method.genre_vectors_ @ normalise(point), method.choose(point)
    return [
        Gate(
            f"{method.genre_names_[genre]} (group {int(method.labels_[genre]) + 1})",
            float(alike[genre]),
            None,
            genre in choice.genres,
        )
        for genre in np.argsort(-alike, kind="stable").tolist()
    ]


def balanced_threshold(vectors: FloatMatrix) -> float:
    """The lowest similarity, in steps of 0.01, at which no cluster holds more than a third of the genres.

    Models differ in how alike they find any two names: at 0.38 MiniLM puts 16 of 18 genres together, which leaves
    the first stage nothing to choose.
    """
    most = -(-len(vectors) // 3)
    for threshold in np.arange(0.05, 0.96, 0.01):
        if np.bincount(cluster_genres(vectors, float(threshold), 1)).max() <= most:
            return round(float(threshold), 2)
    return 1.0


def cluster_genres(vectors: FloatMatrix, threshold: float, min_community_size: int) -> IndexVector:
    """Group genres by how alike their names are, so that every genre is in one group.

    Args:
        vectors: (n_genres, dim) of length 1.
        threshold: Cosine similarity to a group's central genre from which another belongs to it.
        min_community_size: Groups smaller than this are dissolved.

    Returns:
        (n_genres,) int64 group of each genre. The library leaves some genres without a group, and their films
        could never be found: here they join the nearest centroid's group, or form one where there is none.
        Genres whose names the space cannot read (vectors of zeros) are a group of their own.
    """
    from sentence_transformers.util import community_detection

    readable = np.flatnonzero(vectors.any(axis=1))
    smallest = min(min_community_size, max(len(readable), 1))
    found: list[list[Any]] = community_detection(
        vectors[readable], threshold=threshold, min_community_size=smallest
    )
    labels = np.full(len(vectors), -1, np.int64)
    for number, members in enumerate(found):
        labels[readable[members]] = number
    left = readable[labels[readable] < 0]
    if len(left):
        labels[left] = (vectors[left] @ _centroids(vectors, labels).T).argmax(1) if found else 0
    labels[labels < 0] = labels.max() + 1
    return labels


def _centroids(vectors: FloatMatrix, labels: IndexVector) -> FloatMatrix:
    """(n_groups, dim) float32 mean of each group's vectors, of length 1; -1 belongs to none."""
    means = [vectors[labels == number].mean(0) for number in range(int(labels.max()) + 1)]
    return normalise(np.asarray(means, np.float32))
