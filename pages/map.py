"""Map: what lies near what in an embedding?"""

import streamlit as st

from core.exploration import captions, map_export
from ui import frame, session
from ui.charts import palette
from ui.map import element, told
from ui.map.standalone import standalone_page
from ui.panels.trained import loss_curve
from ui.question import changes, keep
from ui.text import calm, is_dark, plain, space_label
from ui.widgets import map_actions, map_detail
from ui.widgets.map_controls import Wanted, from_words_to_answers, heights, map_controls

frame.require()

atlas, space = session.current()
st.title("Map")


def key_of(of: str) -> str:
    """The key of a map's element."""
    return f"map-{atlas.name}-{of}"


@st.fragment
@calm()  # what a fragment throws does not reach the frame
def the_map() -> None:
    """The map with its controls, the film in focus beside it, and what is selected below."""
    changes.open_from_here()
    keep(atlas)
    wanted = map_controls(atlas, space)
    now = map_detail.chosen(atlas, "chosen")
    about = wanted.about(atlas)
    shown = {one: told.sent_films(atlas, one, look_of(one)) for one in filter(None, [space, wanted.beside])}
    colour, note = told.colour_now(atlas, space, shown[space], st.session_state["colour"], about)
    over = {
        "colour": colour,
        "about": about,
        "names": st.session_state["names"],
        "chosen": told.chosen_told(None if now is None else now[1]),
        "marks": wanted.marks(atlas),
        "linked": True,
    }
    ground = {one: heights(atlas, one) for one in shown}
    with st.container(key="films-of-maps", gap=None):
        element.send_scripts()
        for sent in shown.values():
            element.send_films(sent.films)
    if note:
        st.info(plain(note), icon=":material/palette:")
    columns = st.columns([7, 2], gap="medium") if len(shown) == 1 else st.columns(2, gap="small")
    for column, (one, sent) in zip(columns, shown.items(), strict=False):
        with column:
            picture(one, sent, wanted, {**over, "heights": ground[one][0]})
    with columns[1] if len(shown) == 1 else st.container():
        map_detail.film_beside(atlas, space, wanted.focus, now)
    for sentence in [*(place.sentence for place in wanted.places), *ground[space][1]]:
        st.caption(plain(sentence))
    words = captions.map_caption(atlas, space, shown[space].n_films)
    st.caption(f"{shown[space].sentence} {words} {captions.moved_caption(atlas, space)}")
    take_away(shown[space], over, words)
    map_detail.selection(atlas, space, now)
    map_detail.two_embeddings(atlas, space, wanted.beside)


def look_of(of: str) -> tuple[float, float, float] | None:
    """What is in view on a map: its middle, and how many times it is enlarged."""
    look: tuple[float, float, float] | None = st.session_state["look" if of == space else "look_beside"]
    return look


def picture(of: str, sent: told.Sent, wanted: Wanted, over: told.Told) -> None:
    """One map."""
    look = look_of(of)
    asked_words, ways = from_words_to_answers(atlas, of, wanted.answers)
    shown = told.map_told(
        atlas, of, sent,
        focus=told.focus_told(atlas, of, wanted.focus),
        words=(told.words_told(wanted.places) if of == space else []) + asked_words,
        ways=ways,
        view=dict(zip(("x", "y", "zoom"), look, strict=True)) if look else None,
        hides_legend=of != space,
        height="calc(100vh - 24rem)" if wanted.beside else "",
        **over,
    )  # fmt: skip
    key = key_of(of)

    def done() -> None:
        map_actions.act(atlas, st.session_state[key].done)

    def looked() -> None:
        map_actions.look(atlas, st.session_state[key].view, part="look" if of == space else "look_beside")

    element.map_view(key, shown, done, looked)


def take_away(sent: told.Sent, over: told.Told, words: str) -> None:
    """The map as a file."""

    def page() -> bytes:
        shown = told.map_told(atlas, space, sent, **over)
        title = f"{atlas.dataset.label}: {space_label(space)}"
        return standalone_page(sent.films, shown, palette.ink(is_dark()), title=title, caption=words)

    with st.popover("Take it away", icon=":material/download:"):
        st.markdown("The picture as it is: **PNG** and **SVG** above the map.")
        st.download_button(
            "An interactive page (HTML)",
            page,
            f"movie-atlas-{atlas.name}-{space}.html",
            "text/html",
            help="One file that opens in any browser, without a server and without a network.",
        )
        for ending in map_export.FORMATS:
            st.download_button(
                f"Places, groups and vectors ({ending.capitalize() if ending == 'parquet' else ending.upper()})",
                lambda ending=ending: map_export.written(atlas, space, f"map.{ending}"),  # type: ignore[misc]
                f"movie-atlas-{atlas.name}-{space}.{ending}",
                help="Every film with its place, region, group and subgroup, and its vector.",
            )
        st.caption("The address above restores this very view: copy it to share it.")


with calm():
    the_map()
    loss_curve(atlas, space)
