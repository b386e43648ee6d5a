"""Few likes: what is asked, of whom, and what is accepted as an answer."""

from itertools import combinations

import numpy as np
import pytest

from core.domain import Dataset, Interactions
from core.domain.profile import rating_weights
from core.errors import DatasetError, InvalidQueryError
from core.evaluation.related_films import RELATIONS, liked_together
from core.evaluation.splits import Split, few_likes, make_splits
from core.evaluation.task import Task
from tests import tiny


def splits_of(dataset: Dataset, questions: int = 60, seed: int = 1) -> tuple[Split, ...]:
    rng = np.random.default_rng(seed)
    return make_splits(
        "few_likes", dataset.interactions, rng=rng, catalog=dataset.catalog, questions=questions
    )


@pytest.fixture
def dataset(monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setattr(few_likes, "LEAST_RATINGS", 5)
    return tiny.tiny_dataset(n_users=200, per_world=20)


def test_one_to_five_films_are_named_each_number_by_as_many_people(dataset: Dataset) -> None:
    splits = splits_of(dataset)
    assert [split.name for split in splits] == [f"few_likes[n={n}]" for n in (1, 2, 3, 4, 5)]
    for n, split in enumerate(splits, start=1):
        assert split.n_known.tolist() == [n] * 12
        assert len(set(split.users)) == 12, "nobody is asked twice"
        assert split.left_out == {"people who are learned from": 100, "people who were not asked": 88}
    assert len({id(split.train) for split in splits}) == 1, "one fit serves all"


def test_who_is_asked_is_not_learned_from(dataset: Dataset) -> None:
    whole = dataset.interactions.ratings
    for split in splits_of(dataset):
        learned = np.diff(split.train.ratings.indptr) > 0
        assert learned.sum() == 100
        assert not learned[split.users].any()
        assert (split.train.ratings[learned] != whole[learned]).nnz == 0


def test_likes_are_likes_of_the_person_that_people_know(dataset: Dataset) -> None:
    inter = dataset.interactions
    for split in splits_of(dataset):
        given = inter.ratings[split.users][split.known.nonzero()]
        assert (rating_weights(np.asarray(given).ravel(), inter.scale, is_explicit=True) >= 0.5).all()
        assert (split.train.item_counts()[split.known.indices] >= 5).all()
        assert (split.known.data == inter.scale[1]).all()


def test_acceptable_is_what_belongs_with_a_like_by_facts(dataset: Dataset) -> None:
    inter = dataset.interactions
    for split in splits_of(dataset):
        others = np.diff(split.train.ratings.indptr) == 0
        weights = rating_weights(inter.ratings.data, inter.scale, is_explicit=True)
        liked = inter.ratings.copy()
        liked.data = weights >= 0.5
        liked = liked[others]
        liked.eliminate_zeros()
        related = sum((relation(dataset.catalog) for relation in RELATIONS.values()), liked_together(liked))
        for row in range(len(split.users)):
            likes, accepted = split.known[row].indices, set(split.test[row].indices.tolist())
            near = set(np.flatnonzero(np.asarray(related[likes].sum(axis=0)).ravel()).tolist())
            rated = set(np.flatnonzero(split.train.item_counts()).tolist())
            assert accepted == (near & rated) - set(likes.tolist())
            assert len(accepted) >= 5


def test_every_acceptable_film_is_relevant_and_every_like_hidden(dataset: Dataset) -> None:
    for split in splits_of(dataset):
        task = Task.of(dataset, split)
        assert (task.relevant != split.test.astype(bool)).nnz == 0
        assert (task.liked != split.known.astype(bool)).nnz == 0
        assert (task.hidden != split.known.astype(bool)).nnz == 0


def test_the_ratings_are_left_alone(dataset: Dataset) -> None:
    before = dataset.interactions.ratings.copy()
    splits_of(dataset)
    after = dataset.interactions.ratings
    for part in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(after, part), getattr(before, part))


def test_the_seed_decides(dataset: Dataset) -> None:
    prints = [[split.fingerprint for split in splits_of(dataset, seed=seed)] for seed in (1, 1, 2)]
    assert prints[0] == prints[1]
    assert all(a != b for a, b in zip(prints[0], prints[2], strict=True))


def test_a_bare_yes_is_a_like(dataset: Dataset) -> None:
    inter = dataset.interactions
    ones = inter.ratings.copy()
    ones.data[:] = 1
    bare = Interactions(ones, inter.user_ids, None, (1.0, 1.0), False)
    for split in make_splits("few_likes", bare, rng=np.random.default_rng(0), catalog=dataset.catalog):
        assert (split.known.data == 1).all()


def test_what_cannot_be_asked_says_why(dataset: Dataset) -> None:
    with pytest.raises(InvalidQueryError, match="4 questions"):
        splits_of(dataset, questions=4)
    with pytest.raises(InvalidQueryError, match="reads facts about the films"):
        make_splits("few_likes", dataset.interactions, rng=np.random.default_rng(0))
    with pytest.raises(DatasetError, match="Nobody has"):
        splits_of(tiny.tiny_dataset(n_users=4))
    alone = tiny.tiny_dataset(n_users=1)
    with pytest.raises(DatasetError, match="too few people"):
        splits_of(alone)


def test_numbers_of_likes_ask_different_questions(dataset: Dataset) -> None:
    for one, other in combinations(splits_of(dataset), 2):
        assert one.fingerprint != other.fingerprint
