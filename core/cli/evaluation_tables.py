"""An evaluation as tables on the terminal."""

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from core.cli.console import out

if TYPE_CHECKING:
    from core.evaluation.results import StoredResult

NARROW, FIGURE_WIDTH = 78, 23
"""Characters that the table takes without the figures beside the first, and with each of them more."""


def print_result(result: "StoredResult") -> None:
    """Tables with intervals and marks, one for each cut-off, and everything that was left out."""
    from core.evaluation.metrics import metric_of
    from core.evaluation.results.stored import split_label

    about = result.about
    counts = about["counts"]
    if result.is_few_likes:
        learned = f"{counts['train_interactions']:,} interactions learned from"
        what = f"{counts['tested_users']:,} users name one to five films that they like"
        liked = "Acceptable = belongs with a like by facts"
    else:
        learned = f"{counts['interactions']:,} interactions"
        what = result.tested
        liked = (
            f"Liked = rated {about['relevant']:g} or more" if about["is_explicit"] else "Every row is a like"
        )
    out.print(
        f"[bold]{escape(str(about['label']))}[/]: {counts['users']:,} users, {counts['items']:,} films, "
        f"{learned}; {what}. {liked}. Seed {about['seed']}.",
        soft_wrap=True,
    )
    asked = result.split if "means" in about else split_label(about["slices_of"])
    out.print(f"{'Asked' if result.is_few_likes else 'Held out'}: {asked}.")
    if result.is_simulated:
        out.print("[bold yellow]Simulated data: a program made these ratings.[/]")
    for cutoff in about["k"]:
        out.print(_table(result, int(cutoff)))
    if known := _known_table(result, f"{result.lead}@{about['k'][0]}"):
        out.print(known)
    out.print(f"Brackets: {about['intervals']}.", style="dim", soft_wrap=True)
    out.print(
        f"Beats: ranks of the methods that are significantly worse by {metric_of(result.lead).label} (paired permutation "
        "test, Holm's correction, 5 %).",
        style="dim",
        soft_wrap=True,
    )
    _print_notes(result)


def _table(result: "StoredResult", cutoff: int) -> Table:
    """Methods by the first figure at one cut-off, with as many other figures beside it as the terminal is wide."""
    from core.evaluation.reports.content import BESIDE
    from core.evaluation.results.tables import figure_label, marks

    lead = f"{result.lead}@{cutoff}"
    frame = result.figures(lead)
    wanted = [
        f"{name}@{cutoff}" if f"{name}@{cutoff}" in result.columns else name for name in BESIDE[result.lead]
    ]
    room = max(out.width - NARROW, 0) // FIGURE_WIDTH
    beside = [column for column in wanted if column in result.columns][:room]
    others = {column: result.figures(column).set_index("name") for column in beside}
    mark = " (simulated data)" if result.is_simulated else ""
    table = Table(box=None, header_style="bold", title=f"Lists of {cutoff}{mark}", title_justify="left")
    for head in ("", "method", figure_label(lead), "beats", *map(figure_label, beside), "fit s", "score s"):
        table.add_column(head, no_wrap=True)
    for row, beats in zip(frame.to_dict("records"), marks(frame), strict=True):
        name = row["name"]
        cells = [_cell(others[c].loc[name], c) if name in others[c].index else "" for c in beside]
        seconds = result.measured[name]["seconds"]
        times = [f"{seconds['fit']:.2f}", f"{seconds['score']:.2f}"]
        table.add_row(str(row["rank"]), escape(name), _cell(row, lead), beats, *cells, *times)
    return table


def _known_table(result: "StoredResult", column: str) -> Table | None:
    """One figure by the number of given ratings or likes; None where only one number was asked for."""
    from core.evaluation.results.tables import curve, figure_label

    frame = curve(result, column)
    if frame.empty:
        return None
    counts = [int(n) for n in sorted(frame["n_known"].unique())]
    given = "likes" if result.is_few_likes else "ratings"
    title = f"{figure_label(column)} by given {given}" + (" (simulated data)" if result.is_simulated else "")
    table = Table(box=None, header_style="bold", title=title, title_justify="left")
    for head in ("method", *map(str, counts)):
        table.add_column(head, no_wrap=True)
    for method, part in frame.groupby("method"):
        means = dict(zip(part["n_known"], part["mean"], strict=True))
        table.add_row(escape(str(method)), *(f"{means[n]:.3f}" if n in means else "–" for n in counts))
    return table


def _cell(figure: Any, column: str) -> str:
    """A mean with its interval: "0.283 [0.270, 0.296]"."""
    digits = 2 if column.startswith("novelty") else 3
    mean, low, high = (f"{figure[part]:.{digits}f}" for part in ("mean", "low", "high"))
    return f"{mean} \\[{low}, {high}]"


def _print_notes(result: "StoredResult") -> None:
    """Which methods failed, which users and embeddings were left out, and whatever else should be known."""
    for method, reason in result.failed.items():
        out.print(f"[bold]Not measured: {escape(method)}.[/] {escape(reason)}", soft_wrap=True)
    for reason, n in result.about["users_left_out"].items():
        if n:
            out.print(f"Left out: {n:,} {escape(reason)}.", soft_wrap=True)
    for name, reason in result.about["embeddings"]["unused"].items():
        out.print(f"Embedding {escape(name)} was not used: {escape(reason)}", soft_wrap=True)
    for note in result.about["notes"]:
        out.print(escape(note), soft_wrap=True)
