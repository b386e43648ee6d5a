"""What sites let people take away, as a dataset: their films, and each person's ratings as one user's."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core.datasets.exports.entry import Entry, Status
from core.datasets.exports.formats.base import Format, HistoryFile, Options, Row
from core.datasets.exports.formats.registry import format_of
from core.datasets.exports.reading import films_in
from core.datasets.exports.scale import Scale
from core.datasets.exports.unpacking import LARGEST, PREAMBLE, opened
from core.datasets.own.cells import as_seconds
from core.datasets.own.columns import match_columns
from core.datasets.own.gathering import Found
from core.datasets.own.merged_films import FACTS, MergedFilms
from core.datasets.own.record_files import is_json
from core.datasets.own.table_files import shape_of
from core.datasets.reading.ratings import build_interactions
from core.domain import Interactions, LoadReport
from core.errors import AtlasError, DatasetError, UnansweredError

ALONE = "you"
"""The user whose ratings these are, where one person's files were brought."""
_OF_ONE_PERSON = frozenset(
    {
        *("my rating", "your rating", "my_rating", "your_rating", "my score", "rating10", "global_rating"),
        *(
            "watcheddate",
            "watched date",
            "watched_at",
            "date watched",
            "date rated",
            "rated_at",
            "mini review",
        ),
        *("个人评分", "打分日期", "letterboxd uri", "letterboxduri"),
    }
)
"""Columns that only a table of one person's films has."""
_OF_MOVIELENS = frozenset({"movie_id", "imdb_id", "tmdb_id", "rating", "average_rating", "title"})
_HAVE_MEANS = frozenset({"imdb", "tmdb", "movielens"})
"""Formats whose tables hold everybody's mean rating beside the person's own."""
COMMON = Scale(1, 10)
"""What ratings on several scales are brought to."""


def personal_format(found: Found) -> Format | None:
    """The format of a file that is of one person's films; None for any other file, and for what cannot be read."""
    try:
        file = _head(found)
    except (AtlasError, OSError):
        return None
    form = format_of(file) if file else None
    if file is None or form is None or file.has("user") or file.has("user_id"):
        return None
    columns = set(file.columns)
    if form.name == "table":
        return form if columns & _OF_ONE_PERSON else None
    if form.name == "movielens":
        return form if columns <= _OF_MOVIELENS else None
    if form.name == "netflix" and all(row.get("date", "").strip().isdigit() for row in file.rows):
        return None  # titles and years: a list of films
    return form


def is_of_ratings(found: Found) -> bool:
    """Whether a file says who rated which film, so that it is of many people."""
    try:
        shape = shape_of(found.path, found.name)
    except AtlasError:
        return False
    return {"user", "item"} <= set(match_columns(shape.header, {}, is_ratings=True))


def _head(found: Found) -> HistoryFile | None:
    """The beginning of a table, or a whole document of JSON; None for what no site writes."""
    suffix = found.path.suffix.lower()
    start = _start(found)
    if suffix in (".parquet", ".jsonl", ".ndjson") or found.path.stat().st_size > LARGEST:
        return None
    if is_json(found.path, start):
        return opened(found.name, found.path.read_bytes())[0]
    shape = shape_of(found.path, found.name)
    if start.decode(shape.encoding, errors="ignore").lstrip("\ufeff").casefold().startswith(PREAMBLE):
        return HistoryFile(found.name, lines=[[PREAMBLE]])
    if not shape.has_header:
        return None
    columns = tuple(name.casefold() for name in shape.header)
    blank = dict.fromkeys(columns, "")
    rows = [blank | dict(zip(columns, row, strict=False)) for row in shape.rows[:100]]
    return HistoryFile(found.name, columns, rows, [list(shape.header)])


def _start(found: Found) -> bytes:
    with found.path.open("rb") as stream:
        return stream.read(64)


def load_people(
    files: Sequence[tuple[Found, Format]], report: LoadReport
) -> tuple[pd.DataFrame, Interactions]:
    """Films and ratings of one person's files, or of several people's archives.

    Raises:
        DatasetError: A file cannot be read, or no film is left.
    """
    several = _are_of_several(files)
    entries: list[tuple[str, Entry, dict[str, str]]] = []
    for found, form in files:
        person = Path(found.archive).stem if several and found.archive else ALONE
        entries += _entries(found, form, person, report)
    films = MergedFilms()
    with_year = [one for one in entries if one[1].year is not None or one[1].imdb_id or one[1].tmdb_id]
    without = [one for one in entries if not (one[1].year is not None or one[1].imdb_id or one[1].tmdb_id)]
    placed = [(person, films.place(entry, facts), entry) for person, entry, facts in (*with_year, *without)]
    table, place_of = films.table(report)
    if table.empty:
        raise DatasetError("These files hold no film.", hint="Check that the right files were chosen.")
    people = {person for person, _, _ in placed}
    whose = f" of {len(people):,} people" if len(people) > 1 else ""
    report.notes.append(
        f"Rows of {len(files):,} files{whose}: {len(entries):,}; films in them: {len(table):,}."
    )
    rows = [(person, place_of[i], entry) for person, i, entry in placed if i in place_of]
    return table, _interactions(rows, len(table), report)


def _are_of_several(files: Sequence[tuple[Found, Format]]) -> bool:
    """Whether two archives are of one site: one person's archives are of different ones."""
    sites = {(found.archive, form.name) for found, form in files if found.archive}
    return max(Counter(site for _, site in sites).values(), default=0) > 1


def _entries(
    found: Found, form: Format, person: str, report: LoadReport
) -> list[tuple[str, Entry, dict[str, str]]]:
    """Whose, what and which further facts, for every row that is kept; people who share an account are told apart."""
    n_above = (
        0
        if form.name == "letterboxd_list" or is_json(found.path, _start(found))
        else (shape_of(found.path, found.name).n_above)
    )
    try:
        file, encoding = opened(found.name, found.path.read_bytes(), n_above)
    except AtlasError as error:
        raise DatasetError(error.message, hint=error.hint) from error
    if not form.recognises(file):
        raise DatasetError(
            f"{found.name} begins like a file of {form.label} and goes on otherwise.", hint="Export it again."
        )
    columns = {} if not file.columns else match_columns(file.columns, {}, is_ratings=False)
    if form.name not in _HAVE_MEANS:
        columns = {ours: name for ours, name in columns.items() if ours not in ("vote_average", "n_votes")}
    facts = {ours: columns[ours] for ours in FACTS if ours in columns}

    def kept(options: Options, who: str) -> list[tuple[str, Entry, dict[str, str]]]:
        rows = films_in(file, form, options, report, encoding)
        return [(who, entry, _facts(row, facts)) for entry, row in rows]

    try:
        return kept(Options(), person)
    except UnansweredError as error:
        if error.option != "profile":
            raise DatasetError(error.message, hint="Bring them to a scale of 0 to 100, 10 or 5.") from error
        return [one for name in error.known for one in kept(Options(profile=name), name)]


def _facts(row: Row, columns: dict[str, str]) -> dict[str, str]:
    return {ours: cell for ours, name in columns.items() if (cell := row.get(name, "").strip())}


def _interactions(rows: Sequence[tuple[str, int, Entry]], n_items: int, report: LoadReport) -> Interactions:
    """The ratings; where nobody rated, films that were seen or liked are a plain yes each."""
    counts = Counter(entry.status for _, _, entry in rows)
    rated = [
        (person, item, entry) for person, item, entry in rows if entry.rating is not None and entry.scale
    ]
    if not rated:
        rated = [one for one in rows if one[2].status in (Status.SEEN, Status.LIKED)]
        if not rated:
            report.notes.append("Nothing was rated or seen: only what needs no ratings can be used.")
            return Interactions.empty(n_items)
        report.notes.append("Nothing was rated: every film that was seen or liked counts as a plain yes.")
        return _built(rated, [1.0] * len(rated), n_items, report, scale=(0.0, 1.0), is_explicit=False)
    left = ", ".join(f"{n:,} {status}" for status, n in counts.items() if status != Status.RATED)
    if left:
        report.notes.append(
            f"Rows without a rating: {left}. Their films are in the catalogue, and nobody's rating."
        )
    scales = {entry.scale for _, _, entry in rated if entry.scale}
    scale = next(iter(scales)) if len(scales) == 1 else COMMON
    if any(entry.rating == 0 for _, _, entry in rated):
        scale = COMMON
    if scales != {scale}:
        told = ", ".join(sorted(map(str, scales)))
        report.notes.append(f"Ratings on {told} were brought to a scale of {COMMON}, evenly.")
    ratings = [
        (entry.rating or 0)
        if entry.scale == scale
        else scale.low + (entry.level or 0) * (scale.high - scale.low)
        for _, _, entry in rated
    ]
    return _built(rated, ratings, n_items, report, scale=(scale.low, scale.high), is_explicit=True)


def _built(
    rated: Sequence[tuple[str, int, Entry]],
    ratings: Sequence[float],
    n_items: int,
    report: LoadReport,
    *,
    scale: tuple[float, float],
    is_explicit: bool,
) -> Interactions:
    frame = pd.DataFrame(
        {
            "user": [person for person, _, _ in rated],
            "item": [item for _, item, _ in rated],
            "rating": np.asarray(ratings, np.float64),
        }
    )
    days = pd.Series([entry.when for _, _, entry in rated], dtype=object)
    if (days != "").any():
        frame["timestamp"] = as_seconds(days)
    index_of = pd.Series(np.arange(n_items), index=np.arange(n_items))
    table = report.table("ratings" if is_explicit else "films seen")
    return build_interactions(frame, index_of, table, n_items=n_items, scale=scale, is_explicit=is_explicit)
