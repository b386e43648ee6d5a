"""User-KNN: what the people most like you like."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Self
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Addend, Dataset, Interactions, Profile, Reason
from core.embeddings import Space
from core.models.preference_matrix import history_matrix, liked_matrix, min_weight_param, rated_items
from core.models.sparse_products import dense_product
from core.params import param
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, Recommender
from core.recommenders.collaborative.item_item import in_column_order
from core.recommenders.ranking import top_k
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix, IndexVector

Doubles = npt.NDArray[np.float64]
_PEOPLE = 10_000
"""Worked on at once."""
_ABOVE_ZERO = 1e-6
"""Added to the shrinkage, so that nothing is divided by 0."""


@register
class UserKnn(Recommender, AddsUp):
    """Score of a film = sum over the nearest people of similarity x strength of their liking.

    Similarity is the shrunk cosine of histories in which a film counts less the more people like it:
    strength x log(1 + people / people who like it)^rarity. People of the dataset are their own nearest
    neighbour, which adds to films they know already and to nothing else. nDCG@10 on validation ratings of ML-100K
    and ml-latest-small: 0.239 and 0.190 (bench/tune_collaborative.py).
    """

    name = "user_knn"
    label = "User-KNN"
    description = "What the people whose taste is nearest to yours like."
    how = (
        "Finds the people whose likes are most like yours; a rare film in common says more than a famous one. "
        "Each of them votes for what they like. The more alike, the more their vote counts."
    )
    formula = r"s(f) = \sum_{p \in N} \operatorname{sim}(p)^{\gamma}\,x_{pf}"
    source = (
        "Breese et al. (1998), inverse user frequency and case amplification; shrinkage as in Koren (2008)."
    )
    abilities = Ability.LIKES
    is_random = False
    sum_words = (
        "For each of the people most like you who likes this film: how alike you are × how much they like it."
    )

    @dataclass(frozen=True)
    class Params:
        n_neighbors: int = param(
            200,
            "How many of the nearest people count.",
            low=1,
            high=10_000,
            is_learned=False,
            search=(20, 600),
        )
        shrinkage: float = param(
            0.5,
            "Pulls similarities that rest on few films towards 0.",
            low=0,
            high=1000,
            is_learned=False,
            search=(0.1, 100),
        )
        rarity: float = param(
            0.3,
            "How much more a rare film says about a taste; 0 = not at all.",
            low=0,
            high=3,
            is_learned=False,
            search=(0, 2),
        )
        sharpness: float = param(
            3.0,
            "Power of the similarity: more = the nearest people count more.",
            low=0,
            high=5,
            is_learned=False,
            search=(0.5, 4),
        )
        min_weight: float = min_weight_param()

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Keep the histories; nothing here is random."""
        min_weight = self.params.min_weight
        likes = _likes_of(dataset, min_weight, lambda: in_column_order(liked_matrix(dataset, min_weight)))
        return self._prepare(dataset, likes, rated_items(dataset))

    def _prepare(self, dataset: Dataset, likes: "_Likes", items: IndexVector) -> Self:
        self._likes, self.items_, self.catalog_ = likes, items, dataset.catalog
        liked = likes.by_person
        self._user_ids = dataset.interactions.user_ids
        self._unrated = np.setdiff1d(np.arange(len(dataset.catalog)), items)
        people = np.bincount(liked.indices, minlength=liked.shape[1])
        frequency = np.log1p(liked.shape[0] / np.maximum(people, 1)) ** self.params.rarity
        self._rarity: Doubles = np.where(people > 0, frequency, 0)
        self._lengths = _lengths(liked, self._rarity)
        return self

    def _similarity(self, profiles: Sequence[Profile]) -> sparse.csr_matrix:
        """(n_profiles, n_users) CSR, at most `n_neighbors` a row."""
        history = history_matrix(profiles, len(self.catalog_), self.params.min_weight)
        asked = (history @ sparse.diags(self._rarity)).tocsr().astype(np.float64)
        n_neighbors = min(self.params.n_neighbors, self._likes.by_person.shape[0])
        rows = [self._nearest(asked[[row]], n_neighbors) for row in range(len(profiles))]
        indptr = np.cumsum([0, *(len(people) for people, _ in rows)])
        people = np.concatenate([np.empty(0, np.int64), *(people for people, _ in rows)])
        values = np.concatenate([np.empty(0), *(values for _, values in rows)]) ** self.params.sharpness
        shape = (len(profiles), self._likes.by_person.shape[0])
        return in_column_order(sparse.csr_matrix((values, people, indptr), shape=shape))

    def _nearest(self, asked: sparse.csr_matrix, n_neighbors: int) -> tuple[IndexVector, Doubles]:
        """The people most like a history (1, n_items), and their similarity; of equal ones the first.

        Only people who like a film of the history are looked at: they stand with each film.
        """
        index = self._likes.by_film
        parts = [slice(*index.indptr[film : film + 2]) for film in asked.indices]
        people = np.concatenate([np.empty(0, np.int64), *(index.indices[part] for part in parts)])
        rarity = self._rarity[asked.indices]
        both = [
            own * (index.data[part] * rare) for own, rare, part in zip(asked.data, rarity, parts, strict=True)
        ]
        common = np.bincount(people, np.concatenate([np.empty(0), *both]), minlength=len(self._lengths))
        length = np.sqrt(asked.data @ asked.data)
        similarity = common / (length * self._lengths + self.params.shrinkage + _ABOVE_ZERO)
        near = top_k(similarity, n_neighbors, allowed=common > 0)
        return near, similarity[near]

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """See the class; NaN for films nobody rated and for histories that share no film with anybody."""
        similarity = self._similarity(profiles)
        scores = dense_product(similarity, self._likes.by_person)
        scores[np.diff(similarity.indptr) == 0] = np.nan
        scores[:, self._unrated] = np.nan
        return scores

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """How many of the nearest people like the film, and the films that they share with the profile."""
        similarity = self._similarity([profile])
        near = similarity.indices[similarity.indices != (-1 if profile.user is None else profile.user)]
        likes = self._likes.by_person[near][:, np.asarray(item_indices, np.int64)].toarray() > 0
        return [(self._reason(int(count), len(near)),) for count in likes.sum(axis=0)]

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: similarity x strength of every near person who likes the film."""
        return _addends(self, profile, item)

    @staticmethod
    def _reason(count: int, of: int) -> Reason:
        if not count:
            return Reason("None of the people most like you likes it.", "similar_users")
        return Reason(f"Liked by {count:,} of the {of:,} people most like you.", "similar_users")

    def state(self) -> Arrays:
        """The histories in CSR form, and `items`."""
        parts = {name: getattr(self._likes.by_person, name) for name in ("data", "indices", "indptr")}
        return {"items": self.items_, "n_users": np.array(self._likes.by_person.shape[0]), **parts}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""

        def stored() -> sparse.csr_matrix:
            parts = state["data"], state["indices"], state["indptr"]
            return sparse.csr_matrix(parts, shape=(int(state["n_users"]), dataset.n_items))

        return self._prepare(dataset, _likes_of(dataset, self.params.min_weight, stored), state["items"])


def _lengths(liked: sparse.csr_matrix, rarity: Doubles) -> Doubles:
    """(n_users,) lengths of histories in which films count as they are rare, of some people at a time for want of memory."""
    found, weighed = [np.empty(0)], sparse.diags(rarity)
    for start in range(0, liked.shape[0], _PEOPLE):
        known = (liked[start : start + _PEOPLE] @ weighed).tocsr()
        found.append(np.sqrt(np.asarray(known.multiply(known).sum(axis=1)).ravel()))
    return np.concatenate(found)


@dataclass(frozen=True, eq=False)
class _Likes:
    """Who likes what of a dataset.

    Attributes:
        by_person: (n_users, n_items) float32 CSR of strengths.
        by_film: The same as CSC.
    """

    by_person: sparse.csr_matrix
    by_film: sparse.csc_matrix


_KNOWN: WeakKeyDictionary[Interactions, WeakValueDictionary[float, _Likes]] = WeakKeyDictionary()
_LOCK = Lock()


def _likes_of(dataset: Dataset, min_weight: float, make: Callable[[], sparse.csr_matrix]) -> _Likes:
    """What `make` gives, and by film; once for all methods that ask the people of the same ratings."""
    with _LOCK:
        known = _KNOWN.setdefault(dataset.interactions, WeakValueDictionary())
        found = known.get(min_weight)
        if found is None:
            liked = make()
            found = known[min_weight] = _Likes(liked, liked.tocsc())
        return found


def _addends(method: UserKnn, profile: Profile, item: int) -> list[Addend]:
    """Similarity x strength of every near person who likes the film."""
    similarity = method._similarity([profile])
    liking = method._likes.by_person[similarity.indices][:, [item]].toarray()[:, 0]
    own = np.asarray(profile.likes)
    found = []
    for row in np.flatnonzero(liking):
        person, near = int(similarity.indices[row]), float(similarity.data[row])
        theirs = method._likes.by_person[[person]][:, own].toarray()[0]
        common = [
            evidence.label(method.catalog_, film)
            for film in own[np.argsort(-theirs, kind="stable")][: (theirs > 0).sum()].tolist()
        ]
        who = "You yourself" if person == profile.user else f"Person {method._user_ids[person]}"
        words = f"{who}, who also likes {evidence.listed(common, 2)}" if common else who
        found.append(Addend(words, near * float(liking[row]), f"{near:.3f} alike × {liking[row]:.2f} liking"))
    return found
