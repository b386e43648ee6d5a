"""What all visitors see alike is made once, and no visitor changes it for the others."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.serving import Atlas
from tests.pages.opening import ROOT, maps_of, opened
from ui import resources


def drawn(page: str, **asked: str) -> int:
    """How much is drawn in a visitor's picture, who opens a link in a tab of their own."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["dataset"] = "tiny"
    app.query_params.update(asked)
    at = opened(app, page)
    assert not at.exception
    if page == "map":
        return len(maps_of(at)[0]["marks"])
    told = [json.loads(one.proto.json) for one in at.get("bidi_component") if '"cells"' in one.proto.json]
    return sum(len(mark["places"]) for mark in told[0]["marks"]["own"])


def test_it_is_made_once_for_all_it_depends_on(atlas: Atlas) -> None:
    made = []

    def make() -> int:
        made.append(1)
        return len(made)

    first = resources.once(atlas, "a test", True, make=make)
    assert resources.once(atlas, "a test", True, make=make) == first == 1
    assert resources.once(atlas, "a test", False, make=make) == 2


@pytest.mark.parametrize("page", ["map", "matrix"])
def test_a_visitors_films_are_on_nobody_elses_picture(home: Path, atlas: Atlas, page: str) -> None:
    before = drawn(page)
    assert drawn(page, like=atlas.titles.options[0]) > before
    assert drawn(page) == before
