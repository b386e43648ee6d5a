"""New here: one film at a time with four answers, and what each answer taught."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from types import MappingProxyType

import streamlit as st

from core.serving import Atlas
from core.serving.first_films import ANSWERS, ENOUGH, Lesson, next_films, taught
from ui.panels.film_cards import card_html

BUTTONS = {
    "liked": ("I like it", ":material/thumb_up:"),
    "so-so": ("So-so", ":material/thumbs_up_down:"),
    "disliked": ("Not for me", ":material/thumb_down:"),
    "not seen": ("Haven’t seen it", ":material/visibility_off:"),
}
_KEPT = "_lessons"
_STYLE = """
<style>
.ff-row {display:grid; grid-template-columns:minmax(0,1fr) 6.2rem minmax(90px,34%); gap:2px 12px; align-items:center;
  font-size:.88rem; line-height:1.4; padding:5px 0; border-top:1px solid color-mix(in srgb, currentColor 12%, transparent);}
.ff-row:first-of-type {border-top:none;}
.ff-film {overflow-wrap:anywhere;}
.ff-said {opacity:.7;}
.ff-dots {display:flex; gap:3px; flex-wrap:wrap;}
.ff-dots i {width:8px; height:8px; border-radius:50%; background:color-mix(in srgb, currentColor 15%, transparent);}
.ff-dots i.ff-new {background:#0f8aa6;}
</style>
"""


def first_films(
    atlas: Atlas,
    answers: Mapping[int, float | None],
    *,
    known: Mapping[int, float | None] = MappingProxyType({}),
    on_answer: Callable[[int, str], None],
    on_undo: Callable[[], None],
    enough: int = ENOUGH,
) -> None:
    """The next film to say something about, how far it is, and what each answer taught.

    Args:
        atlas: The dataset.
        answers: What was said so far, in that order: item_index -> a value of `ANSWERS`.
        known: What was said of other films elsewhere; they are not asked about, and help to choose.
        on_answer: Called with the film and a key of `ANSWERS` before the page runs again.
        on_undo: Called to take the last answer back.
        enough: How many films are asked about.
    """
    done = min(len(answers), enough)
    st.progress(done / enough, text=f"{done} of {enough} films")
    found = next_films(atlas, {**known, **answers}) if done < enough else ()
    if found:
        _ask(atlas, found[0], on_answer)
    elif done < enough:
        st.caption("There is no other film to ask about.")
    if answers:
        st.button(
            "Take the last answer back",
            icon=":material/undo:",
            key="first-undo",
            type="tertiary",
            on_click=on_undo,
        )
        lessons = _lessons(atlas, answers)
        st.html(lessons_html(atlas.titles.labels, lessons))
        st.caption(lessons_caption(lessons, is_simulated=bool(atlas.about.get("is_simulated"))))


def _ask(atlas: Atlas, item: int, on_answer: Callable[[int, str], None]) -> None:
    with st.container(border=True):
        st.html(card_html(atlas.catalog, item))
        with st.container(horizontal=True):
            for said, (words, icon) in BUTTONS.items():
                # the key names the film, so that a second click cannot answer for the next one
                st.button(words, icon=icon, key=f"first-{item}-{said}", on_click=on_answer, args=(item, said))


def _lessons(atlas: Atlas, answers: Mapping[int, float | None]) -> tuple[Lesson, ...]:
    """What was taught; of the same films' earlier answers it is kept for this visitor, so that a click costs two lists."""
    of = (atlas.name, atlas.manifest.key)
    kept_of, kept = st.session_state.get(_KEPT, (of, ()))
    lessons = taught(atlas, answers, so_far=kept if kept_of == of else ())
    st.session_state[_KEPT] = (of, lessons)
    return lessons


def lessons_html(labels: Sequence[str], lessons: Sequence[Lesson]) -> str:
    """A row an answer, the latest first: the film, what was said, and a dot for each of the first ten recommendations.

    Args:
        labels: "Title (Year)" by item_index.
        lessons: From `core.serving.first_films.taught`.
    """
    said = {value: name for name, value in ANSWERS.items()}
    rows = []
    for lesson in reversed(lessons):
        words = f"{lesson.changed} of the first {lesson.of} recommendations are new"
        dots = "".join(f'<i class="{"ff-new" if n < lesson.changed else ""}"></i>' for n in range(lesson.of))
        rows.append(
            f'<div class="ff-row"><span class="ff-film" dir="auto">{escape(labels[lesson.item_index])}</span>'
            f'<span class="ff-said">{escape(said[lesson.answer])}</span>'
            f'<span class="ff-dots" role="img" title="{words}" aria-label="{words}">{dots}</span></div>'
        )
    return f"{_STYLE}<div>{''.join(rows)}</div>"


def lessons_caption(lessons: Sequence[Lesson], *, is_simulated: bool = False) -> str:
    """What the dots mean, and how many people are still like the visitor."""
    words = "Coloured dots: how many of the first ten recommendations each answer put there."
    alike = lessons[-1].like_you if lessons else None
    if alike is None:
        return words
    people = f"{lessons[-1].people:,} {'simulated ' if is_simulated else ''}people"
    near = "about one still answers" if alike < 1.5 else f"about {alike:,.0f} still answer"
    return f"{words} Of {people} whose ratings are known here, {near} like you."
