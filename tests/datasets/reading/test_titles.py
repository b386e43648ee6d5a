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
        ("Oldest (1870)", ("Oldest", 1870, "")),
        ("Older (1869)", ("Older", None, "1869")),
        ("Latest (2100)", ("Latest", 2100, "")),
        ("Later (2101)", ("Later", None, "2101")),
        ("Series (1995- )", ("Series", 1995, "")),
        (" (1995) (1996)", ("(1995)", 1996, "")),
        ("A(1995)", ("A", 1995, "")),
        ("A(One)", ("A", None, "One")),
        ("Birdman: (The Virtue) (2014)", ("Birdman: (The Virtue)", 2014, "")),
        ("Film (Two) ( ) (1999)", ("Film", 1999, "Two")),
        ("Film (One) ( ) (1999)", ("Film", 1999, "One")),
        ("Film ( ) (a.k.a. Two) (1999)", ("Film", 1999, "Two")),
        ("Series (1995—1998) (TV)", ("Series", 1995, "")),
        ("Game (VG) (V)", ("Game", None, "")),
        ("Long Film, The (Part II of IV) (1960)", ("The Long Film (Part II of IV)", 1960, "")),
        ("Film (Episode 3) (vol. two) (1999)", ("Film (Episode 3) (vol. two)", 1999, "")),
        ("Film (part of it) (1999)", ("Film", 1999, "part of it")),
        ("Film () (1999)", ("Film", 1999, "")),
        ("Film ( Second One, The ) (1999)", ("Film", 1999, "The Second One")),
        ("Strangelove or (How I Learned) (1964)", ("Strangelove or (How I Learned)", 1964, "")),
        ("Film (One) (aka Two, The) (1999)", ("Film", 1999, "One")),
        ("Film (AKA: Two, The) (1999)", ("Film", 1999, "The Two")),
        ("Film (a. k. a. Two) (a.k.a. Three) (1999)", ("Film", 1999, "Three")),
        ("Film (Akasha) (1999)", ("Film", 1999, "Akasha")),
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
        ("Große Straẞe", "Grosse Strasse"),
        ("The Secret of My Succe$s", "The Secret of My Success"),
        ("Cry_Wolf", "Cry Wolf"),
        ("Død snø", "Dod sno"),
        ("Hjælp", "Hjaelp"),
        ("Cœur fidèle", "Coeur fidele"),
        ("Świat według Ludwiczka Łapy", "Swiat wedlug Ludwiczka Lapy"),
        ("Đavo i Guðrún Þór", "Davo i Gudrun Thor"),
        ("Yazı", "Yazi"),
        ("Ocean's ‘Eleven`", "Oceans Eleven"),
        ("ʼTwas´", "Twas"),
        ("  Heat  ", "heat"),
        ("L’avventura", "l'AVVENTURA"),
        ("The A", "A"),
        ("The!", "The"),
    ],
)
def test_spellings_of_one_title_have_one_key(one: str, other: str) -> None:
    assert normalise_title(one) == normalise_title(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rocky II", "Rocky III"),
        ("Alien", "Aliens"),
        ("Heat", "The Heat 2"),
        ("…", "!!!"),
        ("I", "A"),
        ("The", "A"),
        ("Cash $", "Cash s"),
        ("Al'Avventura", "Avventura"),
        ("The The Band", "Band"),
    ],
)
def test_different_titles_have_different_keys(one: str, other: str) -> None:
    assert normalise_title(one) != normalise_title(other)


ENGLISH = ("The", "A", "An", "Da")
FRENCH = ("Le", "La", "Les", "Un", "Une", "Des")
SPANISH = ("El", "Los", "Las", "Lo", "Una", "Uno", "Unos", "Unas")
ITALIAN = ("Il", "I", "Gli")
GERMAN = ("Der", "Die", "Das", "Den", "Dem", "Ein", "Eine")
PORTUGUESE = ("O", "Os", "As", "Um", "Uma")
DUTCH = ("De", "Het", "Een")
SCANDINAVIAN = ("En", "Ett", "Det", "Et")
ARTICLES = (*ENGLISH, *FRENCH, *SPANISH, *ITALIAN, *GERMAN, *PORTUGUESE, *DUTCH, *SCANDINAVIAN)
ALSO_WORDS = ("As", "I", "En", "O", "Da", "Des", "Den", "Dem", "Os", "Die", "Et", "Lo", "De")
"""Articles that in other languages are another word: "As Good as It Gets", "Die Hard", "I, Robot"."""


@pytest.mark.parametrize("article", ARTICLES)
def test_every_article_comes_back_to_the_front(article: str) -> None:
    assert move_article(f"Film noir, {article}") == f"{article} Film noir"
    assert move_article(f"Film noir ,  {article.lower()}") == f"{article} Film noir"


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_an_article_with_an_apostrophe_joins_its_word(apostrophe: str) -> None:
    assert move_article(f"Avventura, L{apostrophe}") == f"L{apostrophe}Avventura"
    assert split_title(f"Avventura, l{apostrophe} (1960)") == (f"L{apostrophe}Avventura", 1960, "")


@pytest.mark.parametrize("article", ARTICLES)
def test_a_key_leaves_out_an_article_that_is_no_other_word(article: str) -> None:
    is_left_out = normalise_title(f"{article} Film") == normalise_title("Film")
    assert is_left_out == (article not in ALSO_WORDS)


def test_a_key_keeps_an_elided_article_if_asked() -> None:
    assert normalise_title("L'Avventura") == normalise_title("Avventura")
    assert normalise_title("L'Avventura", keep_article=True) == "lavventura"


def test_a_key_is_lower_case_words_with_single_spaces() -> None:
    assert normalise_title("The  Good, the BAD & the “Ugly”") == "good the bad and the ugly"
    assert normalise_title("Cash $") == "cash"
    assert normalise_title(" ?! ") == "?!"
    assert normalise_title("") == ""


def test_a_title_of_several_lines_moves_its_article() -> None:
    assert move_article("One\nTwo, The") == "The One\nTwo"


def test_only_what_stands_behind_the_last_comma_is_moved() -> None:
    assert move_article("Good, the Bad and the Ugly, The") == "The Good, the Bad and the Ugly"


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
    assert clean_text("  a \t b\u00a0\u2003c\r\n") == "a b c"


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
