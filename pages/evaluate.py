"""Evaluate: which method is better, for whom, at what cost, and how sure is that?"""

import streamlit as st

from core.evaluation.metrics import metric_of
from core.evaluation.results import stored
from core.exploration.build_tables import rests_on
from ui import frame, session
from ui.panels import best_for, citing, evaluation, list_length, lists_behind, trade_offs, two_evaluations
from ui.question import keep
from ui.text import calm, plain
from ui.widgets import evaluation_form, evaluation_queue

frame.require()

atlas, space = session.current()
st.title("Evaluate")


def empty() -> None:
    """Nothing is measured yet: say what this page will show, and offer to start."""
    st.markdown(
        "How good are the methods on these films, and is the difference more than luck? Hide a part of the ratings, let "
        "every method learn from the rest, and see which of them finds what people turned out to like."
    )
    if not len(atlas.interactions):
        st.info(
            "These films come without ratings, so there is nothing to measure on.", icon=":material/info:"
        )
        return
    for side, icon, words in zip(
        st.columns(3),
        (":material/visibility_off:", ":material/model_training:", ":material/leaderboard:"),
        (
            "**Hide** some ratings of every user, or whole users or films, to play the future.",
            "**Learn** from what is left. No method, and no tuning, ever sees what was hidden.",
            "**Compare** the lists: accuracy, novelty, coverage and time, each with its interval.",
        ),
        strict=True,
    ):
        side.container(border=True, height="stretch").markdown(f"{icon} {words}")
    evaluation_form.run_form(atlas, expanded=True)


def pick_result(found: list[stored.StoredResult]) -> stored.StoredResult:
    """The chosen evaluation; the newest one after a run has ended."""
    titles = {one.title: one for one in found}
    is_new = evaluation_queue.one_has_ended()
    asked_for = st.session_state["result"]
    if asked_for and asked_for not in titles and not is_new:
        st.warning(plain(f"There is no evaluation “{asked_for[:80]}” here; this is the newest one."))
    if is_new or asked_for not in titles:
        st.session_state["result"] = next(iter(titles))
    result = titles[str(st.selectbox("Evaluation", list(titles), key="result", filter_mode="contains"))]
    keep(atlas)  # so that the address names the newest one as well
    if result.is_simulated:
        st.badge(
            "Simulated ratings",
            icon=":material/smart_toy:",
            color="orange",
            help="A program made these ratings: the figures say nothing about real people.",
        )
    return result


def pick_figure(result: stored.StoredResult) -> tuple[str, str]:
    """The chosen figure's column ("ndcg@10") and group of users."""
    names = list(dict.fromkeys(column.partition("@")[0] for column in result.columns))
    names.sort(key=lambda name: name != result.lead)
    labels = {metric_of(name).label: name for name in names}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.session_state["metric"] not in labels:
            st.session_state["metric"] = next(iter(labels))
        name = labels[str(st.selectbox("Figure", list(labels), key="metric", width=260))]
        cutoffs = [c.partition("@")[2] for c in result.columns if c.partition("@")[0] == name]
        cutoff = cutoffs[0]
        if cutoff:
            chosen = st.segmented_control(
                "Length of the lists", cutoffs, default=cutoffs[0], required=True, key=f"cutoff-{result.key}"
            )
            cutoff = str(chosen or cutoffs[0])
        group = "metrics"
        if len(result.groups) > 1:
            words = {stored.GROUPS[one]: one for one in result.groups}
            picked = st.segmented_control(
                "Users", list(words), default=next(iter(words)), required=True, key=f"users-{result.key}"
            )
            group = words.get(str(picked), "metrics")
    return f"{name}@{cutoff}" if cutoff else name, group


def show(result: stored.StoredResult) -> None:
    """Everything about one evaluation."""
    column, group = pick_figure(result)
    if result.by_split:
        shown = stored.split_label(result.about["slices_of"])
        what = "Slices are" if "means" in result.about else "The table, the costs and the slices are"
        st.caption(f"{result.split}. {what} those of: {shown}.")
    evaluation.question(result)
    evaluation.definition(column)
    evaluation.ranking(result, column, group, rests_on(atlas, result.measured))
    evaluation.learning_curve(result, column)
    st.subheader("How the figure changes with the length of the list")
    list_length.over_list_length(result, column)
    st.subheader("What accuracy costs")
    trade_offs.trade_offs(result, column)
    st.subheader("For whom, and for which films")
    by_user = [] if result.is_few_likes else ["By what is known of a user"]
    tabs = st.tabs([*by_user, *evaluation.ITEM_KINDS.values()])
    if by_user:
        with tabs[0]:
            evaluation.user_slices(result, column)
    for tab, by in zip(tabs[len(by_user) :], evaluation.ITEM_KINDS, strict=True):
        with tab:
            evaluation.item_slices(result, column, by)
    st.subheader("The lists behind it")
    if st.toggle("Show people and what they were given", key="behind"):
        lists_behind.lists_behind(atlas, result, column)
    st.subheader("Beside another evaluation")
    two_evaluations.beside_another(atlas, found, result, column)
    st.subheader("What was measured, and what was left out")
    evaluation.left_out(result)
    st.subheader("To cite, and to measure again")
    citing.cite_section(atlas, result)


with calm():
    found, broken = stored.stored_results(atlas.name)
    if broken:
        st.warning(f"Stored evaluations that cannot be read are not shown: {plain(', '.join(broken))}.")
    if found:
        best_for.best_for_section(found)
        st.subheader("One evaluation in detail")
        chosen = pick_result(found)
        evaluation_form.run_form(atlas, expanded=False)
        show(chosen)
    else:
        empty()
