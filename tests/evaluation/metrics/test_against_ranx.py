"""Our list metrics against ranx's, on lists by chance and on awkward ones."""

import numpy as np
import pytest
from scipy import sparse

from core.evaluation.metrics import METRICS, accuracy
from core.evaluation.metrics.lists import hits_of

ranx = pytest.importorskip("ranx")
pytestmark = pytest.mark.slow

KS = (1, 5, 10, 20)
PAIRS = {
    "ndcg": accuracy.ndcg,
    "precision": accuracy.precision,
    "recall": accuracy.recall,
    "map": accuracy.average_precision_of_all,
    "mrr": accuracy.reciprocal_rank,
    "hit_rate": accuracy.hit_rate,
}
"""Name in ranx -> ours."""
N_ITEMS, DEPTH = 60, 20


def lists_by_chance() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    ranked = np.stack([rng.permutation(N_ITEMS)[:DEPTH] for _ in range(200)])
    relevant = rng.random((200, N_ITEMS)) < rng.random((200, 1)) ** 3
    relevant[np.arange(200), rng.integers(0, N_ITEMS, 200)] = True
    return ranked, relevant


def awkward_lists() -> tuple[np.ndarray, np.ndarray]:
    """Lists that end early, hold nothing but hits, hit at the last place alone, or never; one like, and all films liked."""
    whole = np.arange(DEPTH)
    cut = [np.where(np.arange(DEPTH) < n, whole, -1) for n in (1, 2, 19)]
    ranked = np.stack([whole] * 6 + cut * 2)
    relevant = np.zeros((len(ranked), N_ITEMS), bool)
    relevant[0, :DEPTH] = True
    relevant[1] = True
    relevant[2, DEPTH - 1] = True
    relevant[3, DEPTH:] = True
    relevant[4, [0]] = True
    relevant[5, 1::2] = True
    relevant[6:9, 0] = True
    relevant[9:12, -1] = True
    return ranked, relevant


@pytest.mark.parametrize("made", [lists_by_chance, awkward_lists])
def test_our_figures_are_those_of_ranx(made) -> None:
    ranked, relevant = made()
    n_relevant = relevant.sum(axis=1).astype(np.int64)
    hits = hits_of(ranked, sparse.csr_matrix(relevant))
    qrels = ranx.Qrels(
        {f"u{u}": {f"i{i}": 1 for i in np.flatnonzero(row).tolist()} for u, row in enumerate(relevant)}
    )
    run = ranx.Run(
        {
            f"u{u}": {f"i{i}": float(DEPTH - place) for place, i in enumerate(row.tolist()) if i >= 0}
            for u, row in enumerate(ranked)
        }
    )
    for name, ours in PAIRS.items():
        theirs = ranx.evaluate(
            qrels, run, [f"{name}@{k}" for k in KS], return_mean=False, make_comparable=True
        )
        for column, k in enumerate(KS):
            expected = np.asarray(theirs[f"{name}@{k}"])
            found = ours(hits, n_relevant, KS)[:, column]
            order = np.argsort(
                [f"u{u}" for u in range(len(ranked))]
            )  # ranx goes through people in this order
            np.testing.assert_allclose(found[order], expected, atol=1e-12, err_msg=f"{name}@{k}")


def test_the_map_that_a_perfect_list_fills_differs_where_more_is_liked_than_fits() -> None:
    hits, n_relevant = np.ones((1, 5), bool), np.array([20])
    assert accuracy.average_precision(hits, n_relevant, (5,))[0, 0] == 1
    assert accuracy.average_precision_of_all(hits, n_relevant, (5,))[0, 0] == pytest.approx(5 / 20)
    assert METRICS["map"].label != METRICS["map_all"].label
