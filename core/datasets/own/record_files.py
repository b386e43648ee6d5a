"""Parquet and JSON as tables: read piece by piece, so that what a small file unpacks to is known before it is too much."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from core.datasets.reading.decoding import tidied
from core.datasets.reading.limits import (
    LARGEST_RATIO,
    MOST_BYTES,
    MOST_JSON,
    RATIO_FROM,
    check_columns,
    check_rows,
    check_size,
    most_rows,
)
from core.errors import DatasetError

_LINES = (".jsonl", ".ndjson")
_BATCH = 16_384


def is_json(path: Path, start: bytes) -> bool:
    """Whether a file is JSON, by its ending or its first sign."""
    plain = start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    return path.suffix.lower() in (*_LINES, ".json") or plain.startswith(
        (b"{", b"[{", b"[ {", b"[\n", b"[\r\n")
    )


def read_parquet(path: Path, name: str) -> pd.DataFrame:
    """A Parquet file, refused where its content is larger than is read.

    Raises:
        DatasetError: It is broken or too large.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            about = file.metadata
            check_columns(name, about.num_columns)
            most = most_rows(about.num_columns)
            check_rows(name, about.num_rows, most)
            groups = [about.row_group(i) for i in range(about.num_row_groups)]
            _check_unpacked(name, sum(group.total_byte_size for group in groups), path)
            size, batches = 0, []
            for batch in file.iter_batches(batch_size=_BATCH):
                size += batch.nbytes
                _check_unpacked(name, size, path)
                batch.validate(full=True)
                batches.append(batch)
            table = pa.Table.from_batches(batches, schema=file.schema_arrow)
        frame: pd.DataFrame = table.to_pandas()
    except (DatasetError, MemoryError):
        raise  # the memory that reading may take has a bound, and a message of its own
    except (
        OSError,
        ValueError,
        NotImplementedError,
        TypeError,
        KeyError,
        OverflowError,
        pa.ArrowException,
    ) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise DatasetError(
            f"{name} is not a readable Parquet file: {reason}.", hint="Write it again."
        ) from error
    return frame.reset_index() if any(frame.index.names) else frame


def _check_unpacked(name: str, size: int, path: Path) -> None:
    check_size(f"{name}, unpacked,", size, MOST_BYTES)
    ratio = size / max(path.stat().st_size, 1)
    if size > RATIO_FROM and ratio > LARGEST_RATIO:
        raise DatasetError(
            f"{name} unpacks to more than {LARGEST_RATIO} times its size.",
            hint="Save it as CSV, or split it.",
        )


def read_json(text: str, name: str) -> pd.DataFrame:
    """JSON lines, or a list of objects.

    Raises:
        DatasetError: It is neither, or too large.
    """
    check_size(name, len(text), MOST_JSON)
    if text.lstrip().startswith("["):
        return _frame(_listed(text, name), name)
    return _frame(_lines(text, name), name)


def _listed(text: str, name: str) -> Iterable[dict[str, Any]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DatasetError(
            f"{name} is no list of JSON objects.", hint="Write one JSON object a line, in UTF-8."
        )
    return rows


def _lines(text: str, name: str) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise DatasetError(
                f"{name} is not JSON lines: line {number} is no JSON object.",
                hint="Write one JSON object a line, in UTF-8.",
            )
        if row:
            yield row


def _frame(rows: Iterable[dict[str, Any]], name: str) -> pd.DataFrame:
    """Cells by column; a name that differs from another by spaces alone is the same name, and stands twice."""
    kept: list[dict[str, Any]] = []
    columns: dict[str, None] = {}
    for row in rows:
        plain = tidied(row)
        columns |= dict.fromkeys(plain)
        check_columns(name, len(columns))
        check_rows(name, len(kept) + 1, most_rows(len(columns)))
        kept.append(plain)
    return pd.DataFrame(kept, columns=list(columns), dtype=object)
