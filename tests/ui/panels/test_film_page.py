"""A film's page as it is drawn: what it shows, what its buttons do, and that nothing of a dataset becomes mark-up."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.exploration.film_page import film_page
from core.serving import Atlas
from tests import shelf
from tests.pages.opening import maps_of
from ui.panels.film_page import head_html


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shelf.build_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def shelf_home(built: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(built))
    return built


def page_script() -> None:
    """The page of the film in the session; a button's film or person goes into the session, as a dialog does it."""
    import streamlit as st

    from core.domain import Reason
    from ui import resources
    from ui.panels.film_page import film_page
    from ui.panels.person_page import person_page

    session = st.session_state
    atlas = resources.atlas(session["dataset"])

    def open_film(item: int) -> None:
        session.update(film=str(atlas.catalog.ids[item]), person="")

    if session.get("person"):
        person_page(atlas, session["person"], open_film)
    else:
        film_page(
            atlas,
            resources.film_page(atlas, "letters", atlas.titles.find("id:" + session["film"])),
            on_film=open_film,
            on_person=lambda name: session.update(person=name),
            actions=lambda item: st.button("Like", on_click=lambda: session.update(liked=item)) and None,
            why=[Reason("They <b>share</b> a *director*.", "shared_people")] if session.get("why") else (),
        )


def shown(film: str, *, dataset: str = "shelf", **session: Any) -> AppTest:
    at = AppTest.from_function(page_script, default_timeout=60)
    for name, value in {"dataset": dataset, "film": film, **session}.items():
        at.session_state[name] = value
    at.run()
    assert not at.exception
    return at


def html_of(at: AppTest) -> str:
    return " ".join(element.proto.body for element in at.get("html"))


def said(at: AppTest) -> str:
    return " ".join(element.value for element in [*at.caption, *at.markdown])


def button(at: AppTest, label: str) -> Any:
    (found,) = [one for one in at.button if one.label.startswith(label)]
    return found


@pytest.mark.usefixtures("shelf_home")
class TestPage:
    def test_everything_known_is_there(self) -> None:
        at = shown("alien", why=True)
        html = html_of(at)
        for words in (
            "<h2 dir=\"auto\">Alien <span>(1979)</span></h2>",
            "Star Beast",
            "Horror, Science Fiction · 1 h 57 min · mean 3.67 of 3 ratings",
            "Nobody hears you scream.",
            "A crew in deep space meets an alien on its ship.",
            "<dd dir=\"auto\">1 h 57 min</dd>",
            "They &lt;b&gt;share&lt;/b&gt; a *director*.",
        ):  # fmt: skip
            assert words in html
        assert [one.value for one in at.subheader] == [
            "Why it was recommended",
            "Facts",
            "People",
            "On the map",
            "Series and remakes",
            "Films like it",
            "How it was rated",
        ]
        assert "3 ratings, mean 3.67 on a scale from 0.5 to 5" in said(at)
        labels = [one.label for one in at.button]
        assert "Ridley Scott" in labels, "without a number: the other films stand beside it"
        assert "Sigourney Weaver :small[· 1 more]" in labels
        assert labels.count("Alien 3 (1992)") == 1, "in the saga; in the lists with its rank"
        assert "1\\. Alien 3 (1992) :small[· 2 people] :small[:material/join_inner: in both lists]" in labels
        links = [element.proto.url for element in at.get("link_button")]
        assert links == ["https://www.imdb.com/title/tt0078748/", "https://www.themoviedb.org/movie/348"]

    def test_the_charts_say_in_words_what_they_show(self) -> None:
        at = shown("alien")
        charts = at.get("plotly_chart")
        assert [chart.proto.alt.split(".")[0].split(";")[0] for chart in charts] == [
            "How many people gave which rating",
            "Ratings over time, from 2000-01 to 2003-04",
        ]
        assert json.loads(charts[0].proto.spec)["data"][0]["x"] == ["0.5", "1", "3", "4", "5"]

    def test_the_film_stands_ringed_on_a_small_map(self) -> None:
        (told,) = maps_of(shown("alien"))
        assert told["alt"].startswith("A small map of all films by Letters")
        item = [film["item_id"] for film in shelf.FILMS].index("alien")
        assert [mark["items"] for mark in told["marks"]] == [[item]]
        assert told["still"]

    def test_a_film_opens_the_next_one(self) -> None:
        at = shown("alien")
        button(at, "1\\. Alien 3 (1992) :small[· 2 people]").click().run()
        assert not at.exception
        assert at.session_state["film"] == "alien-3"
        assert "<h2 dir=\"auto\">Alien 3 <span>(1992)</span></h2>" in html_of(at)  # fmt: skip

    def test_somebody_opens_their_page_and_it_leads_back(self) -> None:
        at = shown("bronx")
        button(at, "Robert De Niro :small").click().run()
        assert not at.exception
        assert at.header[0].value == "Robert De Niro"
        assert "2 films here: directed 1, played in 2." in said(at)
        assert "directed and played · 1 rating, mean 4.00" in said(at)
        assert [one.label for one in at.button] == ["Heat (1995)", "A Bronx Tale (1993)"]
        button(at, "Heat (1995)").click().run()
        assert at.session_state["film"] == "heat"

    def test_actions_are_drawn_for_the_film(self) -> None:
        at = shown("heat")
        button(at, "Like").click().run()
        assert at.session_state["liked"] == [film["item_id"] for film in shelf.FILMS].index("heat")

    def test_a_film_of_which_nothing_is_known(self) -> None:
        at = shown("odd")
        text = said(at) + html_of(at)
        for words in (
            "What it is about is not known here.",
            "Not known here: year, running time, original language, countries, genres, keywords.",
            "Who directed it is not known here.",
            "Who plays in it is not known here.",
            "can read nothing of this film",
            "Nobody here rated it.",
            "It has no place on the map of Letters",
        ):
            assert words in text
        assert not at.get("plotly_chart")
        assert not maps_of(at)
        assert not at.get("link_button")
        assert "Series and remakes" not in [one.value for one in at.subheader]

    def test_an_odd_title_on_a_button_is_no_markup(self, shelf_home: Path) -> None:
        page = film_page(Atlas.open("shelf", shelf_home), "letters", 6)
        parser = Tags()
        parser.feed(head_html(page))
        assert "b" not in parser.tags
        assert parser.text.count(shelf.ODD) == 1

    def test_nobody_of_a_name(self) -> None:
        at = shown("heat", person="Nobody *At* <b>All</b>")
        assert "No film here names anybody of this name." in said(at)
        assert at.header[0].value == "Nobody \\*At\\* \\<b\\>All\\</b\\>"


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_film_of_a_dataset_can_be_shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    at = shown("space-8", dataset="tiny")
    assert "Nobody here rated it." in said(at)
    assert len([one for one in at.button if one.label.startswith("The Space")]) == 8, (
        "the maker's other films"
    )
    for film in ("love-0", "ghost-3"):
        at.session_state["film"] = film
        at.run()
        assert not at.exception
        assert "ratings, mean" in said(at)
