"""How far several methods agree, and how well known their films are, as HTML and in words."""

from collections.abc import Sequence
from html import escape
from math import isnan

from core.domain import Answer
from core.exploration.comparison import Comparison, Mark
from core.exploration.list_figures import ListPopularity
from ui.panels.film_cards import STYLE

_STYLE = (
    STYLE
    + """
<style>
.mc-scroll {overflow-x:auto;}
.mc-small {font-size:.78rem; opacity:.78;}
.mc-table {border-collapse:separate; border-spacing:3px; font-size:.86rem; width:100%;}
.mc-table th {font-weight:500; text-align:left; padding:3px 8px; line-height:1.2; vertical-align:bottom;}
.mc-table thead th {text-align:center; font-size:.8rem; opacity:.85;}
.mc-table thead th:first-child {text-align:left;}
.mc-table td {text-align:center; padding:5px 8px; border-radius:4px; font-variant-numeric:tabular-nums;}
.mc-table tbody th {vertical-align:middle;}
.mc-table td.mc-self {opacity:.68;}
</style>
"""
)


def agreement_html(comparison: Comparison) -> str:
    """Every two methods' agreement as a small heat map: films in common below the diagonal, ranks above it."""
    columns = comparison.columns
    numbers = comparison.compared
    head = "".join(f'<th scope="col">{escape(columns[n].label)}</th>' for n in numbers)
    rows = []
    for row in numbers:
        cells = "".join(_agreement_cell(comparison, row, column) for column in numbers)
        rows.append(f'<tr><th scope="row">{escape(columns[row].label)}</th>{cells}</tr>')
    corner = '<th scope="col"><span class="mc-small">lower left: films in common<br>upper right: order (RBO)</span></th>'
    return (
        f'{_STYLE}<div class="mc-scroll"><table class="mc-table"><thead><tr>{corner}{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _agreement_cell(comparison: Comparison, row: int, column: int) -> str:
    pair = comparison.pair(row, column)
    if pair is None:
        return '<td class="mc-self">–</td>'
    if row > column:
        return _shaded(pair.overlap, f"{pair.common} of {pair.longest}")
    return _shaded(pair.rbo, f"{pair.rbo:.2f}")


def _shaded(share: float, text: str) -> str:
    """A table cell whose ground grows stronger with a share from 0 to 1."""
    strength = 0 if isnan(share) else round(6 + 62 * share)
    return f'<td style="background:color-mix(in srgb, #0f8aa6 {strength}%, transparent)">{text}</td>'


def popularity_html(comparison: Comparison) -> str:
    """How well known each method's films are, with all films (and the question's own) to hold them against."""
    rows: list[tuple[str, ListPopularity | None, Answer | None]] = [
        (
            f"{column.label} ({column.stand_in} answered)" if column.stand_in else column.label,
            column.popularity,
            column.answer,
        )
        for column in comparison.columns
        if column.answer
    ]
    rows += [
        (label, figures, None)
        for label, figures in (
            ("The films of the question", comparison.known),
            ("All films", comparison.catalog),
        )
        if figures
    ]
    if not any(figures for _, figures, _ in rows):
        rows = [(label, None, answer) for label, _, answer in rows]
    body = "".join(_popularity_row(*row) for row in rows)
    names = ("", "long tail", "ratings, median", "best known", "time")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        f'<div class="mc-scroll"><table class="mc-table"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _popularity_row(label: str, figures: ListPopularity | None, answer: Answer | None) -> str:
    known = figures is not None and not isnan(figures.tail_share)
    tail = f"{figures.tail_share:.0%}" if figures and known else "–"
    median = f"{figures.median_ratings:,.0f}" if figures and known else "–"
    if answer and answer.known_by and not known:
        median = f"{answer.known_by.median:,.0f} {answer.known_by.unit}"
    head, time = "", f"{answer.milliseconds:,.0f} ms" if answer else ""
    if answer and answer.known_by:
        head = f"{answer.known_by.n_head} of {answer.known_by.n_films}"
    if answer and (without := answer.known_by_without):
        median += _aside(f"{without.median:,.0f} without")
        head += _aside(f"{without.n_head} without")
    cells = "".join(f"<td>{cell}</td>" for cell in (tail, median, head, time))
    return f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>'


def fame_caption(comparison: Comparison) -> str:
    """What "best known" and "without" mean in the table; "" where nobody can say how well known films are."""
    answers = [column.answer for column in comparison.columns if column.answer]
    known = next((answer.known_by for answer in answers if answer.known_by), None)
    if known is None:
        return ""
    said = f"Best known: among the {known.head} with most {known.unit}. "
    is_moved = any(answer.known_by_without for answer in answers)
    return said + ("Without: with the slider at 0. " if is_moved else "")


def _aside(text: str) -> str:
    return f'<br><span class="mc-small">{escape(text)}</span>'


def agreement_sentence(comparison: Comparison, labels: Sequence[str]) -> str:
    """What the lists have in common, in words without mark-up.

    Args:
        comparison: The answers.
        labels: "Title (Year)" by item_index.
    """
    n, agreed = len(comparison.compared), comparison.agreed
    if n < 2:
        return "Fewer than two methods could use the question, so there is nothing to compare."
    who = "Both methods" if n == 2 else f"All {n} methods"
    ones = sum(comparison.mark(item) is Mark.ONE for item in comparison.ranks)
    named = f"{len(comparison.ranks)} different films are named, {ones} of them by one method only."
    if not agreed:
        return f"There is no film that {who.lower()} name. {named}"
    first = ", ".join(labels[item] for item in agreed[:3]) + (" and others" if len(agreed) > 3 else "")
    films = "1 film" if len(agreed) == 1 else f"{len(agreed)} films"
    return f"{who} name {films}: {first}. {named}"


def _short(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
