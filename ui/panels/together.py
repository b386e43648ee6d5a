"""An answer for several people: who gets how much of each film, as a picture and as cards. Names are escaped here."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from core.domain import GroupAnswer, GroupRecommendation, MemberFit, Reason
from core.exploration.film_tables import facts_line
from core.exploration.together import (
    FIT_MEANS,
    clearly_least,
    group_caption,
    left_out_caption,
    mean_fits,
    strategy_caption,
)
from core.serving import Atlas
from ui.panels.film_cards import STYLE, card_html
from ui.text import plain

OnFilm = Callable[[int, str], str]
"""Makes safe HTML, such as a link, of an item_index and its escaped title."""

FULLEST, STEEP = 80, 1.5
"""Per cent of the colour in a cell of fit 100, whose number is still read on it, and how much faster than the fit the
colour grows: most fits of a list lie between 30 and 70."""
TITLE_WIDTH, NAME_WIDTH = 23, 5.8
"""Widest columns of the picture, in rem."""

_STYLE = """
<style>
.tg-fits {list-style:none; margin:8px 0 2px !important; padding:0 !important; font-size:.84rem; max-width:22rem;}
.tg-fits li {display:grid; grid-template-columns:minmax(3.2rem, 5.4rem) 1fr 1.7rem 2.4rem; gap:0 8px; align-items:center;
  margin:2px 0 !important; line-height:1.3;}
.tg-name {overflow:hidden; text-overflow:ellipsis; white-space:nowrap;}
.tg-bar {height:8px; border-radius:4px; background:color-mix(in srgb, currentColor 12%, transparent);}
.tg-bar i {display:block; height:8px; border-radius:4px; background:#0f8aa6;}
.tg-fits b, .tg-map td {font-variant-numeric:tabular-nums;}
.tg-fits b {font-weight:600; text-align:right;}
.tg-note {font-size:.74rem; opacity:.72;}
.tg-least .tg-bar i {background:repeating-linear-gradient(135deg, #d55e00 0 4px, #ec8a45 4px 7px);}
.tg-scroll {overflow-x:auto; max-width:100%;}
.tg-map {border-collapse:separate; border-spacing:2px; font-size:.86rem; table-layout:fixed;}
.tg-map caption {caption-side:bottom; text-align:left; font-size:.8rem; opacity:.78; padding:6px 0 0;}
.tg-map th {font-weight:600; padding:3px 6px; text-align:center; white-space:nowrap; overflow:hidden; text-overflow:ellipsis;
  border:0;}
.tg-map thead th {width:5.6rem;}
.tg-map th.tg-film {text-align:left; font-weight:400; width:auto; white-space:normal; overflow-wrap:anywhere;}
.tg-map thead th.tg-film {font-weight:600;}
.tg-map tbody th.tg-film {padding-left:1.9rem; text-indent:-1.5rem; line-height:1.25;}
.tg-map tbody th.tg-film > * {text-indent:0;}
.tg-map td {text-align:center; padding:4px 4px; border-radius:4px; border:0;}
.tg-map td.tg-low {box-shadow:inset 0 0 0 2px #d55e00;}
.tg-map td.tg-all, .tg-map tfoot td {font-weight:650;}
.tg-map tfoot th, .tg-map tfoot td {border-top:1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius:0;}
.tg-rank {opacity:.68; display:inline-block; width:1.5rem; font-variant-numeric:tabular-nums;}
@media (max-width:640px) {
  .tg-map thead th {width:3.4rem;}
  .tg-many thead th {width:2.15rem;}
  .tg-many thead th:not(.tg-film) {writing-mode:vertical-rl; transform:rotate(180deg); max-height:7rem; text-align:left;
    padding:4px 2px;}
  .tg-map td {padding:4px 1px;}
  .tg-map th.tg-film {padding-left:0;}
  .tg-map tbody th.tg-film {padding-left:1.5rem;}
}
</style>
"""


def together(atlas: Atlas, answer: GroupAnswer, *, on_film: OnFilm) -> None:
    """Draw an answer: who gets least, the picture of film by person, and the cards.

    Args:
        atlas: The films.
        answer: What `recommend_together` answered.
        on_film: What the title of a film leads to.
    """
    for note in answer.notes:
        st.caption(f":material/info: {plain(note)}")
    if not answer.items:
        st.caption(plain(left_out_caption(answer)))
        return
    st.markdown(plain(group_caption(answer)))
    st.caption(f"{plain(strategy_caption(answer))} {plain(left_out_caption(answer))}", help=plain(FIT_MEANS))
    st.html(sharing_html(answer, atlas.titles.labels, on_film))
    st.html(cards_html(atlas, answer, on_film))


def sharing_html(answer: GroupAnswer, labels: Sequence[str], on_film: OnFilm) -> str:
    """Film by person as a table whose cells are the fuller the better a film fits.

    Args:
        answer: The answer.
        labels: "Title (Year)" by item_index.
        on_film: What the title of a film leads to.
    """
    heads = "".join(
        f'<th scope="col" title="{escape(name, quote=True)}">{escape(name)}</th>' for name in answer.names
    )
    rows = "".join(_row(item, labels[item.item_index], on_film) for item in answer.items)
    means = "".join(f"<td>{fit:.0f}</td>" for fit in mean_fits(answer).values())
    many = " tg-many" if len(answer.names) > 3 else ""
    width = f"width:min(100%, {TITLE_WIDTH + NAME_WIDTH * (len(answer.names) + 1):g}rem)"
    return (
        f'{_STYLE}{STYLE}<div class="tg-scroll">'
        f'<table class="tg-map{many}" style="{width}">'
        "<caption>How well each film fits everybody: 100 suits them best of all films, 0 least. The fuller the colour, the "
        f"better; framed, whom a film fits clearly less than another.</caption>"
        f'<thead><tr><th scope="col" class="tg-film">Film</th>{heads}<th scope="col">All</th></tr></thead>'
        f"<tbody>{rows}</tbody>"
        f'<tfoot><tr><th scope="row" class="tg-film">Mean of these films</th>{means}<td></td></tr></tfoot></table></div>'
    )


def _row(item: GroupRecommendation, label: str, on_film: OnFilm) -> str:
    cells = "".join(_cell(member, is_least=member is clearly_least(item)) for member in item.members)
    film = on_film(item.item_index, escape(label))
    return (
        f'<tr><th scope="row" class="tg-film" dir="auto"><span class="tg-rank">{item.rank}</span>{film}</th>{cells}'
        f'<td class="tg-all">{item.score:.0f}</td></tr>'
    )


def _cell(member: MemberFit, *, is_least: bool) -> str:
    full = FULLEST * (min(max(member.fit, 0), 100) / 100) ** STEEP
    low = ' class="tg-low"' if is_least else ""
    said = escape(f"{member.name}: place {member.place:,}{', least' if is_least else ''}", quote=True)
    colour = f"background:color-mix(in srgb, #0f8aa6 {full:.0f}%, transparent)"
    return f'<td{low} style="{colour}" title="{said}">{member.fit:.0f}</td>'


def cards_html(atlas: Atlas, answer: GroupAnswer, on_film: OnFilm) -> str:
    """The films as cards, each with everybody's fit, and why for those whom it fits best and least."""
    cells = "".join(f"<li>{_card(atlas, item, on_film)}</li>" for item in answer.items)
    return f'{_STYLE}<ol class="ma-grid" aria-label="Films for all, best first">{cells}</ol>'


def _card(atlas: Atlas, item: GroupRecommendation, on_film: OnFilm) -> str:
    told = [item.best] if item.best is item.least else [item.best, item.least]
    reasons = [
        Reason(f"{member.name}: {reason.text}", reason.kind, reason.items, reason.share)
        for member in told
        for reason in member.reasons[:1]
    ]
    return card_html(
        atlas.catalog,
        item.item_index,
        rank=item.rank,
        reasons=reasons,
        facts=facts_line(atlas, item.item_index),
        more=fits_html(item),
        title=lambda inner: on_film(item.item_index, inner),
    )


def fits_html(item: GroupRecommendation) -> str:
    """Everybody's fit as a named bar with its number; whom it clearly fits least is said in words, too."""
    lines = "".join(_bar(member, is_least=member is clearly_least(item)) for member in item.members)
    return f'<ul class="tg-fits" aria-label="How well it fits everybody, from 0 to 100">{lines}</ul>'


def _bar(member: MemberFit, *, is_least: bool) -> str:
    name = escape(member.name)
    width = min(max(member.fit, 2), 100)
    low = ' class="tg-least"' if is_least else ""
    return (
        f'<li{low} title="{escape(f"Place {member.place:,} for {member.name}", quote=True)}">'
        f'<span class="tg-name" dir="auto">{name}</span>'
        f'<span class="tg-bar" aria-hidden="true"><i style="width:{width:.0f}%"></i></span>'
        f'<b>{member.fit:.0f}</b><span class="tg-note">{"least" if is_least else ""}</span></li>'
    )
