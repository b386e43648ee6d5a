"""Lists side by side as HTML, each whole under its method's name."""

from collections.abc import Callable, Sequence
from html import escape

from core.domain import Catalog, Reason
from core.exploration.blind_votes import Round
from core.exploration.comparison import Column, Comparison, Mark
from ui.panels.film_cards import STYLE, poster_html

Title = Callable[[int, str], str]
"""Makes a link of a film's title: item_index and the escaped title in, HTML out."""
Actions = Callable[[int], str]
"""What can be done with a film, as HTML."""

_STYLE = (
    STYLE
    + """
<style>
.lc-lists {display:grid; gap:0 18px; grid-auto-flow:column; font-size:.86rem; line-height:1.34;}
.lc-list {display:grid; grid-template-rows:subgrid; min-width:0; margin:0; align-items:start;}
.lc-head h3 {font-size:1.12rem; line-height:1.25; margin:0; padding:0 0 4px;}
.lc-note {font-size:.8rem; opacity:.8; padding-bottom:5px;}
.lc-error {border-left:3px solid #d55e00; padding-left:8px; opacity:1;}
.lc-list ol {display:contents; list-style:none;}
.lc-list li {margin:0 !important; padding:8px 0; display:flex; gap:9px; min-width:0; align-self:stretch;
  border-top:1px solid color-mix(in srgb, currentColor 13%, transparent);}
.lc-body {flex:1; min-width:0; overflow-wrap:anywhere;}
.lc-title {font-weight:620; font-size:.95rem; line-height:1.25;}
.lc-aside {opacity:.68;}
.lc-mark {display:inline-block; border-radius:9px; padding:0 7px; margin-right:6px; font-size:.74rem; line-height:1.5;
  border:1px solid transparent; white-space:nowrap;}
.lc-all {background:color-mix(in srgb, #0f8aa6 30%, transparent); border-color:#0f8aa6;}
.lc-one {border-color:color-mix(in srgb, #d55e00 75%, transparent);}
.lc-small {font-size:.79rem; opacity:.8;}
.lc-why {font-size:.8rem; opacity:.86; margin-top:2px; padding-left:8px;
  border-left:2px solid color-mix(in srgb, currentColor 25%, transparent);
  display:-webkit-box; -webkit-box-orient:vertical; -webkit-line-clamp:2; overflow:hidden;}
.lc-list .ma-actions {margin-top:4px;}
.lc-list .ma-actions .ma-button {padding:0 6px; min-height:26px; border-color:transparent; font-size:0;}
.lc-list .ma-actions .ma-button[aria-pressed=true] {border-color:#0f8aa6;}
@media (max-width:700px) {
  .lc-lists {grid-auto-flow:row; grid-template-columns:minmax(0, 1fr) !important; grid-template-rows:none !important;}
  .lc-list {display:block; grid-row:auto !important; margin-bottom:26px;}
  .lc-head {position:sticky; top:3.5rem; z-index:2; background:var(--st-background-color, inherit);}
}
</style>
"""
)

_MARKS = {Mark.ALL: "lc-all", Mark.ONE: "lc-one"}


def lists_html(catalog: Catalog, comparison: Comparison, *, title: Title, actions: Actions) -> str:
    """Every method's list under its name, with what it could not do; equal ranks stand in one row where there is room.

    Each list is whole in the page's order, so on a phone one stands below the other, and so they are read aloud.

    Args:
        catalog: The films.
        comparison: The answers.
        title: Makes a link of a title.
        actions: Draws what can be done with a film.
    """
    sections = []
    for number, column in enumerate(comparison.columns):
        films = [
            _film(
                catalog,
                item.item_index,
                item.rank,
                title,
                below=_beside(comparison, number, item.item_index, item.reasons),
                actions=actions(item.item_index),
                is_aside=not column.is_compared,
            )
            for item in (column.answer.items if column.answer else ())
        ]
        sections.append((_head(column), films))
    return _grid(sections)


def blind_html(
    catalog: Catalog, comparison: Comparison, shown: Round, *, title: Title, names: Sequence[str] = ()
) -> str:
    """The lists of a blind round under their letters, without a word that gives their methods away.

    Args:
        catalog: The films.
        comparison: The answers.
        shown: Which of them stands where.
        title: Makes a link of a title.
        names: Whose list each is, once that may be said.
    """
    sections = []
    for place, (letter, group) in enumerate(zip(shown.letters, shown.columns, strict=True)):
        name = f"List {letter}" + (f": {names[place]}" if names else "")
        films = [
            _film(catalog, item, rank, title)
            for rank, item in enumerate(comparison.columns[group[0]].items, start=1)
        ]
        sections.append((f"<h3>{escape(name)}</h3>", films))
    return _grid(sections)


def _grid(sections: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Columns whose rows stand beside each other."""
    n_rows = 1 + max((len(films) for _, films in sections), default=0)
    lists = "".join(
        f'<section class="lc-list" style="grid-row:1 / span {n_rows}"><div class="lc-head">{head}</div>'
        f"<ol>{''.join(films)}</ol></section>"
        for head, films in sections
    )
    grid = f"grid-template-columns:repeat({len(sections)},minmax(0,1fr));grid-template-rows:repeat({n_rows},auto)"
    return f'{_STYLE}<div class="lc-lists" style="{grid}">{lists}</div>'


def _head(column: Column) -> str:
    parts = [f"<h3>{escape(column.label)}</h3>"]
    if column.error:
        said = f"{escape(column.error.message)} {escape(column.error.hint)}"
        parts.append(f'<div class="lc-note lc-error">{said}</div>')
    if column.stand_in:
        parts.append('<div class="lc-note">Not this method’s own list, so it is not compared.</div>')
    parts += [
        f'<div class="lc-note">{escape(note)}</div>'
        for note in (column.answer.notes if column.answer else ())
    ]
    return "".join(parts)


def _film(
    catalog: Catalog,
    item: int,
    rank: int,
    title: Title,
    *,
    below: str = "",
    actions: str = "",
    is_aside: bool = False,
) -> str:
    film = catalog.film(item)
    year = f' <span class="ma-year">({film.year})</span>' if film.year is not None else ""
    genres = escape(", ".join(film.genres[:3])) or "genre unknown"
    buttons = f'<div class="ma-actions">{actions}</div>' if actions else ""
    return (
        f'<li class="lc-film{" lc-aside" if is_aside else ""}">'
        f"{poster_html(film.title, film.year, film.poster_url, width=44)}"
        f'<div class="lc-body"><div class="lc-title" dir="auto"><span class="ma-rank">{rank}</span>'
        f"{title(item, escape(film.title))}{year}</div>"
        f'<div class="lc-small">{genres}</div>{below}{buttons}</div></li>'
    )


def _beside(comparison: Comparison, number: int, item: int, reasons: Sequence[Reason]) -> str:
    """The mark of a film, its rank in the other lists, and the first reason."""
    parts = []
    if comparison.columns[number].is_compared:
        mark = comparison.mark(item)
        chip = f'<span class="lc-mark {_MARKS[mark]}">{mark}</span>' if mark in _MARKS else ""
        others = [(n, rank) for n, rank in comparison.ranks[item].items() if n != number]
        listed = " · ".join(f"{escape(comparison.columns[n].label)} {rank}" for n, rank in others)
        parts.append(f"<div>{chip}{f'<span class=lc-small>also {listed}</span>' if listed else ''}</div>")
    parts += [
        f'<div class="lc-why" title="{escape(reason.text, quote=True)}">{escape(reason.text)}</div>'
        for reason in reasons[:1]
    ]
    return "".join(parts)
