"""The films of a catalogue, ready to be found by ids, by title and year, and by other ways to write a title."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.datasets.reading.title_keys import numbers_of, prefixed, title_key, variants
from core.datasets.reading.titles import normalise_title
from core.domain import Catalog
from core.types import IndexVector

SHORTEST_PART = 8
"""Letters that a title's part needs to stand for the title."""
LETTERS_PER_SLIP = 5
"""Letters of a title from which on one more may differ for the film to be offered."""
MOST_SLIPS = 4


class Tie(IntEnum):
    """What ties a film of a history to one of the catalogue, the strongest first."""

    CHOICE = 0
    ID = 1
    TITLE = 2
    ARTICLE = 3
    SPELLING = 4
    VARIANT = 5
    PART = 6
    SIMILAR = 7

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self]


_WORDS = {
    Tie.CHOICE: "as you said",
    Tie.ID: "id",
    Tie.TITLE: "title",
    Tie.ARTICLE: "title but for the article",
    Tie.SPELLING: "title spelt another way",
    Tie.VARIANT: "title without a subtitle or number",
    Tie.PART: "part of the title",
    Tie.SIMILAR: "nearly the same title",
}


@dataclass(frozen=True)
class Slip:
    """A title that is nearly the same: the film, how many letters differ, of how many, and whether all numbers agree."""

    item_index: int
    slips: int
    letters: int
    has_same_numbers: bool


class FilmIndex:
    """Ids and titles of one catalogue.

    Args:
        catalog: The films.
        counts: (n_items,) ratings per film: of two films with one id, the better known is meant.
    """

    def __init__(self, catalog: Catalog, counts: IndexVector) -> None:
        items = catalog.items
        self.catalog, self.counts = catalog, counts
        self.years: list[int | None] = [None if pd.isna(year) else int(year) for year in items["year"]]
        self.imdb_ids: list[str] = items["imdb_id"].tolist()
        self.tmdb_ids: list[str] = items["tmdb_id"].tolist()
        self.newest = max((year for year in self.years if year), default=None)
        self.item_of = {str(item_id): n for n, item_id in enumerate(catalog.ids)}

    @cached_property
    def names(self) -> list[tuple[str, ...]]:
        """By item_index: a film's title, and its original one."""
        pairs = zip(self.catalog.items["title"], self.catalog.items["original_title"], strict=True)
        return [tuple(dict.fromkeys(name for name in pair if name)) for pair in pairs]

    def with_id(self, imdb_id: str, tmdb_id: str) -> int | None:
        """The film of an id; IMDb's counts first."""
        found = self._by_imdb.get(imdb_id) if imdb_id else None
        return self._by_tmdb.get(tmdb_id) if found is None and tmdb_id else found

    @cached_property
    def _by_imdb(self) -> dict[str, int]:
        return self._best_known(self.imdb_ids)

    @cached_property
    def _by_tmdb(self) -> dict[str, int]:
        return self._best_known(self.tmdb_ids)

    def _best_known(self, ids: list[str]) -> dict[str, int]:
        order = sorted(range(len(ids)), key=lambda n: (int(self.counts[n]), -n))
        return {ids[n]: n for n in order if ids[n]}

    @cached_property
    def _by_key(self) -> dict[Tie, dict[str, list[int]]]:
        found = {kind: self._keyed(keys) for kind, keys in _KEYS.items()}
        found[Tie.VARIANT] = self._keyed(variants)
        found[Tie.PART] = self._keyed(_parts)
        return found

    def _keyed(self, keys_of: Callable[[str], Iterable[str]]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for item, names in enumerate(self.names):
            for key in {key for name in names for key in keys_of(name)}:
                found[key].append(item)
        return dict(found)

    def titled(self, names: Iterable[str]) -> dict[int, Tie]:
        """Films that one of these titles may stand for, whatever their year: item_index -> the strongest tie."""
        found: dict[int, Tie] = {}
        given = list(names)
        for kind, keys_of in _KEYS.items():
            self._add(found, kind, self._by_key[kind], (key for name in given for key in keys_of(name)))
        spelt = self._by_key[Tie.SPELLING]
        own = [key for name in given for key in _spelt(name)]
        for kind, shorter in ((Tie.VARIANT, variants), (Tie.PART, _parts)):
            self._add(found, kind, self._by_key[kind], own)
            self._add(found, kind, spelt, (key for name in given for key in shorter(name)))
        return found

    @staticmethod
    def _add(found: dict[int, Tie], kind: Tie, films: dict[str, list[int]], keys: Iterable[str]) -> None:
        for key in keys:
            for item in films.get(key, ()):
                found.setdefault(item, kind)

    def similar(self, names: Iterable[str], years: Iterable[int] | None) -> list[Slip]:
        """Films whose title differs by few letters, the fewest first.

        Args:
            names: Titles that are meant.
            years: Of which years; None = of all.
        """
        found: dict[int, Slip] = {}
        pools = [self._spelt_of[None]] if years is None else [self._spelt_of.get(year, []) for year in years]
        for key in dict.fromkeys(key for name in names for key in _spelt(name)):
            most = min(len(key) // LETTERS_PER_SLIP, MOST_SLIPS)
            if not most:
                continue
            for pool in pools:
                keys = [pair[0] for pair in pool]
                for _, slips, n in process.extract(
                    key, keys, scorer=OSA.distance, score_cutoff=most, limit=10
                ):
                    other, item = pool[n]
                    slip = Slip(item, int(slips), len(key), numbers_of(key) == numbers_of(other))
                    if item not in found or slip.slips < found[item].slips:
                        found[item] = slip
        return sorted(
            found.values(), key=lambda slip: (slip.slips, -int(self.counts[slip.item_index]), slip.item_index)
        )

    @cached_property
    def _spelt_of(self) -> dict[int | None, list[tuple[str, int]]]:
        """By year, and under None all: the keys of titles, with item_index."""
        found: dict[int | None, list[tuple[str, int]]] = defaultdict(list)
        for item, names in enumerate(self.names):
            for key in {key for name in names for key in _spelt(name)}:
                found[None].append((key, item))
                if self.years[item] is not None:
                    found[self.years[item]].append((key, item))
        found[None] += []
        return dict(found)


def _exact(name: str) -> tuple[str]:
    return (normalise_title(name, keep_article=True),)


def _without_article(name: str) -> tuple[str]:
    return (normalise_title(name),)


def _spelt(name: str) -> tuple[str, ...]:
    key = title_key(name)
    return (key,) if key else ()


def _parts(name: str) -> set[str]:
    """What stands behind a prefix, and before "or (...)" and the like, where it is long enough to stand alone."""
    ends = [rest for _, rest in prefixed(name)]
    head, _, tail = name.partition(" or (" if " or (" in name else " or: ")
    keys = {title_key(part) for part in (*ends, *([head] if tail else []))}
    return {key for key in keys if len(key) >= SHORTEST_PART or (tail and key == title_key(head))}


_KEYS: dict[Tie, Callable[[str], tuple[str, ...]]] = {
    Tie.TITLE: _exact,
    Tie.ARTICLE: _without_article,
    Tie.SPELLING: _spelt,
}
"""Keys that are equal for two ways to write one whole title."""
