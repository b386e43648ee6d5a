"""Explanations of collaborative methods: which films of a history carry how much of a score."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.domain import Catalog, Profile, Reason
from core.recommenders import evidence
from core.recommenders.collaborative.groups_of_likes import Group, groups_of, history_facts
from core.text import listed_with_and
from core.types import FloatMatrix, FloatVector, IndexVector

SHOWN = 3
"""How many films are named for one recommendation, or for one group of them."""
MUCH = 0.1
"""Where no film carries this share, groups of films that are alike are named instead."""
LEAST = 0.05
"""A film that carries less than this is no reason by itself, and three that carry less together are none either."""


def contribution_reasons(
    catalog: Catalog,
    history: IndexVector,
    contributions: FloatMatrix,
    profile: Profile,
    items: Sequence[int],
) -> list[tuple[Reason, ...]]:
    """The films that contributed most to each score; of a long history, the groups of films that did.

    Args:
        catalog: For the titles, and for what films share.
        history: (n,) item_index of those of the profile's films that count.
        contributions: (n, n_recommended) what each of them adds to each score; below 0 = speaks against it.
        profile: Who asked; its weights say how a film is spoken of.
        items: (n_recommended,) item_index of the recommended films.

    Returns:
        For each column up to three reasons, strongest first; the shares are of all that speaks for the film, and a film
        with less than `LEAST` of it is not named alone.
    """
    weights = dict(zip(profile.items.tolist(), profile.weights.tolist(), strict=True))
    shared: Mapping[str, IndexVector] | None = None
    reasons = []
    for item, column in zip(items, contributions.T, strict=True):
        for_it = column[column > 0]
        if not len(for_it) or for_it.max() >= MUCH * for_it.sum():
            reasons.append(_films(catalog, history, column, weights))
            continue
        # looked up once for all recommended films, and only where one of them needs it
        shared = history_facts(catalog, history) if shared is None else shared
        groups = groups_of(catalog.film(int(item)), shared, column)
        reasons.append(_groups(catalog, history, groups) or _many(catalog, history, column))
    return reasons


def _groups(catalog: Catalog, history: IndexVector, groups: Sequence[Group]) -> tuple[Reason, ...]:
    found = []
    for group in groups:
        named = tuple(int(history[place]) for place in group.places[:SHOWN])
        such_as = "such as " if len(group.places) > SHOWN else ""
        text = (
            f"{len(group.places)} of your {group.words}, {such_as}{_and(catalog, named)}, speak for it "
            f"({group.share:.0%} of all that does)."
        )
        found.append(Reason(text, "contribution", named, group.share))
    return tuple(found)


def _many(catalog: Catalog, history: IndexVector, values: FloatVector) -> tuple[Reason, ...]:
    """What is left to say where many films speak for one and nothing is known that they share with it."""
    order = np.argsort(-values, kind="stable")[:SHOWN]
    named = tuple(int(history[place]) for place in order)
    share = float(values[order].sum() / values[values > 0].sum())
    n_for_it = int((values > 0).sum())
    if share < LEAST:
        text = f"{n_for_it:,} of your films speak for it together; no film and no kind of film stands out."
        return (Reason(text, "contribution"),)
    text = (
        f"{n_for_it:,} of your films speak for it, each a little; most of all {_and(catalog, named)} "
        f"({share:.0%} together)."
    )
    return (Reason(text, "contribution", named, share),)


def _and(catalog: Catalog, items: Sequence[int]) -> str:
    return listed_with_and([evidence.label(catalog, item) for item in items])


def _films(
    catalog: Catalog, history: IndexVector, values: FloatVector, weights: Mapping[int, float]
) -> tuple[Reason, ...]:
    total = float(values[values > 0].sum())
    order = [int(i) for i in np.argsort(-values, kind="stable")[:SHOWN] if values[i] > 0]
    order = [i for i in order if values[i] >= LEAST * total]
    if not order:
        return (Reason("None of your films speaks for it.", "contribution"),)
    reasons = []
    for i in order:
        item, share = int(history[i]), min(float(values[i]) / total, 1.0)
        opinion = "like" if weights[item] > 0 else "dislike" if weights[item] < 0 else "have seen"
        film = evidence.label(catalog, item)
        text = f"{share:.0%} of what speaks for it comes from {film}, which you {opinion}."
        reasons.append(Reason(text, "contribution", (item,), share))
    return tuple(reasons)
