"""The ways to hold ratings out, one registered function each."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Catalog, Interactions
from core.errors import DatasetError, InvalidQueryError, UnknownNameError
from core.evaluation.splits.split import Split, split_by_mask, take

__all__ = [
    "KNOWN_COUNTS",
    "SPLITS",
    "Split",
    "SplitKind",
    "make_splits",
    "split_by_mask",
    "split_kind",
    "take",
]

Make = Callable[..., tuple[Split, ...]]
KNOWN_COUNTS = (0, 1, 3, 5, 10, 20)
"""How many ratings of a cold user are given, one split each."""


@dataclass(frozen=True)
class SplitKind:
    """One registered way to split.

    Attributes:
        make: Takes interactions, `rng` and the options; returns one split or several (folds, counts).
        options: Name -> default value.
        reads_films: Whether `make` also takes the catalogue, as `catalog`.
        reads_times: Whether ratings must say when they were given.
    """

    name: str
    label: str
    description: str
    make: Make
    options: Mapping[str, Any]
    reads_films: bool = False
    reads_times: bool = False


SPLITS: dict[str, SplitKind] = {}


def make_splits(
    name: str,
    interactions: Interactions,
    *,
    rng: np.random.Generator,
    catalog: Catalog | None = None,
    **options: Any,
) -> tuple[Split, ...]:
    """Split by a registered name.

    Args:
        name: Registered name.
        interactions: What is split.
        rng: Decides everything random.
        catalog: The films, for kinds that read facts about them; others leave it alone.
        options: Of this kind.

    Raises:
        UnknownNameError: No split or no option of this name.
        InvalidQueryError: An option is out of its bounds, or the kind reads films and there are none.
        DatasetError: The interactions cannot be split like this (none at all, no timestamps, nobody active
            enough).
    """
    if name not in SPLITS:
        raise UnknownNameError("split", name, sorted(SPLITS))
    for option in options:
        if option not in SPLITS[name].options:
            raise UnknownNameError(f"option of {name}", option, sorted(SPLITS[name].options) or ["none"])
    if not len(interactions):
        raise DatasetError("There is no rating to hold out.", hint="Choose a dataset with ratings.")
    if not SPLITS[name].reads_films:
        return SPLITS[name].make(interactions, rng=rng, **options)
    if catalog is None:
        raise InvalidQueryError(f"The split {name} reads facts about the films.", hint="Give the catalogue.")
    return SPLITS[name].make(interactions, rng=rng, catalog=catalog, **options)


def split_kind(
    label: str, description: str, *, reads_films: bool = False, reads_times: bool = False
) -> Callable[[Make], Make]:
    """Register a function as a way to split; see `SplitKind`."""

    def register(make: Make) -> Make:
        parameters = list(inspect.signature(make).parameters.values())[3 if reads_films else 2 :]
        options = {parameter.name: parameter.default for parameter in parameters}
        SPLITS[make.__name__] = SplitKind(
            make.__name__, label, description, make, options, reads_films, reads_times
        )
        return make

    return register


@split_kind("Random holdout", "A random share of every user's ratings is held out.")
def random_holdout(
    interactions: Interactions, *, rng: np.random.Generator, fraction: float = 0.2
) -> tuple[Split, ...]:
    """Hold out round(fraction * n) of each user's n ratings, at least 1 and at most n - 1."""
    _validate_fraction(fraction)
    counts = np.diff(interactions.ratings.indptr)
    held = np.minimum(np.maximum(np.round(fraction * counts), 1), counts - 1)
    is_test = _rank_in_user(interactions, rng.random(len(interactions))) < np.repeat(held, counts)
    left_out = {"users with fewer than 2 ratings": int((counts < 2).sum())}
    return (
        split_by_mask(
            "random_holdout", interactions, is_test, options={"fraction": fraction}, left_out=left_out
        ),
    )


@split_kind(
    "Leave the last n",
    "Every user's n latest ratings are held out; users with n or fewer ratings stay whole.",
    reads_times=True,
)
def leave_last_n(interactions: Interactions, *, rng: np.random.Generator, n: int = 1) -> tuple[Split, ...]:
    """Hold out each user's n latest ratings; ratings of the same second are put in a random order."""
    if n < 1:
        raise InvalidQueryError(f"{n} ratings of each user were to be held out.", hint="Hold out 1 or more.")
    stamps, counts = _timestamps(interactions, "leave_last_n"), np.diff(interactions.ratings.indptr)
    rank = _rank_in_user(interactions, rng.random(len(interactions)), first=-stamps)
    is_test = (rank < n) & np.repeat(counts > n, counts)
    left_out = {f"users with at most {n} rated films": int((counts <= n).sum())}
    return (split_by_mask("leave_last_n", interactions, is_test, options={"n": n}, left_out=left_out),)


@split_kind(
    "By time",
    "Everything after one moment is held out, the latest fifth of all ratings, as if the system had been started then. Who "
    "rated nothing after it is not asked; who came after it is new, and films that came after it have no rating yet.",
    reads_times=True,
)
def global_time(
    interactions: Interactions, *, rng: np.random.Generator, fraction: float = 0.2
) -> tuple[Split, ...]:
    """Hold out about the latest `fraction` of all ratings; ratings of the same second stay on one side."""
    _validate_fraction(fraction)
    stamps, moment = _timestamps(interactions, "global_time"), moment_of(interactions, fraction)
    is_test = stamps >= moment
    inactive = int((np.diff(take(interactions, is_test).ratings.indptr) == 0).sum())
    options = {"fraction": fraction, "moment": moment}
    left_out = {"users without a rating after the moment": inactive}
    return (split_by_mask("global_time", interactions, is_test, options=options, left_out=left_out),)


def moment_of(interactions: Interactions, fraction: float = 0.2) -> int:
    """From which second on, since 1970, about the latest `fraction` of all ratings were given.

    Raises:
        DatasetError: They have no times.
    """
    stamps = _timestamps(interactions, "global_time")
    place = min(int((1 - fraction) * len(stamps)), len(stamps) - 1)
    return int(np.partition(stamps, place)[place])


def moment_in_words(interactions: Interactions, fraction: float = 0.2) -> str:
    """`moment_of` as a date and time: "2001-05-03 12:30:00 UTC"."""
    return f"{np.datetime64(moment_of(interactions, fraction), 's')} UTC".replace("T", " ", 1)


@split_kind("K folds", "The ratings are dealt at random into k parts; each part is held out once.")
def k_fold(interactions: Interactions, *, rng: np.random.Generator, folds: int = 5) -> tuple[Split, ...]:
    """One split for each of `folds` parts of nearly the same size."""
    if not 2 <= folds <= len(interactions):
        raise InvalidQueryError(
            f"{folds} folds were asked for.", hint=f"Choose from 2 to {len(interactions)}."
        )
    fold = rng.permutation(len(interactions)) % folds
    made = []
    for number in range(folds):
        tested = np.diff(take(interactions, fold == number).ratings.indptr) > 0
        left_out = {"users without a rating in this fold": int((~tested).sum())}
        options = {"folds": folds, "fold": number + 1}
        name = f"k_fold[{number + 1}/{folds}]"
        made.append(split_by_mask(name, interactions, fold == number, options=options, left_out=left_out))
    return tuple(made)


@split_kind(
    "Cold users",
    "A share of the users is unknown to the methods; n of their ratings are given, others asked for.",
)
def cold_users(
    interactions: Interactions,
    *,
    rng: np.random.Generator,
    fraction: float = 0.2,
    given: Sequence[int] = KNOWN_COUNTS,
) -> tuple[Split, ...]:
    """One split for each n of `given`; the given ratings are nested, the held-out ones the same for every n.

    Users who have max(given) ratings or fewer are never made cold. Ratings reserved for a larger n are
    neither told nor asked for nor listed: otherwise lists for small n would be marked down for films that
    larger n take out.
    """
    _validate_fraction(fraction)
    counts = sorted(set(given))
    if not counts or counts[0] < 0:
        raise InvalidQueryError(
            "The counts of given ratings must be 0 or more.", hint="For example 0, 1, 3, 5."
        )
    active = np.flatnonzero(np.diff(interactions.ratings.indptr) > counts[-1])
    if not len(active):
        raise DatasetError(f"No user has more than {counts[-1]} ratings.", hint="Give fewer ratings.")
    users = np.sort(rng.permutation(active)[: max(1, round(fraction * len(active)))]).astype(np.int64)
    rows = np.repeat(np.arange(interactions.n_users), np.diff(interactions.ratings.indptr))
    is_cold = np.isin(rows, users)
    rank = _rank_in_user(interactions, rng.random(len(interactions)))
    train = take(interactions, ~is_cold)
    if not len(train):
        raise DatasetError("Every user would be cold.", hint="Choose a smaller share.")

    def part(low: int, high: float) -> sparse.csr_matrix:
        return take(interactions, is_cold & (rank >= low) & (rank < high)).ratings[users]

    test = part(counts[-1], np.inf)
    left_out = {
        f"users with at most {counts[-1]} rated films, kept for training": interactions.n_users - len(active),
        "further users kept for training": len(active) - len(users),
    }
    return tuple(
        Split(
            f"cold_users[n={n}]", train, users, part(0, n), test, part(n, counts[-1]).astype(bool),
            options={"fraction": fraction, "given": counts, "n": n}, left_out=left_out,
        )
        for n in counts
    )  # fmt: skip


@split_kind(
    "Cold films",
    "A share of the films is unknown to the methods; they rank these films for the users who rated them.",
)
def cold_items(
    interactions: Interactions, *, rng: np.random.Generator, fraction: float = 0.1, among_all: bool = False
) -> tuple[Split, ...]:
    """Hold out all ratings of a share of the films; only they are ranked, or all films with `among_all`."""
    _validate_fraction(fraction)
    rated = np.flatnonzero(interactions.item_counts())
    chosen = np.zeros(interactions.ratings.shape[1], bool)
    chosen[rng.permutation(rated)[: max(1, round(fraction * len(rated)))]] = True
    is_test = chosen[interactions.ratings.indices]
    tested = np.diff(take(interactions, is_test).ratings.indptr) > 0
    split = split_by_mask(
        "cold_items",
        interactions,
        is_test,
        options={"fraction": fraction, "among_all": among_all, "n_cold_items": int(chosen.sum())},
        left_out={"users who rated none of the cold films": int((~tested).sum())},
        candidates=None if among_all else chosen,
    )
    return (split,)


def _rank_in_user(
    interactions: Interactions, keys: npt.NDArray[Any], *, first: npt.NDArray[Any] | None = None
) -> npt.NDArray[np.int64]:
    """(nnz,) place of each entry among its user's entries, ascending by `first` and then `keys`, from 0."""
    starts = interactions.ratings.indptr[:-1]
    rows = np.repeat(np.arange(interactions.n_users), np.diff(interactions.ratings.indptr))
    order = np.lexsort((keys, rows) if first is None else (keys, first, rows))
    rank = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys)) - starts[rows]
    return rank


def _timestamps(interactions: Interactions, name: str) -> npt.NDArray[np.int64]:
    if interactions.timestamps is None:
        raise DatasetError(f"The split {name} needs timestamps.", hint="Use random_holdout instead.")
    return interactions.timestamps


def _validate_fraction(fraction: float) -> None:
    if not 0 < fraction < 1:
        raise InvalidQueryError(f"The share to hold out is {fraction}.", hint="Choose one between 0 and 1.")
