"""Splits: nothing leaks, counts nest, the same seed gives the same split."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from core.domain import Interactions
from core.errors import DatasetError, InvalidQueryError, UnknownNameError
from core.evaluation.splits import SPLITS, Split, make_splits
from core.evaluation.splits.kinds import KNOWN_COUNTS
from core.evaluation.splits.split import split_by_mask, take

OPTIONS = {
    "random_holdout": {"fraction": 0.3},
    "leave_last_n": {"n": 2},
    "global_time": {"fraction": 0.25},
    "k_fold": {"folds": 3},
    "cold_users": {"fraction": 0.3, "given": (0, 2, 5)},
    "cold_items": {"fraction": 0.2},
}


def cells(matrix):
    """The stored (row, column) pairs of a matrix."""
    rows, columns = matrix.nonzero()
    return set(zip(rows.tolist(), columns.tolist(), strict=True))


def split_of(name, interactions, seed=0, **options):
    return make_splits(name, interactions, rng=np.random.default_rng(seed), **{**OPTIONS[name], **options})


def test_every_registered_split_is_tested_here():
    assert set(OPTIONS) == set(SPLITS)
    assert all(kind.label and kind.description.endswith(".") for kind in SPLITS.values())


@pytest.mark.parametrize("name", sorted(OPTIONS))
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_no_rating_is_both_learned_and_asked_for(name, seed):
    interactions = random_interactions(seed)
    for split in split_of(name, interactions, seed):
        train, all_cells = split.train.ratings, cells(interactions.ratings)
        test = {(int(split.users[row]), column) for row, column in cells(split.test)}
        assert test
        assert cells(train).isdisjoint(test)
        assert cells(train) | test <= all_cells
        assert cells(split.known).isdisjoint(cells(split.test))
        assert cells(split.masked).isdisjoint(cells(split.test) | cells(split.known))
        assert np.array_equal(split.users, np.unique(split.users))
        assert (np.diff(split.test.indptr) > 0).all()
        assert train.shape == interactions.ratings.shape
        assert split.train.timestamps is not None
        assert len(split.train.timestamps) == train.nnz
        # every value is still the one that was given
        assert (train != interactions.ratings.multiply(train.astype(bool))).nnz == 0
        rows = interactions.ratings[split.users]
        assert (split.test != rows.multiply(split.test.astype(bool))).nnz == 0


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_the_same_seed_gives_the_same_split_and_another_seed_another(name, make_interactions):
    interactions = make_interactions()
    prints = [[split.fingerprint for split in split_of(name, interactions, seed)] for seed in (1, 1, 2)]
    assert prints[0] == prints[1]
    if name != "global_time":
        assert prints[0] != prints[2]


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_the_dataset_is_left_as_it_was(name, make_interactions):
    interactions = make_interactions()
    before = interactions.ratings.copy(), interactions.timestamps.copy()
    split_of(name, interactions)
    assert (interactions.ratings != before[0]).nnz == 0
    assert np.array_equal(interactions.timestamps, before[1])


def test_random_holdout_takes_the_share_of_every_user(make_interactions):
    interactions = make_interactions()
    (split,) = split_of("random_holdout", interactions)
    counts = np.diff(interactions.ratings.indptr)
    for row, user in enumerate(split.users):
        expected = min(max(round(0.3 * counts[user]), 1), counts[user] - 1)
        assert split.test[row].nnz == expected
        assert split.known[row].nnz == counts[user] - expected
    assert split.left_out["users with fewer than 2 ratings"] == (counts < 2).sum()
    assert not split.is_cold_user.any()


def test_leave_last_n_holds_out_nothing_older_than_what_it_keeps(make_interactions):
    interactions = make_interactions()
    (split,) = split_of("leave_last_n", interactions)
    stamps = sparse.csr_matrix(
        (interactions.timestamps + 1, interactions.ratings.indices, interactions.ratings.indptr)
    )
    for row, user in enumerate(split.users):
        test, known = split.test[row].indices, split.known[row].indices
        assert len(test) == 2
        assert len(known)
        assert stamps[user, test].toarray().min() >= stamps[user, known].toarray().max()


def test_leave_last_n_keeps_users_with_too_few_ratings_whole():
    interactions = Interactions.of(list("aabbb"), [0, 1, 0, 1, 2], np.ones(5), 4, timestamps=range(5))
    (split,) = split_of("leave_last_n", interactions)
    assert split.users.tolist() == [1]
    assert split.test.indices.tolist() == [1, 2]
    assert split.left_out == {"users with at most 2 rated films": 1}


def test_ties_in_time_are_broken_by_chance_not_by_the_catalogue():
    interactions = Interactions.of(["a"] * 20, range(20), np.ones(20), 20, timestamps=np.zeros(20))
    held = {int(split_of("leave_last_n", interactions, seed, n=1)[0].test.indices[0]) for seed in range(30)}
    assert len(held) > 5


def test_global_time_puts_everything_before_the_moment_in_train(make_interactions):
    interactions = make_interactions()
    (split,) = split_of("global_time", interactions)
    moment = split.options["moment"]
    assert split.train.timestamps.max() < moment
    assert len(split.train) == (interactions.timestamps < moment).sum()
    assert split.test.nnz == (interactions.timestamps >= moment).sum()
    assert split.test.nnz / len(interactions) == pytest.approx(0.25, abs=0.05)


def test_global_time_keeps_users_who_came_later_as_cold():
    interactions = Interactions.of(list("aab"), [0, 1, 2], np.ones(3), 4, timestamps=[1, 5, 6])
    (split,) = split_of("global_time", interactions, fraction=0.5)
    assert split.users.tolist() == [0, 1]
    assert split.is_cold_user.tolist() == [False, True]
    assert split.n_known.tolist() == [1, 0]


def test_folds_are_disjoint_and_together_everything(make_interactions):
    interactions = make_interactions()
    splits = split_of("k_fold", interactions)
    assert [split.name for split in splits] == ["k_fold[1/3]", "k_fold[2/3]", "k_fold[3/3]"]
    tested = [{(int(s.users[row]), column) for row, column in cells(s.test)} for s in splits]
    assert sum(map(len, tested)) == len(interactions)
    assert set.union(*tested) == cells(interactions.ratings)
    sizes = [len(part) for part in tested]
    assert max(sizes) - min(sizes) <= 1


def test_cold_users_are_wholly_unknown_and_asked_for_the_same_ratings(make_interactions):
    interactions = make_interactions()
    splits = split_of("cold_users", interactions)
    assert [split.options["n"] for split in splits] == [0, 2, 5]
    counts = np.diff(interactions.ratings.indptr)
    for split in splits:
        assert split.is_cold_user.all()
        assert split.train is splits[0].train
        assert (split.test != splits[0].test).nnz == 0
        assert (split.n_known == split.options["n"]).all()
        assert np.array_equal(np.diff(split.test.indptr), counts[split.users] - 5)
        # what is not given is not listed either, so lists are comparable for every n
        assert ((split.known.astype(bool) + split.masked) != splits[-1].known.astype(bool)).nnz == 0
    for fewer, more in pairwise(splits):
        assert cells(fewer.known) < cells(more.known)


def test_cold_users_need_more_ratings_than_are_given(make_interactions):
    interactions = make_interactions()
    active = (np.diff(interactions.ratings.indptr) > 20).sum()
    (first, *_), counts = split_of("cold_users", interactions, given=KNOWN_COUNTS), KNOWN_COUNTS[-1]
    assert sum(first.left_out.values()) == interactions.n_users - len(first.users)
    assert first.left_out[f"users with at most {counts} rated films, kept for training"] == (
        interactions.n_users - active
    )
    with pytest.raises(DatasetError, match="more than 99 ratings"):
        split_of("cold_users", interactions, given=(0, 99))


def test_cold_films_are_wholly_unknown_and_only_they_are_listed(make_interactions):
    interactions = make_interactions()
    (split,) = split_of("cold_items", interactions)
    held = np.unique(split.test.indices)
    assert np.array_equal(np.flatnonzero(split.candidates), held)
    assert split.is_cold_item[held].all()
    assert split.test.nnz == interactions.item_counts()[held].sum()
    assert split.options["n_cold_items"] == len(held) == round(0.2 * (interactions.item_counts() > 0).sum())
    (wide,) = split_of("cold_items", interactions, among_all=True)
    assert wide.candidates is None


def test_time_splits_need_times(make_interactions):
    for name in ("leave_last_n", "global_time"):
        with pytest.raises(DatasetError, match="needs timestamps"):
            split_of(name, make_interactions(with_times=False))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("random_holdout", {"fraction": 0}),
        ("random_holdout", {"fraction": 1}),
        ("leave_last_n", {"n": 0}),
        ("k_fold", {"folds": 1}),
        ("cold_users", {"given": ()}),
        ("cold_users", {"given": (-1, 3)}),
        ("cold_items", {"fraction": -0.5}),
    ],
)
def test_options_out_of_bounds_are_refused(name, options, make_interactions):
    with pytest.raises(InvalidQueryError):
        split_of(name, make_interactions(), **options)


def test_unknown_names_and_empty_data_are_refused(make_interactions, rng):
    with pytest.raises(UnknownNameError, match="no split"):
        make_splits("by_magic", make_interactions(), rng=rng)
    with pytest.raises(UnknownNameError, match="no option of k_fold"):
        make_splits("k_fold", make_interactions(), rng=rng, fraction=0.5)
    with pytest.raises(DatasetError, match="no rating"):
        make_splits("k_fold", Interactions.empty(5), rng=rng)


def test_a_split_that_leaves_nothing_is_refused(make_interactions):
    interactions = make_interactions()
    for mask in (np.zeros(len(interactions), bool), np.ones(len(interactions), bool)):
        with pytest.raises(DatasetError, match="nothing"):
            split_by_mask("mine", interactions, mask)


def test_a_split_that_leaks_cannot_be_made(make_interactions):
    interactions = make_interactions()
    users = np.arange(3)
    nothing = sparse.csr_matrix((3, 41), dtype=bool)
    rows = interactions.ratings[users]
    empty = take(interactions, np.zeros(len(interactions), bool))
    with pytest.raises(DatasetError, match="trained on"):
        Split("bad", interactions, users, nothing.astype(np.float32), rows, nothing)
    with pytest.raises(DatasetError, match="known"):
        Split("bad", empty, users, rows, rows, nothing)
    with pytest.raises(DatasetError, match="kept off the lists"):
        Split("bad", empty, users, nothing.astype(np.float32), rows, rows.astype(bool))
    with pytest.raises(DatasetError, match="may not be listed"):
        Split("bad", empty, users, nothing.astype(np.float32), rows, nothing, np.zeros(41, bool))
    with pytest.raises(DatasetError, match="do not have"):
        Split("bad", empty, users[:2], nothing, rows, nothing)


def test_the_fingerprint_sees_every_part(make_interactions):
    interactions = make_interactions()
    (split,) = split_of("random_holdout", interactions)
    parts = vars(split)
    fields = ("name", "train", "users", "known", "test", "masked", "candidates")
    plain = {name: parts[name] for name in fields}
    other_test = split.test.copy()
    other_test.data = other_test.data[::-1].copy()
    changes = {
        "test": other_test,
        "known": split.known * 2,
        "candidates": np.ones(41, bool),
        "name": "other",
        "train": take(split.train, np.arange(len(split.train)) > 0),
    }
    prints = {Split(**plain).fingerprint} | {Split(**{**plain, k: v}).fingerprint for k, v in changes.items()}
    assert len(prints) == len(changes) + 1


def random_interactions(seed):
    rng = np.random.default_rng(seed)
    n_users, n_items = int(rng.integers(5, 20)), int(rng.integers(12, 30))
    users, items = np.nonzero(rng.random((n_users, n_items)) < 0.7)
    ratings, stamps = rng.integers(1, 6, len(users)), rng.integers(0, 1000, len(users))
    return Interactions.of(users, items, ratings, n_items, timestamps=stamps)
