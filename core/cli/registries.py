"""`python -m core methods` and `spaces`: what there is, what each can use or takes, and its parameters."""

from dataclasses import Field
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from core import embeddings, recommenders
from core.cli.console import calmly, out
from core.params import NoParams, param_fields
from core.recommenders import Ability

USES = {
    "films": Ability.LIKES | Ability.DISLIKES,
    "words": Ability.TEXT,
    "nothing known": Ability.COLD_USER,
    "unrated films": Ability.COLD_ITEM,
}
"""Column -> abilities, all of them or a part."""


@calmly
def methods_command(
    method: Annotated[str, typer.Argument(help="Name of a method, to see its parameters.")] = "",
) -> None:
    """List the recommendation methods, or one method's parameters for `recommend --param`."""
    if method:
        _one(method)
        return
    table = Table("method", "label", "from", *USES, box=None, header_style="bold")
    for name in recommenders.names():
        cls = recommenders.method_class(name)
        marks = [_mark(cls.abilities & wanted, wanted) for wanted in USES.values()]
        table.add_row(name, escape(cls.label), cls.system, *marks)
    out.print(table)


def _mark(found: Ability, wanted: Ability) -> str:
    if not found:
        return ""
    return "yes" if found == wanted else "likes"


def _one(name: str) -> None:
    cls = recommenders.method_class(name)
    out.print(f"[bold]{escape(cls.label)}[/] {escape(cls.description)}", soft_wrap=True)
    out.print(f"Source: {escape(cls.source)}", style="dim", soft_wrap=True)
    _params(cls.Params)


@calmly
def spaces_command(
    space: Annotated[str, typer.Argument(help="Name of an embedding, to see its parameters.")] = "",
) -> None:
    """List the embeddings that `build --space` can make, or one's parameters (`--space NAME:parameter=value`)."""
    if space:
        cls = embeddings.encoder_class(space)
        out.print(f"[bold]{escape(cls.label)}[/] {escape(cls.description)}", soft_wrap=True)
        _params(getattr(cls, "Params", NoParams))
        return
    table = Table("embedding", "label", "from", "reads text", "takes", box=None, header_style="bold")
    for name in embeddings.names():
        cls = embeddings.encoder_class(name)
        takes = [("a download", cls.needs_network), ("ratings", cls.learns_from_ratings)]
        needed = ", ".join(what for what, holds in takes if holds)
        table.add_row(name, escape(cls.label), cls.system, "yes" if cls.reads_text else "", needed)
    out.print(table)
    out.print("st:NAME is any sentence-transformers model, own:NAME=FILE a matrix of your own.")


def _params(params: type) -> None:
    table = Table("parameter", "default", "allowed", "what it does", box=None, header_style="bold")
    for spec in param_fields(params):
        table.add_row(
            spec.name, escape(str(spec.default)), escape(_allowed(spec)), escape(spec.metadata["help"])
        )
    out.print(table if table.rows else "It has no parameters.")


def _allowed(spec: Field[Any]) -> str:
    """Bounds, choices or kind of a parameter, in words."""
    meta = spec.metadata
    if meta["choices_from"]:
        return "a built embedding"
    if meta["choices"]:
        return ", ".join(map(str, meta["choices"]))
    if isinstance(spec.default, bool):
        return "true, false"
    if meta["low"] is not None and meta["high"] is not None:
        return f"{meta['low']:g} to {meta['high']:g}"
    return type(spec.default).__name__
