"""Suggestions while a title is typed: the best match first, from the first letter on."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from core.datasets.reading.titles import normalise_title
from core.domain import Catalog
from core.errors import AtlasError
from core.text import fold
from core.types import IndexVector
from core.words.title_search import LONGEST, TitleIndex

LIKELY = 70.0
"""Similarity (0 to 100) from which a title is suggested for what may be a slip."""
TAKEN = 80.0
"""Similarity from which the best suggestion is taken for what was typed to its end."""
NOT_AT_ALL = 4
"""The tier of titles that do not hold the text."""
SHORTEST_INSIDE = 3
"""Fewer letters are not looked for in the middle of titles."""


class TitleSuggestions:
    """Titles of one catalogue, ready for somebody who types.

    Args:
        catalog: The films.
        counts: (n_items,) how many know each film: the better known comes first.
        titles: The same films, to be searched where nothing begins or goes on like that.
    """

    def __init__(self, catalog: Catalog, counts: IndexVector, titles: TitleIndex) -> None:
        self._items, self._titles = catalog.items, titles
        votes = catalog.items["n_votes"].fillna(0).to_numpy(np.float64)
        order = np.lexsort((np.arange(len(catalog)), -votes, -counts))
        self._order = [int(film) for film in order]

    @cached_property
    def _names(self) -> list[tuple[str, ...]]:
        """By fame: what each film is called, with and without article and year."""
        columns = self._items["title"], self._items["original_title"], self._titles.labels
        found = []
        for film in self._order:
            title, original, label = (str(column[film]) for column in columns)
            names = (normalise_title(title), _plain(title), normalise_title(original), normalise_title(label))
            found.append(tuple(dict.fromkeys(name for name in names if name)))
        return found

    @cached_property
    def _lines(self) -> list[str]:
        """All names of each film in one line: most films are told at a glance that they do not hold the text."""
        return [" \n ".join(names) for names in self._names]

    def prepare(self) -> None:
        """Make what suggestions need now, so that the first does not wait for it."""
        _ = self._lines

    def suggest(self, text: str, limit: int = 8, *, without: Sequence[int] = ()) -> list[int]:
        """item_index of the films that may be meant, best first.

        Whole titles come first, then titles that begin like the text, those with a word that does, and those that hold it;
        where there are none, those that are spelt nearly so. Among equals the better known comes first.

        Args:
            text: What was typed so far; nothing and anything too long find nothing.
            limit: How many at most.
            without: item_index of films that are not to be named.
        """
        asked = _asked(text)
        if not asked:
            return []
        tiers: list[list[int]] = [[], [], [], []]
        left_out = set(without)
        for film, names, line in zip(self._order, self._names, self._lines, strict=True):
            if film in left_out or not any(key in line for key in asked):
                continue
            tier = min(_tier(name, key) for name in names for key in asked)
            if tier < len(tiers):
                tiers[tier].append(film)
        found = [film for tier in tiers for film in tier][:limit]
        return found or [film for film in self._spelt_nearly(text, LIKELY) if film not in left_out][:limit]

    def best(self, text: str) -> int | None:
        """item_index of the film that somebody means who typed this to its end; None where no title comes near."""
        exact = self._titles.clearly(text) if text.strip() else None
        if exact is not None:
            return exact
        named = self._titles.named(text)
        if named:
            return named[0]
        found = self.suggest(text, 1)
        asked = _asked(text)
        if found and any(_tier(name, key) < NOT_AT_ALL for name in self._names_of(found[0]) for key in asked):
            return found[0]
        near = self._spelt_nearly(text, TAKEN)
        return near[0] if near else None

    def _names_of(self, film: int) -> tuple[str, ...]:
        return self._names[self._order.index(film)]

    def _spelt_nearly(self, text: str, least: float) -> list[int]:
        try:
            return [one.item_index for one in self._titles.search(text) if one.similarity >= least]
        except AtlasError:
            return []


def _plain(text: str) -> str:
    """A title with its article and without signs."""
    return normalise_title(text, keep_article=True)


def _asked(text: str) -> tuple[str, ...]:
    """What is looked for: the text as titles are written in keys, with and without its article."""
    if not text.strip() or len(text) > LONGEST:
        return ()
    keys = normalise_title(text), _plain(text), fold(text).strip()
    return tuple(dict.fromkeys(key for key in keys if key))


def _tier(name: str, key: str) -> int:
    """0 = the same, 1 = begins so, 2 = a word begins so, 3 = holds it, NOT_AT_ALL = does not."""
    if name == key:
        return 0
    if name.startswith(key):
        return 1
    if (place := name.find(" " + key)) >= 0 and place:
        return 2
    return 3 if len(key) >= SHORTEST_INSIDE and key in name else NOT_AT_ALL
