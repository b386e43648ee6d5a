"""Choosing one person of the dataset. The address carries it."""

import streamlit as st

from core.errors import AtlasError
from core.exploration.rating_histories import find_user, most_active
from core.exploration.rating_statistics import user_counts
from core.serving import Atlas
from ui.text import plain

OFFERED_PEOPLE = 3000
"""People a picker lists (the most active ones); anybody else's id can be typed."""


def pick_person(label: str, key: str, atlas: Atlas, *, help: str = "") -> int | None:
    """A picker of people, the most active first; an id that nobody has is said below it.

    Returns:
        user_index, None where nobody is chosen.
    """
    inter = atlas.interactions
    counts, order = user_counts(inter), most_active(inter, OFFERED_PEOPLE)
    options = {str(inter.user_ids[user]): int(counts[user]) for user in order}
    rest = inter.n_users - len(options)
    more = f" The list shows the {len(options):,} most active; type any other id." if rest > 0 else ""

    def called(user_id: str) -> str:
        n = options.get(user_id)
        return user_id if n is None else f"{user_id} · {n:,} {'rating' if n == 1 else 'ratings'}"

    chosen = st.selectbox(
        label,
        list(options),
        None,
        key=key,
        format_func=called,
        accept_new_options=True,
        filter_mode="contains",
        placeholder="Nobody" if options else "These films have no ratings",
        disabled=not options,
        help=(help + more).strip() or None,
    )
    if not chosen:
        return None
    try:
        return find_user(inter, str(chosen))
    except AtlasError as error:
        st.warning(plain(str(error)), icon=":material/person_off:")
        return None
