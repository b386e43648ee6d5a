"""The manifest in the object store, followed by the one that lies here: asked for every few seconds at most."""

import logging
import time
from pathlib import Path
from threading import Lock

from core.errors import StoreError
from core.storage.artifacts import write_atomically
from core.storage.object_store import ObjectStore

EVERY_S, AFTER_FAILURE_S = 3.0, 15.0
"""Seconds until the store is asked again, and until it is tried again where it did not answer."""

_log = logging.getLogger(__name__)
_next: dict[tuple[str, str], tuple[float, StoreError | None]] = {}
_lock = Lock()


def follow(store: ObjectStore, name: str, manifest: Path, copy: Path) -> None:
    """Bring the manifest here up to the one in the store, unless it was asked for just now.

    Args:
        store: Where it was published.
        name: The dataset's.
        manifest: Its place here.
        copy: The place of its copy.

    Raises:
        StoreError: The store does not answer, and no manifest lies here. With one it is served, and the log says so.
    """
    with _lock:
        due, problem = _next.get((store.uri, str(manifest)), (0.0, None))
        if time.monotonic() >= due:
            problem = _ask(store, name, manifest, copy)
            wait = AFTER_FAILURE_S if problem else EVERY_S
            _next[store.uri, str(manifest)] = time.monotonic() + wait, problem
    if problem and not manifest.exists():
        raise StoreError(problem.message, hint=problem.hint)


def ask_at_once(store: ObjectStore, manifest: Path) -> None:
    """The next `follow` asks the store, whenever it was asked last."""
    with _lock:
        _next.pop((store.uri, str(manifest)), None)


def _ask(store: ObjectStore, name: str, manifest: Path, copy: Path) -> StoreError | None:
    try:
        content = store.manifest(name)
    except StoreError as error:
        if manifest.exists():
            _log.warning("%s Served meanwhile: %s as it lies here.", error, name)
        return error
    if content is not None and (not manifest.exists() or manifest.read_bytes() != content):
        manifest.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(manifest, content)
        write_atomically(copy, content)
    return None
