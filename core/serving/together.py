"""Several people and one film for the evening: everybody's questions in, one list out that says how it fits each."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.compute.threads import one_blas_thread
from core.domain import GroupAnswer, GroupRecommendation, MemberFit, Profile, Question, Reason
from core.errors import InvalidQueryError
from core.recommenders import Ability, Recommender
from core.recommenders.aggregation import DEFAULT, Fits, fits_of, in_order, strategy_of
from core.recommenders.fame import validate_fame
from core.recommenders.ranking import top_k, validate_k
from core.serving.atlas import Atlas
from core.serving.choices import FIRST, available_methods
from core.serving.fame import fame_of
from core.serving.listing import listed, n_candidates
from core.serving.profiles import make_profile
from core.serving.recommendation import left_aside
from core.serving.retrieval import Among, with_words
from core.text import listed_with_and
from core.types import BoolVector, FloatMatrix, IndexVector

FEWEST, MOST = 2, 5
"""How many people may ask together."""
LONGEST_NAME = 40
OF_ALL = ("method", "params", "k", "diversity", "fame")
"""What of a question is asked by all alike; the rest is each one's own."""


def sharing(questions: Sequence[Question], shared: Question) -> list[Question]:
    """Everybody's question with what all share: `OF_ALL`, and the filters, which a film has to pass for everybody.

    Args:
        questions: What each one likes, dislikes and so on.
        shared: Whose method, parameters, k, diversity, fame and filters they get.
    """
    common = {part: getattr(shared, part) for part in (*OF_ALL, "filters")}
    return [replace(question, **common) for question in questions]


@dataclass(frozen=True, eq=False)
class _Scored:
    """What a method makes of everybody: (n_people, n_items) scores, and whom it answers for another method."""

    method: Recommender
    scores: FloatMatrix
    notes: list[str]


def recommend_together(
    atlas: Atlas, questions: Sequence[Question], *, strategy: str = DEFAULT, names: Sequence[str] = ()
) -> GroupAnswer:
    """Films for several people at once, with how well each fits everybody.

    One method scores the films for each person; the scores are put on a common scale and joined by a strategy
    (`core.recommenders.aggregation`). A film has to pass everybody's filters, and what anybody has seen, rated or named is
    left out, also where somebody asked for it by name; that counts as liking it. Where the method can use nothing of what
    somebody said, another one answers for all of them, and the answer says so.

    Args:
        atlas: The dataset.
        questions: One for each person: likes, dislikes, history, person of the dataset, words, filters. Method,
            parameters, k, diversity and fame are those of all, so they must be the same in every question.
        strategy: Name of one of `core.recommenders.aggregation.STRATEGIES`.
        names: What the people are called, in the order of their questions; () = Person 1, Person 2, …

    Raises:
        InvalidQueryError: There are fewer than two or more than five people, two of one name, or one who has said
            nothing; questions do not agree on what all must share; or one alone could not be asked (see `recommend`).
        UnknownNameError, NotBuiltError, CannotFitError: The strategy, the method or its space is not available.
    """
    started = time.perf_counter()
    chosen = strategy_of(strategy)
    called = _names(names, len(questions))
    shared = _shared(questions, called)
    k = validate_k(shared.k, len(atlas.catalog))
    validate_fame(shared.fame)
    profiles = [_profile(atlas, question, name) for question, name in zip(questions, called, strict=True)]
    allowed, n_known = _allowed(atlas, questions, profiles)
    scored = _scored(atlas, shared, questions, profiles, called, allowed)
    notes, method = scored.notes, scored.method
    candidates = allowed & ~np.isnan(scored.scores).any(axis=0)
    fits, places = fits_of(scored.scores, candidates)
    order, joint = in_order(fits, chosen, candidates)
    n = n_candidates(shared, k)
    found = order[:n], joint[:n].astype(np.float32)
    fame = fame_of(atlas)
    if shared.fame and fame is None:
        notes.append("Nobody has rated these films, so well known and less known cannot be told apart.")
    places_in_list = listed(atlas, method, found, replace(shared, fame=0), k, fame)
    without = fame.of(order[places_in_list]) if fame and shared.fame else None
    if shared.fame:
        places_in_list = listed(atlas, method, found, shared, k, fame)
    items = order[places_in_list]
    notes += _short(method, allowed, candidates, shared.k)
    with one_blas_thread():
        reasons = _reasons(method, profiles, fits, items)
    return GroupAnswer(
        tuple(
            _recommendation(atlas, rank, int(item), float(joint[place]), called, fits, places, reasons)
            for rank, (place, item) in enumerate(zip(places_in_list, items, strict=True), start=1)
        ),
        called,
        chosen.name,
        method.name,
        shared.method if method.name != shared.method else None,
        int(candidates.sum()),
        n_known,
        tuple(dict.fromkeys(notes)),
        (time.perf_counter() - started) * 1000,
        fame.of(items) if fame else None,
        without,
    )


def _names(names: Sequence[str], n: int) -> tuple[str, ...]:
    """What everybody is called."""
    if not FEWEST <= n <= MOST:
        who = {0: "Nobody asks", 1: "Only one person asks"}.get(n, f"{n} people ask")
        hint = "Use `recommend` for one person alone." if n == 1 else ""
        raise InvalidQueryError(
            f"{who}; a film can be chosen for {FEWEST} to {MOST} people together.", hint=hint
        )
    called = tuple(name.strip() for name in names) or tuple(f"Person {number + 1}" for number in range(n))
    if len(called) != n:
        raise InvalidQueryError(f"There are {len(called)} names for {n} people.", hint="Name everybody.")
    for name in called:
        if not name or len(name) > LONGEST_NAME:
            said = f"The name “{name[:LONGEST_NAME]}…” is too long" if name else "Somebody has no name"
            raise InvalidQueryError(f"{said}.", hint=f"Use 1 to {LONGEST_NAME} characters.")
        if [other.casefold() for other in called].count(name.casefold()) > 1:
            raise InvalidQueryError(f"Two people are called {name}.", hint="Call one of them something else.")
    return called


def _shared(questions: Sequence[Question], names: Sequence[str]) -> Question:
    """The first question, once it is sure that all agree with it on what is asked by all."""
    first = questions[0]
    for question, name in zip(questions, names, strict=True):
        for part in OF_ALL:
            if getattr(question, part) != getattr(first, part):
                raise InvalidQueryError(
                    f"{names[0]} and {name} ask with different values of {part}: {getattr(first, part)} and "
                    f"{getattr(question, part)}.",
                    hint=f"Give everybody the same {', '.join(OF_ALL)}.",
                )
    return first


def _profile(atlas: Atlas, question: Question, name: str) -> Profile:
    asked = replace(question, likes=tuple(dict.fromkeys((*question.sought, *question.likes))))
    try:
        profile = make_profile(atlas, asked)
    except InvalidQueryError as error:
        raise InvalidQueryError(f"{name}: {error.message}", hint=error.hint) from error
    if not (len(profile.likes) or len(profile.dislikes) or profile.text):
        raise InvalidQueryError(f"{name} has said nothing yet.", hint="Name a film that they like.")
    return profile


def _allowed(
    atlas: Atlas, questions: Sequence[Question], profiles: Sequence[Profile]
) -> tuple[BoolVector, int]:
    """(n_items,) films that pass everybody's filters and that nobody knows, and how many somebody knows."""
    masks = [atlas.filters.mask(filters) for filters in dict.fromkeys(one.filters for one in questions)]
    allowed: BoolVector = np.logical_and.reduce(masks)
    known = np.unique(np.concatenate([profile.excluded for profile in profiles]))
    allowed[known] = False
    return allowed, len(known)


def _scored(
    atlas: Atlas,
    shared: Question,
    questions: Sequence[Question],
    profiles: Sequence[Profile],
    names: Sequence[str],
    allowed: BoolVector,
) -> _Scored:
    """The asked method's scores, or those of the first other that can say something for everybody."""
    others = [name for name in FIRST if name in available_methods(atlas) and name != shared.method]
    asked = atlas.methods.fitted(shared.method, shared.params)
    notes: list[str] = []
    for name in (shared.method, *others):
        method = asked if name == shared.method else atlas.methods.fitted(name)
        unable = [who for who, profile in zip(names, profiles, strict=True) if not method.can_use(profile)]
        if not unable:
            scores = _scores(atlas, method, questions, profiles, allowed)
            unable = [
                who
                for who, own in zip(names, scores, strict=True)
                if allowed.any() and np.isnan(own[allowed]).all()
            ]
        if not unable:
            break
        notes.append(f"{method.label} cannot use what {listed_with_and(unable)} said.")
    else:
        raise InvalidQueryError(
            f"No method can use what {listed_with_and(unable)} said.", hint="Name another film."
        )
    if method is not asked:
        notes.append(f"{method.label} answered for all instead.")
    for who, profile, question in zip(names, profiles, questions, strict=True):
        notes += [f"{who}: {note}" for note in left_aside(method, profile, question)]
    return _Scored(method, scores, notes)


def _scores(
    atlas: Atlas,
    method: Recommender,
    questions: Sequence[Question],
    profiles: Sequence[Profile],
    allowed: BoolVector,
) -> FloatMatrix:
    """(n_people, n_items) scores; of whoever used words, joined with the films in which these stand."""
    with one_blas_thread():
        scores = np.array(method.score(profiles), np.float32)
    if Ability.TEXT in method.abilities:
        for own, profile, question in zip(scores, profiles, questions, strict=True):
            if profile.text:
                ranked = top_k(own, len(own), allowed=allowed)
                among = Among(question.filters, allowed, max(len(ranked), 1))
                items, values = with_words(atlas, ranked, profile, among)
                own[items] = values
                own[~np.isin(np.arange(len(own)), items)] = np.nan
    return scores


def _short(method: Recommender, allowed: BoolVector, candidates: BoolVector, k: int) -> list[str]:
    """Why a list is shorter than was asked for."""
    n_allowed, n = int(allowed.sum()), int(candidates.sum())
    if n_allowed < k:
        said = {0: "No film is new to all and passes", 1: "Only one film is new to all and passes"}
        return [
            f"{said.get(n_allowed, f'Only {n_allowed} films are new to all and pass')} everybody's filters."
        ]
    if n < k:
        return [f"{method.label} can score only {n} of the {n_allowed:,} films for everybody."]
    return []


def _reasons(
    method: Recommender, profiles: Sequence[Profile], fits: Fits, items: IndexVector
) -> dict[tuple[int, int], tuple[Reason, ...]]:
    """Why, by person and film, for the two whom a film fits best and least."""
    own = fits[:, items]
    found: dict[tuple[int, int], tuple[Reason, ...]] = {}
    for member, profile in enumerate(profiles):
        is_told = (own.argmax(axis=0) == member) | (own.argmin(axis=0) == member)
        told = items[is_told].tolist()
        if told:
            why = method.explain(profile, told)
            found.update({(member, item): reasons for item, reasons in zip(told, why, strict=True)})
    return found


def _recommendation(
    atlas: Atlas,
    rank: int,
    item: int,
    score: float,
    names: Sequence[str],
    fits: Fits,
    places: Fits,
    reasons: dict[tuple[int, int], tuple[Reason, ...]],
) -> GroupRecommendation:
    film = atlas.catalog.film(item)
    members = tuple(
        MemberFit(name, float(fits[who, item]), round(float(places[who, item])), reasons.get((who, item), ()))
        for who, name in enumerate(names)
    )
    return GroupRecommendation(rank, item, film.item_id, film.title, film.year, score, members)
