"""Which other datasets fill in what the films of one do not know."""

from collections.abc import Iterable, Sequence

import streamlit as st

from core import datasets
from core.serving import DatasetStatus
from ui.text import plain


def fill_in(one: DatasetStatus, found: Sequence[DatasetStatus]) -> list[str]:
    """Choose the datasets to fill in from; those of the last build to begin with.

    Args:
        one: The dataset to be built.
        found: All that are known; those whose files are here and whose films have ids are offered.

    Returns:
        What the build takes on the command line: [] where nothing is chosen, or there is nothing to choose.
    """
    labels = {other.name: other.label for other in found if other.name != one.name and _can_give(other)}
    if not (labels and one.is_local and _has_ids(one)):
        return []
    before = [name for name in one.about.get("filled_in", {}) if name in labels]
    chosen = st.multiselect(
        "Fill in what is missing from",
        list(labels),
        before,
        format_func=lambda name: labels[name],
        key=f"fill-in-{one.name}",
        placeholder="Nothing",
        help="Plots, people, keywords, countries, languages, running times and posters that these films lack are taken from "
        "the datasets you choose, in that order. Films are matched by their ids of TMDB and IMDb, never by "
        "title alone. What a film has is not changed. Films that change are read anew, which takes a whole build.",
    )
    if len(chosen) > 1:
        st.caption(plain(f"First {', then '.join(labels[name] for name in chosen)}."))
    return fill_options(chosen)


def fill_options(names: Iterable[str]) -> list[str]:
    """Datasets to fill in from, as the command line takes them."""
    return [part for name in names for part in ("--with", name)]


def same_again(one: DatasetStatus) -> list[str]:
    """What fills a dataset in from where the last build did; films whose files are gone stay filled in by themselves."""
    return fill_options(one.about.get("filled_in", {})) if one.is_local else []


def _can_give(one: DatasetStatus) -> bool:
    return one.is_local and not one.problem and _has_ids(one)


def _has_ids(one: DatasetStatus) -> bool:
    """Whether its films have ids: as the build has found, of one that is not built as its source says."""
    source = datasets.SOURCES.get(one.name)
    return bool(one.about.get("has_ids", source is not None and source.has_ids))
