"""Titles: years, moved articles, second titles, and keys for comparison."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.reading.titles import clean_text, move_article, normalise_title, split_title


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Toy Story (1995)", ("Toy Story", 1995, "")),
        ("Misérables, Les (1995) ", ("Les Misérables", 1995, "")),
        ("Matrix, The (1999)", ("The Matrix", 1999, "")),
        (
            "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
            ("The City of Lost Children", 1995, "La Cité des enfants perdus"),
        ),
        (
            "Lady and the Duke, The (Anglaise et le duc, L') (2001)",
            ("The Lady and the Duke", 2001, "L'Anglaise et le duc"),
        ),
        ("Boot, Das (Boat, The) (1981)", ("Das Boot", 1981, "The Boat")),
        (
            "Vitelloni, I (a.k.a. The Young and the Passionate) (1953)",
            ("I Vitelloni", 1953, "The Young and the Passionate"),
        ),
        (
            "Bicycle Thieves (a.k.a. The Bicycle Thief) (a.k.a. Bicycle Thief) (Ladri di biciclette) (1948)",
            ("Bicycle Thieves", 1948, "Ladri di biciclette"),
        ),
        ("Babylon 5", ("Babylon 5", None, "")),
        ("Death Note: Desu nôto (2006–2007)", ("Death Note: Desu nôto", 2006, "")),
        (
            "Land Before Time III: The Great Giving (1995) (V)",
            ("Land Before Time III: The Great Giving", 1995, ""),
        ),
        ("(500) Days of Summer (2009)", ("(500) Days of Summer", 2009, "")),
        ("Human Centipede, The (First Sequence) (2009)", ("The Human Centipede (First Sequence)", 2009, "")),
        (
            "Human Centipede II (Full Sequence), The (2011)",
            ("The Human Centipede II (Full Sequence)", 2011, ""),
        ),
        (
            "Birdman: Or (The Unexpected Virtue of Ignorance) (2014)",
            ("Birdman: Or (The Unexpected Virtue of Ignorance)", 2014, ""),
        ),
        ("1984 (1956)", ("1984", 1956, "")),
        ("1984", ("1984", None, "")),
        ("(1995)", ("(1995)", None, "")),
        ("Numbers (3021)", ("Numbers", None, "3021")),
        ("Play It Again, Sam (1972)", ("Play It Again, Sam", 1972, "")),
        ("", ("", None, "")),
        ("שלום (1999)", ("שלום", 1999, "")),
    ],
)
def test_split_title(raw: str, expected: tuple[str, int | None, str]) -> None:
    assert split_title(raw) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Matrix", "Matrix, The"),
        ("Les Misérables", "Miserables, Les"),
        ("Léon: The Professional", "LEON – The Professional"),
        ("Angels & Demons", "Angels and Demons"),
        ("Dr. Strangelove", "Dr Strangelove"),
        ("Schindler's List", "Schindler’s List"),
        ("L'Avventura", "Avventura, L'"),
        ("Das weiße Band", "weisse Band, Das"),
        ("The Secret of My Succe$s", "The Secret of My Success"),
        ("Cry_Wolf", "Cry Wolf"),
        ("Død snø", "Dod sno"),
    ],
)
def test_spellings_of_one_title_have_one_key(one: str, other: str) -> None:
    assert normalise_title(one) == normalise_title(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Rocky II", "Rocky III"), ("Alien", "Aliens"), ("Heat", "The Heat 2"), ("…", "!!!"), ("I", "A")],
)
def test_different_titles_have_different_keys(one: str, other: str) -> None:
    assert normalise_title(one) != normalise_title(other)


def test_a_key_may_keep_the_article() -> None:
    assert normalise_title("The Captive") == normalise_title("Captive")
    assert normalise_title("The Captive", keep_article=True) != normalise_title("Captive", keep_article=True)
    assert normalise_title("Captive, The", keep_article=True) == normalise_title(
        "The Captive", keep_article=True
    )


def test_a_word_after_a_comma_that_is_no_article_stays() -> None:
    assert move_article("What's Up, Doc") == "What's Up, Doc"


def test_marks_that_reverse_or_break_lines_are_taken_out_and_letters_stay() -> None:
    assert clean_text("a\u202eb\u0000c\nשלום\u2067d") == "a b c שלום d"


@given(st.text(max_size=60))
def test_any_text_splits_into_clean_parts_and_has_a_key(text: str) -> None:
    title, year, second = split_title(text)
    assert year is None or 1870 <= year <= 2100
    assert clean_text(title) == title
    assert clean_text(second) == second
    assert bool(normalise_title(text)) == bool(clean_text(text))


@given(st.from_regex(r"[A-Z][a-z]{3,8}( [A-Z][a-z]{3,8}){0,3}", fullmatch=True), st.integers(1870, 2100))
def test_writing_a_title_the_movielens_way_and_splitting_gives_it_back(title: str, year: int) -> None:
    assert split_title(f"{title}, The ({year})") == (f"The {title}", year, "")
