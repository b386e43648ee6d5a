"""Rating matrix: the picture, a click into it, drill-down, and films without ratings. Run through `AppTest`."""

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from core.build import Request, build
from core.cli.app import app as cli
from core.evaluation.results import stored
from core.exploration import rating_orders as orders
from core.maps import projection
from core.serving import Atlas
from core.serving.taste import taste_groups_of
from tests import tiny
from tests.conftest import flat_map
from tests.pages import opening
from ui.charts import matrix_picture, palette
from ui.widgets import matrix_view

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.fixture(scope="module")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with films that nobody rated."""
    folder = tmp_path_factory.mktemp("bare")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIE_ATLAS_HOME", str(folder))
        patch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
        patch.setattr(projection, "project", flat_map)
        files = tiny.write_own_files(folder / "downloads" / "bare", tiny.tiny_dataset("bare"))
        (files / "ratings.csv").unlink()
        build(Request("bare", files, spaces=("letters",)))
        yield folder


def opened(app: AppTest, page: str = "matrix") -> AppTest:
    at = opening.opened(app, page)
    assert not at.exception
    assert not at.error
    return at


def picture(at: AppTest) -> dict[str, Any]:
    """What the browser is told to draw."""
    told = next(one.proto.json for one in at.get("bidi_component") if '"cells"' in one.proto.json)
    return dict(json.loads(told))


def numbers(text: str, kind: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), kind)


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Callable[[AppTest, str, object], AppTest]:
    """As if the browser had said something about the picture: AppTest runs no script."""
    viewer = matrix_view._viewer

    def drawn() -> Callable[..., object]:
        def draw(**told: Any) -> object:
            answer = viewer()(**told)
            what, said = st.session_state.pop("_said_by_test", ("", None))
            if what:
                hear(told, what, said)
            return answer

        return draw

    def hear(told: dict[str, Any], what: str, said: object) -> None:
        st.session_state["_heard"] = SimpleNamespace(**{what: said})
        atlas, _, *rest = told[f"on_{what}_change"].args
        matrix_view._heard(atlas, "_heard", *rest)
        st.rerun()

    monkeypatch.setattr(matrix_view, "_viewer", drawn)

    def say(at: AppTest, what: str, said: object) -> AppTest:
        at.session_state["_said_by_test"] = (what, said)
        at.run()
        assert not at.exception
        return at

    return say


Say = Callable[[AppTest, str, object], AppTest]


def test_the_picture_holds_every_rating(app: AppTest, atlas: Atlas) -> None:
    at = opened(app)
    cells = picture(at)["cells"]
    # every cell is one pair here
    assert (cells["shape"], cells["isSingle"], cells["width"]) == ([23, 36], True, 1)
    assert numbers(cells["counts"], "u1").sum() == len(atlas.interactions)
    assert f"{len(atlas.interactions):,} ratings" in next(
        c.value for c in at.caption if "Every rating" in c.value
    )
    assert any(f"**{len(atlas.interactions):,}** ratings" in m.value for m in at.markdown)
    assert not at.get("plotly_chart"), "charts are drawn when they are asked for"
    # what is sent of a rating is the rating
    values = numbers(cells["values"], "<u2").reshape(23, 36).astype(float)
    stars = cells["low"] + (values - 1) / (cells["steps"] - 1) * (cells["high"] - cells["low"])
    basis = orders.Basis(atlas.catalog, atlas.interactions)
    people = orders.USER_ORDERS["Activity"].order(basis).index
    films = orders.ITEM_ORDERS["Popularity"].order(basis).index
    dense = atlas.interactions.ratings.toarray()[np.ix_(people, films)]
    assert np.where(values > 0, stars, 0) == pytest.approx(dense, abs=1e-3)
    assert picture(at)["rows"]["names"] == atlas.interactions.user_ids[people].tolist()
    assert picture(at)["columns"]["names"] == [atlas.titles.labels[film] for film in films]


def test_every_order_is_drawn(app: AppTest, atlas: Atlas) -> None:
    at = opened(app)
    basis = orders.Basis(atlas.catalog, atlas.interactions, taste_groups_of(atlas))
    films, people = (orders.offered(ways, basis) for ways in (orders.ITEM_ORDERS, orders.USER_ORDERS))
    assert "Taste group" in films
    assert "Taste group" in people
    for films_by, people_by in zip_longest(films, people, fillvalue="Activity"):
        at.session_state["films_by"], at.session_state["people_by"] = films_by, people_by
        at.run()
        assert not at.exception
        assert picture(at)["columns"]["title"] == orders.ITEM_ORDERS[films_by].order(basis).title
        assert picture(at)["rows"]["title"] == orders.USER_ORDERS[people_by].order(basis).title


def test_most_like_a_chosen_film_and_person(app: AppTest, atlas: Atlas) -> None:
    app.query_params["films_by"] = app.query_params["people_by"] = "Likeness"
    app.query_params["like_film"], app.query_params["like_person"] = atlas.titles.options[5], "u3"
    app.query_params["window"] = "0-4.0-6"
    at = opened(app)
    assert picture(at)["columns"]["names"][0] == atlas.titles.labels[5]
    assert picture(at)["rows"]["names"][0] == "u3"
    assert picture(at)["window"] == [0, 4, 0, 6]
    at.session_state["like_person"] = "u4"
    at.run()
    assert picture(at)["rows"]["names"][0] == "u4"
    assert picture(at)["window"] == [0, 23, 0, 36]


def test_where_a_method_errs(app: AppTest, atlas: Atlas) -> None:
    app.query_params["cells_show"] = "Where a method errs"
    at = opened(app)
    cells = picture(at)["cells"]
    assert cells["bar"]["title"] == "Rating − prediction"
    assert cells["low"] == -cells["high"] < 0
    assert (numbers(cells["values"], "<u2") > 0).sum() == len(atlas.interactions)
    assert any("held against" in c.value for c in at.caption)
    at.session_state["held_against"] = "popularity"
    at.run()
    assert not at.exception
    assert "place" in picture(at)["cells"]["bar"]["title"]


def test_a_click_lists_what_the_cell_holds(app: AppTest, atlas: Atlas, say: Say) -> None:
    at = opened(app)
    key = picture(at)["key"]
    # the most active person and the most rated film
    say(at, "picked", {"key": key, "do": "block", "area": [0, 1, 0, 1]})
    assert at.subheader[0].value in ("0 of 1 pairs rated", "1 of 1 pairs rated")
    films = next(t.value for t in at.dataframe if "Film" in t.value and "Here" in t.value)
    assert films["Film"].tolist() == [atlas.titles.labels[int(np.argmax(atlas.counts))]]
    assert picture(at)["marks"]["block"] == [0, 1, 0, 1]
    say(at, "picked", {"key": key, "do": "block", "area": [0, 99, 0, 99]})
    assert at.subheader[0].value == f"{len(atlas.interactions):,} of {23 * 36:,} pairs rated"
    people = next(t.value for t in at.dataframe if "Person" in t.value)
    assert people["Here"].sum() == len(atlas.interactions)
    next(b for b in at.button if b.label == "Clear").click().run()
    assert not at.exception
    assert at.subheader[0].value == "One person"


def test_a_rating_and_names_choose_what_is_shown_below(app: AppTest, atlas: Atlas, say: Say) -> None:
    at = opened(app)
    key, rows, columns = (picture(at)[name] for name in ("key", "rows", "columns"))
    say(at, "picked", {"key": key, "do": "pair", "user": 2, "item": 1})
    assert at.session_state["person"] == rows["names"][2]
    assert [atlas.titles.options.index(text) for text in at.session_state["column"]] == [
        atlas.titles.labels.index(columns["names"][1])
    ]
    assert (picture(at)["marks"]["person"], picture(at)["marks"]["film"]) == (2, 1)
    say(at, "picked", {"key": key, "do": "person", "user": 5, "item": 7})
    say(at, "picked", {"key": key, "do": "film", "user": 9, "item": 3})
    assert (picture(at)["marks"]["person"], picture(at)["marks"]["film"]) == (5, 3)


def test_a_part_comes_into_view_and_other_orders_forget_it(app: AppTest, atlas: Atlas, say: Say) -> None:
    at = opened(app)
    say(at, "window", {"key": picture(at)["key"], "area": [2, 9, 5, 12]})
    assert picture(at)["window"] == picture(at)["cells"]["area"] == [2, 9, 5, 12]
    assert picture(at)["cells"]["shape"] == [7, 7]
    assert at.query_params["window"] == "2-9.5-12"
    at.session_state["films_by"] = "Year"
    at.run()
    assert picture(at)["window"] == [0, 23, 0, 36]


def test_a_part_and_a_block_from_the_address(app: AppTest) -> None:
    app.query_params["window"], app.query_params["block"] = "0-3.4-8", "0-2.0-99"
    at = opened(app)
    assert picture(at)["window"] == [0, 3, 4, 8]
    assert picture(at)["marks"]["block"] == [0, 2, 0, 36]


@pytest.mark.parametrize("text", ["<b>", "5-2.0-4", "99-120.0-4", "0-1.0-99999999999"])
def test_a_part_that_is_none(app: AppTest, text: str) -> None:
    app.query_params["window"] = text
    at = opened(app)
    assert picture(at)["window"] == [0, 23, 0, 36]
    assert any("no part of this rating matrix" in e.value for e in [*at.warning, *at.info, *at.caption])


HOSTILE = (
    "<script>",
    {"do": "block", "area": [0, 1, 0, 1]},
    {"key": "other", "do": "block", "area": [0, 1, 0, 1]},
    *(
        {"do": "block", "area": area}
        for area in (None, "0101", [0, 1], [0, 1, 0, "1"], [1, 0, 0, 1], [True] * 4)
    ),
    {"do": "block", "area": [0.5, 1, 0, 1]},
    {"do": "person", "user": -1},
    {"do": "pair", "user": 10**9, "item": None},
    {"do": "film", "item": "<b>"},
    {"do": "film", "item": True},
    {"do": ["pair"]},
)


def test_nonsense_selects_nothing(app: AppTest, say: Say) -> None:
    at = opened(app)
    key = picture(at)["key"]
    for said in HOSTILE:
        for what in ("picked", "window"):
            has_key = not isinstance(said, dict) or said == HOSTILE[1] or "key" in said
            say(at, what, said if has_key else {"key": key, **said})
        assert at.subheader[0].value == "One person"
        assert picture(at)["window"] == [0, 23, 0, 36]
        assert (at.session_state["person"], at.session_state["column"]) == (None, [])


def test_how_ratings_are_spread_and_who_is_cold(app: AppTest, atlas: Atlas) -> None:
    app.query_params["closer"] = "How they are spread"
    at = opened(app)
    assert len(at.get("plotly_chart")) == 4
    table = next(t.value for t in at.dataframe if "at_most" in t.value)
    assert table["at_most"].tolist() == [0, 1, 3, 5, 10, 20]
    assert table["n_items"].tolist() == [int((atlas.counts <= n).sum()) for n in (0, 1, 3, 5, 10, 20)]


def test_a_person_and_a_film_from_the_address(app: AppTest, atlas: Atlas) -> None:
    app.query_params["person"] = "u3"
    app.query_params["column"] = "The Space Story (1960)"
    at = opened(app)
    history = next(t.value for t in at.dataframe if "Everybody" in t.value)
    assert len(history) == len(atlas.interactions.history(3)[0])
    raters = next(t.value for t in at.dataframe if "Person" in t.value)
    assert len(raters) == atlas.counts[0]
    assert any("The Space Story" in e.proto.body for e in at.get("html"))


def test_a_film_that_nobody_rated(app: AppTest, atlas: Atlas) -> None:
    app.query_params["column"] = atlas.titles.options[8]
    app.query_params["person"] = "zzz"
    at = opened(app)
    assert any("Nobody rated this film" in i.value for i in at.info)
    assert any("Nobody in this dataset" in w.value for w in at.warning)


@pytest.mark.parametrize("is_simulated", [False, True])
def test_simulated_ratings_are_said_to_be(
    app: AppTest, atlas: Atlas, monkeypatch: pytest.MonkeyPatch, is_simulated: bool
) -> None:
    about = atlas.about | {"is_simulated": is_simulated}
    monkeypatch.setattr(Atlas, "about", property(lambda self: about))
    app.query_params["person"], app.query_params["column"] = "u3", "The Space Story (1960)"
    app.query_params["closer"] = "How they are spread"
    at = opened(app)
    said = [e.value for e in [*at.caption, *at.markdown] if "imulated" in e.value]
    assert any("no person gave them" in text for text in said) == is_simulated
    # key figures, picture, histogram of ratings, the person, the film
    assert len(said) == (5 if is_simulated else 0)


def test_films_without_ratings(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(bare_home))
    monkeypatch.chdir(ROOT)
    at = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60))
    assert "come without ratings" in at.info[0].value
    assert not at.get("plotly_chart")
    at = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60), "compare")
    at.session_state["like"] = ["The Space Story (1960)"]
    at.run()
    assert not at.exception
    assert any("Close to The Space Story" in e.proto.body for e in at.get("html"))
    assert not any("All films" in e.proto.body for e in at.get("html"))


@pytest.mark.parametrize("ramp", [matrix_picture.SPARSE_TO_FULL, matrix_picture.WORST_TO_BEST])
@pytest.mark.parametrize("is_dark", [False, True])
def test_fuller_cells_stand_out_more(is_dark: bool, ramp: dict[bool, tuple[str, ...]]) -> None:
    """Lightness runs evenly away from the ground: readable without seeing hues."""
    ground = palette.ink(is_dark).ground
    steps = [lightness(c) for c in (ground, *ramp[is_dark])]
    differences = np.diff(steps) * (1 if is_dark else -1)
    assert (differences > 0.03).all()


def lightness(colour: str) -> float:
    """Relative luminance to the power of 1/3, as in CIE L*."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)) ** (1 / 3))


def test_what_an_evaluation_hid_is_framed(app: AppTest, atlas: Atlas, home: Path) -> None:
    shutil.rmtree(home / "evaluations", ignore_errors=True)
    app.query_params["cells_show"] = "What was hidden"
    at = opened(app)
    assert any("none was hidden" in i.value for i in at.info)
    assert not picture(at)["cells"]["framed"]
    command = ["evaluate", "tiny", "--methods", "popularity", "--k", "5"]
    assert CliRunner().invoke(cli, command).exit_code == 0
    try:
        at.run()
        result = stored.stored_results("tiny")[0][0]
        assert at.selectbox(key="hidden_by").value == result.title
        cells = picture(at)["cells"]
        assert len(cells["framed"]) == result.about["counts"]["tested_interactions"] > 0
        counts = numbers(cells["counts"], "u1")
        assert (counts[cells["framed"]] == 1).all()
        assert cells["bar"]["title"] == "Rating"
        assert any("A frame marks" in c.value for c in at.caption)
    finally:
        shutil.rmtree(home / "evaluations", ignore_errors=True)


def test_what_an_older_version_did_not_group_is_said(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any("older version" in c.value for c in opened(app).caption)
    for place in ("ui.widgets.rating_matrix", "ui.widgets.matrix_orders", "ui.question.parts"):
        monkeypatch.setattr(f"{place}.taste_groups_of", lambda atlas: None)
    at = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60))
    assert any("Orders by taste group come with a build" in c.value for c in at.caption)
    assert "Taste group" not in at.selectbox(key="films_by").options
