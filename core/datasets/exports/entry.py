"""What a person's own files say of films: one entry a row."""

from dataclasses import dataclass
from enum import StrEnum

from core.datasets.exports.scale import Scale


class Status(StrEnum):
    """What a row says the person did with the film."""

    RATED = "rated"
    LIKED = "liked"
    SEEN = "seen"
    WANTED = "on the watchlist"
    LISTED = "on a list"


class Thing(StrEnum):
    """What a row is about."""

    FILM = "a film"
    SERIES = "a series"
    EPISODE = "an episode of a series"
    GAME = "a game"
    OTHER = "something else than a film"
    UNKNOWN = "not said"


FILMS = frozenset({Thing.FILM, Thing.UNKNOWN})
"""What is looked for among films: where nothing is said, a row may be one."""


@dataclass(frozen=True)
class Entry:
    """One row of one file.

    Attributes:
        title: As the file has it, cleaned; "" only where there is an id.
        year: Of release; None = unknown.
        status: What the person did with it.
        rating: As the file has it; None = none was given.
        scale: Lowest and highest rating there are; None where there is no rating.
        when: Day as "2024-05-31"; "" = unknown.
        imdb_id: "tt0113277"; "" = unknown.
        tmdb_id: "949"; "" = unknown.
        original_title: "" = unknown.
        kind: What it is.
        source: Name of the file, without its folders: an export's folder is called after the person.
    """

    title: str
    year: int | None = None
    status: Status = Status.SEEN
    rating: float | None = None
    scale: Scale | None = None
    when: str = ""
    imdb_id: str = ""
    tmdb_id: str = ""
    original_title: str = ""
    kind: Thing = Thing.FILM
    source: str = ""

    @property
    def level(self) -> float | None:
        """The rating as a share of its scale, from 0 to 1; None = none was given."""
        return None if self.rating is None or self.scale is None else self.scale.level(self.rating)


@dataclass(frozen=True)
class Left:
    """A row that is left out: why, and what to show of it."""

    reason: str
    shown: str
