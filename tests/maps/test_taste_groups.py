"""Taste groups: planted groups are found, everybody who rated has one, and names say what sets the films apart."""

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog, Interactions
from core.maps.taste_groups import LEAST, TasteGroups, n_groups_for, taste_groups

GENRES = ("Western", "Horror", "Musical")


def planted(n_groups: int = 3, *, seed: int = 0) -> tuple[Catalog, Interactions]:
    """Groups of 30 people and 20 films who rate within their group, and hardly ever elsewhere.

    At the end a person and a film with one rating, of the first group, and a film that nobody rated.
    """
    rng = np.random.default_rng(seed)
    n_users, n_items = 30 * n_groups, 20 * n_groups
    rated = rng.random((n_users, n_items)) < 0.02
    for group in range(n_groups):
        own = np.ix_(range(30 * group, 30 * group + 30), range(20 * group, 20 * group + 20))
        rated[own] = rng.random((30, 20)) < 0.6
    users, items = np.nonzero(rated)
    users, items = np.append(users, [n_users, 0]), np.append(items, [0, n_items])
    genres = [[GENRES[item // 20], "Drama"] for item in range(n_items)] + [["Drama"]] * 2
    frame = pd.DataFrame({"item_id": range(n_items + 2), "title": "T", "genres": genres})
    return Catalog.of(frame), Interactions.of(users, items, np.full(len(users), 4.0), n_items + 2)


def test_planted_groups_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.maps.taste_groups.n_groups_for", lambda n: 3)
    catalog, interactions = planted()
    found = taste_groups(catalog, interactions)
    for group in range(3):
        people, films = found.users[30 * group : 30 * group + 30], found.items[20 * group : 20 * group + 20]
        number = films[0]
        assert (films == number).all()
        assert (people == number).mean() > 0.95
        assert GENRES[group] in found.names[number]
    assert len({int(found.items[20 * group]) for group in range(3)}) == 3
    # one rating is enough to join those it goes with, none is not
    assert found.users[90] == found.items[0]
    assert found.items[60] == found.users[0]
    assert found.items[61] == -1


def test_the_same_ratings_give_the_same_groups_and_survive_being_kept() -> None:
    catalog, interactions = planted()
    one, other = (taste_groups(catalog, interactions, seed=3) for _ in range(2))
    assert one.names == other.names
    assert one.users.tolist() == other.users.tolist()
    kept = TasteGroups.of(one.arrays(), {"names": list(one.names)})
    assert kept.items.tolist() == one.items.tolist()
    assert kept.names == one.names
    sizes = np.bincount(one.items[one.items >= 0])
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)


@pytest.mark.parametrize("n", [1, 3])
def test_few_ratings_are_one_group(n: int) -> None:
    frame = pd.DataFrame({"item_id": range(4), "title": "T", "genres": [[]] * 4})
    interactions = Interactions.of(["a"] * n, range(n), [5.0] * n, 4)
    found = taste_groups(Catalog.of(frame), interactions)
    assert found.users.tolist() == [0]
    assert found.items.tolist() == [0] * n + [-1] * (4 - n)
    assert found.names == ("Group 1",)


def test_how_many_groups() -> None:
    assert [n_groups_for(n) for n in (1, 36, 1_000, 9_742, 62_423)] == [2, 4, 8, 12, 12]
    assert LEAST > 1
