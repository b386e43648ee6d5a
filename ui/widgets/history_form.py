"""A visitor's own films: read into the memory of their session, looked through, saved where they want it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core import settings
from core.datasets.exports.reading import known_formats
from core.errors import AtlasError, UnansweredError
from core.exploration.captions import history_caption
from core.exploration.downloads import safe_cells
from core.histories import Doubtful, History, Matched, Mention, Options, parse_scale, read_history, saved
from core.histories.left_films import left_table
from core.policy import HISTORY_MB
from core.serving import Atlas
from ui.panels import load_report
from ui.question.asked import HISTORY, history_in
from ui.text import plain

NONE, LATER = "None of these", "I will say later"
AT_ONCE = 8
"""Doubtful films that are asked about together."""


def history_form(atlas: Atlas) -> None:
    """Load a history, or see what became of the one that is loaded."""
    matched = history_in(atlas)
    if matched is None:
        _load()
        return
    _overview(atlas, matched)
    _confirm(atlas, matched.doubtful)
    _left(atlas, matched)
    with st.expander("What was read, and what was left out"):
        load_report.load_report(st.session_state[HISTORY].report)


def _load() -> None:
    st.markdown(
        "Bring what you have seen, rated and liked elsewhere: an export of **Letterboxd, IMDb, Trakt, TMDB, MovieLens, "
        "Netflix or Simkl** (the zip as it came, or its files), or any table with titles."
    )
    st.caption(
        ":material/lock: It is read in the memory of this tab alone: nothing is written to a disk, nobody else sees it, and "
        "it is gone when you close the tab, unless you save it yourself."
    )
    most = HISTORY_MB if settings.is_hosted() else None
    files = st.file_uploader(
        "Your files",
        accept_multiple_files=True,
        key="history_files",
        help=known_formats(),
        max_upload_size=most,
    )
    if not files:
        return
    if most and sum(file.size for file in files) > most * 1_000_000:
        st.error(
            f"These files are larger than {most} MB together, which is what is read here.",
            icon=":material/error:",
        )
        return
    given = [(file.name, file.getvalue()) for file in files]
    try:
        with st.spinner("Reading your films…"):
            st.session_state[HISTORY] = read_history(given, _options())
    except UnansweredError as error:
        _ask(error)
        return
    except AtlasError as error:
        st.error(plain(error.message), icon=":material/error:")
        st.caption(plain(error.hint))
        return
    st.rerun()


def _options() -> Options:
    """What the visitor has said about their files."""
    scale = st.session_state.get("history_scale") or ""
    return Options(parse_scale(scale) if scale else None, st.session_state.get("history_profile") or "")


def _ask(error: UnansweredError) -> None:
    """Ask what the files do not tell."""
    st.info(plain(error.message), icon=":material/help:")
    if error.option == "profile" and error.known:
        st.selectbox(
            "Whose films are yours?", list(error.known), None, key="history_profile", placeholder="A profile"
        )
    else:
        st.text_input(
            "The scale of the ratings, lowest and highest",
            key="history_scale",
            placeholder="1:10",
            help=error.hint,
        )


def _overview(atlas: Atlas, matched: Matched) -> None:
    """How much was found, and what to do with it."""
    history: History = st.session_state[HISTORY]
    st.markdown(plain(history_caption(matched, str(atlas.about["label"]))))
    counts = matched.counts()
    with st.container(horizontal=True):
        for label, name in (
            ("Found", "found"),
            ("Rated", "rated"),
            ("Favourites", "liked"),
            ("To confirm", "doubtful"),
        ):
            st.metric(label, f"{counts[name]:,}", border=True)
        st.metric("Not here", f"{counts['missing'] + counts['newer']:,}", border=True)
    with st.container(horizontal=True):
        st.download_button(
            "Save my films",
            lambda: saved.to_text(history),
            "my-films.json",
            "application/json",
            icon=":material/save:",
            help="Your films and what you confirmed, as a file of yours; load it here again.",
        )
        st.button("Forget them", icon=":material/delete:", on_click=_forget)


def _forget() -> None:
    st.session_state.pop(HISTORY, None)
    st.session_state.pop("history_files", None)


def _confirm(atlas: Atlas, doubtful: Sequence[Doubtful]) -> None:
    """Ask which film is meant, some at once."""
    if not doubtful:
        return
    st.subheader(f"Which one do you mean? {len(doubtful):,} to confirm", anchor=False)
    with st.container(border=True):
        columns = st.columns(2)
        asked: dict[str, dict[str, str]] = {}
        for place, one in enumerate(doubtful[:AT_ONCE]):
            items = [offer.item_index for offer in one.offers]
            offered = {atlas.titles.options[item]: str(atlas.catalog.ids[item]) for item in items}
            asked[one.mention.key] = offered
            columns[place % 2].selectbox(
                plain(one.mention.label),
                [*offered, NONE, LATER],
                key=_meant(one.mention.key),
                help="The likeliest film is chosen already; change it where it is not the one.",
            )
        st.button("Confirm these", type="primary", on_click=_confirmed, args=(atlas.name, asked))
    if len(doubtful) > AT_ONCE:
        st.caption(
            f"These are {AT_ONCE} of {len(doubtful):,}; the next follow. Until then they count for nothing."
        )


def _meant(key: str) -> str:
    return f"mean-{key}"


def _confirmed(dataset: str, asked: Mapping[str, Mapping[str, str]]) -> None:
    """Keep what was said of doubtful films: item_id by their keys, "" for none."""
    said = {key: str(st.session_state.get(_meant(key), LATER)) for key in asked}
    answers = {key: asked[key].get(film, "") for key, film in said.items() if film != LATER}
    history: History = st.session_state[HISTORY]
    st.session_state[HISTORY] = history.choosing(dataset, answers)


def _left(atlas: Atlas, matched: Matched) -> None:
    """What these films do not have, as a table and as a file."""
    rows = [
        *_rows(matched.missing, "not among these films"),
        *_rows(matched.newer, f"newer than {matched.newest}"),
    ]
    if not rows:
        return
    st.subheader(f"Not here: {len(rows):,}", anchor=False)
    st.dataframe(
        safe_cells(pd.DataFrame(rows)),
        hide_index=True,
        height=min(38 + 35 * len(rows), 300),
        key="history-left",
    )
    st.download_button(
        "The list, with those to confirm",
        lambda: left_table(matched, atlas.titles.labels),
        "not-found.csv",
        "text/csv",
        icon=":material/download:",
    )


def _rows(mentions: Sequence[Mention], why: str) -> list[dict[str, object]]:
    return [{"Film": one.title, "Year": one.year, "Why": why} for one in mentions]
