"""You: your own films, your taste in a minute, and a film for several people."""

import streamlit as st

from ui import frame, session

frame.require()

atlas, space = session.current()
st.title("You")
