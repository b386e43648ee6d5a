"""System S5: nearest in the learned space, and what pulls films together there."""

import numpy as np
import pytest

from core.domain import Profile
from core.embeddings.base import normalise
from core.errors import InvalidQueryError, NotBuiltError
from core.recommenders import create
from tests.recommenders.films import best, dataset, space

RNG = np.random.default_rng(0)


def at(degrees):
    return [np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]


# Solaris, Solaris, Rocket Alien; 3 and 4 share two people and the keyword "house"; the rest is elsewhere
VECTORS = np.array([at(d) for d in (0, 10, 30, 90, 80, 120, 170, 175, 160, 190, 250, 300)], np.float32)


def fitted(vectors=VECTORS, **params):
    return create("triplet", **params).fit(dataset(), {"triplet": space("triplet", vectors=vectors)}, rng=RNG)


def test_films_are_ranked_by_cosine_in_the_learned_space():
    scores = fitted().score([Profile.of_likes([0])])[0]
    assert scores[[0, 1, 2]] == pytest.approx(np.cos(np.radians([0, 10, 30])), abs=1e-6)
    assert best(scores, 2, leave_out=[0]) == [1, 2]


def test_dislikes_push_away():
    scores = fitted(dislike_weight=1).score([Profile.of_likes([2]), Profile.of_likes([2], [3])])
    assert best(scores[0], 1, leave_out=[2, 3]) == [1]
    assert scores[1, 0] > scores[1, 1] > scores[1, 4]


def test_a_text_is_a_point_in_the_learned_space():
    learned = {"triplet": space("triplet")}
    model = create("triplet").fit(dataset(), learned, rng=RNG)
    scores = model.score([Profile(text="ghost"), Profile()])
    assert best(scores[0], 2) == [3, 4]
    assert np.isnan(scores[1]).all()
    (reason,) = model.explain(Profile(text="ghost"), [4])[0]
    assert reason.text == "Your words in its description: ghost"


def test_pull_is_the_similarity_to_the_mean_of_the_other_films_with_it():
    model = fitted()
    others = normalise(normalise(VECTORS[[1]]).mean(0))
    assert model.pull(0, "shared_keywords", "ocean") == pytest.approx(float(others @ VECTORS[0]))
    assert model.pull(0, "shared_keywords", "station") == pytest.approx(np.cos(np.radians(30)), abs=1e-6)
    pair = normalise(VECTORS[[6, 7]].mean(0))
    assert model.pull(9, "shared_keywords", "paris") == pytest.approx(float(pair @ VECTORS[9]))
    assert model.pull(0, "shared_keywords", "paris once more") == -1
    assert model.pull(0, "shared_people", "Andrei") == -1, "nobody else's film"


def test_reasons_put_what_pulls_closest_first():
    vectors = VECTORS.copy()
    vectors[8] = at(60)  # The Joke shares Buster with Jokes and a Kiss, Billy with A Kiss
    (reasons,) = fitted(vectors).explain(Profile.of_likes([7]), [9])
    assert [reason.kind for reason in reasons] == ["shared_keywords"]
    (people, keywords) = fitted(vectors).explain(Profile.of_likes([3]), [4])[0]
    assert people.text == (
        "Shares James, Vera with Ghost's 100% (1990), which you like; "
        f"its similarity to the other films with James is {np.cos(np.radians(10)):.2f}."
    )
    assert keywords.kind == "shared_keywords"
    assert people.items == keywords.items == (3,)


def test_a_keyword_that_holds_tighter_than_a_person_comes_first():
    frame = dataset()
    frame.catalog.items.at[2, "cast"] = ("Natalya",)
    frame.catalog.items.at[9, "cast"] = ("Natalya",)
    model = create("triplet").fit(frame, {"triplet": space("triplet", vectors=VECTORS)}, rng=RNG)
    kinds = [reason.kind for reason in model.explain(Profile.of_likes([0]), [2])[0]]
    assert model.pull(2, "shared_people", "Natalya") < model.pull(2, "shared_keywords", "station")
    assert kinds == ["shared_keywords", "shared_people"]


def test_without_anything_shared_the_nearest_liked_film_is_the_reason():
    (reasons,) = fitted().explain(Profile.of_likes([2]), [3])
    assert reasons[0].kind == "liked_film"
    assert fitted().explain(Profile(), [3]) == [()]


def test_the_space_has_to_be_built():
    with pytest.raises(NotBuiltError, match="triplet"):
        create("triplet").fit(dataset(), {}, rng=RNG)


def test_the_space_of_likes_is_searched_where_it_is_chosen():
    turned = np.roll(VECTORS, 1, axis=0)
    spaces = {
        "triplet": space("triplet", vectors=VECTORS),
        "triplet_coliked": space("triplet_coliked", vectors=turned),
    }
    model = create("triplet", space="triplet_coliked")
    assert model.needs() == ("triplet_coliked",)
    scores = model.fit(dataset(), spaces, rng=RNG).score([Profile.of_likes([1])])[0]
    assert scores[[1, 2, 3]] == pytest.approx(np.cos(np.radians([0, 10, 30])), abs=1e-6)
    with pytest.raises(NotBuiltError, match="triplet_coliked is not built"):
        create("triplet", space="triplet_coliked").fit(dataset(), {"triplet": space("triplet")}, rng=RNG)
    with pytest.raises(InvalidQueryError, match="space is 'minilm'"):
        create("triplet", space="minilm")
