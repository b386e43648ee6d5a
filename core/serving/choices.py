"""What a question may choose from."""

from core import recommenders
from core.domain.catalog import CATALOG_COLUMNS
from core.serving.atlas import Atlas

OWN_COLUMNS = CATALOG_COLUMNS
"""The columns of a person's own film table that can be mapped by hand."""


FIRST = ("taste", "content", "popularity")
"""Methods in the order in which a visitor who chose none is answered by them."""


def available_methods(atlas: Atlas) -> list[str]:
    """Names of the methods that can answer for this dataset, in the registry's order."""
    refused = atlas.about.get("cannot_fit", {})
    return [name for name in recommenders.names() if name not in refused]


def default_method(atlas: Atlas) -> str:
    """The method to begin with: the first of `FIRST` that the build has learned, so that nobody waits long."""
    can = [name for name in available_methods(atlas) if atlas.manifest.has_method(name)]
    return next((name for name in FIRST if name in can), "popularity")


def year_range(atlas: Atlas) -> tuple[int, int]:
    """First and last year of the films; (0, 0) where no year is known."""
    return atlas.filters.year_range


def languages(atlas: Atlas) -> list[str]:
    """Original languages of the films, commonest first; unknown ones left out."""
    films = atlas.filters.films_by_value("language")
    return sorted(films, key=lambda language: -len(films[language]))
