"""Data: which films are here, where do they come from, and what was left out?"""

import streamlit as st

from core import services
from core.datasets.download import is_fetched
from core.services import DatasetStatus
from core.workspace import home
from ui import frame, jobs, reports, resources, state, uploads

frame.require()

st.title("Data")
st.markdown(
    "Every dataset is read, turned into vectors, drawn and grouped once; after that the pages only look things up."
)

found = resources.datasets()
for one in found:
    with st.container(border=True):
        left, right = st.columns([4, 1.4], vertical_alignment="center")
        with left:
            st.markdown(f"**{state.plain(one.label)}** `{one.name}`")
            st.markdown(state.plain(one.description))
            st.caption(state.plain(one.licence))
        with right:
            jobs.controls(one)
        if one.problem:
            st.warning(one.problem)
        if one.is_built:
            reports.workspace(resources.atlas(one.name))

if not is_fetched("wikipedia-movies", home() / "downloads"):
    with st.container(border=True):
        left, right = st.columns([4, 1.4], vertical_alignment="center")
        left.markdown(
            "**Plots, casts and posters for MovieLens** from lists of films on Wikipedia (CC BY-SA). Fetch them before "
            "you build a MovieLens dataset, or bring it up to date afterwards."
        )
        with right:
            jobs.controls(DatasetStatus("wikipedia-movies", "Wikipedia", can_fetch=True))

uploads.own_files_form(services.OWN_COLUMNS)
