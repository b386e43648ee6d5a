"""What a comparison opens on."""

import numpy as np
import pytest

from core.domain import Question
from core.exploration import starting_points as module
from core.exploration.comparison import Mark, compare, first_methods
from core.exploration.rating_statistics import user_counts
from core.exploration.starting_points import StartingPoint, starting_points
from core.serving import Atlas

pytestmark = pytest.mark.slow


def test_films_that_are_well_known_and_not_of_one_maker(atlas: Atlas) -> None:
    # all films of a world have one maker, so a question of two mixes worlds
    found = [point for point in starting_points(atlas) if point.likes]
    assert found
    for point in found:
        makers = [atlas.catalog.film(item).directors for item in point.likes]
        assert len(set(makers)) == len(makers) in (2, 3)
        assert point.user is None
    named = [item for point in found for item in point.likes]
    assert len(set(named)) == len(named), "no film in two questions"


def test_what_it_says_comes_of_it(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PERSON_RATINGS", (5, 100))
    for point in starting_points(atlas, k=8):
        asked = [Question(likes=point.likes, user=point.user, method=name, k=8) for name in point.methods]
        found = compare(atlas, asked)
        marks = [found.mark(item) for item in found.ranks]
        assert point.agreed == marks.count(Mark.ALL)
        assert point.shared == marks.count(Mark.SOME)
        assert point.single == marks.count(Mark.ONE)


def test_a_person_who_can_be_read(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = user_counts(atlas.interactions)
    bounds = (int(np.quantile(counts, 0.25)), int(np.quantile(counts, 0.75)))
    monkeypatch.setattr(module, "PERSON_RATINGS", bounds)
    (person,) = [point for point in starting_points(atlas) if point.user is not None]
    assert bounds[0] <= counts[person.user] <= bounds[1]
    assert list(person.methods) == first_methods(atlas, of_person=True)
    monkeypatch.setattr(module, "PERSON_RATINGS", (10_000, 20_000))
    assert all(point.user is None for point in starting_points(atlas))


def test_the_most_telling_question_comes_first(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    worth = {(0, 9): (0, 12), (9, 18): (4, 3), (0, 18): (1, 20)}
    monkeypatch.setattr(module, "_film_sets", lambda atlas: dict.fromkeys(worth, 0.5))

    def tried(
        atlas: Atlas, methods: list[str], k: int, *, likes: tuple[int, ...] = (), user: object = None
    ) -> object:
        return (
            StartingPoint(likes, None, tuple(methods), worth[likes][0], 0, worth[likes][1]) if likes else None
        )

    monkeypatch.setattr(module, "_tried", tried)
    assert [point.likes for point in starting_points(atlas)] == [(9, 18)], "the others share a film with it"


def test_it_is_the_same_every_time(atlas: Atlas) -> None:
    assert starting_points(atlas) == starting_points(atlas)


def test_nothing_where_only_one_method_answers(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "first_methods", lambda atlas, of_person=False: ["content"])
    assert starting_points(atlas) == []
