"""All methods on one question: a heat map of how far they agree, the same as a table, and who could not answer."""

import streamlit as st

from core.exploration.comparison_tables import all_pairs_table
from core.exploration.downloads import as_csv, safe_cells
from core.exploration.method_agreement import MethodAgreement
from core.exploration.rank_agreement import PERSISTENCE
from ui.charts.method_agreement import MEASURES, method_agreement_figure, width_of
from ui.charts.palette import Ink
from ui.text import plain


def all_methods_panel(found: MethodAgreement, ink: Ink, *, key: str = "all-methods") -> None:
    """The heat map, with the table of all pairs beside it.

    Args:
        found: From `core.exploration.method_agreement.agreement_of_all`.
        ink: Colours of the theme.
        key: What the widgets' keys begin with.
    """
    if len(found.labels) < 2:
        st.info("Fewer than two methods can answer this, so there is nothing to compare.")
    else:
        _pairs(found, ink, key)
    if found.silent:
        with st.expander(f"{len(found.silent)} could not answer"):
            st.markdown("\n".join(f"- **{plain(name)}**: {plain(why)}" for name, why in found.silent.items()))


def _pairs(found: MethodAgreement, ink: Ink, key: str) -> None:
    table = all_pairs_table(found)
    closest = table.iloc[0]
    st.markdown(
        plain(
            f"{len(found.labels)} methods answered. Most alike: {closest['first']} and {closest['second']}, with "
            f"{closest['overlap'] * found.k:.0f} of {found.k} films in common."
        )
    )
    names = list(MEASURES.values())
    chosen = st.segmented_control("Measure", names, default=names[0], key=f"{key}-measure", required=True)
    measure = next(name for name, words in MEASURES.items() if words == chosen)
    # a phone scrolls the picture in its own frame: eighteen columns cannot be read in its width
    width = width_of(found)
    st.html(
        f"<style>.st-key-{key}-frame {{overflow-x:auto;}} .st-key-{key}-figure, .st-key-{key}-figure > div "
        f"{{min-width:{width}px;}}</style>"
    )
    left, right = st.columns([3, 2], gap="large")
    with left, st.container(key=f"{key}-frame"):
        st.plotly_chart(
            method_agreement_figure(found, ink, measure=measure),
            width=width,
            config={"displayModeBar": False},
            key=f"{key}-figure",
            alt="How far every two methods agree; the same stands in the table.",
        )
        # in the frame: what scrolls has to hold something that the keyboard reaches
        st.download_button(
            "As CSV",
            as_csv(table),
            "agreement-of-all-methods.csv",
            "text/csv",
            icon=":material/download:",
            key=f"{key}-csv",
        )
    with right:
        st.dataframe(
            safe_cells(
                table.rename(
                    columns={"first": "Method", "second": "and", "overlap": "In common", "rbo": "RBO"}
                )
            ),
            hide_index=True,
            column_config={
                "In common": st.column_config.NumberColumn(format="%.2f"),
                "RBO": st.column_config.NumberColumn(format="%.2f"),
            },
        )
    st.caption(
        f"In hundredths, 100 = the same list. RBO, rank-biased overlap, counts the order, the top most (p = {PERSISTENCE}); "
        f"films in common: of the first {found.k}, whatever their order. Methods that agree stand together (average "
        "linkage). Each as it is set by default."
    )
