"""The pictures of the map, the methods and the rating matrix in docs/images, each on a light and on a dark ground.

    python bench/screenshots.py HOME DATASET [--out docs/images] [--only NAME ...]

Serves the app on a home where the dataset is built, opens each of `STATES` by its address, does what it says, and keeps what
is seen as NAME.png and NAME-dark.png, reduced to 256 colours. Look at them: what no one has looked at is not done.
"""

import argparse
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.first_visit import CHROMIUM, FLAGS, ROOT, serving
from bench.in_browser import PATIENCE, RESTS

MAP, MATRIX = ".map[data-drawn]", "canvas[data-cells]"
COLOURS = 256
HEAT = "Heat+(1995)"
LIKES = f"like={HEAT}&like=Alien+(1979)&like=Spirited+Away+(2001)"


def nothing(page: Any) -> None:
    """Show what the address says."""


def near_matrix(page: Any) -> None:
    """Turn the wheel over the first people and films until single ratings are there."""
    box = page.locator(MATRIX).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 40)
    for _ in range(8):
        page.mouse.wheel(0, -500)
        page.wait_for_timeout(350)


def to(words: str) -> Callable[[Any], None]:
    """Scroll to a heading."""

    def scroll(page: Any) -> None:
        page.get_by_role("heading", name=words, exact=True).first.evaluate("of => of.scrollIntoView()")

    return scroll


@dataclass(frozen=True)
class State:
    """One picture.

    Attributes:
        name: Of the file.
        address: Page and query.
        waits_for: What must be there.
        act: What is done then.
        size: Of the screen.
    """

    name: str
    address: str
    waits_for: str = MAP
    act: Callable[[Any], None] = nothing
    size: tuple[int, int] = (1440, 900)


STATES = (
    State("map", "map?"),
    State("map-film", f"map?find_on_map={HEAT}"),
    State("map-selected", "map?chosen=group+minilm+1+3"),
    State("map-near", "map?look=0.1,0.1,4"),
    State("map-words", "map?words_on_map=robots+with+feelings%3B+heists"),
    State("map-belief", "map?colour=How+far+to+believe+it"),
    State("map-two", f"map?beside=word2vec&find_on_map={HEAT}"),
    State("map-you", f"map?{LIKES}&taste_on_map=true&listed=taste&listed=content"),
    State("map-phone", "map?", size=(390, 844)),
    State("methods", f"methods?method=hybrid&{LIKES}", ".barlayer .point", size=(1440, 1250)),
    State("matrix", "matrix?films_by=Taste+group&people_by=Taste+group", MATRIX),
    State(
        "matrix-ratings",
        f"matrix?films_by=Likeness&like_film={HEAT}&cells_show=How+many+stars",
        MATRIX,
        near_matrix,
    ),
    State("matrix-errors", "matrix?cells_show=Where+a+method+errs", MATRIX, near_matrix),
    State("matrix-hidden", "matrix?cells_show=What+was+hidden", MATRIX, near_matrix),
    State("matrix-block", "matrix?block=0-40.0-60", MATRIX),
    State("matrix-people", "matrix?person=12&person2=40", MATRIX, to("One person")),
    State("matrix-alike", "matrix?closer=Films+alike", MATRIX, to("Look closer")),
    State("matrix-phone", "matrix?", MATRIX, size=(390, 844)),
)


def take(browser: Any, url: str, dataset: str, state: State, theme: str, folder: Path) -> None:
    """Keep one picture."""
    from PIL import Image

    width, height = state.size
    page = browser.new_page(color_scheme=theme, viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{url}/{state.address}&dataset={dataset}")
    page.locator(state.waits_for).first.wait_for()
    page.locator(RESTS).wait_for()
    state.act(page)
    page.wait_for_timeout(1500)
    page.locator(RESTS).wait_for()
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    name = state.name + ("-dark" if theme == "dark" else "")
    picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        folder / f"{name}.png", optimize=True
    )
    page.close()


def main() -> None:
    """Take them all, or some."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("dataset")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--only", action="append", choices=[state.name for state in STATES], default=[])
    options = parser.parse_args()
    if CHROMIUM is None:
        raise SystemExit("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, serving(options.home) as url:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for state in STATES:
            if not options.only or state.name in options.only:
                for theme in ("light", "dark"):
                    take(browser, url, options.dataset, state, theme, options.out)
                print(state.name)
        browser.close()


if __name__ == "__main__":
    main()
