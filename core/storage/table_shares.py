"""A large table in shares, one for each worker of a Ray cluster. The only `import lance_ray`."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from core.compute.fan_out import HERE, Workers, workers
from core.compute.ray_workers import INSTALL, TRIES
from core.errors import ClusterError, MissingPackageError

IN_SHARES: Mapping[str, str] = {"IvfRq": "IVF_RQ", "IvfFlat": "IVF_FLAT"}
"""Kinds of indexes that workers make, as LanceDB calls them -> as lance-ray does. Not IvfSq: every worker would round to
bounds of its own share, and Lance joins no segments of different bounds."""


def indexers(uri: str, kinds: Iterable[str]) -> Workers:
    """Who makes these indexes of a table; a db:// server does so itself, whoever asks it to."""
    return HERE if uri.startswith("db://") or IN_SHARES.keys().isdisjoint(kinds) else workers()


def write_in_shares(database: Any, name: str, columns: pa.Table, workers: Workers, *, mode: str) -> Any:
    """A new LanceDB table, in a file for each worker: what one of them indexes is whole files."""
    share = max(-(-len(columns) // workers.n), 1)
    table = database.create_table(name, columns[:share], mode=mode, on_bad_vectors="null")
    for start in range(share, len(columns), share):
        table.add(columns[start : start + share], on_bad_vectors="null")
    return table


def index_in_shares(
    table: Any, column: str, kind: str, parameters: Mapping[str, Any], workers: Workers
) -> None:
    """An index of vectors, of which each worker makes a segment; they are joined here.

    Partitions are learned here from the whole table, and all segments have the same: joined, they are the index that one
    process makes, and a search takes as long however many workers there were.

    Args:
        table: The opened LanceDB table, which the workers have to reach where it lies.
        column: Of vectors.
        kind: One of `IN_SHARES`.
        parameters: As `vector_index.indexes` gives them.
        workers: Those of a cluster.

    Raises:
        MissingPackageError: lance-ray is not installed.
        ClusterError: A share could not be indexed by any worker.
    """
    try:
        from lance_ray import create_index, optimize_indices
    except ImportError as error:
        raise MissingPackageError("lance-ray", hint=f"{INSTALL}, or unset MOVIE_ATLAS_RAY.") from error
    name = f"{column}_idx"
    try:
        create_index(
            table.uri,
            column,
            IN_SHARES[kind],
            name,
            num_workers=workers.n,
            ray_remote_args={"max_restarts": TRIES - 1, "max_task_retries": TRIES - 1},
            **_as_lance_ray_calls_them(parameters, table.count_rows()),
        )
        optimize_indices(table.uri, indices=[name], num_indices_to_merge=workers.n)
    except (OSError, RuntimeError, ValueError) as error:
        raise ClusterError(
            f"The workers could not index {column} of {table.uri} ({str(error)[:200]}).",
            hint="Every machine of the cluster has to reach the table: put MOVIE_ATLAS_HOME on a shared folder or set "
            "MOVIE_ATLAS_STORE_URI, or unset MOVIE_ATLAS_RAY for this build.",
        ) from error
    table.checkout_latest()


def _as_lance_ray_calls_them(parameters: Mapping[str, Any], n_rows: int) -> dict[str, Any]:
    own = dict(parameters)
    return {
        "metric": own.pop("distance_type"),
        "num_partitions": max(n_rows // own.pop("target_partition_size"), 1),
        "max_iters": own.pop("max_iterations"),
        **own,
    }
