"""Several people, one list: who decides, what is left out, and what is said of it."""

from dataclasses import replace

import numpy as np
import pytest

from core import recommenders
from core.domain import Filters, GroupAnswer, Question
from core.errors import AtlasError, InvalidQueryError, UnknownNameError
from core.recommenders.aggregation import GOOD_ENOUGH, STRATEGIES
from core.serving import Atlas, make_profile, recommend
from core.serving.together import recommend_together, sharing

SPACE, LOVE, HEIST = 0, 9, 18
ANNA, BEN, CLEO = (Question(likes=(first, first + 1), k=6) for first in (SPACE, LOVE, HEIST))


def ids(answer: GroupAnswer) -> list[str]:
    return [item.item_id for item in answer.items]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_everybodys_fit_is_said_and_comparable(atlas: Atlas, strategy: str) -> None:
    answer = recommend_together(atlas, [ANNA, BEN], strategy=strategy, names=("Anna", "Ben"))
    assert answer.names == ("Anna", "Ben")
    assert [item.rank for item in answer.items] == list(range(1, 7))
    assert (answer.method, answer.fallback_for, answer.strategy) == ("content", None, strategy)
    assert (answer.n_films, answer.n_known) == (32, 4)
    for item in answer.items:
        fits = [member.fit for member in item.members]
        assert [member.name for member in item.members] == ["Anna", "Ben"]
        mean, least = np.mean(fits), np.min(fits)
        joint = {
            "average": mean,
            "least_misery": least,
            "without_misery": mean * min(least / GOOD_ENOUGH, 1),
        }
        assert item.score == pytest.approx(joint[strategy])
        assert (item.least.fit, item.best.fit) == (min(fits), max(fits))
        assert item.least.reasons
        assert item.best.reasons
        for member in item.members:  # tied films share their places, which are rounded
            low, high = (100 * (1 - np.log(member.place + half) / np.log(32)) for half in (0.5, -0.5))
            assert low <= member.fit <= high


def test_one_film_in_the_world_of_one_is_least_for_the_other(atlas: Atlas) -> None:
    answer = recommend_together(atlas, [ANNA, BEN], names=("Anna", "Ben"))
    spacy = [item for item in answer.items if item.item_id.startswith("space")]
    assert spacy
    assert {item.least.name for item in spacy} == {"Ben"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_order_of_members_does_not_matter(atlas: Atlas, strategy: str) -> None:
    one = recommend_together(atlas, [ANNA, BEN, CLEO], strategy=strategy, names="ABC")
    other = recommend_together(atlas, [CLEO, ANNA, BEN], strategy=strategy, names="CAB")
    assert ids(one) == ids(other)
    assert [{m.name: m.fit for m in i.members} for i in one.items] == [
        {m.name: m.fit for m in i.members} for i in other.items
    ]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("method", ["taste", "ease", "content", "user_vectors"])
def test_people_who_say_the_same_get_what_one_of_them_gets(atlas: Atlas, strategy: str, method: str) -> None:
    question = Question(likes=(SPACE, LOVE), method=method, k=8)
    alone = [item.item_id for item in recommend(atlas, question).items]
    assert ids(recommend_together(atlas, [question] * 3, strategy=strategy)) == alone


def test_the_first_film_leaves_nobody_out_more_than_any_other(atlas: Atlas) -> None:
    everybody = [replace(one, k=36) for one in (ANNA, BEN, CLEO)]
    answer = recommend_together(atlas, everybody, strategy="least_misery")
    assert len(answer.items) == 30
    assert answer.items[0].least.fit == max(item.least.fit for item in answer.items)


def test_what_anybody_knows_is_left_out(atlas: Atlas) -> None:
    knows = replace(BEN, seen=(2,), dislikes=(3,), history=((4, 0.0), (11, 0.5)))
    answer = recommend_together(atlas, [replace(ANNA, k=36), replace(knows, k=36)])
    assert not {0, 1, 2, 3, 4, 9, 10, 11} & {item.item_index for item in answer.items}
    assert (answer.n_known, answer.n_films) == (8, 28)
    person = recommend_together(atlas, [ANNA, Question(user=1, k=6)])
    rated = set(atlas.interactions.history(1)[0].tolist())
    assert not rated & {item.item_index for item in person.items}


def test_a_film_that_was_asked_for_by_name_counts_as_liked(atlas: Atlas) -> None:
    by_name = recommend_together(atlas, [Question(sought=(SPACE,)), Question(likes=(LOVE,))])
    liked = recommend_together(atlas, [Question(likes=(SPACE,)), Question(likes=(LOVE,))])
    assert ids(by_name) == ids(liked)
    assert "space-0" not in ids(by_name)


def test_everybodys_filters_hold(atlas: Atlas) -> None:
    answer = recommend_together(
        atlas,
        [
            replace(ANNA, filters=Filters(not_genres=("Horror",))),
            replace(BEN, filters=Filters(years=(1960, 1966))),
        ],
    )
    assert set(ids(answer)) == {"heist-0", "heist-1"}
    assert answer.notes == ("Only 2 films are new to all and pass everybody's filters.",)
    none = recommend_together(atlas, [replace(ANNA, filters=Filters(years=(1800, 1801))), BEN])
    assert none.items == ()
    assert none.notes == ("No film is new to all and passes everybody's filters.",)


def test_fame_and_diversity_change_the_list_as_they_do_for_one(atlas: Atlas) -> None:
    known = [recommend_together(atlas, [replace(one, fame=f) for one in (ANNA, BEN)]) for f in (-1, 0, 1)]
    medians = [one.known_by.median for one in known if one.known_by]
    assert medians == sorted(medians)
    assert medians[0] < medians[2]
    assert known[0].known_by_without == known[1].known_by
    mixed = recommend_together(atlas, [replace(one, diversity=0.9) for one in (ANNA, BEN)])
    assert ids(mixed) != ids(known[1])


@pytest.mark.parametrize("method", recommenders.names())
def test_every_method_answers(atlas: Atlas, method: str) -> None:
    try:
        atlas.methods.fitted(method)
    except AtlasError:
        pytest.skip(f"{method} cannot be fitted on the tiny films")
    everybody = [Question(likes=(0, 1), method=method, k=5), Question(user=1, method=method, k=5)]
    answer = recommend_together(atlas, everybody, names=("Anna", "Ben"))
    assert answer.items
    assert answer.method == method or answer.fallback_for == method
    known = set(make_profile(atlas, everybody[1]).excluded.tolist()) | {0, 1}
    assert not known & {item.item_index for item in answer.items}


def test_words_count_for_whoever_said_them(atlas: Atlas) -> None:
    answer = recommend_together(
        atlas,
        [Question(text="A family moves into a house", k=4), Question(text="something walks at night", k=4)],
    )
    assert all(item.startswith("ghost") for item in ids(answer))


def test_a_method_that_one_cannot_be_answered_by_hands_over_for_all(atlas: Atlas) -> None:
    disliking = Question(dislikes=(0,), method="ease", k=4)
    answer = recommend_together(atlas, [Question(likes=(9,), method="ease", k=4), disliking], names="AB")
    assert (answer.method, answer.fallback_for) == ("taste", "ease")
    assert answer.notes[:2] == ("EASE cannot use what B said.", "Taste answered for all instead.")
    nothing = replace(disliking, filters=Filters(years=(1800, 1801)))
    none = recommend_together(atlas, [Question(likes=(9,), method="ease", k=4), nothing], names="AB")
    assert (none.items, none.method) == ((), "taste")


def test_what_a_method_leaves_aside_is_said_by_name(atlas: Atlas) -> None:
    everybody = [replace(ANNA, method="ease", dislikes=(30,)), replace(BEN, method="ease")]
    notes = recommend_together(atlas, everybody, names=("Anna", "Ben")).notes
    assert notes == ("Anna: EASE does not use the disliked films.",)


@pytest.mark.parametrize(
    ("questions", "names", "words"),
    [
        ([], (), "Nobody asks"),
        ([ANNA], (), "Only one person asks"),
        ([ANNA] * 6, (), "6 people ask"),
        ([ANNA, Question(k=6)], ("Ben", "Anna"), "Anna has said nothing yet."),
        ([ANNA, Question(seen=(3,), k=6)], (), "Person 2 has said nothing yet."),
        ([ANNA, Question(likes=(1,), dislikes=(1,), k=6)], ("Anna", "Ben"), "Ben: A film is in the profile"),
        ([ANNA, BEN], ("Anna",), "There are 1 names for 2 people."),
        ([ANNA, BEN], ("Anna", "anna "), "Two people are called Anna."),
        ([ANNA, BEN], ("Anna", " "), "Somebody has no name."),
        ([ANNA, BEN], ("Anna", "B" * 41), "is too long"),
        ([ANNA, replace(BEN, k=7)], (), "Person 1 and Person 2 ask with different values of k: 6 and 7."),
        ([ANNA, replace(BEN, method="ease")], (), "different values of method"),
        ([replace(ANNA, k=0), replace(BEN, k=0)], (), "0 films were asked for"),
        ([replace(ANNA, fame=2), replace(BEN, fame=2)], (), "The fame is 2"),
        ([replace(ANNA, diversity=2), replace(BEN, diversity=2)], (), "The diversity is 2"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    atlas: Atlas, questions: list[Question], names: tuple[str, ...], words: str
) -> None:
    with pytest.raises(InvalidQueryError) as error:
        recommend_together(atlas, questions, names=names)
    assert words in str(error.value)


def test_an_unknown_strategy_or_method_is_refused(atlas: Atlas) -> None:
    with pytest.raises(UnknownNameError):
        recommend_together(atlas, [ANNA, BEN], strategy="majority")
    with pytest.raises(UnknownNameError):
        recommend_together(atlas, [replace(one, method="nonsense") for one in (ANNA, BEN)])


def test_all_share_what_one_question_says_for_all() -> None:
    shared = Question(likes=(1,), method="taste", k=7, fame=0.5, filters=Filters(genres=("Drama",)))
    first, second = sharing([Question(likes=(2,)), Question(user=3)], shared)
    assert (first.likes, first.user, second.likes, second.user) == ((2,), None, (), 3)
    assert all(
        (one.method, one.k, one.fame, one.filters) == ("taste", 7, 0.5, shared.filters)
        for one in (first, second)
    )
