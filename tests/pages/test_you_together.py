"""You: the first ten films, one film for several people, and how well methods would have known the visitor."""

from pathlib import Path
from re import findall

import pytest
from streamlit.testing.v1 import AppTest

from core.serving import Atlas
from core.serving.first_films import ENOUGH
from tests.histories.exports import table
from tests.pages.opening import ROOT, opened
from ui.question.members import PERSON

pytestmark = pytest.mark.slow


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def html(at: AppTest) -> str:
    return " ".join(one.proto.body for one in at.get("html"))


def press(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click().run()
    assert not at.exception
    return at


def new_here(app: AppTest) -> AppTest:
    app.query_params["own"] = "New here?"
    return opened(app, "you")


def test_what_is_said_of_the_first_films_becomes_the_question(app: AppTest) -> None:
    at = new_here(app)
    for label in ("I like it", "Not for me", "So-so", "Haven’t seen it"):
        press(at, label)
    state = at.session_state
    told = state["told"]
    assert len(set(told)) == 4
    assert (state["like"], state["dislike"], state["seen"]) == ([told[0]], [told[1]], [told[2]])
    assert at.query_params["told"] == told, "a link and a reload go on from here"
    assert "What you would get now" in [one.value.strip("*") for one in at.markdown]
    press(at, "Take the last answer back")
    press(at, "Take the last answer back")
    assert at.session_state["told"] == told[:2]
    assert at.session_state["seen"] == []
    press(at, "Begin anew")
    assert at.session_state["told"] == at.session_state["like"] == at.session_state["dislike"] == []


def test_after_ten_films_it_asks_no_more_and_leads_to_the_list(app: AppTest) -> None:
    at = new_here(app)
    for number in range(ENOUGH):
        press(at, "I like it" if number % 2 else "Not for me")
    assert "I like it" not in [one.label for one in at.button]
    press(at, "See them all")
    assert at.title[0].value == "Recommend"
    assert len(at.session_state["like"]) == ENOUGH // 2


def test_films_that_the_question_names_are_not_asked_about(app: AppTest) -> None:
    first = press(new_here(app), "I like it").session_state["told"][0]
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    again.query_params["like"] = first
    at = press(new_here(again), "I like it")
    assert first not in at.session_state["told"]
    press(at, "Begin anew")
    assert at.session_state["like"] == [first], "what was said elsewhere stays"


def together(app: AppTest, **told: object) -> AppTest:
    app.query_params["own"] = "Together"
    for name, value in told.items():
        app.query_params[name.replace("_", ".")] = value
    at = opened(app, "you")
    assert not at.exception
    return at


def test_two_people_at_first_who_have_said_nothing(app: AppTest) -> None:
    at = together(app)
    assert "Person 1 and Person 2 have still to say something" in at.info[0].value
    assert "member-remove-1" not in [one.key for one in at.button]


def test_a_link_brings_everybody_and_the_list_says_how_it_fits_each(app: AppTest) -> None:
    at = together(
        app,
        m1_name="Anna",
        m1_like="The Space Story (1960)",
        m1_dislike="The Love Story (1960)",
        m2_name="<b>Ben</b>",
        m2_way=PERSON,
        m2_user="u3",
    )
    shown = html(at)
    assert findall(r'<th scope="col" title="(.*?)"', shown) == ["Anna", "&lt;b&gt;Ben&lt;/b&gt;"]
    assert "<b>Ben" not in shown
    assert not at.info
    assert 'data-do="film"' in shown, "films lead to their pages"


def test_filters_of_the_question_hold_for_all(app: AppTest) -> None:
    at = together(app, m1_like="The Space Story (1960)", m2_like="The Love Story (1960)", text="after 1990")
    years = [int(year) for year in findall(r"\((\d{4})\)</a></th>", html(at))]
    assert years
    assert min(years) > 1990
    assert "filters and method count here" in " ".join(one.value for one in at.caption)


def test_one_of_no_known_film_and_one_who_is_nobody_are_said(app: AppTest) -> None:
    at = together(app, members="9", m1_user="nobody", m1_way=PERSON)
    assert "“9” is no number from 2 to 5" in at.warning[0].value
    assert "nobody" in at.warning[0].value


def test_people_come_and_go_and_the_others_keep_what_they_said(app: AppTest) -> None:
    at = together(app, m2_name="Ben", m2_like="The Love Story (1960)")
    for _ in range(3):
        press(at, "Add a person")
    assert "Add a person" not in [one.label for one in at.button]
    at.text_input(key="m4.name").set_value("Dan").run()
    at.button(key="member-remove-1").click().run()
    assert not at.exception
    state = at.session_state
    assert [state[f"m{one}.name"] for one in range(1, 6)] == ["Ben", "", "Dan", "", ""]
    assert state["m1.like"] == ["The Love Story (1960)"]
    assert state["m2.like"] == []
    assert state["members"] == 4
    at.switch_page("pages/map.py").run()
    at.switch_page("pages/you.py").run()
    assert at.text_input(key="m3.name").value == "Dan", "another page forgets nobody"


def test_a_film_is_not_liked_and_disliked_at_once(app: AppTest) -> None:
    both = "The Space Story (1960)"
    at = together(app, m1_like=both, m1_dislike=both, m2_like="The Love Story (1960)")
    assert not at.error
    assert "tg-map" in html(at)


def ratings(n: int) -> bytes:
    films = Atlas.open("tiny").catalog.items.iloc[:n]
    rows = (f"{one.title},{one.year},{5 if at % 3 else 2}" for at, one in enumerate(films.itertuples()))
    return table("title,year,rating", *rows)


def test_how_well_methods_would_have_known_the_visitor(app: AppTest, home: Path) -> None:
    at = opened(app, "you")
    at.file_uploader[0].set_value(("mine.csv", ratings(24), "text/csv")).run()
    press(at, "Find out")
    assert len(at.get("plotly_chart")) == 1
    assert "Find out" not in [one.label for one in at.button]
    numbers = next(one.value for one in at.dataframe if "nDCG@10" in one.value)
    assert "Popularity" in set(numbers["Method"])
    at.switch_page("pages/map.py").run()
    at.switch_page("pages/you.py").run()
    assert len(at.get("plotly_chart")) == 1, "it is kept"


def test_with_few_films_it_says_how_many_are_needed(app: AppTest, home: Path) -> None:
    at = opened(app, "you")
    at.file_uploader[0].set_value(("mine.csv", ratings(6), "text/csv")).run()
    assert "10 are needed for that, and of yours 4 are here" in " ".join(one.value for one in at.caption)
    assert "Find out" not in [one.label for one in at.button]
