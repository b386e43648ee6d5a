"""What every method is asked about one split, worked out once: profiles, relevant and listable films."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy import sparse

from core.domain import Dataset, Interactions, Profile
from core.domain.profile import rating_weights
from core.embeddings import Space
from core.errors import InvalidQueryError
from core.evaluation.decoys import decoys_of
from core.evaluation.splits import Split
from core.types import BoolVector, FloatMatrix, IndexVector

TIES = ("index", "random")
RELEVANT_SHARE = 0.8
"""Ratings from this share of the scale's top are "liked": 4 of 5, 8 of 10."""


@dataclass(frozen=True)
class Settings:
    """What is measured, and how.

    Attributes:
        ks: Cut-offs of the lists.
        relevant: Lowest rating that counts as liked; None = 0.8 of the scale's top.
        metrics: Names of the metrics to compute; () = all.
        judge: Name of the space in which `top1_cosine` compares films; "" = leave that metric empty.
        seed: Decides everything random.
        ties: "index" = equal scores are listed in the catalogue's order, as everywhere in the product;
            "random" = in an order drawn for each user, the same for all methods. Catalogues are often sorted
            by fame, so the first gives methods that cannot tell films apart (unrated ones, say) a head start
            that the second does not.
    """

    ks: tuple[int, ...] = (10, 20)
    relevant: float | None = None
    metrics: tuple[str, ...] = ()
    judge: str = ""
    seed: int = 0
    ties: str = "index"

    def __post_init__(self) -> None:
        if self.ties not in TIES:
            raise InvalidQueryError(
                f"Ties cannot be broken by “{self.ties[:20]}”.", hint=f"Use {' or '.join(TIES)}."
            )
        object.__setattr__(self, "ks", validate_cutoffs(self.ks))


@dataclass(frozen=True, eq=False)
class Task:
    """A split as the methods and the metrics see it.

    Attributes:
        dataset: The dataset with the train part alone as its interactions.
        split: Where it comes from.
        relevant_from: Held-out ratings of at least this much are relevant.
        relevant: (n_test, n_items) bool CSR, the relevant held-out films.
        liked: (n_test, n_items) bool CSR, known films rated at least `relevant_from`.
        hidden: (n_test, n_items) bool CSR, listable films that must not be listed for a user.
        listable: (n_items,) films that may be listed for anybody.
        genres: (n_items, n_genres) float32, 1 where a film has a genre.
        judge: (n_items, dim) vectors for `top1_cosine`; (n_items, 0) = nothing to judge by.
        judge_name: Name of that space, "" = none.
    """

    dataset: Dataset
    split: Split
    relevant_from: float
    relevant: sparse.csr_matrix
    liked: sparse.csr_matrix
    hidden: sparse.csr_matrix
    listable: BoolVector
    genres: FloatMatrix
    judge: FloatMatrix
    judge_name: str = ""

    @classmethod
    def of(
        cls, dataset: Dataset, split: Split, *, relevant: float | None = None, judge: Space | None = None
    ) -> "Task":
        """Work everything out.

        Args:
            dataset: What the split was made of.
            split: Who is tested, and on which held-out ratings.
            relevant: Lowest rating that counts as liked; None = 0.8 of the scale's top, or any where what is held out
                competes with sampled films alone. Bare "yes" is always liked.
            judge: Space in which `top1_cosine` compares films.

        Raises:
            InvalidQueryError: `relevant` lies outside the scale of the ratings.
        """
        train, n_items = split.train, dataset.n_items
        is_all = relevant is None and split.is_sampled
        bound = train.scale[0] if is_all else _relevant_from(train, relevant)
        listable = np.ones(n_items, bool) if split.candidates is None else split.candidates
        hidden = (split.known.astype(bool) + split.masked).tocsr()
        listed = listable[hidden.indices]
        hidden.data &= listed
        hidden.eliminate_zeros()
        return cls(
            replace(dataset, interactions=train),
            split,
            bound,
            _at_least(split.test, bound),
            _at_least(split.known, bound),
            hidden,
            listable,
            genre_matrix(dataset),
            np.zeros((n_items, 0), np.float32) if judge is None else judge.vectors,
            "" if judge is None else judge.name,
        )

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """One profile per test user: the known ratings, and the user's row where the train part has it."""
        known, train = self.split.known, self.split.train
        users = np.where(self.split.is_cold_user, -1, self.split.users).tolist()
        parts = [slice(start, stop) for start, stop in pairwise(known.indptr.tolist())]
        items = known.indices.astype(np.int64)
        weights = rating_weights(known.data, train.scale, is_explicit=train.is_explicit)
        return tuple(
            Profile(items[part], weights[part], "", user if user >= 0 else None)
            for user, part in zip(users, parts, strict=True)
        )

    @property
    def n_users(self) -> int:
        """Number of test users."""
        return len(self.split.users)

    @property
    def known(self) -> sparse.csr_matrix:
        """(n_test, n_items) CSR of the known ratings."""
        return self.split.known

    @cached_property
    def n_relevant(self) -> IndexVector:
        """(n_test,) relevant held-out films of each user."""
        return np.asarray(np.diff(self.relevant.indptr), np.int64)

    @cached_property
    def n_hidden(self) -> IndexVector:
        """(n_test,) films of the catalogue that must not be listed for each user."""
        return np.asarray(np.diff(self.hidden.indptr) + int((~self.listable).sum()), np.int64)

    @cached_property
    def counts(self) -> IndexVector:
        """(n_items,) ratings of each film in the train part."""
        return self.split.train.item_counts()

    @cached_property
    def decoys(self) -> sparse.csr_matrix:
        """(n_test, n_items) int64 CSR: for every relevant film an equally famous one that is not, see `decoys_of`."""
        return decoys_of(self.relevant, self.hidden, self.counts, self.listable)

    @cached_property
    def n_train_users(self) -> int:
        """Users with a rating in the train part."""
        return int((np.diff(self.split.train.ratings.indptr) > 0).sum())


def genre_matrix(dataset: Dataset) -> FloatMatrix:
    """(n_items, n_genres) float32, 1 where a film has a genre; columns as in `Catalog.genre_names`."""
    column = {name: number for number, name in enumerate(dataset.catalog.genre_names())}
    matrix = np.zeros((dataset.n_items, len(column)), np.float32)
    for item, genres in enumerate(dataset.catalog.items["genres"]):
        matrix[item, [column[genre] for genre in genres]] = 1
    return matrix


def _relevant_from(train: Interactions, relevant: float | None) -> float:
    if not train.is_explicit:
        return 1.0
    bound = RELEVANT_SHARE * train.scale[1] if relevant is None else float(relevant)
    if not train.scale[0] <= bound <= train.scale[1]:
        low, high = train.scale
        raise InvalidQueryError(
            f"Ratings from {bound:g} were to count as liked, but they go from {low:g} to {high:g}.",
            hint="Choose a rating on the scale.",
        )
    return bound


def _at_least(ratings: sparse.csr_matrix, bound: float) -> sparse.csr_matrix:
    """The entries of at least `bound`, as bool CSR."""
    keep = ratings.data >= bound
    indptr = np.concatenate([[0], np.cumsum(keep)])[ratings.indptr]
    return sparse.csr_matrix(
        (np.ones(int(keep.sum()), bool), ratings.indices[keep], indptr), shape=ratings.shape
    )


def validate_cutoffs(ks: Sequence[int]) -> tuple[int, ...]:
    """The cut-offs, ascending and each once.

    Raises:
        InvalidQueryError: None at all, or one below 1.
    """
    if not ks or min(ks) < 1:
        raise InvalidQueryError("A list needs at least one place.", hint="Choose cut-offs of 1 or more.")
    return tuple(sorted({int(k) for k in ks}))
