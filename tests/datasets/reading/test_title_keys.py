"""Keys of titles: other spellings share one, films of a series never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.reading.title_keys import (
    is_prefix_named,
    numbers_of,
    prefixed,
    spelling,
    title_key,
    variants,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Grave Hill Part V", "Grave Hill 5"),
        ("Grave Hill: Chapter Two", "Grave Hill: Chapter 2"),
        ("Potion No. 9", "Potion #9"),
        ("The Seventh Lantern", "7th Lantern"),
        ("Dr. Marrow's Clock", "Doctor Marrow's Clock"),
        ("St. Ives Road", "Saint Ives Road"),
        ("Man vs. Lake", "Man Versus Lake"),
        ("Harlan Road U.S.A.", "Harlan Road USA"),
        ("Gun 2½: Fog", "Gun 2 1/2: Fog"),
    ],
)
def test_these_are_one_spelling(one: str, other: str) -> None:
    assert spelling(one) == spelling(other) != ""


def test_series_keep_their_numbers() -> None:
    keys = [spelling(f"Grave Hill {number}") for number in ("II", "III", "4", "Five")]
    assert len(set(keys)) == 4
    assert [numbers_of(key) for key in keys] == [("2",), ("3",), ("4",), ("5",)]
    assert variants("Rocky II") == frozenset()
    assert "rocky" not in variants("Rocky II: The Return")


def test_a_single_word_has_no_spelling_because_its_article_may_matter() -> None:
    assert spelling("The Deal") == spelling("Deal") == spelling("Up!") == ""
    assert spelling("Alien 3") == "alien3"


def test_variants_leave_out_what_lists_leave_out() -> None:
    assert variants("Heat") == frozenset()
    assert "farsunslongnight" in variants("Far Suns: Episode VII - The Long Night")
    assert "coldagethaw" in variants("Cold Age 2: The Thaw")
    assert "lastwar" in variants("Last War - Part I")
    assert "lastwar" not in variants("Last War - Part II") - {title_key("Last War")}
    assert {"saw7"} <= variants("Saw VII 3D - The Last Chapter")
    assert not any(key.startswith("part") for key in variants("Last War: Part 2"))


def test_what_stands_before_a_title() -> None:
    assert prefixed("Ann Lee's Home") == (("Ann Lee", "Home"),)
    assert prefixed("Bo Daniels' Home") == (("Bo Daniels", "Home"),)
    assert prefixed("Far Suns: Episode V - The Night") == (
        ("Far Suns", "Episode V - The Night"),
        ("Far Suns", "The Night"),
    )
    assert prefixed("Far Suns: Part 2") == prefixed("Home") == ()


def test_a_prefix_counts_where_it_is_named() -> None:
    assert is_prefix_named("Far Suns 2", "The Night", "The Night is the sequel to Far Suns.")
    assert is_prefix_named("Cy & Bo", "The Night", "It stars Cy and Bo's cat.")
    assert is_prefix_named("CVD", "Cat vs. Dog", "")
    assert not is_prefix_named("Far Suns", "The Night", "The Night is a film.")


@given(st.text(max_size=60))
def test_any_text_has_keys(title: str) -> None:
    assert title_key(title) not in variants(title)
    assert "" not in variants(title)
    assert spelling(title) in ("", title_key(title))
