"""Where a profile stands, in a space of directions and in one of places."""

import numpy as np
import pytest

from core.domain import Profile
from core.errors import NotBuiltError
from core.recommenders.base import chosen_space
from core.recommenders.content_based.query_points import nearest_likes, query_points
from tests.recommenders.films import dataset, space

VECTORS = [[3, 0], [0, 2], [0, 0], [4, 4], [-1, 0]]


def test_cosine_point_adds_text_and_likes_and_takes_off_dislikes():
    here = space(vectors=VECTORS, text=False)
    (point,) = query_points(here, [Profile.of_likes([0, 1], [4])], dislike_weight=0.25)
    assert point == pytest.approx([(1 + 0) / 2 + 0.25, 1 / 2])


def test_strength_of_a_like_decides_how_much_it_counts():
    here = space(vectors=VECTORS, text=False)
    profile = Profile(np.array([0, 1]), np.array([0.2, 0.8], np.float32))
    assert query_points(here, [profile])[0] == pytest.approx([0.2, 0.8])


def test_l2_point_is_the_mean_place_moved_straight_away_from_dislikes():
    here = space(vectors=VECTORS, metric="l2", text=False)
    liked = np.array([(3 + 0) / 2, (0 + 2) / 2])
    assert query_points(here, [Profile.of_likes([0, 1])])[0] == pytest.approx(liked)
    pushed = query_points(here, [Profile.of_likes([0, 1], [3])], dislike_weight=0.5)[0]
    assert pushed == pytest.approx(liked + 0.5 * (liked - [4, 4]))


def test_l2_point_of_dislikes_alone_starts_at_the_middle_of_the_catalogue():
    here = space(vectors=VECTORS, metric="l2", text=False)
    middle = np.mean([v for v in VECTORS if any(v)], axis=0)
    found = query_points(here, [Profile.of_likes([], [0])], dislike_weight=1)[0]
    assert found == pytest.approx(middle + (middle - [3, 0]))


def test_text_weighs_beside_the_likes():
    here = space()
    like = Profile.of_likes([3], text="alien")
    assert query_points(here, [like], text_weight=3)[0] == pytest.approx([1, 3, 0, 0])
    flat = space(metric="l2")
    assert query_points(flat, [like], text_weight=3)[0] == pytest.approx([1 / 4, 3 / 4, 0, 0])


@pytest.mark.parametrize("metric", ["cosine", "l2"])
@pytest.mark.parametrize(
    "profile",
    [
        Profile(),
        Profile.of_likes([10]),
        Profile(text="words nobody knows"),
        Profile.of_likes([10], [10 - 10][1:]),
    ],
    ids=["nothing", "a film without a vector", "unknown words", "no dislikes either"],
)
def test_nothing_to_go_by_gives_a_row_of_nan(metric, profile):
    points = query_points(space(metric=metric), [profile, Profile.of_likes([3])])
    assert np.isnan(points[0]).all()
    assert np.isfinite(points[1]).all()


def test_likes_and_dislikes_that_cancel_out_point_nowhere():
    points = query_points(space(), [Profile.of_likes([0], [1])], dislike_weight=1)
    assert np.isnan(points).all()


def test_nearest_like_follows_the_metric_of_the_space():
    vectors = [[1, 0], [1, 0.5], [10, 0]]
    likes = Profile.of_likes([1, 2])
    assert nearest_likes(space(vectors=vectors), likes, [0]) == [2]
    assert nearest_likes(space(vectors=vectors, metric="l2"), likes, [0]) == [1]
    assert nearest_likes(space(), Profile.of_likes([10]), [0, 1]) == [None, None]


def test_a_space_that_is_not_built_is_named():
    with pytest.raises(NotBuiltError, match="mpnet"):
        chosen_space({"minilm": space()}, "mpnet", dataset())
