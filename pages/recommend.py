"""Recommend: what should I watch next, and why?"""

import json
from dataclasses import replace

import streamlit as st

from core import recommenders
from core.domain import Answer, Question
from core.exploration import answers
from core.exploration.captions import fame_caption, fit_caption
from core.recommenders import Ability
from core.serving import recommendation
from core.serving.surprise import surprise
from ui import frame, session
from ui.panels.answer_cards import answer_cards
from ui.question import asked_now
from ui.text import calm, plain
from ui.widgets import film_dialog, film_table, words
from ui.widgets import question_form as asking

frame.require()

atlas, space = session.current()
st.title("Recommend")


def question_side() -> None:
    """What can be asked, with how much of it each closed part holds."""
    state = st.session_state
    asking.pick_likes(atlas)
    asking.say(atlas, st.text_area, height=82)
    n_people = len(state["dislike"]) + len(state["seen"]) + bool(state["user"])
    with st.expander(f"Dislikes, films already seen, or somebody else{_set(n_people)}"):
        asking.pick_dislikes(atlas)
        asking.pick_seen(atlas)
        asking.pick_person(atlas)
    with st.expander(f"Filters{_set(asking.n_filters(atlas))}"):
        asking.pick_filters(atlas)
    with st.expander(f"Method: {plain(recommenders.method_class(state['method']).label)}"):
        asking.pick_method(atlas)
    with st.expander(f"Length and variety: {state['k']} films{_set(state['variety'] > 0)}"):
        asking.pick_length()
        asking.pick_variety()
    asking.pick_fame(atlas)


def _set(n: int) -> str:
    """How many things a closed part holds, beside its name."""
    return f" ({n} set)" if n else ""


def answer_side() -> Answer:
    """The films, with who found them and what can be done with the list."""
    asked = asked_now(atlas)
    question = asked.question(atlas)
    if asked.says_nothing:
        simulated = " (simulated ratings)" if atlas.about.get("is_simulated") else ""
        st.info(
            "Name a film you like, or describe what you want. Meanwhile, here is what many people rate "
            f"highly{simulated}."
        )
        if Ability.COLD_USER not in recommenders.method_class(question.method).abilities:
            question = replace(question, method="popularity", params={})
    is_starved = words.offer_ways_out(atlas, asked.reading, asked.given)
    with st.spinner("Looking…"):
        answer = recommendation.recommend(atlas, question)
    film_dialog.remember_why(atlas, answer)
    bar(question, answer)
    for note in answer.notes:
        if is_starved:
            st.caption(plain(note))
        else:
            st.warning(plain(note), icon=":material/info:")
    if seed := int(st.session_state["surprise"]):
        show_surprise(question, seed)
    if st.session_state["view"] == "List":
        film_table.films_to_open(atlas, answers.answer_table(atlas, answer), answer.items, key="answer-list")
    elif answer.items:
        st.html(answer_cards(atlas, answer, "recommend"))
    if answer.items:
        st.caption(plain(fit_caption(answer)))
        frame.page_link(atlas, "pages/methods.py", "See what adds up to these scores", ":material/functions:")
    return answer


def bar(question: Question, answer: Answer) -> None:
    """Who answered, and the list as cards, as a table, as a file."""
    label = recommenders.method_class(answer.method).label
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{len(answer.items)} films by {plain(label)}**, {answer.milliseconds:.0f} ms", width="stretch"
        )
        st.segmented_control(
            "View", ["Cards", "List"], key="view", required=True, label_visibility="collapsed"
        )
        st.button("Surprise me", icon=":material/casino:", on_click=_surprise)
        with st.popover("Take it away", icon=":material/download:"):
            st.download_button(
                "CSV, for spreadsheets", lambda: answers.answer_csv(atlas, answer), "films.csv", "text/csv"
            )
            st.download_button(
                "JSON, with what was asked",
                lambda: json.dumps(
                    answers.answer_json(atlas, question, answer), ensure_ascii=False, indent=1
                ),
                "films.json",
                "application/json",
            )


def _surprise() -> None:
    st.session_state["surprise"] = int(st.session_state["surprise"]) + 1


def show_surprise(question: Question, seed: int) -> None:
    """A film from further down, in a frame of its own."""
    found = surprise(atlas, question, seed)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**A surprise**, from further down the list", width="stretch")
            st.button("Another", icon=":material/casino:", on_click=_surprise)
            st.button(
                "Close", icon=":material/close:", on_click=st.session_state.update, args=({"surprise": 0},)
            )
        if found is None:
            st.caption("Nothing is left further down: the filters let no other film through.")
        else:
            st.html(answer_cards(atlas, Answer((found,), question.method), "recommend"))


left, right = st.columns([2, 5], gap="large")
with left:
    question_side()
    effect = st.empty()
with right, calm():
    effect.caption(plain(fame_caption(answer_side())))
