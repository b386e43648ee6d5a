"""A split and the lists of the methods as files that other tools read: ranx, trec_eval, RecTools, Elliot."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.domain import Interactions
from core.errors import BuildError, DatasetError, why
from core.evaluation.results.result import EvaluationResult
from core.evaluation.task import Task
from core.types import IndexVector

TAG = "movie-atlas"


def write_trec(folder: Path, results: Sequence[EvaluationResult]) -> None:
    """Write every split into the folder, or into one each where there are several.

    - `train.tsv` and `test.tsv`: user_id, item_id, rating and, if there are any, timestamp; of people who are asked with
      less than all that is known of them, `known.tsv` holds what they are asked with.
    - `qrels.txt`: user, 0, film and 1 for a held-out film that counts as liked, 0 for another.
    - `METHOD.run`: user, Q0, film, rank, score and tag. The score is the number of places from the end of the list on:
      methods' own scores are not kept.

    Raises:
        DatasetError: An id holds a blank, which these formats cannot.
        BuildError: Nothing can be written there.
    """
    tasks = [result.task for result in results]
    with _in_words(folder):
        write_splits(folder, tasks)
        for result, place in zip(results, _places(folder, tasks), strict=True):
            for label, run in result.runs.items():
                _write_lines(place / f"{plain_name(label)}.run", run_lines(result.task, run.ranked))


def write_splits(folder: Path, tasks: Sequence[Task]) -> None:
    """The splits alone: what `write_trec` writes without the methods' lists.

    Raises:
        DatasetError: An id holds a blank, which these formats cannot.
        BuildError: Nothing can be written there.
    """
    with _in_words(folder):
        for task, place in zip(tasks, _places(folder, tasks), strict=True):
            place.mkdir(parents=True, exist_ok=True)
            _write_split(place, task)


def _places(folder: Path, tasks: Sequence[Task]) -> list[Path]:
    """Where each split goes: into the folder, or into one each where there are several."""
    return [folder if len(tasks) == 1 else folder / plain_name(task.split.name) for task in tasks]


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BuildError(
            f"{folder} cannot be written: {why(error)}.", hint="Choose another folder."
        ) from error


def plain_name(name: str) -> str:
    """A name that every file system takes: "cold_users[n=5]" as "cold_users-n-5"."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-.") or "split"


def qrels_lines(task: Task) -> Iterable[str]:
    """What counts as liked among what was held out, a line a film."""
    users, items = _ids(task.split.train.user_ids[task.split.users]), _ids(task.dataset.catalog.ids)
    test, relevant = task.split.test, task.relevant
    for row, user in enumerate(users):
        liked = set(relevant.indices[relevant.indptr[row] : relevant.indptr[row + 1]].tolist())
        for item in test.indices[test.indptr[row] : test.indptr[row + 1]].tolist():
            yield f"{user} 0 {items[item]} {int(item in liked)}"


def run_lines(task: Task, ranked: IndexVector) -> Iterable[str]:
    """A method's lists, a line a place.

    Args:
        task: Who was asked.
        ranked: (n_users, depth) item_index, -1 where a list has ended.
    """
    users, items = _ids(task.split.train.user_ids[task.split.users]), _ids(task.dataset.catalog.ids)
    depth = ranked.shape[1]
    for user, own in zip(users, ranked.tolist(), strict=True):
        for place, item in enumerate(own):
            if item >= 0:
                yield f"{user} Q0 {items[item]} {place + 1} {depth - place} {TAG}"


def _write_split(folder: Path, task: Task) -> None:
    split = task.split
    of_test = Interactions(split.test, split.train.user_ids[split.users], None, split.train.scale)
    tables = {"train": split.train, "test": of_test}
    if (split.known != split.train.ratings[split.users]).nnz:
        tables["known"] = replace(of_test, ratings=split.known)
    for name, interactions in tables.items():
        _write_lines(folder / f"{name}.tsv", _table_lines(interactions, _ids(task.dataset.catalog.ids)))
    _write_lines(folder / "qrels.txt", qrels_lines(task))


def _table_lines(interactions: Interactions, items: Sequence[str]) -> Iterable[str]:
    """For programs, with ids as they are: no table that a person would open."""
    ratings, stamps = interactions.ratings, interactions.timestamps
    users = np.repeat(np.arange(ratings.shape[0]), np.diff(ratings.indptr)).tolist()
    names = _ids(interactions.user_ids)
    yield "\t".join(["user_id", "item_id", "rating"] + ([] if stamps is None else ["timestamp"]))
    times = [""] * len(users) if stamps is None else [f"\t{stamp}" for stamp in stamps.tolist()]
    rows = zip(users, ratings.indices.tolist(), ratings.data.tolist(), times, strict=True)
    for user, item, rating, stamp in rows:
        yield f"{names[user]}\t{items[item]}\t{rating:g}{stamp}"


def _ids(values: Iterable[object]) -> list[str]:
    found = [str(value) for value in values]
    wrong = next((one for one in found if not one or re.search(r"\s", one)), None)
    if wrong is not None:
        raise DatasetError(
            f"The id “{wrong[:40]}” holds a blank, and these files part columns by blanks.",
            hint="Evaluate without writing them.",
        )
    return found


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    """Beside and moved into place: a run that was cut short would read like a whole one."""
    beside = path.with_name(path.name + ".part")
    with beside.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    os.replace(beside, path)
