"""Finding films by title."""

import string
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog
from core.errors import InvalidQueryError, UnknownItemError
from core.words.title_search import LONGEST, TitleIndex, most_rated

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


LETTERS = string.ascii_lowercase + "12"


def index_of(names: Sequence[str], counts: Sequence[int] = ()) -> TitleIndex:
    """Films without a year, so that a label is the bare title."""
    frame = pd.DataFrame({"item_id": [f"f{n}" for n in range(len(names))], "title": names})
    return TitleIndex(Catalog.of(frame), np.array(counts or [0] * len(names), np.int64))


def misspelt(title: str, *places: int) -> str:
    """The title with another letter at each place: every one of n letters costs 1 / n of the similarity."""
    return "".join("-" if place in places else letter for place, letter in enumerate(title)).replace("-", "0")


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
        ("Toy Stor", "1"),
        ("Crouching Tiger, Hidden Dragon (Wo hu cang long) (2000)", "10"),
        ("An unknown English title (臥虎藏龍)", "10"),
        ("Miserables, Les", "5"),
        ("Sabrina (1954)", "4"),
        ("Heat (1995)", "6"),
        ("id:7", "7"),
        ("  id:7  ", "7"),
        ("  Heat (1995) ", "6"),
        ("Dragon, Hidden Tiger Crouching 2000", "10"),
        ("Crouching Tiger", "10"),
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


def test_the_nearest_titles_are_suggested_with_their_year(titles: TitleIndex) -> None:
    with pytest.raises(UnknownItemError, match="No film called “Toy S”") as caught:
        titles.find("Toy S")
    assert caught.value.suggestions[:2] == ("Toy Story (1995)", "Toy Story 2 (1999)")


def test_at_most_five_are_suggested_and_six_of_one_name() -> None:
    near = index_of([f"Summer Night {letter}" for letter in "abcdefgh"])
    with pytest.raises(UnknownItemError, match="No film") as caught:
        near.find("Summer Night")
    assert caught.value.suggestions == tuple(f"Summer Night {letter}" for letter in "abcde")
    same = index_of(["Emma"] * 8)
    with pytest.raises(UnknownItemError, match="Several films") as caught:
        same.find("emma")
    assert caught.value.suggestions == tuple(f"Emma [id:f{n}]" for n in range(6))


@pytest.mark.parametrize("query", ["id:nonsense", "Heat [id:nonsense]"])
def test_an_unknown_id_finds_nothing(titles: TitleIndex, query: str) -> None:
    with pytest.raises(UnknownItemError, match="Check the spelling") as caught:
        titles.find(query)
    assert caught.value.query == query


def test_an_id_stands_alone_or_in_brackets_at_the_end() -> None:
    films = index_of(["Paid: f1", "Grid:f1", "Other"])
    assert films.find("Grid:f1") == 1
    assert films.find("[id:f2]") == 2
    assert films.find("whatever [id:f0]") == 0


def test_a_clear_misspelling_is_at_least_88_of_100_alike() -> None:
    title = LETTERS[:25]
    assert index_of([title]).find(misspelt(title, 3, 11, 19)) == 0, "22 of 25 letters are 88 of 100"
    title = LETTERS[:16]
    with pytest.raises(UnknownItemError) as caught:  # 14 of 16 letters are 87.5 of 100
        index_of([title]).find(misspelt(title, 3, 11))
    assert caught.value.suggestions == (title,)


def test_a_misspelling_is_clear_if_it_leads_the_second_by_4_of_100() -> None:
    title = LETTERS[:25]
    assert index_of([misspelt(title, 3, 11), misspelt(title, 3)]).find(title) == 1, "96 leads 92 of 100"
    title = LETTERS[:28]
    with pytest.raises(UnknownItemError) as caught:  # 96.4 leads 92.9 of 100
        index_of([misspelt(title, 3, 11), misspelt(title, 3)]).find(title)
    assert caught.value.suggestions == (misspelt(title, 3), misspelt(title, 3, 11))


@pytest.mark.parametrize(
    ("query", "title", "similarity"),
    [
        ("same", "Same", 100),
        (LETTERS[:20], misspelt(LETTERS[:20], 7), 100 * 19 / 20),
        ("night summer", "Summer Night", 98),
        ("summer", "Summer Night", 96),
        ("summ", "Summer Night", 85),
        ("mer nig", "Summer Night", 100 * 14 / 19),
        ("abc", "a00b00c000", 100 * 6 / 13),
        ("abcde", "a00b00c00d00e0000", 100 * 10 / 22),
    ],
)
def test_whole_titles_words_in_another_order_beginnings_and_parts_are_weighed(
    query: str, title: str, similarity: float
) -> None:
    (found,) = index_of([title]).search(query)
    assert (found.item_index, found.label) == (0, title)
    assert found.similarity == pytest.approx(similarity)


@pytest.mark.parametrize(
    ("query", "title"),
    [("mer", "Summer Night"), ("ab", "a00b000"), ("qqqq", "Summer Night")],
)
def test_what_has_little_in_common_is_not_found(query: str, title: str) -> None:
    assert index_of([title]).search(query) == []


def test_among_equally_similar_titles_the_better_known_comes_first() -> None:
    films = index_of(
        ["Summer A", "Summer B", "Summer C", "Summer", "Summer D", "Winter"], [1, 9, 4, 0, 9, 99]
    )
    found = [match.item_index for match in films.search("summer")]
    assert found[:5] == [3, 1, 4, 2, 0], "the exact one, then by ratings, ties in the catalogue's order"
    same = index_of(["Emma", "Emma", "Emma"], [2, 5, 3])
    assert [(match.item_index, match.similarity) for match in same.search("emma")] == [
        (1, 100),
        (2, 100),
        (0, 100),
    ]


def test_titles_as_similar_to_the_nearest_percent_go_by_ratings() -> None:
    title = LETTERS + LETTERS[::-1]
    one_less, one_more = title[:-1], title + "0"  # 99.1 of 100 both, in different digits behind the point
    films = index_of([one_less, one_more], [1, 2])
    assert [match.item_index for match in films.search(title)] == [1, 0]
    films = index_of([one_more, one_less], [1, 1])
    assert [match.item_index for match in films.search(title)] == [0, 1], "ties by index"
    films = index_of([one_less, one_more], [2, 1])
    assert [match.item_index for match in films.search(title)] == [0, 1]


def test_an_original_title_counts_as_much_as_the_title(titles: TitleIndex) -> None:
    assert titles.search("臥虎藏龍")[0].similarity == 100
    frame = pd.DataFrame(
        {"item_id": ["a", "b"], "title": ["Spirited Away", "Other"], "original_title": ["Le Voyage", ""]}
    )
    assert TitleIndex(Catalog.of(frame), np.zeros(2, np.int64)).find("Voyage") == 0


def test_a_label_wins_over_another_films_title() -> None:
    frame = pd.DataFrame({"item_id": ["a", "b"], "title": ["Room 1999", "Room"], "year": [None, 2015]})
    films = TitleIndex(Catalog.of(frame), np.zeros(2, np.int64))
    assert films.find("Room 1999") == 0
    frame = pd.DataFrame({"item_id": ["a", "b"], "title": ["Room 2015", "Room"], "year": [2020, 2015]})
    films = TitleIndex(Catalog.of(frame), np.zeros(2, np.int64))
    assert films.find("Room 2015") == 1, "“Room (2015)” is a label, “Room 2015” of 2020 only a title"


@pytest.mark.parametrize(("limit", "expected"), [(1, 1), (3, 3), (45, 45), (100, 60)])
def test_as_many_are_found_as_were_asked_for(limit: int, expected: int) -> None:
    films = index_of([f"Summer {n:02}" for n in range(60)])
    assert len(films.search("summer", limit)) == expected
    assert len(films.search("summer")) == 10


def test_several_films_are_found_once_each_in_the_order_asked(titles: TitleIndex) -> None:
    assert titles.find_all(["Heat (1995)", "Toy Story", "id:6", "Sabrina (1954)"]) == [5, 0, 3]
    assert titles.find_all([]) == []


def test_the_longest_query_is_still_read() -> None:
    title = "x" * LONGEST
    assert LONGEST == 300
    assert index_of([title]).find(title) == 0
    with pytest.raises(InvalidQueryError, match="301 characters"):
        index_of([title]).find(title + "x")


def test_the_most_rated_come_first_and_ties_by_index() -> None:
    counts = np.tile(np.array([3, 7, 7, 0]), 100)
    expected = [n for n in range(400) if counts[n] == 7] + list(range(0, 400, 4))
    assert most_rated(counts, 300).tolist() == expected
    assert most_rated(counts, 1).tolist() == [1]
    assert most_rated(counts, 1).dtype == np.int64


@pytest.mark.parametrize("query", ["", "   ", "y" * 10_000])
def test_empty_and_endless_queries_are_refused(titles: TitleIndex, query: str) -> None:
    with pytest.raises(InvalidQueryError):
        titles.find(query)


def test_options_lead_back_to_their_film(titles: TitleIndex) -> None:
    for index, option in enumerate(titles.options):
        if len(option) <= 300:
            assert titles.find(option) == index
    assert len(set(titles.options)) == len(FILMS)
    assert titles.options[5:9] == [
        "Heat (1995)",
        "The Heat (2013)",
        "Emma (1996) [id:8]",
        "Emma (1996) [id:9]",
    ]


def test_short_titles_are_no_matches_for_longer_queries_that_hold_them() -> None:
    films = index_of(["O", "Ali", "Wit", "Spirited Away"])
    assert [m.label for m in films.search("Spirited Away (Sen to Chihiro no kamikakushi)")] == [
        "Spirited Away"
    ]


def test_a_misspelt_title_is_found_without_its_year_and_the_better_known_first() -> None:
    films = index_of(["Toy Soldiers", "Toy Story", "Toy Story 2"], [3, 1, 9])
    assert [m.label for m in films.search("toy stroy")][:2] == ["Toy Story", "Toy Story 2"]
    lords = index_of(["The Lord of the Rings", "Cool Runnings", "The Ring"])
    assert lords.search("lord rings")[0].label == "The Lord of the Rings"


def test_of_films_of_one_name_the_same_article_and_the_best_known_come_first() -> None:
    frame = pd.DataFrame(
        {"item_id": list("abcd"), "title": ["The Heat", "Heat", "Heat", "Heat Wave"], "n_votes": [9, 1, 5, 7]}
    )
    films = TitleIndex(Catalog.of(frame), np.zeros(4, np.int64))
    assert films.named("heat") == [2, 1, 0]
    assert films.named("the heat") == [0, 2, 1]
    assert films.named("heat waves") == films.named("?") == films.named("x" * (LONGEST + 1)) == []


def test_every_film_may_be_a_match_however_many_there_are() -> None:
    films = index_of([f"Summer {n}" for n in range(400)], [0] * 399 + [5])
    assert films.search("summer", 1)[0].item_index == 399
