"""Which page is which film: the same ones are found, similar ones are kept apart."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.wikipedia.candidates import CatalogFilm, Evidence
from core.datasets.wikipedia.film_lists import WikipediaFilm
from core.datasets.wikipedia.matching import Loss, match_films


def page(
    title: str, year: int, *, extract: str = "", own_year: int | None = None, cast: str = "", **more: Any
) -> WikipediaFilm:
    return WikipediaFilm((title,), year, extract, own_year, tuple(filter(None, cast.split("|"))), "", **more)


def film(title: str, year: int, second: str = "", names: str = "", **more: Any) -> CatalogFilm:
    return CatalogFilm(title, second, year, frozenset(filter(None, names.casefold().split("|"))), **more)


def pairs(films: Sequence[CatalogFilm | None], pages: Sequence[WikipediaFilm]) -> dict[int, int]:
    return dict(match_films(films, pages).page_of)


@pytest.mark.parametrize(
    ("one", "other", "evidence"),
    [
        (film("Léon", 1994), page("Leon", 1994), Evidence.TITLE),
        (film("Matrix, The", 1999), page("The Matrix", 1999), Evidence.TITLE),
        (film("Angels & Demons", 2009), page("Angels and Demons", 2009), Evidence.TITLE),
        (film("Hate", 1995, "La Haine"), page("La Haine", 1995), Evidence.SECOND_TITLE),
        (
            film("Slums of Beverly Hills", 1998),
            page("The Slums of Beverly Hills", 1998),
            Evidence.TITLE_BUT_ARTICLE,
        ),
        (film("Slacker", 1990), page("Slacker", 1991), Evidence.YEAR_APART),
        (
            film("Grey Lake", 1983, "Grey Lake: Life on Ice"),
            page("Grey Lake", 1982, own_year=1982),
            Evidence.YEAR_APART,
        ),
        (film("Ponyo", 2008, "Gake no ue no"), page("Ponyo", 2009, own_year=2008), Evidence.YEAR_IN_TEXT),
        (film("The Late Guest", 2006), page("The Late Guest", 2009, own_year=2006), Evidence.YEAR_IN_TEXT),
        (film("Chain Saw Summer", 1974), page("Chainsaw Summer", 1974), Evidence.SPELLING),
        (film("Time Well", 2000), page("Timewell", 2000), Evidence.SPELLING),
        (film("Timewell", 2000), page("Time Well", 2000), Evidence.SPELLING),
        (film("Kill Bill: Vol. 1", 2003), page("Kill Bill: Volume 1", 2003), Evidence.SPELLING),
        (film("Men in Black III", 2012), page("Men in Black 3", 2012), Evidence.SPELLING),
        (film("Return of the Quarry 7", 1980), page("Return of the Quarry Seven", 1980), Evidence.SPELLING),
        (film("The 7th Lantern", 1958), page("The Seventh Lantern", 1958), Evidence.SPELLING),
        (film("Potion #9", 1992), page("Potion No. 9", 1992), Evidence.SPELLING),
        (film("Harbour 2 1/2: The Fog", 1991), page("Harbour 2½: The Fog", 1991), Evidence.SPELLING),
        (film("Grave 3-D", 2009), page("Grave 3D", 2009), Evidence.SPELLING),
        (
            film("Lake Report", 1955),
            page("Mr. Arden", 1955, other_names=("Mr. Arden", "Lake Report")),
            Evidence.NAME_IN_TEXT,
        ),
        (
            film("Star Wars: Episode V - The Empire Strikes Back", 1980),
            page("The Empire Strikes Back", 1980, extract="It is the second film of Star Wars."),
            Evidence.VARIANT,
        ),
        (
            film("Star Wars: Episode IV - A New Hope", 1977),
            page("Star Wars", 1977),
            Evidence.VARIANT,
        ),
        (
            film("Far Suns: Episode VII - The Long Night", 2015),
            page("Far Suns: The Long Night", 2015),
            Evidence.VARIANT,
        ),
        (film("Cold Age 2: The Thaw", 2006), page("Cold Age: The Thaw", 2006), Evidence.VARIANT),
        (film("Cold Age: The Thaw", 2006), page("Cold Age 2: The Thaw", 2006), Evidence.VARIANT),
        (
            film("Friday the 12th Part V: A New Start", 1985),
            page("Friday the 12th: A New Start", 1985),
            Evidence.VARIANT,
        ),
        (film("Titans: Last War - Part I", 2018), page("Titans: Last War", 2018), Evidence.VARIANT),
        (film("The Sugar Girls", 2002), page("The Sugar Girls Movie", 2002), Evidence.VARIANT),
        (film("Shark Bay 3D", 2011), page("Shark Bay", 2011), Evidence.VARIANT),
        (film("Odd Games U.S.", 2007), page("Odd Games", 2008, own_year=2007), Evidence.VARIANT),
        (film("Animal House", 1978), page("National Lampoon's Animal House", 1978), Evidence.VARIANT),
        (
            film("13 Hours", 2016),
            page("13 Hours: The Secret Soldiers of Benghazi", 2016),
            Evidence.VARIANT,
        ),
        (
            film("Ann Lee's The Porter", 2013),
            page("The Porter", 2013, extract="The Porter is a 2013 film directed by Ann Lee."),
            Evidence.VARIANT,
        ),
        (film("Dogfield and Z-Boyz", 2001), page("Dogfield and Z-Boys", 2001), Evidence.SIMILAR),
        (
            film("Blue Is the Coldest Color", 2013),
            page("Blue Is the Coldest Colour", 2013),
            Evidence.SIMILAR,
        ),
    ],
)
def test_these_are_the_same_film(one: CatalogFilm, other: WikipediaFilm, evidence: Evidence) -> None:
    matching = match_films([one], [other])
    assert matching.page_of == {0: 0}
    assert matching.evidence_of == {0: evidence}
    assert matching.by_evidence() == {evidence: 1}
    assert matching.by_loss() == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (film("Heat", 1995), page("Heat", 1997)),
        (film("Rocky II", 1979), page("Rocky III", 1979)),
        (film("Rocky II", 1979), page("Rocky", 1979)),
        (film("The Captive", 2014), page("Captive", 2015)),
        (film("The Deal", 2008), page("Deal", 2008)),
        (film("The Deal", 2008), page("Deal", 2008, other_names=("Deal",))),
        (film("The Best Man", 1998, "Il Testimone dello sposo"), page("The Best Man", 1999, own_year=1999)),
        (film("Aguirre: The Wrath of God", 1972, "Aguirre, der Zorn Gottes"), page("The Wrath of God", 1972)),
        (film("The Double", 2011), page("The Devil's Double", 2011)),
        (film("Ann Lee's The Porter", 2013), page("The Porter", 2013, extract="It is by Bo Ek.")),
        (film("Ben 10: Swarm", 2009), page("Swarm", 2009)),
        (film("Cinderella II: Dreams", 2002), page("Cinderella III: A Twist", 2002)),
        (film("Heat", 1995), page("Heat", 1994, own_year=1993)),
        (
            film("Cold Cabin 2: Spring Rain", 2009),
            page("Spring Rain", 2009, extract="Spring Rain is a film."),
        ),
        (film("The Winter Wish", 1998), page("Bo Rich's Winter Wish", 1998)),
        (film("Bo Rich's Winter Wish", 1998), page("The Winter Wish", 1998, extract="With Bo Rich.")),
        (film("The Glass Hut", 1972), page("Glass Huts", 1972)),
        (film("The Glass Houses", 1972), page("The Grass Houses", 1972)),
        (film("By the Law", 1926), page("Obey the Law", 1926)),
        (film("Beauty and the Beast", 1946), page("Beauty and the Bandit", 1946)),
        (film("Dogfield and Z-Boyz", 2001), page("Dogfield and Z-Boys", 2002)),
        (film("Long Lost Summer 2", 1999), page("Long Lost Summer 3", 1999)),
        (film("High School Days", 2006), page("High School Days 2", 2007)),
        (film("Part 1", 2006), page("Some Story: Part 1", 2006)),
        (
            film("Redline", 2009, is_animated=True, is_documentary=False),
            page("Redline", 2010, is_animated=False, is_documentary=False),
        ),
        (
            film("The Long Road", 2009, is_documentary=True),
            page("The Long Road", 2010, own_year=2009, is_documentary=False),
        ),
    ],
)
def test_these_are_different_films(one: CatalogFilm, other: WikipediaFilm) -> None:
    matching = match_films([one], [other])
    assert matching.page_of == {}
    assert set(matching.loss_of) == {0}


def test_what_is_not_found_has_its_reason() -> None:
    films = [
        None,
        film("Nowhere", 1990),
        film("Heat", 1990),
        film("Emma", 1996, imdb_id="tt2", n_votes=3),
        film("Emma", 1996, imdb_id="tt1", n_votes=9),
        film("Hamlet", 2000),
        film("The Deal", 2008),
    ]
    pages = [
        page("Heat", 1995),
        page("Emma", 1996),
        page("Hamlet", 2000, extract="One."),
        page("Hamlet", 2000, extract="Another."),
        page("Deal", 2008),
    ]
    matching = match_films(films, pages)
    assert matching.page_of == {4: 1}
    assert matching.loss_of == {
        0: Loss.NO_YEAR,
        1: Loss.NOT_LISTED,
        2: Loss.OTHER_YEAR,
        3: Loss.TAKEN,
        5: Loss.AMBIGUOUS,
        6: Loss.DOUBTFUL,
    }
    assert sum(matching.by_loss().values()) == 6


def test_the_exact_year_wins_over_the_nearest() -> None:
    pages = [page("Emma", 1995), page("Emma", 1996), page("Emma", 1997)]
    assert pairs([film("Emma", 1996)], pages) == {0: 1}


def test_one_page_goes_to_the_film_that_fits_best() -> None:
    films = [film("Emma", 1997), film("Emma", 1996)]
    assert pairs(films, [page("Emma", 1996)]) == {1: 0}


def test_one_film_under_two_ids_shares_its_page_and_is_counted() -> None:
    films = [film("Emma", 1996), None, film("Emma", 1996)]
    matching = match_films(films, [page("Emma", 1996)])
    assert matching.page_of == {0: 0, 2: 0}
    assert matching.shared == 1


def test_two_films_of_one_name_and_year_never_share_a_page() -> None:
    films = [film("Emma", 1996, imdb_id="tt1", n_votes=2), film("Emma", 1996, imdb_id="tt2", n_votes=8)]
    assert pairs(films, [page("Emma", 1996)]) == {1: 0}
    cartoon = film("Emma", 1996, imdb_id="tt3", n_votes=99, is_animated=True)
    plain = page("Emma", 1996, is_animated=False)
    assert pairs([*films, cartoon], [plain]) == {1: 0}  # the text speaks against the better known one


def test_two_pages_of_one_name_are_told_apart_by_people_or_year_or_not_at_all() -> None:
    pages = [
        page("Hamlet", 2000, extract="x" * 50, cast="Ann"),
        page("Hamlet", 2000, extract="x", cast="Ethan Hawke"),
        page("Hamlet", 2000),
    ]
    assert pairs([film("Hamlet", 2000, names="ethan hawke")], pages) == {0: 1}
    assert pairs([film("Hamlet", 2000)], pages) == {}
    assert pairs([film("Hamlet", 2000)], [*pages, page("Hamlet", 2000, extract="y", own_year=2000)]) == {0: 3}
    assert pairs([film("Hamlet", 2000)], pages[1:]) == {0: 0}  # a bare row of the list is no rival
    assert pairs([film("Hamlet", 2000)], [pages[0], pages[0]]) == {0: 0}  # nor is the same text


def test_the_director_in_the_text_counts_among_the_people() -> None:
    pages = [
        page("Hamlet", 2000, extract="Hamlet is a film directed by Bo Ek."),
        page("Hamlet", 2000, extract="Hamlet is a film directed by Ann Lee."),
    ]
    assert pairs([film("Hamlet", 2000, names="Ann Lee")], pages) == {0: 1}


def test_two_rows_with_one_text_are_one_page() -> None:
    text = "Sky Tree is a 2009 film."
    rows = [page("Sky Tree", 2009, extract=text), page("Sky Tree: Special Edition", 2010, extract=text)]
    films = [film("Sky Tree", 2009), film("Sky Tree: Special Edition", 2010)]
    matching = match_films(films, rows)
    assert matching.page_of == {0: 0}
    assert matching.loss_of == {1: Loss.TAKEN}


def test_similar_titles_are_taken_only_where_there_is_one() -> None:
    one = film("The Harbourmaster of Glim", 1990)
    near = [page("The Harbourmaster of Glin", 1990), page("The Harbourmaster of Glum", 1990)]
    assert pairs([one], near[:1]) == {0: 0}
    assert pairs([one], near) == {}


WORDS = ("Amber", "Birch", "Cedar", "Delta", "Ember")
titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
years = st.integers(1990, 1993)
numbers = st.sampled_from(("", " 2", " II", ": Part Two", ": The Movie", " 3D"))
films = st.builds(
    lambda title, number, year, votes, known: film(
        title + number, year, n_votes=votes, imdb_id=f"tt{votes}{title}" if known else ""
    ),
    titles,
    numbers,
    years,
    st.integers(0, 3),
    st.booleans(),
)
pages_of_lists = st.builds(
    lambda title, number, year, own_year, text: page(title + number, year, own_year=own_year, extract=text),
    titles,
    numbers,
    years,
    st.none() | years,
    st.sampled_from(("", "One.", "Two.")),
)
catalogues = st.lists(films, max_size=6)
lists_of_films = st.lists(pages_of_lists, max_size=8)


@given(catalogues, lists_of_films)
def test_every_film_has_one_page_or_one_reason(some: list[CatalogFilm], lists: list[WikipediaFilm]) -> None:
    matching = match_films(some, lists)
    assert set(matching.page_of) | set(matching.loss_of) == set(range(len(some)))
    assert not set(matching.page_of) & set(matching.loss_of)
    assert set(matching.evidence_of) == set(matching.page_of)


@given(catalogues, lists_of_films)
def test_no_page_goes_to_two_different_films(some: list[CatalogFilm], lists: list[WikipediaFilm]) -> None:
    matching = match_films(some, lists)
    for number, film_ in enumerate(some):
        for other, another in enumerate(some[:number]):
            if number in matching.page_of and matching.page_of[number] == matching.page_of.get(other):
                assert film_.year == another.year
                assert film_.title.casefold() == another.title.casefold()
                assert not (film_.imdb_id and another.imdb_id) or film_.imdb_id == another.imdb_id


@given(catalogues, lists_of_films)
def test_unrelated_pages_change_nothing(some: list[CatalogFilm], lists: list[WikipediaFilm]) -> None:
    others = [page("Quite Unrelated", 1991, extract="Other."), page("Zenith", 1992)]
    before, after = match_films(some, lists), match_films(some, [*lists, *others])
    assert after.page_of == before.page_of
    assert after.loss_of == before.loss_of


@settings(max_examples=60)
@given(catalogues, lists_of_films, st.randoms())
def test_the_order_of_pages_does_not_matter(
    some: list[CatalogFilm], lists: list[WikipediaFilm], rng: Any
) -> None:
    turned = rng.sample(lists, len(lists))
    one, other = match_films(some, lists), match_films(some, turned)
    assert {n: lists[p] for n, p in one.page_of.items()} == {n: turned[p] for n, p in other.page_of.items()}
    assert one.loss_of == other.loss_of
