"""System S1: titles by L2 distance, profiles of liked films."""

import numpy as np
import pytest

from core.domain import Profile
from core.errors import InvalidQueryError
from core.recommenders import create
from tests.recommenders.films import FILMS, best, dataset, encode, space

TITLES = np.asarray(encode([film[1] for film in FILMS]))


def fitted(vectors=TITLES, metric="l2", **params):
    spaces = {"word2vec": space("word2vec", vectors=vectors, metric=metric)}
    return create("word2vec_titles", **params).fit(dataset(), spaces, rng=np.random.default_rng(0))


def places(*first):
    """Vectors for all films: those given, then some far away."""
    far = [[100 + 10 * i, 100] for i in range(len(FILMS) - len(first))]
    return np.array([*first, *far], np.float32)


def test_nearness_is_l2_and_not_cosine():
    vectors = places([1, 0], [10, 0], [1, 0.5])
    profile = Profile.of_likes([0])
    assert best(fitted(vectors).score([profile])[0], 1, leave_out=[0]) == [2]
    assert best(fitted(vectors, "cosine").score([profile])[0], 1, leave_out=[0]) == [1]


def test_score_is_minus_the_distance_to_the_mean_of_the_liked_titles():
    scores = fitted(places([0, 2], [4, 2], [2, 5])).score([Profile.of_likes([0, 1])])[0]
    assert scores[[0, 1, 2]] == pytest.approx([-2, -2, -3], abs=1e-5)


def test_a_stronger_like_draws_the_profile_closer():
    profile = Profile(np.array([0, 1]), np.array([0.2, 1.0], np.float32))
    point = fitted(places([1, 0], [7, 0])).query_vectors([profile])[0]
    assert point == pytest.approx([(0.2 * 1 + 1.0 * 7) / 1.2, 0])


def test_dislikes_push_the_profile_away():
    model = fitted(places([1, 1], [2, 1], [0.5, 1], [1.5, 1]))
    liked, also_disliked = Profile.of_likes([0]), Profile.of_likes([0], [1])
    assert best(model.score([liked])[0], 2, leave_out=[0, 1]) == [2, 3]
    moved = model.score([also_disliked])[0]
    assert moved[2] - moved[3] > model.score([liked])[0][2] - model.score([liked])[0][3]


def test_two_films_of_one_title_are_two_films():
    vectors = places([1, 1], [1, 1], [3, 1])
    scores = fitted(vectors).score([Profile.of_likes([0])])[0]
    assert best(scores, 2, leave_out=[0]) == [1, 2]
    assert scores[1] == pytest.approx(0, abs=1e-5)


def test_a_title_without_known_words_can_neither_ask_nor_be_found():
    model = fitted()
    unknown = next(i for i, vector in enumerate(TITLES) if not vector.any())
    scores = model.score([Profile.of_likes([unknown]), Profile.of_likes([4])])
    assert np.isnan(scores[0]).all()
    assert np.isnan(scores[1, unknown])


def test_reasons_name_the_words_that_two_titles_share():
    (reasons,) = fitted().explain(Profile.of_likes([6]), [7])
    assert reasons[0].text == "Its title shares “kiss” with A Kiss (1950), which you like."
    assert reasons[0].items == (6,)


def test_reasons_name_the_nearest_words_where_none_is_shared():
    (reasons,) = fitted().explain(Profile(text="comedy"), [8])
    assert reasons[0].text == "“joke” in its title is used like “comedy” in your words."


def test_without_vectors_for_words_a_reason_is_still_given():
    spaces = {"word2vec": space("word2vec", vectors=TITLES, metric="l2", text=False)}
    model = create("word2vec_titles").fit(dataset(), spaces, rng=np.random.default_rng(0))
    (reasons,) = model.explain(Profile.of_likes([7]), [8])
    assert reasons[0].text == "Its title lies close to Kiss in Paris (1951), which you like."


def test_only_title_spaces_can_be_chosen():
    assert create("word2vec_titles", space="word2vec_exact").needs() == ("word2vec_exact",)
    with pytest.raises(InvalidQueryError, match="space"):
        create("word2vec_titles", space="minilm")
