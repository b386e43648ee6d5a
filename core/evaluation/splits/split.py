"""What every way of holding ratings out comes to: a `Split`. The ways themselves are in `kinds`.

A split never changes the rows and columns: user_index and item_index mean the same in all its parts.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Interactions
from core.errors import DatasetError
from core.types import BoolVector, IndexVector


@dataclass(frozen=True, eq=False)
class Split:
    """One way to hold ratings out, and the question put to every test user.

    Raises:
        DatasetError: The parts do not fit together, or a rating that is asked for is also given away.

    Attributes:
        name: Which kind of split, with the fold or the count: "k_fold[2/5]", "cold_users[n=3]".
        train: What methods learn from: all users and items of the dataset, held-out entries removed.
        users: (n_test,) user_index of the test users, ascending.
        known: (n_test, n_items) float32 CSR, the ratings that the profile of a test user holds.
        test: (n_test, n_items) float32 CSR, the held-out ratings.
        masked: (n_test, n_items) bool CSR, films beyond the known ones that must not be listed for a user.
        candidates: (n_items,) True = may be listed; None = every film.
        options: How the split was made, plain JSON values.
        left_out: Reason -> number of users who are not tested for that reason.
        tests_ratings: Whether `test` holds ratings that could be predicted; else films that fit, all alike.
    """

    name: str
    train: Interactions
    users: IndexVector
    known: sparse.csr_matrix
    test: sparse.csr_matrix
    masked: sparse.csr_matrix
    candidates: BoolVector | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    tests_ratings: bool = True

    def __post_init__(self) -> None:
        shape = (len(self.users), self.train.ratings.shape[1])
        if not self.known.shape == self.test.shape == self.masked.shape == shape:
            raise DatasetError(
                f"The parts of the split {self.name} do not have {shape[0]} users and {shape[1]} films."
            )
        trained = self.train.ratings[self.users]
        for part, what in (
            (self.known, "known"),
            (trained, "trained on"),
            (self.masked, "kept off the lists"),
        ):
            if part.astype(bool).multiply(self.test.astype(bool)).nnz:
                raise DatasetError(f"The split {self.name} asks for ratings that are also {what}.")
        if self.candidates is not None and not self.candidates[self.test.indices].all():
            raise DatasetError(f"The split {self.name} asks for films that may not be listed.")

    @property
    def is_sampled(self) -> bool:
        """Whether what is held out of a user competes with a few sampled films alone."""
        return "negatives" in self.options

    @cached_property
    def is_cold_user(self) -> BoolVector:
        """(n_test,) whether a test user has no rating in the train part."""
        return np.asarray(np.diff(self.train.ratings.indptr)[self.users] == 0)

    @cached_property
    def is_cold_item(self) -> BoolVector:
        """(n_items,) whether a film has no rating in the train part."""
        return np.asarray(self.train.item_counts() == 0)

    @cached_property
    def n_known(self) -> IndexVector:
        """(n_test,) how many ratings of each test user are given."""
        return np.asarray(np.diff(self.known.indptr), np.int64)

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of everything that decides a result: train, users, known, test, masks."""
        digest = hashlib.blake2b(self.name.encode(), digest_size=16)
        matrices = (self.train.ratings, self.known, self.test, self.masked)
        arrays = [
            part for m in matrices for part in (m.indptr.astype(np.int64), m.indices.astype(np.int64), m.data)
        ]
        arrays += [a for a in (self.users, self.train.timestamps, self.candidates) if a is not None]
        for array in arrays:
            digest.update(f"{array.dtype}{array.shape}".encode() + array.tobytes())
        digest.update(repr((self.train.scale, self.train.is_explicit)).encode())
        return digest.hexdigest()


def split_by_mask(
    name: str,
    interactions: Interactions,
    is_test: npt.NDArray[np.bool_],
    *,
    options: Mapping[str, Any] | None = None,
    left_out: Mapping[str, int] | None = None,
    candidates: BoolVector | None = None,
) -> Split:
    """The split that holds out the marked entries and knows all other ratings of the same users.

    Args:
        name: Of the split.
        interactions: What is split.
        is_test: (nnz,) True = held out, aligned with `interactions.ratings.data`.
        options: How the split was made, as plain JSON values; None = {}.
        left_out: Why users are not tested -> how many; None = {}.
        candidates: (n_items,) films that may be listed; None = all.

    Raises:
        DatasetError: Nothing is marked, or everything is.
    """
    if not is_test.any() or is_test.all():
        what = "held out" if not is_test.any() else "left to learn from"
        raise DatasetError(
            f"The split {name} leaves nothing {what}.", hint="Choose another share or another split."
        )
    train, test = take(interactions, ~is_test), take(interactions, is_test).ratings
    users = np.flatnonzero(np.diff(test.indptr)).astype(np.int64)
    nothing = sparse.csr_matrix((len(users), test.shape[1]), dtype=bool)
    parts = train.ratings[users], test[users], nothing
    return Split(name, train, users, *parts, candidates, dict(options or {}), dict(left_out or {}))


def take(interactions: Interactions, keep: npt.NDArray[np.bool_]) -> Interactions:
    """The marked entries alone; users and items stay, also those without any entry left.

    Args:
        interactions: Of which some are kept.
        keep: (nnz,) True = stays, aligned with `interactions.ratings.data`.
    """
    ratings, stamps = interactions.ratings, interactions.timestamps
    indptr = np.concatenate([[0], np.cumsum(keep)])[ratings.indptr]
    matrix = sparse.csr_matrix((ratings.data[keep], ratings.indices[keep], indptr), shape=ratings.shape)
    stamps = None if stamps is None else stamps[keep]
    return Interactions(matrix, interactions.user_ids, stamps, interactions.scale, interactions.is_explicit)
