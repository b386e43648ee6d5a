"""Cells of TMDB exports: lists of records, written as JSON or (The Movies Dataset) as Python literals."""

import ast
import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from core.datasets.reading.tables import positive_numbers, year_of
from core.domain.load_report import TableReport

MAX_CELL = 2_000_000
"""A longer cell is not parsed: no real one comes near."""
CAST_SIZE = 10
"""Actors kept a film, in billing order."""


def json_records(cell: str) -> list[dict[str, Any]]:
    """Records of a JSON cell; "" is no record.

    Raises:
        ValueError: Not a JSON list.
    """
    if not cell.strip():
        return []
    if len(cell) > MAX_CELL:
        raise ValueError("too long")
    try:
        return _records(json.loads(cell))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def literal_records(cell: str) -> list[dict[str, Any]]:
    """Records of a cell written as a Python literal; nothing in it is ever run.

    Raises:
        ValueError: Not a list of literals.
    """
    if not cell.strip():
        return []
    if len(cell) > MAX_CELL:
        raise ValueError("too long")
    try:
        return _records(ast.literal_eval(cell.strip()))
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("not a Python literal") from error


def _records(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise ValueError("not a list")
    return [record for record in value if isinstance(record, dict)]


def names(records: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The `name` of each record."""
    return tuple(str(record["name"]) for record in records if record.get("name"))


def cast_of(records: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The first actors by billing order; those without a place in it come last."""

    def place(record: dict[str, Any]) -> float:
        order = record.get("order")
        return float(order) if isinstance(order, int | float) else float("inf")

    return names(sorted(records, key=place))[:CAST_SIZE]


def directors_of(records: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Crew whose job is Director."""
    return names(record for record in records if record.get("job") == "Director")


def numbers_and_dates(films: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    """Add year, runtime, n_votes and vote_average; zeros that mean "unknown" become so and are counted."""
    votes = pd.to_numeric(films["vote_count"], errors="coerce")
    votes = votes.where((votes >= 0) & (votes < 1e12)).round()
    means = pd.to_numeric(films["vote_average"], errors="coerce").astype("float64")
    is_mean = (votes > 0) & (means >= 0) & (means <= 10)
    films = films.assign(
        year=pd.array([year_of(date) for date in films["release_date"]], dtype="Int64"),
        runtime=positive_numbers(films["runtime"], whole=True),
        n_votes=votes,
        vote_average=means.where(is_mean),
    )
    counts = {
        "a budget of 0, which means unknown": (positive_numbers(films["budget"]).isna()).sum(),
        "a revenue of 0, which means unknown": (positive_numbers(films["revenue"]).isna()).sum(),
        "no runtime (0 means unknown)": films["runtime"].isna().sum(),
        "no year": films["year"].isna().sum(),
        "no vote, so no mean rating": (~is_mean).sum(),
    }
    for label, count in counts.items():
        if count:
            table.warn(f"{count} films with {label}.")
    return films


def warn_doubled_titles(films: pd.DataFrame, table: TableReport) -> None:
    """Note titles that several ids carry: films are joined by id, never by title."""
    doubled = films["title"][films["title"].duplicated()].nunique()
    if doubled:
        table.warn(f"{doubled} titles belong to two or more films; each id stays a film.")
