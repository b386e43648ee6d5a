"""Rows that speak of one film, brought together, and what they say the person thinks of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.datasets.exports.entry import Entry, Status
from core.datasets.reading.titles import normalise_title
from core.domain.catalog import item_label

_SEEN = frozenset({Status.RATED, Status.LIKED, Status.SEEN})


@dataclass(frozen=True)
class Mention:
    """One film as a history names it.

    Attributes:
        key: What the rows share: an id, or title and year; the same whenever the same files are read.
        entries: The rows, at least one.
    """

    key: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """As the first row has it that has one; an id where none has."""
        return next(
            (entry.title for entry in self.entries if entry.title), self.imdb_id or f"TMDB {self.tmdb_id}"
        )

    @property
    def names(self) -> tuple[str, ...]:
        """All titles that the rows give, each once."""
        given = (name for entry in self.entries for name in (entry.title, entry.original_title))
        return tuple(dict.fromkeys(name for name in given if name))

    @property
    def year(self) -> int | None:
        """The one that most rows give; of equally many the earliest."""
        given = Counter(entry.year for entry in self.entries if entry.year is not None)
        return min(given, key=lambda year: (-given[year], year), default=None)

    @property
    def imdb_id(self) -> str:
        """ "" = none is given."""
        return self._any("imdb_id")

    @property
    def tmdb_id(self) -> str:
        """ "" = none is given."""
        return self._any("tmdb_id")

    @property
    def label(self) -> str:
        """ "Title (Year)"."""
        return item_label(self.title, self.year)

    def _any(self, name: str) -> str:
        return min((value for entry in self.entries if (value := getattr(entry, name))), default="")


def mentions_of(entries: Sequence[Entry]) -> list[Mention]:
    """The films of a history, in the order of their first rows.

    Rows are of one film where they have one id, or one title and year. A row without an id, or without a year, goes to
    the only film of its title that has one; where there are several it stays by itself.
    """
    years, ids = defaultdict(set), defaultdict(set)
    for entry in entries:
        name = _name(entry)
        years[name].add(entry.year)
        ids[name, entry.year].add(_id(entry))
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        name, year = _name(entry), entry.year
        known = years[name] - {None}
        if year is None and len(known) == 1 and not _id(entry):
            (year,) = known
        found = ids[name, year] - {""}
        own = _id(entry) or (next(iter(found)) if len(found) == 1 else "")
        groups[own or f"{name} {year or ''}".rstrip()].append(entry)
    return [Mention(key, tuple(rows)) for key, rows in groups.items()]


def _name(entry: Entry) -> str:
    return normalise_title(entry.title, keep_article=True) if entry.title else ""


def _id(entry: Entry) -> str:
    return entry.imdb_id or (f"tmdb:{entry.tmdb_id}" if entry.tmdb_id else "")


@dataclass(frozen=True)
class Opinion:
    """What rows say together of one film.

    Attributes:
        level: The rating as a share of its scale, 0 to 1; None = none was given. Of several the one of the latest day
            counts, of one day or without days the one that was read last.
        is_liked: Whether a row says so: a heart, a favourite.
        is_seen: Whether it was rated, liked or watched.
        is_wanted: Whether it is on a watchlist and not seen.
    """

    level: float | None
    is_liked: bool
    is_seen: bool
    is_wanted: bool


def opinion_of(entries: Iterable[Entry]) -> Opinion:
    """What rows of one film say together; a list that it stands on says nothing."""
    rows = list(entries)
    rated = [entry for entry in rows if entry.level is not None]
    found = {entry.status for entry in rows}
    is_seen = bool(found & _SEEN)
    last = max(enumerate(rated), key=lambda pair: (pair[1].when, pair[0]))[1] if rated else None
    return Opinion(
        last.level if last else None, Status.LIKED in found, is_seen, Status.WANTED in found and not is_seen
    )
