"""What is drawn for several people, and the form by which they are told. Both run through `AppTest`."""

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


def _form() -> None:
    import streamlit as st

    from core.serving import Atlas
    from ui.widgets.members import members_form

    atlas = Atlas.open("tiny")

    def pick(label: str, key: str) -> list[int]:
        found: list[int] = st.multiselect(label, range(36), key=key)
        return found

    st.session_state["told"] = members_form(atlas, pick, own=st.session_state.get("own", ()))


def form(**state: object) -> AppTest:
    at = AppTest.from_function(_form, default_timeout=30)
    for name, value in state.items():
        at.session_state[name] = value
    at.run()
    assert not at.exception
    return at


def test_two_people_at_first_who_have_said_nothing(home: object) -> None:
    told = form().session_state["told"]
    assert told.names == told.silent == ("Person 1", "Person 2")


def test_films_and_names_are_taken_over(home: object) -> None:
    at = form()
    at.text_input(key="member-name-0").input(" Anna ")
    at.multiselect(key="member-likes-0").select(3).select(4)
    at.multiselect(key="member-dislikes-0").select(4).select(7)
    at.run()
    told = at.session_state["told"]
    assert told.names == ("Anna", "Person 2")
    assert told.questions[0] == Question(
        likes=(3, 4), dislikes=(7,)
    )  # a film is not liked and disliked at once
    assert told.silent == ("Person 2",)
    assert "Anna likes" in [one.label for one in at.multiselect]


def test_people_come_and_go_and_the_others_keep_what_they_said(home: object) -> None:
    at = form()
    for _ in range(3):
        at.button(key="member-add").click().run()
    assert len(at.session_state["told"].names) == 5
    assert "member-add" not in [button.key for button in at.button]
    at.multiselect(key="member-likes-2").select(8).run()
    at.button(key="member-remove-1").click().run()
    told = at.session_state["told"]
    assert told.names == ("Person 1", "Person 2", "Person 3", "Person 4")
    assert [question.likes for question in told.questions] == [(), (8,), (), ()]
    for one in (3, 4):
        at.button(key=f"member-remove-{one}").click().run()
    assert len(at.session_state["told"].names) == 2
    assert [button.key for button in at.button] == ["member-add"]  # two are the fewest


def test_a_person_of_the_dataset_or_ones_own_history(home: object, atlas: Atlas) -> None:
    at = form(own=((1, 0.5), (2, -0.5)))
    at.segmented_control(key="member-way-0").set_value("A person here")
    at.segmented_control(key="member-way-1").set_value("My own films")
    at.run()
    at.selectbox(key="member-person-0").select("u3").run()
    told = at.session_state["told"]
    assert atlas.interactions.user_ids[told.questions[0].user] == "u3"
    assert told.questions[1] == Question(history=((1, 0.5), (2, -0.5)))
    assert told.silent == ()
