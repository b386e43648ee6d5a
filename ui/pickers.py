"""Choosing one person or one film of the dataset."""

import streamlit as st

from core.atlas import Atlas
from core.errors import AtlasError
from core.rating_counts import user_counts
from core.rating_profiles import find_user, most_active
from core.titles import most_rated
from ui.state import OFFERED_TITLES, plain

OFFERED_PEOPLE = 3000
"""People a picker lists (the most active ones); anybody else's id can be typed."""

_BEFORE_COUNT = " · "


def person_option(atlas: Atlas, user: int) -> str:
    """A person as the picker shows them: their id and how much they rated."""
    n = int(user_counts(atlas.interactions)[user])
    return _option(str(atlas.interactions.user_ids[user]), n)


def _option(user_id: str, n_ratings: int) -> str:
    return f"{user_id}{_BEFORE_COUNT}{n_ratings:,} {'rating' if n_ratings == 1 else 'ratings'}"


def pick_person(label: str, key: str, atlas: Atlas, *, help: str = "") -> int | None:
    """A picker of people, the most active first; an id that nobody has is said below it.

    Returns:
        user_index, None where nobody is chosen.
    """
    inter = atlas.interactions
    counts, order = user_counts(inter), most_active(inter, OFFERED_PEOPLE)
    options = [_option(str(inter.user_ids[user]), int(counts[user])) for user in order]
    rest = inter.n_users - len(options)
    more = f" The list shows the {len(options):,} most active; type any other id." if rest > 0 else ""
    chosen = st.selectbox(
        label,
        options,
        None,
        key=key,
        bind="query-params",
        accept_new_options=True,
        placeholder="Nobody" if options else "These films have no ratings",
        disabled=not options,
        help=(help + more).strip() or None,
    )
    if not chosen:
        return None
    try:
        return find_user(inter, str(chosen).split(_BEFORE_COUNT)[0])
    except AtlasError as error:
        st.warning(plain(str(error)), icon=":material/person_off:")
        return None


def pick_film(label: str, key: str, atlas: Atlas) -> int | None:
    """A picker of one film, the most rated first; what was typed and is no film is said below it.

    Returns:
        item_index, None where none is chosen.
    """
    offered = [atlas.titles.options[item] for item in most_rated(atlas.counts, OFFERED_TITLES)]
    rest = len(atlas.catalog) - len(offered)
    chosen = st.selectbox(
        label,
        offered,
        None,
        key=key,
        bind="query-params",
        accept_new_options=True,
        placeholder="Type a title",
        help=f"The list shows the {len(offered):,} most rated films; type any other title." if rest else None,
    )
    if not chosen:
        return None
    try:
        return atlas.titles.find(str(chosen))
    except AtlasError as error:
        st.warning(plain(str(error)), icon=":material/search_off:")
        return None
