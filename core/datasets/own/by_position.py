"""The columns of a table without a header, told by what is in them: ratings, or films with their years."""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"\s*-?\d{1,18}(?:\.\d+)?\s*")
_WHOLE = re.compile(r"\s*\d{1,18}(?:\.0)?\s*")
_YEAR = re.compile(r"\s*(?:18[7-9]|19\d|20\d)\d(?:\.0)?\s*")
_TIME = re.compile(r"\s*(?:\d{9,13}(?:\.\d+)?|\d{4}-\d\d?-\d\d?(?:[ T].*)?)\s*")
_TITLE = re.compile(r".*\w.*\(\d{4}\)\s*", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
MOVIELENS_GENRES = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *(
        "Fantasy",
        "Film-Noir",
        "Horror",
        "Musical",
        "Mystery",
        "Romance",
        "Sci-Fi",
        "Thriller",
        "War",
        "Western",
    ),
)
"""What the flags at the end of a line of MovieLens 100K stand for, in their order."""
FLAG = "genre flag: "
"""Begins the name of a column of flags."""
HIGHEST_RATING = 100
NEARLY_ALL = 0.9


def names_by_position(rows: Sequence[Sequence[str]], separator: str) -> tuple[str, ...]:
    """Names of our columns for those that can be told; () where that cannot be done.

    Args:
        rows: The first rows.
        separator: Between their cells.
    """
    rows = rows[:500]
    width = len(rows[0]) if rows else 0
    if not width or any(len(row) != width for row in rows):
        return ()
    columns = [list(column) for column in zip(*rows, strict=True)]
    if not any(_NUMBER.fullmatch(cell) for cell in rows[0]):
        return ()  # a first row of words alone is a header, of names that nobody knows
    return _films(columns, separator) or _ratings(columns)


def _share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(pattern.fullmatch(cell) is not None for cell in cells) / len(cells)


def _ratings(columns: Sequence[list[str]]) -> tuple[str, ...]:
    """User, item, rating and maybe a time."""
    if len(columns) not in (3, 4) or not all(_NUMBER.fullmatch(cell) for cell in columns[2]):
        return ()
    if len(columns) == 4 and _share(columns[3], _TIME) < NEARLY_ALL:
        return ()
    values = [float(cell) for cell in columns[2]]
    if min(values) < 0 or max(values) > HIGHEST_RATING:
        return ()
    if not all(cell.strip() for cell in (*columns[0], *columns[1])):
        return ()
    return ("user", "item", "rating", "timestamp")[: len(columns)]


def _films(columns: Sequence[list[str]], separator: str) -> tuple[str, ...]:
    """An id, a title that holds the year or has it beside it, and genres where they can be told."""
    has_letters = [sum(bool(_LETTER.search(cell)) for cell in column) for column in columns]
    n = len(columns[0])
    titles = [i for i, column in enumerate(columns) if i and _share(column, _TITLE) >= 0.5]
    years = [i for i, column in enumerate(columns) if _share(column, _YEAR) >= NEARLY_ALL]
    if not titles and years:
        titles = [i for i, count in enumerate(has_letters) if i and count >= 0.8 * n][:1]
    if not titles or len(set(columns[0])) < n or _share(columns[0], _WHOLE) < 1:
        return ()
    names = [f"column {i + 1}" for i in range(len(columns))]
    names[0], names[titles[0]] = "item_id", "title"
    if years and _share(columns[titles[0]], _TITLE) < 0.5 and years[0]:
        names[years[0]] = "year"
    flags = [f"{FLAG}{genre}" for genre in MOVIELENS_GENRES]
    if len(columns) == 5 + len(flags) and all(set(column) <= {"0", "1"} for column in columns[5:]):
        return (*names[:5], *flags)
    rest = [i for i in range(titles[0] + 1, len(columns)) if names[i].startswith("column")]
    listed = [i for i in rest if any("|" in cell for cell in columns[i])]
    if separator == "::" and rest:
        listed = listed or rest[:1]
    if listed:
        names[listed[0]] = "genres"
    return tuple(names)
