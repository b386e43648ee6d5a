"""What takes long to learn tells how far it is, and can be stopped."""

import numpy as np
import pytest

from core import recommenders
from core.recommenders import Recommender
from tests.tiny import tiny_dataset

LONG = ("ease", "edlae", "hybrid", "ials", "predicted_rating", "taste")


class StopHereError(Exception):
    """Raised by a progress that has seen enough."""


def fit(method: Recommender, space) -> None:
    method.fit(tiny_dataset(), {"letters": space}, rng=np.random.default_rng(0))


@pytest.fixture
def space(letters):
    return letters


@pytest.mark.parametrize("name", LONG)
def test_a_long_fit_tells_how_far_it_is_and_learns_the_same(name: str, space) -> None:
    seen: list[tuple[int, int, str]] = []
    told, untold = (recommenders.create_for(name, ["letters"]) for _ in range(2))
    told.progress = lambda done, total, note="": seen.append((done, total, note))
    fit(told, space)
    fit(untold, space)
    assert seen
    assert all(0 <= done <= total for done, total, _ in seen)
    assert any(total > 0 for _, total, _ in seen)
    for key, array in untold.state().items():
        np.testing.assert_array_equal(told.state()[key], array)


@pytest.mark.parametrize("name", LONG)
def test_a_long_fit_can_be_stopped(name: str, space) -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        raise StopHereError

    method = recommenders.create_for(name, ["letters"])
    method.progress = stop
    with pytest.raises(StopHereError):
        fit(method, space)


def test_parts_of_a_whole_are_named_in_its_progress(space) -> None:
    notes: list[str] = []
    method = recommenders.create_for("hybrid", ["letters"])
    method.progress = lambda done, total, note="": notes.append(note)
    fit(method, space)
    assert {"iALS", "weighing the parts", "Common likes and content: inverting"} <= set(notes)
