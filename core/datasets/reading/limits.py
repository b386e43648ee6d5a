"""How much is read of files that somebody brings: what bounds memory and time is checked before and while reading."""

from core.datasets.reading.archives import ArchiveLimits
from core.errors import DatasetError

MOST_BYTES = 512 << 20
"""Bytes of one file, unpacked."""
MOST_JSON = 128 << 20
"""Bytes of one file of JSON, which takes ten times that while it is read."""
MOST_FILMS = 1_000_000
"""Rows of a table of films."""
MOST_ROWS = 10_000_000
"""Rows of a table of ratings, or of any other."""
MOST_COLUMNS = 1_000
MOST_CELLS = 50_000_000
"""Rows times columns of one table."""
LARGEST_RATIO = 200
"""How often a Parquet file's content may be its size, where it is more than `RATIO_FROM` bytes."""
RATIO_FROM = 32 << 20
OWN_ARCHIVES = ArchiveLimits(files=10_000, bytes=2 << 30, ratio=100.0, ratio_from=16 << 20)
"""Of one archive and all archives inside of it together."""
DEEPEST_ARCHIVE = 2
"""A zip in a zip is read, one in that is not."""
DEEPEST_FOLDER = 4
MOST_FILES = 10_000
MOST_MEMORY = 4 << 30
"""Bytes by which a process may grow while it reads."""
LONGEST = 15 * 60.0
"""Seconds for which it may read."""

IN_WORDS = (
    f"{MOST_BYTES >> 20} MB a file ({MOST_JSON >> 20} MB of JSON), {MOST_FILMS:,} films, {MOST_ROWS:,} ratings, "
    f"{MOST_COLUMNS:,} columns, {MOST_CELLS:,} cells a table, {OWN_ARCHIVES.bytes >> 30} GB unpacked, "
    f"{MOST_MEMORY >> 30} GB of memory and {LONGEST / 60:g} minutes to read them"
)
"""What to say before somebody brings files."""


def check_size(name: str, size: int, most: int = MOST_BYTES) -> None:
    """Raise a `DatasetError` for a file of more bytes than are read."""
    if size > most:
        raise DatasetError(
            f"{name} has {size / 1e6:,.0f} MB; {most / 1e6:,.0f} are allowed.", hint=f"Limits: {IN_WORDS}."
        )


def check_columns(name: str, n: int) -> None:
    """Raise a `DatasetError` for a table of more columns than are read."""
    if n > MOST_COLUMNS:
        raise DatasetError(
            f"{name} has {n:,} columns; {MOST_COLUMNS:,} are allowed.", hint=f"Limits: {IN_WORDS}."
        )


def most_rows(n_columns: int) -> int:
    """How many rows of so many columns are read."""
    return min(MOST_ROWS, MOST_CELLS // max(n_columns, 1))


def check_rows(name: str, n: int, most: int) -> None:
    """Raise a `DatasetError` for a table of more rows than are read."""
    if n > most:
        raise DatasetError(
            f"{name} has more than {most:,} rows, which is the most that is read of such a table.",
            hint=f"Limits: {IN_WORDS}.",
        )
