"""Which of Wikipedia's films may be a catalogue's film, and what speaks for each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from core.datasets.reading.title_keys import (
    is_prefix_named,
    numbers_of,
    prefixed,
    spelling,
    title_key,
    variants,
)
from core.datasets.reading.titles import normalise_title
from core.datasets.wikipedia.film_lists import WikipediaFilm

MIN_SIMILAR = 14
"""Letters of a key from which on one letter in so many may differ."""


@dataclass(frozen=True)
class CatalogFilm:
    """What of a catalogue's film is compared.

    Attributes:
        title: Its title.
        original_title: Its second title, "" without one.
        year: Its year.
        names: People (and whatever else) the catalogue names with it, in lower case: cast, directors, keywords.
        is_documentary, is_animated: By its genres; None = it has none.
        imdb_id: "" = unknown.
        n_votes: How many people rated it.
    """

    title: str
    original_title: str
    year: int
    names: frozenset[str] = frozenset()
    is_documentary: bool | None = None
    is_animated: bool | None = None
    imdb_id: str = ""
    n_votes: int = 0


class Evidence(IntEnum):
    """What ties a film to a page, the strongest first."""

    TITLE = 0
    TITLE_BUT_ARTICLE = 1
    SECOND_TITLE = 2
    SECOND_TITLE_BUT_ARTICLE = 3
    YEAR_IN_TEXT = 4
    YEAR_APART = 5
    SECOND_TITLE_YEAR_APART = 6
    SPELLING = 7
    NAME_IN_TEXT = 8
    VARIANT = 9
    SIMILAR = 10

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self]


_WORDS = {
    Evidence.TITLE: "title and year",
    Evidence.TITLE_BUT_ARTICLE: "title but for the article, and year",
    Evidence.SECOND_TITLE: "second title and year",
    Evidence.SECOND_TITLE_BUT_ARTICLE: "second title but for the article, and year",
    Evidence.YEAR_IN_TEXT: "title, and the year in the page's text",
    Evidence.YEAR_APART: "title, a year apart",
    Evidence.SECOND_TITLE_YEAR_APART: "second title, a year apart",
    Evidence.SPELLING: "title spelt another way, and year",
    Evidence.NAME_IN_TEXT: "another name in the page's text, and year",
    Evidence.VARIANT: "title without a subtitle, prefix or number, and year",
    Evidence.SIMILAR: "nearly the same title, and year",
}


@dataclass(frozen=True)
class Candidate:
    """A page that may be a film's, and why."""

    page: int
    evidence: Evidence


class Candidates:
    """Wikipedia's films by the keys of their titles."""

    def __init__(self, pages: Sequence[WikipediaFilm]) -> None:
        """Index the pages; nothing of them is changed."""
        self.pages = pages
        self._by_title: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_spelling: dict[str, list[int]] = defaultdict(list)
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_variant: dict[str, list[int]] = defaultdict(list)
        self._by_rest: dict[str, list[int]] = defaultdict(list)
        self._by_year: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, page in enumerate(pages):
            for title in page.titles:
                _add(self._by_title, normalise_title(title), number)
                _add(self._by_spelling, spelling(title), number)
                _add(self._by_key, title_key(title), number)
                for variant in variants(title):
                    _add(self._by_variant, variant, number)
                for _, rest in prefixed(title):
                    if " " in normalise_title(rest):
                        _add(self._by_rest, normalise_title(rest, keep_article=True), number)
                for year in {page.year, page.own_year or page.year}:
                    _add(self._by_year[year], spelling(title), number)
            keys = {title_key(title) for title in page.titles}
            for name in page.other_names:
                if title_key(name) not in keys:
                    _add(self._by_name, normalise_title(name, keep_article=True), number)
                    _add(self._by_name, spelling(name), number)

    def of(self, film: CatalogFilm) -> dict[int, Evidence]:
        """The pages that may be the film's, each with the strongest evidence for it."""
        found: dict[int, Evidence] = {}
        for candidate in self._by_evidence(film):
            found[candidate.page] = min(candidate.evidence, found.get(candidate.page, candidate.evidence))
        return found or {one.page: one.evidence for one in self._similar(film)}

    def years_of(self, film: CatalogFilm) -> set[int]:
        """Years that lists and texts give films of its title or second title."""
        numbers = [n for title in _titles(film) for n in self._by_title.get(normalise_title(title), ())]
        return {year for n in numbers for year in (self.pages[n].year, self.pages[n].own_year) if year}

    def _by_evidence(self, film: CatalogFilm) -> Iterator[Candidate]:
        for place, title in enumerate(_titles(film)):
            for number in self._by_title.get(normalise_title(title), ()):
                evidence = self._of_same_title(film, title, number, is_second=place > 0)
                if evidence is not None:
                    yield Candidate(number, evidence)
            yield from self._same_year(film, self._by_key, [spelling(title)], Evidence.SPELLING)
            yield from self._same_year(film, self._by_spelling, [title_key(title)], Evidence.SPELLING)
            names = [normalise_title(title, keep_article=True), spelling(title)]
            yield from self._same_year(film, self._by_name, names, Evidence.NAME_IN_TEXT)
        if not is_foreign(film):
            for title in _titles(film):
                kinds = (self._by_key, variants(title)), (self._by_variant, [title_key(title)])
                for index, keys in kinds:
                    yield from self._same_year(film, index, keys, Evidence.VARIANT)
                yield from self._same_year(film, self._by_name, variants(title), Evidence.VARIANT)
                whole = normalise_title(title, keep_article=True)
                yield from self._same_year(film, self._by_rest, [whole], Evidence.VARIANT)
                yield from self._of_prefix(film, title)

    def _of_same_title(
        self, film: CatalogFilm, title: str, number: int, *, is_second: bool
    ) -> Evidence | None:
        """What a page with this title is worth, by article and year; None = it is another film's."""
        page = self.pages[number]
        is_whole = _has_title(page, title)
        is_enough = is_whole or " " in normalise_title(title)
        apart = abs(page.year - film.year)
        if apart == 0 and is_enough:
            return Evidence(2 * is_second + (not is_whole))
        if page.own_year == film.year and is_enough and self.is_possible(film, number):
            return Evidence.YEAR_IN_TEXT
        if not is_whole or not self.is_possible(film, number):
            return None
        if apart <= 1 and _is_same_despite_year(film, page):
            return Evidence.SECOND_TITLE_YEAR_APART if is_second else Evidence.YEAR_APART
        return None

    def _same_year(
        self, film: CatalogFilm, index: dict[str, list[int]], keys: Iterable[str], evidence: Evidence
    ) -> Iterator[Candidate]:
        for key in keys:
            for number in index.get(key, ()) if key else ():
                if self.is_of_year(film, number) and self.is_possible(film, number):
                    yield Candidate(number, evidence)

    def _of_prefix(self, film: CatalogFilm, title: str) -> Iterator[Candidate]:
        """ "Ann Lee's Home" or "Lake Tales: Home" and a page "Home" whose text or cast names Ann Lee, Lake Tales."""
        for prefix, rest in prefixed(title):
            for number in self._by_title.get(normalise_title(rest), ()):
                page = self.pages[number]
                if not _has_title(page, rest):
                    continue
                is_named = is_prefix_named(prefix, rest, f"{page.extract} {' '.join(page.cast)}")
                if is_named and self.is_of_year(film, number) and self.is_possible(film, number):
                    yield Candidate(number, Evidence.VARIANT)

    def _similar(self, film: CatalogFilm) -> Iterator[Candidate]:
        """Pages of its year whose title differs by a letter in fourteen, where these are all of one title."""
        pool = self._by_year.get(film.year, {})
        found: dict[str, list[int]] = {}
        for title in _titles(film):
            key = spelling(title)
            limit = len(key) // MIN_SIMILAR
            if not limit:
                continue
            near = process.extract(
                key, list(pool), scorer=Levenshtein.distance, processor=None, score_cutoff=limit, limit=None
            )
            for other, _, _ in near:
                if numbers_of(other) == numbers_of(key):
                    found[other] = [number for number in pool[other] if self.is_possible(film, number)]
        if len(found) == 1:
            yield from (Candidate(number, Evidence.SIMILAR) for number in next(iter(found.values())))

    def is_of_year(self, film: CatalogFilm, number: int) -> bool:
        """Whether the list or the page's text gives the film's year."""
        return film.year in (self.pages[number].year, self.pages[number].own_year)

    def is_possible(self, film: CatalogFilm, number: int) -> bool:
        """Whether genres and text agree on what is a documentary and what is animated, as far as both know."""
        page = self.pages[number]
        kinds = ((film.is_documentary, page.is_documentary), (film.is_animated, page.is_animated))
        return all(one is None or other is None or one == other for one, other in kinds)


def _add(index: dict[str, list[int]], key: str, number: int) -> None:
    if key and number not in index[key][-1:]:
        index[key].append(number)


def _has_title(page: WikipediaFilm, title: str) -> bool:
    """Whether it is one of the page's titles, article included."""
    whole = normalise_title(title, keep_article=True)
    return whole in {normalise_title(one, keep_article=True) for one in page.titles}


def _titles(film: CatalogFilm) -> list[str]:
    return [film.title] + ([film.original_title] if film.original_title else [])


def is_foreign(film: CatalogFilm) -> bool:
    """Whether its second title is another one, and not the first one made longer."""
    first, second = title_key(film.title), title_key(film.original_title)
    return bool(second) and first not in second and second not in first


def _is_same_despite_year(film: CatalogFilm, page: WikipediaFilm) -> bool:
    """Whether a page listed a year off may be the film's: its text must not speak against it.

    Lists give the American release, so a page whose own text names the catalogue's year is the same film.
    Where the text names another year, a film with a foreign title is more likely another one of that name.
    """
    if page.own_year is None or page.own_year == film.year:
        return True
    return abs(page.own_year - film.year) <= 1 and not is_foreign(film)
