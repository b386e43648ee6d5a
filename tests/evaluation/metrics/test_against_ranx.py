"""Our list metrics against ranx's, on lists by chance and on awkward ones."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from core.evaluation.metrics import METRICS, accuracy
from core.evaluation.metrics.lists import hits_of

if find_spec("ranx") is None:
    pytest.skip("ranx is not installed", allow_module_level=True)
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


FIGURES_OF_RANX = """
import json, sys
import numpy as np
import ranx

given = np.load(sys.argv[1])
ranked, relevant, depth = given["ranked"], given["relevant"], given["ranked"].shape[1]
qrels = ranx.Qrels({f"u{u}": {f"i{i}": 1 for i in np.flatnonzero(row).tolist()} for u, row in enumerate(relevant)})
run = ranx.Run({
    f"u{u}": {f"i{i}": float(depth - place) for place, i in enumerate(row.tolist()) if i >= 0}
    for u, row in enumerate(ranked)
})
found = ranx.evaluate(qrels, run, sys.argv[2:], return_mean=False, make_comparable=True)
print(json.dumps({name: list(map(float, values)) for name, values in found.items()}))
"""


def figures_of_ranx(ranked: np.ndarray, relevant: np.ndarray, folder: Path) -> dict[str, list[float]]:
    """In a process of its own without a compiler: to compile it takes a minute and more, to run it as it stands a second."""
    file = folder / "lists.npz"
    np.savez(file, ranked=ranked, relevant=relevant)
    names = [f"{name}@{k}" for name in PAIRS for k in KS]
    command = [sys.executable, "-c", FIGURES_OF_RANX, str(file), *names]
    ended = subprocess.run(
        command, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, list[float]] = json.loads(ended.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("made", [lists_by_chance, awkward_lists])
def test_our_figures_are_those_of_ranx(made, tmp_path: Path) -> None:
    ranked, relevant = made()
    n_relevant = relevant.sum(axis=1).astype(np.int64)
    hits = hits_of(ranked, sparse.csr_matrix(relevant))
    theirs = figures_of_ranx(ranked, relevant, tmp_path)
    order = np.argsort([f"u{u}" for u in range(len(ranked))])  # ranx goes through people in this order
    for name, ours in PAIRS.items():
        for column, k in enumerate(KS):
            found = ours(hits, n_relevant, KS)[:, column]
            np.testing.assert_allclose(found[order], theirs[f"{name}@{k}"], atol=1e-12, err_msg=f"{name}@{k}")


def test_the_map_that_a_perfect_list_fills_differs_where_more_is_liked_than_fits() -> None:
    hits, n_relevant = np.ones((1, 5), bool), np.array([20])
    assert accuracy.average_precision(hits, n_relevant, (5,))[0, 0] == 1
    assert accuracy.average_precision_of_all(hits, n_relevant, (5,))[0, 0] == pytest.approx(5 / 20)
    assert METRICS["map"].label != METRICS["map_all"].label
