"""Finding a film by what a person types: exact title, title with year, or something close to it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz, process

from core.datasets.reading.titles import normalise_title
from core.domain import Catalog
from core.errors import InvalidQueryError, UnknownItemError
from core.types import IndexVector

CLEAR = 88.0
"""Similarity (0 to 100) from which a misspelt title is taken for the film, if no other film comes close."""
LEAD = 4.0
"""By how much the best must lead the second to be taken without asking."""
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
        key = self._key(query)
        scored = process.extract(
            key, self._keys, scorer=_similarity, limit=max(limit * 3, 30), score_cutoff=45
        )
        ranked = sorted(
            ((s, i) for _, s, i in scored),
            key=lambda pair: (-round(pair[0]), -self._counts[pair[1]], pair[1]),
        )
        exact = [(100.0, i) for i in sorted(self._titles.get(key, []), key=lambda i: -self._counts[i])]
        known = {i for _, i in exact}
        best = exact + [(s, i) for s, i in ranked if i not in known]
        return [Match(i, self.labels[i], float(s)) for s, i in best[:limit]]

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
        same = self._titles.get(self._key(text), [])
        by_label = [i for i in same if self._keys[i] == self._key(text)]
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


def _similarity(query: str, label: str, *, score_cutoff: float | None = None, **_: object) -> float:
    """Whole titles count most; the beginning of a title and its words in another order count, too."""
    whole = fuzz.ratio(query, label)
    words = fuzz.token_sort_ratio(query, label) * 0.98
    start = 96.0 if label.startswith(query + " ") else 0.0
    part = fuzz.partial_ratio(query, label) * 0.85 if len(query) >= 4 else 0.0
    return float(max(whole, words, start, part))


def most_rated(counts: IndexVector, limit: int) -> IndexVector:
    """item_index of the films with most ratings, most first, ties by index."""
    return np.argsort(-counts, kind="stable")[:limit].astype(np.int64)
