"""System S2: users as vectors, and the vote of those alike."""

import numpy as np
import pytest
from scipy import sparse

from core.domain import Interactions, Profile
from core.errors import CannotFitError
from core.recommenders import create
from core.recommenders.collaborative.user_vectors import user_deviations
from tests.recommenders.films import RATINGS, best, dataset, space

USERS = list(RATINGS)
RNG = np.random.default_rng(0)


def fitted(**params):
    return create("user_vectors", **params).fit(dataset(), {"minilm": space()}, rng=RNG)


def profile_of(user):
    items, ratings = list(RATINGS[user]), list(RATINGS[user].values())
    return Profile.of_ratings(np.array(items), ratings, (0.5, 5.0), user=USERS.index(user))


def test_a_user_and_their_profile_stand_at_the_same_place():
    for centring in (0.0, 0.5):
        model = fitted(centring=centring)
        for number, user in enumerate(USERS):
            assert model.user_query(profile_of(user)) == pytest.approx(model.user_vectors_[number], abs=1e-5)


def test_similar_users_are_those_who_liked_similar_films():
    users, similarity = fitted(n_neighbors=2).similar_users([Profile.of_likes([5]), Profile.of_likes([8])])
    assert {USERS[i] for i in users[0]} == {"scared", "scared-too"}
    assert USERS[users[1][0]] == "funny"
    assert np.all(np.diff(similarity, axis=1) <= 0)
    assert np.all(similarity > 0)


def test_score_is_the_mean_like_of_similar_users_weighted_by_similarity():
    model, profile = fitted(n_neighbors=2), Profile.of_likes([5])
    users, similarity = model.similar_users([profile])
    near = dict(zip((USERS[i] for i in users[0]), similarity[0], strict=True))
    like = {user: (RATINGS[user][4] - 2.75) / 2.25 for user in near}
    expected = sum(near[user] * like[user] for user in near) / sum(near.values())
    assert model.score([profile])[0, 4] == pytest.approx(expected, rel=1e-5)


def test_films_that_no_similar_user_likes_are_not_scored():
    scores = fitted(n_neighbors=2).score([Profile.of_likes([5])])[0]
    assert np.flatnonzero(~np.isnan(scores)).tolist() == [3, 4, 5, 11]
    assert best(scores, 2, leave_out=[5]) == [3, 4]


def test_nobody_votes_for_themselves():
    profile = profile_of("scared-too")
    stranger = Profile(profile.items, profile.weights)
    model = fitted(n_neighbors=2)
    assert np.isnan(model.score([profile])[0, 11])
    assert model.score([stranger])[0, 11] > 0
    assert USERS.index("scared-too") not in model.similar_users([profile])[0]


def test_users_found_elsewhere_give_the_same_scores():
    model, profile = fitted(n_neighbors=3), Profile.of_likes([7, 9])
    users, similarity = model.similar_users([profile])
    np.testing.assert_allclose(
        model.score_from_users(users[0], similarity[0]), model.score([profile])[0], rtol=1e-6
    )
    assert np.isnan(model.score_from_users([], [])).all()
    np.testing.assert_array_equal(
        model.score_from_users([3, 0], [1.0, -0.5]),
        model.score_from_users([3], [1.0]),
        "an opposite has no vote",
    )


@pytest.mark.parametrize(
    "profile", [Profile(), Profile(text="ghost"), Profile.of_likes([], [3]), Profile.of_likes([10])]
)
def test_without_a_usable_like_nothing_is_scored(profile):
    model = fitted()
    assert np.isnan(model.user_query(profile)).all()
    assert np.isnan(model.score([profile])).all()
    assert model.explain(profile, [3]) == [()]


def test_only_a_like_makes_it_usable():
    model = fitted()
    assert model.can_use(Profile.of_likes([1]))
    assert not model.can_use(Profile.of_likes([], [1], text="ghost"))
    assert not model.can_use(Profile())


def test_dislikes_move_a_profile_away_from_those_who_like_them():
    model = fitted()
    romantic = USERS.index("romantic")
    alone, against = (
        model.user_query(Profile.of_likes([8], d)) @ model.user_vectors_[romantic] for d in ([], [6])
    )
    assert against < alone


def test_reasons_count_fans_and_name_shared_favourites():
    (found, unliked) = fitted(n_neighbors=2).explain(Profile.of_likes([3, 5]), [4, 8])
    favourites = "Ghost's 100% (1990); '; DROP TABLE movies; -- (1992)"
    assert found[0].text == f"Liked by 2 of the 2 users most like you (shared favourites: {favourites})."
    assert found[0].items == (3, 5)
    assert unliked[0].text == "None of the 2 users most like you likes it."


def test_deviations_are_profile_weights_less_a_part_of_the_own_mean():
    own = user_deviations(dataset().interactions, 0.5)[0].toarray().ravel()
    weights = np.array([(r - 2.75) / 2.25 for r in RATINGS["scared"].values()])
    assert own[list(RATINGS["scared"])] == pytest.approx(weights - 0.5 * weights.mean())


def test_a_bare_yes_weighs_one():
    yes = Interactions(
        sparse.csr_matrix(np.array([[1, 0, 1]], np.float32)), np.array(["u"]), None, (1.0, 1.0), False
    )
    assert user_deviations(yes, 0).toarray().tolist() == [[1, 0, 1]]


def test_a_catalogue_without_ratings_is_refused():
    with pytest.raises(CannotFitError, match="no ratings"):
        create("user_vectors").fit(dataset(rated=False), {"minilm": space()}, rng=RNG)
