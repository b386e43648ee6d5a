"""Parts of work on a Ray cluster. The only `import ray`."""

import logging
import os
import socket
import warnings
from collections.abc import Callable, Generator, Iterable
from functools import partial
from threading import Lock
from typing import Any

from core.compute.fan_out import Part, Result, in_order
from core.errors import ClusterError, MissingPackageError
from core.settings import ROOT

TRIES = 4
"""How often a part is begun before it is given up, where each worker that had it died. An error of the part's own is none
of the worker's, and is raised at once."""
AHEAD = 2
"""Parts begun for each processor core: one is done while the next is on its way."""
_PATIENCE = 5.0
"""Seconds after which a cluster that does not answer is not there; Ray itself waits for a minute."""

INSTALL = "pip install -r requirements-ray.txt -c constraints.txt"


class RayWorkers:
    """The workers of a cluster, one a processor core.

    Args:
        address: "auto" = the one this machine is part of; "local" = one on this machine alone, which ends with the
            process; else host:port of the head.

    Raises:
        MissingPackageError: Ray is not installed.
        ClusterError: There is no such cluster, or it has no processor cores.
    """

    is_here = False

    def __init__(self, address: str) -> None:
        self._ray = _connected(address)
        self.n = int(self._ray.cluster_resources().get("CPU", 0))
        if not self.n:
            raise ClusterError(
                f"The Ray cluster {address} has no processor cores.", hint="Start a node: docs/ray.md."
            )

    def map(
        self, work: Callable[[Part], Result], parts: Iterable[Part], *, threads: int = 1
    ) -> Generator[Result, None, None]:
        """See `Workers.map`. The work is sent once to every machine, and unpacked once by every worker."""
        ray = self._ray
        do = ray.remote(max_retries=TRIES - 1, retry_exceptions=False, scheduling_strategy="SPREAD")(_do)
        sent = [ray.put(work)]  # in a list: workers then fetch it themselves, once
        # with the process that does the part: an interrupt alone is lost now and then, or waits for a long computation
        yield from in_order(
            lambda part: do.remote(sent, part),
            parts,
            AHEAD * self.n,
            self._result,
            partial(ray.cancel, force=True),
        )

    def _result(self, reference: Any) -> Any:
        errors = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except errors.RayTaskError as error:
            raise (error.cause if isinstance(error.cause, Exception) else error) from error
        except errors.RayError as error:
            raise ClusterError(
                f"A part of the work was begun up to {TRIES} times, and its worker died or was cut off "
                f"({type(error).__name__}).",
                hint="Workers die where a machine has too little memory or is switched off: `ray status` says which "
                "machines are left. Start it again, or unset MOVIE_ATLAS_RAY.",
            ) from error


_held: dict[str, Callable[[Any], Any]] = {}
"""In a worker: the work that it does parts of."""


def _do(sent: list[Any], part: Any) -> Any:
    import ray

    name = sent[0].hex()
    if name not in _held:
        _held.clear()  # the last one's memory is free before the next one comes
        _held[name] = ray.get(sent[0])
    return _held[name](part)


_connecting = Lock()


def _connected(address: str) -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise MissingPackageError("ray", hint=f"{INSTALL}, or unset MOVIE_ATLAS_RAY.") from error
    with _connecting:
        if not ray.is_initialized():
            _knock(address)
            _init(ray, address)
    return ray


def _init(ray: Any, address: str) -> None:
    own = {"include_dashboard": False} if address == "local" else {}
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", "lancedb fork support"
            )  # children of Ray start other programs at once
            ray.init(
                address,
                runtime_env={"env_vars": {"PYTHONPATH": str(ROOT)}},
                log_to_driver=False,
                logging_level=logging.ERROR,
                **own,
            )
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise _unreachable(address, str(error).partition("\n")[0][:200]) from error


def _knock(address: str) -> None:
    """Make sure that somebody listens where an address names a host and a port."""
    host, colon, port = address.rpartition(":")
    if not colon or "://" in address:
        return
    try:
        socket.create_connection((host, int(port)), _PATIENCE).close()
    except (OSError, ValueError, OverflowError) as error:
        raise _unreachable(address, getattr(error, "strerror", None) or str(error)) from error


def _unreachable(address: str, reason: str) -> ClusterError:
    return ClusterError(
        f"The Ray cluster {address} of MOVIE_ATLAS_RAY cannot be reached: {reason.rstrip('.')}.",
        hint="Start it (`ray start --head`, docs/ray.md), correct the address (auto, local or host:port), set "
        "RAY_AUTH_MODE=token where it asks for a token, or unset MOVIE_ATLAS_RAY to work in one process.",
    )
