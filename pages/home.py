"""Home: find a film, see what is here."""

import streamlit as st

from core import views
from ui import cards, frame, state

frame.require()

st.title("Movie Atlas")
st.markdown(
    "A map of films drawn from what they are about. Find a film, look around it, and ask different "
    "recommendation methods for the next one, side by side and with their reasons."
)
atlas, space = state.current()
about = atlas.about

query = st.text_input(
    "Find a film", placeholder="Title, with or without the year", icon=":material/search:", key="find"
)
if query.strip():
    matches = views.search_films(atlas, query, limit=6)
    if not matches:
        st.info("No title is like this. Try fewer words, or describe the film on the Recommend page.")
    columns = st.columns(2)
    for place, match in enumerate(matches):
        with columns[place % 2].container(border=True):
            st.html(cards.card_html(atlas.catalog, match.item_index))
            option = atlas.titles.options[match.item_index]
            with st.container(horizontal=True):
                st.page_link(
                    "pages/map.py",
                    label="On the map",
                    icon=":material/scatter_plot:",
                    query_params={"find_on_map": option},
                )
                st.page_link(
                    "pages/recommend.py",
                    label="More like this",
                    icon=":material/recommend:",
                    query_params={"like": option},
                )

figures = st.container(horizontal=True, gap="medium")
for label, value in views.key_figures(atlas).items():
    figures.metric(label, value, border=True)
if about.get("is_simulated"):
    st.caption("The ratings of this dataset are simulated: a program made them, no person gave them.")

st.subheader("What to do here")
left, middle, right = st.columns(3)
with left.container(border=True, height="stretch"):
    st.page_link("pages/map.py", label="**Map**", icon=":material/scatter_plot:")
    st.write("Every film a point; near means alike. Draw a loop around some films to list them.")
with middle.container(border=True, height="stretch"):
    st.page_link("pages/recommend.py", label="**Recommend**", icon=":material/recommend:")
    st.write("Name films you like, or say in your own words what you want. Every answer says why.")
with right.container(border=True, height="stretch"):
    st.page_link("pages/data.py", label="**Data**", icon=":material/database:")
    st.write(
        "Choose or fetch a dataset, or bring your own film list. See what was read and what was left out."
    )
st.caption(f"{about['label']}. {about['licence']}")
