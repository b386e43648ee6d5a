"""The map that one of other vectors starts from, so that films stay where people know them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.build.stage import SEED
from core.errors import AtlasError
from core.maps import projection
from core.maps.continuity import Earlier
from core.storage import Manifest, Workspace, artifacts, fingerprint


@dataclass(frozen=True, eq=False)
class MapBefore:
    """The map that one of other vectors starts from.

    Attributes:
        key: Fingerprint of it; "" = there is none.
        read: Its films and their places, None where they are gone.
    """

    key: str = ""
    read: Callable[[], Earlier | None] = lambda: None


def map_before(name: str, space_key: str, before: Manifest | None, workspace: Workspace) -> MapBefore:
    """Which map that of a space starts from: the live one where the vectors are others than it was made of.

    Where they are the same, it is whatever the live one has started from, so that its key comes out as it is and nothing is
    made. A key thus follows from the vectors and, one after the other, from those that were live when they changed.
    """
    stage = f"map-{name}"
    live = before.artifacts.get(stage, "") if before else ""
    if before is None or not live or not workspace.artifact(stage, live).exists():
        return MapBefore()
    if before.artifacts.get(f"space-{name}") != space_key:
        return MapBefore(live, partial(_read_map, stage, before, workspace))
    started = ""
    with suppress(OSError, ValueError, KeyError):
        started = str(artifacts.load_json(workspace.artifact(stage, live) / artifacts.MOVED)["from"])
    return MapBefore(started) if fingerprint(*map_inputs(space_key, started)) == live else MapBefore()


def _read_map(stage: str, before: Manifest, workspace: Workspace) -> Earlier | None:
    try:
        with workspace.reading(before, stage) as folder:
            points = artifacts.load_map(folder).points
        with workspace.reading(before, "dataset") as folder:
            ids = artifacts.load_dataset(folder).catalog.ids
    except AtlasError:
        return None
    return Earlier(list(map(str, ids)), points) if len(ids) == len(points) else None


def map_inputs(space_key: str, started: str) -> tuple[Any, ...]:
    """All that decides a map: its vectors, and the map that it starts from, "" = none."""
    return ("map", space_key, projection.VERSION, SEED, *([started] if started else []))
