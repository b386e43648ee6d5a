"""`python -m core history`: a person's own files read, and their films found in a dataset."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from core.cli.console import calmly, out, print_report
from core.cli.history_files import HistoryProfile, HistoryScale, matched_json, read_files, say_matched
from core.cli.known_you import ask_all, known_json, show
from core.errors import HistoryError
from core.histories import History, Matched, saved
from core.histories.left_films import left_table
from core.serving import Atlas
from core.serving.histories import found_in

SHOWN = 20
"""How many films of a kind are printed; --missing writes all of them."""
NONE_OF_THEM = "none"


@calmly
def history_command(
    files: Annotated[
        list[Path],
        typer.Argument(help="Exports of Letterboxd, IMDb, Trakt, TMDB and so on, or any table of films."),
    ],
    dataset: Annotated[str, typer.Option(help="Find the films in this built dataset.")] = "",
    scale: HistoryScale = "",
    profile: HistoryProfile = "",
    choose: Annotated[
        list[str] | None,
        typer.Option(help='Which film a doubtful one is: "Emma (1996)=id:838", or "=none"; repeat for more.'),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Write the history as JSON, to be read again.")] = None,
    missing: Annotated[Path | None, typer.Option(help="Write what was not found as CSV.")] = None,
    known: Annotated[
        bool, typer.Option("--known", help="How well each method would have known you, from these films.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read a person's own film history; nothing is kept unless --save or --missing says where."""
    history = read_files(files, scale, profile)
    if not dataset and (choose or missing or known):
        raise HistoryError("Nothing was matched.", hint="Say where to look: --dataset NAME.")
    atlas = Atlas.open(dataset) if dataset else None
    matched = found_in(atlas, history) if atlas else None
    if atlas and matched and choose:
        chosen = _chosen(atlas, matched, choose)
        history = history.choosing(dataset, chosen)
        matched = found_in(atlas, history)
    labels = atlas.titles.labels if atlas else []
    if save:
        _write(save, saved.to_text(history))
    if missing and matched:
        _write(missing, left_table(matched, labels))
    found = ask_all(atlas, matched) if atlas and matched and known else None
    if as_json:
        written = _as_json(history, matched, labels) | ({"known": known_json(found)} if found else {})
        sys.stdout.write(json.dumps(written, ensure_ascii=False) + "\n")
        return
    print_report(history.report)
    out.print(f"{len(history.entries):,} rows speak of films.", highlight=False)
    if atlas and matched:
        say_matched(matched, str(atlas.about["label"]))
        _show(matched, labels)
    if found:
        show(found)


def _as_json(history: History, matched: Matched | None, labels: Sequence[str]) -> dict[str, Any]:
    read = {"read": history.report.to_json(), "rows": len(history.entries)}
    return read | (matched_json(matched, labels) if matched else {})


def _show(matched: Matched, labels: Sequence[str]) -> None:
    """Films by what became of them, but for those that were found."""
    for one in matched.doubtful[:SHOWN]:
        offered = "; ".join(labels[offer.item_index] for offer in one.offers)
        out.print(f"  {escape(one.mention.label)}: is it {escape(offered)}?", style="yellow", highlight=False)
    _more(len(matched.doubtful), "doubtful")
    for words, mentions in (("not there", matched.missing), (f"newer than {matched.newest}", matched.newer)):
        for mention in mentions[:SHOWN]:
            out.print(f"  {escape(mention.label)}: {words}", style="dim", highlight=False)
        _more(len(mentions), words)


def _more(n: int, words: str) -> None:
    if n > SHOWN:
        out.print(
            f"  … and {n - SHOWN:,} more {words}: --missing FILE.csv has them all.",
            style="dim",
            highlight=False,
        )


def _chosen(atlas: Atlas, matched: Matched, choices: Sequence[str]) -> dict[str, str]:
    """item_id by the key of a doubtful film, "" for none of them.

    Raises:
        HistoryError: A choice cannot be read, or speaks of no doubtful film.
        UnknownItemError: The chosen film is not there.
    """
    keys = {
        name: one.mention.key for one in matched.doubtful for name in (one.mention.label, one.mention.key)
    }
    chosen = {}
    for choice in choices:
        name, sign, film = choice.rpartition("=")
        if not sign or name not in keys:
            shown = "; ".join(one.mention.label for one in matched.doubtful[:5]) or "none"
            raise HistoryError(f"“{choice[:60]}” is about no doubtful film.", hint=f"Doubtful are: {shown}.")
        is_none = film.strip().casefold() == NONE_OF_THEM
        chosen[keys[name]] = "" if is_none else str(atlas.catalog.ids[atlas.titles.find(film)])
    return chosen


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise HistoryError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another place."
        ) from error
