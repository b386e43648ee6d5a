"""Questions in words are sound, and their facts mean what they say."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench.word_facts import (
    CHECKS,
    KINDS,
    WordQuestion,
    chance_share,
    found_share,
    known_films,
    plain,
    read_questions,
)
from core.datasets.sources.demo import FOLDER, Demo
from core.domain import Catalog

QUESTIONS = read_questions()
FURTHER = read_questions(Path(__file__).resolve().parents[2] / "bench" / "word_questions_held_out.toml")
FAMES = ("famous", "little known")
RANGES = ("years", "not_years", "minutes")
GENRES = {
    *("Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy"),
    *("Film-Noir", "History", "Horror", "Music", "Mystery", "Romance", "Science Fiction", "Thriller", "War"),
    "Western",
}

FILMS = known_films(
    Catalog.of(
        pd.DataFrame(
            [
                {
                    "item_id": "1",
                    "title": "WALL·E",
                    "original_title": "Wall-E",
                    "genres": ["Sci-Fi", "Children", "Musical"],
                    "cast": ["Penélope Cruz"],
                    "directors": ["Andrew Stanton"],
                    "countries": ["United States of America", "France"],
                    "language": "en",
                    "year": 2008,
                    "runtime": 98,
                    "n_votes": 100,
                },
                {
                    "item_id": "2",
                    "title": "Ten",
                    "genres": ["Drama"],
                    "cast": ["Andrew Stanton"],
                    "countries": ["Hong Kong"],
                    "language": "cn",
                    "year": 1999,
                    "runtime": 180,
                    "n_votes": 3,
                },
                {"item_id": "3", "title": "Nothing is known of it"},
            ]
        )
    )
)


@pytest.mark.parametrize(
    ("fact", "wanted", "fulfilled"),
    [
        ("genres", ["Science Fiction", "Family", "Music"], [1, 0, 0]),
        ("genres", ["Drama", "Family"], [0, 0, 0]),
        ("any_genres", ["Drama", "Family"], [1, 1, 0]),
        ("not_genres", ["Drama"], [1, 0, 0]),
        ("not_genres", ["Horror"], [1, 1, 0]),
        ("people", ["penelope CRUZ"], [1, 0, 0]),
        ("people", ["Andrew Stanton"], [1, 1, 0]),
        ("people", ["Andrew Stanton", "Penélope Cruz"], [1, 0, 0]),
        ("cast", ["Andrew Stanton"], [0, 1, 0]),
        ("directors", ["Andrew Stanton"], [1, 0, 0]),
        ("not_people", ["Penélope Cruz"], [0, 1, 0]),
        ("not_people", ["Andrew Stanton"], [0, 0, 0]),
        ("years", [1999, 2007], [0, 1, 0]),
        ("not_years", [1990, 1999], [1, 0, 0]),
        ("origin", ["United States"], [1, 0, 0]),
        ("origin", ["France", "zh"], [1, 1, 0]),
        ("not_origin", ["United States"], [0, 1, 0]),
        ("languages", ["zh"], [0, 1, 0]),
        ("not_languages", ["zh"], [1, 0, 0]),
        ("minutes", [98, 180], [1, 1, 0]),
        ("minutes", [1, 97], [0, 0, 0]),
        ("fame", "famous", [1, 0, 0]),
        ("fame", "little known", [0, 1, 0]),
        ("titles", ["Wall E", "Another"], [1, 0, 0]),
        ("not_titles", ["wall-e"], [0, 1, 1]),
    ],
)
def test_what_is_unknown_fulfils_nothing_and_spellings_agree(fact: str, wanted: Any, fulfilled: list) -> None:
    assert WordQuestion("?", {fact: wanted}).answers(FILMS).tolist() == [bool(one) for one in fulfilled]


def test_every_fact_is_tried_above() -> None:
    (mark,) = test_what_is_unknown_fulfils_nothing_and_spellings_agree.pytestmark
    assert {fact for fact, _, _ in mark.args[1]} == CHECKS.keys()


def test_all_facts_must_hold() -> None:
    both = WordQuestion("?", {"people": ["Andrew Stanton"], "years": [1990, 1999]})
    assert both.answers(FILMS).tolist() == [False, True, False]


def test_share_of_what_is_there() -> None:
    answers = np.arange(40) < 3
    wanted = WordQuestion("?", {"genres": ["Drama"]})
    assert found_share(wanted, [0, 30, 1], answers, 10) == pytest.approx(2 / 3)
    assert found_share(wanted, [0, 0, 0], answers, 10) == pytest.approx(1 / 3)
    assert found_share(wanted, [30, 31, 0], answers, 2) == 0.0
    assert found_share(wanted, [0, 30], answers, 2) == 0.5
    assert found_share(wanted, [], answers, 10) == 0.0
    assert found_share(WordQuestion("?", {"titles": ["x"]}), [30, 2], answers, 10) == 1.0


@pytest.mark.parametrize("facts", [{"genres": ["Drama"]}, {"titles": ["x"]}])
@pytest.mark.parametrize("there", [1, 3, 7])
def test_the_share_by_chance_is_that_of_drawn_lists(facts: dict, there: int) -> None:
    question, answers, rng = WordQuestion("?", facts), np.arange(20) < there, np.random.default_rng(0)
    drawn = [found_share(question, rng.permutation(20)[:5].tolist(), answers, 5) for _ in range(4000)]
    assert chance_share(question, there, 20, 5) == pytest.approx(np.mean(drawn), abs=0.02)
    assert chance_share(question, there, 20, 20) == pytest.approx(1.0)


def test_kinds_follow_from_the_facts() -> None:
    assert WordQuestion("?", {"genres": ["War"]}).kinds == ("genres",)
    kinds = WordQuestion("?", {"genres": ["War"], "not_people": ["X"]}, "de").kinds
    assert set(kinds) == {"genres", "people", "negation", "mixed", "in de"}
    assert {fact for facts in KINDS.values() for fact in facts} == CHECKS.keys()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
def test_a_question_has_known_facts_of_the_right_shape(question: WordQuestion) -> None:
    assert question.text.strip() == question.text != ""
    assert question.facts
    assert question.asked_in in ("en", "de", "fr", "es")
    assert not (question.needs_one and len(question.facts) > 1), "titles stand alone"
    for name, wanted in question.facts.items():
        assert name in CHECKS
        if name == "fame":
            assert wanted in FAMES
        elif name in RANGES:
            assert [type(bound) for bound in wanted] == [int, int]
            assert wanted[0] <= wanted[1]
        else:
            assert wanted
            assert all(isinstance(one, str) and one for one in wanted)
        assert not name.endswith("genres") or GENRES.issuperset(wanted)


def test_there_are_enough_questions_of_every_kind() -> None:
    assert len({question.text for question in QUESTIONS}) == len(QUESTIONS) >= 110
    kinds = Counter(kind for question in QUESTIONS for kind in question.kinds)
    assert all(kinds[kind] >= 5 for kind in KINDS)
    assert kinds["known film"] >= 25
    assert kinds["in de"] + kinds["in fr"] + kinds["in es"] >= 20


def test_the_demo_can_answer_nearly_all() -> None:
    films = known_films(Demo().load(FOLDER).catalog)
    # noir is a genre of MovieLens alone, short films are in TMDB 5000, and no romance of the demo is from 1999
    assert sum(question.answers(films).any() for question in QUESTIONS) >= len(QUESTIONS) - 3


def test_no_question_is_asked_twice() -> None:
    texts = [plain(question.text) for question in (*QUESTIONS, *FURTHER)]
    assert [text for text, n in Counter(texts).items() if n > 1] == []
    assert len(FURTHER) == 70
    assert all(question.facts for question in FURTHER)
