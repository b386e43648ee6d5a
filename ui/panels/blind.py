"""A blind round: lists without names, a vote, and what all votes say so far."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.domain import Catalog
from core.exploration.blind_votes import Duel, Round, Standing, Vote, duels, standings, verdict, votes_to_json
from core.exploration.comparison import Comparison
from ui.panels.list_columns import Title, blind_html
from ui.text import plain

TOLD_APART = 0.05
"""Below this p a duel is said to be more than chance."""


def blind_round_panel(
    catalog: Catalog,
    comparison: Comparison,
    shown: Round,
    vote: Vote | None,
    *,
    on_vote: Callable[[int | None], None],
    on_next: Callable[[], None] | None = None,
    title: Title,
) -> None:
    """The lists as A, B, C with a button each; once a vote is cast, whose they are.

    Args:
        catalog: The films.
        comparison: The answers.
        shown: From `core.exploration.blind_votes.blind_round`.
        vote: What was chosen in this round, None where nothing was yet.
        on_vote: Called with the number of the list, None for none of them.
        on_next: Called for another question; None = there is no such button.
        title: Makes a link of a title.
    """
    if vote is None:
        st.markdown("**Which list would you rather have?** You see whose they are when you have chosen.")
        with st.container(horizontal=True, gap="small"):
            for number, letter in enumerate(shown.letters):
                st.button(f"List {letter}", key=f"blind-vote-{letter}", on_click=on_vote, args=(number,))
            st.button("None of them", key="blind-vote-none", on_click=on_vote, args=(None,), type="tertiary")
    else:
        st.success(plain(revealed(shown, vote)), icon=":material/how_to_vote:")
        if on_next:
            st.button("Another question", key="blind-next", icon=":material/arrow_forward:", on_click=on_next)
    names = [" and ".join(methods) for methods in vote.shown] if vote else []
    st.html(blind_html(catalog, comparison, shown, title=title, names=names))


def revealed(shown: Round, vote: Vote) -> str:
    """Whose lists they were, in words without mark-up."""
    named = "; ".join(
        f"{letter} was {' and '.join(methods)}"
        for letter, methods in zip(shown.letters, vote.shown, strict=True)
    )
    if vote.chosen is None:
        return f"You chose none of them. {named}."
    return f"You chose {' and '.join(vote.shown[vote.chosen])}. {named}."


def tally_panel(
    votes: Sequence[Vote], *, on_clear: Callable[[], None] | None = None, file_name: str = "votes.json"
) -> None:
    """What all votes say: in words, by method, and every two methods against each other; a file to keep.

    Args:
        votes: All that were cast.
        on_clear: Called to throw them away; None = there is no such button.
        file_name: What the file is called.
    """
    st.markdown(plain(verdict(votes)))
    if not votes:
        return
    rows = standings(votes)
    st.markdown(_table(("Method", "Chosen", "Share", "95 % interval"), [_standing(row) for row in rows]))
    if met := duels(votes):
        st.markdown(
            _table(("Against each other", "Votes", "By chance alone (p)", ""), [_duel(row) for row in met])
        )
    st.caption(
        "Share of the rounds in which a method's list was shown and chosen, with Wilson's interval. Against each other: the "
        "rounds that one of the two won; sign test, corrected for the number of pairs (Holm). These are one person's votes, "
        "and only questions that were asked. A second vote on the same lists replaces the first."
    )
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Votes as a file", votes_to_json(votes), file_name, "application/json", icon=":material/download:"
        )
        if on_clear:
            st.button("Throw the votes away", key="blind-clear", on_click=on_clear, type="tertiary")


def _standing(row: Standing) -> tuple[str, ...]:
    return (
        plain(row.method),
        f"{row.chosen} of {row.rounds}",
        f"{row.chosen / row.rounds:.0%}",
        f"{row.low:.0%} to {row.high:.0%}",
    )


def _duel(row: Duel) -> tuple[str, ...]:
    said = "more than chance" if row.p < TOLD_APART else "cannot be told apart"
    p = "below 0.001" if row.p < 0.001 else f"{row.p:.3f}"
    return plain(f"{row.first} – {row.second}"), f"{row.first_wins} : {row.second_wins}", p, said


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
