"""How near vectors are kept is counted right, and texts of all lengths are among those compared."""

import numpy as np

from bench.encoding import K, compared, spread
from core.embeddings.base import normalise


def test_vectors_are_held_to_the_references() -> None:
    vectors = normalise(np.random.default_rng(0).standard_normal((60, 8)).astype(np.float32))
    same = compared(vectors, vectors)
    assert (same["least cosine"], same["largest difference"], same["neighbours kept"]) == (1, 0, 1)
    turned = compared(-vectors, vectors)
    assert (turned["mean cosine"], turned["neighbours kept"]) == (-1, 1)
    other = compared(vectors[::-1], vectors)
    assert 0 < other["neighbours kept"] < 3 * K / 60
    assert other["least cosine"] < other["mean cosine"] < 1


def test_texts_of_all_lengths_are_compared() -> None:
    texts = ["x" * n for n in range(100)]
    found = [len(text) for text in spread(texts, 10)]
    assert found == list(range(99, 0, -10))
    assert len(spread(texts, 1000)) == 100
