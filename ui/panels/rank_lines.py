"""Lists side by side as a picture: films that stand in several lists are joined by lines; and the same as text.

Drawn with boxes that are clipped to lines: Streamlit takes SVG out of a page's HTML, and an image knows neither the
theme nor the pointer.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from math import hypot

from core.exploration.comparison import Comparison, Mark

HEAD, ROW, GAP = 30, 23, 76
"""Pixels: of the names' row, of a film's, and between two lists."""
THICK = {Mark.ALL: 3.0, Mark.SOME: 1.6}
"""Pixels that a line is wide."""

_STYLE = """
<style>
.rl {container-type:inline-size; font-size:.82rem; line-height:1.2;}
.rl-picture {position:relative; max-width:1240px;}
.rl-head {position:absolute; top:0; font-weight:650; font-size:.92rem; white-space:nowrap; overflow:hidden;
  text-overflow:ellipsis; padding-left:1.7rem;}
.rl-film {display:contents;}
.rl-at {position:absolute; display:flex; align-items:center; gap:.4rem; height:23px; z-index:1;}
.rl-at b {flex:none; width:1.3rem; text-align:right; font-weight:400; opacity:.68; font-variant-numeric:tabular-nums;}
.rl-at span {overflow:hidden; text-overflow:ellipsis; white-space:nowrap;}
.rl-at i {flex:1; min-width:0; background:currentColor; opacity:.42; margin-top:1px;}
.rl-line {position:absolute; background:currentColor; opacity:.42;}
.rl-far {opacity:.3; background:repeating-linear-gradient(90deg, currentColor 0 4px, transparent 4px 9px);}
.rl-one .rl-at span {opacity:.68;}
.rl-all .rl-at span {font-weight:650;}
.rl-all i, .rl-all .rl-line {background:#0f8aa6; opacity:.9;}
.rl-all .rl-far {background:repeating-linear-gradient(90deg, #0f8aa6 0 4px, transparent 4px 9px); opacity:.6;}
.rl-picture:has(.rl-film:hover) .rl-film:not(:hover) > div {opacity:.25;}
.rl-film:hover span, .rl-film:hover i, .rl-film:hover .rl-line {opacity:1;}
.rl-words {position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap;}
@container (max-width:560px) {
  .rl-picture {display:none;}
  .rl-words {position:static; width:auto; height:auto; clip-path:none; white-space:normal; font-size:.9rem;}
}
.rl-words ul {margin:.2rem 0 0; padding-left:1.1rem;}
</style>
"""

_CLASSES = {Mark.ALL: "rl-all", Mark.SOME: "rl-some", Mark.ONE: "rl-one"}


def rank_lines_html(comparison: Comparison, labels: Sequence[str]) -> str:
    """Every compared list from its first film to its last, with lines between the places of a film.

    Lines between neighbouring lists are drawn through, those that pass a list by are dashed. On a narrow screen the text
    stands in the picture's place; readers of the screen get the text alone.

    Args:
        comparison: The answers; "" where fewer than two are compared.
        labels: "Title (Year)" by item_index.
    """
    numbers = comparison.compared
    if len(numbers) < 2:
        return ""
    height = HEAD + ROW * max(len(comparison.columns[n].items) for n in numbers) + 4
    heads = "".join(
        f'<div class="rl-head" style="{_across(place, len(numbers))}">{escape(comparison.columns[n].label)}</div>'
        for place, n in enumerate(numbers)
    )
    films = sorted(
        comparison.ranks, key=lambda item: len(comparison.ranks[item])
    )  # those of many lists on top
    drawn = "".join(_film(comparison, labels[item], item) for item in films)
    return (
        f'{_STYLE}<div class="rl"><div class="rl-picture" aria-hidden="true" style="height:{height}px">{heads}{drawn}</div>'
        f'<div class="rl-words">{_words(comparison, labels)}</div></div>'
    )


def _across(place: int, n: int) -> str:
    """Where a list stands: its left edge and its width."""
    width = f"(100% - {GAP * (n - 1)}px) / {n}"
    return f"left:calc(({width} + {GAP}px) * {place});width:calc({width});"


def _film(comparison: Comparison, label: str, item: int) -> str:
    """A film's title in each of its lists, and the lines between them."""
    n, ranks = len(comparison.compared), comparison.ranks[item]
    mark = comparison.mark(item) or Mark.ONE
    places = [(comparison.compared.index(number), rank) for number, rank in sorted(ranks.items())]
    thick = THICK.get(mark, 0)
    parts = [_line(one, other, n, thick) for one, other in pairwise(places)]
    for place, rank in places:
        leader = f'<i style="height:{thick}px"></i>' if place < places[-1][0] else ""
        parts.append(
            f'<div class="rl-at" style="{_across(place, n)}top:{HEAD + ROW * (rank - 1)}px">'
            f'<b>{rank}</b><span dir="auto">{escape(label)}</span>{leader}</div>'
        )
    said = escape(f"{label}: {_ranks(comparison, item)}", quote=True)
    return f'<div class="rl-film {_CLASSES[mark]}" title="{said}">{"".join(parts)}</div>'


def _line(one: tuple[int, int], other: tuple[int, int], n: int, thick: float) -> str:
    """From the right edge of a list to the left edge of a later one."""
    (start, first), (end, second) = one, other
    column = f"(100% - {GAP * (n - 1)}px) / {n}"
    passed = end - start - 1
    left = f"calc(({column}) * {start + 1} + {GAP * start}px)"
    width = f"calc(({column}) * {passed} + {GAP * (passed + 1)}px)"
    drop = ROW * (second - first)
    # as thick across a steep line as across a level one; a list that is passed by is taken to be three gaps wide
    half = thick * hypot(drop / (GAP * (4 * passed + 1)), 1) / 2
    top = HEAD + ROW * (min(first, second) - 0.5) - half
    y, to = max(-drop, 0) + half, max(drop, 0) + half
    # one that passes a list by goes between its rows, so that it strikes no title out
    aside = ROW / 2 if passed else 0
    points = [("0px", y), (f"{GAP}px", y + aside), (f"calc(100% - {GAP}px)", to + aside), ("100%", to)]
    points = points if passed else [points[0], points[-1]]
    above = ", ".join(f"{x} {at - half:.1f}px" for x, at in points)
    below = ", ".join(f"{x} {at + half:.1f}px" for x, at in reversed(points))
    far = " rl-far" if passed else ""
    return (
        f'<div class="rl-line{far}" style="left:{left};width:{width};top:{top:.1f}px;'
        f'height:{abs(drop) + 2 * half + aside:.1f}px;clip-path:polygon({above}, {below})"></div>'
    )


def _words(comparison: Comparison, labels: Sequence[str]) -> str:
    """The films of several lists with their places, those of most lists first."""
    several = [item for item, ranks in comparison.ranks.items() if len(ranks) > 1]
    several.sort(key=lambda item: (-len(comparison.ranks[item]), sum(comparison.ranks[item].values())))
    if not several:
        return "No film stands in more than one list."
    lines = "".join(
        f"<li>{escape(labels[item])}: {escape(_ranks(comparison, item))}</li>" for item in several
    )
    return f"In more than one list:<ul>{lines}</ul>"


def _ranks(comparison: Comparison, item: int) -> str:
    ranks = sorted(comparison.ranks[item].items())
    return ", ".join(f"{comparison.columns[number].label} {rank}" for number, rank in ranks)
