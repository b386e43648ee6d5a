"""Finding films by title."""

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog
from core.errors import InvalidQueryError, UnknownItemError
from core.serving.title_search import TitleIndex

FILMS = [
    ("1", "Toy Story", 1995, ""),
    ("2", "Toy Story 2", 1999, ""),
    ("3", "Sabrina", 1995, ""),
    ("4", "Sabrina", 1954, ""),
    ("5", "Les Misérables", 1998, ""),
    ("6", "Heat", 1995, ""),
    ("7", "The Heat", 2013, ""),
    ("8", "Emma", 1996, ""),
    ("9", "Emma", 1996, ""),
    ("10", "Crouching Tiger, Hidden Dragon", 2000, "臥虎藏龍"),
    ("11", "<b>Bold</b> '; DROP TABLE movies; --", 2001, ""),
    ("12", "x" * 500, None, ""),
    ("13", "فيلم عربي", 1980, ""),
]


@pytest.fixture(scope="module")
def titles() -> TitleIndex:
    frame = pd.DataFrame(FILMS, columns=["item_id", "title", "year", "original_title"])
    counts = np.arange(len(FILMS))[::-1].copy()
    return TitleIndex(Catalog.of(frame), counts)


@pytest.mark.parametrize(
    ("query", "item_id"),
    [
        ("Toy Story (1995)", "1"),
        ("toy story 1995", "1"),
        ("Toy Story 2", "2"),
        ("Toy Stroy (1995)", "1"),
        ("Miserables, Les", "5"),
        ("Sabrina (1954)", "4"),
        ("Heat (1995)", "6"),
        ("id:7", "7"),
        ("Emma (1996) [id:9]", "9"),
        ("臥虎藏龍", "10"),
        ("<b>Bold</b> '; DROP TABLE movies; --", "11"),
        ("فيلم عربي (1980)", "13"),
    ],
)
def test_finds_the_one_that_is_meant(titles: TitleIndex, query: str, item_id: str) -> None:
    assert FILMS[titles.find(query)][0] == item_id


@pytest.mark.parametrize("query", ["Sabrina", "Emma (1996)"])
def test_several_are_never_guessed(titles: TitleIndex, query: str) -> None:
    with pytest.raises(UnknownItemError, match="Several films") as caught:
        titles.find(query)
    assert len(caught.value.suggestions) == 2


@pytest.mark.parametrize("query", ["Casablanca", "id:999", "Toy", "?!"])
def test_unknown_titles_come_with_suggestions(titles: TitleIndex, query: str) -> None:
    with pytest.raises(UnknownItemError):
        titles.find(query)
    assert titles.search("Toy")[0].label == "Toy Story (1995)"


@pytest.mark.parametrize("query", ["", "   ", "y" * 10_000])
def test_empty_and_endless_queries_are_refused(titles: TitleIndex, query: str) -> None:
    with pytest.raises(InvalidQueryError):
        titles.find(query)


def test_options_lead_back_to_their_film(titles: TitleIndex) -> None:
    for index, option in enumerate(titles.options):
        if len(option) <= 300:
            assert titles.find(option) == index
    assert len(set(titles.options)) == len(FILMS)
