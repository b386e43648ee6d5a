"""Reading questions in words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Filters, Question
from core.recommenders.filters import FilterIndex
from core.words import Reading, Vocabulary, read
from core.words.phrases import languages
from tests.words.films import ROWS, catalog, vocabulary

CATALOG = catalog()
WORDS = vocabulary(CATALOG)
FILMS = FilterIndex(CATALOG, np.zeros(len(CATALOG), np.int64))


def chips(text: str, words: Vocabulary = WORDS) -> list[str]:
    return [part.chip for part in read(text, words).parts]


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        # genres, their everyday names, other languages, misspelt
        ("sci-fi", ["Science fiction"]),
        ("scifi horror", ["Science fiction", "Horror"]),
        ("a rom-com", ["Romance", "Comedy"]),
        ("something funny for kids", ["Comedy", "Family"]),
        ("Zeichentrick", ["Animation"]),
        ("romantische Komödien", ["Romance", "Comedy"]),
        ("dessins animés", ["Animation"]),
        ("comédie romantique", ["Romance", "Comedy"]),
        ("películas de terror", ["Horror"]),
        ("ciencia ficción", ["Science fiction"]),
        ("comdey", ["Comedy"]),
        ("a thriler", ["Thriller"]),
        ("WESTERNS", ["Western"]),
        ("film noir", ["Noir"]),
        ("a musical", ["Musical"]),
        ("comedy or horror", ["Comedy or Horror"]),
        # people
        ("with Meg Ryan", ["with Meg Ryan"]),
        ("meg rian", ["with Meg Ryan"]),
        ("hitchcock", ["directed by Alfred Hitchcock"]),
        ("Hitchcock's thrillers", ["directed by Alfred Hitchcock", "Thriller"]),
        ("a Kubrick film", ["directed by Stanley Kubrick"]),
        ("by Quentin Tarantno", ["directed by Quentin Tarantino"]),
        ("De Niro and Pacino", ["with Robert De Niro", "with Al Pacino"]),
        ("directed by and starring Clint Eastwood", ["directed by Clint Eastwood", "with Clint Eastwood"]),
        ("Clint Eastwood", ["Clint Eastwood"]),
        ("bong joon ho", ["directed by Bong Joon-ho"]),
        ("mit Toshirō Mifune", ["with Toshiro Mifune"]),
        ("Uma Thurman or Bruce Willis", ["with Uma Thurman or with Bruce Willis"]),
        # years
        ("from the 90s", ["1990s"]),
        ("from the '70s", ["1970s"]),
        ("1940s", ["1940s"]),
        ("the nineties", ["1990s"]),
        ("aus den 80ern", ["1980s"]),
        ("aus den achtziger Jahren", ["1980s"]),
        ("des années 50", ["1950s"]),
        ("de los años noventa", ["1990s"]),
        ("de los 90", ["1990s"]),
        ("before 1960", ["before 1960"]),
        ("vor 1960", ["before 1960"]),
        ("avant 1960", ["before 1960"]),
        ("antes de 1960", ["before 1960"]),
        ("nothing after 1980", ["before 1981"]),
        ("after 1980", ["since 1981"]),
        ("since 2000", ["since 2000"]),
        ("2000 or later", ["since 2000"]),
        ("between 1975 and 1985", ["1975–1985"]),
        ("1975-1985", ["1975–1985"]),
        ("zwischen 1975 und 1985", ["1975–1985"]),
        ("from the 40s to the 60s", ["1940–1969"]),
        ("50s and 60s", ["1950s or 1960s"]),
        ("early 80s", ["1980–1984"]),
        ("from 1999", ["1999"]),
        ("not from the 90s", ["not 1990s"]),
        ("20th century", ["1900–1999"]),
        # origins
        ("French", ["French"]),
        ("from Japan", ["Japanese"]),
        ("in Korean", ["in Korean"]),
        ("japanische Filme", ["Japanese"]),
        ("non-English", ["not in English"]),
        ("foreign language", ["not in English"]),
        ("a comedy that wasn't made in France", ["Comedy", "not French"]),
        ("englische Filme", ["British"]),
        ("I can't stand horror or westerns", ["not Horror", "not Western"]),
        ("it was called star wagn or something", ["Star Wagon (1977)"]),
        ("rom-coms", ["Romance", "Comedy"]),
        ("horror that everybody has heard of", ["Horror", "well known"]),
        ("not American", ["not American"]),
        ("spaghetti western", ["Western", "Italian"]),
        # length
        ("under 90 minutes", ["under 90 minutes"]),
        ("at most 90 minutes", ["up to 90 minutes"]),
        ("an hour and a half max", ["up to 90 minutes"]),
        ("longer than 2h", ["over 120 minutes"]),
        ("2h30 or more", ["at least 150 minutes"]),
        ("1.5 hours or less", ["up to 90 minutes"]),
        ("between 90 and 120 minutes", ["90–120 minutes"]),
        ("a 90-minute film", ["80–100 minutes"]),
        ("unter 100 Minuten", ["under 100 minutes"]),
        ("moins de deux heures", ["under 120 minutes"]),
        ("menos de 90 minutos", ["under 90 minutes"]),
        ("no longer than two hours", ["up to 120 minutes"]),
        ("not under 100 minutes", ["at least 100 minutes"]),
        ("a short film", ["up to 40 minutes"]),
        # fame
        ("hidden gems", ["less known"]),
        ("Geheimtipps", ["less known"]),
        ("blockbusters", ["well known"]),
        # negation
        ("science fiction but no horror", ["Science fiction", "not Horror"]),
        ("no horror, war or westerns", ["not Horror", "not War", "not Western"]),
        ("kein Horror", ["not Horror"]),
        ("sans horreur", ["not Horror"]),
        ("sin terror", ["not Horror"]),
        ("anything except drama", ["not Drama"]),
        ("westerns without John Wayne", ["Western", "not with John Wayne"]),
        ("horror, but no zombies", ["Horror", "not zombies"]),
        ("war but not about vietnam", ["War", "not vietnam"]),
        ("not horror but comedy", ["not Horror", "Comedy"]),
        ("no horror, comedy please", ["not Horror", "Comedy"]),
        ("nothing but comedies", ["Comedy"]),
        # titles
        ("like Furnace but funnier", ["like Furnace (1995)", "Comedy"]),
        ("like The Furnace", ["like The Furnace (2013)"]),
        ("more Stranger than Star Wagon", ["like Stranger (1979)", "unlike Star Wagon (1977)"]),
        ("Star Wagon and Stranger", ["like Star Wagon (1977)", "like Stranger (1979)"]),
        ("something like Star Wagon or Rain Gate", ["like Star Wagon (1977)", "like Rain Gate (1950)"]),
        ("similar to the back window (1954)", ["like The Back Window (1954)"]),
        ("unlike Star Wagon", ["unlike Star Wagon (1977)"]),
        ("“Rain Gate” in the mountains", ["like Rain Gate (1950)"]),
        ("I loved Star Wagn, what else?", ["like Star Wagon (1977)"]),
        ("wie Rain Gate aber lustiger", ["like Rain Gate (1950)", "Comedy"]),
        # several
        ("french thriller from the 90s with Isabelle Huppert", ["French", "Thriller", "1990s", "with Isabelle Huppert"]),
        ("drama under 100 minutes by kurosawa", ["Drama", "under 100 minutes", "directed by Akira Kurosawa"]),
    ],
)  # fmt: skip
def test_what_is_understood(text: str, understood: list[str]) -> None:
    assert chips(text) == understood


@pytest.mark.parametrize(
    ("text", "understood", "rest"),
    [
        ("a lonely robot", [], "a lonely robot"),
        ("comedy about war", ["Comedy"], "war"),
        ("a drama about a french chef who loves horror", ["Drama"], "french chef who loves horror"),
        ("a film about a shark, no horror", ["not Horror"], "shark"),
        ("a western where Stanley Kubrick rides", ["Western"], "Stanley Kubrick rides"),
        ("an old man and a black horse", [], "an old man and a black horse"),
        ("drama about the 1960s", ["Drama"], "1960s"),
        ("drama about love from the 50s", ["Drama", "1950s"], "love"),
        ("i love swordsmen", [], "i love swordsmen"),
        ("a thriller set in Japan", ["Thriller"], "Japan"),
        ("a stone", [], "a stone"),
    ],
)
def test_what_a_film_is_about_is_searched_by_meaning(text: str, understood: list[str], rest: str) -> None:
    reading = read(text, WORDS)
    assert ([part.chip for part in reading.parts], reading.rest) == (understood, rest)


def passing(text: str, given: Filters | None = None) -> set[str]:
    mask = FILMS.mask(read(text, WORDS).filters(given))
    return {str(row["title"]) for row, passes in zip(ROWS, mask, strict=True) if passes}


def test_parts_become_filters() -> None:
    assert passing("science fiction but no horror") == {"Star Wagon", "Strangers"}
    assert passing("directed by kurosawa under 100 minutes") == {"Rain Gate"}
    assert passing("French") == {"La Grande Chute", "The Fat Cops"}
    assert passing("german documentary") == {"Peaks"}
    assert passing("50s or 90s westerns") == {"Dust and Honour", "A Stone for Two"}
    assert passing("westerns, not from the 50s") == {"A Stone for Two"}
    assert passing("noir") == {"Night Wolf"}
    assert passing("war, nothing after 1980", Filters(years=(1950, 2020))) == {"Trench"}
    assert passing("westerns before 1960", Filters(years=(1970, 2020))) == set()
    assert passing("horror without zombies from the seventies") == {"Stranger"}


def test_who_says_french_means_french_before_what_france_paid_for() -> None:
    strict = read("French", WORDS).narrowed()
    mask = FILMS.mask(strict.filters())
    assert [row["title"] for row, passes in zip(ROWS, mask, strict=True) if passes] == ["La Grande Chute"]


def test_films_and_fame_go_into_the_question() -> None:
    reading = read("hidden gems, more Stranger than Star Wagon, in space", WORDS)
    asked = reading.question(Question(likes=(5,), dislikes=(3,), text="", k=7))
    assert (asked.likes, asked.dislikes, asked.k) == ((5,), (3, 2), 7)
    assert reading.fame == -0.7
    assert asked.fame == -0.7
    assert reading.question(Question(fame=0.4)).fame == 0.4, "the slider was moved by hand"
    assert read("no hidden gems", WORDS).fame == 0.7
    assert read("a stone", WORDS).fame == 0.0


@pytest.mark.parametrize(
    ("column", "text", "rest", "note"),
    [
        ("runtime", "comedy under 100 minutes", "", "How long films are is not known here."),
        ("origin", "french comedy", "french", "Where films are from is not known here"),
    ],
)
def test_what_a_catalogue_does_not_know_is_said(column: str, text: str, rest: str, note: str) -> None:
    n = len(ROWS)
    gone = {"runtime": [None] * n} if column == "runtime" else {"countries": [[]] * n, "language": [""] * n}
    reading = read(text, vocabulary(catalog(**gone)))
    assert [part.chip for part in reading.parts] == ["Comedy"]
    assert reading.rest == rest
    assert [note in found for found in reading.notes] == [True]


def test_a_genre_that_no_film_has_is_searched_by_meaning() -> None:
    words = vocabulary(catalog(genres=[["Drama"]] * len(ROWS), keywords=[[]] * len(ROWS)))
    assert read("a western", words) == Reading("a western", rest="a western")


def test_a_catalogues_own_genres_are_read() -> None:
    words = vocabulary(catalog(genres=[["Bergfilm"]] * len(ROWS)))
    assert chips("a bergfilm", words) == ["Bergfilm"]


def test_four_languages_are_read_english_first() -> None:
    assert languages() == ["en", "de", "es", "fr"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "?!",
        "'; DROP TABLE movies; --",
        "<script>alert(1)</script>",
        "no",
        "not not not no no",
        "like",
        "more than",
        "between and",
        "under minutes",
        "from the",
        "\x00\u202e\ufeff",
        "\ud800",
        "🎬🎬🎬",
        "9999999999999999999999 minutes 00s 0000",
        "no " * 3000,
        "a" * 10_000,
        "(" * 1000,
        "دراما فرنسية",
        "フランス映画",
    ],
)
def test_hostile_and_empty_text_is_no_error(text: str) -> None:
    reading = read(text, WORDS)
    FILMS.mask(reading.filters())
    assert reading.text == text


PIECES = st.sampled_from(
    ["no", "not", "or", "and", "but", ",", "like", "more", "than", "about", "horror", "comedy", "French", "from", "Japan",
     "the", "90s", "1950", "before", "after", "between", "under", "100", "minutes", "two", "hours", "with", "by", "Meg Ryan",
     "Kubrick", "Star Wagon", "Stranger", "hidden gems", "zombies", "stone", "\"", "in", "kein", "sans", "sin", "aus", "-"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_whatever_is_typed_parts_come_from_its_words_and_can_be_asked(text: str) -> None:
    reading = read(text, WORDS)
    mask = FILMS.mask(reading.filters())
    assert mask.shape == (len(ROWS),)
    assert set(reading.question(Question()).likes).isdisjoint(reading.question(Question()).dislikes)
    for part in reading.parts:
        assert part.words in text
    assert all(word in text for word in reading.rest.split())
    assert len({part.key for part in reading.parts}) == len(reading.parts)


@settings(max_examples=150)
@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    FILMS.mask(read(text, WORDS).filters())


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(["Horror", "Comedy", "War", "Western", "Drama"]), min_size=1, max_size=4, unique=True
    )
)
def test_what_is_excluded_never_passes(genres: list[str]) -> None:
    text = "no " + " or ".join(genres)
    mask = FILMS.mask(read(text, WORDS).filters())
    for row, passes in zip(ROWS, mask, strict=True):
        assert passes == set(genres).isdisjoint(row["genres"])  # type: ignore[arg-type]


def test_reading_twice_is_the_same() -> None:
    text = "french thriller from the 90s, no horror, like Furnace"
    assert read(text, WORDS) == read(text, vocabulary())
