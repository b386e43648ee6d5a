"""The protocol on MovieLens 100K: agreement with an independent evaluator, and quality as a band."""

import numpy as np
import pytest
from irspack.evaluation import Evaluator

from core.datasets import load
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings
from tests.evaluation.methods import Constant, ItemItem

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def dataset(movie_data_dir):
    return load("ml-100k", movie_data_dir / "ml-100k")


@pytest.fixture(scope="module")
def result(dataset):
    (split,) = make_splits("random_holdout", dataset.interactions, rng=np.random.default_rng(0))
    methods = {"it": ItemItem, "same": Constant, **method_factories(["popularity"])}
    return evaluate(dataset, {}, methods, split, settings=Settings(ks=(10, 20), relevant=4))


def test_figures_equal_irspacks_evaluator(dataset, result):
    task = result.task
    method = ItemItem().fit(task.dataset, {}, rng=np.random.default_rng(0))
    scores = method.score(task.profiles)
    evaluator = Evaluator(task.relevant.astype(float), masked_interactions=task.known, n_threads=1)
    theirs = evaluator.get_scores_from_score_matrix(scores, [10, 20])
    ours = evaluate(
        dataset, {}, {"it": lambda: _Fixed(scores)}, task.split, settings=Settings(relevant=4)
    ).summary.set_index(["users", "metric"])["mean"]
    for name, other in (
        ("ndcg", "ndcg"),
        ("recall", "recall"),
        ("precision", "precision"),
        ("hit_rate", "hit"),
    ):
        for k in (10, 20):
            assert ours["all", f"{name}@{k}"] == pytest.approx(theirs[f"{other}@{k}"], abs=1e-9)


class _Fixed(Constant):
    """Answers with given scores, all users in one batch."""

    def __init__(self, scores):
        super().__init__()
        self.scores = scores

    def score(self, profiles):
        assert len(profiles) == len(self.scores)
        return self.scores


def test_personal_lists_beat_popularity_and_popularity_beats_no_order(result):
    found = result.comparison("ndcg@10").better_than
    assert set(found["it"]) == {"same", "popularity"}
    assert found["popularity"] == ("same",)
    means = result.summary.set_index(["method", "users", "metric"])["mean"]
    assert 0.12 < means["popularity", "all", "ndcg@10"] < 0.22
    assert means["popularity", "all", "coverage@10"] < means["it", "all", "coverage@10"]
