"""See through an answer: what adds up to a film's score, what variety and fame did, and the list without one like."""

import streamlit as st

from core.domain import Answer, Question, ScoreSum
from core.exploration import see_through
from core.exploration.downloads import safe_cells
from core.exploration.factors import factors_behind
from core.serving import Atlas
from ui.charts import palette, shared
from ui.charts.factors import factors_figure
from ui.charts.gates import gates_figure
from ui.charts.moved import moved_figure
from ui.charts.score_sum import score_sum_figure
from ui.text import is_dark, plain

CONFIG = shared.STILL
NO_SUM = (
    "This method's score is no sum of things that could be shown one beside the other: its formula above is all there is to "
    "it. What it goes by stands with each film on the Recommend page."
)


def let_in(atlas: Atlas, question: Question, answer: Answer) -> None:
    """Which films were let in before any was compared, for methods that choose."""
    words, gates = see_through.gates_before(atlas, question, answer)
    if not gates:
        return
    st.markdown("**First**: which films are searched at all")
    strokes = " The stroke is its threshold." if any(gate.least is not None for gate in gates) else ""
    st.caption(plain(f"{words}{strokes}"))
    figure = gates_figure(gates, palette.ink(is_dark()))
    named = ", ".join(gate.words for gate in gates if gate.is_open)
    st.plotly_chart(figure, theme=None, config=CONFIG, key="gates", alt=f"Searched: {named}.")


def the_sum(atlas: Atlas, question: Question, answer: Answer, item: int) -> None:
    """Everything that adds up to a film's score, as a picture and as a table; where a part is a sum itself, that too."""
    whole = see_through.sum_behind(atlas, question, answer, item)
    if whole is None:
        st.info(NO_SUM, icon=":material/functions:")
        return
    _draw(whole, "sum")
    parts = {addend.words: addend.of for addend in whole.addends if addend.of is not None}
    if not parts:
        return
    st.markdown("**One part further**: what one of these comes from, in its own unit")
    key = f"part-{answer.method}"
    if st.session_state.get(key) not in parts:  # another film may have other parts
        st.session_state[key] = next(iter(parts))
    name = st.segmented_control("Part", list(parts), required=True, label_visibility="collapsed", key=key)
    inner = parts.get(str(name)) or next(iter(parts.values()))
    _draw(inner, "part")


def what_moved(atlas: Atlas, question: Question, answer: Answer, item: int) -> None:
    """How far words, variety and fame moved every film of the list, and one in words; nothing where none had a say."""
    films = see_through.moved(atlas, question, answer)
    if not films:
        return
    st.markdown("**Moved**: from the place by score alone to the place in the list")
    words = see_through.place_words(atlas, question, answer, item, films)
    st.caption(
        plain(
            f"A ring is where the score alone would put a film, a full point where it is shown. {words}".strip()
        )
    )
    figure = moved_figure(films, atlas.titles.labels, palette.ink(is_dark()))
    n_moved = sum(film.alone != film.shown for film in films)
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key="moved", alt=f"{n_moved} of {len(films)} films were moved."
    )


def the_factors(atlas: Atlas, question: Question, answer: Answer, item: int) -> None:
    """Which of the likes pull which learned factors, for methods that have some; else nothing."""
    found = factors_behind(atlas, question, answer, item)
    if found is None:
        return
    st.markdown("**The learned factors**: which of your likes pull which")
    st.caption(
        "Thousandths of the score. A row is a learned factor, named by well-known films at its two ends, those on this "
        "film's side first; a column is a film you like. Factors are turned so that films lie farthest out along the first "
        "ones. The rows and columns that add most are shown, and everything else together."
    )
    figure = factors_figure(found, atlas.titles.labels, palette.ink(is_dark()))
    names = f"{len(found.factors)} factors and {len(found.likes)} likes that the score {found.score:.3g} comes from."
    st.plotly_chart(figure, theme=None, config=CONFIG, key="factors", alt=names)


def _draw(whole: ScoreSum, key: str) -> None:
    st.caption(plain(whole.words))
    figure = score_sum_figure(see_through.folded(whole), palette.ink(is_dark()))
    st.plotly_chart(
        figure,
        theme=None,
        config=CONFIG,
        key=f"{key}-bars",
        alt=f"What adds up to the score {whole.score:.3g}: {len(whole.addends)} addends.",
    )
    with st.expander("The same as a table"):
        number = st.column_config.NumberColumn
        st.dataframe(
            safe_cells(see_through.sum_table(whole)),
            hide_index=True,
            column_config={"Adds": number(format="%+.4f"), "What": {"width": "large"}},
            key=f"{key}-table",
        )


def what_if(atlas: Atlas, question: Question, answer: Answer) -> None:
    """Take one liked film away, and see the list change."""
    films = see_through.may_be_taken(question)
    if not films:
        words = (
            "A person of the dataset is asked as a whole: films can be taken away from your own ones."
            if question.user is not None
            else "Name films that you like, and they can be taken away here one by one."
        )
        st.caption(words)
        return
    labels = {atlas.titles.labels[film]: film for film in films}
    if st.session_state.get("taken_away") not in labels:
        st.session_state["taken_away"] = next(iter(labels))
    chosen = st.selectbox("Take away", list(labels), key="taken_away", filter_mode="contains")
    found = see_through.without(atlas, question, answer, labels[str(chosen)])
    st.markdown(f"Without **{plain(str(chosen))}**: {plain(found.words)}")
    table = found.rows(list(atlas.titles.labels))
    widths = {"Place": 46, "With it": 165, "Without it": 165, "Moved": 62}
    st.dataframe(
        safe_cells(table),
        hide_index=True,
        column_config={name: st.column_config.Column(width=width) for name, width in widths.items()},
        key="without-it",
        height=38 + 35 * len(table),
    )
