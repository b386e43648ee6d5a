"""Small data with known answers for the evaluation's tests: rectangular, asymmetric, no user like another."""

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog, Dataset, Interactions

GENRES = ("Action", "Comedy", "Drama", "Horror")


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def make_interactions():
    """Random interactions: (n_users, n_items, share rated, seed) -> Interactions with timestamps."""

    def make(n_users=23, n_items=41, share=0.4, seed=3, *, with_times=True):
        rng = np.random.default_rng(seed)
        users, items = np.nonzero(rng.random((n_users, n_items)) < share * rng.random((n_users, 1)) * 2)
        ratings = rng.integers(1, 11, len(users)) / 2
        stamps = rng.integers(0, 50, len(users)) if with_times else None
        return Interactions.of([f"u{u}" for u in users], items, ratings, n_items, timestamps=stamps)

    return make


@pytest.fixture
def make_catalog():
    """A catalogue of n films with genres, years and titles; every fifth film has no genre."""

    def make(n_items):
        return Catalog.of(
            pd.DataFrame(
                {
                    "item_id": [f"i{i}" for i in range(n_items)],
                    "title": [f"Film {i}" for i in range(n_items)],
                    "year": [1970 + 3 * (i % 15) if i % 7 else None for i in range(n_items)],
                    "genres": [
                        () if i % 5 == 4 else (GENRES[i % 4], GENRES[(i // 4) % 4]) for i in range(n_items)
                    ],
                }
            )
        )

    return make


@pytest.fixture
def make_dataset(make_interactions, make_catalog):
    """A dataset of the given size, see `make_interactions`."""

    def make(n_users=23, n_items=41, share=0.4, seed=3, *, is_simulated=False):
        interactions = make_interactions(n_users, n_items, share, seed)
        return Dataset("tiny", "Tiny", make_catalog(n_items), interactions, is_simulated=is_simulated)

    return make
