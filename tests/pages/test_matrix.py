"""Rating matrix: the picture, a click into it, drill-down, and films without ratings. Run through `AppTest`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.build import Request, build
from core.exploration import rating_matrix as matrix
from core.maps import projection
from core.serving import Atlas
from tests import tiny
from tests.conftest import flat_map
from tests.pages import opening
from ui.charts import palette, ratings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = "matrix-tiny-Popularity-Activity-0"


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


def picture(at: AppTest) -> Any:
    return json.loads(at.get("plotly_chart")[0].proto.spec)


def selected(*cells: object) -> dict[str, Any]:
    points = [{"customdata": cell} for cell in cells]
    return {"selection": {"points": points, "point_indices": [], "box": [], "lasso": []}}


def test_the_picture_holds_every_rating(app: AppTest, atlas: Atlas) -> None:
    at = opened(app)
    assert [type(trace) is dict and trace["type"] for trace in picture(at)["data"]] == [
        "heatmap",
        "scattergl",
    ]
    assert any(f"All {len(atlas.interactions):,} ratings" in c.value for c in at.caption)
    assert {m.label: m.value for m in at.metric}["Ratings"] == f"{len(atlas.interactions):,}"
    assert len(at.get("plotly_chart")) == 5


@pytest.mark.parametrize("films_by", list(matrix.ITEM_ORDERS))
@pytest.mark.parametrize("people_by", list(matrix.USER_ORDERS))
def test_every_order_is_drawn(app: AppTest, films_by: str, people_by: str) -> None:
    at = opened(app)
    at.session_state["films_by"], at.session_state["people_by"] = films_by, people_by
    at.run()
    assert not at.exception
    title = picture(at)["layout"]["xaxis"]["title"]["text"]
    assert (
        title
        == matrix.ITEM_ORDERS[films_by](Atlas.open("tiny").catalog, Atlas.open("tiny").interactions).title
    )


def test_a_click_lists_what_the_cell_holds(app: AppTest, atlas: Atlas) -> None:
    at = opened(app)
    # every cell is one pair here: the first is the most active person and the most rated film
    at.session_state[KEY] = selected(0)
    at.run()
    assert not at.exception
    assert at.subheader[0].value in ("0 of 1 pairs rated", "1 of 1 pairs rated")
    films = next(t.value for t in at.dataframe if "Film" in t.value and "Here" in t.value)
    assert films["Film"].tolist() == [atlas.titles.labels[int(np.argmax(atlas.counts))]]
    shapes = picture(at)["layout"]["shapes"]
    assert (shapes[0]["x0"], shapes[0]["x1"], shapes[0]["y0"], shapes[0]["y1"]) == (0, 1, 0, 1)
    at.session_state[KEY] = selected(0, 36 * 22 + 35)
    at.run()
    n_pairs = 23 * 36
    assert at.subheader[0].value == f"{len(atlas.interactions):,} of {n_pairs:,} pairs rated"
    people = next(t.value for t in at.dataframe if "Person" in t.value)
    assert people["Here"].sum() == len(atlas.interactions)
    next(b for b in at.button if b.label == "Clear").click().run()
    assert not at.exception
    assert at.subheader[0].value == "How the ratings are spread"


def test_nonsense_selects_nothing(app: AppTest) -> None:
    at = opened(app)
    at.session_state[KEY] = selected("<script>", -1, 10**9, None, [1, 2])
    at.run()
    assert not at.exception
    assert at.subheader[0].value == "How the ratings are spread"


def test_cold_people_and_films_are_counted(app: AppTest, atlas: Atlas) -> None:
    at = opened(app)
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


@pytest.mark.parametrize("is_dark", [False, True])
def test_fuller_cells_stand_out_more(is_dark: bool) -> None:
    """Lightness runs evenly away from the ground: readable without seeing hues."""
    ground = palette.ink(is_dark).ground
    steps = [lightness(c) for c in (ground, *ratings.SPARSE_TO_FULL[is_dark])]
    differences = np.diff(steps) * (1 if is_dark else -1)
    assert (differences > 0.03).all()


def lightness(colour: str) -> float:
    """Relative luminance to the power of 1/3, as in CIE L*."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)) ** (1 / 3))
