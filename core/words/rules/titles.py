"""Titles: "like Heat but funnier", "more Alien than Star Wars", "Toy Story and Spirited Away"."""

from collections.abc import Iterator, Sequence

from core.words.phrases import cue, names
from core.words.reading import Part
from core.words.rules.base import Finding
from core.words.tokens import Token
from core.words.vocabulary import Vocabulary

LONGEST_TITLE = 12
"""Words and signs of a title that is looked for inside a question."""
CUES = {"unlike": "unlike", "like": "like", "called": "sought", "sought": "sought", "not": "without"}
"""What introduces a title -> what the film is to the question, see `Part.role`."""
EXACT = ("sought", "without")
"""Roles in which a misspelt title is not looked for: what else may follow their cues is too much."""
QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "‘": "’", "'": "'"}


def find_titles(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Every film that is named as one."""
    whole = _whole(tokens, vocabulary)
    if whole:
        return whole
    found: list[Finding] = []
    place = 0
    while place < len(tokens):
        here = (
            _after_cue(tokens, place, vocabulary)
            or _quoted(tokens, place, vocabulary)
            or _written(tokens, place, vocabulary)
        )
        found += here
        place = here[-1].end if here else place + 1
    return found


def _whole(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """The question is nothing but titles: one is looked for, several are liked."""
    found = _list_at(tokens, 0, vocabulary, "like", to_the_end=True)
    letters = "".join(token.key for token in tokens if token.is_word)
    is_word = len(tokens) == 1 and names("genres", "adjectives", "decades").at(tokens, 0)
    if is_word or letters in vocabulary.people or letters in vocabulary.surnames:
        return []  # "Hitchcock" is a film, but who types it means the man
    if not found or found[-1].end < len(tokens):
        return []
    return found if len(found) > 1 else _list_at(tokens, 0, vocabulary, "sought", to_the_end=True)


def _after_cue(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> list[Finding]:
    """ "like X and Y", "unlike X", "not X", "the film called X", "more X than Y"."""
    for name, role in CUES.items():
        said = cue(name).at(tokens, place)
        films = _list_at(tokens, said[0], vocabulary, role) if said else []
        if said and not films and name == "called":
            near = _nearly(tokens, said[0], vocabulary)
            films = [_finding(near[1], said[0], near[0], vocabulary, role)] if near else []
        if films:
            return [_from(place, films[0]), *films[1:]]
    more = cue("more").at(tokens, place)
    first = _list_at(tokens, more[0], vocabulary, "like") if more else []
    than = cue("than").at(tokens, first[-1].end) if first else None
    second = _list_at(tokens, than[0], vocabulary, "unlike") if than else []
    if not second:
        return []
    return [_from(place, first[0]), *first[1:], _from(first[-1].end, second[0]), *second[1:]]


def _quoted(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> list[Finding]:
    """A title in quotation marks."""
    closing = QUOTES.get(tokens[place].key)
    if closing is None:
        return []
    for end in range(place + 2, min(len(tokens), place + LONGEST_TITLE + 2)):
        if tokens[end].key == closing:
            films = _named(tokens, place + 1, end, vocabulary)
            return [_finding(films, place, end + 1, vocabulary)] if films else []
    return []


def _written(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> list[Finding]:
    """A title of several words that begins with a capital and is written like a name, in a question that is not."""
    words = [token for token in tokens if token.is_word]
    if not tokens[place].is_capital or sum(token.is_capital for token in words) > 0.7 * len(words):
        return []
    for end in _ends(tokens, place):
        inside = [token for token in tokens[place:end] if token.is_word]
        long = [token for token in inside if len(token.key) > 3]
        if len(inside) > 1 and inside[-1].is_capital and all(token.is_capital for token in long):
            films = _named(tokens, place, end, vocabulary)
            if films and "".join(token.key for token in inside) not in vocabulary.people:
                return [_finding(films, place, end, vocabulary)]
    return []


def _list_at(
    tokens: Sequence[Token], place: int, vocabulary: Vocabulary, role: str, *, to_the_end: bool = False
) -> list[Finding]:
    """Titles that begin here, one behind the other with "and", "or" or a comma between."""
    found: list[Finding] = []
    while place < len(tokens):
        here = _one_at(tokens, place, vocabulary, role, to_the_end=to_the_end)
        if here is None:
            break
        start = found[-1].end if found else place
        found.append(_finding(here[1], start, here[0], vocabulary, role))
        place = here[0]
        joint = cue("and").at(tokens, place) or cue("or").at(tokens, place)
        if place < len(tokens) and tokens[place].key in ",;/&+":
            place += 1
            joint = cue("and").at(tokens, place) or cue("or").at(tokens, place)
        elif joint is None:
            break
        place = joint[0] if joint else place
    return found


def _one_at(
    tokens: Sequence[Token], place: int, vocabulary: Vocabulary, role: str, *, to_the_end: bool
) -> tuple[int, list[int]] | None:
    """The longest title that begins here and ends where something else begins: its end and its films."""
    if tokens[place].key in QUOTES:
        quoted = _quoted(tokens, place, vocabulary)
        return (
            (quoted[0].end, [part.film for part in quoted[0].parts if part.film is not None])
            if quoted
            else None
        )
    for end in _ends(tokens, place):
        if _may_end(tokens, end) and _is_no_word(tokens, place, end, vocabulary, role):
            films = _named(tokens, place, end, vocabulary, role)
            if films:
                return end, films
    if to_the_end or role in EXACT:
        return None
    return _nearly(tokens, place, vocabulary)


def _is_no_word(tokens: Sequence[Token], place: int, end: int, vocabulary: Vocabulary, role: str) -> bool:
    """Whether what is excluded, or looked for, is a film and no genre, country or person: "no western", "find Hitchcock"."""
    if role not in EXACT:
        return True
    letters = "".join(token.key for token in tokens[place:end] if token.is_word)
    if letters in vocabulary.people or letters in vocabulary.surnames:
        return False
    other = names("genres", "adjectives", "countries", "decades").at(tokens, place)
    words = [token for token in tokens[place:end] if token.is_word]
    is_name = len(words) > 1 or (tokens[place].is_capital and not vocabulary.is_ordinary(tokens[place].key))
    return is_name and (other is None or other[0] < end)


def _ends(tokens: Sequence[Token], place: int) -> Iterator[int]:
    return reversed(range(place + 1, min(len(tokens), place + LONGEST_TITLE) + 1))


def _may_end(tokens: Sequence[Token], end: int) -> bool:
    """Whether a title can end before this place: "like heat but …", not "like heat waves"."""
    if end >= len(tokens) or not tokens[end].is_word:
        return True
    found = ("but", "and", "or", "than", "not", "acted", "directed", "from", "about")
    return any(cue(name).at(tokens, end) for name in found)


def _nearly(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> tuple[int, list[int]] | None:
    """A misspelt title, up to the next sign or joint; only what is clearly one film's."""
    ends = [end for end in reversed(list(_ends(tokens, place))) if _may_end(tokens, end)]
    for end in ends[:2]:
        words = [token for token in tokens[place:end] if token.is_word]
        odd = any(not vocabulary.is_ordinary(token.key) for token in words)
        film = vocabulary.titles.clearly(_typed(tokens, place, end)) if odd or len(words) > 2 else None
        if film is not None:
            return end, [film]
    return None


def _typed(tokens: Sequence[Token], place: int, end: int) -> str:
    """The words again, near enough to how they were typed for a title's key."""
    return " ".join(token.key for token in tokens[place:end])


def _named(
    tokens: Sequence[Token], place: int, end: int, vocabulary: Vocabulary, role: str = "like"
) -> list[int]:
    """The best-known film of exactly this title; or of this saga the first, and all of them where they are left out."""
    if not any(token.is_word for token in tokens[place:end]) or not tokens[place].is_word:
        return []
    films = vocabulary.titles.named(_typed(tokens, place, end))[:1]
    saga = vocabulary.sagas.get("".join(token.key for token in tokens[place:end] if token.is_word), [])
    if role in ("unlike", "without") and saga:
        return list(dict.fromkeys([*films, *saga]))
    return films or saga[:1]


def _from(start: int, finding: Finding) -> Finding:
    return Finding(finding.parts, start, finding.end, finding.is_marked)


def _finding(
    films: Sequence[int], start: int, end: int, vocabulary: Vocabulary, role: str = "like"
) -> Finding:
    labels = vocabulary.titles.labels
    wanted = role in ("like", "sought")
    return Finding(
        tuple(Part("film", labels[film], "", wanted, film=film, role=role) for film in films),
        start,
        end,
        True,
    )
