"""The lists behind a figure: people for whom one method is better than another, and what both gave them."""

from functools import partial

import numpy as np
import streamlit as st

from core.errors import NotBuiltError
from core.evaluation.metrics import Kind, metric_of
from core.evaluation.protocol.behind import Apart, PersonLists, TwoRuns, methods_to_compare
from core.evaluation.results import StoredResult
from core.evaluation.results.tables import figure_label
from core.serving import Atlas
from core.types import IndexVector
from ui.resources import lately
from ui.text import plain

MOST_KNOWN = 20
"""Films of a history that are shown."""
FOUND = ":material/check_circle:"


def lists_behind(atlas: Atlas, result: StoredResult, column: str) -> None:
    """Two methods to choose, the people for whom the first is better, and for one of them both lists.

    Args:
        atlas: The films.
        result: An evaluation of them.
        column: The figure that is looked at.
    """
    methods = methods_to_compare(result)
    metric = metric_of(column)
    if len(methods) < 2 or metric.kind is Kind.CATALOG or metric.higher_is_better is not True:
        st.info(
            "Choose a figure that every person has, such as nDCG, and measure two methods.",
            icon=":material/info:",
        )
        return
    labels, places = list(methods), st.columns(2, gap="medium")
    one = str(places[0].selectbox("Where this method", labels, 0, key="behind-one"))
    rest = [label for label in labels if label != one]
    other = str(places[1].selectbox("is better than this one", rest, 0, key="behind-other"))
    names = (one, other)
    try:
        opened = partial(TwoRuns.opened, atlas, result, methods[one], methods[other])
        runs = lately(atlas, "two runs", result.key, result.created, *names, make=opened)
    except NotBuiltError as error:
        st.info(plain(str(error)), icon=":material/info:")
        return
    better, worse, same = runs.n_better(column)
    label = figure_label(column)
    st.markdown(
        f"{label} is higher with **{plain(one)}** for {better:,} people, with **{plain(other)}** for {worse:,}, and the "
        f"same for {same:,}."
    )
    people = runs.people(column)
    if not people:
        return
    chosen = st.selectbox(
        "People, the furthest apart first",
        people,
        format_func=partial(_words, label=label, names=names),
        key="behind-person",
    )
    _lists(atlas, runs.lists_of(chosen.row), names)


def _words(person: Apart, label: str, names: tuple[str, str]) -> str:
    mine, theirs = person.values
    return (
        f"Person {person.user_id}: {label} {mine:.2f} with {names[0]}, {theirs:.2f} with {names[1]}; "
        f"{person.n_known:,} films known, {person.n_wanted:,} to find"
    )


def _lists(atlas: Atlas, found: PersonLists, names: tuple[str, str]) -> None:
    """What the person was asked with, and both lists with the hidden films marked."""
    knew, mine, theirs = st.columns(3, gap="medium")
    with knew:
        st.markdown("**What both were told**")
        pairs = list(zip(found.known.tolist(), found.ratings, strict=True))
        stars = atlas.interactions.is_explicit
        lines = [
            f"{rating:g} · {_film(atlas, item)}" if stars else _film(atlas, item)
            for item, rating in pairs[:MOST_KNOWN]
        ]
        st.markdown("\n".join(f"- {line}" for line in lines) or "Nothing: this person is new.")
        if len(pairs) > MOST_KNOWN:
            st.caption(f"and {len(pairs) - MOST_KNOWN:,} more")
    for place, name, ranked in ((mine, names[0], found.lists[0]), (theirs, names[1], found.lists[1])):
        with place:
            st.markdown(f"**{plain(name)}**")
            st.markdown(_ranked(atlas, ranked, found.wanted) or "No film.")
    listed = np.concatenate(found.lists)
    missed = [_film(atlas, item) for item in found.wanted.tolist() if item not in listed]
    words = f"{FOUND} = hidden from both, and liked."
    if missed:
        shown = "; ".join(missed[:MOST_KNOWN]) + ("; …" if len(missed) > MOST_KNOWN else "")
        words += f" Found by neither: {shown}."
    st.caption(words)


def _ranked(atlas: Atlas, ranked: IndexVector, wanted: IndexVector) -> str:
    lines = []
    for place, item in enumerate(ranked[ranked >= 0].tolist(), start=1):
        film = _film(atlas, item)
        lines.append(f"{place}. {FOUND} **{film}**" if item in wanted else f"{place}. {film}")
    return "\n".join(lines)


def _film(atlas: Atlas, item: int) -> str:
    return plain(atlas.titles.labels[item])
