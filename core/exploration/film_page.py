"""A film's page: everything that a built dataset knows of one film."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import embeddings
from core.datasets.reading.titles import saga_name
from core.domain import Film
from core.errors import InvalidQueryError
from core.exploration.film_facts import FilmFact, FilmLink, facts_of, links_of
from core.exploration.film_people import FilmPerson, people_of
from core.exploration.rating_histories import over_time, ratings_of_film
from core.exploration.rating_statistics import rating_histogram, rating_levels
from core.maps.clusters import Cluster
from core.recommenders.content_based.shared_facts import SHORTEST_SAGA
from core.serving import Atlas, neighbours, neighbours_by_ratings
from core.types import IndexVector
from core.words.tokens import keys_of

N_NEAR = 10
"""Films in each list of nearest ones."""
LEAST_FANS = 2
"""What a single person likes beside a film is that person's history, and says nothing of the film."""
FEW_FANS = 5
"""Where no film shares as many people who like it, the list by ratings says little."""


@dataclass(frozen=True, eq=False)
class RatingSummary:
    """How one film was rated, and when.

    Attributes:
        n: Ratings, at least one.
        mean, dataset_mean: Of this film's ratings and of all, on the dataset's scale.
        scale: Lowest and highest rating that the dataset allows.
        is_explicit: False = there are no stars, only who chose what; then `histogram` says nothing.
        is_simulated: Whether a program made the ratings.
        histogram: `label` and `n` of each level of the dataset.
        over_time: `label`, `n` and `mean` of each year, month or day; None where it is not known when.
    """

    n: int
    mean: float
    dataset_mean: float
    scale: tuple[float, float]
    is_explicit: bool
    is_simulated: bool
    histogram: pd.DataFrame
    over_time: pd.DataFrame | None

    @property
    def words(self) -> str:
        """How it was rated, in a sentence or two."""
        made = " The ratings are simulated: a program made them." if self.is_simulated else ""
        if not self.is_explicit:
            people = "person" if self.n == 1 else "people"
            return f"{self.n:,} {people} chose it; this dataset has no stars.{made}"
        ratings = "rating" if self.n == 1 else "ratings"
        low, high = self.scale
        return (
            f"{self.n:,} {ratings}, mean {self.mean:.2f} on a scale from {low:g} to {high:g}; "
            f"all ratings of this dataset have a mean of {self.dataset_mean:.2f}.{made}"
        )

    @property
    def short(self) -> str:
        """How it was rated, in a few words."""
        made = "simulated " if self.is_simulated else ""
        if not self.is_explicit:
            return f"{self.n:,} {made}choices"
        return f"mean {self.mean:.2f} of {self.n:,} {made}{'rating' if self.n == 1 else 'ratings'}"


@dataclass(frozen=True)
class NearFilm:
    """One film of a list of nearest ones.

    Attributes:
        rank: Place in the list, from 1.
        item_index: Which film.
        in_both: Whether it stands in the other list, too.
        n_people: How many people like both films; None in the list by content.
    """

    rank: int
    item_index: int
    in_both: bool
    n_people: int | None = None


@dataclass(frozen=True, eq=False)
class MapPlace:
    """Where a film lies on the map of a space.

    Attributes:
        x, y: Its coordinates.
        group: The group that it belongs to; None where films were too few to be grouped.
        group_films: item_index of the films of that group, the film itself among them.
    """

    x: float
    y: float
    group: Cluster | None
    group_films: IndexVector


@dataclass(frozen=True, eq=False)
class FilmPage:
    """Everything that is known of one film. What is not known is empty or None, and its note says why.

    Attributes:
        item_index, film: Which film.
        is_simulated: Whether a program made the ratings of this dataset.
        space: The embedding that `by_content` and `place` are of.
        facts, links: In people's words, see `film_facts`.
        directors, cast: With their other films.
        saga: item_index of the other films whose titles share the name of a saga, remakes among them, earliest first.
        ratings: How it was rated; None = by nobody.
        unrated_note: Why there are no ratings, "" = there are.
        by_content: Nearest films in the space, see `core.serving.neighbours`.
        content_note: Why there are none, "" = there are.
        by_ratings: Films that the same people like, see `core.serving.neighbours_by_ratings`.
        ratings_note: Why there are none, or why they say little; "" = neither.
        place: On the map; None = it has none.
    """

    item_index: int
    film: Film
    is_simulated: bool
    space: str
    facts: tuple[FilmFact, ...]
    links: tuple[FilmLink, ...]
    directors: tuple[FilmPerson, ...]
    cast: tuple[FilmPerson, ...]
    saga: tuple[int, ...]
    ratings: RatingSummary | None
    unrated_note: str
    by_content: tuple[NearFilm, ...]
    content_note: str
    by_ratings: tuple[NearFilm, ...]
    ratings_note: str
    place: MapPlace | None


def film_page(atlas: Atlas, space: str, item: int) -> FilmPage:
    """Everything that a dataset knows of a film.

    Args:
        atlas: The dataset.
        space: Name of a built embedding.
        item: item_index.

    Raises:
        InvalidQueryError: There is no such film.
        NotBuiltError: The space is not built.
    """
    if not 0 <= item < len(atlas.catalog):
        raise InvalidQueryError(
            f"There is no film number {item} in {atlas.about['label']}.", hint="Find it by its title."
        )
    film = atlas.catalog.film(item)
    directors, cast = people_of(atlas, item)
    near = [int(one) for one in neighbours(atlas, space, item, N_NEAR)[0]]
    alike, _, n_people = neighbours_by_ratings(atlas, item, N_NEAR, least_people=LEAST_FANS)
    both = set(near) & set(alike.tolist())
    return FilmPage(
        item_index=item,
        film=film,
        is_simulated=atlas.dataset.is_simulated,
        space=space,
        facts=facts_of(atlas, item),
        links=links_of(film),
        directors=directors,
        cast=cast,
        saga=_saga_of(atlas, film.title, item),
        ratings=_summary(atlas, item),
        unrated_note="" if atlas.counts[item] else _unrated(atlas),
        by_content=tuple(NearFilm(rank, one, one in both) for rank, one in enumerate(near, start=1)),
        content_note="" if near else _no_vector(space),
        by_ratings=tuple(
            NearFilm(rank, int(one), int(one) in both, int(n))
            for rank, (one, n) in enumerate(zip(alike, n_people, strict=True), start=1)
        ),
        ratings_note=_note_on_ratings(atlas, item, n_people),
        place=_place(atlas, space, item),
    )


def _no_vector(space: str) -> str:
    return (
        f"The embedding {embeddings.label_of(space)} can read nothing of this film, so it lies near no other."
    )


def _unrated(atlas: Atlas) -> str:
    return "Nobody here rated it." if len(atlas.interactions) else "This dataset has no ratings."


def _note_on_ratings(atlas: Atlas, item: int, n_people: IndexVector) -> str:
    """Why the list by ratings is empty or says little."""
    if not atlas.counts[item]:
        return _unrated(atlas)
    if not len(n_people):
        return "No other film shares two people who like it."
    if n_people.max() < FEW_FANS:
        return f"At most {n_people.max()} people like both: this says little."
    return ""


def _saga_of(atlas: Atlas, title: str, item: int) -> tuple[int, ...]:
    """The other films of its saga; too short a name is shared by chance, as the method Taste has it."""
    if len(saga_name(title)) < SHORTEST_SAGA:
        return ()
    name = "".join(keys_of(saga_name(title)))
    return tuple(one for one in atlas.vocabulary.sagas.get(name, ()) if one != item)


def _summary(atlas: Atlas, item: int) -> RatingSummary | None:
    interactions = atlas.interactions
    found = ratings_of_film(interactions, item)
    if not len(found.ratings):
        return None
    return RatingSummary(
        n=len(found.ratings),
        mean=float(found.ratings.mean(dtype=np.float64)),
        dataset_mean=float(interactions.ratings.data.mean(dtype=np.float64)),
        scale=interactions.scale,
        is_explicit=interactions.is_explicit,
        is_simulated=atlas.dataset.is_simulated,
        histogram=rating_histogram(found.ratings, rating_levels(interactions)),
        over_time=None if found.timestamps is None else over_time(found.timestamps, found.ratings),
    )


def _place(atlas: Atlas, space: str, item: int) -> MapPlace | None:
    x, y = (float(value) for value in atlas.coordinates(space)[item])
    if np.isnan(x):
        return None
    groups = atlas.clustering(space)
    label = int(groups.labels[item])
    if label < 0:
        return MapPlace(x, y, None, np.empty(0, np.int64))
    return MapPlace(x, y, groups.clusters[label], np.flatnonzero(groups.labels == label).astype(np.int64))
