"""Home: find a film, see what is here."""

import streamlit as st

from core.domain import Reason
from core.exploration import captions
from core.serving.finding import find_films
from core.serving.profiles import LONGEST_TEXT
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
    "Find a film",
    placeholder="A title, a name, a genre, a plot: heat, Kurosawa, noir from the 40s, a shark at the beach",
    icon=":material/search:",
    key="find",
    max_chars=LONGEST_TEXT,
)
if query.strip():
    with st.spinner(resources.looking(atlas)):
        hits = find_films(atlas, query, limit=6)
    if not hits:
        st.info("Nothing here is called this or is about it. Try other words; plots are in English.")
    columns = st.columns(2)
    for place, hit in enumerate(hits):
        with columns[place % 2].container(border=True):
            st.html(film_cards.card_html(atlas.catalog, hit.item_index, reasons=[Reason(hit.why, "words")]))
            option = atlas.titles.options[hit.item_index]
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
