"""Whatever films, people and files are called, every page shows it as text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from core.build import Request, build
from core.compute.jobs import Job
from core.errors import BuildError
from core.exploration.downloads import safe_cells
from core.maps import projection
from tests.conftest import flat_map
from tests.pages.opening import ROOT, opened
from ui.widgets import allowed_jobs

pytestmark = pytest.mark.slow
IMAGE, TAG = "![x](https://evil.example/x.png)", "<img src=x onerror=alert(1)>"
HOSTILE = f"{IMAGE} {TAG} :red[x] $y$ =1+1"
PAGES = ("home", "map", "recommend", "compare", "you", "evaluate", "matrix", "data")
SHOWN_AS_TEXT = re.compile(
    r"arrow|spec$|\.options|raw_values|^bidi|value$|\.id$|\.key|url_pathname|query|proto$|element_id|alt$|mixed|json|placeholder"
)
"""Fields of messages that a browser never reads as Markdown or HTML: options of a picker, data of a table or a chart."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a dataset all of whose texts are hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    files = folder / "downloads" / "hostile"
    files.mkdir(parents=True)
    n = 24
    names = [f"{HOSTILE} {i}" for i in range(n)]
    films = pd.DataFrame(
        {"item_id": range(n), "title": names, "year": 1990, "overview": names, "tagline": names}
    )
    for column in ("genres", "keywords", "cast", "directors"):
        films[column] = [f"{HOSTILE} {i % 3}" for i in range(n)]
    films["poster_url"] = "https://evil.example/x.png"
    films.to_csv(files / "films.csv", index=False)
    rows = [(f"{HOSTILE} u{u}", i, 1 + (u + i) % 5) for u in range(12) for i in range(n) if (u + i) % 2]
    pd.DataFrame(rows, columns=["user_id", "item_id", "rating"]).to_csv(files / "ratings.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIE_ATLAS_HOME", str(folder))
        patch.setattr(projection, "project", flat_map)
        build(Request("hostile", files, spaces=("letters",)))
        yield folder


def texts(message: Message, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a message, with the names of the fields that lead to it."""
    for field, value in message.ListFields():
        where = f"{path}.{field.name}"
        for one in (
            value if not isinstance(value, str | bytes | Message) and hasattr(value, "__iter__") else [value]
        ):
            if isinstance(one, Message):
                yield from texts(one, where)
            elif isinstance(one, str):
                yield where, one


def shown(at: AppTest) -> Iterator[tuple[str, str]]:
    def walk(block: Any) -> Iterator[tuple[str, str]]:
        for child in getattr(block, "children", {}).values():
            proto = getattr(child, "proto", None)
            if isinstance(proto, Message):
                yield from texts(proto, type(proto).__name__)
            yield from walk(child)

    yield from walk(at._tree)


def check_is_text(at: AppTest) -> int:
    """How often something hostile is shown; everywhere as text."""
    assert not at.exception
    seen = 0
    for where, text in shown(at):
        if not any(word in text for word in ("evil.example", "onerror")):
            continue
        seen += 1
        if SHOWN_AS_TEXT.search(where):
            continue
        assert TAG not in text, where
        assert ":red[x]" not in text or "Html" in where, where
        assert IMAGE not in text or "Html" in where, where
        assert "url('https://evil.example" not in text, "a poster from a host that is not known"
    return seen


@pytest.fixture
def app(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(hostile))
    monkeypatch.chdir(ROOT)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["dataset"] = "hostile"
    return app


@pytest.mark.parametrize("page", PAGES)
def test_hostile_names_are_text(app: AppTest, page: str) -> None:
    if page != "evaluate":
        app.query_params["like"] = f"{HOSTILE} 1 (1990)"
    assert check_is_text(opened(app, page)) or page in ("you", "evaluate")


@pytest.mark.parametrize("page", ["data", "evaluate"])
@pytest.mark.parametrize("is_running", [True, False])
def test_what_jobs_say_is_text(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, page: str, is_running: bool
) -> None:
    """A model by the name of an image is named in the title of its job, in its steps and in its error, to everybody."""
    job = Job(f"Build st:{HOSTILE}", is_running=is_running)
    if is_running:
        job.step = {"stage": HOSTILE, "number": 1, "of": 2, "done": 1, "total": 2, "note": HOSTILE}
    else:
        job.error, job.hint = f"There is no model {HOSTILE}.", f"Write {HOSTILE} another way."

    class Busy:
        in_turn = 0
        queue = ((f"evaluate hostile {HOSTILE}", job),)

        def get(self, name: str) -> Job | None:
            return job if "hostile" in name else None

        def of_base(self, base: str) -> list[tuple[str, Job]]:
            return [(f"{base} {HOSTILE}", job)] if "hostile" in base else []

        def forget(self, name: str) -> None:
            pass

        def start(self, name: str, *more: object, **how: object) -> Job:
            raise BuildError(f"{name} is busy: {job.title}.", hint=HOSTILE)

    monkeypatch.setattr(allowed_jobs, "_all", Busy)
    at = opened(app, page)
    assert check_is_text(at) >= (2 if is_running else 1)
    if not is_running:
        label = "Bring up to date" if page == "data" else "Measure"
        next(one for one in at.button if one.label == label).click()
        assert check_is_text(at.run()) >= 2


def test_what_an_address_says_is_text(app: AppTest) -> None:
    for name in ("like", "dislike", "genre", "space", "method", "language", "user", "text", "film", "view"):
        app.query_params[name] = HOSTILE
    for page in ("recommend", "compare", "map", "matrix", "you", "evaluate"):
        assert check_is_text(opened(app, page)), page


@pytest.mark.parametrize("asked", [{"film": f"{HOSTILE} 1 (1990)"}, {"who": f"{HOSTILE} 1"}])
@pytest.mark.parametrize("page", ["home", "recommend"])
def test_pages_of_films_and_people_are_text(app: AppTest, page: str, asked: dict[str, str]) -> None:
    app.query_params.update(asked)
    at = opened(app, page)
    assert check_is_text(at)


def test_names_of_columns_that_somebody_typed_are_text(app: AppTest) -> None:
    at = opened(app, "data")
    at.text_input(key="own_name").set_value(HOSTILE)
    at.file_uploader[0].set_value([(f"{HOSTILE}.csv", b"title\nHeat\n", "text/csv")])
    at.run()
    next(one for one in at.button if one.label == "Check and build").click()
    at = at.run()
    assert at.error
    assert check_is_text(at)


def test_tables_hold_no_formula() -> None:
    table = safe_cells(pd.DataFrame({"Film": ["=1+1", "＝1+1", "Heat"], "n": [-1, 2, 3]}))
    assert table["Film"].tolist() == ["'=1+1", "'＝1+1", "Heat"]
    assert table["n"].tolist() == [-1, 2, 3]
