"""A person's own train and test files, as a dataset and its split."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.datasets.own.cells import as_seconds, infer_scale
from core.domain import Catalog, Dataset, Interactions, LoadReport
from core.domain.load_report import TableReport
from core.errors import DatasetError, SchemaError
from core.evaluation.splits.negatives import against_negatives, read_negatives
from core.evaluation.splits.reading import RATING_ENDING, SEPARATORS, read_frame, read_numbers
from core.evaluation.splits.split import Split, split_by_mask

NAME = "files"
"""What such a split and its dataset are called."""
ENDINGS = (*(ending.removeprefix(".") for ending in SEPARATORS), "parquet", RATING_ENDING.removeprefix("."))
"""Of files of interactions, without the dot."""
DESCRIPTION = "Two files of yours: methods learn from one, and are asked for what is liked in the other."
LIST_SEPARATOR = "|"
_LISTS = ("genres", "keywords", "cast", "directors", "countries")


@dataclass(frozen=True)
class _InteractionTable:
    """One file of interactions: user_id, item_id and, where given, rating and timestamp."""

    name: str
    rows: pd.DataFrame
    report: TableReport

    @property
    def has_ratings(self) -> bool:
        return "rating" in self.rows


def load_files(
    train: Path,
    test: Path,
    items: Path | None = None,
    negatives: Path | None = None,
    *,
    films: Dataset | None = None,
) -> tuple[Dataset, Split]:
    """Read interactions to learn from and to be tested on, and optionally the films.

    Files are CSV, TSV or Parquet, known by their ending, with the columns `user_id`, `item_id` and, if
    wanted, `rating` and `timestamp` (seconds since 1970); `items` has `item_id`, `title` and any other column
    of a `Catalog`, lists separated by "|". Without ratings, or when all are the same, every row of both files
    is a bare "yes".

    Files ending in .rating are those of “Neural collaborative filtering”: the four columns with tabs between them, without
    their names. With `negatives`, what is held out of a user competes with that user's films of this file alone (see
    `core.evaluation.splits.negatives`), and every held-out film counts as liked.

    Users and films of the test file that training never saw stay: as cold users (without any history) and as
    films nobody has rated, which can be listed. Counts are in the dataset's report. A pair that is in both
    files is taken out of the test; of a pair that stands twice in one file the last is kept. Films are
    ordered by their row in `items`, then by id, so the order of the interactions decides nothing.

    With `films`, ids are those of that dataset, which knows the films; its ratings are not looked at. What it does not know
    comes after its films, known by id alone.

    Raises:
        DatasetError: A file cannot be read, is empty, or holds a value that is no rating, no time or no id; or no film is
            one of `films`.
        SchemaError: A column is missing, or only one of the two files has ratings.
    """
    report = LoadReport()
    learned, asked = _read(train, report), _read(test, report)
    if asked.has_ratings and not learned.has_ratings:
        raise SchemaError(
            f"{asked.name} has ratings, {learned.name} has none.",
            hint="Give both a column rating, or neither.",
        )
    seen = pd.MultiIndex.from_frame(learned.rows[["user_id", "item_id"]])
    both = pd.MultiIndex.from_frame(asked.rows[["user_id", "item_id"]]).isin(seen)
    asked.report.drop("also in the train file", asked.rows[both].agg(_pair, axis=1) if both.any() else [])
    rows = asked.rows[~both]
    asked.report.kept = len(rows)
    if rows.empty:
        raise DatasetError(f"Nothing is left to test: every row of {asked.name} is also in {learned.name}.")
    everything = pd.concat([learned.rows, rows], ignore_index=True)
    is_test = np.repeat([False, True], [len(learned.rows), len(rows)])
    others = read_negatives(negatives) if negatives else None
    named = everything["item_id"] if others is None else pd.concat([everything["item_id"], others["item_id"]])
    catalog = _catalog(items, named, report) if films is None else _catalog_of(films, named, report)
    column = pd.Index(catalog.ids).get_indexer(pd.Index(everything["item_id"]))
    interactions = _interactions(learned, asked, everything, column, len(catalog))
    marked = Interactions.of(everything["user_id"], column, 1.0 + is_test, len(catalog)).ratings.data == 2
    unasked = int((~np.isin(interactions.user_ids, rows["user_id"].unique())).sum())
    split = split_by_mask(
        NAME,
        interactions,
        marked,
        options={"train": train.name, "test": test.name} | ({} if films is None else {"films": films.name}),
        left_out={"users without a row in the test file": unasked},
    )
    if negatives and others is not None:
        rows_of = pd.Index(interactions.user_ids).get_indexer(pd.Index(others["user_id"]))
        places = pd.Index(catalog.ids).get_indexer(pd.Index(others["item_id"]))
        split = against_negatives(split, rows_of, places, negatives.name)
    asked.report.warnings += _cold_notes(split)
    label = f"{train.name} and {test.name}" + ("" if films is None else f", films of {films.label}")
    dataset = Dataset(NAME, label, catalog, interactions, report=report)
    if films is not None and films.is_simulated and _knows_somebody(films, dataset):
        dataset = replace(dataset, is_simulated=True)
    return dataset, split


def _knows_somebody(films: Dataset, files: Dataset) -> bool:
    """Whether files name somebody who rated in a dataset: then they may be a part of its ratings."""
    return bool(np.isin(files.interactions.user_ids, films.interactions.user_ids).any())


def _interactions(
    learned: _InteractionTable,
    asked: _InteractionTable,
    everything: pd.DataFrame,
    column: np.ndarray[Any, Any],
    n_items: int,
) -> Interactions:
    """All rows as one matrix; the scale is read off the train file: nothing of the test file decides it."""
    stamps = None
    if "timestamp" in learned.rows and "timestamp" in asked.rows:
        stamps = everything["timestamp"].to_numpy(np.int64)
    users = everything["user_id"]
    low, high = (
        (learned.rows["rating"].min(), learned.rows["rating"].max()) if learned.has_ratings else (1.0, 1.0)
    )
    if low == high:
        if learned.has_ratings:
            learned.report.warn("All ratings are the same: every row counts as a bare “yes”.")
            if asked.has_ratings and asked.rows["rating"].min() < asked.rows["rating"].max():
                asked.report.warn(
                    f"The ratings of {asked.name} are not used: {learned.name} has no scale to read them by. "
                    "Every row counts as liked; leave out the rows that are not."
                )
        ones = np.ones(len(everything), np.float32)
        return Interactions.of(
            users, column, ones, n_items, timestamps=stamps, scale=(1.0, 1.0), is_explicit=False
        )
    if not asked.has_ratings:
        asked.report.warn("Without ratings: every row counts as liked.")
        everything["rating"] = everything["rating"].fillna(high)
    scale = _scale(learned.rows["rating"].to_numpy(np.float64))
    return Interactions.of(users, column, everything["rating"], n_items, timestamps=stamps, scale=scale)


def _scale(ratings: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float]:
    """The usual scale that the ratings fit, else their own range.

    Files often hold likes alone: 4 and 5 lie on a scale from 1, not on one where 4 is the worst.
    """
    try:
        low, high = infer_scale(ratings)
    except DatasetError:
        return float(ratings.min()), float(ratings.max())
    return min(low, float(ratings.min())), max(high, float(ratings.max()))


def _read(path: Path, report: LoadReport) -> _InteractionTable:
    """One file of interactions, checked; of doubled pairs the last stays."""
    frame = read_frame(path, ("user_id", "item_id"))
    table = report.table(path.name, len(frame))
    rows = frame[["user_id", "item_id"]].copy()
    if "rating" in frame:
        rows["rating"] = read_numbers(frame["rating"], "rating", path)
    if "timestamp" in frame:
        rows["timestamp"] = read_numbers(
            as_seconds(frame["timestamp"]), "timestamp", path, shown=frame["timestamp"]
        )
    if "rating" in rows and (rows["rating"] == 0).any():
        raise DatasetError(
            f"{path.name} has the rating 0, which cannot be told from “not rated”.",
            hint="Add 1 to all ratings, or leave out the rows that are no interaction.",
        )
    order = rows.sort_values("timestamp", kind="stable") if "timestamp" in rows else rows
    doubled = order.duplicated(["user_id", "item_id"], keep="last").reindex(rows.index)
    table.drop("the same user and film again", rows[doubled].agg(_pair, axis=1) if doubled.any() else [])
    rows = rows[~doubled].reset_index(drop=True)
    table.kept = len(rows)
    return _InteractionTable(path.name, rows, table)


def _catalog(path: Path | None, used: pd.Series, report: LoadReport) -> Catalog:
    """The films of the file and, after them, those that only the interactions name."""
    frame = pd.DataFrame({"item_id": [], "title": []}, dtype=object)
    known = 0
    if path is not None:
        frame = read_frame(path, ("item_id", "title"))
        table = report.table(path.name, len(frame))
        doubled = frame["item_id"].duplicated(keep="first")
        table.drop("the same film again", frame.loc[doubled, "item_id"])
        frame = frame[~doubled]
        frame["title"] = frame["title"].astype("string").fillna("").str.strip()
        frame.loc[frame["title"] == "", "title"] = frame["item_id"]
        for name in _LISTS:
            if name in frame and path.suffix.lower() in SEPARATORS:
                frame[name] = [str(v).split(LIST_SEPARATOR) if pd.notna(v) else [] for v in frame[name]]
        table.kept = known = len(frame)
    others = sorted(set(used) - set(frame["item_id"]))
    if path is not None and others:
        report.tables[-1].warn(
            f"{len(others):,} films of the interactions are not in it; their id is their title."
        )
    catalog = Catalog.of(
        pd.concat([frame, pd.DataFrame({"item_id": others, "title": others})], ignore_index=True)
    )
    report.matches["films with a title"] = float(known)
    return catalog


def _catalog_of(films: Dataset, used: pd.Series, report: LoadReport) -> Catalog:
    """A dataset's films and, after them, those that it does not know."""
    others = sorted(set(used) - set(films.catalog.ids))
    if len(others) == used.nunique():
        raise DatasetError(
            f"No item_id of {report.tables[0].name} is one of {films.label} (“{others[0][:40]}”, say).",
            hint="Ids must be those of these films; or say that they are of other films.",
        )
    if not others:
        return films.catalog
    report.tables[0].warn(
        f"{len(others):,} films are not among those of {films.label}; they are known by their id alone."
    )
    unknown = pd.DataFrame({"item_id": others, "title": others})
    return Catalog.of(pd.concat([films.catalog.items, unknown], ignore_index=True))


def _cold_notes(split: Split) -> list[str]:
    """What of the test part training never saw."""
    users, rows = int(split.is_cold_user.sum()), int(split.is_cold_item[split.test.indices].sum())
    notes = []
    if users:
        notes.append(f"{users:,} users are not in the train file: tested without any history.")
    if rows:
        films = len(np.unique(split.test.indices[split.is_cold_item[split.test.indices]]))
        notes.append(f"{rows:,} rows ask for {films:,} films that nobody in the train file rated.")
    return notes


def _pair(row: pd.Series) -> str:
    return f"user {row['user_id']}, item {row['item_id']}"
