"""Matching a catalogue to Wikipedia's films, without common ids, by title and year: precision first."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.datasets.reading.titles import normalise_title
from core.datasets.wikipedia.film_lists import WikipediaFilm

_NUMERALS = {
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_SWAPPED = {**_NUMERALS, **{digits: roman for roman, digits in _NUMERALS.items()}}
_POSSESSIVE = re.compile(r"^[^:]{3,30}?(?:['’]s|s['’])\s+(?P<rest>.+)$")
_SUBTITLE = re.compile(r":\s+|\s+[-–—]\s+")


@dataclass(frozen=True)
class CatalogFilm:
    """What of a catalogue's film is compared.

    Attributes:
        title: Its title.
        original_title: Its second title, "" without one.
        year: Its year.
        cast: Names the catalogue has already.
    """

    title: str
    original_title: str
    year: int
    cast: frozenset[str] = frozenset()


@dataclass(frozen=True, order=True)
class _Pair:
    """A film of the catalogue with one of Wikipedia's; the smaller, the better."""

    rank: int
    missing_cast: int
    shortness: int
    film: int
    page: int


def match_films(
    films: Sequence[CatalogFilm | None], pages: Sequence[WikipediaFilm]
) -> tuple[dict[int, int], int]:
    """Match films to pages, each page to one film.

    Pairs are made best first: same title and year, with the same article before without it (a single word
    needs it); same second title and year; the same titles, article included, with the year before or after;
    last, with the same year, a title that differs by a prefix, a subtitle or the way a number is written.
    Within a kind the larger common cast wins, then the longer extract, then the catalogue's order.

    Args:
        films: (n_items,) None = cannot be matched (no year).
        pages: Wikipedia's films.

    Returns:
        page by film, and how many films share another film's page because title and year are the same.
    """
    keys = [_key(film) for film in films]
    by_title, by_variant = _index(pages)
    pairs: list[_Pair] = []
    for number, film in enumerate(films):
        if film is None:
            continue
        ranks: dict[int, int] = {}
        for rank, page in _candidates(film, pages, by_title, by_variant):
            ranks[page] = min(rank, ranks.get(page, rank))
        for page, rank in ranks.items():
            common = len(film.cast & {name.casefold() for name in pages[page].cast})
            pairs.append(_Pair(rank, -common, -len(pages[page].extract), number, page))
    chosen: dict[int, int] = {}
    owner: dict[int, int] = {}
    shared = 0
    for pair in sorted(pairs):
        if pair.film in chosen:
            continue
        if pair.page in owner:
            if keys[owner[pair.page]] != keys[pair.film]:
                continue
            shared += 1
        chosen[pair.film] = pair.page
        owner.setdefault(pair.page, pair.film)
    return chosen, shared


def _key(film: CatalogFilm | None) -> tuple[str, int] | None:
    return None if film is None else (normalise_title(film.title), film.year)


_Index = dict[tuple[str, int], list[int]]


def _index(pages: Sequence[WikipediaFilm]) -> tuple[_Index, _Index]:
    """Pages by (title key, year), and by (key of a variant, year)."""
    by_title: _Index = defaultdict(list)
    by_variant: _Index = defaultdict(list)
    for number, page in enumerate(pages):
        for title in page.titles:
            by_title[normalise_title(title), page.year].append(number)
            for variant in title_variants(title):
                by_variant[variant, page.year].append(number)
    return by_title, by_variant


def _candidates(
    film: CatalogFilm, pages: Sequence[WikipediaFilm], by_title: _Index, by_variant: _Index
) -> Iterator[tuple[int, int]]:
    """(rank, page) of all pages that may be the film's."""
    titles = [film.title] + ([film.original_title] if film.original_title else [])
    for place, title in enumerate(titles):
        key, whole = normalise_title(title), normalise_title(title, keep_article=True)
        for year in (film.year, film.year - 1, film.year + 1):
            for number in by_title.get((key, year), ()):
                page = pages[number]
                is_whole = whole in {normalise_title(one, keep_article=True) for one in page.titles}
                if year == film.year and (is_whole or " " in key):
                    yield 2 * place + (not is_whole), number
                elif year != film.year and is_whole and _is_same_despite_year(film, page):
                    yield 4 + place, number
    if not film.original_title:
        for variant in title_variants(film.title):
            for number in by_title.get((variant, film.year), ()):
                yield 6, number
        for number in by_variant.get((normalise_title(film.title), film.year), ()):
            yield 6, number


def _is_same_despite_year(film: CatalogFilm, page: WikipediaFilm) -> bool:
    """Whether a page listed a year off may be the film's: its text must not speak against it.

    Lists give the American release, so a page whose own text names the catalogue's year is the same film.
    Where the text names another year, a film with a foreign title is more likely another one of that name.
    """
    if page.own_year is None or page.own_year == film.year:
        return True
    return abs(page.own_year - film.year) <= 1 and not film.original_title


def title_variants(title: str) -> set[str]:
    """Keys of other ways to write a title: without a prefix or subtitle, "Vol." in full, "II" as "2"."""
    key = normalise_title(title)
    words = key.split()
    found = {" ".join("volume" if word == "vol" else word for word in words)}
    if len(words) > 1 and words[-1] in _SWAPPED:
        found.add(" ".join([*words[:-1], _SWAPPED[words[-1]]]))
    parts = _SUBTITLE.split(title)
    if len(parts) > 1:
        found.add(normalise_title(parts[0]))
        found |= {part for part in map(normalise_title, (parts[-1], title[len(parts[0]) :])) if " " in part}
    if match := _POSSESSIVE.match(title):
        rest = normalise_title(match["rest"])
        found |= {rest} if " " in rest else set()
    return {variant for variant in found if len(variant) > 1} - {key}
