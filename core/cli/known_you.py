"""What `history --known` prints: how well each method would have known the person."""

from dataclasses import asdict
from typing import Any

from rich.markup import escape
from rich.table import Table

from core.cli.console import err, out
from core.evaluation.own_history import Acquaintance, Acquaintances, acquaintances, in_words, per_cent
from core.histories import Matched
from core.serving import Atlas

HEADS = ("method", "on average in the best", "95 %", "above equally known", "in the first ten", "nDCG@10")


def ask_all(atlas: Atlas, matched: Matched) -> Acquaintances:
    """Ask every method, saying which on standard error where somebody looks on.

    Raises:
        TooFewFilmsError: Too few films are liked.
    """
    if not err.is_terminal:
        return acquaintances(atlas, matched.weights)
    with err.status("Asking every method") as status:

        def say(done: int, total: int, note: str = "") -> None:
            status.update(f"Asking every method: {done} of {total} {escape(note)}")

        return acquaintances(atlas, matched.weights, progress=say)


def show(found: Acquaintances) -> None:
    """The methods, best first, and what to make of it."""
    table = Table(*HEADS, "than popularity", "than the best", box=None, header_style="bold")
    for one in found.methods:
        table.add_row(*map(escape, _row(one)))
    out.print(table)
    out.print(escape(in_words(found)), highlight=False)
    times = f", anew {found.repeats} times" if found.repeats > 1 else ""
    out.print(
        f"Your films were taken away in {found.folds} parts{times}; each one that you like was looked for among the "
        f"{found.n_unseen:,} that you have not seen. Intervals: resampled favourites. Better or worse: paired "
        "permutation test over favourites, 5 %, Holm's correction.",
        style="dim",
        highlight=False,
    )
    for name, why in found.left_out.items():
        out.print(f"{escape(name)} was not asked: {escape(why)}", style="dim", highlight=False)


def _row(one: Acquaintance) -> list[str]:
    return [
        one.label,
        per_cent(one.above.mean),
        f"{per_cent(one.above.low)} to {per_cent(one.above.high)}",
        "–" if one.equals is None else f"{100 * one.equals.mean:.0f} %",
        f"{100 * one.hits.mean:.0f} %",
        f"{one.ndcg.mean:.3f}",
        one.than_yardstick,
        one.than_best,
    ]


def known_json(found: Acquaintances) -> dict[str, Any]:
    """The same as plain values."""
    return asdict(found) | {"in_words": in_words(found)}
