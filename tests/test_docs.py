"""Papers name files that are there, links that lead somewhere, and every room of the house."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAPERS = [
    path
    for path in sorted(
        [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data/demo").glob("*.md")]
    )
    if path.name != "CHANGELOG.md"  # it tells of what is gone
]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
PATH = re.compile(r"(?<![\w./-])(?:core|ui|pages|bench|docs|tests)/[\w./*-]*")
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
TO_BE_MADE = re.compile(r"^`core/[\w/]+\.py`$", re.MULTILINE)
"""A path that stands alone on its line: the file of an example, which is not there."""
MERMAID = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_files_that_papers_name_are_there(paper: Path) -> None:
    text = TO_BE_MADE.sub("", paper.read_text("utf-8"))
    named = {found.rstrip("./") for found in PATH.findall(text)}
    missing = [
        path for path in sorted(named) if not any((ROOT / f"{path}{end}").exists() for end in ("", ".py"))
    ]
    assert [path for path in missing if "*" not in path or not any(ROOT.glob(path))] == []


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_links_lead_somewhere(paper: Path) -> None:
    prose = FENCED.sub("", paper.read_text("utf-8"))
    targets = [found["target"] for found in LINK.finditer(prose)]
    near = [target.partition("#")[0] for target in targets if "://" not in target]
    assert [target for target in near if target and not (paper.parent / target).exists()] == []


def test_papers_were_found() -> None:
    names = {name_of(path) for path in PAPERS}
    assert {"README.md", "SECURITY.md", "docs/python.md", "docs/decisions/0004-the-house.md"} <= names
    assert "docs/architecture.md" in PATH.findall("see [it](docs/architecture.md) and `ui/charts/`")


def test_every_room_stands_in_the_architecture() -> None:
    text = ARCHITECTURE.read_text("utf-8")
    rooms = sorted(path.parent.name for path in (ROOT / "core").glob("*/__init__.py"))
    assert rooms
    assert [room for room in rooms if f"| `core/{room}/` |" not in text] == []


def test_the_picture_has_the_layers_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one["id"] == "downwards")
    rows = [{name.strip().removeprefix("core.") for name in row.split("|")} for row in layers]

    picture = MERMAID.findall(ARCHITECTURE.read_text("utf-8"))[0]
    drawn = [set(re.findall(r"(\w+)\[\"", part)) for part in picture.split("subgraph")[1:]]
    assert drawn == rows
