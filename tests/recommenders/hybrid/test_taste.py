"""Taste: what people like together and what films share come before fame."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.domain import Catalog, Dataset, Interactions, Profile
from core.embeddings import Space, Stamp
from core.recommenders import create
from core.recommenders.base import Recommender
from core.recommenders.content_based.shared_facts import SharedFacts, fact_matrices
from core.recommenders.hybrid import unwanted
from core.recommenders.hybrid.lift import largest_of

TITLES = ("Hit", "Alien", "Alien 3", "Robots", "More Robots", "Tea", "Garden", "Nobody's Film")
GENRES = ("Drama", "Horror", "Horror", "Sci-Fi", "Sci-Fi", "Romance", "Romance", "Romance")
DIRECTORS = ("A", "B", "C", "D", "D", "E", "F", "E")
HIT, ALIEN, ALIEN_3, ROBOTS, MORE_ROBOTS, TEA, GARDEN, UNRATED = range(8)


def films(n_people: int = 40) -> Dataset:
    """Everybody likes the hit; half of them space and robots, the other half tea and gardens; one film has no rating."""
    catalog = Catalog.of(
        pd.DataFrame(
            {
                "item_id": [str(n) for n in range(8)],
                "title": TITLES,
                "genres": [[genre] for genre in GENRES],
                "directors": [[name] for name in DIRECTORS],
            }
        )
    )
    users, items = [], []
    for person in range(n_people):
        own = (ALIEN, ROBOTS, MORE_ROBOTS) if person % 2 else (TEA, GARDEN)
        liked = {HIT, *own} - ({own[person // 2 % len(own)]} if person % 3 else set())
        if person == 1:
            liked.add(ALIEN_3)
        users += [person] * len(liked)
        items += sorted(liked)
    return Dataset("few", "Few films", catalog, Interactions.of(users, items, [5.0] * len(users), 8))


def space() -> Space:
    rng = np.random.default_rng(0)
    kinds = {genre: rng.normal(size=8) for genre in GENRES}
    vectors = np.stack([kinds[genre] + 0.2 * rng.normal(size=8) for genre in GENRES]).astype(np.float32)
    return Space("minilm", vectors, Stamp("minilm", "1", 8), "cosine", lambda texts: vectors[[TEA]])


@pytest.fixture(scope="module")
def taste() -> Recommender:
    return create("taste").fit(films(), {"minilm": space()}, rng=np.random.default_rng(0))


def order(method: Recommender, profile: Profile) -> list[int]:
    scores = method.score([profile])[0]
    scores[profile.items] = -np.inf
    return [int(item) for item in np.argsort(-scores, kind="stable")]


def test_the_same_maker_and_taste_come_before_the_hit_that_everybody_likes(taste: Recommender) -> None:
    found = order(taste, Profile.of_likes([ROBOTS]))
    assert found[0] == MORE_ROBOTS
    assert found.index(ALIEN) < found.index(HIT)


def test_a_sequel_that_hardly_anybody_rated_follows_its_film(taste: Recommender) -> None:
    assert ALIEN_3 in order(taste, Profile.of_likes([ALIEN]))[:2]


def test_a_film_that_nobody_rated_is_found_by_its_facts(taste: Recommender) -> None:
    found = order(taste, Profile.of_likes([TEA]))
    assert found.index(UNRATED) < min(found.index(other) for other in (ALIEN, ALIEN_3, ROBOTS, MORE_ROBOTS))


def test_strangers_get_what_many_rate_highly(taste: Recommender) -> None:
    assert order(taste, Profile())[0] == HIT


def test_a_dislike_takes_away_what_is_like_it_and_unlike_what_is_liked(taste: Recommender) -> None:
    liked = taste.score([Profile.of_likes([HIT])])[0]
    against = taste.score([Profile.of_likes([HIT], [TEA])])[0]
    assert against[GARDEN] < liked[GARDEN] - 0.1
    assert against[ROBOTS] == pytest.approx(liked[ROBOTS])
    same_kind = taste.score([Profile.of_likes([GARDEN], [TEA])])[0]
    assert same_kind[UNRATED] > against[UNRATED], "what the like shares with the dislike is not taken away"


def test_what_is_unwanted_is_that_of_all_cosines_and_told_once_for_the_same_dislikes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unwanted, "BLOCK", 70)
    monkeypatch.setattr(unwanted, "KEPT", 2)
    vectors = np.random.default_rng(5).normal(size=(200, 6)).astype(np.float32)
    vectors[7] = 0
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    asked = unwanted.Unwanted(Space("s", vectors, Stamp("s", "1", 6)))
    compared: list[int] = []
    nearest = unwanted._nearest

    def counted(space: Space, points: np.ndarray, films: object) -> np.ndarray:
        compared.append(len(points))
        return nearest(space, points, films)  # type: ignore[arg-type]

    monkeypatch.setattr(unwanted, "_nearest", counted)
    for likes, dislikes in (
        ([1, 2], [9, 3, 11]),
        ([], [3]),
        ([4], [11, 9, 3]),
        ([5], [8]),
        ([6], [12, 9, 3]),
    ):
        found = asked.of(Profile.of_likes(likes, dislikes))
        against = (unit @ unit[dislikes].T).max(axis=1)
        usual = against.mean() + against.std()
        wanted = (unit @ unit[likes].T).max(axis=1) if likes else np.full(200, -1)
        true = np.where(against > usual, np.maximum(against - np.maximum(wanted, usual), 0), 0)
        np.testing.assert_allclose(found, true, atol=1e-6)
        assert found.any()
    assert compared == [3, 2, 1, 1, 1, 1, 3, 1], "dislikes, then likes; the same dislikes once, in any order"
    assert len(asked._kept) == 2


def test_words_alone_are_answered_by_meaning(taste: Recommender) -> None:
    assert set(order(taste, Profile.of_likes(text="a cup of tea"))[:3]) == {TEA, GARDEN, UNRATED}


def test_a_history_is_answered_by_ease() -> None:
    """From ten likes on: the order is that of EASE alone."""
    rng = np.random.default_rng(4)
    n_items = 30
    ratings = rng.random((60, n_items)) < 0.4
    users, items = np.nonzero(ratings)
    catalog = Catalog.of(
        pd.DataFrame({"item_id": range(n_items), "title": [f"Film {n}" for n in range(n_items)]})
    )
    dataset = Dataset(
        "h", "H", catalog, Interactions.of(users, items, rng.integers(6, 11, len(users)) / 2, n_items)
    )
    vectors = rng.normal(size=(n_items, 4)).astype(np.float32)
    spaces = {"minilm": Space("minilm", vectors, Stamp("minilm", "1", 4))}
    taste, ease = (
        create(name).fit(dataset, spaces, rng=np.random.default_rng(0)) for name in ("taste", "ease")
    )
    history = Profile.of_likes(range(10))
    np.testing.assert_array_equal(order(taste, history), order(ease, history))
    assert order(taste, Profile.of_likes([0])) != order(ease, Profile.of_likes([0]))


def test_without_ratings_facts_and_content_answer() -> None:
    dataset = films()
    bare = Dataset("bare", "Bare", dataset.catalog, Interactions.empty(8))
    method = create("taste").fit(bare, {"minilm": space()}, rng=np.random.default_rng(0))
    assert order(method, Profile.of_likes([ROBOTS]))[0] == MORE_ROBOTS
    assert order(method, Profile.of_likes([ALIEN]))[0] == ALIEN_3


def test_reasons_name_the_like_that_leads_to_a_film_and_what_they_share(taste: Recommender) -> None:
    (reasons,) = taste.explain(Profile.of_likes([TEA, ROBOTS]), [MORE_ROBOTS])
    text = " ".join(reason.text for reason in reasons)
    assert "Robots" in reasons[0].text
    assert "Tea" not in text
    assert "Shares D" in text


def test_facts_are_weighed_by_how_rare_they_are() -> None:
    facts = SharedFacts(fact_matrices(films().catalog), {"directors": 3.0})
    found = facts.of([Profile.of_likes([ROBOTS]), Profile.of_likes([TEA, ROBOTS])])
    assert found[0, MORE_ROBOTS] == pytest.approx(3)
    assert found[0, TEA] == 0
    assert found[1, MORE_ROBOTS] == pytest.approx(3 / 2), "the mean over the likes"


def test_facts_of_all_kinds_add_up_as_products_of_each_kind_do() -> None:
    catalog, weights = films().catalog, {"directors": 3.0, "saga": 5.0, "genres": 1.0}
    facts = fact_matrices(catalog)
    likes = Profile(np.array([ALIEN, ROBOTS, TEA]), np.array([1.0, 0.5, -1.0], np.float32))
    liked = np.zeros(len(catalog))
    liked[[ALIEN, ROBOTS]] = 2 / 3, 1 / 3
    expected = sum(weight * (facts[kind] @ (facts[kind].T @ liked)) for kind, weight in weights.items())
    found = SharedFacts(facts, weights).of([likes, Profile()])
    np.testing.assert_allclose(found, [expected, np.zeros(len(catalog))], rtol=1e-5, atol=1e-6)
    assert found[0, ALIEN_3] > 0


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 3), st.integers(12, 30)),
        elements=st.sampled_from([0, 0, 1, 2.5]),
    )
)
def test_the_largest_weights_are_those_of_the_whole_row(weights: np.ndarray) -> None:
    np.testing.assert_array_equal(largest_of(weights, 10), np.sort(weights, axis=1)[:, -10:])


def test_a_history_is_explained_by_what_answered_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not film by film: somebody may have rated thousands."""
    rng = np.random.default_rng(4)
    users, items = np.nonzero(rng.random((60, 30)) < 0.4)
    titles = [f"Film {n}" for n in range(30)]
    catalog = Catalog.of(pd.DataFrame({"item_id": titles, "title": titles}))
    dataset = Dataset("h", "H", catalog, Interactions.of(users, items, [5.0] * len(users), 30))
    spaces = {"minilm": Space("minilm", rng.normal(size=(30, 4)).astype(np.float32), Stamp("minilm", "1", 4))}
    method = create("taste").fit(dataset, spaces, rng=np.random.default_rng(0))
    profile = Profile.of_likes(range(12))
    expected = method.parts_["history"].explain(profile, [20, 21])
    monkeypatch.setattr(method, "lift_of", lambda profiles: pytest.fail("asked film by film"))
    assert method.explain(profile, [20, 21]) == expected


def test_the_first_film_of_the_catalogue_can_be_the_one_that_leads(taste: Recommender) -> None:
    (reasons,) = taste.explain(Profile.of_likes([HIT, TEA]), [ROBOTS])
    assert reasons[0].items in ((HIT,), (TEA,))
