"""A film's page: what is known is there, and what is not is said."""

from dataclasses import replace

import numpy as np
import pytest

from core.domain import Film
from core.errors import InvalidQueryError, NotBuiltError
from core.exploration.film_facts import languages, links_of, running_time
from core.exploration.film_page import FilmPage, film_page
from core.exploration.film_people import films_of
from core.serving import Atlas
from tests import shelf


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return Atlas.open("shelf", shelf.build_shelf(tmp_path_factory.mktemp("rated")))


@pytest.fixture(scope="module")
def unrated(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return Atlas.open("shelf", shelf.build_shelf(tmp_path_factory.mktemp("unrated"), is_rated=False))


def page_of(atlas: Atlas, item_id: str) -> FilmPage:
    return film_page(atlas, atlas.space_names[0], atlas.titles.find(f"id:{item_id}"))


def ids(atlas: Atlas, items: list[int]) -> list[str]:
    return [str(atlas.catalog.ids[item]) for item in items]


def test_facts_are_in_words(rated: Atlas) -> None:
    page = page_of(rated, "alien")
    assert [(fact.label, fact.value) for fact in page.facts] == [
        ("Year", "1979"),
        ("Running time", "1 h 57 min"),
        ("Original language", "English"),
        ("Countries", "United Kingdom, France"),
        ("Genres", "Horror, Science Fiction"),
        ("Keywords", "alien, ship"),
        ("Votes at the source", "4,470, mean 7.9 on the source's own scale"),
    ]
    seven = {fact.label: fact.value for fact in page_of(rated, "seven").facts}
    assert (seven["Running time"], seven["Original language"]) == ("1 h", "qq"), (
        "an unknown code stays a code"
    )
    assert "Votes at the source" not in seven


@pytest.mark.parametrize(
    ("minutes", "words"), [(None, ""), (0, ""), (59, "59 min"), (60, "1 h"), (170, "2 h 50 min")]
)
def test_running_times(minutes: int | None, words: str) -> None:
    assert running_time(minutes) == words


def test_every_language_has_a_name() -> None:
    assert languages()["ja"] == "Japanese"
    assert all(len(code) == 2 and name for code, name in languages().items())


@pytest.mark.parametrize(
    ("imdb_id", "tmdb_id", "urls"),
    [
        (
            "tt0078748",
            "348",
            ["https://www.imdb.com/title/tt0078748/", "https://www.themoviedb.org/movie/348"],
        ),
        ("78748", "", ["https://www.imdb.com/title/tt0078748/"]),
        ("tt10872600", "0348", ["https://www.imdb.com/title/tt10872600/", "https://www.themoviedb.org/movie/348"]),
        ("", "", []),
        ("tt0000000", "0", []),
        ("javascript:alert(1)", "//evil.example", []),
        ("tt0078748/../x", "348?x=<b>", []),
        ("tt٧٨٧٤٨", "３４８", []),
        ("tt0078748\n", "348\n", []),
    ],
)  # fmt: skip
def test_links_are_made_of_numbers_alone(rated: Atlas, imdb_id: str, tmdb_id: str, urls: list[str]) -> None:
    film: Film = replace(rated.catalog.film(0), imdb_id=imdb_id, tmdb_id=tmdb_id)
    assert [link.url for link in links_of(film)] == urls


def test_people_come_with_their_other_films(rated: Atlas) -> None:
    page = page_of(rated, "alien")
    (scott,) = page.directors
    assert (scott.name, ids(rated, [one.item_index for one in scott.others])) == (
        "Ridley Scott",
        ["covenant"],
    )
    weaver, hurt = page.cast
    assert ids(rated, [one.item_index for one in weaver.others]) == ["alien-3"]
    assert (hurt.name, hurt.others) == ("John Hurt", ())


def test_somebodys_films_are_best_known_first_with_their_role(rated: Atlas) -> None:
    films = films_of(rated, "Robert De Niro")
    assert [(str(rated.catalog.ids[one.item_index]), one.role) for one in films] == [
        ("heat", "played"),  # two ratings, under another spelling
        ("bronx", "directed and played"),  # one rating
    ]
    assert films_of(rated, "Robert DeNiro") == films
    assert films_of(rated, "<b>Nobody") == films_of(rated, "") == ()


def test_the_saga_is_in_order_of_years(rated: Atlas) -> None:
    assert ids(rated, list(page_of(rated, "alien").saga)) == ["alien-3", "covenant"]
    assert page_of(rated, "heat").saga == ()


def test_ratings_are_summed_up(rated: Atlas) -> None:
    found = page_of(rated, "alien").ratings
    assert found is not None
    values = [rating for _, _, rating in shelf.RATINGS]
    assert (found.n, found.mean) == (3, pytest.approx(11 / 3))
    assert found.dataset_mean == pytest.approx(sum(values) / len(values))
    histogram = dict(found.histogram.itertuples(index=False))
    assert histogram == {"0.5": 0, "1": 1, "3": 0, "4": 0, "5": 2}
    assert found.over_time is not None
    assert found.over_time["n"].sum() == 3
    assert found.over_time["label"].tolist()[0] == "2000-01"
    assert "3 ratings, mean 3.67 on a scale from 0.5 to 5" in found.words
    assert "simulated" not in found.words
    assert "simulated" in replace(found, is_simulated=True).words
    assert found.short == "mean 3.67 of 3 ratings"
    assert replace(found, is_simulated=True, n=1).short == "mean 3.67 of 1 simulated rating"
    assert replace(found, is_explicit=False).short == "3 choices"
    assert "2 people chose it; this dataset has no stars." in replace(found, n=2, is_explicit=False).words


def test_what_the_same_people_like_is_near(rated: Atlas) -> None:
    page = page_of(rated, "alien")
    near = [(str(rated.catalog.ids[one.item_index]), one.n_people) for one in page.by_ratings]
    assert near == [("alien-3", 2)], "Cid dislikes Alien, Ann dislikes Heat, and Bob alone likes Seven"
    assert "At most 2 people like both" in page.ratings_note
    both = {one.item_index for one in page.by_ratings if one.in_both}
    assert both == {one.item_index for one in page.by_content if one.in_both}
    assert rated.titles.find("Alien 3") in both


def test_nearest_by_content_are_ranked(rated: Atlas) -> None:
    page = page_of(rated, "alien")
    assert [one.rank for one in page.by_content] == list(range(1, 11))
    assert ids(rated, [page.by_content[0].item_index]) == ["covenant"]
    assert page.item_index not in [one.item_index for one in page.by_content]
    assert page.content_note == ""


def test_the_place_on_the_map_is_that_of_the_film(rated: Atlas) -> None:
    page = page_of(rated, "alien")
    assert page.place is not None
    assert page.place.group is not None
    assert page.item_index in page.place.group_films
    assert page.place.group.size == len(page.place.group_films)
    assert (page.place.x, page.place.y) == pytest.approx(rated.coordinates("letters")[page.item_index])


def test_a_film_of_which_nothing_is_known_says_so(rated: Atlas) -> None:
    page = page_of(rated, "odd")
    assert page.film.title == shelf.ODD
    assert [fact.value for fact in page.facts] == [""] * 6
    assert page.links == page.directors == page.cast == page.saga == ()
    assert (page.ratings, page.unrated_note) == (None, "Nobody here rated it.")
    assert page.by_content == page.by_ratings == ()
    assert "The embedding Letters can read nothing of this film" in page.content_note
    assert page.ratings_note == "Nobody here rated it."
    assert page.place is None


def test_a_film_that_nobody_likes_with_another_says_so(rated: Atlas) -> None:
    page = page_of(rated, "bronx")
    assert page.by_ratings == (), "Cid alone likes it, and Heat"
    assert page.ratings_note == "No other film shares two people who like it."


def test_without_any_ratings(unrated: Atlas) -> None:
    page = page_of(unrated, "alien")
    assert (page.ratings, page.by_ratings) == (None, ())
    assert page.unrated_note == page.ratings_note == "This dataset has no ratings."
    assert len(page.by_content) == 10
    assert [one.role for one in films_of(unrated, "Robert De Niro")] == ["directed and played", "played"]


def test_every_film_has_a_page(atlas: Atlas) -> None:
    for item in range(len(atlas.catalog)):
        page = film_page(atlas, "letters", item)
        assert (page.ratings is None) == (atlas.counts[item] == 0)
        assert np.isfinite([page.place.x, page.place.y]).all() if page.place else True
        assert {one.item_index for one in page.by_content}.isdisjoint({item})
        world = str(atlas.catalog.ids[item]).split("-")[0]
        (maker,) = page.directors
        assert len(maker.others) == 8
        assert all(str(atlas.catalog.ids[one.item_index]).startswith(world) for one in maker.others)


@pytest.mark.parametrize("item", [-1, 36, 10**9])
def test_no_such_film(atlas: Atlas, item: int) -> None:
    with pytest.raises(InvalidQueryError, match="There is no film number"):
        film_page(atlas, "letters", item)


def test_no_such_space(atlas: Atlas) -> None:
    with pytest.raises(NotBuiltError):
        film_page(atlas, "nowhere", 0)
