"""The ways to choose first films: what each goes for, and that all ask alike."""

import numpy as np
import pytest

from bench import new_here
from core.domain import Interactions
from core.serving.first_films import KnownAnswers


@pytest.fixture(scope="module")
def known() -> KnownAnswers:
    """Forty people: film 0 all have seen and like; 1 is loved or hated; 2 and 3 go together, as 4 and 5 do; 6 is unknown."""
    users, items, ratings = [], [], []
    for user in range(40):
        rows = [(0, 5.0), (1, 5.0 if user % 2 else 1.0)]
        rows += [(2, 5.0), (3, 5.0)] if user < 20 else [(4, 5.0), (5, 5.0)]
        for item, rating in rows:
            users.append(user)
            items.append(item)
            ratings.append(rating)
    interactions = Interactions.of([f"u{u:02}" for u in users], items, ratings, 7, scale=(1.0, 5.0))
    return KnownAnswers(interactions, np.arange(7))


def first(way: str, known: KnownAnswers, answers: dict[int, int]) -> int:
    values = new_here.WAYS[way](new_here.Asking(known, answers, np.random.default_rng(0)))
    values = np.where(np.isin(np.arange(7), list(answers)), -np.inf, np.nan_to_num(values, nan=-1, neginf=-1))
    return int(values.argmax())


@pytest.mark.parametrize(
    ("way", "answers", "films"),
    [
        ("most_rated", {}, {0, 1}),
        ("likely_liked", {}, {0}),
        ("likely_liked", {2: 3}, {0, 3}),
        ("likely_liked", {0: 3, 4: 3}, {5}),
        ("likely_liked", {0: 3, 1: 1, 4: 0}, {2, 3}),
        ("liked_and_varied", {0: 3, 2: 3}, {1, 3}),
        ("uncertain", {}, {1, 2, 3, 4, 5}),
        ("splits_best", {0: 3}, {2, 3, 4, 5}),
        ("fame_and_entropy", {}, {1}),
    ],
)
def test_what_ways_ask_about(known: KnownAnswers, way: str, answers: dict[int, int], films: set[int]) -> None:
    assert first(way, known, answers) in films


def test_one_person_is_asked_by_their_own_ratings(
    known: KnownAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_here, "AFTER", (0, 4))
    free = np.array([True, True, True, True, True, True, False])
    own = {0: 3, 4: 3, 5: 3}
    answers = new_here.questioned(new_here.likely_liked, known, own, free, np.random.default_rng(0))
    assert len(answers) == 4
    assert 6 not in answers
    assert all(answers[column] == own.get(column, 0) for column in answers)
    profile = new_here.profile_of({0: 3, 1: 1, 2: 0, 3: 2}, np.arange(10, 17))
    assert dict(zip(profile.items.tolist(), profile.weights.tolist(), strict=True)) == {10: 1, 11: -1, 13: 0}
