"""Questions in words over a built dataset: what passes, what starves, what could not be looked into."""

import numpy as np
import pytest

from core.domain import Filters, Profile, Question
from core.recommenders.fame import by_fame
from core.recommenders.ranking import diversify, top_k
from core.serving import Atlas, recommend
from core.serving.words import asked, not_looked_into, passing, understood, ways_out
from core.words import Reading


def test_a_part_that_is_taken_away_gives_its_words_back_unless_they_were_not_wanted(atlas: Atlas) -> None:
    text = "horror but no romance, directed by space maker, in a haunted house"
    reading = understood(atlas, text)
    keys = [part.key for part in reading.parts]
    assert [part.chip for part in reading.parts] == ["Horror", "not Romance", "directed by Space Maker"]
    without = reading.without(keys)
    assert without.parts == ()
    assert set(without.rest.split()) == {"haunted", "house", "horror", "directed", "by", "space", "maker"}
    assert reading.without(["nonsense"]) == reading


def test_what_was_understood_is_what_is_answered(atlas: Atlas) -> None:
    reading = understood(atlas, "horror or romance from the 70s")
    answer = recommend(atlas, asked(atlas, reading, Question(method="popularity", k=40)))
    films = [atlas.catalog.film(item.item_index) for item in answer.items]
    assert films
    assert {genre for film in films for genre in film.genres} <= {"Horror", "Romance", "Drama"}
    assert all(film.year is not None and 1970 <= film.year <= 1979 for film in films)


def test_filters_by_hand_and_in_words_both_hold(atlas: Atlas) -> None:
    reading = understood(atlas, "horror")
    question = asked(atlas, reading, Question(filters=Filters(years=(1970, 1980)), k=3))
    years = [atlas.catalog.film(int(i)).year for i in passing(atlas, question.filters).nonzero()[0]]
    assert years == [1972, 1978]


def test_the_part_that_starves_a_question_is_named_the_worst_first(atlas: Atlas) -> None:
    reading = understood(atlas, "french horror from the 70s")
    ways = ways_out(atlas, reading, Question(k=10))
    assert [(way.part.chip, way.n_films) for way in ways] == [("French", 2), ("Horror", 2)]
    for way in ways:
        rest = Reading(reading.text, tuple(part for part in reading.parts if part != way.part))
        assert passing(atlas, rest.filters()).sum() == way.n_films


@pytest.mark.parametrize("text", ["horror", "horror with nobody in particular", ""])
def test_where_enough_passes_or_one_thing_is_asked_nothing_starves(atlas: Atlas, text: str) -> None:
    assert ways_out(atlas, understood(atlas, text), Question(k=10)) == []


def test_one_thing_in_words_may_starve_beside_what_was_chosen_by_hand(atlas: Atlas) -> None:
    ways = ways_out(atlas, understood(atlas, "horror"), Question(k=10, filters=Filters(genres=("Crime",))))
    assert [way.part.chip for way in ways] == ["Horror"]


def test_what_could_not_be_looked_into_is_counted(atlas: Atlas) -> None:
    reading = understood(atlas, "horror under 100 minutes from japan")
    assert [part.chip for part in reading.parts] == ["Horror", "Japanese"]
    assert not_looked_into(atlas, reading) == ["How long films are is not known here."]


def test_films_that_are_sought_come_first_and_what_is_like_them_follows(atlas: Atlas) -> None:
    reading = understood(atlas, "the film called the ghost return")
    answer = recommend(atlas, asked(atlas, reading, Question(method="content", k=4)))
    assert answer.items[0].title == "The Ghost Return"
    assert answer.items[0].reason == "You asked for it by name."
    assert all("Ghost" in item.title for item in answer.items)
    assert len({item.item_index for item in answer.items}) == 4
    scores = [item.score for item in answer.items]
    assert scores == sorted(scores, reverse=True)


def test_the_films_with_the_very_words_are_joined_with_those_of_that_meaning(atlas: Atlas) -> None:
    answer = recommend(atlas, Question(text="rocket", method="content", k=9))
    assert all("Space" in item.title for item in answer.items)


@pytest.mark.parametrize(
    ("text", "note"), [("french horror", "No film passes"), ("horror in 1960", "Only one film passes")]
)
def test_how_few_pass_is_said_in_words(atlas: Atlas, text: str, note: str) -> None:
    answer = recommend(atlas, asked(atlas, understood(atlas, text), Question(method="popularity")))
    assert f"{note} the filters." in answer.notes


def test_strangers_get_variety_by_scores_where_fame_is_not_asked_for(atlas: Atlas) -> None:
    scores = atlas.methods.fitted("popularity").score([Profile()])[0]
    best = top_k(scores, 50)
    chosen = diversify(best, scores[best], atlas.space("letters").vectors[best], 4, 0.5)
    answer = recommend(atlas, Question(method="popularity", k=4, diversity=0.5))
    assert [item.item_index for item in answer.items] == chosen.tolist()


def test_hidden_gems_are_looked_for_among_all_films(atlas: Atlas) -> None:
    scores = atlas.methods.fitted("popularity").score([Profile()])[0]
    order = np.argsort(-scores, kind="stable")
    places, _ = by_fame(
        np.linspace(1, 0, 36, dtype=np.float32), atlas.counts[order].astype(np.float32), -1.0, 36
    )
    answer = recommend(atlas, Question(method="popularity", fame=-1.0, k=3))
    assert [item.item_index for item in answer.items] == order[places[:3]].tolist()
    assert answer.items[0].item_index != order[0]
    reading = understood(atlas, "hidden gem horror")
    question = asked(atlas, reading, Question(method="popularity", k=3))
    assert question.fame < 0
    assert recommend(atlas, question).known_by_without is not None
