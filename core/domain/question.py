"""What somebody wants recommended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import InvalidQueryError

FACT_COLUMNS = ("item_id", "genres", "keywords", "cast", "directors", "countries", "country", "language")
"""What a `Fact` may speak of: columns of a catalogue, and `country`, the first of its `countries`."""


@dataclass(frozen=True)
class Fact:
    """Something that is said of a film: one of several values stands in its row. A film of which nothing is said has none.

    Attributes:
        any_of: Column and value, as the catalogue writes them: (("directors", "Agnès Varda"), ("cast", "Agnès Varda")).
        wanted: False = none of them may be true.
    """

    any_of: tuple[tuple[str, str], ...]
    wanted: bool = True

    def __post_init__(self) -> None:
        if not self.any_of:
            raise InvalidQueryError("A fact without a value was asked for.")
        for column, _ in self.any_of:
            if column not in FACT_COLUMNS:
                raise InvalidQueryError(
                    f"Films cannot be chosen by {column[:40]}.",
                    hint="Known: " + ", ".join(FACT_COLUMNS) + ".",
                )


@dataclass(frozen=True)
class Filters:
    """Which films may be recommended. Empty = no restriction.

    Attributes:
        genres: Keep films with at least one of these genres.
        not_genres: Leave out films with any of these genres.
        years: First and last year, both included; films without a year are left out when this is set.
        languages: Keep films with one of these original languages (ISO 639-1).
        min_ratings: Keep films with at least this many ratings.
        facts: Keep films of which all of these are true.
        not_years: Leave out the films of these years, first and last included.
        minutes: Shortest and longest running time, both included; films of unknown length are left out when this is set.
    """

    genres: tuple[str, ...] = ()
    not_genres: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    languages: tuple[str, ...] = ()
    min_ratings: int = 0
    facts: tuple[Fact, ...] = ()
    not_years: tuple[tuple[int, int], ...] = ()
    minutes: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        both = sorted(set(self.genres) & set(self.not_genres))
        if both:
            raise InvalidQueryError(
                f"The genre {both[0]} is both asked for and excluded.", hint="Remove it from one of the two."
            )
        for first, last in (*((self.years,) if self.years else ()), *self.not_years):
            if first > last:
                raise InvalidQueryError(f"The years {first} to {last} run backwards.", hint="Swap them.")
        if self.minutes and self.minutes[0] > self.minutes[1]:
            raise InvalidQueryError(
                f"No film lasts at least {self.minutes[0]} and at most {self.minutes[1]} minutes.",
                hint="Swap them.",
            )
        if self.min_ratings < 0:
            raise InvalidQueryError("The smallest number of ratings cannot be below 0.")

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def all_facts(self) -> tuple[Fact, ...]:
        """The facts, and the genres and languages as facts: what must be true of a film."""
        said = (
            (self.genres, "genres", True),
            (self.not_genres, "genres", False),
            (self.languages, "language", True),
        )
        own = (
            Fact(tuple((column, value) for value in values), wanted)
            for values, column, wanted in said
            if values
        )
        return (*own, *self.facts)


@dataclass(frozen=True)
class Question:
    """What somebody wants recommended.

    Attributes:
        likes, dislikes, seen: item_index of films.
        text: What they want, in their own words.
        user: user_index of a known user; their ratings join the likes and dislikes.
        method: Name of the method to ask.
        params: Its hyper-parameters where they differ from the defaults.
        filters: Which films may be recommended.
        k: How many.
        diversity: 0 = the best k; 1 = as different from each other as can be.
        fame: 0 = as the method has it; down to -1 = films that fewer people know; up to 1 = well-known ones.
        history: item_index and weight in [-1, 1] of films from the person's own history, see `core.histories`; likes and
            dislikes overrule them, and none of them is recommended.
        sought: item_index of films that were asked for by name: they come first, and what follows is like them.
    """

    likes: tuple[int, ...] = ()
    dislikes: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    text: str = ""
    user: int | None = None
    method: str = "content"
    params: Mapping[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    k: int = 10
    diversity: float = 0.0
    fame: float = 0.0
    sought: tuple[int, ...] = ()
    history: tuple[tuple[int, float], ...] = ()
