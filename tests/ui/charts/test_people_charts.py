"""Pictures of people and years say what their tables say."""

import numpy as np
import pandas as pd
import pytest

from core.exploration.film_likeness import AlikeFilms
from core.exploration.person_taste import LEAST_RATINGS
from ui.charts.film_likeness import LONGEST, film_likeness_figure, unit_of, width_of
from ui.charts.over_years import means_figure, wave_figure
from ui.charts.palette import DARK, LIGHT
from ui.charts.people import pairs_figure, taste_figure

SCALE = (0.5, 5.0)


def taste() -> pd.DataFrame:
    return pd.DataFrame(
        {"name": ["<b>Drama", "War", "Western"], "n": [40, LEAST_RATINGS - 1, 0], "n_all": [900, 200, 30]}
        | {"share": [0.6, 0.1, 0.0], "share_all": [0.4, 0.2, 0.1]}
        | {"mean": [4.0, 2.0, np.nan], "mean_all": [3.5, 3.6, 3.0]}
    )


def test_taste_beside_everybodys_with_what_stands_behind_it() -> None:
    figure = taste_figure(taste(), LIGHT, scale=SCALE, has_stars=True)
    assert list(figure.layout.yaxis.ticktext) == [
        "&lt;b&gt;Drama · 40",
        f"War · {LEAST_RATINGS - 1}",
        "Western · 0",
    ]
    own = {trace.xaxis: trace for trace in figure.data if trace.name == "This person"}
    everybody = {trace.xaxis: trace for trace in figure.data if trace.name == "Everybody"}
    assert list(own["x"].x) == [0.6, 0.1, 0.0]
    assert list(everybody["x2"].x) == [3.5, 3.6, 3.0]
    faint = own["x2"].marker.opacity
    assert faint[0] == 1
    assert faint[1] < 1
    # a person who rated no western has no dot for its mean, and no line to everybody's
    lines = next(trace for trace in figure.data if trace.mode == "lines" and trace.xaxis == "x2")
    assert [x for x in lines.x if x is not None] == [4.0, 3.5, 2.0, 3.6]
    bare = taste_figure(taste(), DARK, scale=SCALE, has_stars=False)
    assert {trace.xaxis for trace in bare.data} == {"x"}


def test_the_more_films_the_larger_the_circle() -> None:
    pairs = pd.DataFrame({"one": [1.0, 4.0], "other": [2.0, 4.0], "n": [1, 16]})
    figure = pairs_figure(pairs, LIGHT, scale=SCALE, names=("<i>a", "b"))
    (circles,) = figure.data
    assert circles.marker.size[1] == 4 * circles.marker.size[0]
    assert figure.layout.xaxis.title.text == "Stars of person &lt;i&gt;a"
    (line,) = figure.layout.shapes
    assert (line.x0, line.y0, line.x1, line.y1) == (0.5, 0.5, 5, 5)


def test_means_have_their_intervals() -> None:
    table = pd.DataFrame(
        {"label": ["1999", "2000"], "n": [9, 4], "n_people": [3, 1], "mean": [3.0, 4.0], "low": [2.5, np.nan]}
        | {"high": [3.75, np.nan]}
    )
    (means,) = means_figure(table, LIGHT, x="When", y="Mean").data
    assert means.error_y.array[0] == 0.75
    assert means.error_y.arrayminus[0] == 0.5


def test_a_wave_and_its_usual_share() -> None:
    wave = pd.DataFrame({"age": [0, 1], "n": [3, 9], "usual": [6.0, 6.0], "mean": [4.0, 3.5]})
    ratings, usual = wave_figure(wave, DARK).data
    assert list(ratings.y) == [3, 9]
    assert list(usual.y) == [6, 6]


@pytest.mark.parametrize(
    ("largest", "shown", "unit"),
    [(0.8, "80", "hundredths"), (0.064, "64", "thousandths"), (0.0063, "63", "ten-thousandths")],
)
def test_numbers_in_the_cells_have_two_digits_whatever_their_size(
    largest: float, shown: str, unit: str
) -> None:
    values = np.array(
        [[np.nan, largest, -largest / 9e4], [largest, np.nan, np.nan], [-largest / 9e4, np.nan, np.nan]]
    )
    found = AlikeFilms(np.array([4, 2, 9]), values)
    figure = film_likeness_figure(found, ["A", "B" * 60, "<b>"], LIGHT)
    (cells,) = figure.data
    assert [list(row) for row in cells.text] == [["", shown, "0"], [shown, "", ""], ["0", "", ""]]
    assert unit_of(found) == unit
    assert [len(name) for name in figure.layout.xaxis.ticktext] == [1, LONGEST, len("&lt;b&gt;")]
    assert width_of(found) > 0


def test_films_of_which_nothing_is_known_are_drawn_all_the_same() -> None:
    found = AlikeFilms(np.array([4, 2]), np.full((2, 2), np.nan))
    (cells,) = film_likeness_figure(found, ["A", "B"], LIGHT).data
    assert {text for row in cells.text for text in row} == {""}
    assert unit_of(found) == "hundredths"
