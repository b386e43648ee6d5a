"""What a list is made of, by hand."""

from math import isnan, log2

import numpy as np
import pytest

from core.exploration.list_figures import list_figures
from core.serving import Atlas

pytestmark = pytest.mark.slow


def test_figures_by_hand(atlas: Atlas) -> None:
    items = np.array([0, 1, 9])  # space 0 (1960) and 1 (1966), love 0 (1960)
    found = list_figures(atlas, items, "letters")
    n = atlas.interactions.n_users
    assert found.novelty == pytest.approx(np.mean([-log2((atlas.counts[i] + 1) / (n + 1)) for i in items]))
    vectors = np.asarray(atlas.space("letters").vectors[items], float)
    cosines = [
        vectors[a] @ vectors[b] / np.linalg.norm(vectors[a]) / np.linalg.norm(vectors[b])
        for a, b in ((0, 1), (0, 2), (1, 2))
    ]
    assert found.variety == pytest.approx(1 - np.mean(cosines), abs=1e-5)
    assert found.decades == {"1960s": 1.0}
    # Sci-Fi and Drama, Sci-Fi alone, Romance and Drama
    assert found.genres == {
        "Sci-Fi": pytest.approx(0.5),
        "Drama": pytest.approx(1 / 3),
        "Romance": pytest.approx(1 / 6),
    }
    assert list(found.genres) == ["Sci-Fi", "Drama", "Romance"]


def test_the_order_does_not_count_and_shares_add_up(atlas: Atlas) -> None:
    items = np.arange(len(atlas.catalog))
    one, other = list_figures(atlas, items, "letters"), list_figures(atlas, items[::-1], "letters")
    assert sum(one.decades.values()) == pytest.approx(1)
    assert sum(one.genres.values()) == pytest.approx(1)
    assert list(one.decades) == sorted(one.decades)
    assert one.variety == pytest.approx(other.variety)
    assert one.genres == pytest.approx(other.genres)


def test_short_lists(atlas: Atlas) -> None:
    nothing = list_figures(atlas, np.empty(0, np.int64), "letters")
    assert nothing.n_films == 0
    assert isnan(nothing.novelty)
    assert isnan(nothing.variety)
    assert isnan(list_figures(atlas, np.array([3]), "letters").variety)
