"""Home: find a film, see what is here."""

import streamlit as st

from core.exploration import captions
from core.serving.finding import find_films
from core.serving.profiles import LONGEST_TEXT
from ui import frame, resources, session
from ui.map import element, told
from ui.panels import answer_cards
from ui.text import plain

frame.require()

HITS = 6

st.title("Movie Atlas")
st.markdown(
    "A map of films drawn from what they are about. Find a film, look around it, and ask different "
    "recommendation methods for the next one, side by side and with their reasons."
)
atlas, space = session.current()
about = atlas.about

query = st.text_input(
    "Find a film",
    placeholder="A title, a name, a genre, a plot: heat, Kurosawa, noir from the 40s, a shark at the beach",
    icon=":material/search:",
    key="find",
    max_chars=LONGEST_TEXT,
)
if query.strip():
    with st.spinner(resources.looking(atlas)):
        hits = find_films(atlas, query, limit=HITS + 1)
    if not hits:
        st.info("Nothing here is called this or is about it. Try other words; plots are in English.")
    else:
        st.html(answer_cards.hit_cards(atlas, hits[:HITS], "home"))
        with st.container(horizontal=True, vertical_alignment="center"):
            many = "The first of many" if len(hits) > HITS else "All that was found"
            st.caption(f"{many}. Recommend asks a method with your words.", width="stretch")
            frame.page_link(
                atlas, "pages/recommend.py", "Recommend by these words", ":material/recommend:", text=query
            )
            st.button(
                "Clear", icon=":material/close:", on_click=st.session_state.update, args=({"find": ""},)
            )


sent = told.sent_films(atlas, space)
element.one_map(
    f"home-{atlas.name}-{space}",
    sent.films,
    told.map_told(atlas, space, sent, names=True, still=True, hides_legend=True, height="430px"),
)
figures = st.container(horizontal=True, gap="medium")
for label, value in captions.key_figures(atlas).items():
    figures.metric(label, value, border=True)
if about.get("is_simulated"):
    st.caption("The ratings of this dataset are simulated: a program made them, no person gave them.")

st.subheader("What to do here")
for start in range(0, len(frame.TOUR), 3):
    for column, (page, title, icon, words) in zip(st.columns(3), frame.TOUR[start : start + 3], strict=False):
        with column.container(border=True, height="stretch"):
            frame.page_link(atlas, page, f"**{title}**", icon)
            st.write(words)
st.caption(f"{plain(about['label'])}. {plain(about['licence'])}")
