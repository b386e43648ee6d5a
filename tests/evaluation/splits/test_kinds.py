"""Splits: nothing leaks, counts nest, the same seed gives the same split."""

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from core.domain import Interactions
from core.errors import DatasetError, InvalidQueryError, UnknownNameError
from core.evaluation.splits import SPLITS, Split, make_splits
from core.evaluation.splits import kinds as splits_module
from core.evaluation.splits.kinds import KNOWN_COUNTS
from core.evaluation.splits.split import split_by_mask, take

Make = Callable[..., Interactions]
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


def test_the_defaults_are_the_documented_ones(make_interactions: Make) -> None:
    assert {name: dict(kind.options) for name, kind in SPLITS.items()} == {
        "random_holdout": {"fraction": 0.2},
        "leave_last_n": {"n": 1},
        "global_time": {"fraction": 0.2},
        "k_fold": {"folds": 5},
        "cold_users": {"fraction": 0.2, "given": (0, 1, 3, 5, 10, 20)},
        "cold_items": {"fraction": 0.1, "among_all": False},
        "few_likes": {"questions": 600},
    }
    interactions = make_interactions()
    for name, kind in SPLITS.items():
        assert kind.name == name
        if kind.reads_films:
            continue
        assert kind.make is getattr(splits_module, name)
        plain, spelt = (
            make_splits(name, interactions, rng=np.random.default_rng(4), **options)
            for options in ({}, kind.options)
        )
        assert [split.fingerprint for split in plain] == [split.fingerprint for split in spelt]


def test_a_registered_split_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        SPLITS["k_fold"].name = "another"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("random_holdout", [("random_holdout", {"fraction": 0.3})]),
        ("leave_last_n", [("leave_last_n", {"n": 2})]),
        ("k_fold", [(f"k_fold[{i}/3]", {"folds": 3, "fold": i}) for i in (1, 2, 3)]),
        (
            "cold_users",
            [(f"cold_users[n={n}]", {"fraction": 0.3, "given": [0, 2, 5], "n": n}) for n in (0, 2, 5)],
        ),
    ],
)
def test_a_split_says_how_it_was_made(
    name: str, expected: list[tuple[str, dict[str, object]]], make_interactions: Make
) -> None:
    splits = split_of(name, make_interactions())
    assert isinstance(splits, tuple)
    assert [(split.name, dict(split.options)) for split in splits] == expected


def test_splits_that_depend_on_the_data_say_how_they_were_made(make_interactions: Make) -> None:
    interactions = make_interactions()
    (by_time,) = split_of("global_time", interactions)
    moment = interactions.timestamps[np.isin(interactions.timestamps, by_time.train.timestamps, invert=True)]
    assert (by_time.name, by_time.options) == ("global_time", {"fraction": 0.25, "moment": moment.min()})
    (cold,) = split_of("cold_items", interactions)
    n_cold = len(np.unique(cold.test.indices))
    assert cold.name == "cold_items"
    assert cold.options == {"fraction": 0.2, "among_all": False, "n_cold_items": n_cold}


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_options_and_counts_can_be_written_to_json(name: str, make_interactions: Make) -> None:
    for split in split_of(name, make_interactions()):
        told = {"options": split.options, "left_out": split.left_out}
        assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("name", ["random_holdout", "global_time", "k_fold", "cold_items"])
def test_every_user_is_tested_or_counted_as_left_out(name: str, make_interactions: Make) -> None:
    interactions = make_interactions(n_users=40, share=0.05)
    for split in split_of(name, interactions):
        (left_out,) = split.left_out.values()
        assert left_out == interactions.n_users - len(split.users) > 0


def test_the_reasons_for_leaving_users_out_are_said() -> None:
    users, films = list("aaabbbccdeee"), [0, 1, 2, 0, 1, 2, 0, 1, 0, 0, 1, 2]
    stamps = [1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 11, 12]
    interactions = Interactions.of(users, films, np.ones(12), 4, timestamps=stamps)
    options = {
        "cold_users": {"given": (0, 2)},
        "random_holdout": {},
        "leave_last_n": {},
        "global_time": {"fraction": 0.3},
        "k_fold": {"folds": 12},
        "cold_items": {"fraction": 0.3},
    }
    reasons = {name: dict(split_of(name, interactions, **own)[0].left_out) for name, own in options.items()}
    n_raters = reasons["cold_items"].pop("users who rated none of the cold films")
    assert n_raters in {5 - n for n in interactions.item_counts()[:3]}
    assert reasons == {
        "cold_users": {
            "users with at most 2 rated films, kept for training": 2,
            "further users kept for training": 2,
        },
        "random_holdout": {"users with fewer than 2 ratings": 1},
        "leave_last_n": {"users with at most 2 rated films": 2},
        "global_time": {"users without a rating after the moment": 3},
        "k_fold": {"users without a rating in this fold": 4},
        "cold_items": {},
    }


def test_every_registered_split_is_tested_here():
    assert set(OPTIONS) == {name for name, kind in SPLITS.items() if not kind.reads_films}
    assert all(kind.label and kind.description.endswith(".") for kind in SPLITS.values())


@pytest.mark.parametrize("name", sorted(OPTIONS))
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
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


def test_random_holdout_leaves_every_user_a_rating(make_interactions: Make) -> None:
    interactions = make_interactions(n_users=40, share=0.05)
    (split,) = split_of("random_holdout", interactions, fraction=0.999)
    counts = np.diff(interactions.ratings.indptr)
    assert split.users.tolist() == np.flatnonzero(counts > 1).tolist()
    assert (split.n_known == 1).all()


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
        with pytest.raises(DatasetError, match=f"The split {name} needs timestamps"):
            split_of(name, make_interactions(with_times=False))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("random_holdout", {"fraction": 0}),
        ("random_holdout", {"fraction": 1}),
        ("global_time", {"fraction": 0}),
        ("global_time", {"fraction": 1}),
        ("leave_last_n", {"n": 0}),
        ("k_fold", {"folds": 1}),
        ("cold_users", {"fraction": 0}),
        ("cold_users", {"fraction": 1}),
        ("cold_users", {"given": ()}),
        ("cold_users", {"given": (-1, 3)}),
        ("cold_items", {"fraction": -0.5}),
    ],
)
def test_options_out_of_bounds_are_refused(name, options, make_interactions):
    with pytest.raises(InvalidQueryError):
        split_of(name, make_interactions(), **options)


def test_the_smallest_options_are_accepted(make_interactions: Make) -> None:
    interactions = Interactions.of(list("aab"), [0, 1, 2], np.ones(3), 3, timestamps=[1, 2, 3])
    assert len(split_of("k_fold", interactions, folds=2)) == 2
    assert [split.test.nnz for split in split_of("k_fold", interactions, folds=3)] == [1, 1, 1]
    with pytest.raises(InvalidQueryError, match="4 folds were asked for"):
        split_of("k_fold", interactions, folds=4)
    (split,) = split_of("leave_last_n", interactions, n=1)
    assert split.test.nnz == 1
    (cold,) = split_of("cold_users", interactions, given=(0,))
    assert cold.n_known.tolist() == [0]


def test_a_share_that_rounds_to_nothing_holds_out_one(make_interactions: Make) -> None:
    interactions = make_interactions()
    (split,) = split_of("random_holdout", interactions, fraction=1e-6)
    assert (np.diff(split.test.indptr) == 1).all()
    assert len(split_of("cold_users", interactions, fraction=1e-6)[0].users) == 1
    (films,) = split_of("cold_items", interactions, fraction=1e-6)
    assert films.options["n_cold_items"] == 1


def test_the_share_of_users_and_films_is_rounded(make_interactions: Make) -> None:
    interactions = make_interactions()
    active = int((np.diff(interactions.ratings.indptr) > 5).sum())
    for fraction in (0.2, 0.33, 0.5, 0.77):
        assert len(split_of("cold_users", interactions, fraction=fraction)[0].users) == round(
            fraction * active
        )


def test_other_seeds_make_other_users_cold(make_interactions: Make) -> None:
    interactions = make_interactions()
    chosen = {tuple(split_of("cold_users", interactions, seed)[0].users.tolist()) for seed in range(8)}
    assert len(chosen) > 4


def test_given_counts_may_come_in_any_order_and_twice(make_interactions: Make) -> None:
    interactions = make_interactions()
    ordered, shuffled = (
        split_of("cold_users", interactions, given=given) for given in ((0, 2, 5), (5, 0, 2, 5))
    )
    assert [split.fingerprint for split in ordered] == [split.fingerprint for split in shuffled]


def test_someone_must_be_left_to_learn_from() -> None:
    interactions = Interactions.of(["a"] * 3, range(3), np.ones(3), 3)
    with pytest.raises(DatasetError, match="Every user would be cold"):
        split_of("cold_users", interactions, given=(0, 1))


def test_users_with_just_as_many_ratings_as_are_given_are_never_cold() -> None:
    interactions = Interactions.of(list("aabbb"), [0, 1, 0, 1, 2], np.ones(5), 3)
    for seed in range(5):
        (first, *_) = split_of("cold_users", interactions, seed, fraction=0.9, given=(0, 2))
        assert first.users.tolist() == [1]


def test_films_nobody_rated_are_never_chosen_as_cold() -> None:
    interactions = Interactions.of(list("aabb"), [0, 1, 0, 1], np.ones(4), 9)
    for seed in range(10):
        (split,) = split_of("cold_items", interactions, seed, fraction=0.5)
        assert set(np.flatnonzero(split.candidates)) < {0, 1}


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


def test_the_fingerprint_sees_the_scale_and_whether_ratings_are_stars(make_interactions: Make) -> None:
    (split,) = split_of("random_holdout", make_interactions())
    trains = [
        split.train,
        replace(split.train, scale=(1.0, 10.0)),
        replace(split.train, is_explicit=False),
        replace(split.train, timestamps=None),
    ]
    assert len({replace(split, train=train).fingerprint for train in trains}) == len(trains)


def test_the_fingerprint_does_not_depend_on_how_indices_are_stored(make_interactions: Make) -> None:
    (split,) = split_of("random_holdout", make_interactions())
    wide = split.test.copy()
    for kind in (np.int32, np.int64):
        wide.indices, wide.indptr = wide.indices.astype(kind), wide.indptr.astype(kind)
        assert replace(split, test=wide).fingerprint == split.fingerprint


def test_a_split_cannot_be_changed_and_equals_itself_alone(make_interactions: Make) -> None:
    (split,) = split_of("random_holdout", make_interactions())
    with pytest.raises(FrozenInstanceError):
        split.name = "another"
    assert {split: 1}[split] == 1
    assert split != replace(split)


def test_one_film_that_may_not_be_listed_is_enough_to_refuse_a_split(make_interactions: Make) -> None:
    interactions = make_interactions()
    (split,) = split_of("random_holdout", interactions)
    candidates = np.ones(41, bool)
    assert replace(split, candidates=candidates).candidates is candidates
    candidates[split.test.indices[0]] = False
    with pytest.raises(DatasetError, match="may not be listed"):
        replace(split, candidates=candidates)


def test_a_refusal_says_what_is_wrong_with_the_split(make_interactions: Make) -> None:
    interactions = make_interactions()
    (split,) = split_of("random_holdout", interactions)
    with pytest.raises(DatasetError, match="random_holdout asks for ratings that are also known"):
        replace(split, known=split.test)
    for share, what in ((0, "leaves nothing held out"), (1, "leaves nothing left to learn from")):
        with pytest.raises(DatasetError, match=what):
            split_by_mask("mine", interactions, np.full(len(interactions), bool(share)))


def test_a_split_by_mask_holds_out_the_marked_entries_and_nothing_else() -> None:
    interactions = Interactions.of(list("aabcc"), [0, 3, 1, 0, 2], [1, 2, 3, 4, 5], 4)
    split = split_by_mask("mine", interactions, np.array([False, True, True, False, False]))
    assert split.users.tolist() == [0, 1]
    assert split.test.toarray().tolist() == [[0, 0, 0, 2], [0, 3, 0, 0]]
    assert split.known.toarray().tolist() == [[1, 0, 0, 0], [0, 0, 0, 0]]
    assert split.train.ratings.toarray().tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [4, 0, 5, 0]]
    assert split.train.timestamps is None
    assert split.is_cold_user.tolist() == [False, True]
    assert split.is_cold_item.tolist() == [False, True, False, True]
    assert split.masked.dtype == bool
    assert split.masked.nnz == 0
    assert split.candidates is None
    assert (split.options, split.left_out) == ({}, {})


def random_interactions(seed):
    rng = np.random.default_rng(seed)
    n_users, n_items = int(rng.integers(5, 20)), int(rng.integers(12, 30))
    users, items = np.nonzero(rng.random((n_users, n_items)) < 0.7)
    ratings, stamps = rng.integers(1, 6, len(users)), rng.integers(0, 1000, len(users))
    return Interactions.of(users, items, ratings, n_items, timestamps=stamps)
