"""Films that several files name, each in its way: one film where ids, or title and year, say that it is one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from core.datasets.exports.entry import Entry
from core.datasets.own.cells import as_list, with_numbers
from core.datasets.reading.titles import normalise_title
from core.domain import LoadReport
from core.domain.catalog import LIST_COLUMNS, item_label

FACTS = (
    "overview",
    "tagline",
    "language",
    "poster_url",
    "runtime",
    "n_votes",
    "vote_average",
    *LIST_COLUMNS,
)
"""Columns of ours that a site's table may hold beside title, year and ids."""


@dataclass
class _Film:
    """One film as all files together know it."""

    title: str
    year: int | None
    original_title: str = ""
    imdb_id: str = ""
    tmdb_id: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def is_other(self, entry: Entry) -> bool:
        """Whether the ids say that an entry is of another film."""
        pairs = ((self.imdb_id, entry.imdb_id), (self.tmdb_id, entry.tmdb_id))
        return any(own and theirs and own != theirs for own, theirs in pairs)


class MergedFilms:
    """Films by their ids, and by title and year."""

    def __init__(self) -> None:
        self._films: list[_Film] = []
        self._by: dict[tuple[str, str, int | None], int] = {}
        self._titled: dict[str, list[int]] = {}

    def place(self, entry: Entry, facts: dict[str, str]) -> int:
        """Where the film of an entry stands; it is new where none is it."""
        name = normalise_title(entry.title, keep_article=True) if entry.title else ""
        keys = list(self._keys(entry, name))
        place = self._found(entry, keys, name)
        if place is None:
            place = len(self._films)
            self._films.append(_Film(entry.title, entry.year))
            self._titled.setdefault(name, []).append(place)
        film = self._films[place]
        film.title = film.title or entry.title
        film.year = film.year if film.year is not None else entry.year
        film.original_title = film.original_title or entry.original_title
        film.imdb_id = film.imdb_id or entry.imdb_id
        film.tmdb_id = film.tmdb_id or entry.tmdb_id
        film.facts = facts | film.facts
        for key in keys:
            self._by.setdefault(key, place)
        return place

    @staticmethod
    def _keys(entry: Entry, name: str) -> Iterable[tuple[str, str, int | None]]:
        if entry.imdb_id:
            yield "imdb", entry.imdb_id, None
        if entry.tmdb_id:
            yield "tmdb", entry.tmdb_id, None
        if name:
            yield "title", name, entry.year

    def _found(self, entry: Entry, keys: Sequence[tuple[str, str, int | None]], name: str) -> int | None:
        for key in keys:
            place = self._by.get(key)
            if place is not None and (key[0] != "title" or not self._films[place].is_other(entry)):
                return place
        same = self._titled.get(name, []) if entry.year is None and name else []
        return same[0] if len(same) == 1 and not self._films[same[0]].is_other(entry) else None

    def table(self, report: LoadReport) -> tuple[pd.DataFrame, dict[int, int]]:
        """The films with our columns, and which row each has; those of which no file knows a title are left out."""
        named = [i for i, film in enumerate(self._films) if film.title]
        if len(named) < len(self._films):
            n = len(self._films) - len(named)
            report.notes.append(f"{n:,} films have an id and no title, and are left out.")
        films = [self._films[i] for i in named]
        label = [item_label(film.title, film.year) for film in films]
        table = pd.DataFrame(
            {
                "item_id": [
                    film.imdb_id or film.tmdb_id or name for film, name in zip(films, label, strict=True)
                ],
                "title": [film.title for film in films],
                "original_title": [film.original_title for film in films],
                "year": pd.array([film.year for film in films], dtype="Float64"),
                "imdb_id": [film.imdb_id for film in films],
                "tmdb_id": [film.tmdb_id for film in films],
            }
        )
        for ours in FACTS:
            cells = pd.Series([film.facts.get(ours, "") for film in films], dtype=object)
            table[ours] = cells.map(as_list) if ours in LIST_COLUMNS else cells
        table = with_numbers(table)
        rows, _ = pd.factorize(table["item_id"])
        table = table.drop_duplicates("item_id").reset_index(drop=True)
        return table, dict(zip(named, rows.tolist(), strict=True))
