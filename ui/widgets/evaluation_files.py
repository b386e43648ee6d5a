"""Files that somebody brings to an evaluation: train and test parts of their own, negatives, and lists of other systems."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from core.datasets.own.uploads import hand_over, safe_names
from core.errors import InvalidQueryError
from core.evaluation.protocol.given_lists import ENDINGS, UPLOADED
from core.evaluation.splits import negatives, own_files
from core.policy import Change
from core.settings import home
from ui import access
from ui.text import plain

PARTS = {
    "train": ("To learn from (train)", own_files.ENDINGS, "Nobody is tested on a row of it."),
    "test": (
        "To be tested on (test)",
        own_files.ENDINGS,
        "Rows that are also in the train file are left out.",
    ),
    "negatives": (
        "Sampled films (negatives, optional)",
        negatives.ENDINGS,
        "As leave-one-out papers have them: what is held out of somebody competes with their films of this file alone, so "
        "figures are far higher than among all films.",
    ),
}
"""Role of a file -> what it is called, its endings and what is to know. Its key in the session is “own_” and the role."""
LISTS = "given_lists"
SHARED_IDS = "own_ids_are_these"


@dataclass(frozen=True)
class Handed:
    """Files that lie ready for a job.

    Attributes:
        folder: Where they are; None = there are none.
        files: Role, of `PARTS`, -> file in it.
    """

    folder: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)


def own_parts(label: str) -> None:
    """Where the train and test files are given, and the negatives.

    Args:
        label: What the dataset is called.
    """
    st.caption(
        "A row a rating: the columns user_id, item_id and, if there are any, rating and timestamp (CSV, TSV, Parquet); or "
        ".rating and .negative files as papers on leave-one-out have them. The files are read and not kept."
    )
    for place, (role, (words, endings, note)) in zip(st.columns(len(PARTS)), PARTS.items(), strict=True):
        place.file_uploader(words, list(endings), key=f"own_{role}", help=note)
    st.checkbox(
        f"The film ids are those of {plain(label)}",
        value=True,
        key=SHARED_IDS,
        help="Then methods know titles, genres and plots. Otherwise films are known by their ids alone, and methods that "
        "compare films by what they are about cannot take part.",
    )


def lists_of_others() -> None:
    """Where lists of another system are given."""
    st.file_uploader(
        "Lists of another system (optional)",
        list(ENDINGS),
        accept_multiple_files=True,
        key=LISTS,
        help="user_id, item_id and rank or score as CSV, TSV or Parquet, or a run in TREC's format: a method among the "
        "others, called like its file. It should have learned from the same train part: see “To cite, and to measure again” "
        "below an evaluation.",
    )


def parts_missing() -> str:
    """What is still to be given before somebody's own parts can be measured on; "" = nothing."""
    missing = [PARTS[role][0] for role in ("train", "test") if not st.session_state.get(f"own_{role}")]
    return f"Still to be given: {' and '.join(missing)}." if missing else ""


def hand_over_files(*, with_parts: bool) -> Handed:
    """Put the files on the screen where a job reads them.

    Args:
        with_parts: Whether train and test files are wanted.

    Raises:
        AtlasError: They cannot be kept, one is missing, or this visitor may hand over no files.
    """
    state = st.session_state
    lists: list[Any] = list(state.get(LISTS) or ())
    parts = {role: state.get(f"own_{role}") for role in PARTS} if with_parts else {}
    if lists or with_parts:
        access.validate(Change.UPLOAD)
    if with_parts and (missing := parts_missing()):
        raise InvalidQueryError(missing)
    parts = {role: file for role, file in parts.items() if file}
    files = [*lists, *parts.values()]  # lists first: they are called like their files
    if not files:
        return Handed()
    folder = hand_over([(file.name, file.getbuffer()) for file in files], home() / "downloads", UPLOADED)
    names = safe_names([file.name for file in files])[len(lists) :]
    return Handed(folder, {role: folder / name for role, name in zip(parts, names, strict=True)})
