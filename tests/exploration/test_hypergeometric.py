"""Chances of counts, against scipy and by hand."""

import numpy as np
import pytest
from scipy import stats

from core.exploration.hypergeometric import at_least


@pytest.mark.parametrize(
    ("n", "total"), [(1, 2), (5, 40), (120, 9_742), (4_000, 9_742), (9_700, 9_742), (30_000, 62_423)]
)
def test_chances_are_those_of_the_hypergeometric_distribution(n: int, total: int) -> None:
    rng = np.random.default_rng(total + n)
    has = rng.integers(0, total + 1, 60)
    has[:20] = rng.integers(0, min(total, 50) + 1, 20)
    usual = stats.hypergeom.rvs(total, has, n, random_state=1)
    found = np.clip(usual + rng.integers(-3, 4, 60), 0, min(n, total))
    np.testing.assert_allclose(
        at_least(found, has, n, total), stats.hypergeom.sf(found - 1, total, has, n), rtol=1e-6, atol=1e-12
    )


def test_every_count_has_its_own_number_of_films() -> None:
    found, has, n, total = (
        np.array(own) for own in ([3, 3, 3, 3], [5, 5, 5, 7], [4, 9, 4, 4], [20, 20, 30, 20])
    )
    np.testing.assert_allclose(at_least(found, has, n, total), stats.hypergeom.sf(found - 1, total, has, n))


def test_small_chances_are_small_and_not_0() -> None:
    found = at_least([40], [60], 100, 9_742)[0]
    assert found == pytest.approx(stats.hypergeom.sf(39, 9_742, 60, 100), rel=1e-6)
    assert 0 < found < 1e-50
    # of 10 films 3 have it and 3 are drawn: surely 0 or more, all three in one of 120 draws, never 4
    assert at_least([0, 3, 4], [3, 3, 3], 3, 10).tolist() == pytest.approx([1, 1 / 120, 0])
    assert at_least([], [], 3, 10).shape == (0,)


def test_it_is_fishers_exact_test() -> None:
    table = [[8, 12 - 8], [5, 24 - 5]]
    p = stats.fisher_exact(table, alternative="greater").pvalue
    assert at_least([8], [13], 12, 36)[0] == pytest.approx(p)
