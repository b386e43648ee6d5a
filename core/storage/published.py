"""The manifest in the object store, followed by the one that lies here: asked for every few seconds at most."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from core.errors import StoreError
from core.storage.artifacts import write_atomically
from core.storage.object_store import ObjectStore

EVERY_S, AFTER_FAILURE_S = 3.0, 30.0
"""Seconds until the store is asked again, and until it is tried again where it did not answer."""

_log = logging.getLogger(__name__)


@dataclass
class _Asked:
    """When one manifest is to be asked for again, and what was wrong the last time; its lock is held meanwhile."""

    lock: Any
    due: float = 0.0
    problem: StoreError | None = None


_asked: dict[tuple[str, str], _Asked] = {}
_lock = Lock()


def follow(store: ObjectStore, name: str, manifest: Path, copy: Path, *, at_once: bool = False) -> None:
    """Bring the manifest here up to the one in the store, unless it was asked for just now.

    While one thread asks, others go on with the manifest that lies here, and wait only where there is none.

    Args:
        store: Where it was published.
        name: The dataset's.
        manifest: Its place here.
        copy: The place of its copy.
        at_once: Ask now, whenever it was asked last.

    Raises:
        StoreError: The store does not answer, and no manifest lies here. With one it is served, and the log says so.
    """
    with _lock:
        asked = _asked.setdefault((store.uri, str(manifest)), _Asked(Lock()))
    if not asked.lock.acquire(blocking=at_once or not manifest.exists()):
        return
    try:
        if at_once or time.monotonic() >= asked.due:
            asked.problem = _ask(store, name, manifest, copy)
            asked.due = time.monotonic() + (AFTER_FAILURE_S if asked.problem else EVERY_S)
        problem = asked.problem
    finally:
        asked.lock.release()
    if problem and not manifest.exists():
        raise StoreError(problem.message, hint=problem.hint)


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
