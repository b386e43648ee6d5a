"""The map as a file: whole, and nothing in it can break out."""

import json
import re
from base64 import b64decode
from pathlib import Path

from core.exploration import map_points
from core.serving import Atlas
from ui.charts.palette import LIGHT
from ui.map import element
from ui.map.colours import ink_of, one_colour
from ui.map.element import SCRIPTS, script
from ui.map.payload import in_drawing_order, pack_films
from ui.map.standalone import standalone_page

BROWSER = Path(element.__file__).parent / "browser"


def page_of(atlas: Atlas, title: str) -> str:
    frame = in_drawing_order(map_points.map_frame(atlas, "letters").assign(label="</script><script>alert(1)"))
    films = pack_films(frame, atlas.clustering("letters"), "key")
    marks = [{"items": [1], "kind": "ring", "colour": "#000000", "title": "</script><script>alert(1)//"}]
    told = {
        "films": "key",
        "colours": one_colour(36, LIGHT),
        "ink": ink_of(LIGHT, is_dark=False),
        "marks": marks,
    }
    return standalone_page(films, told, LIGHT, title=title, caption="<b>All</b>").decode()


def test_it_holds_everything_and_asks_for_nothing(atlas: Atlas) -> None:
    page = page_of(atlas, "A map")
    assert "default-src 'none'" in page
    assert not re.findall(r"(?:src|href)=[\"']?(?:http|//)", page)
    (data,) = re.findall(r'<script id="told" type="application/json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(data)
    assert b64decode(told["films"]).startswith(b"key\n")
    assert told["told"]["linked"] is False


def test_titles_and_texts_stay_text(atlas: Atlas) -> None:
    page = page_of(atlas, "<img src=x onerror=alert(1)>")
    assert page.count("<script") == 2
    assert "<img" not in page
    assert "&lt;b&gt;All" in page


def test_the_scripts_are_all_there_and_hold_no_html_from_outside() -> None:
    whole = script("component")
    places = [whole.index((BROWSER / f"{name}.js").read_text("utf-8")) for name in SCRIPTS]
    assert places == sorted(places), "joined in the order in which they need each other"
    assert {path.stem for path in BROWSER.glob("*.js")} == {*SCRIPTS, "component", "standalone", "mount"}
    for danger in ("innerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert danger not in whole + script("standalone")
