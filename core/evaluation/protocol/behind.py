"""What lies behind a figure: for whom one method is better than another, and the lists that both gave them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import InvalidQueryError, NotBuiltError
from core.evaluation.results.runs import Run, RunFolder
from core.evaluation.results.stored import RUNS, StoredResult, folder_of, method_label
from core.evaluation.splits import Split, make_splits
from core.evaluation.task import Task
from core.serving import Atlas
from core.types import IndexVector

CHANGED = "The ratings of {label} are others than those that were measured."
OWN = "This was measured on files of your own, which are not kept: nobody can say any more who was told what."
GONE = "What the methods answered is not kept any more."
AGAIN = "Measure again to look at it."


@dataclass(frozen=True)
class Apart:
    """A person for whom two methods are apart.

    Attributes:
        row: Which of the tested people.
        user_id: Who in the dataset.
        n_known: Films that the methods were told of.
        n_wanted: Held-out films that count as liked.
        values: The figure of both methods.
    """

    row: int
    user_id: str
    n_known: int
    n_wanted: int
    values: tuple[float, float]


@dataclass(frozen=True, eq=False)
class PersonLists:
    """What a person was asked with, what was hidden, and both lists.

    Attributes:
        known: (n,) item_index of the films that the methods were told of, the best rated first.
        ratings: (n,) their ratings.
        wanted: (m,) item_index of the hidden films that count as liked.
        lists: (depth,) item_index of each method's list, -1 where it has ended.
    """

    known: IndexVector
    ratings: Sequence[float]
    wanted: IndexVector
    lists: tuple[IndexVector, IndexVector]


@dataclass(frozen=True, eq=False)
class TwoRuns:
    """Two methods' answers to the same people, opened again.

    Attributes:
        task: Who was asked, and what counts.
        runs: Of both methods.
    """

    task: Task
    runs: tuple[Run, Run]

    @classmethod
    def opened(cls, atlas: Atlas, result: StoredResult, one: str, other: str) -> "TwoRuns":
        """The answers that are kept beside an evaluation.

        Of several splits, those of the one whose slices the evaluation shows.

        Args:
            atlas: The dataset.
            result: An evaluation of it.
            one: A method of it.
            other: Another.

        Raises:
            InvalidQueryError: The two are the same, or one was not measured.
            NotBuiltError: The answers are not kept, or the ratings have changed since.
        """
        if one == other or not {one, other} <= set(result.measured):
            raise InvalidQueryError("Choose two methods that were measured.")
        name = str(result.about["slices_of"])
        kept = result.about.get("runs", {}).get(name, {})
        folder = RunFolder(folder_of(atlas.name) / RUNS)
        first, second = (folder.named(str(kept.get(method, ""))) for method in (one, other))
        if first is None or second is None:
            raise NotBuiltError(GONE, hint=AGAIN)
        split = next((split for split in splits_again(atlas, result) if split.name == name), None)
        prints = result.about.get("fingerprints", {}).get("ratings and their parts", {})
        if split is None or prints.get(name) != split.fingerprint:
            raise NotBuiltError(CHANGED.format(label=atlas.about["label"]), hint=AGAIN)
        return cls(Task.of(atlas.dataset, split, relevant=relevant_rating(result)), (first, second))

    def people(self, column: str, n: int = 20) -> list[Apart]:
        """People for whom the first method is better than the second, the furthest apart first.

        Args:
            column: Such as "ndcg@10".
            n: How many at most.

        Raises:
            InvalidQueryError: The figure has no value per person.
        """
        if any(column not in run.columns for run in self.runs):
            raise InvalidQueryError("This figure has no value per person.", hint="Choose nDCG, for example.")
        mine, theirs = (run.column(column) for run in self.runs)
        apart = np.nan_to_num(mine - theirs, nan=-np.inf)
        order = [int(row) for row in np.argsort(-apart, kind="stable")[:n] if apart[row] > 0]
        split = self.task.split
        return [
            Apart(
                row,
                str(split.train.user_ids[split.users[row]]),
                int(split.n_known[row]),
                int(self.task.n_relevant[row]),
                (float(mine[row]), float(theirs[row])),
            )
            for row in order
        ]

    def n_better(self, column: str) -> tuple[int, int, int]:
        """For how many people the first method is better, the second is, and neither."""
        mine, theirs = (run.column(column) for run in self.runs)
        there = np.isfinite(mine) & np.isfinite(theirs)
        apart = (mine - theirs)[there]
        return int((apart > 0).sum()), int((apart < 0).sum()), int((apart == 0).sum())

    def lists_of(self, row: int) -> PersonLists:
        """What one of the tested people knew, was to find, and was given."""
        known, relevant = self.task.known[[row]], self.task.relevant[[row]]
        order = np.argsort(-known.data, kind="stable")
        first, second = (run.ranked[row].astype(np.int64) for run in self.runs)
        return PersonLists(
            known.indices[order].astype(np.int64),
            known.data[order].tolist(),
            relevant.indices.astype(np.int64),
            (first, second),
        )


def splits_again(atlas: Atlas, result: StoredResult) -> tuple[Split, ...]:
    """The splits of an evaluation, drawn again by its seed.

    Raises:
        NotBuiltError: It was of files that were handed over.
    """
    name = str(result.about["split"]["name"]).partition("[")[0]
    if result.is_of_files:
        raise NotBuiltError(OWN)
    given = tuple(int(n) for n in result.about["split"].get("given", ()))
    options = {"given": given} if name == "cold_users" and given else {}
    rng = np.random.default_rng(int(result.about["seed"]))
    return make_splits(name, atlas.interactions, rng=rng, catalog=atlas.catalog, **options)


def methods_to_compare(result: StoredResult) -> dict[str, str]:
    """Label -> name of the methods that were measured, the best by the first figure first."""
    order = result.figures(f"{result.lead}@{result.about['k'][0]}")["name"]
    return {method_label(name): name for name in order}


def relevant_rating(result: StoredResult) -> float | None:
    """From which rating on a film counted as liked; None = every one did."""
    return float(result.about["relevant"]) if result.about["is_explicit"] else None
