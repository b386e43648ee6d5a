"""Figures for which fame is worth nothing, and the decoys behind them."""

import numpy as np
import pytest
from scipy import sparse

from core.evaluation.decoys import decoys_of
from core.evaluation.metrics.taste import acceptable, over_decoys


def csr(rows: list[list[int]], n_items: int) -> sparse.csr_matrix:
    matrix = np.zeros((len(rows), n_items), bool)
    for row, items in zip(matrix, rows, strict=True):
        row[items] = True
    return sparse.csr_matrix(matrix)


def test_acceptable_divides_by_what_could_be_had() -> None:
    hits = np.array([[True, False, True, False], [True, True, False, False], [False, False, False, False]])
    found = acceptable(hits, np.array([3, 2, 0]), (1, 2, 4))
    np.testing.assert_allclose(found[:2], [[1, 1 / 2, 2 / 3], [1, 1, 1]])
    assert np.isnan(found[2]).all(), "nothing fits"


def test_above_decoys_by_hand() -> None:
    relevant = csr([[0, 1, 2], [3], []], 6)
    decoys = sparse.csr_matrix((np.array([4, 5, -1, 4]), relevant.indices, relevant.indptr), shape=(3, 6))
    values = np.array([[3, 1, 9, 0, 2, 1], [-np.inf] * 6, [1] * 6], np.float32)
    found = over_decoys(values, relevant, decoys)
    assert found[0] == (1 + 1 / 2) / 2, "above one, tied with one; the third has no decoy"
    assert found[1] == 1 / 2, "neither can be scored"
    assert np.isnan(found[2])


def test_a_decoy_is_as_famous_and_neither_asked_for_nor_hidden() -> None:
    counts = np.array([100, 96, 90, 50, 51, 3, 2, 0, 0])
    relevant, hidden = csr([[0, 3, 5, 7], [0, 2]], 9), csr([[4], [1]], 9)
    found = decoys_of(relevant, hidden, counts, np.ones(9, bool)).toarray()
    assert found[0, [0, 3, 5, 7]].tolist() == [1, -1, 6, 8], "51 ratings are hidden, 90 too far from 100"
    assert found[1, [0, 2]].tolist() == [-1, -1]
    only = np.ones(9, bool)
    only[1] = False
    assert decoys_of(relevant, hidden, counts, only)[0, 0] == -1, "a film that may not be listed is no decoy"


@pytest.mark.parametrize("seed", range(5))
def test_decoys_of_many_people_are_sound_and_nearly_all_are_there(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 12, 300)
    relevant, known = rng.random((20, 300)) < 0.05, rng.random((20, 300)) < 0.2
    hidden = sparse.csr_matrix(known & ~relevant)
    found = decoys_of(sparse.csr_matrix(relevant), hidden, counts, np.ones(300, bool))
    assert (found.indices == sparse.csr_matrix(relevant).indices).all()
    users = np.repeat(np.arange(20), np.diff(found.indptr))
    there = found.data >= 0
    assert there.mean() > 0.98
    users, items, others = users[there], found.indices[there], found.data[there]
    assert not relevant[users, others].any()
    assert not known[users, others].any()
    assert (np.abs(counts[items] - counts[others]) <= 1 + 0.05 * counts[items]).all()


def test_fame_alone_is_a_half() -> None:
    rng = np.random.default_rng(3)
    counts = rng.integers(0, 200, 2000)
    relevant = sparse.csr_matrix(rng.random((200, 2000)) < 0.01 * counts / 100)
    nothing = sparse.csr_matrix((200, 2000), dtype=bool)
    decoys = decoys_of(relevant, nothing, counts, np.ones(2000, bool))
    values = np.tile(counts.astype(np.float32), (200, 1))
    assert np.nanmean(over_decoys(values, relevant, decoys)) == pytest.approx(0.5, abs=0.03)
