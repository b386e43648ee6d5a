"""Drawing some people's ratings."""

import numpy as np

from core.domain import Interactions


def some(n_users: int = 40) -> Interactions:
    rng = np.random.default_rng(0)
    pairs = [(user, item) for user in range(n_users) for item in range(25) if rng.random() < 0.4]
    users, items = np.array(pairs).T
    return Interactions.of(users, items, rng.integers(1, 6, len(pairs)), 25, timestamps=np.arange(len(pairs)))


def test_people_are_drawn_whole_in_their_order_and_together_gave_no_more_than_asked() -> None:
    whole = some()
    drawn = whole.drawn(100, np.random.default_rng(1))
    assert 80 < len(drawn) <= 100
    rows = [list(whole.user_ids).index(user) for user in drawn.user_ids]
    assert rows == sorted(rows)
    assert drawn.ratings.shape[1] == 25
    for own, row in enumerate(rows):
        np.testing.assert_array_equal(drawn.ratings[own].toarray(), whole.ratings[row].toarray())
    stamps = np.split(whole.timestamps, whole.ratings.indptr[1:-1])
    np.testing.assert_array_equal(drawn.timestamps, np.concatenate([stamps[row] for row in rows]))
    again, other = (whole.drawn(100, np.random.default_rng(seed)) for seed in (1, 2))
    assert list(again.user_ids) == list(drawn.user_ids) != list(other.user_ids)


def test_where_there_are_no_more_nobody_is_drawn() -> None:
    whole, rng = some(), np.random.default_rng(1)
    assert whole.drawn(len(whole), rng) is whole
    assert rng.random() == np.random.default_rng(1).random()
    assert len(whole.drawn(0, rng)) == 0
