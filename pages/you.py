"""You: your own films, a first ten for those who have none, and one list for several people."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core.recommenders.aggregation import STRATEGIES
from core.serving import recommend
from core.serving.first_films import ENOUGH
from core.serving.together import recommend_together, sharing
from core.text import listed_with_and
from ui import frame, session
from ui.panels.clickable import film_link
from ui.panels.first_films import first_films
from ui.panels.known_you import known_you
from ui.panels.short_list import short_list_html
from ui.panels.together import together
from ui.question import asked_now, changes
from ui.question.asked import history_in
from ui.question.parts import OWN_WAYS
from ui.text import calm, plain
from ui.widgets import acquaintance, first_answers, history_form
from ui.widgets import question_form as asking
from ui.widgets.members import members_form

frame.require()

atlas, space = session.current()
YOURS, NEW, TOGETHER = OWN_WAYS
PREVIEW = 5  # films that are shown while somebody answers


def your_films() -> None:
    """An export, what became of it, and how well each method would have known its person."""
    history_form.history_form(atlas)
    matched = history_in(atlas)
    if matched is None:
        return
    with st.container(horizontal=True):
        frame.page_link(atlas, "pages/recommend.py", "What to watch next", ":material/recommend:")
        frame.page_link(atlas, "pages/map.py", "Your films on the map", ":material/scatter_plot:")
        frame.page_link(atlas, "pages/matrix.py", "In the rating matrix", ":material/grid_on:")
    st.subheader("How well would each method have known you?", anchor=False)
    found = acquaintance.ask(atlas, matched)
    if found is not None:
        known_you(found)


def new_here() -> None:
    """Ten films to say something about, and where that leads."""
    answers = first_answers.answers_now(atlas)
    st.markdown(
        f"Nothing to bring? Say something about **{ENOUGH} films**, chosen so that each answer tells most about your "
        "taste. What you say becomes your question, on every page."
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        first_films(
            atlas,
            answers,
            known=first_answers.known_otherwise(atlas),
            on_answer=partial(first_answers.answer, atlas),
            on_undo=first_answers.take_back,
        )
    with right:
        if answers:
            so_far()


def so_far() -> None:
    """What the question so far is answered with, and the way on."""
    asked = asked_now(atlas)
    if not asked.says_nothing:
        answer = recommend(atlas, replace(asked.question(atlas), k=PREVIEW))
        st.markdown("**What you would get now**")
        st.html(short_list_html(atlas, answer, "you"))
    with st.container(horizontal=True):
        st.button(
            "See them all",
            type="primary" if len(st.session_state["told"]) >= ENOUGH else "secondary",
            icon=":material/recommend:",
            on_click=changes.go,
            args=("recommend",),
        )
        st.button("Begin anew", icon=":material/restart_alt:", on_click=first_answers.begin_anew)


def for_several() -> None:
    """Who asks, and the list that suits all of them."""
    st.markdown("Two to five people, one film for the evening: every film says how well it fits each of you.")
    if not asked_now(atlas).says_nothing:
        st.caption(
            "Of what stands in the line above, filters and method count here; what you like and your own films count for "
            "whoever of you goes by them."
        )
    matched = history_in(atlas)
    told = members_form(atlas, own=matched.weights if matched else ())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Who counts how much",
            list(STRATEGIES),
            key="shared_by",
            format_func=lambda name: STRATEGIES[name].label,
            required=True,
            help=" ".join(f"**{one.label}**: {one.description}" for one in STRATEGIES.values()),
        )
        with st.popover("Filters and method", icon=":material/tune:"):
            asking.pick_filters(atlas)
            asking.pick_method(atlas)
    if told.silent:
        have = "has" if len(told.silent) == 1 else "have"
        st.info(
            f"{plain(listed_with_and(told.silent))} {have} still to say something; then the list is made.",
            icon=":material/groups:",
        )
        return
    questions = sharing(told.questions, asked_now(atlas).question(atlas))
    with st.spinner("Looking…"):
        answer = recommend_together(
            atlas, questions, names=told.names, strategy=st.session_state["shared_by"]
        )
    together(atlas, answer, on_film=partial(film_link, atlas, "you"))


st.title("You")
with calm():
    st.segmented_control("You", OWN_WAYS, key="own", required=True, label_visibility="collapsed")
    {YOURS: your_films, NEW: new_here, TOGETHER: for_several}[st.session_state["own"]]()
