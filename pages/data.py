"""Data: which films are here, where do they come from, and what was left out?"""

import streamlit as st

from core.datasets.fetching.downloads import is_fetched
from core.policy import Change, posters_in_words
from core.serving import DatasetStatus
from core.serving.choices import OWN_COLUMNS
from core.settings import home
from ui import access, frame, resources
from ui.panels import load_report
from ui.text import calm, plain
from ui.widgets import job_controls, upload_form

frame.require()

st.title("Data")
st.markdown(
    "Every dataset is read, turned into vectors, drawn and grouped once; after that the pages only look things up."
)

access.notice()
found = resources.datasets(look=True)
may_build = access.may(Change.BUILD)
for one in found:
    if not (one.is_built or may_build):
        continue  # nothing that a visitor could do with it
    with st.container(border=True):
        left, right = st.columns([4, 1.4], vertical_alignment="center")
        with left:
            st.markdown(f"**{plain(one.label)}** `{one.name}`")
            st.markdown(plain(one.description))
            st.caption(plain(one.licence))
        with right:
            job_controls.controls(one, found)
        if one.problem:
            st.warning(plain(one.problem))
        elif one.is_built:
            with calm():
                load_report.workspace(resources.atlas(one.name))
        else:
            with calm():
                load_report.planned(one.name)

if access.may(Change.FETCH) and not is_fetched("wikipedia-movies", home() / "downloads"):
    with st.container(border=True):
        left, right = st.columns([4, 1.4], vertical_alignment="center")
        left.markdown(
            "**Plots, casts and posters for MovieLens** from lists of films on Wikipedia (CC BY-SA). Fetch them before "
            "you build a MovieLens dataset, or bring it up to date afterwards."
        )
        with right:
            job_controls.controls(DatasetStatus("wikipedia-movies", "Wikipedia", can_fetch=True))

upload_form.own_files_form(OWN_COLUMNS)
st.caption(f":material/image: {posters_in_words()}")
