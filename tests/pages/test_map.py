"""The map's page: what it is told, and what is done on it."""

import json
import zlib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.exploration.map_colours import COLOURS
from core.serving import Atlas
from tests.pages.opening import ROOT, maps_of, opened
from ui.map import told
from ui.widgets import map_actions


@pytest.fixture
def app(home: Path) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["dataset"] = "tiny"
    return at


@pytest.fixture
def atlas(home: Path) -> Atlas:
    return Atlas.open("tiny")


def said(at: AppTest) -> str:
    return " ".join(one.value for one in [*at.main.caption, *at.main.markdown, *at.main.info])


def looked_at(app: AppTest, **asked: str) -> AppTest:
    app.query_params.update(asked)
    at = opened(app, "map")
    assert not at.exception
    return at


def test_every_film_is_on_it_once(app: AppTest) -> None:
    at = looked_at(app)
    (films,) = [e.proto.bytes for e in at.get("bidi_component") if e.proto.bytes]
    key, _, content = films.partition(b"\n")
    assert json.loads(zlib.decompress(content).partition(b"\n")[0])["n"] == 36
    (told,) = maps_of(at)
    assert told["films"] == key.decode()
    names = {entry["name"] for entry in told["colours"]["legend"]["entries"]}
    assert "Science fiction & fantasy" in names
    assert told["chosen"] is None
    assert told["focus"] is None
    assert "All 36 films shown" in said(at)


@pytest.mark.parametrize("colour", list(COLOURS))
def test_every_colour_or_what_it_wants_first(app: AppTest, colour: str) -> None:
    at = looked_at(app, colour=colour)
    if colour not in [option for box in at.selectbox if box.key == "colour" for option in box.options]:
        assert "there is no" in " ".join(one.value for one in at.warning), "these films cannot have it"
        return
    (told,) = maps_of(at)
    wants = "cannot be coloured by" in said(at)
    assert wants == bool(COLOURS[colour].depends)
    assert told["colours"]["legend"]["title"] == ("Genre" if wants else colour)


def test_colours_that_are_about_something(app: AppTest, atlas: Atlas) -> None:
    film, person = atlas.titles.options[3], str(atlas.interactions.user_ids[0])
    for colour, asked in (
        ("Likeness to the film", {"at": film}),
        ("Your films", {"like": film}),
        ("A person's stars", {"stars_of": person}),
        ("Likeness to your words", {"words_on_map": "ghost"}),
    ):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.query_params["dataset"] = "tiny"
        (told,) = maps_of(looked_at(at, colour=colour, **asked))
        assert told["colours"]["legend"]["title"] == colour


def test_a_film_in_the_address_is_in_focus_with_its_neighbours(app: AppTest, atlas: Atlas) -> None:
    at = looked_at(app, at=atlas.titles.options[3])
    (told,) = maps_of(at)
    assert told["focus"]["item"] == 3
    near = [one["item"] for one in told["focus"]["near"]]
    assert near == atlas.map_of("letters").neighbours[3, : len(near)].tolist()
    assert atlas.catalog.film(3).title in " ".join(e.proto.body for e in at.get("html"))


def test_a_loop_in_the_address_selects(app: AppTest) -> None:
    at = looked_at(app, chosen="loop letters -9,-9 9,-9 9,9 -9,9")
    assert at.subheader[0].value == "36 films selected"
    assert "what you drew around" in said(at)
    assert maps_of(at)[0]["chosen"]
    labels = [button.label for button in at.button]
    assert {"Recommend from these", "Keep to compare with", "Clear the selection"} <= set(labels)


def test_a_group_and_what_sets_it_apart(app: AppTest, atlas: Atlas) -> None:
    at = looked_at(app, chosen="group letters 1 0")
    place = atlas.clustering("letters").places(1)[0]
    assert at.subheader[0].value == f"{place.size} films selected"
    html = " ".join(e.proto.body for e in at.get("html"))
    assert "ma-more" in html, "nine films of one genre are no chance"
    assert "hypergeometric test" in said(at)


def test_two_selections_are_compared(app: AppTest) -> None:
    at = looked_at(app, chosen="group letters 1 0", against="group letters 1 1")
    assert "films you kept" in said(at)


@pytest.mark.parametrize(
    "asked",
    [
        {"chosen": "loop letters 0,0 <script>"},
        {"chosen": "group nothing 1 0"},
        {"chosen": "group letters 1 999"},
        {"look": "nan,0,1"},
        {"look": "a,b"},
        {"beside": "nothing"},
        {"stars_of": "nobody"},
    ],
)
def test_what_the_address_should_not_say(app: AppTest, asked: dict[str, str]) -> None:
    at = looked_at(app, **asked)
    assert at.warning or at.error


def test_filters_of_the_question_select_too(app: AppTest, atlas: Atlas) -> None:
    at = looked_at(app, genre="Horror")
    next(button for button in at.button if button.label == "Select what passes your filters").click().run()
    assert not at.exception
    assert at.query_params["chosen"] == "filter"
    assert "films selected" in at.subheader[0].value


def test_words_name_films_or_have_a_place(app: AppTest, atlas: Atlas) -> None:
    at = looked_at(app, words_on_map="horror; a captain and a whale")
    (told,) = maps_of(at)
    assert [mark["title"] for mark in told["marks"]] == ["9 films: Horror"]
    (word,) = told["words"]
    assert word["text"] == "a captain and a whale"
    assert len(word["near"]) == 8
    assert "cosine" in said(at)


def test_a_way_leads_from_the_words_to_the_answer(app: AppTest, atlas: Atlas) -> None:
    at = looked_at(app, text="a captain and a whale", listed="content")
    (shown,) = maps_of(at)
    (word,) = shown["words"]
    (way,) = shown["ways"]
    first = next(mark for mark in shown["marks"] if mark["title"].endswith("recommends"))["items"][0]
    assert way["places"][0] == [word["x"], word["y"]]
    assert way["places"][1] == pytest.approx(atlas.coordinates("letters")[first].tolist())


def test_how_far_a_films_place_can_be_believed(app: AppTest, atlas: Atlas) -> None:
    at = looked_at(app, at=atlas.titles.options[3])
    kept = round(float(atlas.map_of("letters").kept[3]) * 15)
    assert f"{kept} of its 15 nearest films are among the 15 nearest on the map" in said(at)


def test_taste_as_heights(app: AppTest, atlas: Atlas) -> None:
    at = looked_at(app, like=atlas.titles.options[0], taste_on_map="true", alike_on_map="true")
    titles = [one["title"] for one in maps_of(at)[0]["heights"]]
    assert titles[0] == "Your taste: liked"
    assert "Your taste: not liked" not in titles, "nothing is disliked"


def test_what_methods_recommend_stands_on_the_map(app: AppTest, atlas: Atlas) -> None:
    at = looked_at(app, like=atlas.titles.options[0], listed="ease")
    titles = [mark["title"] for mark in maps_of(at)[0]["marks"]]
    assert titles == ["You: liked", "EASE recommends"]


@pytest.mark.parametrize(
    ("done", "changed"),
    [
        ({"do": "film", "item": 3}, "at"),
        ({"do": "loop", "space": "letters", "polygon": [[0, 0], [1, 0], [1, 1]]}, "chosen"),
        ({"do": "group", "space": "letters", "level": 1, "group": 2}, "chosen"),
        ({"do": "open", "item": 3}, "film"),
    ],
)
def test_what_is_done_on_the_map(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch, done: dict[str, object], changed: str
) -> None:
    state: dict[str, object] = {"at": "", "chosen": "", "film": "", "who": ""}
    monkeypatch.setattr("streamlit.session_state", state)
    map_actions.act(atlas, done)
    assert [name for name in ("at", "chosen", "film", "who") if state[name]] == [changed]


@pytest.mark.parametrize(
    "done",
    [
        None,
        7,
        {"do": "film", "item": -1},
        {"do": "film", "item": 10**9},
        {"do": "film", "item": "3"},
        {"do": "film", "item": True},
        {"do": "drop", "item": 3},
        {"do": ["film"]},
        {"do": "loop", "space": "letters", "polygon": "x"},
        {"do": "loop", "space": "letters", "polygon": [[0, 0], [1, float("nan")], [1, 1]]},
        {"do": "loop", "polygon": [[0, 0], [1, 0], [1, 1], [9]]},
        {"do": "group", "space": "a b", "level": 1, "group": 0},
        {"do": "group"},
    ],
)
def test_what_a_browser_may_not_do(atlas: Atlas, monkeypatch: pytest.MonkeyPatch, done: object) -> None:
    state: dict[str, object] = {"at": "", "chosen": "", "film": "", "who": ""}
    monkeypatch.setattr("streamlit.session_state", state)
    map_actions.act(atlas, done)
    assert not any(state.values())


def test_what_is_in_view(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", state)
    map_actions.look(atlas, {"x": "a", "y": 0, "zoom": 1}, part="look")
    map_actions.look(atlas, {"x": 0}, part="look")
    map_actions.look(atlas, "x", part="look")
    assert state == {}
    map_actions.look(atlas, {"x": 0.5, "y": -0.25, "zoom": 3}, part="look_beside")
    assert state == {"look_beside": (0.5, -0.25, 3)}


def test_of_very_many_films_those_in_view_are_sent(
    app: AppTest, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "MOST_SENT", 12)
    at = looked_at(app)
    (shown,) = maps_of(at)
    assert shown["ground"]["side"] > 100
    assert "36 films as density; zoom in for the films themselves" in said(at)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["dataset"] = "tiny"
    x, y = atlas.coordinates("letters")[0]
    near = looked_at(at, look=f"{x:.3f},{y:.3f},20")
    assert "of 36 films as points: those around what is in view" in said(near)
