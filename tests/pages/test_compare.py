"""Compare: columns, marks, fallbacks, errors and deep links. Run through `AppTest`, without a browser."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.domain import Answer, Catalog, Question, Reason, Recommendation
from core.errors import CannotFitError
from core.exploration.comparison import Column, Comparison, compare
from core.exploration.starting_points import starting_points
from core.serving import Atlas
from core.serving.fitted_methods import FittedMethods
from tests.pages import opening
from tests.pages.opening import maps_of
from ui.panels import comparison as views
from ui.panels.list_columns import lists_html

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def opened(app: AppTest) -> AppTest:
    at = opening.opened(app, "compare")
    assert not at.exception
    return at


def asked(app: AppTest, **state: object) -> AppTest:
    """The page with these widgets set."""
    at = opened(app)
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    assert not at.exception
    return at


def cells(at: AppTest) -> str:
    """The HTML of all lists."""
    return " ".join(e.proto.body for e in at.get("html") if "lc-lists" in e.proto.body)


def texts(at: AppTest) -> str:
    return " ".join(e.value for e in [*at.markdown, *at.caption, *at.info, *at.warning, *at.error])


def test_an_empty_question_is_an_invitation_with_questions_worth_comparing_on(
    app: AppTest, atlas: Atlas
) -> None:
    at = opened(app)
    assert "Name films you like" in at.info[0].value
    assert not cells(at)
    starts = [button for button in at.button if str(button.key).startswith("start-")]
    assert starts
    first = starts[0]
    agreed, alone = map(int, re.findall(r"name (\d+), (\d+) are", first.label)[0])
    assert agreed > 0
    first.click().run()
    assert not at.exception
    assert cells(at).count("all agree") == agreed * len(starting_points(atlas)[0].methods)
    assert cells(at).count("only here") == alone
    assert len(at.session_state["like"]) >= 2 or at.session_state["user"]


def test_three_lists_with_marks_and_figures(app: AppTest) -> None:
    at = asked(app, like=["The Space Story (1960)"])
    shown = cells(at)
    assert shown.count('class="lc-film"') == 30
    assert "only here" in shown
    assert "all agree" in shown
    assert "methods name" in texts(at)
    assert "rank-biased overlap" in texts(at)
    tables = " ".join(e.proto.body for e in at.get("html") if "mc-table" in e.proto.body)
    assert "of 10" in tables
    assert "All films" in tables
    assert " ms" in tables


def test_a_fallback_and_a_text_are_said(app: AppTest) -> None:
    at = asked(app, text="A crew flies a rocket and meets aliens", method3="popularity")
    assert "Not this method’s own list" in cells(at)
    assert "EASE cannot use what was given" in cells(at)
    assert cells(at).count("lc-film lc-aside") >= 10
    assert "EASE (Similar films answered)" in " ".join(e.proto.body for e in at.get("html"))


def test_one_methods_error_leaves_the_others(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = FittedMethods.fitted

    def refuse(self: FittedMethods, name: str, params: object = None) -> object:
        if name == "ease":
            raise CannotFitError("Too many films for EASE.", hint="Choose item_knn.")
        return whole(self, name, params)  # type: ignore[arg-type]

    monkeypatch.setattr(FittedMethods, "fitted", refuse)
    at = asked(app, like=["The Space Story (1960)"], method3="popularity")
    assert not at.error
    assert "Too many films for EASE. Choose item_knn." in cells(at)
    assert cells(at).count('class="lc-film"') == 20
    assert "Both methods" in texts(at) or "both methods" in texts(at)


def test_a_wrong_question_is_said_once(app: AppTest) -> None:
    at = asked(app, like=["The Space Story (1960)"], dislike=["The Space Story (1960)"])
    assert len(at.error) == 1
    assert "twice" in at.error[0].value
    assert not cells(at)


def test_filters_hold_in_every_list(app: AppTest, atlas: Atlas) -> None:
    at = asked(app, like=["The Space Story (1960)"], genre=["Romance"], method2="popularity")
    shown = cells(at)
    romances = [n for n, own in enumerate(atlas.catalog.items["genres"]) if "Romance" in own]
    posters = [label for n, label in enumerate(atlas.titles.labels) if f"Poster of {label}" in shown]
    assert posters
    assert set(posters) <= {atlas.titles.labels[n] for n in romances}
    at.session_state["without"] = ["Romance"]
    at.run()
    assert "both asked for and excluded" in at.error[0].value
    assert not cells(at)


def test_somebody_who_is_not_there(app: AppTest) -> None:
    app.query_params["user"] = "<b>nobody</b>"
    at = opened(app)
    assert "Nobody in this dataset" in at.warning[0].value
    assert "<b>" not in at.warning[0].value.replace("\\<b\\>", "")
    assert "Name films you like" in at.info[0].value


def test_a_method_has_its_parameters_in_its_column(app: AppTest) -> None:
    at = asked(app, like=["The Space Story (1960)"], method1="item_knn", method2="item_knn")
    inputs = [n for n in at.number_input if n.key and n.key.endswith("item_knn.n_neighbors")]
    assert len(inputs) == 2
    assert "Item-KNN was chosen twice with the same settings" in at.error[0].value
    assert not cells(at)
    inputs[1].set_value(1).run()
    assert not at.exception
    assert not at.error
    assert "<h3>Item-KNN (n neighbors 1)</h3>" in cells(at)
    assert 0 < cells(at).count("all agree") < 30


def test_the_address_holds_the_question(app: AppTest) -> None:
    app.query_params["like"] = ["The Love Story (1960)"]
    app.query_params["method2"] = "Popularity"
    app.query_params["method4"] = "Nonsense"
    at = opened(app)
    assert at.session_state["method2"] == "popularity"
    assert at.session_state["method4"] is None
    assert "Close to The Love Story" in cells(at)
    assert "on average" in cells(at)


def test_hostile_text_is_shown_as_text() -> None:
    catalog = Catalog.of(
        pd.DataFrame(
            {"item_id": ["1"], "title": ["<script>alert(1)</script>"], "genres": [['<img src="x">']]}
        )
    )
    reason = Reason('"><script>alert(2)</script>', "words")
    answer = Answer((Recommendation(1, 0, "1", "x", None, 1.0, (reason,)),), "content")
    found = Comparison(tuple(Column(Question(), "<b>label</b>", answer) for _ in range(2)), (), 1)
    lists = lists_html(catalog, found, title=lambda item, inner: inner, actions=lambda item: "")
    body = re.sub(r"<style>.*?</style>", "", lists, flags=re.S)
    for html in (body, views.agreement_html(found), views.popularity_html(found)):
        assert "<script" not in html
        assert "<img" not in html
        assert "<b>" not in html


def test_rows_are_ranks(atlas: Atlas) -> None:
    """A list that is shorter leaves room, so that the others' ranks stay in their rows."""
    questions = [Question(likes=(0,), method=m, k=5) for m in ("content", "ease", "popularity")]
    found = compare(atlas, questions)
    html = lists_html(atlas.catalog, found, title=lambda item, inner: inner, actions=lambda item: "")
    assert html.count('class="lc-film"') == 15
    ranks = [int(part.split("<")[0]) for part in html.split('class="ma-rank">')[1:]]
    assert ranks == [1, 2, 3, 4, 5] * 3, "each list is whole"
    assert "grid-template-rows:repeat(6,auto)" in html


def test_the_new_pages_load_nothing_heavy(home: Path) -> None:
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "at = AppTest.from_file('app.py', default_timeout=60).run()\n"
        "for page in ('compare', 'matrix'):\n"
        "    at.switch_page(f'pages/{page}.py').run()\n"
        "    assert not at.exception, at.exception\n"
        "at.switch_page('pages/compare.py').run()\n"
        "at.session_state['like'] = ['The Space Story (1960)']\n"
        "at.run()\n"
        "assert any('lc-lists' in h.proto.body for h in at.get('html'))\n"
        "print([m for m in ('torch', 'umap', 'numba', 'gensim', 'sentence_transformers') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"MOVIE_ATLAS_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "[]"


def test_less_known_films_and_what_it_does_to_every_list(app: AppTest) -> None:
    plain = cells(asked(app, like=["The Space Story (1960)", "The Love Story (1960)"]))
    tables = " ".join(e.proto.body for e in app.get("html"))
    assert "best known" in tables
    assert "without" not in tables
    app.slider(key="fame").set_value(-1.0).run()
    assert not app.exception
    assert cells(app) != plain
    tables = " ".join(e.proto.body for e in app.get("html"))
    assert tables.count("without") == 6, "three lists: their ratings, and the best known"
    assert "Without: with the slider at 0" in texts(app)


@pytest.mark.parametrize("view", ["On the map", "All methods", "Blind"])
def test_every_view_of_the_lists(app: AppTest, view: str) -> None:
    at = asked(app, like=["The Space Story (1960)"], compare_as=view)
    assert not at.error
    if view == "Blind":
        assert "Which list would you rather have?" in texts(at)
        assert "EASE" not in cells(at)
        next(button for button in at.button if button.label == "List A").click().run()
        assert not at.exception
        assert "1 round so far" in texts(at)
    elif view == "On the map":
        (told,) = maps_of(at)
        assert [mark["title"] for mark in told["marks"]][:3] == ["Taste", "EASE", "User-KNN"]
        assert told["opacity"] < 0.5, "the other films are faint"
    else:
        assert at.get("plotly_chart")


def test_words_that_fewer_than_two_methods_read_are_compared_all_the_same(app: AppTest) -> None:
    at = asked(app, text="a captain and a whale", method1="content", method2="ease", method3="popularity")
    assert "lc-lists" in cells(at) or cells(at)
