"""Methods: how does a method work, and what did it go by just now?"""

from dataclasses import replace

import streamlit as st

from core import recommenders
from core.domain import Answer, Question
from core.evaluation.results import stored
from core.exploration.parameter_curve import parameter_curve, turned_at_once
from core.exploration.starting_points import best_known_film
from core.serving import recommendation
from ui import frame, session
from ui.charts import palette, shared
from ui.charts.parameter_curve import parameter_curve_figure
from ui.panels import one_method, see_through
from ui.panels.trained import loss_curve
from ui.question import asked_now
from ui.question.parts import method_label
from ui.text import calm, is_dark, plain
from ui.widgets import method_form
from ui.widgets import question_form as asking

frame.require()

CONFIG = shared.STILL

atlas, space = session.current()
ink = palette.ink(is_dark())
st.title("Methods")
st.markdown("How a method comes to its answer, in words, in a formula, and in the very sum behind one film.")


def ask() -> None:
    """Which method, and what it is asked."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        asking.pick_method(atlas, with_form=False)
    with middle:
        asking.pick_likes(atlas)
    with right:
        asking.say(atlas)


def asked_or_example() -> Question:
    """What is asked; where nothing is, what somebody would ask who likes the best known film."""
    asked = asked_now(atlas)
    question = asked.question(atlas)
    if not asked.says_nothing:
        return question
    film = best_known_film(atlas)
    st.caption(
        f"Nothing is asked, so this is an example: somebody who likes {plain(atlas.titles.labels[film])}. Name films "
        "of your own above."
    )
    return replace(question, likes=(film,))


def behind_one_film(question: Question, answer: Answer) -> None:
    """The sum behind one film of the answer, and what becomes of the list without one of the likes."""
    if not answer.items:
        st.info("This method found nothing to go by.", icon=":material/search_off:")
        return
    titles = {f"{one.rank}. {atlas.titles.labels[one.item_index]}": one.item_index for one in answer.items}
    if st.session_state.get("through") not in titles:
        st.session_state["through"] = next(iter(titles))
    left, right = st.columns([5, 4], gap="large")
    with left:
        film = titles[
            str(st.selectbox("A film of its answer", list(titles), key="through", filter_mode="contains"))
        ]
        see_through.the_sum(atlas, question, answer, film)
    with right:
        see_through.let_in(atlas, question, answer)
        st.markdown("**What if**: the list without one of your likes")
        see_through.what_if(atlas, question, answer)
        see_through.what_moved(atlas, question, answer, film)
    see_through.the_factors(atlas, question, answer, film)


def turning(question: Question) -> None:
    """The parameters as a form, a table of what they do, and a curve for those that an answer reads."""
    kind = recommenders.method_class(question.method)
    turned = {spec.name: spec for spec in turned_at_once(kind.name)}
    if not one_method.parameters(kind):
        return
    left, right = st.columns(2, gap="large")
    with left, st.expander("Turn them: every answer of this method follows, on every page"):
        method_form.method_form(kind, atlas, place="p")
    with right:
        if not turned:
            st.caption(
                "Every parameter of this method means to learn anew, so there is no curve to draw at once."
            )
            return
        st.markdown("**A curve**: how much of the list stays when one is turned")
        name = str(st.selectbox("Parameter", list(turned), key=f"turned-{kind.name}"))
        with st.spinner("Asking at every value…"):
            curve = parameter_curve(atlas, question, name)
        figure = parameter_curve_figure(curve, atlas.titles.labels, ink)
        st.plotly_chart(
            figure, theme=None, config=CONFIG, key="curve-of-parameter", alt=f"Films that stay, by {name}."
        )
        st.caption(f"The diamond is what it ships with ({curve.ships_with:g}).")


ask()
kind = recommenders.method_class(str(st.session_state["method"]))
st.subheader(method_label(kind.name), anchor=False)
one_method.what_it_does(kind)
with calm():
    st.subheader("The sum behind one film", anchor=False)
    question = asked_or_example()
    with st.spinner("Asking…"):
        answer = recommendation.recommend(atlas, question)
    for note in answer.notes:
        st.caption(plain(note))
    behind_one_film(question, answer)
    st.subheader("Good at, bad at", anchor=False)
    if not one_method.good_and_bad_at(kind, stored.stored_results(atlas.name)[0]):
        frame.page_link(atlas, "pages/evaluate.py", "Measure it", ":material/leaderboard:")
    st.subheader("What can be turned, and what it costs", anchor=False)
    one_method.what_it_costs(atlas, kind, answer.milliseconds)
    turning(question)
    for needed in recommenders.create_for(kind.name, atlas.space_names).needs():
        if needed in atlas.space_names:
            loss_curve(atlas, needed)
