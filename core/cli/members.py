"""What `together` reads of one person: "Anna: Alien; The Thing; dislike=Titanic"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.cli.arguments import user_index
from core.cli.history_files import found_films
from core.domain import Question
from core.errors import InvalidQueryError
from core.serving import Atlas
from core.serving.words import asked, understood

KINDS = ("like", "dislike", "seen", "text", "person", "history")
FORM = (
    "Write a name, a colon, and what to go by: “Anna: Alien; The Thing; dislike=Titanic”, “Ben: person=12”."
)


@dataclass(frozen=True)
class Member:
    """One person as typed.

    Attributes:
        name: What stands before the first colon.
        said: What was said, by its kind, one of `KINDS`.
    """

    name: str
    said: Mapping[str, tuple[str, ...]]


def parse_member(text: str) -> Member:
    """ "NAME: A; B; dislike=C; D" as a person.

    Parts end at semicolons. A part that begins with one of `KINDS` and "=" is of that kind, and so are those behind it,
    up to the next such; the first ones are liked films.

    Raises:
        InvalidQueryError: There is no name, or nothing behind it.
    """
    name, colon, rest = text.partition(":")
    said: dict[str, list[str]] = {}
    kind = "like"
    for part in rest.split(";"):
        begin, sign, value = part.partition("=")
        if sign and begin.strip().casefold() in KINDS:
            kind, part = begin.strip().casefold(), value
        if part.strip():
            said.setdefault(kind, []).append(part.strip())
    if not colon or not name.strip():
        raise InvalidQueryError(f"“{text[:60]}” does not say whose films these are.", hint=FORM)
    if not said:
        raise InvalidQueryError(f"{name.strip()[:40]} has said nothing yet.", hint=FORM)
    for only in ("text", "person"):
        if len(said.get(only, ())) > 1:
            raise InvalidQueryError(f"{name.strip()[:40]} has more than one {only}.", hint=FORM)
    return Member(name.strip(), {kind: tuple(values) for kind, values in said.items()})


def question_of(
    atlas: Atlas, member: Member, shared: Question, *, scale: str = "", profile: str = ""
) -> Question:
    """What a person asks, beside what is asked by all.

    Args:
        atlas: The dataset.
        member: The person.
        shared: Method, parameters, filters, k, diversity and fame.
        scale: Of the ratings in a history's table, see `core.cli.history_files`.
        profile: Whose rows of a history, where an account has several.

    Raises:
        UnknownItemError, InvalidQueryError: A film or person is not there.
        HistoryError: A file cannot be read.
    """

    def films(kind: str) -> tuple[int, ...]:
        return tuple(atlas.titles.find_all(member.said.get(kind, ())))

    paths = [Path(name) for name in member.said.get("history", ())]
    own = found_films(atlas, paths, scale, profile)
    question = replace(
        shared,
        likes=films("like"),
        dislikes=films("dislike"),
        seen=films("seen"),
        user=user_index(atlas, _one(member.said.get("person", ()))),
        history=own.weights if own else (),
    )
    text = _one(member.said.get("text", ()))
    if not text:
        return question
    found = asked(atlas, understood(atlas, text), question)
    # words that name facts alone are a filter for all, and still say what this person wants
    return found if found.text else replace(found, text=text)


def _one(values: Sequence[str]) -> str:
    return values[0] if values else ""
