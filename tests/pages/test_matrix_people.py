"""Rating matrix: persons, films, and all ratings looked at closer. Run through `AppTest`."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.domain import Interactions
from core.exploration.people_alike import people_alike
from core.serving import Atlas
from tests.pages import opening
from tests.shelf import build_shelf
from ui import resources
from ui.question.parts import CLOSER

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
STORY, LOVE = "The Space Story (1960)", "The Love Story (1960)"


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.fixture(scope="module")
def timed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen films whose ratings have times."""
    return build_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def timed(timed_home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(timed_home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def opened(app: AppTest, **asked: str | list[str]) -> AppTest:
    for name, value in asked.items():
        app.query_params[name] = value
    at = opening.opened(app, "matrix")
    assert not at.exception
    assert not at.error
    return at


def table(at: AppTest, *columns: str) -> pd.DataFrame:
    """The first table that has all these columns."""
    return next(t.value for t in at.dataframe if set(columns) <= set(t.value.columns))


def said(at: AppTest) -> str:
    return "\n".join(element.value for element in [*at.markdown, *at.caption])


def links(at: AppTest) -> list[str]:
    """Queries of the links on the page, beside those of the sidebar."""
    return [link.proto.query_string for link in at.main.get("page_link")]


def chart(at: AppTest, key: str) -> Any:
    return next(json.loads(c.proto.spec) for c in at.get("plotly_chart") if f"-{key}" in c.proto.id)


def test_nothing_is_worked_out_before_somebody_is_chosen(app: AppTest) -> None:
    at = opened(app)
    assert "Choose a person" in said(at)
    assert "Choose a film" in said(at)
    assert "Choose what to look at" in said(at)
    keys = ("taste", "two-people", "wave", "means", "scales", "alike-figure")
    assert not [c.proto.id for c in at.get("plotly_chart") if any(f"-{key}" in c.proto.id for key in keys)]


def test_a_person_with_taste_and_those_most_alike(app: AppTest, atlas: Atlas) -> None:
    at = opened(app, person="u3")
    user = 3
    figure = chart(at, "taste")
    assert {trace.get("name") for trace in figure["data"]} >= {"Everybody", "This person"}
    assert "They rate more" in said(at)
    alike = people_alike(atlas.interactions, user)
    shown = table(at, "Most alike", "Films in common")
    assert shown["Most alike"].tolist() == [atlas.interactions.user_ids[one] for one in alike["user_index"]]
    assert shown["Films in common"].tolist() == alike["n_common"].tolist()


def test_taste_by_decades(app: AppTest) -> None:
    at = opened(app, person="u3")
    at.session_state["taste_by"] = "Decades"
    at.run()
    assert not at.exception
    assert any(tick.startswith("1960s · ") for tick in chart(at, "taste")["layout"]["yaxis"]["ticktext"])


def test_methods_are_asked_only_when_their_section_is_opened(
    app: AppTest, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    lists_for = resources.lists_for

    def noted(atlas: Atlas, user: int, k: int) -> Any:
        asked.append((user, k))
        return lists_for(atlas, user, k)

    monkeypatch.setattr(resources, "lists_for", noted)
    at = opened(app, person="u3")
    assert asked == []
    at.session_state["person-lists"] = True
    at.run()
    assert not at.exception
    assert asked == [(3, 5)]
    lists = next(e.proto.body for e in at.get("html") if "pl-lists" in e.proto.body)
    found = lists_for(atlas, 3, 5)
    assert all(f"<h5>{label}</h5>" in lists for label in found.labels)
    rated = set(atlas.interactions.history(3)[0].tolist())
    assert not rated & {film for films in found.lists for film in films}
    assert all(label in said(at) for label in found.silent)


def test_two_people_side_by_side(app: AppTest, atlas: Atlas) -> None:
    at = opened(app, person="u3", person2="u7")
    one, other = (
        dict(zip(*map(np.ndarray.tolist, atlas.interactions.history(u)), strict=True)) for u in (3, 7)
    )
    common = set(one) & set(other)
    figures = {m.label: m.value for m in at.metric}
    assert figures["Films in common"] == str(len(common))
    assert figures["Stars apart"] == f"{np.mean([abs(one[f] - other[f]) for f in common]):.2f}"
    both = table(at, "u3", "u7", "Apart")
    assert len(both) == len(common)
    assert both["Apart"].abs().is_monotonic_decreasing
    assert chart(at, "two-people")["layout"]["xaxis"]["title"]["text"] == "Stars of person u3"
    assert at.query_params["person2"] == "u7"


def test_a_person_beside_themselves_or_nobody(app: AppTest) -> None:
    at = opened(app, person="u3", person2="u3")
    assert "Films in common" not in [m.label for m in at.metric]
    app.query_params["person2"] = "nobody-of-this-name"
    at.run()
    assert any("Nobody in this dataset" in w.value for w in at.warning)
    assert not at.exception


def test_a_film_with_times_has_waves(timed: AppTest) -> None:
    at = opened(timed, column="Alien (1979)")
    assert "Waves after its release" in said(at)
    assert chart(at, "wave")["data"][1]["name"] == "Its usual share of all ratings"
    assert any("split=cold_items" in link for link in links(at))


def test_a_film_without_times_says_so(app: AppTest) -> None:
    at = opened(app, column=STORY)
    assert "When these ratings were given is not known" in said(at)


@pytest.mark.parametrize("view", CLOSER)
def test_every_closer_look_is_in_the_address(app: AppTest, view: str) -> None:
    at = opened(app, closer=view)
    assert at.session_state["closer"] == view
    assert "Choose what to look at" not in said(at)


def test_films_that_divide(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(app, closer="Films that divide")
    assert "No film has 20 ratings" in said(at)
    monkeypatch.setattr("core.exploration.divided_films.LEAST_RATINGS", 2)
    monkeypatch.setattr("core.exploration.divided_films.divided_films.__kwdefaults__", {"least": 2})
    resources._once.clear()
    at = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60), closer="Films that divide")
    found = table(at, "Film", "Pairs split")
    assert "Most divided: " + found["Film"].iloc[0] in said(at).replace("\\", "")
    pictures = next(column for column in found.columns if "stars" in column)
    assert [sum(counts) for counts in found[pictures]] == found["Ratings"].tolist()
    assert any("measured=popularity" in link for link in links(at))
    resources._once.clear()


def test_peoples_scales(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(app, closer="People's scales")
    assert "Fewer than two people" in said(at)


def test_over_the_years(timed: AppTest) -> None:
    at = opened(timed, closer="Over the years")
    assert chart(at, "means")["data"][0]["error_y"]
    assert any("split=global_time" in link for link in links(at))


def test_without_times_nothing_is_said_of_years(app: AppTest) -> None:
    at = opened(app, closer="Over the years")
    assert "nothing can be said about time" in said(at)


def test_films_alike_by_any_likeness(app: AppTest, atlas: Atlas) -> None:
    at = opened(app, closer="Films alike")
    assert len(chart(at, "alike-figure")["layout"]["xaxis"]["ticktext"]) == 16
    at.session_state["alike_films"] = [STORY, LOVE, "The Heist Story (1960)"]
    at.session_state["alike_by"] = "method-ease"
    at.run()
    assert not at.exception
    assert sorted(chart(at, "alike-figure")["layout"]["xaxis"]["ticktext"]) == sorted(
        [STORY, LOVE, "The Heist Story (1960)"]
    )
    assert at.query_params["alike_by"] == "method-ease"
    assert len(table(at, "Film", "and", "Likeness")) == 3
    at.session_state["alike_films"] = [STORY]
    at.run()
    assert "choose at least two" in said(at)


def test_likes_are_held_against_each_other(app: AppTest) -> None:
    at = opened(app, closer="Films alike", like=[STORY, LOVE])
    assert sorted(chart(at, "alike-figure")["layout"]["xaxis"]["ticktext"]) == sorted([STORY, LOVE])


def test_more_films_than_can_be_read_are_said(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.panels.film_likeness.MOST_FILMS", 3)
    at = opened(
        app, closer="Films alike", like=[STORY, LOVE, "The Heist Story (1960)", "The Ghost Story (1960)"]
    )
    assert "The first 3 of 4 films" in said(at)
    assert len(chart(at, "alike-figure")["layout"]["xaxis"]["ticktext"]) == 3


def test_without_stars_the_rest_is_shown(app: AppTest, atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    stars = atlas.interactions
    ratings = stars.ratings.copy()
    ratings.data[:] = 1
    plain = Interactions(ratings, stars.user_ids, None, (1, 1), is_explicit=False)
    monkeypatch.setattr(Atlas, "interactions", property(lambda self: plain))
    resources._once.clear()
    at = opened(app, person="u3", person2="u7", column=STORY)
    assert "There are no stars here" in said(at)
    assert [m.label for m in at.metric][-1] == "Films in common"
    assert "Mean" not in table(at, "Most alike").columns
    for view in CLOSER:
        at.session_state["closer"] = view
        at.run()
        assert not at.exception, view
        assert not at.error, view
    resources._once.clear()


def test_strange_names_are_shown_literally(app: AppTest) -> None:
    at = opened(app, person="<script>alert(1)</script>", person2="**x**", alike_by="<b>", closer="nothing")
    assert at.session_state["alike_by"] == "people"
    assert at.session_state["closer"] is None
