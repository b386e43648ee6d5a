"""Where a profile stands in a space: a point from likes, dislikes and text, and the nearest liked film."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from core.domain import Catalog, Profile, Reason
from core.embeddings import Space
from core.embeddings.base import normalise
from core.models.preference_matrix import entries_of
from core.params import param
from core.recommenders import evidence
from core.types import BoolVector, FloatMatrix, FloatVector, IndexVector


def text_weight_param() -> Any:
    """The hyper-parameter of methods that place a text beside liked films."""
    words = "How much the text counts beside the liked films."
    return param(1.0, words, low=0, high=10, is_learned=False, search=())


def dislike_weight_param() -> Any:
    """The hyper-parameter of methods that move away from what is disliked."""
    return param(0.5, "How far disliked films push away.", low=0, high=2, is_learned=False)


def query_points(
    space: Space, profiles: Sequence[Profile], *, text_weight: float = 1.0, dislike_weight: float = 0.5
) -> FloatMatrix:
    """One point a profile, near what it likes and away from what it dislikes.

    In a cosine space, where directions count: text_weight * text + mean of likes - dislike_weight * mean of
    dislikes, all of length 1. In an L2 space, where a place counts: the weighted mean of text and likes (of
    the whole catalogue where there are neither), moved straight away from the mean of the dislikes by
    dislike_weight times the distance between the two.

    Args:
        space: Where to; text counts only if the space reads text.
        profiles: n profiles; likes and dislikes weigh by their strength.
        text_weight: How much the text counts beside all likes together.
        dislike_weight: How far dislikes push.

    Returns:
        (n, dim) float32; a row of NaN = nothing in this profile has a vector here.

    Source: Rocchio (1971), "Relevance feedback in information retrieval".
    """
    has_any, means = _means(space, profiles)
    has_likes, has_dislikes = has_any[: len(profiles)], has_any[len(profiles) :]
    likes, dislikes = means[: len(profiles)], means[len(profiles) :]
    has_text, texts = text_points(space, profiles) if text_weight > 0 else _nothing(space, profiles)
    pull, push = np.float32(text_weight), np.float32(dislike_weight)
    points: FloatMatrix = pull * _scaled(space, texts) + likes
    if space.metric == "l2":
        wanted = pull * has_text + has_likes
        points /= np.where(wanted > 0, wanted, np.float32(1))[:, None]
        starts_nowhere = (wanted == 0) & has_dislikes
        if starts_nowhere.any():
            points[starts_nowhere] = space.vectors[space.has_vector].mean(0)
        points[has_dislikes] += push * (points - dislikes)[has_dislikes]
        is_there = (wanted > 0) | (has_dislikes & (push > 0))
    else:
        points -= push * dislikes
        # likes and dislikes that cancel out exactly point nowhere
        is_there = np.any(points, axis=1)
    points[~is_there] = np.nan
    return points


def _nothing(space: Space, profiles: Sequence[Profile]) -> tuple[BoolVector, FloatMatrix]:
    """What `text_points` gives where nobody says anything."""
    return np.zeros(len(profiles), bool), np.zeros((len(profiles), space.vectors.shape[1]), np.float32)


def text_points(space: Space, profiles: Sequence[Profile]) -> tuple[BoolVector, FloatMatrix]:
    """(n,) which profiles have a text with a vector here, and (n, dim) that vector."""
    has_text, vectors = _nothing(space, profiles)
    if space.encode_texts is not None:
        for row, profile in enumerate(profiles):
            if profile.text.strip():
                vectors[row] = space.encode_text(profile.text)
                has_text[row] = vectors[row].any()
    return has_text, vectors


def _means(space: Space, profiles: Sequence[Profile]) -> tuple[BoolVector, FloatMatrix]:
    """The weighted means of what each profile likes, and below them of what each dislikes.

    Returns:
        (2 n,) whether any of it has a vector, and (2 n, dim), zeros where none has.
    """
    weights, films = film_weights(space, profiles)
    totals: FloatVector = np.asarray(weights.sum(axis=1), np.float32).ravel()
    sums: FloatMatrix = weights @ _scaled(space, space.vectors[films])
    sums /= np.where(totals > 0, totals, np.float32(1))[:, None]
    return np.asarray(totals > 0), sums


def film_weights(space: Space, profiles: Sequence[Profile]) -> tuple[sparse.csr_matrix, IndexVector]:
    """How much n profiles like their films, and below that how much they dislike them, where these have a vector.

    Returns:
        (2 n, n_films) float32 CSR of weights above 0, and (n_films,) item_index of its columns, ascending: the films of
        these profiles alone, which for one person are a handful of thousands.
    """
    weights, items, stops = entries_of(profiles)
    weights = np.where(space.has_vector[items], weights, np.float32(0))
    matrix = sparse.csr_matrix(
        (
            np.concatenate([weights, -weights]).clip(0),
            np.concatenate([items, items]),
            np.concatenate([stops, stops[1:] + len(items)]),
        ),
        shape=(2 * len(profiles), len(space.vectors)),
    )
    matrix.eliminate_zeros()
    films = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1])).astype(np.int64)
    return matrix[:, films], films


def _scaled(space: Space, vectors: FloatMatrix) -> FloatMatrix:
    return vectors if space.metric == "l2" else normalise(vectors)


def nearest_likes(space: Space, profile: Profile, item_indices: Sequence[int]) -> list[int | None]:
    """For each item the liked film nearest to it in the space; None where no liked film has a vector."""
    likes = profile.likes
    likes = likes[np.any(space.vectors[likes] != 0, axis=1)]
    if not len(likes) or not len(item_indices):
        return [None] * len(item_indices)
    own, liked = _scaled(space, space.vectors[np.asarray(item_indices)]), _scaled(space, space.vectors[likes])
    closeness = 2 * own @ liked.T - (liked**2).sum(1)[None, :]
    return [int(likes[column]) for column in closeness.argmax(1)]


def nearness_reasons(
    space: Space, catalog: Catalog, profile: Profile, item_indices: Sequence[int]
) -> list[list[Reason]]:
    """For each item the nearest liked film and what it shares, and the words of the text found in its own."""
    reasons = []
    for item, liked in zip(item_indices, nearest_likes(space, profile, item_indices), strict=True):
        found = [] if liked is None else evidence.shared(catalog, liked, item)
        if profile.text:
            found.append(evidence.matching_words(catalog, profile.text, item, space.name))
        reasons.append(found or evidence.far_from(catalog, profile))
    return reasons
