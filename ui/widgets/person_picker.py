"""Choosing one person of the dataset. The address carries it."""

import streamlit as st

from core.errors import AtlasError
from core.exploration.rating_histories import find_user, most_active
from core.exploration.rating_statistics import user_counts
from core.serving import Atlas
from ui.text import plain

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
