"""Which films pass a filter."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from core.domain import Catalog, Fact, Filters
from core.errors import InvalidQueryError
from core.types import BoolVector, FloatVector, IndexVector


class FilterIndex:
    """Answers which films pass `Filters`, from arrays made once per catalogue.

    Args:
        catalog: The films.
        counts: (n_items,) number of ratings of each film.
    """

    def __init__(self, catalog: Catalog, counts: IndexVector) -> None:
        self._catalog = catalog
        self._counts = counts
        self._by_value: dict[str, dict[str, list[int]]] = {}

    @cached_property
    def _years(self) -> FloatVector:
        return self._catalog.items["year"].to_numpy(np.float32, na_value=np.nan)

    @cached_property
    def year_range(self) -> tuple[int, int]:
        """First and last year; (0, 0) where none is known."""
        known = self._years[np.isfinite(self._years)]
        return (int(known.min()), int(known.max())) if known.size else (0, 0)

    @cached_property
    def _minutes(self) -> FloatVector:
        return self._catalog.items["runtime"].to_numpy(np.float32, na_value=np.nan)

    def films_by_value(self, column: str) -> Mapping[str, list[int]]:
        """Every value of one of `FACT_COLUMNS` -> item_index of the films that have it, ascending."""
        if column not in self._by_value:
            found: dict[str, list[int]] = {}
            for item, own in enumerate(self._catalog.items["countries" if column == "country" else column]):
                for value in (own,) if isinstance(own, str) else own[:1] if column == "country" else own:
                    if value:
                        found.setdefault(value, []).append(item)
            self._by_value[column] = found
        return self._by_value[column]

    def having(self, fact: Fact) -> BoolVector:
        """(n_items,) True = one of the fact's values stands in the film's row."""
        has = np.zeros(len(self._catalog), bool)
        for column, value in fact.any_of:
            has[self.films_by_value(column).get(value, [])] = True
        return has

    def mask(self, filters: Filters) -> BoolVector:
        """(n_items,) True = passes.

        Raises:
            InvalidQueryError: A genre or a language that no film has.
        """
        allowed = np.ones(len(self._catalog), bool)
        genres, languages = self.films_by_value("genres"), self.films_by_value("language")
        for genre in (*filters.genres, *filters.not_genres):
            if genre not in genres:
                raise InvalidQueryError(
                    f"No film has the genre “{genre[:60]}”.", hint="Known: " + ", ".join(sorted(genres)) + "."
                )
        for language in filters.languages:
            if language not in languages:
                raise InvalidQueryError(f"No film has the language “{language[:20]}”.")
        for fact in filters.all_facts:
            allowed &= self.having(fact) == fact.wanted
        if filters.years:
            allowed &= _within(self._years, filters.years)
        for years in filters.not_years:
            allowed &= ~_within(self._years, years)
        if filters.minutes:
            allowed &= _within(self._minutes, filters.minutes)
        if filters.min_ratings:
            allowed &= self._counts >= filters.min_ratings
        return allowed


def _within(values: FloatVector, bounds: tuple[int, int]) -> BoolVector:
    """(n_items,) which values lie within the bounds; what is unknown does not."""
    return np.asarray((values >= bounds[0]) & (values <= bounds[1]))
