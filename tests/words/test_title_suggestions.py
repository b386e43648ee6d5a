"""Suggestions while a title is typed, and the film that is taken when it is finished with Enter."""

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog
from core.words.title_search import TitleIndex
from core.words.title_suggestions import TitleSuggestions

FILMS = [
    ("Heat", 1995, "", 100),
    ("The Heat", 2013, "", 60),
    ("In the Heat of the Night", 1967, "", 40),
    ("Cheaters", 1934, "", 1),
    ("Alien", 1979, "", 90),
    ("Aliens", 1986, "", 95),
    ("Alien 3", 1992, "", 20),
    ("Up", 2009, "", 30),
    ("Superman", 1978, "", 50),
    ("The Matrix", 1999, "", 200),
    ("Amélie", 2001, "Le Fabuleux Destin d'Amélie Poulain", 80),
    ("Crash", 2004, "", 70),
    ("Crash", 1996, "", 10),
    ("Crouching Tiger, Hidden Dragon", 2000, "臥虎藏龍", 65),
]


@pytest.fixture(scope="module")
def films() -> TitleSuggestions:
    frame = pd.DataFrame(
        {
            "item_id": [str(n) for n in range(len(FILMS))],
            "title": [one[0] for one in FILMS],
            "year": [one[1] for one in FILMS],
            "original_title": [one[2] for one in FILMS],
        }
    )
    catalog, counts = Catalog.of(frame), np.array([one[3] for one in FILMS], np.int64)
    return TitleSuggestions(catalog, counts, TitleIndex(catalog, counts))


def named(found: list[int]) -> list[str]:
    return [f"{FILMS[film][0]} ({FILMS[film][1]})" for film in found]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("heat", ["Heat (1995)", "The Heat (2013)", "In the Heat of the Night (1967)", "Cheaters (1934)"]),
        ("alien", ["Alien (1979)", "Aliens (1986)", "Alien 3 (1992)"]),
        ("up", ["Up (2009)"]),
        ("the matr", ["The Matrix (1999)"]),
        ("ame", ["Amélie (2001)"]),
        ("fabuleux", ["Amélie (2001)"]),
        ("crash", ["Crash (2004)", "Crash (1996)"]),
        ("臥虎", ["Crouching Tiger, Hidden Dragon (2000)"]),
        ("hidden drag", ["Crouching Tiger, Hidden Dragon (2000)"]),
    ],
)
def test_the_best_match_stands_first(films: TitleSuggestions, typed: str, expected: list[str]) -> None:
    assert named(films.suggest(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("heat", "Heat (1995)"),
        ("the heat", "The Heat (2013)"),
        ("alien", "Alien (1979)"),
        ("crash", "Crash (2004)"),
        ("crash 1996", "Crash (1996)"),
        ("amelie", "Amélie (2001)"),
        ("matrx", "The Matrix (1999)"),
        ("crouching", "Crouching Tiger, Hidden Dragon (2000)"),
    ],
)
def test_enter_takes_the_film_that_is_meant(films: TitleSuggestions, typed: str, expected: str) -> None:
    found = films.best(typed)
    assert found is not None
    assert named([found]) == [expected]


@pytest.mark.parametrize(
    "typed", ["", "   ", "asdfqwe", "x" * 5000, "\x00", "%", "'; DROP TABLE movies; --", "\ud800"]
)
def test_nonsense_is_no_film(films: TitleSuggestions, typed: str) -> None:
    assert films.best(typed) is None
    assert films.suggest(typed) == []


def test_films_that_are_chosen_already_are_not_offered_again(films: TitleSuggestions) -> None:
    assert named(films.suggest("heat", 2, without=[0])) == [
        "The Heat (2013)",
        "In the Heat of the Night (1967)",
    ]
