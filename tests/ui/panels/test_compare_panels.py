"""What Compare draws: order, marks, lines, and nothing from outside as markup. Panels run through `AppTest`."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from math import nan

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.domain import Answer, Catalog, Question, Reason, Recommendation
from core.errors import CannotFitError
from core.exploration.blind_votes import Round, Vote
from core.exploration.comparison import Column, Comparison
from core.exploration.list_figures import ListFigures
from ui.charts.palette import LIGHT
from ui.panels.blind import revealed
from ui.panels.list_columns import lists_html
from ui.panels.list_makeup import makeup_html
from ui.panels.rank_lines import rank_lines_html

HOSTILE = '"><script>alert(1)</script>'


def catalog(n: int = 9, title: Callable[[int], str] = "Film {}".format) -> Catalog:
    return Catalog.of(
        pd.DataFrame(
            {
                "item_id": [str(i) for i in range(n)],
                "title": [title(i) for i in range(n)],
                "year": 2000,
                "genres": [["Drama"]] * n,
            }
        )
    )


def column(label: str, *items: int, why: str = "Because.", fallback_for: str | None = None) -> Column:
    found = tuple(
        Recommendation(n, i, str(i), f"Film {i}", 2000, 1.0, (Reason(why, "words"),))
        for n, i in enumerate(items, 1)
    )
    return Column(Question(method="ease"), label, Answer(found, "ease", fallback_for))


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


LABELS = [f"Film {i} (2000)" for i in range(9)]


def test_lines_join_the_places_of_a_film() -> None:
    # 1 is in all three, 2 in the first and the last, 3 in two neighbours, 4 to 6 in one each
    found = Comparison((column("A", 1, 2, 3, 4), column("B", 3, 1, 5), column("C", 6, 2, 1)), (), 4)
    html = rank_lines_html(found, LABELS)
    films = {re.search(r'title="(.*?)"', part)[1]: part for part in html.split('<div class="rl-film')[1:]}  # type: ignore[index]
    lines = {name.split(":")[0]: part.count("rl-line") for name, part in films.items()}
    assert lines == {
        "Film 1 (2000)": 2,
        "Film 2 (2000)": 1,
        "Film 3 (2000)": 1,
        "Film 4 (2000)": 0,
        "Film 5 (2000)": 0,
        "Film 6 (2000)": 0,
    }
    assert "Film 1 (2000): A 1, B 2, C 3" in films
    far = [name for name, part in films.items() if "rl-far" in part]
    assert far == ["Film 2 (2000): A 2, C 2"], "it passes the list between"
    assert films["Film 1 (2000): A 1, B 2, C 3"].startswith(" rl-all")
    # from rank 3 to rank 1: rising, so it begins low and ends high
    rising = films["Film 3 (2000): A 3, B 1"]
    first, last = re.search(r"polygon\(0px ([\d.]+)px, 100% ([\d.]+)px", rising).groups()  # type: ignore[union-attr]
    assert float(first) == pytest.approx(float(last) + 2 * 23, abs=0.2)


def test_the_picture_is_said_in_words_those_of_most_lists_first() -> None:
    found = Comparison((column("A", 2, 1, 3), column("B", 3, 1), column("C", 1, 4)), (), 3)
    words = rank_lines_html(found, LABELS).split('class="rl-words">')[1]
    assert re.findall(r"<li>(.*?)</li>", words) == ["Film 1 (2000): A 2, B 2, C 1", "Film 3 (2000): A 3, B 1"]
    apart = Comparison((column("A", 1), column("B", 2)), (), 1)
    assert "No film stands in more than one list." in rank_lines_html(apart, LABELS)
    alone = Comparison((column("A", 1), column("B", 1, fallback_for="ease")), (), 1)
    assert rank_lines_html(alone, LABELS) == ""


def test_nothing_from_outside_becomes_markup() -> None:
    found = Comparison((column(HOSTILE, 0, 1), column("B", 1, 0)), (), 2)
    html = rank_lines_html(found, [HOSTILE] * 2)
    assert Tags(html).tags <= {"style", "div", "b", "span", "i", "ul", "li"}
    figures = ListFigures(2, 1.5, nan, {"1990s": 1.0}, {HOSTILE: 1.0})
    assert Tags(makeup_html([(HOSTILE, figures)], LIGHT)).tags.isdisjoint({"script", "img"})


def test_bars_are_shares_and_say_so() -> None:
    genres = {f"G{n}": 0.1 for n in range(10)}
    rows = [
        ("One", ListFigures(10, 2.04, 0.5, {"1980s": 0.3, "1990s": 0.7}, {"Drama": 0.75, "War": 0.25})),
        ("Other", ListFigures(10, nan, nan, {"1990s": 0.9, "unknown": 0.1}, genres)),
    ]
    html = makeup_html(rows, LIGHT)
    for bar in re.findall(r'class="lm-bar".*?</div>', html):
        assert sum(map(float, re.findall(r"width:([\d.]+)%", bar))) == pytest.approx(100, abs=0.6)
    one, other = html.split("<tr>")[2:]
    assert "2.0" in one
    assert "–" in other
    assert "other 40%" in other, "eight genres have a colour: Drama, War and six of ten"
    assert one.index("1990s 70%</span>") < one.index("1980s 30%</span>"), "largest first in words"
    shade = re.search(r'title="1990s 70%" style="width:70.0%;background:(.*?)"', one)
    assert shade
    assert f'title="1990s 90%" style="width:90.0%;background:{shade[1]}"' in other, "one colour in all lists"


def drawn(draw: str) -> AppTest:
    """A page that draws this with what this file has."""
    script = (
        "import streamlit as st\n"
        "from core.errors import CannotFitError\n"
        "from core.exploration.blind_votes import Round, Vote\n"
        "from core.exploration.comparison import Column, Comparison\n"
        "from tests.ui.panels.test_compare_panels import *\n"
        "from ui.panels import blind\n"
        "def note(*what): st.session_state.setdefault('told', []).append(what)\n" + draw
    )
    at = AppTest.from_string(script, default_timeout=30).run()
    assert not at.exception, at.exception
    return at


LISTS = (
    "error = Column(Question(method='slim'), 'S', error=CannotFitError('Too many films.', hint='Fewer.'))\n"
    "found = Comparison((column('A', 1, 2, 3), column('B', 3, 4, 1), error, column('D', 5, fallback_for='ease')), (), 3)\n"
)


def title(item: int, inner: str) -> str:
    return f'<a href="#{item}">{inner}</a>'


def act(item: int) -> str:
    return f'<button data-what="{item}">Like</button>'


def test_each_list_is_whole_under_its_name() -> None:
    error = Column(Question(method="slim"), "S", error=CannotFitError("Too many films.", hint="Fewer."))
    columns = (column("A", 1, 2, 3), column("B", 3, 4, 1), error, column("D", 5, fallback_for="ease"))
    html = lists_html(catalog(), Comparison(columns, (), 3), title=title, actions=act)
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    assert re.findall(r'href="#(\d+)"', body) == ["1", "2", "3", "3", "4", "1", "5"], "list by list, by rank"
    assert re.findall(r'data-what="(\d+)"', body) == ["1", "2", "3", "3", "4", "1", "5"]
    assert re.findall(r"<h3>(.*?)</h3>", body) == ["A", "B", "S", "D"]
    assert "Too many films. Fewer." in body
    assert "Not this method’s own list" in body
    films = body.split("<li ")[1:]
    assert ["all agree" in film for film in films] == [True, False, True, True, False, True, False]
    assert ["only here" in film for film in films] == [False, True, False, False, True, False, False]
    assert "also B 3" in films[0]
    assert "lc-aside" in films[-1]


def test_hostile_titles_and_reasons_in_cards() -> None:
    found = Comparison((column(HOSTILE, 1, why=HOSTILE), column("B", 1)), (), 1)
    html = lists_html(catalog(title=lambda n: HOSTILE), found, title=title, actions=act)
    assert "<script" not in html
    assert "<img" not in html


ROUND = (
    "found = Comparison((column('Secret A', 1, 2, why='Tells'), column('Secret B', 2, 3)), (), 2)\n"
    "shown = Round(((1,), (0,)))\n"
)


def test_a_blind_round_gives_nothing_away_until_the_vote() -> None:
    at = drawn(ROUND + "blind.blind_round_panel(catalog(), found, shown, None, on_vote=note, title=title)\n")
    everything = " ".join([*(m.value for m in at.markdown), *(e.proto.body for e in at.get("html"))])
    everything = re.sub(r"<style>.*?</style>", "", everything, flags=re.S)
    for word in ("Secret", "Tells", "all agree", "only here", "also "):
        assert word not in everything
    assert re.findall(r'href="#(\d+)"', everything) == ["2", "3", "1", "2"]
    next(b for b in at.button if b.label == "List B").click().run()
    next(b for b in at.button if b.label == "None of them").click().run()
    assert at.session_state["told"] == [(1,), (None,)]


def test_after_the_vote_names_are_told_and_votes_counted() -> None:
    at = drawn(
        ROUND + "vote = Vote((('X',), ('Y', 'Z')), 1)\n"
        "blind.blind_round_panel(catalog(), found, shown, vote, on_vote=note, on_next=note, title=title)\n"
        "blind.tally_panel([vote] * 3 + [Vote((('X',), ('Y',)), None)], on_clear=note)\n"
    )
    assert at.success[0].value == "You chose Y and Z. A was X; B was Y and Z."
    assert not [b for b in at.button if b.label == "List A"]
    tables = " ".join(m.value for m in at.markdown)
    assert "| Y | 3 of 4 | 75% |" in tables
    assert "| Z | 3 of 3 | 100% |" in tables
    assert "| Y – X | 3 : 0 |" in tables
    assert "4 rounds so far, 1 without a choice" in tables
    next(b for b in at.button if b.key == "blind-clear").click().run()
    assert at.session_state["told"] == [()]


def test_none_is_said_too() -> None:
    shown = Round(((0,), (1,)))
    assert revealed(shown, Vote((("X",), ("Y",)), None)) == "You chose none of them. A was X; B was Y."
