"""What is more like a disliked film than like anything wanted."""

import numpy as np

from core.domain import Profile
from core.embeddings import Space
from core.embeddings.base import normalise
from core.types import BoolVector, FloatMatrix, FloatVector, IndexVector

BLOCK = 2048
"""Films that are compared at a time: of all films at once, those of 900 dislikes would be a quarter of a gigabyte."""
KEPT = 16
"""So many people's comparisons are kept: whoever asks asks again, with another filter or for what a score adds up to."""


class Unwanted:
    """How much films of a space are like those that somebody dislikes.

    Every film has to be compared with every disliked one, for what counts as like it is told by all of them together:
    that is done once for the same dislikes.

    Args:
        space: Says what is like what.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._kept: dict[bytes, FloatVector] = {}

    def of(self, profile: Profile) -> FloatVector:
        """(n_items,) how much more each film is like something disliked than like anything wanted, in cosines."""
        space, against = self._space, self._against(np.sort(profile.dislikes))
        # what is no more like it than films are to each other is not like it, and need not be looked at further
        usual = against.mean() + against.std()
        is_like = against > usual
        found: FloatVector = np.zeros(len(against), np.float32)
        if not is_like.any():
            return found
        wanted = np.full(int(is_like.sum()), usual, np.float32)
        if len(profile.likes):
            wanted = np.maximum(wanted, _nearest(space, space.vectors[profile.likes], is_like))
        if profile.text and space.encode_texts is not None:
            wanted = np.maximum(wanted, _nearest(space, space.encode_text(profile.text)[None, :], is_like))
        found[is_like] = np.maximum(against[is_like] - wanted, 0)
        return found

    def _against(self, dislikes: IndexVector) -> FloatVector:
        """(n_items,) the greatest cosine to any disliked film."""
        key = dislikes.tobytes()
        found = self._kept.get(key)
        if found is None:
            found = _nearest(self._space, self._space.vectors[dislikes], slice(None))
            self._kept[key] = found
            for oldest in list(self._kept)[:-KEPT]:
                self._kept.pop(oldest, None)  # another thread may have been here
        return found


def _nearest(space: Space, points: FloatMatrix, films: BoolVector | slice) -> FloatVector:
    """The greatest cosine of each of these films to any of the points."""
    vectors = np.asarray(space.vectors)[films]  # of all films, without a copy
    # as columns: of few points BLAS takes a quarter less time so
    columns = np.ascontiguousarray(normalise(points).T)
    found = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), BLOCK):
        part = slice(start, start + BLOCK)
        found[part] = (vectors[part] @ columns).max(axis=1)
    return np.asarray(found / space.lengths[films], np.float32)
