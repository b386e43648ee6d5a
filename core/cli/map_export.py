"""`python -m core map-export`: places, groups and vectors of all films, as a file."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from core.cli.arguments import DatasetName
from core.cli.console import calmly, out
from core.errors import NotBuiltError
from core.exploration.map_export import format_of, map_table, vectors_of
from core.serving import Atlas


@calmly
def map_export_command(
    dataset: DatasetName,
    to: Annotated[
        Path, typer.Option(help="The file to write, .parquet or .csv; one that is there is replaced.")
    ],
    space: Annotated[str, typer.Option(help="Embedding; the first where none is named.")] = "",
    colour: Annotated[str, typer.Option(help='Also what the map can be coloured by, e.g. "Rating".')] = "",
    vectors: Annotated[bool, typer.Option("--vectors", help="Also the vectors themselves.")] = False,
) -> None:
    """Write every film with its place on the map, its groups and, if wanted, its vector."""
    write = format_of(to.name)
    atlas = Atlas.open(dataset)
    if not (spaces := atlas.space_names):
        raise NotBuiltError("No embedding is built here.", hint=f"Build one: python -m core build {dataset}.")
    of = space or spaces[0]
    table = map_table(atlas, of, colour=colour)
    content = write(table, vectors_of(atlas, of) if vectors else None)
    to.write_bytes(content)
    n_placed = int(table["x"].notna().sum())
    out.print(
        f"Wrote {len(table):,} films to {escape(str(to))}, {n_placed:,} of them with a place on the map of {escape(of)}.",
        soft_wrap=True,
        highlight=False,
    )
