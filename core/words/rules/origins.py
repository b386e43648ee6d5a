"""Where films are from and what is spoken in them: "French", "from Japan", "in Korean", "Bollywood", "foreign"."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.words.phrases import cue, names
from core.words.reading import Part
from core.words.rules.base import Finding, cue_before, everywhere
from core.words.tokens import Token
from core.words.vocabulary import Vocabulary

TABLE = Path(__file__).parent.parent / "origins.toml"


@dataclass(frozen=True)
class Origin:
    """Where films may be from.

    Attributes:
        label: Its name for people.
        countries: Countries of production, as catalogues write them.
        languages: Original languages.
    """

    label: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]


@cache
def origins() -> dict[str, Origin]:
    """Every origin by its name in the lexicons."""
    rows = tomllib.loads(TABLE.read_text("utf-8"))
    return {
        name: Origin(row["label"], tuple(row.get("countries", ())), tuple(row.get("languages", ())))
        for name, row in rows.items()
    }


def find_origins(tokens: Sequence[Token], vocabulary: Vocabulary) -> list[Finding]:
    """Every country, nationality and language."""
    return everywhere(
        tokens,
        lambda place: _adjective_at(tokens, place, vocabulary) or _country_at(tokens, place, vocabulary),
    )


def _adjective_at(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> Finding | None:
    adjective = names("adjectives").at(tokens, place)
    if adjective is None:
        return None
    end, name = adjective
    spoken = cue_before(tokens, place, cue("spoken"))
    hyphen = end < len(tokens) and tokens[end].key == "-"
    language = cue("language").at(tokens, end + 1 if hyphen else end)
    # "in French", but not "in French theatres"
    is_spoken = language is not None or (
        spoken is not None and (end == len(tokens) or not tokens[end].is_word or _ends(tokens, end))
    )
    start = spoken if is_spoken and spoken is not None and language is None else place
    end = language[0] if language else end
    part = origin_part(name, vocabulary, only_language=is_spoken)
    return _finding(part, name, start, end, is_marked=is_spoken)


def _ends(tokens: Sequence[Token], place: int) -> bool:
    """Whether what is named ends before this place."""
    return any(
        cue(name).at(tokens, place) for name in ("but", "and", "or", "directed", "acted", "from", "not")
    )


def _country_at(tokens: Sequence[Token], place: int, vocabulary: Vocabulary) -> Finding | None:
    """A country, where it is said that the film is from there."""
    country = names("countries").at(tokens, place)
    if country is None:
        return None
    before = cue_before(tokens, place, cue("from"))
    if before is None and place > 0:
        return None
    start = place if before is None else before
    return _finding(
        origin_part(country[1], vocabulary), country[1], start, country[0], is_marked=before is not None
    )


def _finding(part: Part | None, name: str, start: int, end: int, *, is_marked: bool) -> Finding:
    if part is None:
        note = f"Where films are from is not known here, so “{origins()[name].label}” is searched by meaning."
        return Finding((), start, end, is_marked, note)
    return Finding((part,), start, end, is_marked)


def origin_part(name: str, vocabulary: Vocabulary, *, only_language: bool = False) -> Part | None:
    """Where films are from as a part; None where the catalogue knows neither countries nor languages."""
    origin = origins()[name]
    known = [column for column in ("countries", "language") if vocabulary.counts(column)]
    values = [("language", code) for code in origin.languages if "language" in known]
    if not (only_language and values):
        values += [("countries", country) for country in origin.countries if "countries" in known]
    if not values:
        return None
    label = origin.label
    if only_language and origin.languages and not label.startswith("in "):
        label = f"in {label}"
    # whoever says "French" does not mean what France has given money to
    mainly = [("country" if column == "countries" else column, value) for column, value in values]
    return Part("origin", label, "", any_of=tuple(values), mainly=tuple(mainly), wanted=name != "foreign")
