"""New here: who is asked about what, what the answers teach, and what becomes of them."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from core.domain import Interactions, Question
from core.errors import InvalidQueryError
from core.histories import saved
from core.serving import Atlas, make_profile, recommend
from core.serving import first_films as module
from core.serving.choices import default_method
from core.serving.first_films import (
    ANSWERS,
    Answers,
    KnownAnswers,
    as_history,
    as_weights,
    next_films,
    taught,
)
from core.serving.histories import found_in

LIKED, DISLIKED, UNSEEN = ANSWERS["liked"], ANSWERS["disliked"], ANSWERS["not seen"]


@pytest.fixture
def crowd() -> KnownAnswers:
    """Ten people who like films 0 and 1 and none of 2 and 3, ten the other way round; nobody has seen film 4."""
    users, items, ratings = [], [], []
    for user in range(20):
        first = user < 10
        for item in range(4):
            users.append(f"u{user}")
            items.append(item)
            ratings.append(5.0 if (item < 2) == first else 1.0)
    return KnownAnswers(Interactions.of(users, items, ratings, 5, scale=(1.0, 5.0)), np.arange(5))


def test_who_answers_alike_is_found(crowd: KnownAnswers) -> None:
    assert crowd.likeness({}) == pytest.approx(np.full(20, 1 / 20))
    assert crowd.like_you({}) == pytest.approx(20)
    likeness = crowd.likeness({0: 3})
    # a person who likes it: 0.85 likely to like it, one who dislikes it: 0.15
    usual = (0.5 + 1e-3) / (1 + 3e-3)
    expected = (0.7 + 0.3 * usual) / (0.3 * usual)
    assert likeness[0] / likeness[19] == pytest.approx(expected)
    assert 10 < crowd.like_you({0: 3}) < 20
    assert crowd.like_you({0: 3, 2: 1}) < crowd.like_you({0: 3})


def test_what_they_like_is_what_one_may_like(crowd: KnownAnswers) -> None:
    chances = crowd.chance_of_like({0: 3})
    likeness = crowd.likeness({0: 3})
    assert chances[1] == pytest.approx(0.8 * likeness[:10].sum() + 0.2 * 0.5)
    assert chances[1] > 0.5 > chances[2] > chances[4] == 0
    assert crowd.chance_of_like({0: 1})[2] > crowd.chance_of_like({0: 1})[1]


def test_what_one_has_not_seen_says_something_too() -> None:
    """Who has not seen a film that half the people have is more likely like the others."""
    users = [f"u{n}" for n in range(10) for _ in range(1 + (n < 5))]
    items = [item for n in range(10) for item in ((0, 1) if n < 5 else (1,))]
    known = KnownAnswers(Interactions.of(users, items, [5.0] * len(items), 2), np.arange(2))
    likeness = known.likeness({0: 0})
    assert likeness[9] / likeness[0] == pytest.approx((1 - 0.3 * 0.5) / (1 - 0.7 - 0.3 * 0.5))


def test_a_film_that_is_liked_leads_to_more_of_its_world(atlas: Atlas) -> None:
    place = {item_id: n for n, item_id in enumerate(atlas.catalog.ids.tolist())}
    for world in ("space", "love", "ghost"):
        found = next_films(atlas, {place[f"{world}-0"]: LIKED, place[f"{world}-1"]: LIKED}, 4)
        ids = [str(atlas.catalog.ids[item]) for item in found]
        assert sum(one.startswith(world) for one in ids) >= 3, ids
    away = next_films(atlas, {place["space-0"]: DISLIKED, place["space-1"]: DISLIKED}, 4)
    assert not [item for item in away if str(atlas.catalog.ids[item]).startswith("space")]


def test_nothing_is_asked_twice_and_all_is_asked_in_the_end(atlas: Atlas) -> None:
    answers: dict[int, float | None] = {}
    while found := next_films(atlas, answers):
        assert found[0] not in answers
        answers[found[0]] = UNSEEN
    assert set(answers) == set(range(len(atlas.catalog)))
    assert next_films(atlas, {}, 5)[0] == next_films(atlas, {})[0]


def without_ratings(atlas: Atlas, n_votes: list[int]) -> Atlas:
    """The same films, opened anew, rated by nobody and voted for."""
    bare = Atlas(atlas.workspace, atlas.manifest)
    items = atlas.catalog.items.assign(n_votes=np.array(n_votes))
    nobody = Interactions.empty(len(items))
    bare.__dict__["dataset"] = replace(
        atlas.dataset, catalog=replace(atlas.catalog, items=items), interactions=nobody
    )
    return bare


def test_without_ratings_well_known_films_of_all_kinds_are_asked_about(atlas: Atlas) -> None:
    votes = [1000 if n % 9 < 3 else 10 for n in range(36)]
    bare = without_ratings(atlas, votes)
    found = next_films(bare, {}, 4)
    assert {str(bare.catalog.ids[item]).split("-")[0] for item in found} == {
        "space",
        "love",
        "heist",
        "ghost",
    }
    assert all(votes[item] == 1000 for item in found)
    answers: dict[int, float | None] = {}
    for _ in range(4):
        answers[next_films(bare, answers)[0]] = LIKED
    assert tuple(answers) == found
    assert [lesson.like_you for lesson in taught(bare, answers, "content")] == [None] * 4


def test_what_an_answer_taught_is_what_it_changed(atlas: Atlas) -> None:
    first, second, third = next_films(atlas, {}, 3)
    answers = {first: LIKED, second: UNSEEN, third: DISLIKED}
    lessons = taught(atlas, answers)
    assert [lesson.item_index for lesson in lessons] == [first, second, third]
    assert lessons[1].changed == 0  # what was not seen changes no list
    alike = [lesson.like_you for lesson in lessons]
    assert all(one is not None and 1 <= one <= 23 for one in alike)
    assert (lessons[0].of, lessons[0].people) == (10, 23)

    method = default_method(atlas)
    lists = [
        {one.item_index for one in recommend(atlas, Question(history=history, method=method, k=10)).items}
        for history in ((), as_weights({first: LIKED}))
    ]
    assert lessons[0].changed == len(lists[1] - lists[0]) > 0


def test_what_was_taught_before_is_kept(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = next_films(atlas, {}, 3)
    answers = {first: LIKED, second: DISLIKED}
    before = taught(atlas, answers)
    asked: list[int] = []
    real = module._first

    def counting(atlas: Atlas, several: Sequence[Answers], name: str) -> list[set[int]]:
        asked.append(len(several))
        return real(atlas, several, name)

    monkeypatch.setattr(module, "_first", counting)
    more = taught(atlas, answers | {third: LIKED}, so_far=before)
    assert more[:2] == before
    assert asked == [2]
    assert taught(atlas, answers, so_far=more) == before
    changed = taught(atlas, {first: DISLIKED, second: DISLIKED}, so_far=before)
    assert changed[0].answer == DISLIKED
    assert changed == taught(atlas, {first: DISLIKED, second: DISLIKED})
    assert taught(atlas, {}, so_far=before) == ()


def test_it_is_quick_enough_for_a_click(atlas: Atlas) -> None:
    answers: dict[int, float | None] = dict.fromkeys(next_films(atlas, {}, 9), LIKED)
    before = taught(atlas, answers)
    began = time.perf_counter()
    answers[next_films(atlas, answers)[0]] = LIKED
    taught(atlas, answers, so_far=before)
    assert time.perf_counter() - began < 1


def test_answers_become_a_history_that_can_be_saved(atlas: Atlas) -> None:
    first, second, third, fourth = next_films(atlas, {}, 4)
    answers = {first: LIKED, second: 0.0, third: DISLIKED, fourth: UNSEEN}
    assert as_weights(answers) == ((first, 1.0), (second, 0.0), (third, -1.0))
    history = saved.from_document(json.loads(saved.to_text(as_history(atlas, answers))), "x.json")
    weights = dict(found_in(atlas, history).weights)
    assert set(weights) == {first, second, third}
    assert (weights[first], weights[second]) == (1, 0)
    assert weights[third] < -0.5
    profile = make_profile(atlas, Question(history=as_weights(answers)))
    assert profile.likes.tolist() == [first]


def test_what_is_no_answer_is_refused(atlas: Atlas) -> None:
    with pytest.raises(InvalidQueryError, match="no answer"):
        next_films(atlas, {0: 0.5})
    with pytest.raises(InvalidQueryError, match="no film number 99"):
        taught(atlas, {99: LIKED})
    with pytest.raises(InvalidQueryError):
        next_films(atlas, {}, 0)
