"""The contract of every recommendation method: it fits and scores, nothing else.

Leaving out what was seen, filters, top-k, ties and re-ranking are written once, in `ranking`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import Flag, auto
from typing import Any, ClassVar, Self

import numpy as np

from core.compute.cost import Cost, Size
from core.compute.progress import Progress, no_progress
from core.domain import Addend, Dataset, Gate, Profile, Reason
from core.embeddings import Space
from core.embeddings.base import normalise
from core.errors import NotBuiltError
from core.params import NoParams, validate_params
from core.types import Arrays, FloatMatrix, FloatVector, IndexVector


class Ability(Flag):
    """What a method can use."""

    NOTHING = 0
    LIKES = auto()
    """A profile of liked films, also one it was not fitted on."""
    DISLIKES = auto()
    """Disliked films change the answer."""
    TEXT = auto()
    """A free text."""
    KNOWN_USER = auto()
    """Something learned about a user of the dataset beyond the list of films they rated."""
    COLD_USER = auto()
    """Answers without any history at all."""
    COLD_ITEM = auto()
    """Scores films that nobody has rated."""
    RATINGS = auto()
    """Scores are predicted ratings on the dataset's scale."""


class Recommender(ABC):
    """A recommendation method. A new one = one new file that calls `core.recommenders.register`.

    Class attributes:
        name: Id: lower-case letters, digits, underscores.
        label: Name for people.
        description: One or two plain sentences.
        how: How it comes to its answer, three plain sentences.
        formula: The score of a film f, as LaTeX.
        system: Published system it comes from ("S1" … "S5"), "" = none of them.
        source: Paper, article or book it follows.
        abilities: What it can use.
        Params: Frozen dataclass of hyper-parameters made with `param`.
        spaces_needed: Names of spaces it needs whatever its parameters; see also `needs`.
        served_by: Table whose search gives its answer: "movies", "users", or "" = its own scores alone do.
        is_random: False = `fit` draws nothing at random: it comes out the same with any generator.
        reads_ratings: Whether `fit` looks at the ratings; where it does not, new ratings leave its state as it is.
        version: Raised by one whenever the same input would fit to another state.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    description: ClassVar[str] = ""
    how: ClassVar[str] = ""
    formula: ClassVar[str] = ""
    system: ClassVar[str] = ""
    source: ClassVar[str] = ""
    abilities: ClassVar[Ability]
    Params: ClassVar[type] = NoParams
    spaces_needed: ClassVar[tuple[str, ...]] = ()
    served_by: ClassVar[str] = ""
    is_random: ClassVar[bool] = True
    reads_ratings: ClassVar[bool] = True
    version: ClassVar[int] = 1

    def __init__(self, params: Any = None) -> None:
        self.params: Any = self.Params() if params is None else params
        validate_params(self.params)
        self.decided_: dict[str, Any] = {}
        """What the last `fit` went by where parameters may leave it to the data, as plain values."""
        self.learned_parts: dict[str, Recommender] = {}
        """Of `parts` those that were learned of the same data before; `fit` may take them as they are."""
        self.progress: Progress = no_progress
        """Told how far `fit` is, where it takes longer than a moment; what it raises stops the fit."""

    def needs(self) -> tuple[str, ...]:
        """Names of the spaces that `fit` will look up."""
        return self.spaces_needed

    def parts(self) -> "dict[str, Recommender]":
        """Methods that it learns as its own, not fitted; `state` has their arrays as "name.array". {} = none."""
        return {}

    def cut(self, size: Size) -> tuple[Any, ...]:
        """What of a dataset of this size is left out, for want of memory or time, as plain values; () = nothing.

        It decides the state, as parameters do; where it goes by memory it may be otherwise on another machine.
        """
        return ()

    def cost(self, size: Size) -> Cost:
        """What `fit` is expected to take, by figures of bench/methods_at_scale.py (2 cores)."""
        return Cost(1e-6 * size.n_items + 2e-7 * size.n_ratings, 1e-9 * 40 * size.n_ratings)

    @abstractmethod
    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Learn from a dataset and the spaces built over it; neither is changed.

        Raises:
            CannotFitError: The dataset is too large for this method, or lacks what it learns from.
            NotBuiltError: A space it needs is not there.
        """

    @abstractmethod
    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """How well each item fits each profile.

        Returns:
            (n_profiles, n_items) float32, higher is better, NaN = this method cannot score that item for that
            profile. Films in the profile are scored like all others (leaving them out is `ranking`'s work).
            Never raises for a profile without history: all NaN, or what the method offers to strangers.
            Changes nothing in the method: several threads may ask at once.
        """

    @abstractmethod
    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """Why each of these items would be recommended, from the method's own signal; strongest reason first."""

    @abstractmethod
    def state(self) -> Arrays:
        """What was learned, as named arrays (none of object dtype)."""

    @abstractmethod
    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """The inverse of `state`: ready to score as if just fitted on the same dataset and spaces."""

    def can_use(self, profile: Profile) -> bool:
        """Whether anything in this profile means something to the method."""
        if profile.text and Ability.TEXT in self.abilities:
            return True
        if len(profile.likes) and Ability.LIKES in self.abilities:
            return True
        if len(profile.dislikes) and Ability.DISLIKES in self.abilities:
            return True
        if profile.user is not None and Ability.KNOWN_USER in self.abilities:
            return True
        return Ability.COLD_USER in self.abilities


class LikensFilms(ABC):
    """What a method is beside a recommender where it has learned how alike films are to each other.

    Class attributes:
        likeness_words: What its numbers are, in a sentence.
    """

    likeness_words: ClassVar[str]

    @abstractmethod
    def likeness(self, items: IndexVector) -> FloatMatrix:
        """How alike these films are to each other.

        Returns:
            (n, n) float32, symmetric, higher = more alike, NaN = nothing is known of one of the two. The diagonal says
            nothing.
        """


class AddsUp(ABC):
    """What a method is beside a recommender where its score is a sum that can be written out.

    Class attributes:
        sum_words: What is added up, one plain sentence.
    """

    sum_words: ClassVar[str]

    @abstractmethod
    def addends(self, profile: Profile, item: int) -> list[Addend]:
        """What adds up to the score of a film that has one, in any order; see `core.recommenders.score_sums`.

        Args:
            profile: Who asks.
            item: item_index.
        """


class LetsIn(ABC):
    """What a method is beside a recommender where it first says which films may be found at all.

    Class attributes:
        gate_words: By what films are let in, one plain sentence.
    """

    gate_words: ClassVar[str]

    @abstractmethod
    def gates(self, profile: Profile) -> list[Gate]:
        """Every gate, the most wanted first; a film with an open one is let in. [] = nothing to go by."""


class HasFactors(ABC):
    """What a method is beside a recommender where a score is the product of a person's and a film's learned factors.

    Factors are learned up to a turn: any turn of all films and people gives the same scores. These are turned so that films
    lie farthest out along the first, and so on: their main directions, not centred.
    """

    @abstractmethod
    def film_factors(self) -> FloatMatrix:
        """(n_items, dim) factors of every film; zeros for one of which nothing was learned."""

    @abstractmethod
    def pulls(self, profile: Profile) -> tuple[IndexVector, FloatMatrix]:
        """What each film of a history adds to the person's factors, which are the sum of it.

        Returns:
            (n_films,) item_index of the films that count, and (n_films, dim).
        """


def size_of(dataset: Dataset) -> Size:
    """How much there is of a dataset: what `Recommender.cost` and `Recommender.cut` go by."""
    ratings = dataset.interactions
    return Size(dataset.n_items, ratings.n_users, len(ratings))


def recipe_of(method: Recommender) -> dict[str, Any]:
    """What decides a method's state beside the data, as plain JSON values: version and learned hyper-parameters."""
    specs = fields(method.params)
    learned = {s.name: getattr(method.params, s.name) for s in specs if s.metadata.get("is_learned", True)}
    return {"version": method.version, "params": learned}


FEW_POINTS = 16
"""For so many points, but not for one alone, BLAS takes two thirds of the time for the product turned round."""


class VectorRecommender(Recommender):
    """A method whose score is the similarity of a query vector to item vectors, so the table can serve it.

    Subclasses set `space_` in `fit` and `restore`, and give `query_vectors`. One that does more than compare vectors
    (its `score` is its own) sets `served_by` to "".
    """

    served_by = "movies"
    space_: Space

    @abstractmethod
    def query_vectors(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """(n_profiles, dim) float32, one point in the space for each profile; a row of NaN = nothing to go by."""

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """Exact scores: cosine similarity in [-1, 1], or minus the L2 distance; NaN for films without a vector."""
        return self.score_points(self.query_vectors(profiles))

    def score_points(self, queries: FloatMatrix) -> FloatMatrix:
        """The same for points (n, dim) of the space; a row of NaN gives a row of NaN."""
        vectors = self.space_.vectors
        scores: FloatMatrix
        if np.isnan(queries).any(axis=1).all():
            return np.full((len(queries), len(vectors)), np.nan, np.float32)
        if self.space_.metric == "l2":
            # in double precision: the three terms nearly cancel where a film lies at the query itself
            points, films = queries.astype(np.float64), vectors.astype(np.float64)
            squared = (points**2).sum(1)[:, None] - 2 * points @ films.T + (films**2).sum(1)[None, :]
            scores = -np.sqrt(np.maximum(squared, 0)).astype(np.float32)
        else:
            unit = normalise(queries)
            cosines = (vectors @ unit.T).T if 1 < len(unit) <= FEW_POINTS else unit @ vectors.T
            scores = (cosines / self.space_.lengths).astype(np.float32)
        scores[:, ~self.space_.has_vector] = np.nan
        scores[np.isnan(queries).any(axis=1)] = np.nan
        return scores

    def score_of_distance(self, distance: FloatVector) -> FloatVector:
        """The score that belongs to the table's distance (1 - cosine, or squared L2)."""
        if self.space_.metric == "l2":
            return (-np.sqrt(np.maximum(distance, 0))).astype(np.float32)
        return (1 - distance).astype(np.float32)


def chosen_space(spaces: Mapping[str, Space], name: str, dataset: Dataset) -> Space:
    """The space a method searches in.

    Raises:
        NotBuiltError: It is not among the built ones.
    """
    if name not in spaces:
        raise NotBuiltError(
            f"The embedding {name} is not built for {dataset.label}.",
            hint=f"Build it on the Data page or with: python -m core build {dataset.name} --space {name}",
        )
    return spaces[name]
