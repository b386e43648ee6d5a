"""The app's state: which dataset and embedding are chosen, and the visitor's films. Deep links carry it in the URL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from core import spaces
from core.atlas import Atlas
from core.errors import AtlasError
from core.services import DatasetStatus
from core.titles import most_rated
from ui import resources

OFFERED_TITLES = 3000
"""Titles a picker lists (the most rated ones); any other can be typed."""


def pick_dataset(found: Sequence[DatasetStatus]) -> str | None:
    """The dataset picker; the name of the chosen dataset, None where nothing is built."""
    built = [one for one in found if one.is_built and not one.problem]
    if not built:
        return None
    labels = {_label(one): one.name for one in built}
    chosen = st.selectbox(
        "Films", list(labels), key="dataset", bind="query-params", help="Which dataset to explore."
    )
    return labels.get(str(chosen))


def _label(one: DatasetStatus) -> str:
    return f"{one.label} (simulated ratings)" if one.about.get("is_simulated") else one.label


def pick_space(atlas: Atlas) -> str | None:
    """The embedding picker; the name of the chosen space, None where none is built."""
    names = {space_label(name): name for name in atlas.space_names}
    if not names:
        return None
    chosen = st.selectbox(
        "Seen through (embedding)",
        list(names),
        key="space",
        bind="query-params",
        help="Which model turned the films into vectors: it decides which films are close to each other.",
    )
    _other_spaces(atlas)
    return names.get(str(chosen))


def _other_spaces(atlas: Atlas) -> None:
    """What else could be built, and what that takes."""
    others = [spaces.encoder_class(name) for name in spaces.names() if name not in atlas.space_names]
    if not others:
        return
    with st.popover("Other embeddings", icon=":material/add:", type="tertiary"):
        for encoder in others:
            takes = [
                "a download" if encoder.needs_network else "no download",
                *(["ratings"] if encoder.learns_from_ratings else []),
            ]
            st.markdown(f"**{encoder.label}** {plain(encoder.description)}")
            st.caption(
                f"Takes: {', '.join(takes)}. `python -m core build {atlas.name} --space {encoder.name}`"
            )
        st.markdown("Any sentence-transformers model, and vectors of your own, can be added as well.")
        st.page_link("pages/data.py", label="Build one on the Data page", icon=":material/database:")


def space_label(name: str) -> str:
    """An embedding's name for people."""
    return spaces.label_of(name)


def current() -> tuple[Atlas, str]:
    """The chosen dataset and space; a page that needs them ends here with a way out where there is none."""
    name, space = st.session_state.get("_dataset"), st.session_state.get("_space")
    if not name:
        st.info(
            "No films are built yet. Choose a dataset and build it; that takes a few minutes once.", icon="🎬"
        )
        st.page_link("pages/data.py", label="Go to Data", icon=":material/database:")
        st.stop()
    atlas = resources.atlas(name)
    if not space:
        st.info("No embedding is built for these films yet.", icon="🗺️")
        st.page_link("pages/data.py", label="Go to Data", icon=":material/database:")
        st.stop()
    return atlas, space


def pick_films(
    label: str, key: str, atlas: Atlas, *, help: str = "", placeholder: str = "Type a title"
) -> list[int]:
    """A picker of films; what was typed and is no film is said below it.

    Returns:
        item_index of the chosen films, without repetition.
    """
    offered = [atlas.titles.options[i] for i in most_rated(atlas.counts, OFFERED_TITLES)]
    rest = len(atlas.catalog) - len(offered)
    more = (
        f" The list shows the {len(offered):,} most rated films; type any other title and press Enter."
        if rest > 0
        else ""
    )
    chosen = st.multiselect(
        label,
        offered,
        key=key,
        bind="query-params",
        accept_new_options=True,
        placeholder=placeholder,
        help=(help + more).strip() or None,
    )
    found: list[int] = []
    for text in chosen:
        try:
            found.append(atlas.titles.find(str(text)))
        except AtlasError as error:
            st.warning(plain(str(error)), icon=":material/search_off:")
    return list(dict.fromkeys(found))


def add_film(key: str, option: str) -> None:
    """Put a film into a picker (a button's callback); it leaves the other pickers."""
    for other in ("like", "dislike", "seen"):
        films = [film for film in st.session_state.get(other, []) if film != option]
        st.session_state[other] = [*films, option] if other == key else films


@contextmanager
def calm() -> Iterator[None]:
    """Show an expected error as two plain lines; what stands outside stays on the page."""
    try:
        yield
    except AtlasError as error:
        st.error(plain(error.message), icon=":material/error:")
        if error.hint:
            st.caption(plain(error.hint))


_MARKUP = str.maketrans({c: "\\" + c for c in "\\`*_{}[]<>#|$~:!"})


def plain(text: str) -> str:
    """Text from outside as Markdown shows it literally."""
    return text.translate(_MARKUP)


def is_dark() -> bool:
    """Whether the visitor's theme is dark."""
    return st.context.theme.type == "dark"
