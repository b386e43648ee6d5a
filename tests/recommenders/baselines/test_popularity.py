"""Popularity: counts and damped means."""

import numpy as np

from core import recommenders
from core.domain import Catalog, Dataset, Interactions, Profile
from tests import tiny


def test_it_counts_and_damps() -> None:
    catalog = Catalog.of(tiny.tiny_frame(1))
    inter = Interactions.of(["a", "b", "c", "a", "a"], [0, 0, 0, 1, 2], [4, 4, 4, 5, 1], 4)
    dataset = Dataset("d", "d", catalog, inter)
    counts = recommenders.create("popularity", by="count").fit(dataset, {}, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(counts.score([Profile()])[0], [3, 1, 1, 0])
    mean = 18 / 5
    damped = recommenders.create("popularity", by="mean", damping=2.0).fit(
        dataset, {}, rng=np.random.default_rng(0)
    )
    expected = [(12 + 2 * mean) / 5, (5 + 2 * mean) / 3, (1 + 2 * mean) / 3, mean]
    np.testing.assert_allclose(damped.score([Profile()])[0], expected, rtol=1e-6)
