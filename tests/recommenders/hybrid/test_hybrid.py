"""The hybrid on made-up data whose right answers are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import recommenders
from core.domain import Catalog, Dataset, Interactions, Profile
from core.embeddings import Space, Stamp
from core.errors import CannotFitError, InvalidQueryError
from core.models import linear
from core.models.preference_matrix import liked_matrix
from core.recommenders.hybrid.hybrid import START, starting_weights
from core.recommenders.hybrid.informed_linear import InformedLinear
from core.recommenders.hybrid.parts import CONTENT, PARTS, WORDS
from core.recommenders.hybrid.weights import bin_of, clearly_above, climb, hold_out, ndcg

pytestmark = pytest.mark.slow

N_WORLDS, PER_WORLD = 4, 12
N_FILMS = N_WORLDS * PER_WORLD
UNRATED = [world * PER_WORLD + PER_WORLD - 1 for world in range(N_WORLDS)]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """80 people who each like one of four worlds; the last film of a world is rated by nobody."""
    rng = np.random.default_rng(0)
    rows = []
    for user in range(80):
        for item in range(N_FILMS):
            is_liked = item // PER_WORLD == user % N_WORLDS
            if item not in UNRATED and rng.random() < (0.7 if is_liked else 0.15):
                rows.append((f"u{user}", item, rng.choice([4.0, 5.0] if is_liked else [1.0, 2.0])))
    users, items, ratings = zip(*rows, strict=True)
    frame = pd.DataFrame(
        {
            "item_id": [f"i{i}" for i in range(N_FILMS)],
            "title": [f"Film {i}" for i in range(N_FILMS)],
            "year": [1980 + i % PER_WORLD for i in range(N_FILMS)],
            "genres": [[f"World {i // PER_WORLD}"] for i in range(N_FILMS)],
        }
    )
    interactions = Interactions.of(users, items, ratings, N_FILMS)
    return Dataset("worlds", "Worlds", Catalog.of(frame), interactions)


@pytest.fixture(scope="module")
def space() -> Space:
    """Films of a world lie close together; the word "three" lies in the third."""
    rng = np.random.default_rng(1)
    centres = np.eye(N_WORLDS, 8, dtype=np.float32)
    noise = 0.1 * rng.standard_normal((N_FILMS, 8)).astype(np.float32)
    vectors = np.repeat(centres, PER_WORLD, axis=0) + noise
    names = ("zero", "one", "two", "three")

    def encode(texts):
        return np.stack([centres[names.index(text)] for text in texts])

    return Space("minilm", vectors, Stamp("minilm", "test", 8), "cosine", encode)


@pytest.fixture(scope="module")
def fitted(dataset, space):
    return fit(dataset, space)


def fit(dataset, space, **params):
    return recommenders.create("hybrid", **params).fit(
        dataset, {"minilm": space}, rng=np.random.default_rng(0)
    )


def best(scores, k, leave_out=()):
    values = scores.copy()
    values[list(leave_out)] = -np.inf
    return [int(i) for i in np.argsort(-values, kind="stable")[:k]]


def worlds(items):
    return {item // PER_WORLD for item in items}


def test_likes_of_one_world_find_the_rest_of_it_and_the_film_nobody_rated(fitted):
    likes = [24, 25, 26, 27, 28]
    found = best(fitted.score([Profile.of_likes(likes)])[0], PER_WORLD - len(likes), likes)
    assert worlds(found) == {2}
    assert UNRATED[2] in found


@pytest.mark.parametrize("n", [4, 7, 10])
def test_a_film_nobody_rated_beats_the_rated_films_of_other_worlds(fitted, n):
    scores = fitted.score([Profile.of_likes(list(range(12, 12 + n)))])[0]
    others = [i for i in range(N_FILMS) if i // PER_WORLD != 1]
    assert scores[UNRATED[1]] > scores[others].max()


@pytest.mark.parametrize("wanted", [1, 3, 10])
def test_places_can_be_kept_for_films_nobody_rated(dataset, space, fitted, wanted):
    profile = Profile.of_likes([0, 1, 2], seen=[UNRATED[0]])
    before = fitted.score([profile, Profile()])
    found = fit(dataset, space, unrated_places=wanted)
    after = found.score([profile, Profile()])
    for row, who in enumerate((profile, Profile())):
        free = [item for item in UNRATED if item not in who.excluded]
        listed = best(after[row], 10, who.excluded)
        assert len(set(listed) & set(UNRATED)) == min(wanted, len(free))
        # the order within both kinds of films stays as it was
        for kind in (free, [i for i in range(N_FILMS) if i not in UNRATED]):
            assert np.array_equal(np.argsort(after[row, kind]), np.argsort(before[row, kind]))


def test_unrated_films_that_are_listed_anyway_are_not_raised(dataset, space):
    profile = Profile.of_likes(text="three")
    plain, kept = (fit(dataset, space, unrated_places=n).score([profile]) for n in (0, 1))
    assert UNRATED[3] in best(plain[0], 10)
    np.testing.assert_array_equal(plain, kept)


def test_of_too_many_ratings_the_weights_are_learned_from_some_peoples_and_the_parts_from_all(
    dataset, space, monkeypatch
):
    seen = []

    def spy(interactions, share, rng):
        seen.append(len(interactions))
        return hold_out(interactions, share, rng)

    monkeypatch.setattr("core.recommenders.hybrid.hybrid.hold_out", spy)
    whole = fit(dataset, space)
    most = len(dataset.interactions) // 2
    monkeypatch.setattr("core.recommenders.hybrid.hybrid.MOST_WEIGHED", most)
    found = fit(dataset, space)
    assert seen[0] == len(dataset.interactions)
    assert 0.8 * most < seen[1] <= most
    np.testing.assert_array_equal(found.parts_["linear"].weights_, whole.parts_["linear"].weights_)


def test_a_stranger_gets_what_many_people_like(fitted, dataset):
    scores = fitted.score([Profile()])[0]
    assert np.isfinite(scores).all()
    counts = dataset.interactions.item_counts()
    found = best(scores, 10)
    assert counts[found].mean() > counts[counts > 0].mean()
    assert not set(found) & set(UNRATED)


def test_a_text_and_a_dislike_reach_the_content_part(fitted):
    assert worlds(best(fitted.score([Profile.of_likes(text="three")])[0], 8)) == {3}
    liked, pushed = fitted.score([Profile.of_likes(), Profile.of_likes([], [0])])
    assert (pushed - liked)[:12].mean() < (pushed - liked)[12:].mean()


def test_the_score_is_the_weighted_sum_of_standardised_parts(fitted, dataset):
    profile = Profile.of_likes([0, 1, 2, 3, 4])
    rated = dataset.interactions.item_counts() > 0
    expected = np.zeros(N_FILMS)
    for name, weight in zip(PARTS, fitted.weights_[bin_of(profile)], strict=True):
        own = fitted.parts_[name].score([profile])[0].astype(np.float64)
        there = rated & ~np.isnan(own)
        expected += weight * np.nan_to_num((own - own[there].mean()) / own[there].std())
    found = fitted.score([profile])[0]
    np.testing.assert_allclose(found[rated], expected[rated], rtol=1e-3, atol=1e-4)


def test_shares_add_up_and_the_strongest_parts_own_reason_comes_first(fitted):
    profile = Profile.of_likes([0, 1, 2, 3, 4])
    (reasons,) = fitted.explain(profile, [5])
    parts = reasons[-1].text.removeprefix("What speaks for it: ").removesuffix(".").split(", ")
    shares = [int(part.split("%")[0]) for part in parts]
    assert sum(shares) == pytest.approx(100, abs=len(shares))
    assert shares == sorted(shares, reverse=True)
    strongest = fitted.parts_[PARTS[WORDS.index(parts[0].split("% ")[1])]]
    assert reasons[0].text == strongest.explain(profile, [5])[0][0].text
    assert len(PARTS) == len(WORDS)


def test_weights_are_not_learned_from_what_is_asked_later(dataset, space):
    from core.evaluation.splits import make_splits

    (split,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))
    assert len(split.test.data)
    train = replace(dataset, interactions=split.train)
    before = fit(train, space)
    split.test.data[:] = np.random.default_rng(1).permutation(split.test.data)
    after = fit(train, space)
    np.testing.assert_array_equal(before.weights_, after.weights_)


def test_what_the_weights_are_measured_on_is_no_part_of_what_the_parts_learn_from(dataset):
    validation = hold_out(dataset.interactions, 0.2, np.random.default_rng(0))
    train = validation.train.ratings.astype(bool)
    rated = dataset.interactions.ratings.astype(bool)
    assert 0 < train.nnz < rated.nnz
    n_asked = 0
    for row, (profiles, hidden, wanted) in enumerate(
        zip(validation.profiles, validation.hidden, validation.wanted, strict=True)
    ):
        assert not hidden.multiply(wanted).nnz
        assert not [profile for profile in profiles if bin_of(profile) != row]
        for place, profile in enumerate(profiles):
            assert not set(profile.items) & set(wanted[place].indices)
            if profile.user is not None:
                n_asked += wanted[place].nnz
                assert not train[profile.user].multiply(wanted[place]).nnz
    assert n_asked
    # the users and films held out wholly have nothing left
    assert (np.diff(train.indptr) == 0).sum() >= 16
    assert (np.diff(train.tocsc().indptr) == 0).sum() > len(UNRATED)


def test_climbing_moves_only_where_everybody_gains():
    target = np.array([1.0, 0.0, 0.6])

    def measure(weights):
        return 1 - np.abs(weights - target).sum() + 1e-6 * np.arange(50)

    found = climb(np.array([0.4, 0.0, 0.0]), np.array([True, True, False]), measure)
    assert found == pytest.approx([1.0, 0.0, 0.0])
    noise = np.random.default_rng(0).standard_normal(1000)
    start = np.array([0.5])
    kept = climb(start, np.array([True]), lambda w: noise if w[0] == 0.5 else -noise - 0.2)
    assert kept == pytest.approx(start)
    assert not clearly_above(np.array([1.0]), np.array([0.0]))


def test_ndcg_by_hand():
    from scipy import sparse

    scores = np.array([[9.0, 8.0, 7.0, 6.0]], np.float32)
    hidden = sparse.csr_matrix(np.array([[True, False, False, False]]))
    wanted = sparse.csr_matrix(np.array([[False, False, True, True]]))
    expected = (1 / np.log2(3) + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert ndcg(scores, hidden, wanted) == pytest.approx([expected])


def test_bins_count_the_films_that_are_not_disliked():
    neutral = Profile(np.arange(4), np.array([0.0, 0.5, 1.0, -1.0], np.float32))
    assert [bin_of(p) for p in (Profile(), Profile.of_likes([], [1]), neutral)] == [0, 0, 2]
    assert [bin_of(Profile.of_likes(list(range(n)))) for n in (1, 2, 3, 4, 10, 11)] == [1, 2, 2, 3, 3, 4]


def test_the_linear_part_equals_its_closed_form(dataset, space):
    params = InformedLinear.Params(content=0.2, genres=0.0, dropout=0.5, activity=0, fame=0, keep=0)
    found = InformedLinear(params).fit(dataset, {"minilm": space}, rng=np.random.default_rng(0))
    low, high = dataset.interactions.scale
    ratings = dataset.interactions.ratings.toarray().astype(np.float64)
    strength = np.where(ratings > 0, (ratings - low) / (high - low), 0)
    strength[(strength < 0.5)] = 0
    gram = strength.T @ strength
    diagonal = np.diag(gram)
    reg = np.clip(60 * np.sqrt(diagonal[diagonal > 0].mean()), 50, 500)
    unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    inverse = np.linalg.inv(gram + 0.2 * reg * unit @ unit.T + np.diag(reg + diagonal))
    expected = -inverse / np.diag(inverse)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(found.weights_, expected, atol=1e-4)


def test_films_beyond_memory_are_predicted_by_the_linear_part_from_likes_and_content(
    dataset, space, monkeypatch
):
    monkeypatch.setattr(linear, "LEAST_LEARNED", 5)
    n_learned, n = 20, dataset.n_items
    monkeypatch.setattr(linear, "BYTES", 1e6 / n_learned**2)
    params = InformedLinear.Params(
        content=0.2, genres=0.0, dropout=0.5, activity=0, fame=0, keep=1000, memory_gb=0.001
    )
    found = InformedLinear(params).fit(dataset, {"minilm": space}, rng=np.random.default_rng(0))
    assert found.decided_["films"] == n_learned
    likes = liked_matrix(dataset, params.min_weight).toarray().astype(np.float64)
    learned = np.sort(np.argsort(-(likes > 0).sum(axis=0), kind="stable")[:n_learned])
    others = np.setdiff1d(np.arange(n), learned)
    gram = likes.T @ likes
    diagonal = np.diag(gram)[learned]
    unit = space.vectors / np.linalg.norm(space.vectors, axis=1, keepdims=True)
    counted = gram + 0.2 * found.decided_["reg"] * unit @ unit.T
    inverse = np.linalg.inv(counted[np.ix_(learned, learned)] + np.diag(found.decided_["reg"] + diagonal))
    expected = np.zeros((n, n))
    among = -inverse / np.diag(inverse)
    np.fill_diagonal(among, 0)
    expected[np.ix_(learned, learned)] = among
    expected[np.ix_(learned, others)] = inverse @ counted[np.ix_(learned, others)]
    np.testing.assert_allclose(found.weights_.toarray(), expected, atol=1e-4)


def test_bare_likes_are_enough(dataset, space):
    ratings = dataset.interactions.ratings.copy()
    ratings.data[:] = 1
    bare = Interactions(ratings, dataset.interactions.user_ids, None, (0.0, 1.0), is_explicit=False)
    found = fit(replace(dataset, interactions=bare), space)
    assert "stars" not in found.parts_
    again = recommenders.create("hybrid").restore(
        replace(dataset, interactions=bare), {"minilm": space}, found.state()
    )
    profiles = [Profile(), Profile.of_likes([1, 2, 3])]
    np.testing.assert_array_equal(again.score(profiles), found.score(profiles))


def test_declines_what_it_cannot_do(dataset, space):
    with pytest.raises(CannotFitError, match="no ratings"):
        fit(replace(dataset, interactions=Interactions.empty(N_FILMS)), space)
    with pytest.raises(CannotFitError, match="GB"):
        InformedLinear(InformedLinear.Params(memory_gb=0.001)).fit(
            *_many_films(), rng=np.random.default_rng(0)
        )
    with pytest.raises(InvalidQueryError, match="text_weight"):
        recommenders.create("hybrid", text_weight=-1.0)


def _many_films():
    n = 500
    frame = pd.DataFrame({"item_id": range(n), "title": [f"Film {i}" for i in range(n)]})
    interactions = Interactions.of(["u"] * n, range(n), [4.0] * n, n)
    vectors = np.ones((n, 2), np.float32)
    made = Dataset("many", "Many", Catalog.of(frame), interactions)
    return made, {"minilm": Space("minilm", vectors, Stamp("minilm", "test", 2))}


def test_without_learning_the_weights_stay_as_they_start(dataset, space):
    found = fit(dataset, space, learn=False)
    np.testing.assert_array_equal(found.weights_, starting_weights(dataset.interactions))
    assert found.weights_[0, CONTENT] > 0, "who only dislikes films is heard as well"


@pytest.mark.parametrize(("ratings_a_film", "share"), [(1, 1.0), (12, 1.0), (48, 0.5), (1200, 0.1)])
def test_nearness_counts_less_where_films_have_many_ratings(ratings_a_film: int, share: float) -> None:
    """Of twelve ratings a film nothing is taken; unrated films are not counted; few known films change nothing."""
    users = [f"u{n}" for n in range(ratings_a_film) for _ in range(2)]
    interactions = Interactions.of(users, [0, 3] * ratings_a_film, [4.0] * len(users), 9)
    weights = starting_weights(interactions)
    expected = START.copy()
    expected[-2:, CONTENT] *= share
    np.testing.assert_allclose(weights, expected)


def test_too_little_to_learn_weights_from_is_still_enough_to_fit():
    made, spaces = _many_films()
    found = recommenders.create("hybrid").fit(made, spaces, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(found.weights_, START)
    assert np.isfinite(found.score([Profile.of_likes([0, 1])])).all()


def test_one_rating_is_enough(dataset, space):
    one = Interactions.of(["u"], [3], [5.0], N_FILMS)
    found = fit(replace(dataset, interactions=one), space)
    np.testing.assert_array_equal(found.weights_, START)
    assert worlds(best(found.score([Profile.of_likes([3])])[0], 8, [3])) == {0}


def test_ratings_alone_are_enough(dataset: Dataset) -> None:
    """Without any embedding, as in a person's own files: no nearness, and films nobody rated stay at the average."""
    alone = recommenders.create("hybrid").fit(dataset, {}, rng=np.random.default_rng(0))
    assert "content" not in alone.parts_
    scores = alone.score([Profile.of_likes([0, 1, 2])])[0]
    own = list(range(3, PER_WORLD - 1))
    other = [item for item in range(PER_WORLD, N_FILMS) if item not in UNRATED]
    assert scores[own].mean() > scores[other].mean()
    again = recommenders.create("hybrid").restore(dataset, {}, alone.state())
    np.testing.assert_array_equal(again.score([Profile.of_likes([0])]), alone.score([Profile.of_likes([0])]))
