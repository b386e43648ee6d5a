"""The indices of a table: made in this process, or in shares by the workers of a Ray cluster."""

from typing import Any

import pyarrow as pa

from core.compute.fan_out import HERE, Workers, workers
from core.compute.ray_workers import INSTALL, TRIES
from core.errors import ClusterError, MissingPackageError

ROWS_A_PARTITION = 1 << 20
"""LanceDB makes one graph of so many vectors, and so do the workers of each share."""
_GRAPH = {"m": 20, "ef_construction": 300}
"""LanceDB's own figures for an index made in one process: neighbours of a vector, and candidates for them."""


def indexers(uri: str) -> Workers:
    """Who indexes the vectors of a large table: a db:// server does so itself, whoever asks it to."""
    return HERE if uri.startswith("db://") else workers()


def write_in_shares(database: Any, name: str, columns: pa.Table, workers: Workers, *, mode: str) -> Any:
    """A new LanceDB table, in a file for each worker: what one of them indexes is whole files."""
    share = max(-(-len(columns) // workers.n), 1)
    table = database.create_table(name, columns[:share], mode=mode, on_bad_vectors="null")
    for start in range(share, len(columns), share):
        table.add(columns[start : start + share], on_bad_vectors="null")
    return table


def index_text(table: Any, column: str) -> None:
    """A full-text index of English words, made in this process."""
    from lancedb.index import FTS

    table.create_index(column, config=FTS(language="English"))


def index_vectors(table: Any, column: str, metric: str, workers: Workers) -> None:
    """An IVF-HNSW-SQ index: one in this process, or one of several segments, each made by a worker of its own.

    Args:
        table: The opened LanceDB table.
        column: Of vectors.
        metric: "cosine" or "l2".
        workers: Those of a cluster have to reach the table where it lies.

    Raises:
        MissingPackageError: There is a cluster, and lance-ray is not installed.
        ClusterError: A share could not be indexed by any worker.
    """
    if workers.is_here:
        from lancedb.index import IvfHnswSq

        table.create_index(column, config=IvfHnswSq(distance_type=metric))
        return
    try:
        from lance_ray import create_index
    except ImportError as error:
        raise MissingPackageError("lance-ray", hint=f"{INSTALL}, or unset MOVIE_ATLAS_RAY.") from error
    n_partitions = max(table.count_rows() // ROWS_A_PARTITION, 1)
    try:
        create_index(
            table.uri,
            column,
            "IVF_HNSW_SQ",
            metric=metric,
            num_workers=workers.n,
            num_partitions=n_partitions,
            ray_remote_args={"max_restarts": TRIES - 1, "max_task_retries": TRIES - 1},
            **_GRAPH,
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise ClusterError(
            f"The workers could not index {column} of {table.uri} ({str(error)[:200]}).",
            hint="Every machine of the cluster has to reach the table: put MOVIE_ATLAS_HOME on a shared folder or set "
            "MOVIE_ATLAS_STORE_URI, or unset MOVIE_ATLAS_RAY for this build.",
        ) from error
    table.checkout_latest()
