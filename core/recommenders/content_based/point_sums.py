"""The cosine of a film to the point of a profile, written out as a sum over what the point is made of."""

import numpy as np

from core.domain import Addend, Catalog, Profile
from core.embeddings import Space
from core.embeddings.base import normalise
from core.recommenders import evidence
from core.recommenders.content_based.query_points import query_points, text_points
from core.types import FloatVector

SUM_WORDS = "For every film of yours, and for your words: how like this film it is × its share of the point where you stand."


def point_addends(
    space: Space, catalog: Catalog, profile: Profile, item: int, *, text_weight: float, dislike_weight: float
) -> list[Addend]:
    """What adds up to the cosine of a film and the point of `query_points`.

    The point is a weighted sum of vectors of length 1, so its cosine is the same sum of their cosines, over its length.

    Args:
        space: Where to.
        catalog: For the titles.
        profile: Who asks.
        item: item_index of a film with a vector.
        text_weight: As in `query_points`.
        dislike_weight: As in `query_points`.

    Returns:
        [] in an L2 space, where the score is minus a distance and no sum.
    """
    if space.metric == "l2":
        return []
    (point,) = query_points(space, [profile], text_weight=text_weight, dislike_weight=dislike_weight)
    length, own = float(np.linalg.norm(point)), _unit(space, item)
    found = []
    known = space.has_vector[profile.items]
    for is_so, sign, words in (
        (profile.weights > 0, 1.0, "like"),
        (profile.weights < 0, -dislike_weight, "dislike"),
    ):
        films, strengths = profile.items[is_so & known], np.abs(profile.weights[is_so & known])
        weights = dict(zip(films.tolist(), strengths.tolist(), strict=True))
        total = sum(weights.values())
        for film, weight in weights.items():
            cosine, share = float(_unit(space, film) @ own), sign * weight / total / length
            label = evidence.label(catalog, film)
            name = label if words == "like" else f"{label}, which you {words}"
            found.append(Addend(name, cosine * share, f"{cosine:.2f} alike × {share:.2f} of the point", film))
    has_text, texts = text_points(space, [profile])
    if has_text[0] and text_weight > 0:
        cosine, share = float(normalise(texts[0]) @ own), text_weight / length
        found.append(Addend("Your words", cosine * share, f"{cosine:.2f} alike × {share:.2f} of the point"))
    return found


def _unit(space: Space, item: int) -> FloatVector:
    return normalise(np.asarray(space.vectors[item], np.float32))
