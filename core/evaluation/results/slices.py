"""A closer look at results: by kind of user and film, by number of known ratings, and over folds."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import InvalidQueryError, UnknownNameError
from core.evaluation.metrics import accuracy, metric_of
from core.evaluation.metrics.lists import hits_of, ratio
from core.evaluation.results import significance
from core.evaluation.results.result import EvaluationResult, resampled
from core.evaluation.results.runs import Run
from core.types import BoolVector

SLICE_COLUMNS = ("method", "by", "slice", "metric", "mean", "low", "high", "n_users", "n_items")
KNOWN_BINS = (0, 1, 10, 50, 200)
"""First number of known ratings of each slice of users: 0, 1 to 9, 10 to 49, 50 to 199, 200 and more."""
_ITEM_METRICS = {"ndcg": accuracy.ndcg, "recall": accuracy.recall, "hit_rate": accuracy.hit_rate}

ItemSlices = Callable[[EvaluationResult], dict[str, BoolVector]]


def user_slices(result: EvaluationResult) -> pd.DataFrame:
    """Every figure for users with 0, 1 to 9, 10 to 49, … known ratings; a row each, `SLICE_COLUMNS`.

    Slices without a test user are left out. `n_items` is the number of films that may be listed.
    """
    n_known = result.task.split.n_known
    bins = np.digitize(n_known, KNOWN_BINS) - 1
    rows = [
        (label, "known ratings", _bin_label(number), *figure, int(result.task.listable.sum()))
        for label, run in result.runs.items()
        for number in np.unique(bins)
        for figure in result.figures(run, bins == number)
    ]
    return pd.DataFrame(rows, columns=list(SLICE_COLUMNS))


def item_slices(result: EvaluationResult, by: str) -> pd.DataFrame:
    """How well each kind of film is found: nDCG, recall and hit rate with only these films as relevant.

    The lists stay as they are, all films competing for the places; `n_users` are the users with a relevant
    held-out film of the slice. A film of several genres counts in each.

    Args:
        result: Of one split.
        by: "popularity" (thirds of the train ratings, films nobody rated apart), "genre" or "decade".

    Raises:
        UnknownNameError: There is no such slicing.
    """
    if by not in ITEM_SLICES:
        raise UnknownNameError("kind of slice", by, list(ITEM_SLICES))
    masks = ITEM_SLICES[by](result)
    rows = [
        (label, by, name, *figure, int(mask.sum()))
        for label, run in result.runs.items()
        for name, mask in masks.items()
        for figure in _item_figures(result, run, mask)
    ]
    return pd.DataFrame(rows, columns=list(SLICE_COLUMNS))


def learning_curve(results: Sequence[EvaluationResult], column: str = "ndcg@10") -> pd.DataFrame:
    """A figure against the number of known ratings, from the results of the `cold_users` splits.

    Returns:
        Columns method, n_known, mean, low, high, n_users; ascending n_known within a method.

    Raises:
        InvalidQueryError: A result is not of a cold-user split, or they do not test the same ratings.
    """
    columns = ["method", "n_known", "mean", "low", "high", "n_users"]
    if not results:
        return pd.DataFrame(columns=columns)
    frames, first = [], results[0].task.split
    for result in results:
        split = result.task.split
        if "n" not in split.options or not split.is_cold_user.all():
            raise InvalidQueryError(f"{split.name} gives no number of known ratings.", hint="Use cold_users.")
        same_shape = split.test.shape == first.test.shape and np.array_equal(split.users, first.users)
        if not same_shape or (split.test != first.test).nnz:
            raise InvalidQueryError(
                "The results do not ask for the same ratings.", hint="Split once for all."
            )
        rows = result.summary[(result.summary["users"] == "all") & (result.summary["metric"] == column)]
        frames.append(rows.assign(n_known=split.options["n"]))
    return pd.concat(frames)[columns].sort_values(["method", "n_known"], ignore_index=True)


def across_folds(results: Sequence[EvaluationResult], users: str = "all") -> pd.DataFrame:
    """Means over folds of every figure that has a value per user: method, metric, mean, low, high, n_folds.

    The interval comes from resampling the dataset's users, the same draw for all folds: folds share their
    users, so treating them as independent would make it too narrow.

    Args:
        results: One for each fold, all of the same dataset.
        users: "all", "warm" or "cold"; folds that test none of these are left out, and `n_folds` counts the others.

    Raises:
        InvalidQueryError: A method has no result on some fold.
    """
    rows = []
    for label in dict.fromkeys(name for result in results for name in (*result.runs, *result.failed)):
        if any(label not in result.runs for result in results):
            raise InvalidQueryError(f"{label} has no result on some of the folds.")
        columns = results[0].runs[label].columns
        tested = [result for result in results if result.members(users).any()]
        if not tested:
            continue
        found = [_over_all_users(result, result.runs[label], result.members(users)) for result in tested]
        means = _mean_of_folds([whole for whole, _ in found])
        low, high = significance.percentile_interval(_mean_of_folds([samples for _, samples in found]))
        rows += [(label, *figure, len(tested)) for figure in zip(columns, means, low, high, strict=True)]
    return pd.DataFrame(rows, columns=["method", "metric", "mean", "low", "high", "n_folds"])


def popularity_slices(result: EvaluationResult) -> dict[str, BoolVector]:
    """Films nobody rated, and the others in three parts with a third of the train ratings each."""
    counts = result.task.counts
    order = np.lexsort((np.arange(len(counts)), -counts))
    before = np.empty(len(counts))
    before[order] = np.cumsum(counts[order]) - counts[order]
    third = np.minimum(3 * before // max(int(counts.sum()), 1), 2)
    parts = {name: (third == number) & (counts > 0) for number, name in enumerate(("head", "middle", "tail"))}
    return {**parts, "never rated": counts == 0}


def genre_slices(result: EvaluationResult) -> dict[str, BoolVector]:
    """The films of each genre."""
    names = result.task.dataset.catalog.genre_names()
    return {name: result.task.genres[:, number] > 0 for number, name in enumerate(names)}


def decade_slices(result: EvaluationResult) -> dict[str, BoolVector]:
    """The films of each decade: "1990s"; films without a year are in none."""
    years = result.task.dataset.catalog.items["year"].to_numpy(np.float64, na_value=np.nan)
    decades = np.floor(years / 10) * 10
    return {f"{int(decade)}s": decades == decade for decade in np.unique(decades[np.isfinite(decades)])}


ITEM_SLICES: Mapping[str, ItemSlices] = {
    "popularity": popularity_slices,
    "genre": genre_slices,
    "decade": decade_slices,
}


def _item_figures(
    result: EvaluationResult, run: Run, mask: BoolVector
) -> Iterator[tuple[str, float, float, float, int]]:
    """Name, mean, low, high and number of users of each item metric; other relevant films are ignored."""
    relevant, ks = result.task.relevant, result.settings.ks
    inside = relevant.multiply(mask[None, :]).tocsr()
    inside.eliminate_zeros()
    hits, n_relevant = hits_of(run.ranked.astype(np.int64), inside), np.diff(inside.indptr)
    if not n_relevant.any():
        return
    values = np.hstack([metric(hits, n_relevant, ks) for metric in _ITEM_METRICS.values()])
    names = [name for metric in _ITEM_METRICS for name in metric_of(metric).columns(ks)]
    whole, samples = resampled(names, values, run.n_predicted, result.settings.seed)
    low, high = significance.percentile_interval(samples)
    for number, name in enumerate(names):
        yield name, float(whole[number]), float(low[number]), float(high[number]), int((n_relevant > 0).sum())


def _over_all_users(
    result: EvaluationResult, run: Run, members: BoolVector
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """`resampled` over all users of the dataset, those that are not tested or no members without a value."""
    split = result.task.split
    values = np.full((split.train.n_users, len(run.columns)), np.nan)
    predicted = np.zeros(split.train.n_users, np.int64)
    users = split.users[members]
    values[users], predicted[users] = run.values[members], run.n_predicted[members]
    return resampled(run.columns, values, predicted, result.settings.seed)


def _mean_of_folds(samples: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Entry by entry the mean over the folds that have a value there."""
    stacked = np.stack(samples)
    return ratio(np.nansum(stacked, axis=0), np.isfinite(stacked).sum(axis=0))


def _bin_label(number: int) -> str:
    first = KNOWN_BINS[number]
    if number + 1 == len(KNOWN_BINS):
        return f"{first} or more"
    last = KNOWN_BINS[number + 1] - 1
    return str(first) if first == last else f"{first} to {last}"
