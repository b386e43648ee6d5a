"""Collaborative methods against closed forms, naive loops, and popularity on real data."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import datasets, embeddings, recommenders
from core.domain import Catalog, Dataset, Interactions, Profile
from core.errors import CannotFitError, InvalidQueryError
from core.evaluation.metrics import accuracy
from core.evaluation.metrics.lists import hits_of
from core.evaluation.splits import make_splits
from core.models import linear
from core.models.linear import strongest
from core.models.preference_matrix import history_matrix, liked_matrix
from core.recommenders import Ability
from core.recommenders.ranking import top_k_rows
from tests.tiny import tiny_dataset

pytestmark = pytest.mark.slow

ITEM_ITEM = ("ease", "edlae", "item_knn", "rp3beta", "slim")
LEARNED = (*ITEM_ITEM, "user_knn", "ials")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return tiny_dataset()


def fit(name, dataset, **params):
    return recommenders.create(name, **params).fit(dataset, {}, rng=np.random.default_rng(0))


def profile_of(dataset, user):
    return Profile.of_ratings(*dataset.interactions.history(user), dataset.interactions.scale, user=user)


def all_profiles(dataset):
    return [profile_of(dataset, user) for user in range(dataset.interactions.n_users)]


def with_users(dataset, order):
    inter = dataset.interactions
    turned = Interactions(inter.ratings[order], inter.user_ids[order], None, inter.scale)
    return replace(dataset, interactions=turned)


# --- histories ---


def test_the_strength_of_a_rating_is_its_place_on_the_scale_from_the_middle_up(dataset):
    scale = dataset.interactions.scale
    profile = Profile.of_ratings(np.array([3, 1, 2]), [5.0, 2.75, 2.5], scale)
    row = history_matrix([profile, Profile()], dataset.n_items, 0.0).toarray()
    assert row[0, [1, 2, 3]] == pytest.approx([0.5, 0, 1])
    assert row.sum() == pytest.approx(1.5)
    low = history_matrix([profile], dataset.n_items, -1.0).toarray()
    assert low[0, 2] == pytest.approx((2.5 - 0.5) / 4.5)


def test_users_and_their_profiles_give_the_same_matrix_and_the_dataset_stays_as_it_was(dataset):
    before = dataset.interactions.ratings.copy()
    matrix = liked_matrix(dataset, 0.0)
    assert (matrix != history_matrix(all_profiles(dataset), dataset.n_items, 0.0)).nnz == 0
    assert (before != dataset.interactions.ratings).nnz == 0
    assert matrix.nnz < before.nnz


# --- closed forms and naive loops ---


def dense_likes(dataset):
    rated = dataset.interactions.item_counts() > 0
    return liked_matrix(dataset, 0.0).toarray().astype(np.float64)[:, rated], rated


@pytest.mark.parametrize(
    ("name", "params"),
    [("ease", {"reg": 7.0, "keep": 0}), ("edlae", {"reg": 7.0, "dropout": 0.4, "keep": 0})],
)
def test_closed_forms_equal_the_plain_inverse(dataset, name, params):
    likes, rated = dense_likes(dataset)
    gram = likes.T @ likes
    odds = params.get("dropout", 0) / (1 - params.get("dropout", 0))
    inverse = np.linalg.inv(gram + np.diag(7.0 + odds * np.diag(gram)))
    weights = np.eye(len(gram)) - inverse / np.diag(inverse)
    scores = fit(name, dataset, **params).score(all_profiles(dataset))
    np.testing.assert_allclose(scores[:, rated], likes @ weights, rtol=1e-4, atol=1e-5)
    assert np.isnan(scores[:, ~rated]).all()
    assert (~rated).sum() == 4


def test_edlae_without_dropout_is_ease(dataset):
    profiles = all_profiles(dataset)
    plain = fit("ease", dataset, reg=20.0).score(profiles)
    np.testing.assert_array_equal(fit("edlae", dataset, reg=20.0, dropout=0.0).score(profiles), plain)


def test_kept_weights_are_the_strongest_of_all(dataset):
    full = fit("ease", dataset, reg=5.0, keep=0).weights_
    kept = fit("ease", dataset, reg=5.0, keep=6).weights_.toarray()
    bound = np.sort(np.abs(full), axis=None)[-6 * len(full)]
    np.testing.assert_array_equal(kept, np.where(np.abs(full) >= bound, full, 0))
    assert isinstance(fit("ease", dataset, keep=1000).weights_, np.ndarray)


def test_the_cut_finds_its_bound_in_a_sample_of_a_large_matrix():
    weights = np.random.default_rng(0).normal(size=(3000, 3000)).astype(np.float32)
    cut = strongest(weights, 30)
    assert cut.nnz == pytest.approx(30 * 3000, rel=0.03)
    assert np.abs(cut.data).min() >= np.sort(np.abs(weights), axis=None)[-int(30 * 3000 * 1.03)]
    assert (cut.toarray()[np.abs(weights) >= np.abs(cut.data).min()] != 0).all()


def test_item_knn_equals_naive_loops(dataset):
    likes, rated = dense_likes(dataset)
    params = {"n_neighbors": 5, "shrinkage": 3.0, "balance": 0.3, "activity_penalty": 0.5}
    lengths = np.linalg.norm(likes, axis=1)
    rows = likes / np.sqrt(lengths / lengths.mean())[:, None]
    n_items = rows.shape[1]
    expected = np.zeros((n_items, n_items))
    for i in range(n_items):
        similar = np.zeros(n_items)
        for j in range(n_items):
            if i != j:
                a, b = rows[:, i] @ rows[:, i], rows[:, j] @ rows[:, j]
                similar[j] = rows[:, i] @ rows[:, j] / (a**0.3 * b**0.7 + 3.0)
        nearest = np.argsort(-similar)[:5]
        expected[nearest, i] = similar[nearest]
    scores = fit("item_knn", dataset, **params).score(all_profiles(dataset))
    np.testing.assert_allclose(scores[:, rated], likes @ expected, rtol=1e-4, atol=1e-6)


def test_user_knn_equals_naive_loops(dataset):
    likes = liked_matrix(dataset, 0.0).toarray().astype(np.float64)
    people = (likes > 0).sum(axis=0)
    rarity = np.where(people > 0, np.log1p(len(likes) / np.maximum(people, 1)) ** 0.5, 0)
    rows = likes * rarity
    expected = np.zeros_like(likes)
    for u in range(len(rows)):
        similar = [
            rows[u] @ rows[v] / (np.linalg.norm(rows[u]) * np.linalg.norm(rows[v]) + 2.0)
            for v in range(len(rows))
        ]
        for v in np.argsort(similar)[::-1][:6]:
            expected[u] += similar[v] ** 2 * likes[v]
    method = fit("user_knn", dataset, n_neighbors=6, shrinkage=2.0, rarity=0.5, sharpness=2.0)
    scores = method.score(all_profiles(dataset))
    rated = dataset.interactions.item_counts() > 0
    np.testing.assert_allclose(scores[:, rated], expected[:, rated], rtol=1e-4, atol=1e-6)


def test_rp3beta_without_popularity_penalty_is_the_random_walk(dataset):
    likes, rated = dense_likes(dataset)
    to_person = (likes / likes.sum(axis=0)).T
    to_film = likes / likes.sum(axis=1, keepdims=True)
    walk = to_person @ to_film
    np.fill_diagonal(walk, 0)
    scores = fit("rp3beta", dataset, beta=0.0, alpha=1.0, n_neighbors=1000).score(all_profiles(dataset))
    np.testing.assert_allclose(scores[:, rated], likes @ walk, rtol=1e-4)


def test_slim_meets_the_conditions_of_its_optimum(dataset):
    likes, _ = dense_likes(dataset)
    l1, l2 = 0.5, 2.0
    weights = fit("slim", dataset, l1=l1, l2=l2, epochs=1000).weights_.toarray().astype(np.float64)
    gradient = likes.T @ (likes @ weights - likes) + l2 * weights + l1
    off_diagonal = ~np.eye(len(weights), dtype=bool)
    assert (weights >= 0).all()
    assert np.diag(weights).max() == 0
    np.testing.assert_allclose(gradient[(weights > 0)], 0, atol=0.02)
    assert (gradient[off_diagonal] > -0.02).all()


def fit_among_neighbors(dataset, monkeypatch, n_neighbors, **params):
    monkeypatch.setattr("core.recommenders.collaborative.slim.MOST_WORK", 0)
    monkeypatch.setattr("core.recommenders.collaborative.slim.NEIGHBORS", n_neighbors)
    return fit("slim", dataset, **params)


def test_slim_among_all_as_neighbors_is_slim(dataset, monkeypatch):
    params = {"l1": 0.5, "l2": 2.0, "epochs": 1000}
    whole = fit("slim", dataset, **params).weights_.toarray()
    found = fit_among_neighbors(dataset, monkeypatch, 1000, **params)
    np.testing.assert_allclose(found.weights_.toarray(), whole, atol=0.01)
    assert found.decided_ == {"neighbors": 1000, "films": len(found.items_)}


def test_slim_among_neighbors_meets_the_conditions_among_them_and_looks_at_no_other(dataset, monkeypatch):
    likes, _ = dense_likes(dataset)
    l1, l2, n = 0.5, 2.0, 4
    found = fit_among_neighbors(dataset, monkeypatch, n, l1=l1, l2=l2, epochs=1000)
    weights = found.weights_.toarray().astype(np.float64)
    lengths = np.linalg.norm(likes, axis=0)
    cosines = likes.T @ likes / np.outer(lengths, lengths)
    np.fill_diagonal(cosines, -1)
    gradient = likes.T @ (likes @ weights - likes) + l2 * weights + l1
    assert (weights >= 0).all()
    assert (weights > 0).any()
    for film, column in enumerate(weights.T):
        near = np.flatnonzero(cosines[:, film] >= np.sort(cosines[:, film])[-n] - 1e-6)
        assert set(np.flatnonzero(column)) <= set(near)
        np.testing.assert_allclose(gradient[column > 0, film], 0, atol=0.02)
        if len(near) == n:
            assert (gradient[near, film] > -0.02).all()


def test_slim_among_neighbors_hears_the_films_alone_that_a_linear_model_would_learn_from(
    dataset, monkeypatch
):
    monkeypatch.setattr(linear, "MOST_LEARNED", 6)
    monkeypatch.setattr(linear, "LEAST_LEARNED", 1)
    found = fit_among_neighbors(dataset, monkeypatch, 5)
    likes, _ = dense_likes(dataset)
    heard = np.flatnonzero(np.diff(found.weights_.indptr))
    n_likes = (likes > 0).sum(axis=0)
    assert 1 <= len(heard) <= 6
    assert n_likes[heard].min() >= np.sort(n_likes)[-6]


def test_slim_among_neighbors_tells_how_far_it_is_and_can_be_stopped(dataset, monkeypatch):
    class StopHereError(Exception):
        pass

    told = []

    def stop(done, total, note=""):
        told.append((done, total))
        raise StopHereError

    monkeypatch.setattr("core.recommenders.collaborative.slim.MOST_WORK", 0)
    method = recommenders.create("slim")
    method.progress = stop
    with pytest.raises(StopHereError):
        method.fit(dataset, {}, rng=np.random.default_rng(0))
    assert told[0][0] <= told[0][1]


def test_ials_folds_a_person_of_the_dataset_in_as_the_loss_says(dataset):
    method = fit("ials", dataset, dim=6, alpha0=0.3, reg=0.02)
    factors = method.factors_.astype(np.float64)
    likes = liked_matrix(dataset, 0.0).toarray().astype(np.float64)
    n_liked = np.count_nonzero(likes.any(axis=0))
    assert n_liked < dataset.n_items
    for user in (0, 5):

        def loss(point, strengths=likes[user]):
            predicted = factors @ point
            penalty = 0.02 * ((strengths > 0).sum() + 0.3 * n_liked) * point @ point
            return strengths @ (predicted - 1) ** 2 + 0.3 * predicted @ predicted + penalty

        best = method.user_factors([profile_of(dataset, user)])[0].astype(np.float64)
        rng = np.random.default_rng(user)
        assert all(loss(best) < loss(best + 0.01 * rng.normal(size=6)) for _ in range(50))


@pytest.mark.parametrize("dim", [3, 6, 40])
def test_ials_solves_histories_longer_and_shorter_than_its_factors_exactly(dataset, dim):
    method = fit("ials", dataset, dim=dim, alpha0=0.3, reg=0.02)
    factors = method.factors_.astype(np.float64)
    profiles = [*all_profiles(dataset), Profile(), Profile.of_likes([3])]
    history = history_matrix(profiles, dataset.n_items, 0.0).toarray().astype(np.float64)
    lengths = (history > 0).sum(axis=1)
    assert lengths.min() == 0
    assert 3 < lengths.max() < 40  # with these numbers of factors both ways are taken
    folded = method.user_factors(profiles)
    for strengths, length, found in zip(history, lengths, folded, strict=True):
        if not length:
            assert np.isnan(found).all()
            continue
        penalty = 0.02 * (length + 0.3 * np.count_nonzero(factors.any(axis=1)))
        system = 0.3 * factors.T @ factors + factors.T @ np.diag(strengths) @ factors + penalty * np.eye(dim)
        np.testing.assert_allclose(
            found, np.linalg.solve(system, factors.T @ strengths), rtol=1e-4, atol=1e-6
        )


def test_user_knn_asks_the_people_it_was_fitted_on_last(dataset):
    method, fresh = fit("user_knn", dataset), fit("user_knn", with_users(dataset, np.arange(20)))
    profiles = all_profiles(dataset)
    method.score(profiles)
    method.fit(with_users(dataset, np.arange(20)), {}, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(method.score(profiles), fresh.score(profiles))


def test_ials_fold_in_ranks_as_the_trained_person_does(dataset):
    from irspack.recommenders.ials import IALSRecommender

    trained = IALSRecommender(
        liked_matrix(dataset, 0.0), n_components=6, alpha0=0.3, reg=0.02, train_epochs=60, random_seed=3
    )
    for _ in range(60):
        if trained.trainer is None:
            trained.start_learning()
        trained.run_epoch()
    people = trained.get_user_embedding()
    method = fit("ials", dataset, dim=6, alpha0=0.3, reg=0.02)
    method.factors_ = np.array(trained.get_item_embedding(), np.float32)
    method._prepare(dataset, method.items_)
    np.testing.assert_allclose(method.user_factors(all_profiles(dataset)), people, atol=0.02)


# --- the contract, where it is particular ---


@pytest.mark.parametrize("name", LEARNED)
def test_people_get_films_of_their_own_world(dataset, name):
    """Users like one of four worlds each; a visitor who likes two of its films is led to the rest of it."""
    method = fit(name, dataset)
    scores = method.score([Profile.of_likes([9, 10]), Profile.of_likes([27, 28])])
    scores[0, [9, 10]] = scores[1, [27, 28]] = np.nan
    best = top_k_rows(scores, 4)
    assert set(best[0]) <= set(range(9, 18))
    assert set(best[1]) <= set(range(27, 36))


@pytest.mark.parametrize("name", LEARNED)
def test_a_restored_method_scores_and_explains_exactly_as_the_fitted_one(dataset, name):
    fitted = fit(name, dataset)
    restored = recommenders.create(name).restore(dataset, {}, fitted.state())
    profiles = [*all_profiles(dataset), Profile.of_likes([3, 12])]
    np.testing.assert_array_equal(fitted.score(profiles), restored.score(profiles))
    assert fitted.explain(profiles[-1], [4, 5]) == restored.explain(profiles[-1], [4, 5])


@pytest.mark.parametrize("keep", [0, 4])
def test_ease_is_restored_exactly_whether_cut_or_whole(dataset, keep):
    fitted = fit("ease", dataset, keep=keep)
    restored = recommenders.create("ease", keep=keep).restore(dataset, {}, fitted.state())
    profiles = all_profiles(dataset)
    np.testing.assert_array_equal(fitted.score(profiles), restored.score(profiles))


def test_whoever_asks_the_same_people_shares_what_they_like(dataset):
    first, other = fit("user_knn", dataset), fit("user_knn", dataset, n_neighbors=3)
    stored = recommenders.create("user_knn").restore(dataset, {}, first.state())
    likes = first._likes
    assert other._likes is stored._likes is likes
    few = fit("user_knn", dataset, min_weight=0.9)
    assert few._likes.by_person.nnz < likes.by_person.nnz
    people = replace(dataset, interactions=replace(dataset.interactions))
    assert recommenders.create("user_knn").restore(people, {}, first.state())._likes is not likes
    kept = weakref.ref(few._likes)
    del few
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("name", [*ITEM_ITEM, "user_knn"])
def test_the_order_of_the_people_does_not_matter(dataset, name):
    order = np.random.default_rng(1).permutation(dataset.interactions.n_users)
    asked = [Profile.of_likes([1, 2, 20]), Profile.of_likes([33])]
    straight, turned = fit(name, dataset).score(asked), fit(name, with_users(dataset, order)).score(asked)
    np.testing.assert_allclose(straight, turned, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", LEARNED)
def test_unknown_films_and_empty_profiles_are_nan_and_nothing_raises(dataset, name):
    method = fit(name, dataset)
    unrated = np.flatnonzero(dataset.interactions.item_counts() == 0)
    strangers = [
        Profile(),
        Profile.of_likes(dislikes=[3]),
        Profile.of_likes([int(unrated[0])]),
        Profile(text="rain"),
    ]
    scores = method.score([*strangers, Profile.of_likes([0])])
    assert scores.dtype == np.float32
    assert np.isnan(scores[:4]).all()
    assert np.isnan(scores[4, unrated]).all()
    assert np.isfinite(np.delete(scores[4], unrated)).all()
    assert method.score([]).shape == (0, dataset.n_items)


@pytest.mark.parametrize("name", LEARNED)
def test_dislikes_change_nothing_as_the_abilities_say(dataset, name):
    method = fit(name, dataset)
    assert Ability.DISLIKES not in method.abilities
    with_dislike, without = Profile.of_likes([1, 2], [30]), Profile.of_likes([1, 2])
    np.testing.assert_array_equal(method.score([with_dislike]), method.score([without]))


@pytest.mark.parametrize("name", [*ITEM_ITEM, "ials"])
def test_explanations_name_the_films_that_contribute_most(dataset, name):
    method = fit(name, dataset)
    profile = Profile.of_likes([9, 30], [1])
    (reasons,) = method.explain(profile, [12])
    assert reasons[0].kind == "contribution"
    assert reasons[0].items == (9,)
    assert "Love" in reasons[0].text
    assert 0.5 < reasons[0].share <= 1
    assert sum(reason.share for reason in reasons) <= 1 + 1e-6
    alone = method.score([Profile.of_likes([9])])[0, 12]
    both = method.score([profile])[0, 12]
    if name != "ials" and both > alone:  # item-item scores add up: the shares are those of the sum
        assert reasons[0].share == pytest.approx(alone / both, abs=1e-4)


def test_ials_contributions_add_up_to_the_score(dataset):
    method = fit("ials", dataset)
    profile = Profile.of_likes([0, 1, 2])
    (reasons,) = method.explain(profile, [3])
    assert len(reasons) == 3
    assert sum(reason.share for reason in reasons) == pytest.approx(1, abs=1e-5)


def test_user_knn_counts_the_people_who_like_a_film(dataset):
    method = fit("user_knn", dataset, n_neighbors=5)
    user = 2
    (reason,) = method.explain(profile_of(dataset, user), [int(profile_of(dataset, user).likes[0])])[0]
    assert reason.kind == "similar_users"
    assert "of the 4 people" in reason.text  # the person is their own nearest neighbour and is not counted


@pytest.mark.parametrize("name", LEARNED)
def test_a_catalogue_without_ratings_is_refused_politely(dataset, name):
    bare = replace(dataset, interactions=Interactions.empty(dataset.n_items))
    with pytest.raises(CannotFitError, match="no ratings to learn from"):
        fit(name, bare)


@pytest.mark.parametrize("name", LEARNED)
def test_a_dataset_in_which_nothing_is_liked_is_refused_politely(dataset, name):
    hated = Interactions.of(["a", "b"], [0, 1], [0.5, 1.0], dataset.n_items)
    with pytest.raises(CannotFitError, match="counts as liked"):
        fit(name, replace(dataset, interactions=hated))


@pytest.mark.parametrize("name", ["ease", "edlae"])
def test_ease_refuses_what_does_not_fit_into_memory_and_says_what_to_use(name):
    n_items = 500
    films = pd.DataFrame({"item_id": range(n_items), "title": [f"Film {i}" for i in range(n_items)]})
    interactions = Interactions.of(["a"] * n_items, np.arange(n_items), np.full(n_items, 5.0), n_items)
    wide = Dataset("wide", "Wide", Catalog.of(films), interactions)
    with pytest.raises(CannotFitError, match=r"0.0015 GB for 500 rated films; 0.001 GB .*iALS or item-KNN"):
        fit(name, wide, memory_gb=0.001)
    assert fit(name, wide, memory_gb=0.002).weights_.shape == (n_items, n_items)


@pytest.mark.parametrize("name", ["ease", "edlae"])
def test_no_parameter_lifts_the_guard_of_the_machine(name, dataset, monkeypatch):
    monkeypatch.setenv("MOVIE_ATLAS_FIT_GB", "0.000000001")
    with pytest.raises(CannotFitError, match="MOVIE_ATLAS_FIT_GB"):
        fit(name, dataset, memory_gb=1000)
    monkeypatch.setenv("MOVIE_ATLAS_FIT_GB", "1")
    fit(name, dataset, memory_gb=1000)


def test_bounds_of_parameters_are_checked():
    with pytest.raises(InvalidQueryError, match="dropout"):
        recommenders.create("edlae", dropout=1.0)


def test_one_person_with_one_film_is_enough(dataset):
    lonely = replace(dataset, interactions=Interactions.of(["a"], [3], [5.0], dataset.n_items))
    for name in LEARNED:
        scores = fit(name, lonely).score([Profile.of_likes([3])])
        assert np.isfinite(scores[0, 3]), name
        assert np.isnan(np.delete(scores[0], 3)).all(), name


# --- random ---


def test_random_depends_on_seed_and_question_alone(dataset):
    method = fit("random", dataset)
    a, b = Profile.of_likes([1, 2]), Profile.of_likes([2, 1])
    scores = method.score([a, Profile.of_likes([3]), b, Profile()])
    np.testing.assert_array_equal(scores[0], scores[2])
    np.testing.assert_array_equal(method.score([Profile.of_likes([3]), a]), scores[[1, 0]])
    assert (scores[0] != scores[1]).any()
    assert ((scores >= 0) & (scores < 1)).all()
    other = recommenders.create("random").fit(dataset, {}, rng=np.random.default_rng(1))
    assert (other.score([a]) != scores[0]).any()
    restored = recommenders.create("random").restore(dataset, {}, method.state())
    np.testing.assert_array_equal(restored.score([a]), scores[:1])


# --- the space of iALS ---


def test_the_ials_space_places_films_by_who_likes_them(dataset):
    encoder = embeddings.create("ials")
    vectors = encoder.encode_items(dataset)
    assert vectors.shape == (dataset.n_items, encoder.stamp().dim)
    assert vectors.dtype == np.float32
    assert encoder.learns_from_ratings
    assert not encoder.reads_text
    rated = dataset.interactions.item_counts() > 0
    np.testing.assert_array_equal(np.any(vectors != 0, axis=1), rated)
    unit = vectors[rated] / np.linalg.norm(vectors[rated], axis=1, keepdims=True)
    worlds = np.flatnonzero(rated) // 9
    likeness = unit @ unit.T
    same = worlds[:, None] == worlds
    assert likeness[same & ~np.eye(len(unit), dtype=bool)].mean() > likeness[~same].mean() + 0.3
    np.testing.assert_array_equal(vectors, encoder.encode_items(dataset))


def test_fitting_prints_nothing(dataset, capfd):
    for name in LEARNED:
        fit(name, dataset)
    embeddings.create("ials").encode_items(dataset)
    assert capfd.readouterr() == ("", "")


# --- real data ---


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("ease", 0.24, 0.40),
        ("edlae", 0.24, 0.40),
        ("item_knn", 0.24, 0.40),
        ("user_knn", 0.24, 0.40),
        ("rp3beta", 0.20, 0.40),
        ("slim", 0.24, 0.40),
        ("ials", 0.24, 0.40),
    ],
)
def test_methods_are_far_better_than_popularity_on_ml_100k(movie_data_dir, name, low, high):
    dataset = datasets.load("ml-100k", movie_data_dir / "ml-100k")
    (split,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))
    train = replace(dataset, interactions=split.train)
    relevant = split.test.copy()
    relevant.data = (relevant.data >= 4).astype(np.float32)
    relevant.eliminate_zeros()

    def ndcg(method):
        scores = method.score([profile_of(train, int(user)) for user in split.users])
        scores[split.known.nonzero()] = np.nan
        hits = hits_of(top_k_rows(scores, 10), relevant)
        return float(np.nanmean(accuracy.ndcg(hits, np.diff(relevant.indptr).astype(np.int64), [10])))

    found = ndcg(fit(name, train))
    assert low < found < high
    assert found > 1.5 * ndcg(fit("popularity", train))


# --- more films than fit into memory ---


@pytest.mark.parametrize(("name", "dropout"), [("ease", 0.0), ("edlae", 0.4)])
def test_films_beyond_memory_are_predicted_by_the_same_regression_from_the_most_liked(
    dataset, name, dropout, monkeypatch
):
    monkeypatch.setattr(linear, "LEAST_LEARNED", 5)
    monkeypatch.setattr(linear, "_BLOCK", 4)
    n_learned = 12
    monkeypatch.setattr(linear, "BYTES", 1e6 / n_learned**2)
    method = fit(name, dataset, reg=7.0, keep=1000, memory_gb=0.001)
    likes, rated = dense_likes(dataset)
    items = np.flatnonzero(rated)
    assert method.decided_["films"] == n_learned
    counts = (likes > 0).sum(axis=0)
    learned = np.sort(np.argsort(-counts, kind="stable")[:n_learned])
    others = np.setdiff1d(np.arange(len(items)), learned)
    head = likes[:, learned]
    gram = head.T @ head
    inverse = np.linalg.inv(gram + np.diag(7.0 + dropout / (1 - dropout) * np.diag(gram)))
    among = np.eye(n_learned) - inverse / np.diag(inverse)
    weights = np.zeros((len(items), len(items)))
    weights[np.ix_(learned, learned)] = among
    weights[np.ix_(learned, others)] = inverse @ head.T @ likes[:, others]
    np.testing.assert_allclose(method.weights_.toarray(), weights, rtol=1e-3, atol=1e-5)
    again = recommenders.create(name).restore(dataset, {}, method.state())
    profiles = [Profile.of_likes([int(items[learned[0]])]), Profile.of_likes([int(items[others[0]])])]
    scores = method.score(profiles)
    np.testing.assert_array_equal(again.score(profiles), scores)
    assert np.isfinite(scores[0][items]).all(), "the others are recommended"
    assert np.isnan(scores[1]).all(), "and speak for no film"


def test_the_bound_of_what_is_kept_holds_for_films_beyond_memory_too(dataset, monkeypatch):
    monkeypatch.setattr(linear, "LEAST_LEARNED", 5)
    monkeypatch.setattr(linear, "BYTES", 1e6 / 12**2)
    whole = fit("ease", dataset, reg=7.0, keep=1000, memory_gb=0.001).weights_.toarray()
    cut = fit("ease", dataset, reg=7.0, keep=2, memory_gb=0.001).weights_.toarray()
    assert 0 < np.count_nonzero(cut) < np.count_nonzero(whole)
    bound = np.abs(cut[cut != 0]).min()
    np.testing.assert_allclose(cut, np.where(np.abs(whole) >= bound, whole, 0))
