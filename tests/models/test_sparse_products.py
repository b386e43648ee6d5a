"""Products cut into blocks against the plain product."""

import numpy as np
import pytest
from scipy import sparse

from core.models.sparse_products import dense_product, with_unknown


@pytest.mark.parametrize("n_rows", [0, 1, 63, 64, 150])
@pytest.mark.parametrize("n_columns", [1, 256, 300, 600])
@pytest.mark.parametrize("order", ["C", "F"])
def test_blocks_give_exactly_the_plain_product(n_rows, n_columns, order):
    rng = np.random.default_rng(n_rows + n_columns)
    left = sparse.random(n_rows, 90, 0.1, format="csr", dtype=np.float32, random_state=rng)
    right = np.asarray(rng.normal(size=(90, n_columns)).astype(np.float32), order=order)
    product = dense_product(left, right)
    assert product.dtype == np.float32
    np.testing.assert_array_equal(product, left @ right)
    np.testing.assert_allclose(product, left.toarray() @ right, rtol=1e-4, atol=1e-5)


def test_a_sparse_matrix_gives_a_dense_product():
    rng = np.random.default_rng(0)
    left = sparse.random(70, 40, 0.2, format="csr", dtype=np.float32, random_state=rng)
    right = sparse.random(40, 30, 0.2, format="csr", dtype=np.float32, random_state=rng)
    product = dense_product(left, right)
    assert isinstance(product, np.ndarray)
    np.testing.assert_allclose(product, left.toarray() @ right.toarray(), rtol=1e-5, atol=1e-6)


def test_what_was_not_asked_is_unknown():
    known = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)
    whole = with_unknown(known, np.array([0, 2]), np.array([1, 2]), (3, 4))
    np.testing.assert_array_equal(whole[[0, 2]][:, [1, 2]], known)
    assert np.isnan(whole).sum() == 12 - 4
    assert with_unknown(known, np.arange(2), np.arange(2), (2, 2)) is known
