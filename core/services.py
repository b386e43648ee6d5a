"""The use cases: what the pages and the command line do, each one function."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core import datasets, recommenders
from core.atlas import Atlas
from core.datasets.base import CATALOG_COLUMNS
from core.errors import InvalidQueryError, NotBuiltError
from core.recommenders.base import Ability, Recommender, VectorRecommender
from core.recommenders.ranking import diversify, top_k, validate_k
from core.recommenders.user_vectors import UserVectors
from core.types import Answer, BoolVector, Filters, FloatVector, IndexVector, Profile, Reason, Recommendation
from core.workspace import Workspace, home

LONGEST_TEXT = 2_000
"""Longer questions are refused: the models read some 250 word pieces."""

OWN_COLUMNS = CATALOG_COLUMNS
"""The columns of a person's own film table that can be mapped by hand."""

CANDIDATES_PER_K = 5
"""Diversity chooses among this many times k of the best films, 50 at least."""


@dataclass(frozen=True)
class Question:
    """What somebody wants recommended.

    Attributes:
        likes, dislikes, seen: item_index of films.
        text: What they want, in their own words.
        user: user_index of a known user; their ratings join the likes and dislikes.
        method: Name of the method to ask.
        params: Its hyper-parameters where they differ from the defaults.
        filters: Which films may be recommended.
        k: How many.
        diversity: 0 = the best k; 1 = as different from each other as can be.
    """

    likes: tuple[int, ...] = ()
    dislikes: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    text: str = ""
    user: int | None = None
    method: str = "content"
    params: Mapping[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    k: int = 10
    diversity: float = 0.0


@dataclass(frozen=True)
class DatasetStatus:
    """One line of the dataset list.

    Attributes:
        name, label, description, licence, homepage: As its source says; of the workspace for a person's own files.
        is_built: Whether there is a workspace to open.
        is_local: Whether its files are here, so that it can be built without a network.
        can_fetch: Whether `fetch` knows where to get it.
        about: The workspace's facts, {} where it is not built.
        problem: Why a workspace that is there cannot be opened; "" = none.
    """

    name: str
    label: str
    description: str = ""
    licence: str = ""
    homepage: str = ""
    is_built: bool = False
    is_local: bool = False
    can_fetch: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def list_datasets(base: Path | None = None) -> list[DatasetStatus]:
    """Every dataset that is known or built, built ones first, in the registry's order."""
    from core.build import find_input

    folder = (base or home()) / "workspaces"
    built = (
        sorted(p.name for p in folder.iterdir() if (p / "manifest.json").exists()) if folder.exists() else []
    )
    found = []
    for name in [*datasets.SOURCES, *(n for n in built if n not in datasets.SOURCES)]:
        source = datasets.SOURCES.get(name)
        about: Mapping[str, Any] = {}
        problem = ""
        try:
            manifest = Workspace(name, base).manifest()
            about = manifest.about if manifest else {}
        except NotBuiltError as error:
            problem = str(error)
        found.append(
            DatasetStatus(
                name,
                source.label if source else str(about.get("label", name)),
                source.description if source else "Your own files.",
                source.licence if source else str(about.get("licence", "")),
                source.homepage if source else "",
                bool(about),
                find_input(name, None) is not None,
                bool(source and source.url),
                about,
                problem,
            )
        )
    return sorted(found, key=lambda status: not status.is_built)


def make_profile(atlas: Atlas, question: Question) -> Profile:
    """The profile behind a question: a known user's ratings, then the likes and dislikes, which overrule them.

    Raises:
        InvalidQueryError: The text is too long, the user is unknown, or a film is liked and disliked at once.
    """
    if len(question.text) > LONGEST_TEXT:
        raise InvalidQueryError(
            f"The text has {len(question.text):,} characters.", hint=f"Use {LONGEST_TEXT:,} at most."
        )
    own = Profile.of_likes(question.likes, question.dislikes, text=question.text, seen=question.seen)
    if question.user is None:
        return own
    if not 0 <= question.user < atlas.interactions.n_users:
        raise InvalidQueryError(f"There is no user number {question.user} in {atlas.about['label']}.")
    items, ratings = atlas.interactions.history(question.user)
    history = Profile.of_ratings(
        items, ratings, atlas.interactions.scale, is_explicit=atlas.interactions.is_explicit
    )
    fresh = ~np.isin(history.items, own.items)
    return Profile(
        np.concatenate([history.items[fresh], own.items]),
        np.concatenate([history.weights[fresh], own.weights]),
        own.text,
        question.user,
        own.seen,
    )


def recommend(atlas: Atlas, question: Question) -> Answer:
    """Answer a question with one method.

    A method that can use nothing of the profile hands over to another, and the answer says so. Fewer than k films
    come back only where fewer pass the filters or can be scored, and the answer says which.

    Raises:
        InvalidQueryError: k below 1, contradicting filters, an unknown genre, a text that is too long.
        UnknownNameError, NotBuiltError, CannotFitError: The method or its space is not available.
    """
    started = time.perf_counter()
    k = validate_k(question.k, len(atlas.catalog))
    profile = make_profile(atlas, question)
    method, notes = _method_for(atlas, question, profile)
    allowed = atlas.filters.mask(question.filters)
    if len(profile.excluded):
        allowed[profile.excluded] = False
    n_allowed = int(allowed.sum())
    wanted = k if question.diversity == 0 else max(CANDIDATES_PER_K * k, 50)
    among = _Among(question.filters, allowed, wanted)
    items, scores = _SERVED[method.served_by](atlas, method, profile, among)
    if not len(items) and n_allowed and method.name != "popularity":
        notes.append(f"{method.label} found nothing to go by here, so these are the most popular films.")
        method = atlas.method("popularity")
        items, scores = _SERVED[method.served_by](atlas, method, profile, among)
    if question.diversity:
        items, scores = _diverse(atlas, method, items, scores, k, question.diversity)
    items, scores = items[:k], scores[:k]
    if n_allowed < question.k:
        notes.append(
            "No film passes the filters." if n_allowed == 0 else f"Only {n_allowed} films pass the filters."
        )
    if len(items) < min(k, n_allowed):
        notes.append(
            f"{method.label} can score only {len(items)} of the {n_allowed:,} films that pass the filters."
        )
    reasons = method.explain(profile, [int(i) for i in items])
    return Answer(
        _as_recommendations(atlas, items, scores, reasons),
        method.name,
        question.method if method.name != question.method else None,
        tuple(notes),
        (time.perf_counter() - started) * 1000,
    )


def _method_for(atlas: Atlas, question: Question, profile: Profile) -> tuple[Recommender, list[str]]:
    """The method that answers, and what to say about it."""
    method = atlas.method(question.method, question.params)
    if method.can_use(profile):
        return method, _unused(method, profile)
    useful = (len(profile.likes) or profile.text) and atlas.space_names
    fallback = atlas.method("content" if useful and question.method != "content" else "popularity")
    given = "what was given" if len(profile.items) or profile.text else "an empty profile"
    return fallback, [f"{method.label} cannot use {given}, so {fallback.label} answered instead."]


def _unused(method: Recommender, profile: Profile) -> list[str]:
    """Which parts of the profile the method leaves aside."""
    personal = {
        "the text": bool(profile.text) and Ability.TEXT not in method.abilities,
        "the liked films": bool(len(profile.likes)) and Ability.LIKES not in method.abilities,
        "the disliked films": bool(len(profile.dislikes)) and Ability.DISLIKES not in method.abilities,
    }
    left = [what for what, unused in personal.items() if unused]
    return [f"{method.label} does not use {' or '.join(left)}."] if left else []


@dataclass(frozen=True, eq=False)
class _Among:
    """Which films may be recommended, as typed filters and as a mask, and how many are wanted."""

    filters: Filters
    allowed: BoolVector
    n: int


_Found = tuple[IndexVector, FloatVector]
"""item_index of the best films, and their scores."""


def _from_movies(atlas: Atlas, method: Recommender, profile: Profile, among: _Among) -> _Found:
    """The nearest films, from the table of films."""
    assert isinstance(method, VectorRecommender)
    query = method.query_vectors([profile])[0]
    if np.isnan(query).any():
        return np.empty(0, np.int64), np.empty(0, np.float32)
    items, distances = atlas.table.search(
        method.space_.name,
        query,
        among.n,
        metric=method.space_.metric,
        filters=among.filters,
        excluded=profile.excluded,
    )
    return items, method.score_of_distance(distances)


def _from_users(atlas: Atlas, method: Recommender, profile: Profile, among: _Among) -> _Found:
    """The films that the most similar people of the table like; the table holds them as they were built."""
    assert isinstance(method, UserVectors)
    if not atlas.is_as_built(method):
        return _from_scores(atlas, method, profile, among)
    users, similarities = _nearest_users(atlas, method, profile, method.params.n_neighbors)
    scores = method.score_from_users(users, similarities)
    items = top_k(scores, among.n, allowed=among.allowed)
    return items, scores[items]


def _from_scores(atlas: Atlas, method: Recommender, profile: Profile, among: _Among) -> _Found:
    """The best of the method's exact scores."""
    scores = method.score([profile])[0]
    items = top_k(scores, among.n, allowed=among.allowed)
    return items, scores[items]


_SERVED: dict[str, Callable[[Atlas, Recommender, Profile, _Among], _Found]] = {
    "movies": _from_movies,
    "users": _from_users,
    "": _from_scores,
}
"""Who answers for a method, by its `served_by`."""


def _nearest_users(
    atlas: Atlas, method: UserVectors, profile: Profile, k: int
) -> tuple[IndexVector, FloatVector]:
    """user_index and cosine similarity above 0 of the k people most like a profile, itself left out; nearest first."""
    query = method.user_query(profile)
    if np.isnan(query).any():
        return np.empty(0, np.int64), np.empty(0, np.float32)
    own = [] if profile.user is None else [profile.user]
    users, distances = atlas.users.search(method.name, query, k, excluded=own)
    similarities = (1 - distances).astype(np.float32)
    return users[similarities > 0], similarities[similarities > 0]


def _diverse(
    atlas: Atlas, method: Recommender, items: IndexVector, scores: FloatVector, k: int, diversity: float
) -> tuple[IndexVector, FloatVector]:
    """Re-rank by maximal marginal relevance in the method's space, else in the first one built."""
    if not atlas.space_names:
        raise NotBuiltError(
            "Diversity needs an embedding, and none is built.", hint="Build one on the Data page."
        )
    space = method.space_ if isinstance(method, VectorRecommender) else atlas.space(atlas.space_names[0])
    chosen = diversify(items, scores, space.vectors[items], k, diversity)
    score_of = dict(zip(items.tolist(), scores.tolist(), strict=True))
    return chosen, np.array([score_of[i] for i in chosen.tolist()], np.float32)


def _as_recommendations(
    atlas: Atlas, items: IndexVector, scores: FloatVector, reasons: list[tuple[Reason, ...]]
) -> tuple[Recommendation, ...]:
    rows = atlas.catalog.items.iloc[items]
    return tuple(
        Recommendation(
            rank,
            int(i),
            str(item_id),
            str(title),
            None if year is None or year != year else int(year),
            float(score),
            why,
        )
        for rank, (i, item_id, title, year, score, why) in enumerate(
            zip(
                items,
                rows["item_id"],
                rows["title"],
                rows["year"].astype(object).where(rows["year"].notna(), None),
                scores,
                reasons,
                strict=True,
            ),
            start=1,
        )
    )


def neighbours(atlas: Atlas, space_name: str, item: int, k: int = 10) -> tuple[IndexVector, FloatVector]:
    """A film's true nearest neighbours in the full space (not on the map), from the table.

    Returns:
        item_index and distance, nearest first; empty where the film has no vector in this space.
    """
    space = atlas.space(space_name)
    if not space.has_vector[item]:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    return atlas.table.search(
        space_name, np.asarray(space.vectors[item]), k, metric=space.metric, excluded=[item]
    )


@dataclass(frozen=True)
class SimilarUser:
    """Somebody of the dataset who is like a profile.

    Attributes:
        user_index, user_id: Who.
        similarity: Cosine similarity of the two users' vectors, above 0.
        n_ratings: How many films they rated.
        mean_rating: Their mean rating.
    """

    user_index: int
    user_id: str
    similarity: float
    n_ratings: int
    mean_rating: float


def similar_users(atlas: Atlas, who: int | Profile, k: int = 10) -> tuple[SimilarUser, ...]:
    """The people most like a user (by user_index) or a profile, from the table of people, nearest first.

    Returns:
        At most k, without the one who asks; fewer where fewer have a similarity above 0, none for a profile
        without a like that has a vector.

    Raises:
        InvalidQueryError: There is no such user, or k is below 1.
        CannotFitError, NotBuiltError: The dataset has no ratings, or the table is not built.
    """
    if k < 1:
        raise InvalidQueryError(f"{k} people were asked for.", hint="Ask for 1 or more.")
    profile = who if isinstance(who, Profile) else make_profile(atlas, Question(user=who))
    method = atlas.method(UserVectors.name)
    assert isinstance(method, UserVectors)
    users, similarities = _nearest_users(atlas, method, profile, k)
    inter = atlas.interactions
    ratings = [inter.history(int(user))[1] for user in users]
    return tuple(
        SimilarUser(int(user), str(inter.user_ids[user]), float(near), len(own), float(own.mean()))
        for user, near, own in zip(users, similarities, ratings, strict=True)
    )


def available_methods(atlas: Atlas) -> list[str]:
    """Names of the methods that can answer for this dataset, in the registry's order."""
    refused = atlas.about.get("cannot_fit", {})
    return [name for name in recommenders.names() if name not in refused]


def year_range(atlas: Atlas) -> tuple[int, int]:
    """First and last year of the films; (0, 0) where no year is known."""
    years = atlas.catalog.items["year"].dropna()
    return (int(years.min()), int(years.max())) if len(years) else (0, 0)


def languages(atlas: Atlas) -> list[str]:
    """Original languages of the films, commonest first; unknown ones left out."""
    found = atlas.catalog.items["language"]
    return [str(language) for language in found[found != ""].value_counts().index]
