"""What is asked, in one line of chips above every page; each can be taken away."""

from collections.abc import Iterator
from html import escape

import streamlit as st

from core.serving import Atlas
from core.serving.choices import year_range
from ui.panels.clickable import button
from ui.question.asked import history_in
from ui.question.parts import PARTS, method_label
from ui.question.settings import changed

STYLE = """
<style>
.ql {display:flex; flex-wrap:wrap; gap:5px 6px; align-items:center; font-size:.86rem; line-height:1.3;}
.ql-lead {opacity:.78; margin-right:2px;}
.ql-chip {display:inline-flex; align-items:center; border-radius:12px; padding:1px 2px 1px 10px; max-width:100%;
  background:color-mix(in srgb, #0f8aa6 15%, transparent); overflow-wrap:anywhere;}
.ql-chip b {font-weight:500; opacity:.78; margin-right:4px;}
.ql-rest {padding-right:10px;}
.ql .ma-button {font:inherit; font-size:.95rem; line-height:1; min-width:24px; min-height:24px; border:0; border-radius:12px;
  background:transparent; color:inherit; cursor:pointer;}
.ql .ma-button:hover, .ql .ma-button:focus-visible {background:color-mix(in srgb, currentColor 16%, transparent);
  outline:2px solid #0f8aa6;}
.ql .ma-button.ql-all {text-decoration:underline; padding:0 8px; font-size:.86rem; opacity:.85;}
</style>
"""

SHOWN = 6
"""Films of one kind that have a chip of their own; the rest share one."""
LONGEST_TEXT = 90

Chip = tuple[str, str, str]
"""What is taken away by it ("" = nothing), a word before it, and what it says."""


def question_line(atlas: Atlas) -> None:
    """Draw the line; nothing where nothing is asked."""
    chips = list(_chips(atlas))
    if not chips:
        return
    body = "".join(_chip(*chip) for chip in chips)
    everything = button("drop-all", "", "Take everything away", "clear").replace(
        "ma-button", "ma-button ql-all"
    )
    st.html(
        f'{STYLE}<div class="ql" role="group" aria-label="What is asked">'
        f'<span class="ql-lead">You ask:</span>{body}{everything}</div>'
    )


def _chips(atlas: Atlas) -> Iterator[Chip]:
    state = st.session_state
    if matched := history_in(atlas):
        yield "history", "your own", f"{len(matched.sure):,} films"
    yield from _films("like", "like")
    yield from _films("dislike", "not")
    yield from _films("seen", "seen")
    if text := state["text"].strip():
        yield "text", "", "“" + (text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…") + "”"
    if state["user"]:
        yield "user", "as person", str(state["user"])
    for part, word in (("genre", ""), ("without", "no"), ("language", "in")):
        for value in state[part]:
            yield f"{part}={value}", word, value
    if tuple(state["years"]) != year_range(atlas):
        yield "years", "", "{} to {}".format(*state["years"])
    if state["least"]:
        yield "least", "at least", f"{state['least']:,} ratings"
    if state["method"] != PARTS["method"].default(atlas):
        yield "method", "by", method_label(state["method"])
    if settings := changed("p", state["method"], atlas):
        yield (
            "settings",
            "with",
            ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in settings.items()),
        )
    for part, word in (("variety", "variety"), ("fame", "less known – well known"), ("k", "films")):
        if state[part] != PARTS[part].default(atlas):
            yield part, word, f"{state[part]:g}"


def _films(part: str, word: str) -> Iterator[Chip]:
    films = st.session_state[part]
    for film in films[:SHOWN]:
        yield f"{part}={film}", word, film
    if (rest := len(films) - SHOWN) > 0:
        yield "", word, f"{rest:,} more"


def _chip(what: str, word: str, text: str) -> str:
    lead = f"<b>{escape(word)}</b>" if word else ""
    if not what:
        return f'<span class="ql-chip ql-rest">{lead}<span>{escape(text)}</span></span>'
    name = f"Take away: {word} {text}".replace(":  ", ": ")
    return f'<span class="ql-chip">{lead}<span>{escape(text)}</span>{button("drop", what, name, "×")}</span>'
