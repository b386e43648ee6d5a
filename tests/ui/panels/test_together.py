"""What is drawn for several people."""

import re
from html import escape

from streamlit.testing.v1 import AppTest

from core.domain import GroupAnswer, Question
from core.serving import Atlas
from core.serving.together import recommend_together
from ui.panels.together import fits_html, sharing_html

HOSTILE = "<script>alert(1)</script>*"


def link(item: int, inner: str) -> str:
    return f'<a href="#{item}">{inner}</a>'


def asked(atlas: Atlas, *names: str, k: int = 5) -> GroupAnswer:
    questions = [Question(likes=(9 * place,), method="taste", k=k) for place in range(len(names))]
    return recommend_together(atlas, questions, names=names)


def test_the_picture_is_a_table_with_everybodys_numbers(atlas: Atlas) -> None:
    answer = asked(atlas, "Anna", "Ben", "Cleo")
    html = sharing_html(answer, atlas.titles.labels, link)
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    assert re.findall(r'<th scope="col".*?>(.*?)</th>', rows[0]) == ["Film", "Anna", "Ben", "Cleo", "All"]
    for item, row in zip(answer.items, rows[1:-1], strict=True):
        assert re.findall(r"<td.*?>(\d+)</td>", row) == [
            *(f"{member.fit:.0f}" for member in item.members),
            f"{item.score:.0f}",
        ]
        assert f'<a href="#{item.item_index}">{escape(atlas.titles.labels[item.item_index])}</a>' in row
        is_clear = item.best.fit - item.least.fit > 5
        assert re.findall(r'tg-low".*?title="(\w+): place', row) == ([item.least.name] if is_clear else [])
    colours = {
        int(fit): int(full) for full, fit in re.findall(r"#0f8aa6 (\d+)%.*?>(\d+)</td>", "".join(rows))
    }
    shades = [colours[fit] for fit in sorted(colours)]
    assert shades == sorted(shades)
    assert shades[0] < shades[-1] <= 80


def test_bars_have_names_and_numbers_and_say_who_gets_least(atlas: Atlas) -> None:
    item = asked(atlas, "Anna", "Ben").items[0]
    html = fits_html(item)
    assert re.findall(r'tg-name" dir="auto">(\w+)<', html) == ["Anna", "Ben"]
    assert re.findall(r"<b>(\d+)</b>", html) == [f"{member.fit:.0f}" for member in item.members]
    said = re.findall(r'<li class="tg-least".*?tg-name" dir="auto">(\w+)<.*?tg-note">(\w*)<', html)
    assert said == [(item.least.name, "least")]
    assert 'tg-bar" aria-hidden="true"' in html


def test_a_name_is_never_markup(atlas: Atlas) -> None:
    answer = asked(atlas, HOSTILE, "Ben")
    for html in (sharing_html(answer, atlas.titles.labels, link), *map(fits_html, answer.items)):
        assert "<script" not in html
        assert escape(HOSTILE) in html


def _panel() -> None:
    import streamlit as st

    from core.serving import Atlas
    from core.serving.together import recommend_together
    from ui.panels.together import together

    atlas = Atlas.open("tiny")
    answer = recommend_together(atlas, st.session_state["questions"], names=st.session_state["names"])
    together(atlas, answer, on_film=lambda _, inner: inner)


def drawn(names: tuple[str, ...], *questions: Question) -> AppTest:
    at = AppTest.from_function(_panel, default_timeout=30)
    at.session_state["questions"], at.session_state["names"] = questions, names
    at.run()
    assert not at.exception
    return at


def test_the_panel_draws_sentence_picture_and_cards(home: object, atlas: Atlas) -> None:
    names = ("Anna", HOSTILE)
    questions = Question(likes=(0,), method="taste", k=3), Question(likes=(9,), method="taste", k=3)
    at = drawn(names, *questions)
    answer = recommend_together(atlas, questions, names=names)
    assert "On average these films fit Anna" in at.markdown[0].value
    assert HOSTILE not in at.markdown[0].value  # its signs are escaped for Markdown
    assert any("2 films that somebody has seen" in caption.value for caption in at.caption)
    picture, cards = (one.proto.body for one in at.get("html"))
    assert picture.count("<tr>") == 5
    assert cards.count("<li>") >= 3
    assert "<script" not in picture + cards
    for item in answer.items:
        assert f"Anna: {item.members[0].reasons[0].text}" in cards.replace("&#x27;", "'")


def test_notes_and_an_empty_list_are_said(home: object) -> None:
    from core.domain import Filters

    none = Filters(years=(1800, 1801))
    at = drawn(("Anna", "Ben"), Question(likes=(0,), filters=none), Question(likes=(9,)))
    assert "No film is new to all" in at.caption[0].value
    assert not at.get("html")
