"""Map: what lies near what in an embedding?"""

from contextlib import nullcontext
from functools import partial

import streamlit as st

from core.exploration import captions, map_points, training
from core.exploration.film_tables import film_table
from core.serving import neighbours
from core.serving.finding import find_films
from core.serving.profiles import LONGEST_TEXT
from ui import frame, resources, session
from ui.charts import film_map, palette
from ui.charts.loss import loss_figure
from ui.charts.own_films import add_own_films
from ui.charts.shared import Figure, own_copy
from ui.panels import answer_cards
from ui.question import keep
from ui.question.asked import film_called, own_films
from ui.text import calm, is_dark, space_label
from ui.widgets import map_selection
from ui.widgets.film_picker import pick_films
from ui.widgets.film_table import films_to_open
from ui.widgets.question_form import EXAMPLE

frame.require()

atlas, space = session.current()
st.title("Map")

POINTED_OUT = 12  # films that words point out
GROUPS = (
    "Coloured by group, every group has a colour and a shape of its own, and its name carries both. A name that finds no "
    "room is read by pointing at one of the films."
)
MOUSE = {"Click": "pan", "Loop": "lasso"}


@st.fragment
@calm()  # what a fragment throws does not reach the frame
def map_view() -> None:
    """The map with its controls, the film in focus beside it, and what is selected below."""
    keep(atlas)
    bar, search = st.columns([3, 2], vertical_alignment="bottom", gap="medium")
    with bar.container(horizontal=True, vertical_alignment="bottom"):
        colour = str(
            st.segmented_control(
                "Colour by",
                list(map_points.COLOURS),
                required=True,
                key="colour",
            )
        )
        mouse = str(st.segmented_control("Mouse", list(MOUSE), required=True, key="mouse"))
        names = st.toggle("Group names", key="names", help=GROUPS)
    with search:
        found = pick_films("Point out films", "find_on_map", atlas)
        text = st.text_input(
            "Or what is like your words",
            key="words_on_map",
            max_chars=LONGEST_TEXT,
            placeholder=EXAMPLE,
        )
        with st.spinner(resources.looking(atlas)) if text else nullcontext():
            hits = find_films(atlas, text, POINTED_OUT)
        found += [hit.item_index for hit in hits if hit.item_index not in found]
    ink = palette.ink(is_dark())
    frame = resources.map_frame(atlas, space, colour)
    what = ("map", space, colour, names, mouse, is_dark())
    figure = own_copy(
        resources.once(atlas, *what, make=partial(everybodys_map, colour, MOUSE[mouse], has_names=names))
    )
    film_map.add_found(figure, frame, found, ink)
    add_own_films(figure, atlas.coordinates(space), own_films(atlas), atlas.titles.labels, ink)
    left, right = st.columns([7, 2], gap="medium")
    near: list[int] = []
    chosen = map_selection.selected_films(st.session_state.get(_map_key()), len(atlas.catalog))
    at = film_called(atlas, st.session_state["at"]) if st.session_state["at"] else None
    focus = map_selection.focus_film(chosen, found if at is None else [*found, at])
    if focus is not None:
        near = neighbours(atlas, space, focus, 8)[0].tolist()
        film_map.add_neighbours(figure, atlas.coordinates(space), focus, near, ink)
    with left:
        st.plotly_chart(
            figure,
            key=_map_key(),
            on_select=_selected,
            selection_mode=("points", "box", "lasso"),
            config=film_map.CONFIG,
            theme=None,
            alt=f"Map of {len(frame):,} films by {space_label(space)}, coloured by {colour.lower()}. The table "
            "below lists what is selected.",
        )
    with right:
        detail(focus, near, len(chosen))
    st.caption(captions.map_caption(atlas, space, len(frame)))
    selection_table(chosen)


def everybodys_map(colour: str, dragmode: str, *, has_names: bool) -> Figure:
    """The map without anything of a visitor's own."""
    clusters = atlas.clustering(space).clusters
    return film_map.map_figure(
        resources.map_frame(atlas, space, colour),
        palette.ink(is_dark()),
        title=colour,
        clusters=clusters if has_names else (),
        groups=clusters if colour == "Group" else (),
        view=space,
        dragmode=dragmode,
    )


def _selected() -> None:
    """The one film that was clicked goes into the address."""
    chosen = map_selection.selected_films(st.session_state.get(_map_key()), len(atlas.catalog))
    st.session_state["at"] = atlas.titles.options[chosen[0]] if len(chosen) == 1 else ""


def _map_key() -> str:
    return f"map-{atlas.name}-{space}-{st.session_state.get('map_round', 0)}"


def detail(item: int | None, near: list[int], n_chosen: int) -> None:
    """The film in focus and its true neighbours; without one, what can be done here.

    Args:
        item: item_index of the film; None = none or several are chosen.
        near: item_index of its nearest films, nearest first.
        n_chosen: How many films are selected on the map.
    """
    if item is None:
        with st.container(border=True):
            if n_chosen:
                st.markdown(f"**{n_chosen:,} films selected.** They are listed below the map.")
                st.button("Clear the selection", icon=":material/close:", on_click=_clear)
            else:
                st.markdown(
                    "**Click a film** to see it and its true nearest neighbours. To list many, choose **Loop** and draw "
                    "around them. Scroll to zoom, double-click to see everything."
                )
        return
    with st.container(border=True):
        st.html(answer_cards.one_card(atlas, item, "map"))
    if near:
        st.markdown(
            "**Nearest films**",
            help="Measured in the full embedding, not on the map. The lines on the map lead to them: a long line is a "
            "place where the map had to tear neighbours apart.",
        )
        films_to_open(
            atlas, film_table(atlas, near)[["Film", "Genres"]], near, key="near", height=38 + 35 * len(near)
        )


def selection_table(chosen: list[int]) -> None:
    """All selected films as a table; nothing where none is."""
    if not chosen:
        return
    st.subheader(f"{len(chosen):,} {'film' if len(chosen) == 1 else 'films'} selected")
    films_to_open(atlas, film_table(atlas, chosen), chosen, key="selection")


def how_trained() -> None:
    """The loss curve of an embedding that was trained here; nothing for any other."""
    loss = training.training_loss(atlas, space)
    if loss is None:
        return
    with st.expander("How this embedding was trained"):
        st.plotly_chart(
            loss_figure(loss, palette.ink(is_dark())),
            key="training",
            config={"displayModeBar": False},
            theme=None,
            alt="Mean loss after every pass over the films, for films learned from and films kept out.",
        )
        st.caption(training.training_caption(loss))


def _clear() -> None:
    st.session_state["at"] = ""
    st.session_state["map_round"] = st.session_state.get("map_round", 0) + 1


with calm():
    map_view()
    how_trained()
