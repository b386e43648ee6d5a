"""`python -m core check`: is what was built whole?"""

import os
from typing import Annotated, Any

import typer
from rich.markup import escape

from core.cli.console import calmly, json_line, out
from core.errors import NotBuiltError
from core.storage import Workspace
from core.storage.inspection import Inspection, inspect, workspaces


@calmly
def check_command(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset; none = all that are built.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Read everything that was built, and say what is whole and what is damaged; exit status 1 = something is."""
    names, strange = ([dataset], []) if dataset else workspaces()
    found = [inspect(name, whole=True) for name in names]
    if dataset and not found[0].artifacts and not found[0].problem:
        raise NotBuiltError(
            f"{dataset} is not built yet, so there is nothing to check.",
            hint=f"Build it with: python -m core build {dataset}",
        )
    if as_json:
        json_line({"datasets": [_as_json(one) for one in found], "no_datasets": list(strange)})
    else:
        for one in found:
            _print(one)
        for name in strange:
            out.print(
                f"{escape(name)} lies among the workspaces and is left alone: it is no dataset's name.",
                soft_wrap=True,
            )
        if not found:
            out.print("Nothing is built yet.")
    if not all(one.is_whole for one in found):
        raise typer.Exit(1)


def _print(one: Inspection) -> None:
    """A line for what is whole, a line for each damaged file, and what to do."""
    n, n_bad = len(one.artifacts), len(one.damaged)
    if one.problem:
        out.print(f"[bold]{one.name}[/]: {escape(one.problem)}", soft_wrap=True)
    elif n_bad:
        out.print(f"[bold]{one.name}[/]: {n - n_bad} of {n} artefacts are whole, {n_bad} damaged.")
    else:
        out.print(f"[bold]{one.name}[/]: all {n} artefacts are whole.")
    for bad in one.damaged:
        for fault in bad.faults:
            out.print(f"  {escape(bad.stored.folder.name)}: {escape(str(fault))}", soft_wrap=True)
    if one.unchecked:
        out.print(
            f"  {one.unchecked} carry no checksums, an older version having made them: they were read, not compared. "
            "The next build gives them some.",
            soft_wrap=True,
        )
    if not one.is_whole:
        out.print(f"  Make again what is damaged, and nothing else: {escape(one.command)}", soft_wrap=True)
    aside = Workspace(one.name).set_aside_folder
    if os.path.lexists(aside):
        out.print(f"  Set aside by the last repair: {escape(str(aside))}", soft_wrap=True)


def _as_json(one: Inspection) -> dict[str, Any]:
    return {
        "name": one.name,
        "is_whole": one.is_whole,
        "problem": one.problem,
        "repair": "" if one.is_whole else one.command,
        "artifacts": [
            {
                "stage": item.stored.stage,
                "folder": str(item.stored.folder),
                "has_checksums": item.stored.has_checksums,
                "faults": [{"file": fault.file, "what": fault.what} for fault in item.faults],
            }
            for item in one.artifacts
        ],
    }
