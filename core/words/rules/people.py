"""People: cast and directors, by name or surname, misspelt too: "with Meg Ryan", "Hitchcock thriller", "by Tarantno"."""

from collections.abc import Iterator, Sequence

from core.words.phrases import cue, idle_words, names
from core.words.reading import Part
from core.words.rules.base import ARTICLES, Finding, cue_before, everywhere
from core.words.tokens import Token, row_of_words
from core.words.vocabulary import SHORTEST_MISSPELT, Person, Vocabulary

LONGEST_NAME = 5
FEW_WORDS = 3
"""With more words than this beside it, a word that may be a name or a genre is taken for one of a plot."""
PLACES = frozenset({"in", "on", "at", "to", "of", "near", "through", "around", "a", "an", "en", "nach", "zu"})
"""After these a single name is a place or a thing, unless it is said to be somebody's."""
FILLERS = ARTICLES | {"mr", "mrs", "ms", "sir", "actor", "actress", "director", "late", "great", "young", "-"}
"""What may stand between "with" and a name."""


def find_people(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Everybody of the catalogue who is named by the whole name or a surname that is theirs."""
    return everywhere(tokens, lambda place: _person_at(tokens, place, vocabulary))


def _person_at(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> Finding | None:
    for end, keys in _names_at(tokens, place):
        letters = "".join(keys)
        if letters not in vocabulary.people and letters not in vocabulary.surnames:
            continue
        role, start = _role(tokens, place)
        if len(keys) > 1 and letters in vocabulary.people:
            return _finding(vocabulary.people[letters], role, start, end)
        for known, bare in ((vocabulary.surnames, False), (vocabulary.people, True)):
            if letters in known and _is_meant(tokens, place, end, role, vocabulary, bare=bare):
                return _finding(known[letters], role, start, end, is_weak=not role)
    return None


def find_misspelt_people(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Names that are nearly somebody's: of two or three words, at least one of them no ordinary word; or a surname."""
    return everywhere(tokens, lambda place: _nearly_at(tokens, place, vocabulary))


def _nearly_at(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> Finding | None:
    role, start = _role(tokens, place)
    n_says = sum(token.is_word and token.key not in idle_words() for token in tokens)
    for end, keys in _names_at(tokens, place):
        if n_says - len(keys) > FEW_WORDS and (not role or len(keys) == 1):
            continue  # it would be weak, and too much stands beside it
        odd = [key for key in keys if not vocabulary.is_ordinary(key) and not _is_common(tokens, place, key)]
        if not odd or len(keys) > 3 or any(key.isdigit() or key in idle_words() for key in keys):
            continue
        person = None
        if len(keys) > 1 and len("".join(keys)) > SHORTEST_MISSPELT and all(len(key) > 1 for key in keys):
            person = vocabulary.like_name(keys)
        elif len(keys) == 1 and keys[0] not in vocabulary.in_plots:
            person = vocabulary.like_surname(keys[0])
        if person:
            return _finding(person, role, start, end, is_weak=not role or len(keys) == 1)
    return None


def _is_common(tokens: Sequence[Token], place: int, key: str) -> bool:
    return key in idle_words() or bool(names("genres", "adjectives", "countries").at(tokens, place))


def _names_at(tokens: Sequence[Token], place: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of words that begin here and may be a name, longest first; a hyphen or a point may stand in one."""
    keys, ends = row_of_words(tokens, place, LONGEST_NAME, "-.‐")
    for length in range(len(keys), 0, -1):
        yield ends[length - 1], tuple(keys[:length])


def _role(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """What somebody is to the film by the words before the name ("directors", "cast", "both", ""), and where these begin."""
    start = place
    while start > 0 and tokens[start - 1].key in FILLERS:
        start -= 1
    for at in dict.fromkeys((place, start)):
        for role, name in (("both", "both"), ("directors", "directed"), ("cast", "acted")):
            before = cue_before(tokens, at, cue(name))
            if before is not None:
                return role, before
    return "", place


def _is_meant(
    tokens: Sequence[Token], place: int, end: int, role: str, vocabulary: Vocabulary, *, bare: bool = False
) -> bool:
    """Whether a single name stands for somebody: said so, written with a capital, or no word of another meaning."""
    words = [token for token in tokens[place:end] if token.is_word]
    if names("genres", "adjectives", "countries", "fame").at(tokens, place):
        return False
    if words[-1].key in idle_words() or any(token.key.isdigit() for token in words):
        return False
    if not role and place > 0 and tokens[place - 1].key in PLACES:
        return False  # "a plot in Washington"
    if role or not any(vocabulary.is_ordinary(token.key) for token in words):
        return not bare or bool(role) or all(token.is_capital for token in words)
    # a text of capitals, or the first word of a sentence, says nothing
    shouts = all(token.is_capital for token in tokens if token.is_word)
    return not bare and not shouts and place > 0 and all(token.is_capital for token in words)


def _finding(person: Person, role: str, start: int, end: int, *, is_weak: bool = False) -> Finding:
    films = {"directors": person.n_directed, "cast": person.n_acted}
    columns = [column for column in films if films[column] and role in ("", "both", column)]
    columns = columns or [column for column in films if films[column]]  # "by" somebody who only acts here
    words = {"directors": "directed by", "cast": "with"}
    values = {column: tuple((column, name) for name in person.names) for column in columns}
    name = person.names[0]
    if role == "both" or len(columns) == 1:
        parts = [Part("person", f"{words[c]} {name}", "", any_of=values[c]) for c in columns]
    else:
        parts = [Part("person", name, "", any_of=values["directors"] + values["cast"])]
    return Finding(tuple(parts), start, end, bool(role), is_weak=is_weak)
