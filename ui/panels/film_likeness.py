"""How alike some films are to each other: a heat map with its numbers, the same as a table and as CSV."""

from collections.abc import Sequence

import streamlit as st

from core.exploration.downloads import as_csv, safe_cells
from core.exploration.film_likeness import MOST_FILMS, Likeness, alike_films, alike_table, likeness_label
from core.serving import Atlas
from ui.charts import palette
from ui.charts.film_likeness import film_likeness_figure, unit_of, width_of
from ui.text import is_dark, plain

FRAME = "alike-frame"


def likeness_of_films(atlas: Atlas, name: str, way: Likeness, items: Sequence[int]) -> None:
    """Draw the films against each other.

    Args:
        atlas: The films.
        name: Of the likeness.
        way: The same, from `core.exploration.film_likeness.likenesses`.
        items: item_index, each once.
    """
    if len(items) < 2:
        st.caption("One film has nothing to be like: choose at least two.")
        return
    if len(items) > MOST_FILMS:
        st.caption(f"The first {MOST_FILMS} of {len(items):,} films: more cannot be read in one picture.")
    found = alike_films(atlas, name, items[:MOST_FILMS])
    labels = [atlas.titles.labels[item] for item in found.items]
    table = alike_table(found, atlas.titles.labels)
    closest = table.iloc[0]
    if closest["Likeness"] == closest["Likeness"]:
        st.markdown(plain(f"Most alike: {closest['Film']} and {closest['and']}."))
    else:
        st.markdown(plain(f"{likeness_label(name)} knows nothing of these films."))
    width = width_of(found)
    # a phone scrolls the picture in its own frame: forty columns cannot be read in its width
    st.html(
        f"<style>.st-key-{FRAME} {{overflow-x:auto;}} .st-key-alike-figure, .st-key-alike-figure > div "
        f"{{min-width:{width}px;}}</style>"
    )
    with st.container(key=FRAME):
        st.plotly_chart(
            film_likeness_figure(found, labels, palette.ink(is_dark())),
            width=width,
            config={"displayModeBar": False},
            theme=None,
            key="alike-figure",
            alt="How alike every two of these films are; the same stands in the table.",
        )
        # in the frame: what scrolls has to hold something that the keyboard reaches
        st.download_button(
            "As CSV",
            as_csv(table),
            "alike-films.csv",
            "text/csv",
            icon=":material/download:",
            key="alike-csv",
        )
    st.caption(
        f"{plain(way.words)} Numbers in {unit_of(found)}; off the diagonal an empty cell = nothing is known. Alike films "
        "stand together (average linkage, leaves in their best order)."
    )
    st.dataframe(
        safe_cells(table),
        hide_index=True,
        key="alike-table",
        column_config={"Likeness": st.column_config.NumberColumn(format="%.4f")},
    )
