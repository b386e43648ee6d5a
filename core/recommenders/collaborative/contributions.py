"""Explanations of collaborative methods: which films of a history carry how much of a score."""

from collections.abc import Mapping

import numpy as np

from core.domain import Catalog, Profile, Reason
from core.recommenders import evidence
from core.types import FloatMatrix, FloatVector, IndexVector

SHOWN = 3
"""How many films are named for one recommendation."""


def contribution_reasons(
    catalog: Catalog, history: IndexVector, contributions: FloatMatrix, profile: Profile
) -> list[tuple[Reason, ...]]:
    """The films that contributed most to each score.

    Args:
        catalog: For the titles.
        history: (n,) item_index of those of the profile's films that count.
        contributions: (n, n_recommended) what each of them adds to each score; below 0 = speaks against it.
        profile: Who asked; its weights say how a film is spoken of.

    Returns:
        For each column up to three reasons, strongest first; the shares are of all that speaks for the film.
    """
    weights = dict(zip(profile.items.tolist(), profile.weights.tolist(), strict=True))
    return [_reasons_of(catalog, history, column, weights) for column in contributions.T]


def _reasons_of(
    catalog: Catalog, history: IndexVector, values: FloatVector, weights: Mapping[int, float]
) -> tuple[Reason, ...]:
    total = float(values[values > 0].sum())
    order = [int(i) for i in np.argsort(-values, kind="stable")[:SHOWN] if values[i] > 0]
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
