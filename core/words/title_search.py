"""Finding a film by what a person types: exact title, title with year, or something close to it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from core.datasets.reading.titles import normalise_title, split_title
from core.domain import Catalog
from core.domain.catalog import item_label
from core.errors import InvalidQueryError, UnknownItemError
from core.types import FloatVector, IndexVector

CLEAR = 88.0
"""Similarity (0 to 100) from which a misspelt title is taken for the film, if no other film comes close."""
LEAD = 4.0
"""By how much the best must lead the second to be taken without asking."""
LEAST = 45.0
"""Similarity (0 to 100) from which a title is a match at all."""
SHORTEST_PART = 4
"""Shorter queries are not looked for inside titles."""
LONGEST = 300
"""Longer queries are refused: no title is that long, and fuzzy search takes time in proportion."""

_ID = re.compile(r"(?:^|\[)id:(?P<id>[^\]]+)\]?$")


@dataclass(frozen=True)
class Match:
    """A film found for a query: its item_index, its label, and how similar they are (100 = the same)."""

    item_index: int
    label: str
    similarity: float


class TitleIndex:
    """Titles of one catalogue, ready to be searched.

    Args:
        catalog: The films.
        counts: (n_items,) ratings per film: among equally similar titles the better known comes first.
    """

    def __init__(self, catalog: Catalog, counts: IndexVector) -> None:
        self.labels = catalog.labels()
        self._catalog, self._counts = catalog, counts
        self._ids = {str(item_id): i for i, item_id in enumerate(catalog.ids)}

    def prepare(self) -> None:
        """Make what searches need now, so that none waits for it."""
        _ = self._bare, self._titles

    @cached_property
    def options(self) -> list[str]:
        """The label of every film, with its id behind it where two films share a label: `find` takes each back."""
        seen = Counter(self.labels)
        return [
            f"{label} [id:{item_id}]" if seen[label] > 1 else label
            for label, item_id in zip(self.labels, self._catalog.ids, strict=True)
        ]

    @cached_property
    def _keys(self) -> list[str]:
        return [normalise_title(label) for label in self.labels]

    @cached_property
    def _bare(self) -> list[str]:
        return [normalise_title(title) for title in self._catalog.items["title"]]

    @cached_property
    def _titles(self) -> dict[str, list[int]]:
        """Item indices by normalised title without year, original title and label."""
        found: dict[str, list[int]] = {}
        items = self._catalog.items
        for i, names in enumerate(zip(self._keys, items["title"], items["original_title"], strict=True)):
            for name in {names[0], normalise_title(names[1]), normalise_title(names[2])} - {""}:
                found.setdefault(name, []).append(i)
        return found

    def search(self, query: str, limit: int = 10) -> list[Match]:
        """The films whose "Title (Year)" is most similar, best first.

        Raises:
            InvalidQueryError: The query is empty or far too long.
        """
        self._key(query)
        scores = np.zeros(len(self._keys), np.float32)
        for name in _names_in(query):
            for keys in (self._keys, self._bare):
                scores = np.maximum(scores, _similarities(normalise_title(name), keys))
        exact = self.named(query)
        scores[exact] = 0
        found = np.flatnonzero(scores >= LEAST)
        ranked = found[np.lexsort((found, -self._counts[found], -np.round(scores[found])))]
        best = [(100.0, i) for i in exact] + [(float(scores[i]), i) for i in ranked.tolist()]
        return [Match(i, self.labels[i], s) for s, i in best[:limit]]

    def find(self, query: str) -> int:
        """item_index of the one film that is meant.

        By id ("id:…", also in brackets at the end), by label, by title, or by a clear misspelling of one.

        Raises:
            UnknownItemError: No film, or several; with suggestions.
            InvalidQueryError: The query is empty or far too long.
        """
        text = query.strip()
        if match := _ID.search(text):
            if match["id"] in self._ids:
                return self._ids[match["id"]]
            raise UnknownItemError(query)
        self._key(text)
        key = next((key for key in map(normalise_title, _names_in(text)) if key in self._titles), "")
        same = self._titles.get(key, [])
        by_label = [i for i in same if self._keys[i] == key]
        if len(by_label) == 1 or len(same) == 1:
            return (by_label or same)[0]
        if same:
            raise UnknownItemError(query, [self.options[i] for i in same[:6]], several=True)
        matches = self.search(text, 6)
        if matches and matches[0].similarity >= CLEAR:
            second = matches[1].similarity if len(matches) > 1 else 0.0
            if matches[0].similarity - second >= LEAD:
                return matches[0].item_index
        raise UnknownItemError(query, [m.label for m in matches[:5]])

    def named(self, query: str) -> list[int]:
        """item_index of the films whose title, original title or label this is.

        Those whose article agrees, too, come first ("Heat" is no "The Heat"), then the best known.
        """
        if len(query) > LONGEST:
            return []
        name = next((one for one in _names_in(query) if normalise_title(one) in self._titles), "")
        exact = normalise_title(name, keep_article=True)
        titles, votes = self._catalog.items["title"], self._catalog.items["n_votes"].fillna(0)

        def order(film: int) -> tuple[bool, int, int, int]:
            names = titles[film], self.labels[film]
            is_exact = exact in {normalise_title(name, keep_article=True) for name in names}
            return not is_exact, -int(self._counts[film]), -int(votes[film]), film

        return sorted(self._titles.get(normalise_title(name), []), key=order)

    def clearly(self, query: str) -> int | None:
        """item_index of the one film that a misspelt title clearly means; None where none or several may be meant."""
        try:
            return self.find(query)
        except (UnknownItemError, InvalidQueryError):
            return None

    def find_all(self, queries: Sequence[str]) -> list[int]:
        """`find` for several, without repetition, in their order."""
        return list(dict.fromkeys(self.find(query) for query in queries))

    @staticmethod
    def _key(query: str) -> str:
        if len(query) > LONGEST:
            raise InvalidQueryError(
                f"A title of {len(query):,} characters was asked for.",
                hint=f"Use {LONGEST} characters at most.",
            )
        key = normalise_title(query)
        if not key:
            raise InvalidQueryError("The title is empty.", hint="Type a film's title.")
        return key


def _names_in(query: str) -> list[str]:
    """What a film may be called in a query: all of it, its title with the year, and the second title in brackets."""
    title, year, second = split_title(query)
    names = [query, item_label(title, year), item_label(second, year) if second else "", second]
    return list(dict.fromkeys(name for name in names if normalise_title(name)))


def _similarities(query: str, labels: Sequence[str]) -> FloatVector:
    """(n,) float32 from 0 to 100. Whole titles count most; the beginning of a title and other orders of words count, too."""

    def by(scorer: Any) -> FloatVector:
        return np.asarray(process.cdist([query], labels, scorer=scorer)[0], np.float32)

    best = np.maximum(by(fuzz.ratio), by(fuzz.token_sort_ratio) * np.float32(0.98))
    starts = np.fromiter((label.startswith(query + " ") for label in labels), bool, len(labels))
    best[starts] = np.maximum(best[starts], np.float32(96))
    if len(query) >= SHORTEST_PART:
        inside = np.fromiter((" " + query in " " + label for label in labels), bool, len(labels))
        best[inside] = np.maximum(best[inside], np.float32(85))
    if " " in query:
        # all its words stand in the title: "lord rings"; a label that is shorter than the query would stand in it
        is_longer = np.fromiter((len(label) >= len(query) for label in labels), bool, len(labels))
        best = np.maximum(best, by(fuzz.token_set_ratio) * np.float32(0.85) * is_longer)
    return np.asarray(best, np.float32)


def most_rated(counts: IndexVector, limit: int) -> IndexVector:
    """item_index of the films with most ratings, most first, ties by index."""
    return np.argsort(-counts, kind="stable")[:limit].astype(np.int64)
