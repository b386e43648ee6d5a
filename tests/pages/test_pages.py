"""Every page: renders, an interaction, empty and failed states. Run through `AppTest`, without a browser."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import embeddings
from core.serving import Atlas
from tests.pages.opening import Click, opened
from ui.text import plain

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ["home", "map", "recommend", "data"]


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.mark.parametrize("page", PAGES)
def test_renders(app: AppTest, page: str) -> None:
    at = opened(app, page)
    assert not at.exception
    assert not at.error
    assert at.title
    assert at.session_state["dataset"] == "tiny"
    assert at.session_state["space"] == "letters"


@pytest.mark.parametrize("page", PAGES)
def test_nothing_built_leads_to_data(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    monkeypatch.setattr("ui.resources.first_dataset", lambda: None)
    at = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60), page)
    assert not at.exception
    if page != "data":
        assert "No films are built yet" in at.info[0].value


def test_the_picker_says_what_other_embeddings_take(app: AppTest) -> None:
    at = opened(app, "home")
    said = " ".join(element.value for element in [*at.markdown, *at.caption])
    for name in embeddings.names():
        if name == "letters":
            assert "--space letters`" not in said, "it is built"
        else:
            assert f"python -m core build tiny --space {name}`" in said
            assert embeddings.encoder_class(name).label in said
    assert "a download" in said
    assert "no download, ratings" in said


def test_home_finds_by_title_and_by_plot(app: AppTest) -> None:
    at = opened(app, "home")
    at.text_input(key="find").set_value("ghost return").run()
    assert not at.exception
    shown = " ".join(element.proto.body for element in at.get("html"))
    assert "The Ghost Return" in shown
    at.text_input(key="find").set_value("zzzz qqqq xxxx").run()
    assert any("Nothing here is called this" in info.value for info in at.info)
    at.text_input(key="find").set_value("y" * 10_000).run()
    assert not at.exception


def test_the_map_shows_how_a_network_was_trained(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not opened(app, "map").expander, "the letters were not trained"
    loss = np.array([[0.9, 0.8], [0.3, 0.5], [0.1, 0.6]], np.float32)
    monkeypatch.setattr("core.exploration.training.training_loss", lambda atlas, space: loss)
    at = opened(app, "map")
    assert at.expander[0].label == "How this embedding was trained"
    assert "from 0.900 to 0.100" in at.main.caption[-1].value
    assert "lowest in pass 2" in at.main.caption[-1].value


def boxes(at: AppTest) -> list[dict[str, Any]]:
    """What the boxes for films are told."""
    return [json.loads(one.proto.json) for one in at.get("bidi_component") if "query" in one.proto.json]


def cards(at: AppTest) -> str:
    return " ".join(element.proto.body for element in at.get("html"))


def test_recommends_with_reasons_and_takes_feedback(app: AppTest, click: Click) -> None:
    at = opened(app, "recommend")
    assert any("Name a film you like" in info.value for info in at.info)
    at.session_state["like"] = ["The Space Story (1960)"]
    at.run()
    assert not at.exception
    first = cards(at)
    assert "Close to The Space Story" in first
    for done in ("seen", "undo", "seen"):
        assert f'data-do="{done}"' in cards(at)
        click(at, done, "The Space House (1966)", rank=1)
        assert at.session_state["seen"] == ([] if done == "undo" else ["The Space House (1966)"])
    assert "You have seen The Space House (1966)." in cards(at)
    assert "Poster of The Space House" not in cards(at)


def test_recommends_for_a_person_of_the_dataset(app: AppTest, atlas: Atlas) -> None:
    at = opened(app, "recommend")
    user = 2
    at.session_state["user"] = str(atlas.interactions.user_ids[user])
    at.session_state["method"] = "ease"
    at.run()
    assert not at.exception
    assert not at.info
    shown = cards(at)
    rated = [atlas.titles.labels[item] for item in atlas.interactions.history(user)[0]]
    assert "of what speaks for it comes from" in shown
    assert not [label for label in rated if f"Poster of {label}" in shown]


def test_recommend_says_what_is_wrong(app: AppTest) -> None:
    at = opened(app, "recommend")
    at.session_state["like"] = ["Nonexistent Film", "The Space Story (1960)"]
    at.run()
    assert any(data["lost"][0]["text"] == "Nonexistent Film" for data in boxes(at) if data["lost"])
    assert "Close to The Space Story" in cards(at), "what is there is asked with all the same"
    at.session_state["dislike"] = ["The Space Story (1960)"]
    at.run()
    assert not at.exception
    assert any("twice" in error.value for error in at.error)


def test_switching_the_method_leaves_no_stale_answer(app: AppTest) -> None:
    at = opened(app, "recommend")
    at.session_state["like"] = ["The Love Story (1960)"]
    at.run()
    assert "Close to The Love Story" in cards(at)
    at.selectbox(key="method").set_value("popularity").run()
    assert not at.exception
    assert "Close to" not in cards(at)
    assert "on average" in cards(at)


def test_less_known_films_by_the_slider_or_the_address(app: AppTest) -> None:
    at = opened(app, "recommend")
    at.session_state["like"] = ["The Space Story (1960)", "The Love Story (1960)"]
    at.run()
    said = " ".join(caption.value for caption in at.caption)
    assert "A typical film here has" in said
    assert "without the control" not in said
    at.slider(key="fame").set_value(-1.0).run()
    assert not at.exception
    said = " ".join(caption.value for caption in at.caption)
    assert "without the control" in said
    shown = cards(at)
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    again.query_params["like"] = ["The Space Story (1960)", "The Love Story (1960)"]
    again.query_params["fame"] = "-1.0"
    assert cards(opened(again, "recommend")) == shown
    assert again.slider(key="fame").value == -1.0


def test_where_nobody_is_counted_the_slider_rests(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.widgets.question_form.fame_of", lambda atlas: None)
    at = opened(app, "recommend")
    assert at.slider(key="fame").disabled
    assert "Nobody has rated" in at.slider(key="fame").help


def test_hostile_text_is_shown_as_text(app: AppTest) -> None:
    at = opened(app, "recommend")
    for text in ("<script>alert(1)</script>", "'; DROP TABLE movies; --", "‮reversed", "😀" * 400):
        at.text_area(key="text").set_value(text).run()
        assert not at.exception
        assert "<script>" not in cards(at)


def test_data_shows_the_report(app: AppTest) -> None:
    at = opened(app, "data")
    assert any("36" in m.value and "Films" in m.value for m in at.markdown)
    reports = [frame.value for frame in at.dataframe if "Rows read" in frame.value]
    assert any("films.csv" in report["File"].tolist() for report in reports)


def test_data_says_what_could_not_be_built(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Atlas.about.fget  # type: ignore[attr-defined]
    refused = {"cannot_build": {"own_mine": "There is no file *mine*."}, "cannot_fit": {"ease": "Too large."}}
    monkeypatch.setattr(Atlas, "about", property(lambda self: {**whole(self), **refused}))
    said = [caption.value for caption in opened(app, "data").caption]
    text = plain("There is no file *mine*.")
    assert text != "There is no file *mine*."
    assert f"The embedding mine (your own vectors) could not be built: {text}" in said
    assert "The method EASE is not available here: Too large." in said


def test_pages_load_nothing_heavy(home: Path) -> None:
    """In a process of its own: every page of a built workspace, and no model, no compiler, no clustering."""
    import subprocess

    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "at = AppTest.from_file('app.py', default_timeout=60).run()\n"
        "assert not at.exception, at.exception\n"
        "for page in ('map', 'recommend', 'data'):\n"
        "    at.switch_page(f'pages/{page}.py').run()\n"
        "    assert not at.exception, at.exception\n"
        "at.switch_page('pages/recommend.py').run()\n"
        "at.session_state['like'] = ['The Space Story (1960)']\n"
        "at.run()\n"
        "assert any('Close to' in h.proto.body for h in at.get('html'))\n"
        "print([m for m in ('torch', 'umap', 'numba', 'gensim', 'sentence_transformers') if m in sys.modules])\n"
    )
    import os

    environment = os.environ | {"MOVIE_ATLAS_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip() == "[]"


def test_a_build_runs_beside_the_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    from core.compute.jobs import Jobs
    from core.errors import BuildError

    jobs = Jobs()
    job = jobs.start("nothing-here", "Build", ["build", "nothing-here"])
    with pytest.raises(BuildError, match="is busy"):
        jobs.start("nothing-here", "Build", ["build", "nothing-here"])
    for _ in range(600):
        if not job.is_running:
            break
        time.sleep(0.1)
    assert not job.is_running
    assert "are not here" in job.error
