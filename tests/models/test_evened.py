from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from core import recommenders
from core.domain import Catalog, Profile
from core.models import linear
from core.models.evened import by_activity, held_back
from core.models.ials import default_reg
from core.models.linear import fit_linear
from tests.tiny import tiny_dataset


def likes(n_users: int = 60, n_items: int = 14) -> sparse.csr_matrix:
    """People who like a few films and people who like many, famous films more than others."""
    rng = np.random.default_rng(5)
    chance = np.outer(rng.uniform(0.2, 1, n_users), np.linspace(0.9, 0.2, n_items))
    strengths = np.where(rng.random(chance.shape) < chance, rng.uniform(0.5, 1, chance.shape), 0)
    return sparse.csr_matrix(strengths.astype(np.float32))


def test_a_pair_counts_less_for_a_longer_history_and_the_mean_square_over_likes_stays():
    liked = likes()
    lengths = np.diff(liked.indptr)
    found = by_activity(liked, 0.5)
    factors = found.data / liked.data
    squares = factors[found.indptr[:-1][lengths > 0]] ** 2
    np.testing.assert_allclose(
        squares * lengths[lengths > 0] ** 0.5, squares[0] * lengths[lengths > 0][0] ** 0.5, rtol=1e-5
    )
    assert np.mean(factors**2) == pytest.approx(1, rel=1e-5)
    assert lengths.min() < lengths.max() / 2, "else nothing was shown"


def test_nothing_is_evened_where_nothing_is_asked_for():
    liked = likes()
    assert by_activity(liked, 0) is liked
    assert held_back(np.ones(3, np.float32), 0) is None
    assert held_back(np.zeros(3, np.float32), 0.5) is None


def test_a_film_liked_sixteen_times_as_much_is_held_back_by_the_power():
    found = held_back(np.array([16.0, 1.0, 0.0], np.float32), 0.25)
    assert found is not None
    assert found[1] / found[0] == pytest.approx(2)
    assert found[2] == found[1], "a film that nobody likes stands as the least liked"


def evened(liked: sparse.csr_matrix, keep: int, limit_gb: float = 4.0) -> np.ndarray:
    weights, _ = fit_linear(
        "EDLAE", liked, reg=7.0, dropout=0.4, keep=keep, limit_gb=limit_gb, activity=0.5, fame=0.2
    )
    return weights.toarray() if sparse.issparse(weights) else weights


def by_hand(liked: sparse.csr_matrix) -> np.ndarray:
    own = by_activity(liked, 0.5).toarray().astype(np.float64)
    gram = own.T @ own
    diagonal = np.diag(gram)
    inverse = np.linalg.inv(gram + np.diag(7 + 0.4 / 0.6 * diagonal))
    weights = np.eye(len(gram)) - inverse / np.diag(inverse)
    return np.asarray(weights * (diagonal / diagonal.mean()) ** -0.2)


def test_the_evened_closed_form_equals_the_plain_inverse():
    liked = likes()
    np.testing.assert_allclose(evened(liked, 0), by_hand(liked), rtol=1e-3, atol=1e-5)


def test_films_beyond_memory_are_evened_alike(monkeypatch):
    liked, n_learned = likes(), 9
    monkeypatch.setattr(linear, "LEAST_LEARNED", 5)
    monkeypatch.setattr(linear, "BYTES", 1e6 / n_learned**2)
    found = evened(liked, 1000, 0.001)
    learned = np.sort(np.argsort(-np.diff(liked.tocsc().indptr), kind="stable")[:n_learned])
    others = np.setdiff1d(np.arange(liked.shape[1]), learned)
    own = by_activity(liked, 0.5).toarray().astype(np.float64)
    diagonal = np.sum(own**2, axis=0)
    scale = (diagonal / diagonal.mean()) ** -0.2
    head = own[:, learned]
    inverse = np.linalg.inv(head.T @ head + np.diag(7 + 0.4 / 0.6 * diagonal[learned]))
    expected = inverse @ head.T @ own[:, others] * scale[others]
    np.testing.assert_allclose(found[np.ix_(learned, others)], expected, rtol=1e-3, atol=1e-5)
    assert not found[others].any()


def test_the_strongest_weights_are_chosen_after_films_are_held_back():
    liked = likes(n_items=60)
    whole, cut = evened(liked, 0), evened(liked, 5)
    bound = np.abs(cut[cut != 0]).min()
    assert 0 < np.count_nonzero(cut) < whole.size / 4
    np.testing.assert_allclose(cut, np.where(np.abs(whole) >= bound, whole, 0), atol=1e-6)


def test_the_penalty_of_ials_follows_the_noise_of_the_likes():
    n_users, n_items, alpha0 = 400, 100, 0.33
    dense = sparse.random(n_users, n_items, 0.5, format="csr", random_state=1)
    dense.data[:] = 1
    side = np.sqrt(n_users * n_items)
    noise = default_reg(dense, alpha0) * alpha0 * side
    assert noise == pytest.approx(2 * np.sqrt(alpha0 * dense.nnz / side))
    halved = dense.copy()
    halved.data[:] = 0.5
    assert default_reg(halved, alpha0) == pytest.approx(default_reg(dense, alpha0) * 0.5**1.5)
    few = sparse.random(n_users, n_items, 0.01, format="csr", random_state=1)
    few.data[:] = 1
    assert default_reg(few, alpha0) * alpha0 * side == pytest.approx(0.3 * few.nnz / side)


def test_ials_does_not_hear_of_films_that_nobody_likes():
    dataset = tiny_dataset()
    n, more = len(dataset.catalog), 30
    strange = pd.DataFrame({"item_id": [f"x{i}" for i in range(more)], "title": ["Unseen"] * more})
    ratings = dataset.interactions.ratings.copy()
    ratings.resize((ratings.shape[0], n + more))
    wider = replace(
        dataset,
        catalog=Catalog.of(pd.concat([dataset.catalog.items, strange], ignore_index=True)),
        interactions=replace(dataset.interactions, ratings=ratings),
    )
    plain, other = (
        recommenders.create("ials", dim=8).fit(one, {}, rng=np.random.default_rng(0))
        for one in (dataset, wider)
    )
    assert other.decided_ == plain.decided_
    np.testing.assert_array_equal(other.factors_[:n], plain.factors_)
    assert not other.factors_[n:].any()
    asked = [Profile.of_likes([0, 1])]
    np.testing.assert_array_equal(other.user_factors(asked), plain.user_factors(asked))
