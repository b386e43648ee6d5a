"""The three steps of a map run on generated vectors, and each is told as soon as it is done."""

from typing import Any

import numpy as np
import pytest

from bench.maps_at_scale import generated_space, measure


def test_vectors_are_the_same_for_the_same_seed() -> None:
    one, other = generated_space(50, 6), generated_space(50, 6)
    np.testing.assert_array_equal(one.vectors, other.vectors)
    assert one.vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(one.vectors, axis=1), 1, atol=1e-5)
    assert not np.array_equal(one.vectors, generated_space(50, 6, seed=1).vectors)


@pytest.mark.slow
def test_every_step_is_kept() -> None:
    kept: dict[str, dict[str, Any]] = {}
    measure(generated_space(120, 6), kept.__setitem__)
    assert list(kept) == ["neighbours", "UMAP", "k-means"]
    assert kept["neighbours"]["share found"] == 1
    assert kept["k-means"]["groups"] >= 1
