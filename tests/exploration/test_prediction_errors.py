"""Where a method errs: against a brute force over all ratings, and places worked out by hand."""

import numpy as np
import pytest

from core.domain import Question
from core.exploration import prediction_errors as errors
from core.exploration import rating_matrix as matrix
from core.exploration import rating_orders as orders
from core.serving import Atlas
from core.serving.profiles import make_profile


def grid_of(
    atlas: Atlas, area: matrix.Area | None = None, cells: tuple[int, int] = (160, 240)
) -> matrix.Grid:
    inter = atlas.interactions
    basis = orders.Basis(atlas.catalog, inter)
    users, items = orders.USER_ORDERS["Activity"].order(basis), orders.ITEM_ORDERS["Year"].order(basis)
    return matrix.part(inter, users, items, area or matrix.whole(inter), most_cells=cells)


def test_places_worked_out_by_hand() -> None:
    ratings, scores = np.array([5, 3, 3, 1], np.float32), np.array([0.1, 0.2, 0.3, 0.4], np.float32)
    # by stars 1, 1/2, 1/2, 0; by score 0, 1/3, 2/3, 1
    assert errors.of_places(ratings, scores) == pytest.approx([1, 1 / 6, -1 / 6, -1])
    assert errors.of_places(ratings, -scores) == pytest.approx([0, -1 / 6, 1 / 6, 0])
    gap = np.array([np.nan, 0.2, 0.3, 0.4], np.float32)
    found = errors.of_places(ratings, gap)  # among the others: 3/4, 3/4, 0 and 0, 1/2, 1
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([0.75, 0.25, -1])
    assert np.isnan(errors.of_places(np.full(4, 3, np.float32), scores)).all()
    assert np.isnan(errors.of_places(ratings[:1], scores[:1])).all()


@pytest.mark.parametrize("name", ["predicted_rating", "popularity"])
@pytest.mark.parametrize("at_once", [3, 32])
def test_every_rating_in_view_is_held_against_its_prediction(
    atlas: Atlas, name: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "AT_ONCE", at_once)
    grid = grid_of(atlas, matrix.Area(2, 20, 5, 30))
    found = errors.errors_in(atlas, name, grid)
    assert found.in_stars == (name == "predicted_rating")
    method = atlas.methods.fitted(name)
    n = 0
    for row, user in enumerate(grid.users.index[2:20].tolist()):
        items, ratings = atlas.interactions.history(user)
        score = method.score([make_profile(atlas, Question(user=user))])[0][items]
        own = ratings - score if found.in_stars else errors.of_places(ratings, score)
        expected = dict(zip(items.tolist(), own.tolist(), strict=True))
        for column, item in enumerate(grid.items.index[5:30].tolist()):
            error = expected.get(item, np.nan)
            assert found.means[row, column] == pytest.approx(error, abs=1e-4, nan_ok=True)
            n += np.isfinite(error)
    assert (found.n_people, found.n_ratings) == (18, n)
    assert "asked for everybody in view" in errors.caption(found, "M", grid)


def test_far_away_the_middle_person_of_each_row_is_asked(atlas: Atlas) -> None:
    grid = grid_of(atlas, cells=(4, 3))
    found = errors.errors_in(atlas, "predicted_rating", grid)
    assert found.n_people == 4
    assert "4 of 23 people, the middle one of each row" in errors.caption(found, "M", grid)
    single = errors.errors_in(atlas, "predicted_rating", grid_of(atlas))
    for row in range(4):
        middle = int(grid.user_edges[row] + grid.user_edges[row + 1] - 1) // 2
        for column in range(3):
            cell = single.means[middle, grid.item_edges[column] : grid.item_edges[column + 1]]
            known = cell[np.isfinite(cell)]
            expected = known.mean() if len(known) else np.nan
            assert found.means[row, column] == pytest.approx(expected, abs=1e-5, nan_ok=True)
