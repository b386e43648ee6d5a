"""Taste as heights: every cell against a sum over films by hand."""

import numpy as np
import pytest

from core.domain import Profile
from core.errors import InvalidQueryError
from core.exploration import taste_ground as tg
from core.serving import Atlas, similar_users

SPACE = "letters"


def heights(atlas: Atlas, weights: dict[int, float], bounds: tuple[float, ...]) -> np.ndarray:
    """Sums of round hills, cell by cell."""
    points = atlas.coordinates(SPACE).astype(float)
    breadth = tg.BREADTH * np.ptp(points, axis=0).max()
    xs = np.linspace(bounds[0], bounds[2], tg.GRID)
    ys = np.linspace(bounds[1], bounds[3], tg.GRID)
    found = np.zeros((tg.GRID, tg.GRID))
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            for item, weight in weights.items():
                square = (points[item, 0] - x) ** 2 + (points[item, 1] - y) ** 2
                found[row, column] += weight * np.exp(-square / (2 * breadth**2))
    return found


def test_heights_are_sums_of_hills_over_films(atlas: Atlas) -> None:
    found = tg.taste_ground(atlas, SPACE, {0: 1.0, 12: 0.5, 30: -0.75, 3: 0.0})
    liked = heights(atlas, {0: 1.0, 12: 0.5}, found.bounds)
    disliked = heights(atlas, {30: 0.75}, found.bounds)
    top = max(liked.max(), disliked.max())
    np.testing.assert_allclose(found.liked, liked / top, atol=1e-5)
    np.testing.assert_allclose(found.disliked, disliked / top, atol=1e-5)
    assert found.liked.dtype == np.float32
    assert found.liked.max() == 1
    assert 0 < found.disliked.max() < 1
    assert (found.n_films, found.n_nowhere) == (3, 0)


def test_the_highest_place_is_where_the_film_lies(atlas: Atlas) -> None:
    points = atlas.coordinates(SPACE)
    for item in (0, 20):
        found = tg.taste_ground(atlas, SPACE, {item: 1.0})
        row, column = np.unravel_index(found.liked.argmax(), found.liked.shape)
        x1, y1, x2, y2 = found.bounds
        cell = np.array([x2 - x1, y2 - y1]) / (tg.GRID - 1)
        assert np.all(np.abs(points[item] - [x1, y1] - cell * [column, row]) <= cell / 2 + 1e-6)
        assert not found.disliked.any()
        edge = np.concatenate([found.liked[0], found.liked[-1], found.liked[:, 0], found.liked[:, -1]])
        assert edge.max() < 0.02, "no hill is cut off"


def test_grounds_of_one_map_have_the_same_bounds(atlas: Atlas) -> None:
    first, second = (tg.taste_ground(atlas, SPACE, {item: 1.0}) for item in (0, 20))
    assert first.bounds == second.bounds


def test_a_film_without_a_place_is_counted(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    points = atlas.coordinates(SPACE).copy()
    points[5] = np.nan
    monkeypatch.setattr(Atlas, "coordinates", lambda atlas, space: points)
    found = tg.taste_ground(atlas, SPACE, {5: 1.0, 6: 1.0})
    assert (found.n_films, found.n_nowhere) == (1, 1)
    assert np.isfinite(found.liked).all()
    with pytest.raises(InvalidQueryError):
        tg.taste_ground(atlas, SPACE, {5: 1.0})


@pytest.mark.parametrize("wrong", [{}, {0: 0.0}, {36: 1.0}, {-1: 1.0}, {0: 2.0}, {0: float("nan")}])
def test_what_is_no_taste_is_refused(atlas: Atlas, wrong: dict[int, float]) -> None:
    with pytest.raises(InvalidQueryError) as said:
        tg.taste_ground(atlas, SPACE, wrong)
    assert said.value.hint


def test_where_the_people_alike_watch(atlas: Atlas) -> None:
    who = Profile.of_likes([0, 1, 2])
    people = similar_users(atlas, who, 4)
    low, high = atlas.interactions.scale
    weights: dict[int, float] = {}
    for person in people:
        items, ratings = atlas.interactions.history(person.user_index)
        likings = {
            i: (r - (low + high) / 2) / ((high - low) / 2) for i, r in zip(items, ratings, strict=True)
        }
        loved = {i: liking for i, liking in likings.items() if liking > 0}
        for item, liking in loved.items():
            weights[item] = weights.get(item, 0) + person.similarity * liking / sum(loved.values())
    found = tg.alike_ground(atlas, SPACE, who, 4)
    expected = heights(atlas, weights, found.ground.bounds)
    np.testing.assert_allclose(found.ground.liked, expected / expected.max(), atol=1e-4)
    assert found.n_people == len(people)
    assert found.nearest == people[0].similarity >= found.farthest
    assert str(len(people)) in found.sentence
    assert found.ground.n_films == len(weights)


def test_nobody_is_alike_who_likes_nothing(atlas: Atlas) -> None:
    with pytest.raises(InvalidQueryError):
        tg.alike_ground(atlas, SPACE, Profile())
