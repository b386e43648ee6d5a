"""System S2: people as vectors. Users are embedded from what they rated, and those most like you vote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Addend, Catalog, Dataset, Interactions, Profile, Reason
from core.domain.profile import rating_weights
from core.embeddings import Space
from core.embeddings.base import normalise
from core.errors import CannotFitError
from core.params import param
from core.recommenders import evidence
from core.recommenders.base import Ability, AddsUp, Recommender, chosen_space
from core.recommenders.ranking import top_k_rows
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix, FloatVector, IndexVector

_FAVOURITES_NAMED = 3


HOW = (
    "Places every person among the films, by what the films they like are about. The people who stand "
    "nearest to you vote for what they like. It needs no film in common: two people may like different "
    "films of one kind."
)
FORMULA = r"s(f) = \frac{\sum_{p \in N} \cos(u, u_p)\,x_{pf}}{\sum_{p \in N} \cos(u, u_p)}"
SUM_WORDS = "For each of the people most like you who likes this film: their share of the vote × how much they like it."


@register
class UserVectors(Recommender, AddsUp):
    """A user's vector: sum of item vectors (centred, of length 1) times how far each rating deviates.

    A rating weighs from -1 to 1 around the middle of the scale, less `centring` times the mean weight of that
    person, so that someone who rates everything high is told apart by what they rate highest. A film's score
    is the mean over the similar users of how much they like it, weighted by their similarity; NaN where none
    does.

    Attributes:
        user_vectors_: (n_users, dim) float32, of length 1; zeros = nothing to embed. For the table `users`.
    """

    name = "user_vectors"
    label = "People like you"
    description = (
        "Embeds every user from what they rated, finds those most like you, and lets their likes vote."
    )
    system = "S2"
    how, formula, sum_words = HOW, FORMULA, SUM_WORDS
    source = (
        "User vectors from item embeddings; the vote as in Herlocker et al. (1999), user-based filtering."
    )
    abilities = Ability.LIKES | Ability.DISLIKES
    served_by = "users"

    @dataclass(frozen=True)
    class Params:
        space: str = param("minilm", "The embedding that users are placed in.", choices_from="spaces")
        n_neighbors: int = param(
            50, "How many similar users vote.", low=1, high=1000, is_learned=False, search=(10, 500)
        )
        centring: float = param(
            0.0, "How much of a person's mean rating is taken off their ratings.", low=0, high=0.9
        )

    def needs(self) -> tuple[str, ...]:
        """The chosen space."""
        return (self.params.space,)

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Embed every user; see `Recommender.fit`."""
        if not len(dataset.interactions):
            raise CannotFitError(f"{dataset.label} has no ratings, so there are no people to compare with.")
        self._place_items(dataset, spaces)
        self.user_vectors_: FloatMatrix = normalise(np.asarray(self._deviations @ self._items, np.float32))
        return self

    def _place_items(self, dataset: Dataset, spaces: Mapping[str, Space]) -> None:
        """What follows from the data alone: centred item vectors, every user's deviations and likes."""
        space = chosen_space(spaces, self.params.space, dataset)
        has_vector, self._items = space.has_vector, normalise(np.asarray(space.vectors))
        # all films lie in one corner of an embedding; without this all users would be alike
        if has_vector.any():
            self._items = np.where(has_vector[:, None], self._items - self._items[has_vector].mean(0), 0)
        self._deviations = user_deviations(dataset.interactions, self.params.centring)
        self._likes = self._deviations.maximum(0).tocsr()
        self._likes.eliminate_zeros()
        self.catalog_, self._user_ids = dataset.catalog, dataset.interactions.user_ids

    def can_use(self, profile: Profile) -> bool:
        """Whether anything is liked: dislikes alone say whom one is unlike, not whom one is like."""
        return bool(len(profile.likes))

    def user_query(self, profile: Profile) -> FloatVector:
        """(dim,) float32 where this profile stands among the users; NaN = it has no like with a vector."""
        nowhere: FloatVector = np.full(self._items.shape[1], np.nan, np.float32)
        if not np.any(self._items[profile.likes]):
            return nowhere
        weights = profile.weights - self.params.centring * profile.weights.mean()
        point: FloatVector = normalise((weights @ self._items[profile.items]).astype(np.float32))
        return point if np.any(point) else nowhere

    def similar_users(self, profiles: Sequence[Profile]) -> tuple[IndexVector, FloatMatrix]:
        """The users most like each profile, found by exact search; the profile's own user is left out.

        Returns:
            (n_profiles, n) user_index, nearest first, -1 where fewer are alike; (n_profiles, n) cosine
            similarity above 0, or 0 beside -1.
        """
        queries = np.stack([self.user_query(profile) for profile in profiles])
        similarity = np.nan_to_num(queries) @ self.user_vectors_.T
        for row, profile in enumerate(profiles):
            if profile.user is not None and profile.user < similarity.shape[1]:
                similarity[row, profile.user] = 0
        similarity[similarity <= 0] = np.nan
        users = top_k_rows(similarity, min(self.params.n_neighbors, similarity.shape[1]))
        found = np.take_along_axis(similarity, np.maximum(users, 0), axis=1)
        return users, np.where(users >= 0, found, 0).astype(np.float32)

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """The similar users' weighted vote, above 0 and at most 1 + centring; see the class."""
        if not len(profiles):
            return np.empty((0, len(self._items)), np.float32)
        return self._votes(*self.similar_users(profiles))

    def score_from_users(self, similar_users: npt.ArrayLike, similarities: npt.ArrayLike) -> FloatVector:
        """The same for one profile from users found elsewhere, such as in a table.

        Args:
            similar_users: (n,) user_index; leave out the person who asks.
            similarities: (n,) cosine similarity; only those above 0 count.
        """
        users = np.asarray(similar_users, np.int64)[None, :]
        scores: FloatVector = self._votes(users, np.asarray(similarities, np.float32)[None, :])[0]
        return scores

    def _votes(self, users: IndexVector, similarity: FloatMatrix) -> FloatMatrix:
        rows, columns = np.nonzero((users >= 0) & (similarity > 0))
        shape = (len(users), self._likes.shape[0])
        weights = sparse.csr_matrix((similarity[rows, columns], (rows, users[rows, columns])), shape=shape)
        total = np.asarray(weights.sum(1))
        votes = np.asarray((weights @ self._likes).todense(), np.float32)
        votes[votes == 0] = np.nan
        scores: FloatMatrix = np.divide(votes, total, out=np.full_like(votes, np.nan), where=total > 0)
        return scores

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """How many of the similar users like it, and which of your favourites they like too."""
        users, _ = self.similar_users([profile])
        near = users[0][users[0] >= 0]
        if not len(near):
            return [() for _ in item_indices]
        liked = self._likes[near].tocsc()
        own = liked[:, profile.likes].toarray()
        reasons: list[tuple[Reason, ...]] = []
        for item in item_indices:
            fans = liked[:, [item]].toarray().ravel() > 0
            common = own[fans].sum(0)
            best = [column for column in np.argsort(-common, kind="stable") if common[column] > 0]
            favourites = tuple(int(profile.likes[column]) for column in best[:_FAVOURITES_NAMED])
            reasons.append((_reason(self.catalog_, int(fans.sum()), len(near), favourites),))
        return reasons

    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """See `AddsUp`: share of the vote x liking of every similar user who likes the film."""
        return _addends(self, profile, item)

    def state(self) -> Arrays:
        """(n_users, dim) user vectors."""
        return {"user_vectors": self.user_vectors_}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        self._place_items(dataset, spaces)
        self.user_vectors_ = state["user_vectors"]
        return self


def _reason(catalog: Catalog, fans: int, asked: int, favourites: tuple[int, ...]) -> Reason:
    if not fans:
        return Reason(f"None of the {asked} users most like you likes it.", "similar_users")
    shared = "; ".join(evidence.label(catalog, item) for item in favourites)
    tail = f" (shared favourites: {shared})" if shared else ""
    count = "the only user" if asked == 1 else f"{fans} of the {asked} users"
    return Reason(f"Liked by {count} most like you{tail}.", "similar_users", favourites)


def _addends(method: UserVectors, profile: Profile, item: int) -> list[Addend]:
    """Share of the vote x liking of every similar user who likes the film."""
    users, similarity = method.similar_users([profile])
    near, alike = users[0][users[0] >= 0], similarity[0][users[0] >= 0]
    liking = method._likes[near][:, [item]].toarray()[:, 0]
    shares = alike / alike.sum()
    return [
        Addend(
            f"Person {method._user_ids[near[row]]}",
            float(shares[row] * liking[row]),
            f"{shares[row]:.1%} of the vote (cosine {alike[row]:.2f}) × {liking[row]:.2f} liking",
        )
        for row in np.flatnonzero(liking)
    ]


def user_deviations(interactions: Interactions, centring: float) -> sparse.csr_matrix:
    """(n_users, n_items) float32 CSR: ratings as weights, less `centring` times their user's mean weight.

    Weights are those of `rating_weights`.
    """
    ratings = interactions.ratings
    weights = rating_weights(ratings.data, interactions.scale, is_explicit=interactions.is_explicit)
    counts = np.diff(ratings.indptr)
    users = np.repeat(np.arange(len(counts)), counts)
    means = np.bincount(users, weights, len(counts)) / np.maximum(counts, 1)
    deviations = (weights - centring * means[users]).astype(np.float32)
    return sparse.csr_matrix((deviations, ratings.indices, ratings.indptr), shape=ratings.shape)
