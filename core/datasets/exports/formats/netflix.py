"""Netflix: the list of what a profile has watched, and the tables of the personal data.

They have neither years nor ids, and say nowhere what is a film. An episode is known by a season in its title, and
whatever begins like one is an episode, too.
"""

import re
from collections.abc import Iterable, Iterator

from core.datasets.exports.entry import Entry, Left, Status, Thing
from core.datasets.exports.formats.base import HistoryFile, Notes, Options, Row, day_of, first, rating_in
from core.datasets.exports.scale import STARS, THUMBS, Scale
from core.errors import UnansweredError

_COLON = re.compile(r"[\s\u00a0]*:[\s\u00a0]+")
_SEASON = re.compile(
    r"(?:season|series|staffel|saison|temporada|stagione|seizoen|säsong|sæson|sesong|kausi|sezon|sezonul|série|évad|"
    r"сезон|part|teil|partie|parte|volume|book|buch|collection|シーズン|시즌)\s*\d+"
    r"|第\s*\d+\s*季|\d+\.?\s*(?:évad|sezon|сезон|kausi)|limited series|miniseries|mini-series|miniserie|mini-série|"
    r"episode \d+|folge \d+|épisode \d+|episodio \d+|capítulo \d+",
    re.IGNORECASE,
)
SHORTEST = 10 * 60
"""Seconds of a film below which it was only tried."""


def series_in(titles: Iterable[str]) -> set[str]:
    """What stands before the colon in titles that have a season behind it: the names of series.

    "Mission: Impossible" and "John Wick: Chapter 2" have none: a season needs a colon on both sides, or its own name
    for one ("Limited Series").
    """
    names = set()
    for title in titles:
        parts = _COLON.split(title)
        if len(parts) > 2 and any(_SEASON.fullmatch(part.strip()) for part in parts[1:-1]):
            names.add(parts[0].strip().casefold())
    return names


def kind_in(title: str, series: set[str]) -> Thing:
    """An episode where the title begins with a series' name; all else may be a film."""
    parts = _COLON.split(title)
    return Thing.EPISODE if len(parts) > 1 and parts[0].strip().casefold() in series else Thing.UNKNOWN


class Viewing:
    """The page "viewing activity": titles and days, the day written as in the account's country."""

    name = "netflix"
    label = "Netflix viewing history"
    place = 60

    def recognises(self, file: HistoryFile) -> bool:
        """Two columns and no more."""
        return file.columns == ("title", "date")

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """Days are left aside where day and month cannot be told apart."""
        series = series_in(row.get("title", "") for row in file.rows)
        for row in file.rows:
            title = row.get("title", "")
            yield Entry(title, when=day_of(row.get("date", "")), kind=kind_in(title, series))


class PersonalData:
    """`ViewingActivity.csv`, `Ratings.csv` and `MyList.csv` of the personal data, with all profiles of the account."""

    name = "netflix_data"
    label = "Netflix personal data"
    place = 61

    def recognises(self, file: HistoryFile) -> bool:
        """A profile and a title."""
        return file.has("profile name") and (file.has("title", "start time") or file.has("title name"))

    def entries(self, file: HistoryFile, options: Options, notes: Notes) -> Iterator[Entry | Left]:
        """See `Format.entries`."""
        _check_profile(file, options)
        series = series_in(first(row, ("title", "title name")) for row in file.rows)
        for row in file.rows:
            title = first(row, ("title", "title name"))
            why = _why_not(row, options.profile)
            yield Left(why, title) if why else _entry(row, title, kind_in(title, series), file, notes)


def _entry(row: Row, title: str, kind: Thing, file: HistoryFile, notes: Notes) -> Entry:
    if file.has("start time"):
        return Entry(title, when=day_of(row.get("start time", "")), kind=kind)
    if not file.has("thumbs value") and not file.has("star value"):
        return Entry(title, status=Status.WANTED, when=day_of(row.get("utc title add date", "")), kind=kind)
    thumbs = {"1": 0.0, "2": 1.0, "3": 1.0}.get(row.get("thumbs value", ""))
    scale: Scale = STARS if thumbs is None else THUMBS
    rating = rating_in(row.get("star value", ""), STARS, notes) if thumbs is None else thumbs
    status = Status.SEEN if rating is None else Status.RATED
    return Entry(title, None, status, rating, scale, day_of(row.get("event utc ts", "")), kind=kind)


def _check_profile(file: HistoryFile, options: Options) -> None:
    """Raise an `UnansweredError` where several people share the account and nobody has said whose rows are meant."""
    names = sorted({row.get("profile name", "") for row in file.rows} - {""})
    listed = ", ".join(name[:30] for name in names[:10])
    if not options.profile and len(names) > 1:
        raise UnansweredError(
            f"{file.name} is of {len(names)} profiles.",
            hint=f"Say whose history it is: --profile NAME ({listed}).",
            option="profile",
            known=names,
        )


def _why_not(row: Row, profile: str) -> str:
    """Why a row is no viewing of this person's; "" if it is."""
    if profile and row.get("profile name", "") != profile:
        return "another profile's"
    if row.get("supplemental video type", ""):
        return "a trailer or another extra"
    if "autoplayed: user action: none" in row.get("attributes", "").casefold():
        return "played by itself"
    seconds = _seconds(row.get("duration", ""))
    return (
        f"watched for less than {SHORTEST // 60} minutes"
        if seconds is not None and seconds < SHORTEST
        else ""
    )


def _seconds(duration: str) -> int | None:
    match = re.fullmatch(r"(\d{1,3}):(\d\d):(\d\d)", duration)
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]) if match else None


FORMATS = (Viewing(), PersonalData())
