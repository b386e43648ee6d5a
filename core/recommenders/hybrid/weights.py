"""How the hybrid learns its weights: by nDCG on ratings held out of the training data, and warily."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Interactions, Profile
from core.domain.profile import rating_weights
from core.types import BoolVector, FloatMatrix, FloatVector, IndexVector

Doubles = npt.NDArray[np.float64]
BINS = (0, 1, 2, 4, 11, 31)
"""First number of known films of each row of weights: 0, 1, 2 or 3, 4 to 10, 11 to 30, 31 and more."""
DEPTH = 10
STEPS = (1.0, 0.3, -0.3, 0.1, -0.1)
CLEARLY_LIKED = 0.5
"""Weight from which a held-out film counts as found: 4 of 5 stars."""
COLD_USERS, COLD_FILMS = 0.2, 0.05
"""Shares of the users and films that the validation part holds out wholly."""
MOST_PROFILES = 500
"""Validation profiles a bin; of more users a random choice is taken."""


@dataclass(frozen=True)
class Validation:
    """What is held out of the training data, and the questions put about it.

    Attributes:
        train: What the parts learn from while the weights are learned.
        profiles: For each of `BINS` the profiles that are asked about.
        hidden: For each bin (n_profiles, n_items) bool CSR: what a profile knows, which is not listed.
        wanted: For each bin (n_profiles, n_items) bool CSR: what should be found among all the rest.
    """

    train: Interactions
    profiles: tuple[tuple[Profile, ...], ...]
    hidden: tuple[sparse.csr_matrix, ...]
    wanted: tuple[sparse.csr_matrix, ...]


def hold_out(interactions: Interactions, share: float, rng: np.random.Generator) -> Validation:
    """Hold out whole users, whole films, and `share` of everybody else's ratings.

    The users held out are asked about with no film known, and with 1, 2 or 3, and 4 to 10 drawn at random; all
    other films that they liked should be found. The others are asked about with all that is left of theirs, and
    should find what is held out. As in `core.evaluation`, held-out films that somebody did not like compete too.
    """
    ratings, n_users = interactions.ratings, interactions.n_users
    rows = np.repeat(np.arange(n_users), np.diff(ratings.indptr))
    weights = rating_weights(
        interactions.ratings.data, interactions.scale, is_explicit=interactions.is_explicit
    )
    is_cold = np.zeros(n_users, bool)
    is_cold[rng.permutation(n_users)[: round(COLD_USERS * n_users)]] = True
    rated = np.flatnonzero(interactions.item_counts())
    cold_films = np.zeros(ratings.shape[1], bool)
    cold_films[rng.permutation(rated)[: round(COLD_FILMS * len(rated))]] = True
    held = (rng.random(len(rows)) < share) | cold_films[ratings.indices]
    asked: list[list[tuple[Profile, IndexVector, IndexVector]]] = [[] for _ in BINS]
    for user in rng.permutation(n_users):
        entries = np.arange(ratings.indptr[user], ratings.indptr[user + 1])
        if not is_cold[user]:
            _ask(asked, ratings, weights, entries, ~held[entries], int(user))
            continue
        for low, high in ((0, 0), (1, 1), (2, 3), (4, 10)):
            n_known = rng.integers(low, high + 1)
            _ask(asked, ratings, weights, entries, rng.permutation(len(entries)) < n_known, None)
    kept = [part[:MOST_PROFILES] for part in asked]
    return Validation(
        _without(interactions, held | is_cold[rows]),
        tuple(tuple(profile for profile, _, _ in part) for part in kept),
        tuple(_marks([hidden for _, hidden, _ in part], ratings.shape[1]) for part in kept),
        tuple(_marks([wanted for _, _, wanted in part], ratings.shape[1]) for part in kept),
    )


def _ask(
    asked: list[list[tuple[Profile, IndexVector, IndexVector]]],
    ratings: sparse.csr_matrix,
    weights: FloatVector,
    entries: IndexVector,
    is_known: BoolVector,
    user: int | None,
) -> None:
    """Add a question about one user's entries, unless nothing of what is unknown was clearly liked."""
    known, rest = entries[is_known], entries[~is_known]
    items = ratings.indices[known].astype(np.int64)
    wanted = ratings.indices[rest[weights[rest] >= CLEARLY_LIKED]].astype(np.int64)
    if len(wanted):
        profile = Profile(items, weights[known], "", user)
        asked[bin_of(profile)].append((profile, items, wanted))


def bin_of(profile: Profile) -> int:
    """Which row of weights answers a profile: by the films it knows and does not dislike."""
    return int(np.searchsorted(BINS, int((profile.weights >= 0).sum()), side="right") - 1)


def _without(interactions: Interactions, left_out: npt.NDArray[np.bool_]) -> Interactions:
    ratings = interactions.ratings
    indptr = np.concatenate([[0], np.cumsum(~left_out)])[ratings.indptr]
    parts = ratings.data[~left_out], ratings.indices[~left_out], indptr
    matrix = sparse.csr_matrix(parts, shape=ratings.shape)
    return Interactions(matrix, interactions.user_ids, None, interactions.scale, interactions.is_explicit)


def _marks(rows: Sequence[IndexVector], n_items: int) -> sparse.csr_matrix:
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    columns = np.concatenate([np.empty(0, np.int64), *rows])
    return sparse.csr_matrix((np.ones(len(columns), bool), columns, indptr), shape=(len(rows), n_items))


def ndcg(scores: FloatMatrix, hidden: sparse.csr_matrix, wanted: sparse.csr_matrix) -> Doubles:
    """nDCG@10 of each profile; gain is binary, hidden films are not listed (see `core.evaluation.metrics.accuracy.ndcg`).

    Lists are not made: it is counted how many films stand above each that is wanted, ties by item_index.
    """
    depth = min(DEPTH, scores.shape[1])
    found = np.zeros((len(scores), depth), bool)
    for row, own in enumerate(scores):
        items = wanted.indices[wanted.indptr[row] : wanted.indptr[row + 1]]
        listed = own.copy()
        listed[hidden.indices[hidden.indptr[row] : hidden.indptr[row + 1]]] = -np.inf
        for item, value in zip(items.tolist(), own[items], strict=True):
            above = int(np.count_nonzero(listed > value))
            if above < depth and listed[item] == value:  # else it is hidden
                above += int(np.count_nonzero(listed[:item] == value))
                if above < depth:
                    found[row, above] = True
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    ideal = np.cumsum(discounts)[np.minimum(np.diff(wanted.indptr), depth) - 1]
    gains: Doubles = (found @ discounts) / ideal
    return gains


def climb(start: Doubles, may_change: BoolVector, measure: Callable[[Doubles], Doubles]) -> Doubles:
    """Change one weight at a time as long as that is better by more than three standard errors.

    Args:
        start: (n_parts,) weights to begin with, kept where nothing is clearly better.
        may_change: (n_parts,) which of them may change.
        measure: Weights -> (n_profiles,) how well each profile is answered.
    """
    best, weights = measure(start), start
    for step in STEPS:
        for part in np.flatnonzero(may_change):
            while True:
                moved = weights.copy()
                moved[part] = round(max(0.0, moved[part] + step), 6)
                values = measure(moved)
                if moved[part] == weights[part] or not clearly_above(values, best):
                    break
                best, weights = values, moved
    return weights


def clearly_above(values: Doubles, others: Doubles, *, errors: float = 3.0) -> bool:
    """Whether the mean of paired differences is above 0 by more than so many standard errors."""
    differences = values - others
    if len(differences) < 2:
        return False
    standard_error = differences.std(ddof=1) / np.sqrt(len(differences))
    return bool(differences.mean() > errors * standard_error)
