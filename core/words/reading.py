"""What was understood of a question in words."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from core.domain import Fact, Filters, Question

Span = tuple[int, int]
SEARCHED = frozenset({"genre", "person", "origin", "film"})
"""Kinds of parts whose words mean something to an embedding when they are no longer a fact."""
EVER: Span = (0, 9999)
"""Bounds without a bound: years, or minutes."""


@dataclass(frozen=True)
class Part:
    """One thing that was understood, and can be taken away.

    Attributes:
        kind: "genre", "person", "origin", "keyword", "years", "minutes", "fame" or "film".
        label: It in a few words, for people, without "not".
        words: What was typed.
        wanted: False = it was excluded.
        any_of: Column and value of which one must stand in a film's row.
        mainly: The same, stricter: of which one should, where enough films have one.
        spans: First and last, both included: years of which one must hold a film's year; or its minutes.
        film: item_index of a film that is named.
        role: What it is to the question: the answer should be "like" it, or "unlike" it; it is "sought" itself, or the
            answer is to be "without" it.
        fame: -1 = little known to 1 = well known.
    """

    kind: str
    label: str
    words: str
    wanted: bool = True
    any_of: tuple[tuple[str, str], ...] = ()
    mainly: tuple[tuple[str, str], ...] = ()
    spans: tuple[Span, ...] = ()
    film: int | None = None
    role: str = ""
    fame: float = 0.0

    @property
    def chip(self) -> str:
        """What stands on its chip."""
        if self.kind == "film":
            return self.label if self.role == "sought" else f"{self.role} {self.label}"
        return self.label if self.wanted else f"not {self.label}"

    @property
    def key(self) -> str:
        """What it is called in an address."""
        return f"{self.kind}:{self.chip}"


@dataclass(frozen=True)
class Reading:
    """A question in words, as it was understood.

    Attributes:
        text: As it was typed.
        parts: What was understood, in the order of the words.
        rest: What is left to be searched by meaning; "" = nothing.
        notes: What could not be used, for people.
    """

    text: str
    parts: tuple[Part, ...] = ()
    rest: str = ""
    notes: tuple[str, ...] = ()

    def films(self, role: str) -> tuple[int, ...]:
        """item_index of the films that are named in this role, see `Part`."""
        return tuple(part.film for part in self.parts if part.film is not None and part.role == role)

    @property
    def fame(self) -> float:
        """-1 = little known to 1 = well known; 0 = nothing was said."""
        return next((part.fame if part.wanted else -part.fame for part in self.parts if part.fame), 0.0)

    def without(self, keys: Collection[str]) -> "Reading":
        """The same without some parts.

        Args:
            keys: `Part.key` of the parts that are taken away. Their words are searched by meaning, unless they were
                what was not wanted: nobody is looking for that.
        """
        gone = [part for part in self.parts if part.key in keys]
        back = [part.words for part in gone if part.wanted and part.kind in SEARCHED]
        rest = " ".join(dict.fromkeys([self.rest, *back])).strip() if back else self.rest
        return replace(self, parts=tuple(part for part in self.parts if part not in gone), rest=rest)

    def narrowed(self) -> "Reading":
        """The same with every part's stricter meaning."""
        parts = (replace(p, any_of=p.mainly) if p.mainly and p.wanted else p for p in self.parts)
        return replace(self, parts=tuple(parts))

    def filters(self, given: Filters | None = None) -> Filters:
        """The parts that a film passes or not, joined to the filters that were given."""
        filters = given or Filters()
        years, minutes = filters.years or EVER, filters.minutes or EVER
        not_years = list(filters.not_years)
        facts = list(filters.facts)
        for part in self.parts:
            if part.any_of:
                facts.append(Fact(part.any_of, part.wanted))
            elif part.kind == "years":
                allowed, gaps = _covered(part.spans) if part.wanted else (EVER, part.spans)
                years = _both(years, allowed)
                not_years += gaps
            elif part.kind == "minutes":
                minutes = _both(minutes, part.spans[0])
        return replace(
            filters,
            facts=tuple(dict.fromkeys(facts)),
            years=None if years == EVER else years,
            not_years=tuple(dict.fromkeys(not_years)),
            minutes=None if minutes == EVER else minutes,
        )

    def question(self, given: Question) -> Question:
        """The question with everything that was understood: films, filters, fame, and the rest as its text.

        What was chosen by hand overrules what was read: a film that is liked there is not disliked here.
        """
        own = {*given.likes, *given.dislikes, *given.seen}
        sought = [film for film in self.films("sought") if film not in own]
        likes = [film for film in self.films("like") if film not in own and film not in sought]
        dislikes = [film for film in self.films("unlike") if film not in {*own, *likes, *sought}]
        return replace(
            given,
            likes=(*given.likes, *likes),
            dislikes=(*given.dislikes, *dislikes),
            seen=(*given.seen, *self.films("without")),
            sought=(*given.sought, *sought),
            text=self.rest,
            fame=given.fame or self.fame,
            filters=self.filters(given.filters),
        )


def _covered(spans: tuple[Span, ...]) -> tuple[Span, tuple[Span, ...]]:
    """From the first to the last of some spans, and what lies between them."""
    ordered = sorted(spans)
    gaps = []
    end = ordered[0][1]
    for first, last in ordered[1:]:
        if first > end + 1:
            gaps.append((end + 1, first - 1))
        end = max(end, last)
    return (ordered[0][0], end), tuple(gaps)


def _both(one: Span, other: Span) -> Span:
    """What lies in both; where nothing does, a span that holds no film."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else (EVER[1], EVER[1])
