"""How well methods would have known somebody, drawn: the order, the marks, and the words."""

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.own_history import Acquaintance, Acquaintances
from core.evaluation.own_history.result import Difference, Figure
from ui.charts import palette
from ui.charts.known_you import FINEST, known_figure
from ui.panels.known_you import known_frame, known_table


def method(name: str, above: float, over: Difference | None, behind: Difference | None) -> Acquaintance:
    figure = Figure(above, above / 2, min(2 * above, 1))
    label = name.title().replace("*", "<b>")
    return Acquaintance(name, label, figure, None, Figure(0.5, 0.4, 0.6), figure, 1, over, behind)


def found() -> Acquaintances:
    """The best, one as good, popularity, one that cannot be told from it and one that is worse."""
    sure, unsure = Difference(0.05, 0.001), Difference(0.01, 0.6)
    methods = (
        method("taste*", 0.0001, sure, None),
        method("ease", 0.03, sure, Difference(-0.01, 0.4)),
        method("slim", 0.07, unsure, Difference(-0.05, 0.01)),
        method("popularity", 0.08, None, Difference(-0.05, 0.001)),
        method("random", 0.5, Difference(-0.4, 0.001), Difference(-0.46, 0.001)),
    )
    return Acquaintances(methods, 40, 900, 5, 2, {"triplet": "It is *not* built."})


def test_marks_say_what_is_sure() -> None:
    for ink in (palette.LIGHT, palette.DARK):
        (dots,) = known_figure(known_frame(found()), ink).data
        assert list(dots.marker.symbol) == ["circle", "circle", "circle-open", "diamond", "circle"]
        blue = ink.categories[4]
        assert list(dots.marker.color) == [ink.accent, blue, blue, ink.text, ink.muted]
        assert list(dots.x) == pytest.approx([FINEST, 3, 7, 8, 50])  # nothing lies beyond the axis
        assert dots.customdata[0][0] == pytest.approx(0.01)  # and hovering tells the figure itself
        assert dots.text[0] == "Taste&lt;b&gt;"


def test_the_table_has_the_numbers() -> None:
    table = known_table(found())
    assert table["On average in the best (%)"].tolist() == [0.01, 3, 7, 8, 50]
    assert table["Than popularity"].tolist() == ["better", "better", "cannot be told", "", "worse"]
    assert table["Than the best"].tolist() == ["best", "cannot be told", "worse", "worse", "worse"]
    assert table["Above equally known (%)"].isna().all()


def page() -> None:
    from tests.ui.panels.test_known_you import found
    from ui.panels.known_you import known_you

    known_you(found())


def test_it_is_drawn_with_its_sentence() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    said = " ".join(one.value for one in app.markdown)
    assert "would have put your 40 favourites" in said
    assert "Just as good, as far as can be told" in said
    assert any("not\\* built" in one.value for one in app.caption)
