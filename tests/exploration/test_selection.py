"""What is over-represented in a selection, against tests worked out by hand and by scipy."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, fisher_exact

from core.exploration.selection import FACETS, FALSE_SHARE, discoveries, facts_of, summary
from core.serving import Atlas
from tests import tiny


def test_every_count_and_every_p(atlas: Atlas) -> None:
    facts = facts_of(atlas.catalog)
    films = np.array([0, 1, 2, 9, 20])
    found = summary(atlas, facts, films)
    assert found.n == 5
    assert found.n_others == 31
    rows = {kind: read(atlas.catalog) for kind, read in FACETS.items()}
    for row in found.counts.to_dict("records"):
        has = np.array([row["name"] in own for own in rows[row["kind"]]])
        known = np.array([len(own) > 0 for own in rows[row["kind"]]])
        inside = np.isin(np.arange(36), films)
        a, b = int((has & inside).sum()), int((has & ~inside).sum())
        assert (row["here"], row["elsewhere"]) == (a, b)
        c, d = int((known & ~has & inside).sum()), int((known & ~has & ~inside).sum())
        assert row["p"] == pytest.approx(fisher_exact([[a, b], [c, d]], alternative="greater").pvalue)
        assert row["share_here"] == pytest.approx(a / (a + c))


def test_a_world_is_known_by_its_genre(atlas: Atlas) -> None:
    facts = facts_of(atlas.catalog)
    for number, world in enumerate(tiny.WORLDS):
        films = np.arange(9 * number, 9 * number + 9)
        found = summary(atlas, facts, films)
        genre = atlas.catalog.items["genres"].iloc[films[0]][0]
        assert genre in set(found.more(50)["name"]), world
        assert found.commonest("Genre", 1)["name"].tolist() == [genre]


def test_chance_selections_are_seldom_called_special(atlas: Atlas) -> None:
    facts, rng = facts_of(atlas.catalog), np.random.default_rng(0)
    special = [len(summary(atlas, facts, rng.permutation(36)[:12]).more(50)) > 0 for _ in range(60)]
    assert np.mean(special) <= 3 * FALSE_SHARE


def test_against_another_selection(atlas: Atlas) -> None:
    facts = facts_of(atlas.catalog)
    found = summary(atlas, facts, np.array([0, 1, 2, 3]), np.array([3, 4, 5]))
    assert (found.n, found.n_others) == (4, 2), "what is in both counts here"


def test_discoveries_are_those_of_scipy() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        p = rng.uniform(size=30) ** 3
        assert discoveries(p).tolist() == (false_discovery_control(p) <= FALSE_SHARE).tolist()
    assert discoveries(np.array([])).tolist() == []


def test_all_films_are_like_themselves(atlas: Atlas) -> None:
    found = summary(atlas, facts_of(atlas.catalog), np.arange(36))
    assert found.n_others == 0
    assert found.more(10).empty
