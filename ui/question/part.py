"""One part of what a visitor asks or looks at: how it stands in the address, and what it may be."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import InvalidQueryError
from core.exploration.rating_histories import find_user
from core.exploration.rating_matrix import Area, whole, within
from core.serving import Atlas

LONGEST_NAME = 300
"""Characters of a film's or a person's name; longer ones are none."""
MOST_FILMS = 500
"""Films that one part may hold."""
NONE = "none"
"""What the address says where something is left out on purpose."""
SHOWN = 60
"""Characters of a wrong value that are shown."""


@dataclass(frozen=True)
class Part:
    """One part, by the name that it has in the address and in the session.

    Attributes:
        name: The same for both, and for the widget that changes it.
        read: The value that some texts of the address stand for; raises InvalidQueryError with what is wrong.
        write: The texts that stand for a value.
        default: What it is where nothing is said; not written.
        page: The page whose view it belongs to; "" = a part of the question, which all pages share.
    """

    name: str
    read: Callable[[Atlas, Sequence[str]], Any]
    write: Callable[[Any], list[str]]
    default: Callable[[Atlas], Any]
    page: str = ""


def films(name: str, page: str = "") -> Part:
    """Several films by their titles, as they were typed; whether they are there is said where they are shown."""

    def read(_: Atlas, texts: Sequence[str]) -> list[str]:
        if len(texts) > MOST_FILMS or any(len(text) > LONGEST_NAME for text in texts):
            raise InvalidQueryError(f"The address holds more films than can be asked with ({MOST_FILMS}).")
        return list(dict.fromkeys(text.strip() for text in texts if text.strip()))

    return Part(name, read, list, lambda _: [], page)


def words(name: str, longest: int, page: str = "") -> Part:
    """A text."""

    def read(_: Atlas, texts: Sequence[str]) -> str:
        text = texts[-1]
        if len(text) > longest:
            raise InvalidQueryError(
                f"The address holds a text of {len(text):,} characters; {longest:,} are read."
            )
        return text

    return Part(name, read, lambda value: [value] if value else [], lambda _: "", page)


def person(name: str, page: str = "") -> Part:
    """A person of the dataset, by id."""

    def read(atlas: Atlas, texts: Sequence[str]) -> str | None:
        user = texts[-1].split(" · ")[0][:LONGEST_NAME]
        find_user(atlas.interactions, user)
        return user

    return Part(name, read, lambda value: [value] if value else [], lambda _: None, page)


def number(
    name: str,
    label: str,
    low: float,
    high: float,
    default: float,
    *,
    page: str = "",
) -> Part:
    """A number between two bounds; a whole one where the default is."""
    kind = type(default)

    def read(_: Atlas, texts: Sequence[str]) -> float:
        try:
            value = kind(texts[-1])
        except (ValueError, OverflowError):
            value = None
        if value is None or not low <= value <= high:
            raise InvalidQueryError(
                f"{label}: “{texts[-1][:SHOWN]}” is no number from {low:g} to {high:g}, so it is {default:g}."
            )
        return value

    return Part(name, read, lambda value: [f"{value:g}"], lambda _: default, page)


def years(name: str, span: Callable[[Atlas], tuple[int, int]]) -> Part:
    """First and last year."""

    def read(atlas: Atlas, texts: Sequence[str]) -> tuple[int, int]:
        first, last = span(atlas)
        try:
            one, other = (int(text) for text in texts)
        except ValueError:
            one, other = 1, 0
        if not first <= one <= other <= last:
            said = ", ".join(text[:SHOWN] for text in texts[:3])
            raise InvalidQueryError(
                f"Years: “{said}” are not a first and a last year from {first} to {last}."
            )
        return one, other

    return Part(name, read, lambda value: [str(year) for year in value], span)


_PLACES = re.compile(r"(\d{1,9})-(\d{1,9})\.(\d{1,9})-(\d{1,9})", re.ASCII)


def area(name: str, page: str) -> Part:
    """A part of the rating matrix as places of people and films, "0-80.0-120"; None = nothing in particular."""

    def read(atlas: Atlas, texts: Sequence[str]) -> tuple[int, int, int, int]:
        found = _PLACES.fullmatch(texts[-1])
        cut = within(Area(*map(int, found.groups())), whole(atlas.interactions)) if found else None
        if cut is None:
            raise InvalidQueryError(f"“{texts[-1][:SHOWN]}” is no part of this rating matrix.")
        return cut.first_user, cut.last_user, cut.first_item, cut.last_item

    def write(value: Sequence[int] | None) -> list[str]:
        return ["{}-{}.{}-{}".format(*value)] if value else []

    return Part(name, read, write, lambda _: None, page)


def flag(name: str, *, default: bool, page: str = "") -> Part:
    """Yes or no."""

    def read(_: Atlas, texts: Sequence[str]) -> bool:
        if texts[-1].lower() not in ("true", "false"):
            raise InvalidQueryError(f"“{name}={texts[-1][:SHOWN]}” says neither true nor false.")
        return texts[-1].lower() == "true"

    return Part(name, read, lambda value: [str(bool(value)).lower()], lambda _: default, page)


def choice(
    name: str,
    label: str,
    options: Callable[[Atlas], Iterable[str]],
    default: Callable[[Atlas], str | None] | None = None,
    *,
    called: Callable[[str], str] = str,
    may_be_none: bool = False,
    page: str = "",
) -> Part:
    """One of several things.

    Args:
        name: Of the part.
        label: What is chosen, in words.
        options: What there is.
        default: What is chosen at first; None = the first of them.
        called: What people call an option; the address may say this, too.
        may_be_none: Whether nothing may be chosen where there is a default.
        page: Whose view it belongs to.
    """

    def first(atlas: Atlas) -> str | None:
        return default(atlas) if default else next(iter(options(atlas)), None)

    def read(atlas: Atlas, texts: Sequence[str]) -> str | None:
        if may_be_none and texts[-1] == NONE:
            return None
        found = _option(options(atlas), called, texts[-1])
        if found is None:
            instead = first(atlas)
            taken = f" “{called(instead)}” is shown." if instead else ""
            raise InvalidQueryError(f"{label}: there is no “{texts[-1][:SHOWN]}” here.{taken}")
        return found

    return Part(name, read, lambda value: [value or NONE], first, page)


def choices(
    name: str,
    label: str,
    options: Callable[[Atlas], Iterable[str]],
    default: Callable[[Atlas], list[str]] = lambda _: [],
    *,
    called: Callable[[str], str] = str,
    page: str = "",
) -> Part:
    """Some of several things; see `choice`. One that is not there keeps none of the others from being taken."""

    def read(atlas: Atlas, texts: Sequence[str]) -> list[str]:
        there = list(options(atlas))
        found = [_option(there, called, text) for text in texts if text != NONE]
        if None in found:
            asked = [text for text in texts if text != NONE]
            lost = ", ".join(f"“{t[:SHOWN]}”" for t, f in zip(asked, found, strict=True) if f is None)
            raise PartlyReadError(
                f"{label}: {lost} is not here.", list(dict.fromkeys(f for f in found if f is not None))
            )
        return list(dict.fromkeys(f for f in found if f is not None))

    return Part(name, read, lambda value: list(value) or [NONE], default, page)


class PartlyReadError(InvalidQueryError):
    """Some of several values could be read: they are in `kept`."""

    def __init__(self, message: str, kept: list[str]) -> None:
        super().__init__(message)
        self.kept = kept


def _option(options: Iterable[str], called: Callable[[str], str], text: str) -> str | None:
    """The option that a text names, by itself or as people call it."""
    wanted = text.casefold()
    there = list(options)
    exact = next((one for one in there if one == text), None)
    return exact or next((one for one in there if wanted in (one.casefold(), called(one).casefold())), None)
