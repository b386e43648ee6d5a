"""Matching a catalogue to Wikipedia's films, without common ids, by title, year and people: precision first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.datasets.reading.titles import normalise_title
from core.datasets.wikipedia.candidates import Candidates, CatalogFilm, Evidence
from core.datasets.wikipedia.film_lists import WikipediaFilm


class Loss(StrEnum):
    """Why a film has no page."""

    NO_YEAR = "without a year"
    NOT_LISTED = "in no list under a title of theirs"
    OTHER_YEAR = "title listed in other years only"
    TAKEN = "page fits another film better"
    AMBIGUOUS = "two pages fit equally"
    DOUBTFUL = "page of that year lacks the article or is of another kind"


@dataclass(frozen=True)
class Matching:
    """Which page is which film's.

    Attributes:
        page_of: Page by film.
        evidence_of: What ties them, by film.
        loss_of: Why there is no page, for all other films.
        shared: How many films share another's page because they are the same film under a second id.
    """

    page_of: Mapping[int, int]
    evidence_of: Mapping[int, Evidence]
    loss_of: Mapping[int, Loss]
    shared: int

    def by_evidence(self) -> dict[Evidence, int]:
        """How many films each kind of evidence ties, the strongest first."""
        counts = Counter(self.evidence_of.values())
        return {kind: counts[kind] for kind in Evidence if counts[kind]}

    def by_loss(self) -> dict[Loss, int]:
        """How many films each reason left without a page."""
        counts = Counter(self.loss_of.values())
        return {reason: counts[reason] for reason in Loss if counts[reason]}


@dataclass(frozen=True, order=True)
class _Pair:
    """A film of the catalogue with one of Wikipedia's; the smaller, the better.

    Attributes:
        evidence: How the titles and years agree.
        is_against: Whether genres and text disagree on documentary or animation.
        missing_people: Minus the number of people named by both.
        is_other_year: Whether the page's text gives another year than the catalogue, or none.
        fewness: Minus the film's votes: lists of releases hold the better known of two films of one name.
        shortness: Minus the length of the page's text.
    """

    evidence: Evidence
    is_against: bool
    missing_people: int
    is_other_year: bool
    fewness: int
    shortness: int
    film: int
    page: int

    @property
    def merit(self) -> tuple[Evidence, bool, int, bool]:
        """What decides between a film's pages; two that are equal here cannot be told apart."""
        return self.evidence, self.is_against, self.missing_people, self.is_other_year


def match_films(films: Sequence[CatalogFilm | None], pages: Sequence[WikipediaFilm]) -> Matching:
    """Match films to pages, each page to one film, the strongest evidence first (see `Evidence`).

    Of pairs with equal evidence, those come first where documentary and animation agree, with more people named by
    both, whose page's text gives the film's year, of the film with more votes, with the longer text; then the
    catalogue's order. A film that two pages with different texts fit equally gets neither. A page goes to a second film
    only where that is the same one twice: equal title and year, and no two IMDb ids.

    Args:
        films: (n_items,) None = cannot be matched (no year).
        pages: Wikipedia's films.
    """
    candidates = Candidates(pages)
    pairs = [
        _pair(candidates, film, number, page, evidence)
        for number, film in enumerate(films)
        if film is not None
        for page, evidence in candidates.of(film).items()
    ]
    page_of: dict[int, int] = {}
    evidence_of: dict[int, Evidence] = {}
    owner: dict[int | str, int] = {}
    rivals = _rivals(pairs, pages)
    shared = 0
    for pair in sorted(pairs):
        if pair.film in page_of or pair.film in rivals:
            continue
        page = pages[pair.page].extract or pair.page  # rows with one text are one page
        if page in owner:
            if not _is_same_film(films[owner[page]], films[pair.film]):
                continue
            shared += 1
        page_of[pair.film] = pair.page
        evidence_of[pair.film] = pair.evidence
        owner.setdefault(page, pair.film)
    hopeful = {pair.film for pair in pairs}
    loss_of = {
        number: _loss(film, candidates, is_rival=number in rivals, is_hopeful=number in hopeful)
        for number, film in enumerate(films)
        if number not in page_of
    }
    return Matching(page_of, evidence_of, loss_of, shared)


def _pair(candidates: Candidates, film: CatalogFilm, number: int, page: int, evidence: Evidence) -> _Pair:
    one = candidates.pages[page]
    return _Pair(
        evidence,
        not candidates.is_possible(film, page),
        -len(film.names.intersection(map(str.casefold, one.people))) if film.names else 0,
        one.own_year != film.year,
        -film.n_votes,
        -len(one.extract),
        number,
        page,
    )


def _rivals(pairs: Sequence[_Pair], pages: Sequence[WikipediaFilm]) -> set[int]:
    """Films whose best pages are equally good and of different texts."""
    best: dict[int, _Pair] = {}
    for pair in pairs:
        best[pair.film] = min(pair, best.get(pair.film, pair))
    texts: dict[int, set[str]] = {}
    for pair in pairs:
        if pair.merit == best[pair.film].merit and pages[pair.page].extract:
            texts.setdefault(pair.film, set()).add(pages[pair.page].extract)
    return {film for film, found in texts.items() if len(found) > 1}


def _is_same_film(one: CatalogFilm | None, other: CatalogFilm | None) -> bool:
    """Whether two rows of a catalogue are the same film under two ids."""
    if one is None or other is None:
        return False
    is_same_title = normalise_title(one.title) == normalise_title(other.title)
    ids = {one.imdb_id, other.imdb_id} - {""}
    return is_same_title and one.year == other.year and len(ids) <= 1


def _loss(film: CatalogFilm | None, candidates: Candidates, *, is_rival: bool, is_hopeful: bool) -> Loss:
    """Why a film went without a page."""
    if film is None:
        return Loss.NO_YEAR
    if is_rival:
        return Loss.AMBIGUOUS
    if is_hopeful:
        return Loss.TAKEN
    years = candidates.years_of(film)
    if film.year in years:
        return Loss.DOUBTFUL
    return Loss.OTHER_YEAR if years else Loss.NOT_LISTED
