"""Home: find a film, see what is here."""

import streamlit as st

from core.exploration import captions
from core.exploration.film_tables import search_films
from ui import frame, resources, session
from ui.charts import film_map, palette
from ui.panels import film_cards
from ui.text import is_dark, plain, space_label

frame.require()

st.title("Movie Atlas")
st.markdown(
    "A map of films drawn from what they are about. Find a film, look around it, and ask different "
    "recommendation methods for the next one, side by side and with their reasons."
)
atlas, space = session.current()
about = atlas.about

query = st.text_input(
    "Find a film", placeholder="Title, with or without the year", icon=":material/search:", key="find"
)
if query.strip():
    matches = search_films(atlas, query, limit=6)
    if not matches:
        st.info("No title is like this. Try fewer words, or describe the film on the Recommend page.")
    columns = st.columns(2)
    for place, match in enumerate(matches):
        with columns[place % 2].container(border=True):
            st.html(film_cards.card_html(atlas.catalog, match.item_index))
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

st.plotly_chart(
    film_map.map_figure(
        resources.map_frame(atlas, space, "Genre"),
        palette.ink(is_dark()),
        title="Genre",
        clusters=atlas.clustering(space).clusters,
        view="home",
        height=430,
    ),
    key=f"home-{atlas.name}-{space}",
    config=film_map.CONFIG | {"staticPlot": True},
    theme=None,
    alt=f"A small map of the films by {space_label(space)}; the Map page has it large.",
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
            st.page_link(page, label=f"**{title}**", icon=icon)
            st.write(words)
st.caption(f"{plain(about['label'])}. {plain(about['licence'])}")
