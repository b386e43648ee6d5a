"""Which films pass a filter."""

from functools import cached_property

import numpy as np

from core.domain import Catalog, Filters
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

    @cached_property
    def _genres(self) -> dict[str, BoolVector]:
        lists = self._catalog.items["genres"]
        return {
            g: np.fromiter((g in own for own in lists), bool, len(lists)) for g in self._catalog.genre_names()
        }

    @cached_property
    def _years(self) -> FloatVector:
        return self._catalog.items["year"].to_numpy(np.float32, na_value=np.nan)

    @cached_property
    def _languages(self) -> np.ndarray:
        return self._catalog.items["language"].to_numpy(object)

    def mask(self, filters: Filters) -> BoolVector:
        """(n_items,) True = passes.

        Raises:
            InvalidQueryError: A genre or a language that no film has.
        """
        allowed = np.ones(len(self._catalog), bool)
        for genre in (*filters.genres, *filters.not_genres):
            if genre not in self._genres:
                raise InvalidQueryError(
                    f"No film has the genre “{genre[:60]}”.", hint="Known: " + ", ".join(self._genres) + "."
                )
        if filters.genres:
            allowed &= np.logical_or.reduce([self._genres[genre] for genre in filters.genres])
        for genre in filters.not_genres:
            allowed &= ~self._genres[genre]
        if filters.years:
            allowed &= (self._years >= filters.years[0]) & (self._years <= filters.years[1])
        if filters.languages:
            known = set(self._languages)
            for language in filters.languages:
                if language not in known:
                    raise InvalidQueryError(f"No film has the language “{language[:20]}”.")
            allowed &= np.isin(self._languages, list(filters.languages))
        if filters.min_ratings:
            allowed &= self._counts >= filters.min_ratings
        return allowed
