"""What each list is made of, as a table with small bars: novelty, variety, decades, genres."""

from collections.abc import Mapping, Sequence
from html import escape
from math import isnan

from core.exploration.list_figures import UNKNOWN, ListFigures
from ui.charts.palette import Ink

NAMED = 4
"""So many parts of a bar are named below it, and so many genres have a colour; the rest is "other"."""
OTHER = "other"

_STYLE = """
<style>
.lm-scroll {overflow-x:auto;}
.lm {border-collapse:collapse; font-size:.86rem; width:100%; min-width:640px;}
.lm th {font-weight:500; text-align:left; padding:6px 10px 6px 0; line-height:1.25; vertical-align:top;}
.lm thead th {font-size:.8rem; opacity:.85; vertical-align:bottom;}
.lm td {padding:6px 10px 6px 0; vertical-align:top; font-variant-numeric:tabular-nums;}
.lm tbody tr {border-top:1px solid color-mix(in srgb, currentColor 13%, transparent);}
.lm-bar {display:flex; height:13px; border-radius:3px; overflow:hidden; gap:1px; min-width:150px;}
.lm-bar span {display:block; height:100%;}
.lm-words {font-size:.77rem; opacity:.82; margin-top:3px;}
.lm-dot {display:inline-block; width:.62em; height:.62em; border-radius:2px; margin-right:.3em;}
</style>
"""


def makeup_html(rows: Sequence[tuple[str, ListFigures]], ink: Ink) -> str:
    """A row for each list; a decade and a genre have the same colour in all of them.

    Args:
        rows: Name of the method, and the figures of its list.
        ink: Colours of the theme.
    """
    genres = _colours([figures.genres for _, figures in rows], ink)
    decades = sorted({name for _, figures in rows for name in figures.decades if name != UNKNOWN})
    shades = {name: _shade(place, len(decades)) for place, name in enumerate(decades)}
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("", "Novelty, bits", "Variety, 0 to 1", "Decades", "Genres")
    )
    body = "".join(_row(label, figures, shades, genres, ink) for label, figures in rows)
    return (
        f'{_STYLE}<div class="lm-scroll"><table class="lm"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        "</div>"
    )


def makeup_caption(space_label: str, *, is_simulated: bool = False) -> str:
    """What the figures mean, in words without mark-up."""
    simulated = " These ratings are simulated." if is_simulated else ""
    return (
        "Novelty: how rarely these films were rated, on average (-log2 of the share of people who did; one more = half as "
        f"many).{simulated} Variety: how far apart two films of the list are, on average (1 - cosine in {space_label}; "
        "0 = all alike). A film of several genres counts in equal parts for each."
    )


def _row(
    label: str, figures: ListFigures, shades: Mapping[str, str], genres: Mapping[str, str], ink: Ink
) -> str:
    cells = (
        _number(figures.novelty, ".1f"),
        _number(figures.variety, ".2f"),
        _bar(figures.decades, shades, ink),
        _bar(_with_other(figures.genres, genres), genres, ink),
    )
    return f'<tr><th scope="row">{escape(label)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _number(value: float, form: str) -> str:
    return "–" if isnan(value) else f"{value:{form}}"


def _bar(shares: Mapping[str, float], colours: Mapping[str, str], ink: Ink) -> str:
    """A stacked bar, and its largest parts in words below it."""
    parts = "".join(
        f'<span title="{escape(name, quote=True)} {share:.0%}" style="width:{100 * share:.1f}%;'
        f'background:{colours.get(name, ink.faint)}"></span>'
        for name, share in shares.items()
    )
    largest = sorted(shares.items(), key=lambda pair: (pair[0] in (OTHER, UNKNOWN), -pair[1]))
    named = " &ensp;".join(
        f'<span style="white-space:nowrap"><i class="lm-dot" style="background:{colours.get(name, ink.faint)}"></i>'
        f"{escape(name)} {share:.0%}</span>"
        for name, share in largest[: NAMED + 1]
    )
    return f'<div class="lm-bar" aria-hidden="true">{parts}</div><div class="lm-words">{named}</div>'


def _colours(lists: Sequence[Mapping[str, float]], ink: Ink) -> dict[str, str]:
    """Colours of the genres that all lists together have most of."""
    totals: dict[str, float] = {}
    for shares in lists:
        for name, share in shares.items():
            totals[name] = totals.get(name, 0) + share
    totals.pop(UNKNOWN, None)
    most = sorted(totals, key=lambda name: (-totals[name], name))[: len(ink.categories) - 2]
    return dict(zip(most, ink.categories, strict=False))


def _with_other(shares: Mapping[str, float], coloured: Mapping[str, str]) -> dict[str, float]:
    """Shares in the order of the colours; those without one together as "other"."""
    found = {name: shares[name] for name in coloured if name in shares}
    rest = sum(share for name, share in shares.items() if name not in coloured)
    return found | ({OTHER: rest} if rest > 1e-9 else {})


def _shade(place: int, n: int) -> str:
    """One hue from faint (the oldest decade) to full (the newest)."""
    return f"color-mix(in srgb, #0f8aa6 {round(22 + 78 * (place + 1) / max(n, 1))}%, transparent)"
