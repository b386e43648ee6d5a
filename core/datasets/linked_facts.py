"""Filling in what a catalogue does not know from another with the same ids of TMDB or IMDb."""

import copy
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from core.datasets.reading.tables import list_column
from core.domain import Catalog, Dataset
from core.domain.load_report import TableReport
from core.errors import DatasetError

FACTS = {
    "overview": "plots",
    "tagline": "taglines",
    "cast": "casts",
    "directors": "directors",
    "keywords": "keywords",
    "countries": "countries",
    "language": "languages",
    "runtime": "running times",
    "poster_url": "posters",
    "original_title": "original titles",
}
"""Columns that are filled in -> the word for people. Titles, years, genres, ratings and votes stay the dataset's own."""
YEARS_APART = 2
"""Rows of one id whose years differ by more are not taken for the same film."""

_IDS = {
    "tmdb_id": re.compile(r"0*([1-9][0-9]*)(?:\.0+)?"),
    "imdb_id": re.compile(r"(?:tt)?0*([1-9][0-9]*)(?:\.0+)?"),
}
"""Column -> how its ids are written; the number without leading zeros is compared."""
_Ids = dict[str, str]
"""What one film is called elsewhere: column -> number."""


def filled_in(dataset: Dataset, others: Sequence[Dataset]) -> Dataset:
    """Fill the empty cells of `FACTS` from other datasets; of several that know a fact, the first gives it.

    Films are the same where an id of TMDB's or of IMDb's is, and no other id contradicts it. Nothing that a film has is
    replaced. The report gains a table for each of the others, with the rows that were not used and why, how many
    cells of each column it filled (`LoadReport.filled`), and a sentence on it.

    Args:
        dataset: Whose films are filled in.
        others: Where facts are taken from, in this order.

    Returns:
        A new dataset with the same films and ratings.

    Raises:
        DatasetError: One of them has no ids.
    """
    for one in (dataset, *others):
        if not one.catalog.has_ids:
            raise DatasetError(
                f"{one.label} has no ids of TMDB or IMDb, which say what films of two datasets are the same.",
                hint="Build it without --with." if one is dataset else f"Leave out --with {one.name}.",
            )
    report = copy.deepcopy(dataset.report)
    catalog, licence = dataset.catalog, dataset.licence
    for other in others:
        before = catalog
        row_of = _same_films(catalog.items, other.catalog.items, report.table(other.label))
        catalog = _filled(catalog, other.catalog.items, row_of)
        counts = {name: before.unknown(name) - catalog.unknown(name) for name in FACTS}
        report.filled[other.name] = {name: count for name, count in counts.items() if count}
        words = ", ".join(f"{count:,} {FACTS[name]}" for name, count in report.filled[other.name].items())
        report.notes.append(
            f"Filled in from {other.label}, where films had none: {words or 'nothing'}. Of {len(catalog):,} films "
            f"{len(row_of):,} are in it, by their ids."
        )
        terms = other.licence.partition(". ")[0].removesuffix(
            "."
        )  # what follows is of ratings, which are not taken
        licence = f"{licence} Filled in from {other.label}: {terms}.".strip()
    return replace(dataset, catalog=catalog, report=report, licence=licence)


def _same_films(items: pd.DataFrame, rows: pd.DataFrame, table: TableReport) -> dict[int, int]:
    """item_index -> number of the row that is the same film; rows in doubt are left out, the report counts all."""
    own, theirs = _ids(items), _ids(rows)
    films_with, rows_with = _places(own), _places(theirs)
    years, their_years = (frame["year"].to_numpy(np.float64, na_value=np.nan) for frame in (items, rows))
    found: dict[int, int] = {}
    left_out: dict[str, list[int]] = defaultdict(list)
    for row, ids in enumerate(theirs):
        shared = [one for one in ids.items() if one in films_with]
        films = {films_with[one][0] for one in shared if len(films_with[one]) == len(rows_with[one]) == 1}
        film = min(films, default=-1)
        if not shared:
            reason = "no film here has its id"
        elif not films:
            reason = "its id stands for several films"
        elif len(films) > 1 or _contradict(own[film], ids):
            reason = "its ids of TMDB and IMDb are not of one film here"
        elif abs(years[film] - their_years[row]) > YEARS_APART:
            reason = f"its year is more than {YEARS_APART} from the film's here"
        elif film in found:
            reason = "an earlier row is the same film"
        else:
            found[film] = row
            continue
        left_out[reason].append(row)
    table.read, table.kept = len(rows), len(found)
    labels = Catalog(rows).labels()
    for reason, numbers in left_out.items():
        table.drop(reason, [labels[number] for number in numbers])
    return found


def _ids(items: pd.DataFrame) -> list[_Ids]:
    """The ids of every row that can be read."""
    found: list[_Ids] = [{} for _ in range(len(items))]
    for name, pattern in _IDS.items():
        for ids, cell in zip(found, items[name], strict=True):
            if match := pattern.fullmatch(cell):
                ids[name] = match[1]
    return found


def _places(rows: Sequence[_Ids]) -> dict[tuple[str, str], list[int]]:
    """(column, number) -> the rows that have this id."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, ids in enumerate(rows):
        for one in ids.items():
            places[one].append(place)
    return dict(places)


def _contradict(ids: _Ids, others: _Ids) -> bool:
    """Whether both know an id of one kind, and it is not the same."""
    return any(ids.get(name, number) != number for name, number in others.items())


def _filled(catalog: Catalog, rows: pd.DataFrame, row_of: Mapping[int, int]) -> Catalog:
    """The catalogue with empty cells taken from the rows of the same films."""
    titles = catalog.items["title"].tolist()
    columns = {}
    for name in FACTS:
        offered, cells = rows[name].tolist(), catalog.items[name].tolist()
        for film, row in row_of.items():
            says_nothing = name == "original_title" and offered[row] == titles[film]
            if not _is_known(cells[film]) and not says_nothing:
                cells[film] = offered[row]
        columns[name] = list_column(cells, catalog.items)
    return Catalog.of(catalog.items.assign(**columns))


def _is_known(cell: object) -> bool:
    return cell is not pd.NA and bool(cell)
