"""Phrases and keys are found the short way as they are the long way."""

from hypothesis import given
from hypothesis import strategies as st

from core.text import singular
from core.words import read
from core.words.phrases import Phrases
from core.words.tokens import Token, keys_of, tokens_of
from tests.words import films

WORDS = st.sampled_from(["star", "stars", "wars", "war", "film", "films", "of", "glasses"])
KNOWN = st.dictionaries(st.lists(WORDS, min_size=1, max_size=3).map(tuple), st.integers(), max_size=6)


def longest_at(known: dict[tuple[str, ...], int], tokens: list[Token], start: int) -> tuple[int, int] | None:
    """Every phrase is tried at every length; the last word may be a plural, hyphens between words do not count."""
    for end in range(len(tokens), start, -1):
        here = tokens[start:end]
        if not here[0].is_word or not here[-1].is_word or any(t.key != "-" for t in here if not t.is_word):
            continue
        words = [token.key for token in here if token.is_word]
        for last in (words[-1], singular(words[-1])):
            if (*words[:-1], last) in known:
                return end, known[*words[:-1], last]
    return None


@given(KNOWN, st.lists(WORDS | st.sampled_from(["-", ","]), max_size=7))
def test_the_longest_phrase_is_found_wherever_it_begins(
    known: dict[tuple[str, ...], int], typed: list[str]
) -> None:
    tokens = tokens_of(" ".join(typed))
    phrases = Phrases(known.items())
    for start in range(len(tokens) + 1):
        assert phrases.at(tokens, start) == longest_at(known, tokens, start)


@given(st.text(st.sampled_from("aBéß1 -'`’_.&\n"), max_size=20) | st.text(max_size=20))
def test_keys_are_those_of_the_tokens(text: str) -> None:
    assert keys_of(text) == tuple(token.key for token in tokens_of(text) if token.is_word and token.key)


def test_a_vocabulary_that_was_prepared_makes_nothing_more() -> None:
    vocabulary = films.vocabulary()
    vocabulary.prepare()
    made = {*vars(vocabulary)}, {*vars(vocabulary.titles)}
    for text in ("like Strnger but no zombies or war", "by Al Pacno", "Tarantno", "french westrens", "Peaks"):
        read(text, vocabulary)
    assert ({*vars(vocabulary)}, {*vars(vocabulary.titles)}) == made
