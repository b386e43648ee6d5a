"""You: your own films, brought from elsewhere."""

import streamlit as st

from ui import frame, session
from ui.text import calm
from ui.widgets import history_form

frame.require()

atlas, space = session.current()
st.title("You")
with calm():
    history_form.history_form(atlas)
