"""The first sentence of a page: names, year and kind, and nothing where it says no such thing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.wikipedia.opening import Opening, read_opening


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lake Town is a 1995 film.", ("Lake Town",)),
        ("Lake Town (1995) is a film.", ("Lake Town",)),
        ("Lake Town, also known as Dry Hill, is a 1995 film.", ("Lake Town", "Dry Hill")),
        ("Lake Town, known in Britain as Dry Hill, is a 1995 film.", ("Lake Town", "Dry Hill")),
        ("Lake Town (released in the UK as Dry Hill) is a film.", ("Lake Town", "Dry Hill")),
        ("Lake Town, titled Dry Hill in North America, is a film.", ("Lake Town", "Dry Hill")),
        ("Lake Town, often shortened to Lake, is a film.", ("Lake Town", "Lake")),
        (
            "Lake Town, also known as Dry Hill and Wet Hill, is a film.",
            ("Lake Town", "Dry Hill and Wet Hill", "Dry Hill", "Wet Hill"),
        ),
        ("A Fish Called Ann is a 1988 film.", ("A Fish Called Ann",)),
        ("This is a 1949 cartoon.", ()),
        ("Nothing to see", ()),
        ("", ()),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert read_opening(text).names == names


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Lake Town is a 1995 American film.", 1995),
        ("Lake Town (1995) is a film.", 1995),
        ("Lake Town was an American film of 1995.", 1995),
        ("Lake Town is a film. It cost 1995 dollars.", None),
        ("Lake Town", None),
    ],
)
def test_years(text: str, year: int | None) -> None:
    assert read_opening(text).year == year


@pytest.mark.parametrize(
    ("text", "is_documentary", "is_animated"),
    [
        ("X is a 1995 film about a documentary.", False, False),
        ("X is a 1995 feature-length documentary film.", True, False),
        ("X is a 2008 Canadian rockumentary film.", True, False),
        ("X is a 1984 mockumentary film.", None, False),
        ("X is a 1988 non-narrative film.", None, False),
        ("X is a 1995 American computer-animated comedy film.", False, True),
        ("X is a 2014 live-action animated comedy film.", False, None),
        ("X is a town in Ohio.", None, None),
    ],
)
def test_kinds(text: str, is_documentary: bool | None, is_animated: bool | None) -> None:
    opening = read_opening(text)
    assert (opening.is_documentary, opening.is_animated) == (is_documentary, is_animated)


@given(st.text(alphabet="AKas known, (in)ise", max_size=300))
def test_any_text_is_read(text: str) -> None:
    opening = read_opening(text)
    assert opening == Opening() or opening.year is None


def test_long_and_odd_openings_take_no_time() -> None:
    started = time.perf_counter()
    for odd in (
        "A known " * 4000,
        "A (also known " * 2000,
        "known in A " * 3000,
        "," * 40_000,
        "A B " * 9000,
    ):
        read_opening(f"{odd} is a film.")
    assert time.perf_counter() - started < 2
