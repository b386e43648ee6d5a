"""What is more like a disliked film than like anything wanted."""

import numpy as np

from core.domain import Profile
from core.embeddings import Space
from core.embeddings.base import normalise
from core.types import BoolVector, FloatMatrix, FloatVector


def unwanted(space: Space, profile: Profile) -> FloatVector:
    """(n_items,) how much more each film is like something disliked than like anything wanted, in cosines."""

    def nearest(points: FloatMatrix, films: BoolVector | slice) -> FloatVector:
        products: FloatMatrix = normalise(points) @ space.vectors[films].T
        return np.asarray(products.max(axis=0) / space.lengths[films], np.float32)

    against = nearest(space.vectors[profile.dislikes], slice(None))  # all of them, without a copy
    # what is no more like it than films are to each other is not like it, and need not be looked at further
    usual = against.mean() + against.std()
    is_like = against > usual
    found: FloatVector = np.zeros(len(against), np.float32)
    if not is_like.any():
        return found
    wanted = np.full(int(is_like.sum()), usual, np.float32)
    if len(profile.likes):
        wanted = np.maximum(wanted, nearest(space.vectors[profile.likes], is_like))
    if profile.text and space.encode_texts is not None:
        wanted = np.maximum(wanted, nearest(space.encode_text(profile.text)[None, :], is_like))
    found[is_like] = np.maximum(against[is_like] - wanted, 0)
    return found
