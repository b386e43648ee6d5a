"""Asking with a history: what it weighs beside likes, and that every method answers."""

import numpy as np
import pytest

from core import recommenders
from core.domain import Question
from core.errors import InvalidQueryError
from core.histories import Entry, History, Scale, Status
from core.recommenders import Ability
from core.serving import Atlas, make_profile, recommend
from core.serving.histories import film_index, found_in

STARS = Scale(1, 5)


@pytest.fixture(scope="module")
def history() -> History:
    """Somebody who likes space and not love; one film seen, one wanted, one that is not there."""
    rated = [
        ("Space Story", 1960, 5),
        ("Space House", 1966, 5),
        ("Love Story", 1960, 1),
        ("Love House", 1966, 1),
    ]
    entries = [Entry(f"The {title}", year, Status.RATED, float(stars), STARS) for title, year, stars in rated]
    more = [Entry("The Heist Story", 1960, Status.SEEN), Entry("The Space Return", 1972, Status.WANTED)]
    return History((*entries, *more, Entry("Somewhere Else", 1999)))


def test_a_history_becomes_a_profile(atlas: Atlas, history: History) -> None:
    matched = found_in(atlas, history)
    profile = make_profile(atlas, Question(history=matched.weights))
    assert set(atlas.catalog.ids[profile.likes]) == {"space-0", "space-1"}
    assert set(atlas.catalog.ids[profile.dislikes]) == {"love-0", "love-1"}
    assert "heist-0" in atlas.catalog.ids[profile.excluded]
    assert "space-2" not in atlas.catalog.ids[profile.excluded]  # on the watchlist: it may be recommended
    assert len(matched.missing) == 1


def test_likes_and_dislikes_overrule_the_history_and_it_a_known_user(atlas: Atlas) -> None:
    items, _ = atlas.interactions.history(0)
    first, second = (int(item) for item in items[:2])
    question = Question(user=0, likes=(first,), history=((first, -1.0), (second, -0.5)))
    profile = make_profile(atlas, question)
    weights = dict(zip(profile.items.tolist(), profile.weights.tolist(), strict=True))
    assert (weights[first], weights[second]) == (1.0, -0.5)
    assert set(weights) == set(items.tolist())
    assert profile.user == 0


NOT_BUILT = {"triplet", "word2vec_titles"}
"""Methods whose embedding the tiny films lack."""


@pytest.mark.parametrize("name", sorted(set(recommenders.names()) - NOT_BUILT))
def test_every_method_answers_a_history(atlas: Atlas, history: History, name: str) -> None:
    weights = found_in(atlas, history).weights
    answer = recommend(atlas, Question(history=weights, method=name, k=5))
    assert len(answer.items) == 5
    assert not {item.item_index for item in answer.items} & {item for item, _ in weights}
    if Ability.LIKES in recommenders.method_class(name).abilities:
        assert answer.fallback_for is None


def test_what_was_only_watched_is_left_out_and_answered_from_all_the_same(atlas: Atlas) -> None:
    watched = [film for film in atlas.catalog.films() if film.item_id.startswith("space")][:5]
    history = History(tuple(Entry(film.title, film.year) for film in watched))
    answer = recommend(atlas, Question(history=found_in(atlas, history).weights, method="content", k=4))
    assert answer.fallback_for is None
    assert {item.item_id for item in answer.items} == {f"space-{n}" for n in range(5, 9)}


@pytest.mark.parametrize(
    "history", [((36, 0.5),), ((-1, 0.5),), ((0, 1.5),), ((0, float("nan")),), ((0, 1.0), (0, 0.0))]
)
def test_a_history_of_another_dataset_is_refused(
    atlas: Atlas, history: tuple[tuple[int, float], ...]
) -> None:
    with pytest.raises(InvalidQueryError):
        make_profile(atlas, Question(history=history))


def test_a_history_is_not_kept(atlas: Atlas, history: History) -> None:
    before = film_index(atlas)
    found_in(atlas, history)
    assert film_index(atlas) is before
    held = [value for value in vars(before).values() if isinstance(value, History | Entry)]
    assert held == []
    assert "Somewhere Else" not in str(vars(before).keys())
    assert isinstance(before.counts, np.ndarray)
