"""Where a profile stands in a space: a point from likes, dislikes and text, and the nearest liked film."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.datasets.base import Catalog, Dataset
from core.errors import NotBuiltError
from core.recommenders import evidence
from core.recommenders.base import param
from core.spaces.base import Space, normalise
from core.types import BoolVector, FloatMatrix, FloatVector, IndexVector, Profile, Reason


def text_weight_param() -> Any:
    """The hyper-parameter of methods that place a text beside liked films."""
    words = "How much the text counts beside the liked films."
    return param(1.0, words, low=0, high=10, is_learned=False, search=())


def dislike_weight_param() -> Any:
    """The hyper-parameter of methods that move away from what is disliked."""
    return param(0.5, "How far disliked films push away.", low=0, high=2, is_learned=False)


def chosen_space(spaces: Mapping[str, Space], name: str, dataset: Dataset) -> Space:
    """The space a method searches in.

    Raises:
        NotBuiltError: It is not among the built ones.
    """
    if name not in spaces:
        raise NotBuiltError(
            f"The embedding {name} is not built for {dataset.label}.",
            hint=f"Build it on the Data page or with: python -m core build {dataset.name} --space {name}",
        )
    return spaces[name]


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
    place = _in_l2 if space.metric == "l2" else _in_cosine
    points = np.full((len(profiles), space.vectors.shape[1]), np.nan, np.float32)
    has_vector = space.has_vector
    for row, profile in enumerate(profiles):
        text = _text_point(space, profile.text) if text_weight > 0 else None
        likes = _mean(space, has_vector, profile, profile.likes)
        dislikes = _mean(space, has_vector, profile, profile.dislikes) if dislike_weight > 0 else None
        wanted = [(part, weight) for part, weight in ((text, text_weight), (likes, 1.0)) if part is not None]
        if wanted or dislikes is not None:
            points[row] = place(space, wanted, dislikes, dislike_weight)
    return points


def _in_cosine(
    space: Space, wanted: list[tuple[FloatVector, float]], dislikes: FloatVector | None, push: float
) -> FloatVector:
    point = np.zeros(space.vectors.shape[1], np.float32)
    for part, weight in wanted:
        point += np.float32(weight) * part
    if dislikes is not None:
        point -= np.float32(push) * dislikes
    # likes and dislikes that cancel out exactly point nowhere
    return point if np.any(point) else np.full_like(point, np.nan)


def _in_l2(
    space: Space, wanted: list[tuple[FloatVector, float]], dislikes: FloatVector | None, push: float
) -> FloatVector:
    if wanted:
        total = sum(weight for _, weight in wanted)
        point = np.sum([part * np.float32(weight / total) for part, weight in wanted], axis=0)
    else:
        point = space.vectors[space.has_vector].mean(0)
    if dislikes is not None:
        point = point + np.float32(push) * (point - dislikes)
    return np.asarray(point, np.float32)


def _text_point(space: Space, text: str) -> FloatVector | None:
    if not text.strip() or space.encode_texts is None:
        return None
    vector = _scaled(space, np.asarray(space.encode_text(text), np.float32))
    return vector if np.any(vector) else None


def _mean(space: Space, has_vector: BoolVector, profile: Profile, items: IndexVector) -> FloatVector | None:
    known = items[has_vector[items]]
    if not len(known):
        return None
    weights = np.abs(profile.weights[np.isin(profile.items, known)])
    mean: FloatVector = (weights @ _scaled(space, space.vectors[known]) / weights.sum()).astype(np.float32)
    return mean


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
