"""Cards escape everything they are given."""

from html.parser import HTMLParser

import pandas as pd
import pytest

from core.domain import Catalog, Reason
from ui.panels import film_cards

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "javascript:alert(1)",
    "‮gnp.exe",
    "x" * 10_000,
    "فيلم",
    "a' onmouseover='alert(1)",
]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_becomes_markup(text: str) -> None:
    frame = pd.DataFrame(
        [
            {
                "item_id": "1",
                "title": text,
                "original_title": text + "2",
                "overview": text,
                "tagline": text,
                "poster_url": "https://example.org/a.jpg'); background:url('https://evil.example",
                "genres": [text],
                "cast": [text],
                "directors": [text],
            }
        ]
    )
    html = film_cards.card_html(
        Catalog.of(frame), 0, rank=1, share=0.5, reasons=[Reason(text, "words")], with_plot=True
    )
    parser = Tags()
    parser.feed(html)
    assert parser.tags == {"style", "div", "span", "i"}
    assert parser.attributes == {"class", "role", "aria-label", "style", "dir"}


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//host/x.png", ""]
)
def test_only_web_addresses_become_posters(url: str) -> None:
    html = film_cards.poster_html("A", 1990, url)
    assert html.count("url(") == 1
    assert "data:image/svg+xml" in html


def test_a_poster_cannot_leave_its_style() -> None:
    html = film_cards.poster_html(
        "A", 1990, "https://image.tmdb.org/x'); color:red; background-image:url('https://h/y"
    )
    assert "'); color" not in html
    assert html.count("url('https://image.tmdb.org/x") == 1


def bar(share: float | None) -> str:
    film = Catalog.of(pd.DataFrame([{"item_id": "1", "title": "A"}]))
    html = film_cards.card_html(film, 0, share=share)
    return (
        html.split('<div class="ma-score"')[-1].split('<span style="')[1].split('"')[0]
        if share is not None
        else html
    )


def test_the_bar_is_full_for_the_best_and_a_stub_for_the_least() -> None:
    assert [bar(share) for share in (1.0, 0.5, 0.0)] == ["width:100%", "width:53%", "width:6%"]
    assert '<div class="ma-score"' not in bar(None)
    assert bar(7.0) == "width:100%"
