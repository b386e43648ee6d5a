"""What is known of one film, in people's words, and where else it can be read about."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.domain import Film
from core.serving import Atlas

TABLE = Path(__file__).parent / "languages.toml"
_IMDB = re.compile(r"(?:tt)?0*([1-9][0-9]{0,9})")
_TMDB = re.compile(r"0*([1-9][0-9]{0,9})")


@dataclass(frozen=True)
class FilmFact:
    """One line of what is known: "Running time", "2 h 50 min"; an empty value = not known."""

    label: str
    value: str


@dataclass(frozen=True)
class FilmLink:
    """A page about the film elsewhere: "IMDb" and its address."""

    label: str
    url: str


@cache
def languages() -> dict[str, str]:
    """Code of a language -> its name in English."""
    return {code: str(name) for code, name in tomllib.loads(TABLE.read_text("utf-8")).items()}


def facts_of(atlas: Atlas, item: int) -> tuple[FilmFact, ...]:
    """Every fact of a film in a fixed order, also those that are not known."""
    film = atlas.catalog.film(item)
    return (
        FilmFact("Year", str(film.year) if film.year is not None else ""),
        FilmFact("Running time", running_time(film.runtime)),
        FilmFact("Original language", languages().get(film.language, film.language)),
        FilmFact("Countries", ", ".join(film.countries)),
        FilmFact("Genres", ", ".join(film.genres)),
        FilmFact("Keywords", ", ".join(film.keywords)),
        *_votes(film, int(atlas.counts[item])),
    )


def running_time(minutes: int | None) -> str:
    """170 as "2 h 50 min"; "" where it is not known."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * (hours > 0) + [f"{rest} min"] * (rest > 0))


def _votes(film: Film, n_ratings: int) -> tuple[FilmFact, ...]:
    """The source's votes, where they are not the dataset's ratings counted again."""
    if not film.n_votes or film.n_votes == n_ratings:
        return ()
    mean = "" if film.vote_average is None else f", mean {film.vote_average:.1f} on the source's own scale"
    return (FilmFact("Votes at the source", f"{film.n_votes:,}{mean}"),)


def links_of(film: Film) -> tuple[FilmLink, ...]:
    """Pages of IMDb and TMDB, made of ids that are nothing but a number of theirs."""
    found = []
    if imdb := _IMDB.fullmatch(film.imdb_id):
        found.append(FilmLink("IMDb", f"https://www.imdb.com/title/tt{imdb[1].zfill(7)}/"))
    if tmdb := _TMDB.fullmatch(film.tmdb_id):
        found.append(FilmLink("TMDB", f"https://www.themoviedb.org/movie/{tmdb[1]}"))
    return tuple(found)
