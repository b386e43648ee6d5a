"""How far two embeddings agree, against the same worked out one film at a time."""

import numpy as np
import pytest

from core.exploration.embedding_agreement import agreement_of, agreement_table, film_agreement, most_disputed
from core.exploration.rank_agreement import rank_biased_overlap
from core.serving import Atlas


def tables(n: int = 60, k: int = 15) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    rng = np.random.default_rng(3)
    first = np.stack([rng.permutation(40)[:k] for _ in range(n)]).astype(np.int32)
    second = np.stack([rng.permutation(40)[:k] for _ in range(n)]).astype(np.int32)
    second[0] = first[0]
    second[1] = first[1][::-1]
    second[2] = -1
    return first, second


def test_jaccard_and_overlap_of_every_film() -> None:
    first, second = tables()
    found = agreement_of(first, second)
    assert found.jaccard[0] == 1
    assert found.overlap[0] == pytest.approx(1)
    assert found.jaccard[1] == 1
    assert found.overlap[1] < 1
    assert np.isnan(found.jaccard[2])
    assert np.isnan(found.overlap[2])
    for row in range(3, len(first)):
        one, other = set(first[row].tolist()), set(second[row].tolist())
        assert found.jaccard[row] == pytest.approx(len(one & other) / len(one | other))
        assert found.overlap[row] == pytest.approx(
            rank_biased_overlap(first[row].tolist(), second[row].tolist())
        )


def test_an_embedding_agrees_with_itself(atlas: Atlas) -> None:
    found = film_agreement(atlas, "letters", "letters")
    assert np.nanmin(found.jaccard) == 1
    assert np.nanmin(found.overlap) == pytest.approx(1)


def test_the_most_disputed_come_first(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    first = atlas.neighbours("letters")
    second = first.copy()
    second[[5, 9]] = (
        np.roll(first[[5, 9]], 1, axis=0)
        if len(set(first[5]) & set(first[9])) == 0
        else (first[[5, 9]] + 1) % 36
    )
    monkeypatch.setattr(type(atlas), "neighbours", lambda self, space: first if space == "a" else second)
    assert set(most_disputed(atlas, "a", "b", 2)) == {5, 9}
    assert most_disputed(atlas, "a", "b", 5, least_ratings=10**6) == []


def test_the_table_of_all_pairs(atlas: Atlas) -> None:
    assert agreement_table(atlas, ["letters"]).empty
    table = agreement_table(atlas, ["letters", "letters"])
    assert table["Jaccard"].tolist() == [1.0]
    assert table["Films"].tolist() == [36]
