"""Films as Wikipedia's lists and summaries describe them: reading the decade files and cleaning them."""

import html
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from core.datasets.reading.title_keys import title_key
from core.datasets.reading.titles import clean_text
from core.datasets.wikipedia.opening import Opening, read_opening
from core.datasets.wikipedia.summaries import directors_from_extract
from core.domain import LoadReport
from core.errors import DatasetError

CAST_SIZE = 10
"""Actors taken a film, in the order of the list."""
MAX_YEARS_APART = 6
"""A page that gives its film a year further from the list's is taken to be of another film."""

_FILM = (
    r"films?|movies?|documentary|shorts?|comedy|\w*drama|thriller|western|anime|cartoon|"
    r"musical|biopic|special"
)
_FILM_WORD = re.compile(
    rf"(?i)\b(?:{_FILM}|picture|feature|mockumentary|miniseries|serial|sequel|remake|directed)\b"
)
_OTHER_WORD = re.compile(
    r"(?i)\b(?:novels?|novella|book|autobiography|memoir|stage play|album|concert by|single by|song by|"
    r"opera by|video game|short story|poem|stories with|title often|disambiguation|may refer)\b"
)
_BEFORE_FILM = re.compile(r"(?i)comic[- ]?book|based (?:on|upon)|adapted from|adaptation of")
_VERB = re.compile(r"\s(?:is|was|are|were)\s")
_AKA = re.compile(r"(?i)\s(?:aka|a\.k\.a\.)\s")
_TAG = re.compile(r"<[^<>]{0,200}>|\[(?:\d+|[a-z]|sic|citation needed)\]|\{\{[^{}]{0,200}\}\}")
_ROLE = re.compile(
    r"(?i)\((?:[^()]*\b)?(?:writers?|screen\w*|director|novel|teleplay|story|script|book|original)\b"
)
_STAGE_NAME = re.compile(r"\w+(?:\.\w+)+")
_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_NO_NAMES = frozenset(
    {"and", "the", "of", "with", "jr.", "sr.", "jr", "sr", "none", "various", "tba", "n/a", "?"}
)
_POSTER_HOST = "https://upload.wikimedia.org/"


@dataclass(frozen=True)
class WikipediaFilm:
    """One film of the lists.

    Attributes:
        titles: The title, and the page's name where it differs.
        year: Year of the list that it stands in (release in the United States).
        extract: The page's first paragraph, plain text; "" without a page or where it is of something else.
        own_year: Year that the extract gives the film, None where it gives none.
        cast: Names, junk left out.
        poster_url: The page's picture, "" without one.
        other_names: Titles that the extract's first sentence gives the film.
        is_documentary, is_animated: What that sentence calls the film; None where it does not say "film".
    """

    titles: tuple[str, ...]
    year: int
    extract: str
    own_year: int | None
    cast: tuple[str, ...]
    poster_url: str
    other_names: tuple[str, ...] = ()
    is_documentary: bool | None = None
    is_animated: bool | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """Cast and directors."""
        return self.cast + directors_from_extract(self.extract)


def read_films(folder: Path, report: LoadReport) -> list[WikipediaFilm]:
    """Read all decade files of a folder.

    Raises:
        DatasetError: No such file, or one that is not a JSON list of films.
    """
    paths = sorted(folder.glob("movies-[0-9][0-9][0-9]0s.json")) if folder.is_dir() else []
    if not paths:
        raise DatasetError(
            f"There are no files movies-1990s.json and the like in {folder}.",
            hint="Fetch them: python -m core fetch wikipedia-movies",
        )
    films: dict[tuple[str, int, str], WikipediaFilm] = {}
    for path in paths:
        table = report.table(path.name)
        rows = _rows(path)
        table.read = len(rows)
        sound = [row for row in rows if _is_film(row)]
        table.drop("no title or no year", [str(row)[:80] for row in rows if not _is_film(row)])
        again, others = [], 0
        for row in sound:
            film, is_other = _film(row)
            others += is_other
            key = (row["title"], row["year"], str(row.get("href")))
            if key in films:
                again.append(f"{row['title']} ({row['year']})")
            if key not in films or len(film.cast) > len(films[key].cast):
                films[key] = film
        table.drop("the film is listed twice; the longer cast is kept", again)
        table.kept = len(sound) - len(again)
        if others:
            table.warn(
                f"{others} pages are of something else or broken: their text and picture are not used."
            )
    own, borrowed = _with_own_texts(list(films.values()))
    if borrowed:
        report.notes.append(f"{borrowed} pages repeat the text of another film's: it is not used.")
    return own


def _with_own_texts(films: list[WikipediaFilm]) -> tuple[list[WikipediaFilm], int]:
    """Take a text that several films have from those that it does not name, and count these.

    A page that only leads on to another one comes with the other's text.
    """
    keys = [{title_key(title) for title in film.titles} for film in films]
    named = [title_key(film.other_names[0]) if film.other_names else "" for film in films]
    rightful = {film.extract for film, own, name in zip(films, keys, named, strict=True) if name in own}
    bare: dict[str, Any] = {
        "extract": "",
        "own_year": None,
        "poster_url": "",
        "other_names": (),
        "is_documentary": None,
        "is_animated": None,
    }
    kept = [
        replace(film, **bare) if name and name not in own and film.extract in rightful else film
        for film, own, name in zip(films, keys, named, strict=True)
    ]
    return kept, sum(one is not other for one, other in zip(films, kept, strict=True))


def _rows(path: Path) -> list[Any]:
    try:
        rows = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"{path.name} is not readable JSON.", hint="Fetch it again.") from error
    if not isinstance(rows, list):
        raise DatasetError(f"{path.name} is not a list of films.", hint="Fetch it again.")
    return rows


def _is_film(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and isinstance(row.get("title"), str)
        and clean_text(row["title"]) != ""
        and isinstance(row.get("year"), int)
    )


def _film(row: dict[str, Any]) -> tuple[WikipediaFilm, bool]:
    """The film, and whether its page turned out to be of something else."""
    extract = clean_extract(row.get("extract"))
    opening = read_opening(extract)
    is_other = bool(row.get("extract")) and not (extract and _is_about(extract, opening.year, row["year"]))
    if is_other:
        opening = Opening()
    thumbnail = row.get("thumbnail")
    has_poster = isinstance(thumbnail, str) and thumbnail.startswith(_POSTER_HOST) and not is_other
    title = clean_text(row["title"])
    titles = [title, *_AKA.split(title)]
    if isinstance(row.get("href"), str) and not is_other:
        titles.append(clean_text(_BRACKETS.sub("", unquote(row["href"]).replace("_", " "))))
    film = WikipediaFilm(
        titles=tuple(dict.fromkeys(title for title in titles if title)),
        year=row["year"],
        extract="" if is_other else extract,
        own_year=opening.year,
        cast=clean_cast(row.get("cast")),
        poster_url=str(thumbnail) if has_poster else "",
        other_names=opening.names,
        is_documentary=opening.is_documentary,
        is_animated=opening.is_animated,
    )
    return film, is_other


def clean_extract(value: object) -> str:
    """Plain text on one line without tags and footnote marks; "" where a template or link is unclosed."""
    if not isinstance(value, str):
        return ""
    text = clean_text(_TAG.sub("", html.unescape(_TAG.sub("", value))))
    return "" if any(sign in text for sign in ("{{", "}}", "[[", "]]")) else text


def _is_about(extract: str, own_year: int | None, year: int) -> bool:
    """Whether a page is about the film of that year, not about a book or an older film of that name."""
    if own_year is not None and abs(own_year - year) > MAX_YEARS_APART:
        return False
    verb = _VERB.search(extract)
    head = _BEFORE_FILM.sub(" film ", extract[verb.end() if verb else 0 :][:400])
    film, other = _FILM_WORD.search(head), _OTHER_WORD.search(head)
    return film is not None and (other is None or film.start() < other.start())


def clean_cast(value: object) -> tuple[str, ...]:
    """Names of people; brackets, words that stand alone and roles behind the camera are left out."""
    names = []
    for entry in value if isinstance(value, list) else []:
        if not isinstance(entry, str) or _ROLE.search(entry):
            continue
        name = _BRACKETS.sub("", clean_extract(entry)).strip(" ,;&").removeprefix(". ").removeprefix("and ")
        is_name = any(char.isupper() for char in name) or bool(_STAGE_NAME.fullmatch(name))
        if (
            is_name
            and " Award " not in name
            and len(name) <= 60
            and not set("()[]{}<>") & set(name)
            and name.casefold() not in _NO_NAMES
        ):
            names.append(name)
    return tuple(dict.fromkeys(names))
