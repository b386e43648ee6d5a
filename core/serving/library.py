"""Which datasets are known, here, and built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import datasets
from core.datasets.locate import find_input
from core.errors import NotBuiltError
from core.settings import home
from core.storage import Workspace


@dataclass(frozen=True)
class DatasetStatus:
    """One line of the dataset list.

    Attributes:
        name, label, description, homepage: As its source says; of the workspace for a person's own files.
        licence: Of what is built, with the terms of what was added; as its source says where nothing is.
        is_built: Whether there is a workspace to open.
        is_local: Whether its files are here, so that it can be built without a network.
        can_fetch: Whether `fetch` knows where to get it.
        about: The workspace's facts, {} where it is not built.
        problem: Why a workspace that is there cannot be opened; "" = none.
    """

    name: str
    label: str
    description: str = ""
    licence: str = ""
    homepage: str = ""
    is_built: bool = False
    is_local: bool = False
    can_fetch: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def list_datasets(base: Path | None = None) -> list[DatasetStatus]:
    """Every dataset that is known or built, built ones first, in the registry's order."""
    folder = (base or home()) / "workspaces"
    built = (
        sorted(p.name for p in folder.iterdir() if (p / "manifest.json").exists()) if folder.exists() else []
    )
    found = []
    for name in [*datasets.SOURCES, *(n for n in built if n not in datasets.SOURCES)]:
        source = datasets.SOURCES.get(name)
        about: Mapping[str, Any] = {}
        problem = ""
        try:
            manifest = Workspace(name, base).manifest()
            about = manifest.about if manifest else {}
        except NotBuiltError as error:
            problem = str(error)
        found.append(
            DatasetStatus(
                name,
                source.label if source else str(about.get("label", name)),
                source.description if source else "Your own files.",
                str(about.get("licence", source.licence if source else "")),
                source.homepage if source else "",
                bool(about),
                find_input(name) is not None,
                bool(source and source.url),
                about,
                problem,
            )
        )
    return sorted(found, key=lambda status: not status.is_built)
