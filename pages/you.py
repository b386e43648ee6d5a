"""You: your own films, your taste in a minute, and a film for several people."""

import streamlit as st

from ui import frame, session
from ui.question.parts import OWN
from ui.text import calm
from ui.widgets import history_form

frame.require()

atlas, space = session.current()
st.title("You")
part = st.segmented_control("What", OWN, key="own", required=True, label_visibility="collapsed")


def own_films() -> None:
    """A visitor's own history, and where to go with it."""
    history_form.history_form(atlas)


with calm():
    own_films()
