"""Lists side by side, each whole under its method's name: the films' titles and what can be done with them are buttons."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from core.domain import Catalog, Reason
from core.exploration.blind_votes import Round
from core.exploration.comparison import Column, Comparison, Mark
from ui.panels.film_cards import STYLE, poster_html
from ui.text import plain

DrawFilm = Callable[[int, str], None]
"""Draws something for a film: its item_index, and a key that is its own on the page."""

_STYLE = (
    STYLE
    + """
<style>
[class*="st-key-lc-film-"] {border-top:1px solid color-mix(in srgb, currentColor 13%, transparent); padding-top:7px;
  gap:0 !important;}
[class*="st-key-lc-film-"] [data-testid="stButton"] button {text-align:left; justify-content:flex-start; padding:0;
  min-height:1.6rem;}
[class*="st-key-lc-film-"] [data-testid="stButton"] button > div {justify-content:flex-start;}
[class*="st-key-lc-film-"] [data-testid="stButton"] p {font-weight:620; font-size:.93rem; line-height:1.25;}
[class*="st-key-lc-film-"] button {min-height:1.6rem; padding-top:0; padding-bottom:0;}
[class*="st-key-lc-row-"] {gap:2px !important; align-items:flex-start;}
.lc {container-type:inline-size; font-size:.84rem; line-height:1.34;}
.lc-card {display:flex; gap:9px; padding:2px 0 8px;}
.lc-aside {opacity:.55;}
.lc-body {flex:1; min-width:0; overflow-wrap:anywhere;}
.lc-mark {display:inline-block; border-radius:9px; padding:0 7px; margin-right:6px; font-size:.74rem; line-height:1.5;
  border:1px solid transparent; white-space:nowrap;}
.lc-all {background:color-mix(in srgb, #0f8aa6 30%, transparent); border-color:#0f8aa6;}
.lc-one {border-color:color-mix(in srgb, #d55e00 75%, transparent);}
.lc-small {font-size:.78rem; opacity:.78;}
.lc-line {display:-webkit-box; -webkit-box-orient:vertical; -webkit-line-clamp:1; overflow:hidden;}
.lc-why {-webkit-line-clamp:2; font-size:.79rem; opacity:.86; margin-top:2px; padding-left:8px;
  border-left:2px solid color-mix(in srgb, currentColor 25%, transparent);}
@container (max-width:185px) {.lc .ma-poster {display:none;}}
@media (min-width:641px) {
  [class*="st-key-lc-film-"] [data-testid="stButton"] {height:2.7rem; overflow:hidden;}
  [class*="st-key-lc-film-"] [data-testid="stButton"] p {display:-webkit-box; -webkit-box-orient:vertical;
    -webkit-line-clamp:2; overflow:hidden; white-space:normal;}
  .lc {height:5.9rem; overflow:hidden;}
  .lc-blind {height:4.9rem;}
}
</style>
"""
)

_MARKS = {Mark.ALL: "lc-all", Mark.ONE: "lc-one"}


def list_columns(
    catalog: Catalog, comparison: Comparison, *, title_button: DrawFilm, actions: DrawFilm | None = None
) -> None:
    """Every method's list under its name, with what it could not do; equal ranks stand in one row where there is room.

    Each list is whole in the page's order, so on a phone one stands below the other, and so they are read aloud.

    Args:
        catalog: The films.
        comparison: The answers.
        title_button: Draws a film's title as a button that leads to it.
        actions: Draws what else can be done with a film; None = nothing.
    """
    st.html(_STYLE + _room_for_heads(comparison.columns))
    for number, (column, place) in enumerate(
        zip(comparison.columns, st.columns(len(comparison.columns), gap="medium"), strict=True)
    ):
        with place:
            with st.container(key=f"lc-head-{number}", gap="xsmall"):
                _head(column)
            for item in column.answer.items if column.answer else ():
                html = _card(catalog, comparison, number, item.item_index, item.reasons)
                _film(f"{number}-{item.rank}", item.item_index, html, title_button, actions)


def blind_columns(
    catalog: Catalog,
    comparison: Comparison,
    shown: Round,
    *,
    title_button: DrawFilm,
    names: Sequence[str] = (),
) -> None:
    """The lists of a blind round under their letters, without a word that gives their methods away.

    Args:
        catalog: The films.
        comparison: The answers.
        shown: Which of them stands where.
        title_button: Draws a film's title as a button that leads to it.
        names: Whose list each is, once that may be said.
    """
    st.html(_STYLE)
    columns = st.columns(len(shown.columns), gap="medium")
    for place, (letter, group, column) in enumerate(zip(shown.letters, shown.columns, columns, strict=True)):
        with column:
            st.markdown(f"#### List {letter}" + (f": {plain(names[place])}" if names else ""))
            for rank, item in enumerate(comparison.columns[group[0]].items, start=1):
                _film(f"{letter}-{rank}", item, _plain_card(catalog, item, rank), title_button, None)


def _film(key: str, item: int, html: str, title_button: DrawFilm, actions: DrawFilm | None) -> None:
    with st.container(key=f"lc-film-{key}"):
        with st.container(key=f"lc-row-{key}", horizontal=True, wrap=False, gap="xxsmall"):
            title_button(item, f"lc-title-{key}")
            if actions:
                actions(item, f"lc-do-{key}")
        st.html(html)


def _head(column: Column) -> None:
    st.markdown(f"#### {plain(column.label)}")
    if column.error:
        st.warning(plain(column.error.message), icon=":material/block:")
        st.caption(plain(column.error.hint))
    for note in _notes(column):
        st.caption(f":material/info: {plain(note)}")


def _notes(column: Column) -> Sequence[str]:
    if not column.answer:
        return ()
    own = ("Not this method's own list, so it is not compared.",) if column.stand_in else ()
    return (*own, *column.answer.notes)


def _room_for_heads(columns: Sequence[Column]) -> str:
    """Where lists stand side by side, as much room above each as the longest note takes, so that ranks stay in rows."""
    per_line = 128 // max(len(columns), 1)
    lines = [sum(len(note) // per_line + 1.4 for note in _notes(column)) for column in columns]
    if not any(lines):
        return ""
    return (
        f'<style>@media (min-width:641px) {{[class*="st-key-lc-head-"] {{min-height:{3.2 + 1.3 * max(lines):.1f}rem;}}}}'
        "</style>"
    )


def _card(catalog: Catalog, comparison: Comparison, number: int, item: int, reasons: Sequence[Reason]) -> str:
    """What stands below a title: poster, place, year and genres, the mark, and the first reason."""
    column = comparison.columns[number]
    rank = column.items.index(item) + 1
    parts = [_facts(catalog, item, rank)]
    if column.is_compared and (agreement := _agreement(comparison, number, item)):
        parts.append(f"<div>{agreement}</div>")
    parts += [
        f'<div class="lc-line lc-why" title="{escape(reason.text, quote=True)}">{escape(reason.text)}</div>'
        for reason in reasons[:1]
    ]
    return _framed(catalog, item, parts, "" if column.is_compared else " lc-aside")


def _plain_card(catalog: Catalog, item: int, rank: int) -> str:
    return _framed(catalog, item, [_facts(catalog, item, rank)], " lc-blind")


def _facts(catalog: Catalog, item: int, rank: int) -> str:
    film = catalog.film(item)
    facts = ", ".join(film.genres[:3])
    return f'<div class="lc-small lc-line"><b>{rank}</b> · {escape(facts) or "genre unknown"}</div>'


def _framed(catalog: Catalog, item: int, parts: Sequence[str], more: str) -> str:
    film = catalog.film(item)
    poster = poster_html(film.title, film.year, film.poster_url, width=44)
    body = f'<div class="lc-body">{"".join(parts)}</div>'
    return f'<div class="lc{more}"><div class="lc-card">{poster}{body}</div></div>'


def _agreement(comparison: Comparison, number: int, item: int) -> str:
    """The mark of a film, and its rank in the other lists."""
    mark = comparison.mark(item)
    chip = f'<span class="lc-mark {_MARKS[mark]}">{mark}</span>' if mark in _MARKS else ""
    others = [(n, rank) for n, rank in comparison.ranks[item].items() if n != number]
    listed = " · ".join(f"{escape(comparison.columns[n].label)} {rank}" for n, rank in others)
    return chip + (f'<span class="lc-small">also {listed}</span>' if listed else "")
