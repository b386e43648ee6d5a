"""Products in blocks of rows against the whole product."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import sparse

from core.models import row_blocks
from core.models.row_blocks import RowBlocks, blocks_of, bounds


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> sparse.csr_matrix:
    """Rows of very different length, some of them empty; a few entries are worth a thread."""
    monkeypatch.setattr(row_blocks, "_FEWEST", 10)
    rng = np.random.default_rng(0)
    dense = rng.normal(size=(60, 23)) * (rng.random((60, 23)) < rng.random((60, 1)) ** 3)
    dense[[0, 7, 8, 59]] = 0
    return sparse.csr_matrix(dense)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 60, 1000])
def test_the_product_is_the_same_to_the_last_bit(small: sparse.csr_matrix, n: int) -> None:
    dense = np.random.default_rng(1).normal(size=(23, 4))
    with ThreadPoolExecutor(2) as threads:
        blocks = RowBlocks(small, n, threads.map)
        np.testing.assert_array_equal(blocks @ dense, small @ dense)
    assert blocks.shape == small.shape
    assert 1 <= len(blocks.blocks) <= n


def test_blocks_have_about_as_many_entries_each(small: sparse.csr_matrix) -> None:
    found = blocks_of(small, bounds(small, 4))
    longest = np.diff(small.indptr).max()
    assert len(found) == 4
    assert sum(block.shape[0] for block in found) == 60
    for block in found:
        assert abs(block.nnz - small.nnz / 4) <= longest


def test_what_is_too_little_for_threads_stays_whole() -> None:
    tiny = sparse.csr_matrix(np.eye(5))
    assert bounds(tiny, 8) == [0, 5]
    empty = sparse.csr_matrix((0, 4))
    assert (RowBlocks(empty, 3, map) @ np.ones((4, 2))).shape == (0, 2)
