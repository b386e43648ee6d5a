"""An answer as cards: rank after rank in every reading order, each with what can be done about the film."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from core.domain import Answer, Reason, Recommendation
from core.exploration.captions import fit_shares
from core.exploration.film_tables import facts_line
from core.serving import Atlas
from core.serving.finding import Hit
from ui.panels.clickable import button, film_link, person_link
from ui.panels.film_cards import STYLE, card_html
from ui.question.changes import LAST, OPINIONS, Change

ICONS = {
    "like": "thumb_up",
    "dislike": "thumb_down",
    "seen": "visibility",
    "ask": "recommend",
    "map": "scatter_plot",
}
NAMES = {"like": "I like {}", "dislike": "I do not like {}", "seen": "I have seen {}"}
WORDS = {"like": "Like", "dislike": "Not for me", "seen": "Seen"}


def answer_cards(atlas: Atlas, answer: Answer, page: str) -> str:
    """All films of an answer as HTML.

    What was last said of a film of this list stands where the film stood, with a way to take it back.
    """
    change: Change | None = st.session_state.get(LAST)
    cells = []
    for item, share in zip(answer.items, fit_shares(answer), strict=True):
        if change and change.rank == item.rank:
            cells.append(_said(change))
        cells.append(f"<li>{_card(atlas, item, share, page)}</li>")
    if change and change.rank > len(answer.items):
        cells.append(_said(change))
    return f'{STYLE}<ol class="ma-grid" aria-label="Films, best first">{"".join(cells)}</ol>'


def _card(atlas: Atlas, item: Recommendation, share: float | None, page: str) -> str:
    return card_html(
        atlas.catalog,
        item.item_index,
        rank=item.rank,
        share=share,
        reasons=item.reasons,
        short_plot=True,
        facts=facts_line(atlas, item.item_index),
        actions=opinion_buttons(atlas, item.item_index, rank=item.rank)
        + place_buttons(atlas, item.item_index),
        title=lambda inner: film_link(atlas, page, item.item_index, inner),
        person=lambda name: person_link(atlas, page, name),
    )


def hit_cards(atlas: Atlas, hits: Sequence[Hit], page: str) -> str:
    """Films that were found by words, as HTML, each with what it was found by."""
    cells = [
        card_html(
            atlas.catalog,
            hit.item_index,
            reasons=[Reason(hit.why, "words")],
            facts=facts_line(atlas, hit.item_index),
            actions=opinion_buttons(atlas, hit.item_index) + place_buttons(atlas, hit.item_index),
            title=lambda inner, item=hit.item_index: film_link(atlas, page, item, inner),  # type: ignore[misc]
            person=lambda name: person_link(atlas, page, name),
        )
        for hit in hits
    ]
    return f'{STYLE}<ol class="ma-grid">{"".join(f"<li>{cell}</li>" for cell in cells)}</ol>'


def one_card(atlas: Atlas, item: int, page: str) -> str:
    """One film with the beginning of its plot, as HTML."""
    return card_html(
        atlas.catalog,
        item,
        short_plot=True,
        facts=facts_line(atlas, item),
        actions=opinion_buttons(atlas, item) + ask_button(atlas, item),
        title=lambda inner: film_link(atlas, page, item, inner),
        person=lambda name: person_link(atlas, page, name),
    )


def _said(change: Change) -> str:
    """What was said of the film that stood here."""
    undo = button("undo", "", f"Take back what you said of {change.film}", "Undo")
    return (
        f'<li class="ma-said" role="status"><span>{escape(change.sentence)}</span>'
        f'<span class="ma-actions">{undo}</span></li>'
    )


def opinion_buttons(atlas: Atlas, item: int, *, rank: int = 0) -> str:
    """Like, dislike, seen: pressed where that was said already."""
    option = atlas.titles.options[item]
    now: Mapping[str, Sequence[str]] = {one: st.session_state.get(one, []) for one in OPINIONS}
    return "".join(
        button(
            one,
            option,
            NAMES[one].format(option),
            f"{_icon(one)}{WORDS[one]}",
            rank=rank,
            is_on=option in now[one],
        )
        for one in OPINIONS
    )


def place_buttons(atlas: Atlas, item: int) -> str:
    """More like this film, and where it stands on the map."""
    option = atlas.titles.options[item]
    return ask_button(atlas, item) + button("map", option, f"{option} on the map", f"{_icon('map')}Map")


def ask_button(atlas: Atlas, item: int) -> str:
    """More like this film."""
    option = atlas.titles.options[item]
    return button("ask", option, f"More like {option} alone", f"{_icon('ask')}More like this")


def _icon(do: str) -> str:
    return f'<span class="ma-icon" aria-hidden="true">{ICONS[do]}</span>'
