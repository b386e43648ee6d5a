"""A person's own history, found among the films of a dataset."""

from weakref import WeakKeyDictionary

from core.histories import FilmIndex, History, Matched, match_history
from core.serving.atlas import Atlas
from core.serving.fame import fame_of

_INDEXES: WeakKeyDictionary[Atlas, FilmIndex] = WeakKeyDictionary()
"""Made from films alone; nobody's history is kept here."""


def film_index(atlas: Atlas) -> FilmIndex:
    """The dataset's films by ids and titles; made when it is first asked for."""
    if atlas not in _INDEXES:
        fame = fame_of(atlas)
        counts = atlas.counts if fame is None else fame.counts.astype("int64")
        _INDEXES[atlas] = FilmIndex(atlas.catalog, counts)
    return _INDEXES[atlas]


def found_in(atlas: Atlas, history: History) -> Matched:
    """Which films of a history the dataset has; `Matched.weights` is what a `Question` takes."""
    return match_history(history, film_index(atlas), atlas.name)
