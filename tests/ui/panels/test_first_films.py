"""One film at a time: buttons answer, the last answer can be taken back, and rows say what was taught."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.serving.first_films import ANSWERS, Lesson
from ui.panels.first_films import BUTTONS, lessons_caption, lessons_html


def page(home: str) -> None:
    from pathlib import Path

    import streamlit as st

    from core.serving import Atlas
    from core.serving.first_films import ANSWERS
    from ui.panels.first_films import first_films

    answers = st.session_state.setdefault("answers", {})

    def on_answer(item: int, said: str) -> None:
        answers[item] = ANSWERS[said]

    first_films(
        Atlas.open("tiny", Path(home)), answers, on_answer=on_answer, on_undo=answers.popitem, enough=3
    )


@pytest.fixture
def app(home: Path) -> AppTest:
    return AppTest.from_function(page, args=(str(home),), default_timeout=120).run()


def press(app: AppTest, words: str) -> None:
    next(button for button in app.button if button.label == words).click().run()
    assert not app.exception


def test_every_answer_has_its_button(app: AppTest) -> None:
    assert not app.exception
    assert set(BUTTONS) == set(ANSWERS)
    assert [button.label for button in app.button] == [words for words, _ in BUTTONS.values()]


def test_films_are_answered_until_it_is_enough_and_taken_back(app: AppTest) -> None:
    for words in ("I like it", "Haven’t seen it", "Not for me"):
        press(app, words)
    answers = app.session_state["answers"]
    assert list(answers.values()) == [1.0, None, -1.0]
    assert [button.label for button in app.button] == ["Take the last answer back"]
    assert "people whose ratings are known here" in app.caption[-1].value
    press(app, "Take the last answer back")
    assert list(app.session_state["answers"].values()) == [1.0, None]
    assert len(app.button) == 5


def test_rows_escape_titles_and_count_dots() -> None:
    html = lessons_html(["<b>x</b>", "B"], [Lesson(0, 1.0, 4, 10, 12.0, 23), Lesson(1, None, 0, 10, 9.0, 23)])
    assert "<b>" not in html
    assert "&lt;b&gt;x" in html
    assert html.count('class="ff-new"') == 4
    assert html.count('<i class=""') == 16
    assert html.index(">B<") < html.index("&lt;b&gt;")  # the latest first
    assert "4 of the first 10 recommendations are new" in html


def test_the_caption_says_how_many_are_alike_and_whether_they_are_real() -> None:
    assert "about 12 still answer like you" in lessons_caption([Lesson(0, 1.0, 4, 10, 12.2, 610)])
    one = lessons_caption([Lesson(0, 1.0, 4, 10, 1.1, 610)], is_simulated=True)
    assert "610 simulated people" in one
    assert "about one still answers" in one
    assert "people" not in lessons_caption([Lesson(0, 1.0, 4, 10, None, 0)])
