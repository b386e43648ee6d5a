"""Which indexes a table above 20,000 rows has, and how far a search looks into them; the only place of these numbers.

They were chosen for recall@10 and @100 of .99 against exact search and an answer of some milliseconds from 20,000 to a
million rows (docs/decisions/0010-search.md, measured by bench/search_at_scale.py).
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.embeddings import Space

INDEX_ABOVE_ROWS = 20_000
"""Up to so many vectors every one is measured, which is exact; above, that is slower than an index."""

INDEX_VERSION = 1
"""Part of the key of tables that have an index: raised whenever the indexes are made otherwise."""

PARTITION_ROWS = 2_500
"""Rows in a partition of the index, whatever the number of rows."""

TRAINING: Mapping[str, int] = {
    "target_partition_size": PARTITION_ROWS,
    "sample_rate": 128,
    "max_iterations": 10,
}
"""Of every kind of index: how many rows of each partition its centre is learned from, in so many rounds of k-means."""

EXACT_BELOW = 32
"""Vectors of fewer dimensions are kept as they are: what shortens them takes too much of them."""

PROBED_ROWS = 100_000
"""At least so many rows lie in the partitions that a search looks into; twice as many where some films do not pass: who
wants films like this one but of another genre finds them in partitions further away."""

ALL_BUT = 0.01
"""Up to this share of the rows may fail without that: films that somebody has seen."""

DEPTH_FACTOR = 2.5
"""Of the cube root in `n_probes`."""

ROWS_A_PARTITION_TAKES = 8
"""Looking into a partition takes as long as reading and measuring so many rows one by one (0.1 ms on 2 cores)."""

COLUMN_INDEXES: Mapping[str, str] = {
    **dict.fromkeys(("item_index", "user_index", "item_id", "year", "runtime", "n_ratings"), "BTree"),
    **dict.fromkeys(("genres", "keywords", "cast", "directors", "countries"), "LabelList"),
    "language": "Bitmap",
}
"""Column that conditions read -> kind of its index, as LanceDB calls it. Without one, all rows are read."""


def indexes(
    n_rows: int, columns: Iterable[str], spaces: Mapping[str, Space]
) -> Iterator[tuple[str, str, dict[str, int | str]]]:
    """All indexes of a table: the column, the kind as LanceDB calls it, and its parameters.

    Args:
        n_rows: Of the table; up to `INDEX_ABOVE_ROWS` it has none.
        columns: Names of all columns.
        spaces: The columns of vectors. One with few vectors has no index, whose partitions could not be learned.
    """
    if n_rows <= INDEX_ABOVE_ROWS:
        return
    for name in columns:
        if name in COLUMN_INDEXES:
            yield name, COLUMN_INDEXES[name], {}
    for name, space in spaces.items():
        if space.has_vector.sum() > INDEX_ABOVE_ROWS:
            kind, parameters = vector_index(space.vectors.shape[1])
            yield name, kind, {"distance_type": space.metric, **parameters}


def vector_index(dim: int) -> tuple[str, dict[str, int]]:
    """The kind of index for vectors of so many dimensions, as LanceDB calls it, and its parameters.

    Four bits a dimension (RaBitQ: Gao and Long 2024) want dimensions in eights; eight bits are for any.
    """
    if dim < EXACT_BELOW:
        return "IvfFlat", {**TRAINING}
    return ("IvfSq", {**TRAINING}) if dim % 8 else ("IvfRq", {**TRAINING, "num_bits": 4})


def refine_factor(k: int) -> int:
    """How many times k candidates the index hands over to be measured exactly: some 2 k + 30."""
    return 2 + 30 // max(k, 1)


def versions(n_rows: int) -> tuple[int, ...]:
    """What the key of a table of so many rows says of its indexes: nothing where it has none."""
    return (INDEX_VERSION,) if n_rows > INDEX_ABOVE_ROWS else ()


def n_probes(n_rows: int, n_passing: int, k: int) -> int:
    """How many partitions a search looks into; 0 = none, the rows that pass are measured one by one, which is exact.

    The larger the share of those that pass that is wanted, the further from the query lies the last of them: the share
    looked into grows with its cube root (fitted, see the decision record).

    Args:
        n_rows: Of the table, above `INDEX_ABOVE_ROWS`.
        n_passing: How many pass the condition.
        k: How many are wanted.
    """
    least = PROBED_ROWS * (1 if n_passing >= (1 - ALL_BUT) * n_rows else 2)
    share = max(least / n_rows, DEPTH_FACTOR * (k / max(n_passing, 1)) ** (1 / 3))
    probed = math.ceil(min(share, 1.0) * (n_rows // PARTITION_ROWS))
    return 0 if n_passing <= ROWS_A_PARTITION_TAKES * probed else probed


def looking_into(search: Any, n_rows: int, n_passing: int, k: int) -> Any:
    """A search of LanceDB's for k rows of a table with indexes, told how far to look; see `n_probes`."""
    if probed := n_probes(n_rows, n_passing, k):
        return search.nprobes(probed).refine_factor(refine_factor(k))
    return search.bypass_vector_index()
