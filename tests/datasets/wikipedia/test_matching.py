"""Which page is which film: the same ones are found, similar ones are kept apart."""

import pytest

from core.datasets.wikipedia.film_lists import WikipediaFilm
from core.datasets.wikipedia.matching import CatalogFilm, match_films, title_variants


def page(
    title: str, year: int, *, extract: str = "", own_year: int | None = None, cast: str = ""
) -> WikipediaFilm:
    return WikipediaFilm((title,), year, extract, own_year, tuple(filter(None, cast.split("|"))), "")


def film(title: str, year: int, second: str = "", cast: str = "") -> CatalogFilm:
    return CatalogFilm(title, second, year, frozenset(filter(None, cast.casefold().split("|"))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (film("Léon", 1994), page("Leon", 1994)),
        (film("Matrix, The", 1999), page("The Matrix", 1999)),
        (film("Angels & Demons", 2009), page("Angels and Demons", 2009)),
        (film("Hate", 1995, "La Haine"), page("La Haine", 1995)),
        (film("Slums of Beverly Hills", 1998), page("The Slums of Beverly Hills", 1998)),
        (film("Slacker", 1990), page("Slacker", 1991)),
        (film("Ponyo", 2008, "Gake no ue no Ponyo"), page("Ponyo", 2009, own_year=2008)),
        (film("Star Wars: Episode V - The Empire Strikes Back", 1980), page("The Empire Strikes Back", 1980)),
        (film("Star Wars: Episode IV - A New Hope", 1977), page("Star Wars", 1977)),
        (film("Animal House", 1978), page("National Lampoon's Animal House", 1978)),
        (film("Kill Bill: Vol. 1", 2003), page("Kill Bill: Volume 1", 2003)),
        (film("Men in Black III", 2012), page("Men in Black 3", 2012)),
        (film("13 Hours", 2016), page("13 Hours: The Secret Soldiers of Benghazi", 2016)),
    ],
)
def test_these_are_the_same_film(one: CatalogFilm, other: WikipediaFilm) -> None:
    assert match_films([one], [other])[0] == {0: 0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (film("Heat", 1995), page("Heat", 1997)),
        (film("Rocky II", 1979), page("Rocky III", 1979)),
        (film("Rocky II", 1979), page("Rocky", 1979)),
        (film("The Captive", 2014), page("Captive", 2015)),
        (film("The Deal", 2008), page("Deal", 2008)),
        (film("The Best Man", 1998, "Il Testimone dello sposo"), page("The Best Man", 1999, own_year=1999)),
        (film("Aguirre: The Wrath of God", 1972, "Aguirre, der Zorn Gottes"), page("The Wrath of God", 1972)),
        (film("The Double", 2011), page("The Devil's Double", 2011)),
        (film("Ben 10: Swarm", 2009), page("Swarm", 2009)),
        (film("Cinderella II: Dreams", 2002), page("Cinderella III: A Twist", 2002)),
        (film("Heat", 1995), page("Heat", 1994, own_year=1993)),
    ],
)
def test_these_are_different_films(one: CatalogFilm, other: WikipediaFilm) -> None:
    assert match_films([one], [other])[0] == {}


def test_the_exact_year_wins_over_the_nearest() -> None:
    pages = [page("Emma", 1995), page("Emma", 1996), page("Emma", 1997)]
    assert match_films([film("Emma", 1996)], pages)[0] == {0: 1}


def test_one_page_goes_to_the_film_that_fits_best() -> None:
    films = [film("Emma", 1997), film("Emma", 1996)]
    assert match_films(films, [page("Emma", 1996)]) == ({1: 0}, 0)


def test_films_of_the_same_title_and_year_share_a_page_and_are_counted() -> None:
    films = [film("Emma", 1996), None, film("Emma", 1996)]
    assert match_films(films, [page("Emma", 1996)]) == ({0: 0, 2: 0}, 1)


def test_two_pages_of_one_name_are_told_apart_by_cast_then_by_length() -> None:
    pages = [
        page("Hamlet", 2000, extract="x" * 50, cast="Ann"),
        page("Hamlet", 2000, extract="x", cast="Ethan Hawke"),
        page("Hamlet", 2000, extract="x" * 99),
    ]
    assert match_films([film("Hamlet", 2000, cast="ethan hawke")], pages)[0] == {0: 1}
    assert match_films([film("Hamlet", 2000)], pages)[0] == {0: 2}


def test_matching_does_not_depend_on_the_order_of_pages() -> None:
    films = [film("Emma", 1996), film("Heat", 1995), film("Heat 2", 1996)]
    pages = [
        page("Heat", 1995, extract="long"),
        page("Heat", 1995),
        page("Emma", 1997),
        page("Heat II", 1996),
    ]
    chosen, _ = match_films(films, pages)
    turned, _ = match_films(films, pages[::-1])
    assert {n: pages[p] for n, p in chosen.items()} == {n: pages[::-1][p] for n, p in turned.items()}
    assert len(chosen) == len(films)


def test_variants_never_drop_a_number() -> None:
    assert "rocky" not in title_variants("Rocky II")
    assert title_variants("Heat") == set()
