"""Which ratings a stored evaluation hid from the methods, found again by splitting as it did."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from core.domain import Interactions
from core.errors import DatasetError, UnknownNameError
from core.evaluation.results.stored import StoredResult
from core.evaluation.splits import SPLITS, make_splits
from core.exploration.rating_matrix import Grid, part
from core.serving import Atlas
from core.types import IndexVector


@dataclass(frozen=True, eq=False)
class HiddenRatings:
    """What an evaluation asked for, instead of letting methods learn from it.

    Attributes:
        ratings: The hidden ones alone, people and films as in the dataset.
        n_splits: How many times the ratings were split; these are those of the first time.
    """

    ratings: Interactions
    n_splits: int


def hides_ratings(result: StoredResult) -> bool:
    """Whether an evaluation hid ratings that a dataset holds."""
    return not result.is_few_likes and _kind(result) in SPLITS


def hidden_ratings(atlas: Atlas, result: StoredResult) -> HiddenRatings:
    """Split a dataset as an evaluation did, by its seed.

    Raises:
        UnknownNameError: This version has no such split.
        DatasetError: The dataset has other ratings now than those that were split.
    """
    kind, about, inter = _kind(result), result.about, atlas.interactions
    if kind not in SPLITS:
        raise UnknownNameError("split", kind, sorted(SPLITS))
    options = {name: about["split"][name] for name in SPLITS[kind].options if name in about["split"]}
    rng = np.random.default_rng(int(about["seed"]))
    splits = make_splits(kind, inter, rng=rng, catalog=atlas.catalog, **options)
    split = next((one for one in splits if one.name == about["slices_of"]), splits[-1])
    counted = splits if "means" in about else (split,)
    tested, trained = sum(one.test.nnz for one in counted), np.mean([len(one.train) for one in counted])
    counts = about["counts"]
    if (tested, round(float(trained))) != (counts["tested_interactions"], counts["train_interactions"]):
        raise DatasetError(
            "That evaluation was made of other ratings than there are now, so nobody can say which of these it hid.",
            hint="Measure again on Evaluate.",
        )
    return HiddenRatings(_of_everybody(inter, split.users, split.test), len(splits))


def hidden_in(hidden: HiddenRatings, grid: Grid) -> Grid:
    """The hidden ratings in the cells of a grid."""
    return part(hidden.ratings, grid.users, grid.items, grid.area)


def caption(hidden: HiddenRatings, here: Grid) -> str:
    """How many of the ratings are hidden, and how to read the picture."""
    n, seen = len(hidden.ratings), int(here.counts.sum())
    which = f" the first of its {hidden.n_splits} splits," if hidden.n_splits > 1 else ""
    how = (
        "A frame marks each of them; the colours are stars."
        if here.is_single
        else "The colour is the share of a cell’s ratings that was hidden; near enough, each hidden rating has a frame."
    )
    return (
        f"Of the {n:,} ratings that it hid,{which} {seen:,} lie here. Methods learned from the others and were asked for "
        f"these. {how}"
    )


def _kind(result: StoredResult) -> str:
    return str(result.about["split"]["name"]).partition("[")[0]


def _of_everybody(inter: Interactions, users: IndexVector, test: sparse.csr_matrix) -> Interactions:
    """The rows of some users among those of all."""
    counts = np.zeros(inter.n_users, np.int64)
    counts[users] = np.diff(test.indptr)
    indptr = np.concatenate([[0], np.cumsum(counts)])
    rows = sparse.csr_matrix((test.data, test.indices, indptr), shape=inter.ratings.shape)
    return Interactions(rows, inter.user_ids, None, inter.scale, inter.is_explicit)
