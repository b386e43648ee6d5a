"""How far two embeddings agree: by hand and by the naive loop."""

import numpy as np
import pandas as pd
import pytest

from core.build import Request, build
from core.embeddings import Space
from core.exploration.embedding_agreement import (
    Disputed,
    agreement_table,
    embedding_agreement,
    most_disputed,
)
from core.exploration.rank_agreement import rank_biased_overlap, rank_biased_overlaps
from core.serving import Atlas


class Neighbours:
    """What `embedding_agreement` reads of an atlas."""

    def __init__(self, counts: list[int], **spaces: list[list[int]]) -> None:
        self.spaces = {name: np.array(rows, np.int32) for name, rows in spaces.items()}
        self.counts, self.space_names = np.array(counts), list(spaces)
        self.interactions = range(sum(counts))

    def neighbours(self, space: str) -> np.ndarray:
        return self.spaces[space]


@pytest.fixture
def three() -> Neighbours:
    rows = [[1, 2, 3], [0, 2, -1], [0, 1, 3], [0, 1, 2]]
    return Neighbours(
        [50, 60, 60, 5],
        a=rows,
        b=[[1, 2, 3], [3, -1, -1], [-1, -1, -1], [2, 1, 0]],
        c=[[3, 2, 1], [2, 0, 3], [3, 4, 5], [9, 8, 7]],
    )


def test_rows_of_rankings_are_compared_like_one_by_one() -> None:
    rng = np.random.default_rng(0)
    lists = []
    for _ in range(2):
        rows = np.full((300, 15), -1)
        for row in rows:
            n = rng.integers(0, 16)
            row[:n] = rng.permutation(20)[:n]
        rows[0] = -1
        lists.append(rows)
    first, second = lists[0], lists[1][:, :11]
    for p in (0.5, 0.9):
        found = rank_biased_overlaps(first, second, p)
        wanted = [
            rank_biased_overlap([i for i in a if i >= 0], [i for i in b if i >= 0], p)
            for a, b in zip(first.tolist(), second.tolist(), strict=True)
        ]
        np.testing.assert_allclose(found, wanted, atol=1e-12)
    assert np.isnan(found).any()


def test_every_film_is_compared_by_hand(three: Neighbours) -> None:
    found = embedding_agreement(three, "a", "b")  # type: ignore[arg-type]
    np.testing.assert_allclose(found.jaccard, [1, 0, np.nan, 1])
    assert found.rbo[:2].tolist() == [1, 0]
    assert found.rbo[3] == pytest.approx(rank_biased_overlap([0, 1, 2], [2, 1, 0]))
    assert (found.n_items, found.k) == (3, 3)
    other = embedding_agreement(three, "a", "c")  # type: ignore[arg-type]
    np.testing.assert_allclose(other.jaccard, [1, 2 / 3, 1 / 5, 0])


def test_the_most_disputed_come_first_and_of_equal_ones_the_best_known(three: Neighbours) -> None:
    found = embedding_agreement(three, "a", "b")  # type: ignore[arg-type]
    first, *others = most_disputed(three, found)  # type: ignore[arg-type]
    assert first == Disputed(1, 0.0, 0.0, (0, 2), (3,))
    assert [one.item_index for one in others] == [0]
    with_all = most_disputed(three, found, least_ratings=0)  # type: ignore[arg-type]
    assert [one.item_index for one in with_all] == [1, 3, 0]
    assert len(most_disputed(three, found, 1, least_ratings=0)) == 1  # type: ignore[arg-type]
    three.interactions = range(0)
    assert len(most_disputed(three, found)) == 3  # type: ignore[arg-type]


def test_all_pairs_stand_in_a_table_with_their_means(three: Neighbours) -> None:
    table = agreement_table(three)  # type: ignore[arg-type]
    assert set(zip(table["first"], table["second"], strict=True)) == {("a", "b"), ("a", "c"), ("b", "c")}
    assert table["rbo"].is_monotonic_decreasing
    row = table[table["second"] == "b"].iloc[0]
    assert (row["jaccard"], row["n_items"]) == (pytest.approx(2 / 3), 3)
    three.spaces["b"][:] = -1
    empty = agreement_table(three).set_index(["first", "second"]).loc[("a", "b")]  # type: ignore[arg-type]
    assert empty["n_items"] == 0
    assert pd.isna(empty["rbo"])


def test_what_learns_from_ratings_takes_part(
    home: object, monkeypatch: pytest.MonkeyPatch, letters: Space
) -> None:
    build(Request("tiny", spaces=("letters", "ials")))
    atlas = Atlas.open("tiny")
    table = agreement_table(atlas)
    assert table[["first", "second"]].to_numpy().tolist() == [["letters", "ials"]]
    unrated = int((atlas.counts == 0).sum())
    assert unrated
    assert table["n_items"].tolist() == [36 - unrated]
