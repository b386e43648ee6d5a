"""Movie Atlas: the router and the frame around every page."""

import streamlit as st

from ui import access, frame, resources
from ui.panels import question_line
from ui.question import follow
from ui.question.address import WRONG
from ui.text import calm
from ui.widgets import clicks, film_dialog
from ui.widgets.dataset_picker import openable, pick_dataset, pick_space

access.be_on_guard()
page = frame.navigation()
name = page.url_path or "home"
st.html(
    "<style>.stMainBlockContainer {padding: 2.6rem 2.2rem 3rem; max-width: 1720px;} "
    "@media (max-width: 640px) {.stMainBlockContainer {padding: 4.2rem 1rem 2rem;}} "
    ".katex-display {overflow: visible !important;} "  # a formula is no frame to scroll
    # chips as everywhere here, and one colour of buttons; white on the dark theme's colour could not be read
    "[data-tag] {background: color-mix(in srgb, #0f8aa6 16%, transparent) !important;}"
    " [data-tag], [data-tag] * {color: inherit !important;} "
    "[data-testid^=stBaseButton-primary] {background: #0f6e84 !important; color: #fff !important;} "
    ".st-key-pages a {padding: .22rem .5rem;}</style>"
)
st.session_state["_dataset"] = st.session_state["_space"] = None
atlas = None
with st.sidebar:
    with calm():
        found = openable(resources.datasets())
        if found:
            dataset = follow(name, found)
            atlas = resources.atlas(dataset)
            frame.go_where_asked(atlas)
    frame.links(atlas)
    if atlas:
        pick_dataset(found)
        st.session_state["_dataset"], st.session_state["_space"] = dataset, pick_space(atlas)
        clicks.listen(atlas)
with calm():
    frame.complain(st.session_state.get(WRONG, ()))
    if atlas:
        question_line.question_line(atlas)
        film_dialog.open_page(atlas)
    with frame.around():
        page.run()
