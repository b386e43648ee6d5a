"""Which datasets are known, here, and built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core import datasets
from core.datasets.locate import find_input
from core.errors import NotBuiltError
from core.storage import Workspace
from core.storage.inspection import inspect, workspaces
from core.storage.manifest import validate_facts


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
        problem: Why a workspace that is there cannot be opened, or which part of it is damaged; "" = none.
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


def list_datasets(base: Path | None = None, *, look: bool = False) -> list[DatasetStatus]:
    """Every dataset that is known or built, built ones first, in the registry's order.

    Args:
        base: Home folder; None = `core.settings.home()`.
        look: Look at every artefact, too, and name what is damaged at first sight.

    Raises:
        NotBuiltError: The folder of workspaces cannot be read.
    """
    built, _ = workspaces(base)
    found = []
    for name in [*datasets.SOURCES, *(n for n in built if n not in datasets.SOURCES)]:
        source, workspace, is_built, problem = datasets.SOURCES.get(name), Workspace(name, base), False, ""
        manifest = workspace.readable_manifest()
        try:
            if live := workspace.manifest():
                validate_facts(live)
                is_built = True
                problem = inspect(name, base, whole=False).words if look else ""
        except NotBuiltError as error:
            problem = str(error)
        about = manifest.about if manifest else {}
        found.append(
            DatasetStatus(
                name,
                source.label if source else str(about.get("label", name)),
                source.description if source else "Your own files.",
                str(about.get("licence", source.licence if source else "")),
                source.homepage if source else "",
                is_built,
                find_input(name) is not None,
                bool(source and source.url),
                about,
                problem,
            )
        )
    return sorted(found, key=lambda status: not status.is_built)
