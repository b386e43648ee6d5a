"""What a load read, kept and dropped, and what was built from it."""

import pandas as pd
import streamlit as st

from core.domain import LoadReport
from core.evaluation.results.stored import method_label
from core.exploration import build_tables, captions
from core.exploration.downloads import safe_cells
from core.serving import Atlas
from ui.text import plain, space_label


def workspace(atlas: Atlas) -> None:
    """Figures, embeddings and the load report of a built dataset."""
    figures = "  ·  ".join(f"{label} **{value}**" for label, value in captions.key_figures(atlas).items())
    st.markdown(figures)
    if atlas.about.get("is_simulated"):
        st.caption("The ratings are simulated: a program made them, no person gave them.")
    with st.expander("Load report: what was read, kept and left out"):
        load_report(atlas.dataset.report)
    with st.expander("Embeddings, maps and methods"):
        st.dataframe(safe_cells(_spaces(atlas)), hide_index=True)
        for name, why in atlas.about.get("cannot_build", {}).items():
            st.caption(f"The embedding {plain(space_label(name))} could not be built: {plain(why)}")
        for name, why in atlas.about.get("cannot_fit", {}).items():
            st.caption(f"The method {plain(method_label(name))} is not available here: {plain(why)}")
        seconds = atlas.about.get("seconds", {})
        st.caption(f"Built in {sum(seconds.values()):.0f} s of work over {len(seconds)} stages.")
    if rows := build_tables.took_rows(atlas):
        with st.expander("What the build took"):
            st.dataframe(safe_cells(pd.DataFrame(rows)), hide_index=True)


def planned(name: str) -> None:
    """What a build of a dataset that is not built yet will take here; nothing where its size is not known."""
    if found := build_tables.plan_of(name):
        with st.expander("What a build will take"):
            st.caption(build_tables.plan_line(found))
            st.dataframe(safe_cells(pd.DataFrame(build_tables.plan_rows(found))), hide_index=True)
            for one, why in found.left_out.items():
                st.caption(f"{plain(one)}: {plain(why)}")


def _spaces(atlas: Atlas) -> pd.DataFrame:
    rows = []
    for name in atlas.space_names:
        faithful, groups = atlas.map_of(name).faithfulness, atlas.clustering(name)
        rows.append(
            {
                "Embedding": space_label(name),
                "Dimensions": atlas.about["dims"][name],
                "Groups": len(groups.clusters),
                "Top genre's share": groups.genre_share,
                "by chance": groups.chance,
                "Neighbours kept": faithful.get("neighbours_kept"),
                "Trustworthiness": faithful.get("trustworthiness"),
            }
        )
    return pd.DataFrame(rows)


def load_report(report: LoadReport) -> None:
    """Every table's rows read, kept and dropped with the reasons; then warnings and notes."""
    rows = []
    for table in report.tables:
        rows.append(
            {"File": table.name, "Rows read": table.read, "Kept": table.kept, "Left out": None, "Why": ""}
        )
        rows += [
            {
                "File": table.name,
                "Left out": d.count,
                "Why": f"{d.reason} (for example {'; '.join(d.examples[:3])})",
            }
            for d in table.dropped
        ]
    st.dataframe(safe_cells(pd.DataFrame(rows)), hide_index=True)
    for text in [*report.warnings, *report.notes]:
        st.markdown(f"- {plain(text)}")
