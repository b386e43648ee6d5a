"""A film's colour says what the legend says."""

import zlib
from base64 import b64decode

import numpy as np
import pytest

from core.exploration.map_colours import Amounts, Categories
from core.maps.clusters import Place
from ui.charts.palette import DARK, GENRE_FAMILIES, LIGHT, OTHER, Ink
from ui.map.colours import STEPS, one_colour, ramp_of, told_colours


def values(told: dict, name: str = "values", kind: str = "<u1") -> list[int]:  # type: ignore[type-arg]
    return np.frombuffer(zlib.decompress(b64decode(told[name])), kind).tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("ink", [LIGHT, DARK])
def test_categories_in_the_order_of_the_films(ink: Ink) -> None:
    found = Categories(("a", "b"), np.array([0, 1, -1, 1]))
    told = told_colours(found, np.array([3, 2, 0]), "Kind", ink, is_dark=ink is DARK)
    assert values(told) == [1, 2, 0]
    entries = {entry["name"]: entry for entry in told["legend"]["entries"]}
    assert {name: entry["n"] for name, entry in entries.items()} == {"a": 1, "b": 1, "Unknown": 1}
    assert all(told["palette"][entry["index"]] == entry["colour"] for entry in entries.values())
    assert len(set(told["palette"])) == 3


def test_a_film_counts_for_all_its_genres() -> None:
    found = Categories(
        ("Comedy", "Horror"), np.array([1, 0, -1]), [("Comedy", "Horror"), ("Comedy", "Odd"), ()]
    )
    told = told_colours(found, np.arange(3), "Genre", LIGHT, is_dark=False)
    names = [*GENRE_FAMILIES, OTHER]
    comedy, horror, other = names.index("Comedy"), names.index("Horror"), names.index(OTHER)
    assert values(told) == [horror, comedy, other]
    assert values(told, "masks", "<u2") == [1 << comedy | 1 << horror, 1 << comedy | 1 << other, 1 << other]
    assert {e["name"]: e["n"] for e in told["legend"]["entries"]} == {"Comedy": 2, "Horror": 1, OTHER: 2}


def test_numbers_on_a_ramp_with_round_ticks() -> None:
    found = Amounts(np.array([1990.0, 2000.0, np.nan, 2010.0]))
    told = told_colours(found, np.arange(4), "Year", LIGHT, is_dark=False)
    steps = values(told)
    assert steps[0] == 0
    assert steps[3] == STEPS - 1
    assert steps[2] == STEPS, "unknown"
    assert abs(steps[1] - STEPS / 2) <= 1
    legend = told["legend"]
    assert [entry["n"] for entry in legend["entries"]] == [1]
    for tick in legend["ticks"]:
        number = float(tick["text"].replace(",", ""))
        assert tick["at"] == pytest.approx(
            (number - legend["low"]) / (legend["high"] - legend["low"]), abs=1e-3
        )
    assert len(legend["ticks"]) >= 3


def test_counts_on_a_logarithm() -> None:
    told = told_colours(
        Amounts(np.array([0.0, 9.0, 99.0, 999.0]), is_log=True), np.arange(4), "N", LIGHT, is_dark=False
    )
    steps = values(told)
    assert np.allclose(np.diff(steps), (STEPS - 1) / 3, atol=2)
    assert {tick["text"] for tick in told["legend"]["ticks"]} >= {"10", "100"}


def test_nothing_known_is_all_unknown() -> None:
    told = told_colours(Amounts(np.full(3, np.nan)), np.arange(3), "N", DARK, is_dark=True)
    assert values(told) == [STEPS] * 3
    assert told["legend"]["ticks"] == []


def test_groups_of_one_direction_look_alike_and_not_the_same() -> None:
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    places = [Place(str(n), 1, 0, 10, float(np.cos(a)), float(np.sin(a)), 0.1) for n, a in enumerate(angles)]
    found = Categories(tuple(p.name for p in places), np.arange(12))
    told = told_colours(found, np.arange(12), "Group", LIGHT, is_dark=False, places=places)
    assert len(set(told["palette"][:12])) == 12


def test_the_end_of_the_ramp_that_the_ground_would_swallow_is_left_out() -> None:
    assert len(ramp_of(True)) == len(ramp_of(False)) == STEPS
    assert ramp_of(True)[0] != ramp_of(False)[0]
    assert ramp_of(True)[-1] != ramp_of(False)[-1]


def test_all_alike() -> None:
    told = one_colour(4, LIGHT)
    assert values(told) == [0] * 4
    assert told["legend"]["entries"] == []
