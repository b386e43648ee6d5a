"""What a map can be coloured by: a category or a number for every film."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.errors import InvalidQueryError, UnknownNameError
from core.exploration.embedding_agreement import film_agreement
from core.exploration.film_facts import languages
from core.genres.labels import main_genres
from core.maps.clusters import GROUP, REGION
from core.serving import Atlas

LANGUAGES = 9
"""Languages with a colour of their own, the commonest."""
REST = "Other"

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Context:
    """What some colours are about.

    Attributes:
        film: item_index of the film in focus.
        words: Words on the map; "" = none.
        person: user_index of somebody of the dataset.
        own: The visitor's films, item_index by "liked", "not liked" and "seen".
        other_space: A second embedding.
    """

    film: int | None = None
    words: str = ""
    person: int | None = None
    own: Mapping[str, Sequence[int]] = field(default_factory=dict)
    other_space: str | None = None


@dataclass(frozen=True, eq=False)
class Categories:
    """A category for every film.

    Attributes:
        names: The categories in their order.
        of_film: (n_items,) number of each film's category, -1 = unknown.
        all_of: Names of all the categories of each film, where a film can have several; None = one each.
    """

    names: tuple[str, ...]
    of_film: npt.NDArray[np.int64]
    all_of: Sequence[Sequence[str]] | None = None


@dataclass(frozen=True, eq=False)
class Amounts:
    """An amount for every film.

    Attributes:
        values: (n_items,) NaN = unknown.
        is_log: Whether steps of a colour are factors, not differences.
        unit: What follows a number, e.g. " min".
    """

    values: Values
    is_log: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Colour:
    """One thing to colour by.

    Attributes:
        name: For people.
        help: What it means, in a sentence.
        make: The values; raises InvalidQueryError where something has to be chosen first.
        depends: Fields of the `Context` that it reads.
    """

    name: str
    help: str
    make: Callable[[Atlas, str, Context], Categories | Amounts]
    depends: tuple[str, ...] = ()


COLOURS: dict[str, Colour] = {}
"""By name."""


def coloured(atlas: Atlas, space: str, name: str, context: Context) -> Categories | Amounts:
    """What the films of a map are coloured by.

    Raises:
        UnknownNameError: No such colour.
        InvalidQueryError: Something has to be chosen first; the hint says what.
        NotBuiltError: The map was made by an older version, which did not keep what is needed.
    """
    if name not in COLOURS:
        raise UnknownNameError("colour", name, list(COLOURS))
    return COLOURS[name].make(atlas, space, context)


def colours_for(atlas: Atlas) -> list[str]:
    """The colours that these films can have."""
    no_ratings = {"A person's stars"} if not len(atlas.interactions) else set()
    no_minutes = {"Running time"} if atlas.catalog.items["runtime"].isna().all() else set()
    return [name for name in COLOURS if name not in no_ratings | no_minutes]


def _colour(name: str, help: str, *depends: str) -> Callable[..., Callable[..., Categories | Amounts]]:
    def register(
        make: Callable[[Atlas, str, Context], Categories | Amounts],
    ) -> Callable[[Atlas, str, Context], Categories | Amounts]:
        COLOURS[name] = Colour(name, help, make, depends)
        return make

    return register


def _categories(values: Sequence[str], names: Sequence[str]) -> Categories:
    number = {name: n for n, name in enumerate(names)}
    return Categories(tuple(names), np.array([number.get(value, -1) for value in values], np.int64))


def _wanted(what: str, how: str) -> InvalidQueryError:
    return InvalidQueryError(f"The map cannot be coloured by {what} yet.", hint=how)


@_colour("Genre", "The rarest of a film's genres; the legend counts and dims by all of them.")
def _genre(atlas: Atlas, space: str, context: Context) -> Categories:
    main = main_genres(atlas.catalog)
    found = _categories(main, sorted(set(main) - {""}))
    return Categories(found.names, found.of_film, list(atlas.catalog.items["genres"]))


@_colour("Region", "The large groups of films that lie together in this embedding.")
def _region(atlas: Atlas, space: str, context: Context) -> Categories:
    return _level(atlas, space, REGION)


@_colour("Group", "The groups of films that lie together in this embedding (k-means on its vectors).")
def _group(atlas: Atlas, space: str, context: Context) -> Categories:
    return _level(atlas, space, GROUP)


def _level(atlas: Atlas, space: str, level: int) -> Categories:
    found = atlas.clustering(space)
    return Categories(tuple(place.name for place in found.places(level)), found.levels[:, level])


@_colour("Decade", "When a film came out.")
def _decade(atlas: Atlas, space: str, context: Context) -> Categories:
    years = atlas.catalog.items["year"].to_numpy(np.float64, na_value=np.nan)
    decades = ["" if np.isnan(year) else f"{int(year) // 10 * 10}s" for year in years]
    return _categories(decades, sorted(set(decades) - {""}))


@_colour("Language", f"The original language: the {LANGUAGES} commonest, and all others together.")
def _language(atlas: Atlas, space: str, context: Context) -> Categories:
    codes = [str(code) for code in atlas.catalog.items["language"]]
    known = [code for code in codes if code]
    common = sorted(set(known), key=lambda code: (-known.count(code), code))[:LANGUAGES]
    words = {code: languages().get(code, code) for code in common}
    values = [words.get(code, REST if code else "") for code in codes]
    return _categories(values, [*words.values(), REST])


@_colour("Rating", "The mean of a film's ratings, or of votes where nobody here rated anything.")
def _rating(atlas: Atlas, space: str, context: Context) -> Amounts:
    if len(atlas.interactions):
        return Amounts(np.asarray(atlas.means, np.float64))
    return Amounts(atlas.catalog.items["vote_average"].to_numpy(np.float64, na_value=np.nan))


@_colour(
    "Number of ratings", "How many people rated a film, or voted for it where nobody here rated anything."
)
def _fame(atlas: Atlas, space: str, context: Context) -> Amounts:
    counts = atlas.counts if len(atlas.interactions) else atlas.catalog.items["n_votes"].fillna(0)
    return Amounts(np.asarray(counts, np.float64), is_log=True)


@_colour("Running time", "Minutes that a film lasts.")
def _runtime(atlas: Atlas, space: str, context: Context) -> Amounts:
    return Amounts(atlas.catalog.items["runtime"].to_numpy(np.float64, na_value=np.nan), unit=" min")


@_colour("A person's stars", "What one person of the dataset rated, and how.", "person")
def _stars(atlas: Atlas, space: str, context: Context) -> Amounts:
    if context.person is None:
        raise _wanted("a person's stars", "Choose a person below.")
    values = np.full(len(atlas.catalog), np.nan)
    row = atlas.interactions.ratings[[context.person]].tocsr()
    values[row.indices] = row.data
    return Amounts(values)


@_colour("Your films", "What you like, do not like and have seen.", "own")
def _own(atlas: Atlas, space: str, context: Context) -> Categories:
    names = tuple(name for name, films in context.own.items() if films)
    if not names:
        raise _wanted("your films", "Like a film, or bring your films on the page You.")
    found = np.full(len(atlas.catalog), -1, np.int64)
    for number, name in enumerate(names):
        found[list(context.own[name])] = number
    return Categories(names, found)


@_colour("Likeness to the film", "How near every film is to the one in focus, in the full embedding.", "film")
def _to_film(atlas: Atlas, space: str, context: Context) -> Amounts:
    if context.film is None:
        raise _wanted("likeness to a film", "Click a film, or find one above the map.")
    return Amounts(_likeness(atlas, space, atlas.space(space).vectors[context.film]))


@_colour(
    "Likeness to your words",
    "How near every film is to the words above the map, in the full embedding.",
    "words",
)
def _to_words(atlas: Atlas, space: str, context: Context) -> Amounts:
    if not context.words:
        raise _wanted("likeness to words", "Write some words above the map.")
    return Amounts(_likeness(atlas, space, atlas.space(space).encode_text(context.words)))


def _likeness(atlas: Atlas, space_name: str, vector: npt.NDArray[np.float32]) -> Values:
    """Cosine; or minus the distance, where the space means that."""
    space = atlas.space(space_name)
    if space.metric == "cosine":
        found = space.vectors @ vector / space.lengths / max(float(np.linalg.norm(vector)), 1e-12)
    else:
        found = -np.linalg.norm(space.vectors - vector, axis=1)
    return np.where(space.has_vector, found, np.nan).astype(np.float64)


@_colour(
    "Disagreement of two embeddings",
    "1 − the share of a film's nearest films that this embedding and the one beside it have in common (Jaccard).",
    "other_space",
)
def _disagreement(atlas: Atlas, space: str, context: Context) -> Amounts:
    if context.other_space in (None, space):
        raise _wanted("the disagreement of two embeddings", "Choose a second embedding beside this one.")
    return Amounts(1 - film_agreement(atlas, space, str(context.other_space)).jaccard)


@_colour(
    "How far to believe it",
    "The share of a film's true nearest films that are near it on the map as well: dark films have been torn from them.",
)
def _belief(atlas: Atlas, space: str, context: Context) -> Amounts:
    return Amounts(atlas.map_of(space).kept.astype(np.float64))
