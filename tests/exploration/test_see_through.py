"""What stands behind one film of an answer, and what becomes of the list without one of the likes."""

from dataclasses import replace

import numpy as np
import pytest

from core.domain import Addend, Answer, Question, ScoreSum
from core.exploration import see_through
from core.exploration.see_through import Moved
from core.serving import Atlas, recommend
from core.serving.choices import available_methods
from ui.charts import palette
from ui.charts.moved import moved_figure

pytestmark = pytest.mark.slow

LIKES = (0, 1, 2)


def asked(method: str, **more: object) -> Question:
    return Question(likes=LIKES, method=method, k=6, **more)  # type: ignore[arg-type]


def test_the_sum_is_of_the_score_that_the_answer_shows(atlas: Atlas) -> None:
    n_sums = 0
    for method in available_methods(atlas):
        question = asked(method)
        answer = recommend(atlas, question)
        for one in answer.items:
            whole = see_through.sum_behind(atlas, question, answer, one.item_index)
            if whole is not None:
                n_sums += 1
                assert whole.score == pytest.approx(one.score, rel=1e-4, abs=1e-5), method
                assert sum(addend.value for addend in whole.addends) == pytest.approx(
                    one.score, rel=1e-3, abs=1e-4
                )
    assert n_sums > 40, "most methods add up"


def test_likes_that_speak_for_a_film_are_named(atlas: Atlas) -> None:
    question = asked("ease")
    answer = recommend(atlas, question)
    whole = see_through.sum_behind(atlas, question, answer, answer.items[0].item_index)
    assert whole is not None
    assert {addend.item for addend in whole.addends} <= set(LIKES)
    assert all(
        addend.words == atlas.titles.labels[addend.item]
        for addend in whole.addends
        if addend.item is not None
    )
    assert "×" in whole.addends[0].detail


def test_who_handed_over_is_not_asked_and_popularity_is_no_sum(atlas: Atlas) -> None:
    question = Question(method="ease", k=5)
    answer = recommend(atlas, question)
    assert answer.method == "popularity"
    assert see_through.answering(atlas, question, answer).name == "popularity"
    assert see_through.sum_behind(atlas, question, answer, answer.items[0].item_index) is None


def test_what_is_too_small_for_a_bar_of_its_own_is_drawn_together() -> None:
    addends = tuple(Addend(f"film {n}", float(20 - n)) for n in range(20))
    whole = ScoreSum("EASE", sum(addend.value for addend in addends), addends, "words")
    drawn = see_through.folded(whole, 14)
    assert [addend.words for addend in drawn.addends[:14]] == [addend.words for addend in addends[:14]]
    assert drawn.addends[14] == Addend("6 more, together", 6 + 5 + 4 + 3 + 2 + 1)
    assert see_through.folded(whole, 20) is whole
    assert see_through.folded(whole, 19) is whole, "one alone has a bar of its own"
    assert list(see_through.sum_table(whole)["Adds"]) == [addend.value for addend in addends]


def test_the_place_by_score_alone_is_that_of_the_list_without_variety(atlas: Atlas) -> None:
    plain = asked("ease", diversity=0.0)
    answer = recommend(atlas, plain)
    assert see_through.moved(atlas, plain, answer) == []
    varied = replace(plain, diversity=0.7)
    mixed = recommend(atlas, varied)
    whole = recommend(atlas, replace(plain, k=len(atlas.catalog)))
    places = {one.item_index: one.rank for one in whole.items}
    found = see_through.moved(atlas, varied, mixed)
    assert found == [Moved(one.item_index, places[one.item_index], one.rank) for one in mixed.items]
    assert any(one.alone != one.shown for one in found), "variety has moved some"


def test_the_picture_joins_both_places_of_every_film(atlas: Atlas) -> None:
    films = [Moved(3, 40, 1), Moved(1, 2, 2), Moved(2, 1, 3), Moved(5, 4, 4)]
    names = ["", "<i>one</i>", "two", "three", "", "five"]
    figure = moved_figure(films, names, palette.ink(is_dark=False))
    lines, alone, shown = figure.data
    assert list(alone.x) == [40, 2, 1, 4]
    assert list(shown.x) == [1, 2, 3, 4]
    assert list(lines.x)[:3] == [40, 1, None]
    assert figure.layout.yaxis.ticktext[1] == "2. &lt;i&gt;one&lt;/i&gt;"


def words_of(atlas: Atlas, question: Question, answer: Answer, item: int) -> str:
    films = see_through.moved(atlas, question, answer)
    return see_through.place_words(atlas, question, answer, item, films)


def test_what_moved_a_film_is_said(atlas: Atlas) -> None:
    answer = recommend(atlas, asked("ease"))
    first = answer.items[0].item_index
    assert words_of(atlas, asked("ease"), answer, first) == ""
    varied = asked("ease", diversity=0.7)
    assert "as well; variety had a say" in words_of(atlas, varied, answer, first)
    down = replace(answer, items=(replace(answer.items[0], rank=4),))
    assert "place 1; variety moved it down to 4." in words_of(atlas, varied, down, first)
    last = replace(answer.items[-1], rank=1)
    both = replace(varied, fame=0.5)
    assert f"place {len(answer.items)}; variety and how well known films are moved it up to 1." in words_of(
        atlas, both, replace(answer, items=(last,)), last.item_index
    )


def test_words_move_films_of_methods_that_read_them_alone(atlas: Atlas) -> None:
    for method, expected in (("content", ["your words in films' own texts"]), ("ease", [])):
        question = asked(method, text="rocket")
        assert see_through.movers(atlas, question, recommend(atlas, question)) == expected


def test_without_a_like_the_list_is_that_of_the_others(atlas: Atlas) -> None:
    question = asked("ease")
    answer = recommend(atlas, question)
    found = see_through.without(atlas, question, answer, 1)
    expected = recommend(atlas, replace(question, likes=(0, 2)))
    before, after = ([one.item_index for one in one_answer.items] for one_answer in (answer, expected))
    assert [one.item_index for one in found.after.items] == after
    assert set(found.gone) == set(before) - set(after)
    assert set(found.new) == set(after) - set(before)
    rows = found.rows(list(atlas.titles.labels))
    assert list(rows["With it"]) == [atlas.titles.labels[film] for film in before]
    assert list(rows["Without it"]) == [atlas.titles.labels[film] for film in after]
    for place, film in enumerate(after):
        was = before.index(film) - place if film in before else None
        assert rows["Moved"].iloc[place] == (
            "new" if was is None else "–" if not was else f"up {was}" if was > 0 else f"down {-was}"
        )


def test_what_hangs_on_a_like_is_said_in_words(atlas: Atlas) -> None:
    question = asked("ease")
    answer = recommend(atlas, question)
    same = see_through.WhatIf(answer, answer, 1, (), ())
    assert same.words == "The list stays as it is."
    turned = replace(answer, items=answer.items[::-1])
    assert see_through.WhatIf(answer, turned, 1, (), ()).words == "All 6 films stay, in another order."
    lost = see_through.WhatIf(answer, answer, 1, (answer.items[0].item_index,), ())
    assert lost.words == "5 of 6 films stay; 1 of them would not be here without it."


def test_films_of_a_history_can_be_taken_away_and_disliked_ones_not(atlas: Atlas) -> None:
    question = Question(likes=(3,), history=((4, 1.0), (5, -1.0), (3, 0.5)), method="ease", k=5)
    assert see_through.may_be_taken(question) == [3, 4]
    found = see_through.without(atlas, question, recommend(atlas, question), 4)
    expected = recommend(atlas, Question(likes=(3,), history=((5, -1.0), (3, 0.5)), method="ease", k=5))
    np.testing.assert_array_equal(
        [one.item_index for one in found.after.items], [one.item_index for one in expected.items]
    )
