"""Films that the same people like, against the formula written out."""

import numpy as np
import pytest

from core.domain import Dataset
from core.models.preference_matrix import liked_matrix
from core.serving import Atlas, neighbours_by_ratings


def likeness(dataset: Dataset, item: int, other: int) -> float:
    """The formula of `neighbours_by_ratings` for two films, in plain loops."""
    liked = liked_matrix(dataset, 0.0).toarray().astype(float)
    own, theirs = liked[:, item], liked[:, other]
    product = sum(a * b for a, b in zip(own, theirs, strict=True))
    return product / (np.sum(own**2) ** 0.25 * np.sum(theirs**2) ** 0.75 + 5.0)


@pytest.mark.parametrize("item", [0, 3, 19])
def test_it_is_the_formula(atlas: Atlas, item: int) -> None:
    found, values, both = neighbours_by_ratings(atlas, item, k=36)
    liked = liked_matrix(atlas.dataset, 0.0).toarray() > 0
    shared = (liked & liked[:, [item]]).sum(axis=0)
    assert set(found.tolist()) == set(np.flatnonzero(shared).tolist()) - {item}
    assert both.tolist() == shared[found].tolist()
    assert values == pytest.approx([likeness(atlas.dataset, item, int(other)) for other in found], rel=1e-5)
    assert np.all(np.diff(values) <= 0)
    few, _, _ = neighbours_by_ratings(atlas, item, k=3)
    assert few.tolist() == found[:3].tolist()
    by_three, _, n_people = neighbours_by_ratings(atlas, item, k=36, least_people=3)
    assert by_three.tolist() == found[both >= 3].tolist()
    assert n_people.min() >= 3


def test_people_of_the_tiny_films_like_one_world(atlas: Atlas) -> None:
    found, _, _ = neighbours_by_ratings(atlas, 0, k=5)
    assert all(str(atlas.catalog.ids[item]).startswith("space-") for item in found)


def test_a_film_that_nobody_rated_has_none(atlas: Atlas) -> None:
    item = int(np.flatnonzero(atlas.counts == 0)[0])
    assert [len(part) for part in neighbours_by_ratings(atlas, item)] == [0, 0, 0]
