"""A question in, an answer with reasons out."""

import time
from dataclasses import replace

import numpy as np

from core.compute.threads import one_blas_thread
from core.domain import Answer, Profile, Question, Reason, Recommendation
from core.recommenders import Ability, Recommender
from core.recommenders.fame import validate_fame
from core.recommenders.ranking import validate_k
from core.serving.atlas import Atlas
from core.serving.fame import fame_of
from core.serving.listing import listed, n_candidates
from core.serving.profiles import make_profile
from core.serving.retrieval import SERVED, Among, with_words
from core.types import FloatVector, IndexVector


def recommend(atlas: Atlas, question: Question) -> Answer:
    """Answer a question with one method.

    A method that can use nothing of the profile hands over to another, and the answer says so. Fewer than k films
    come back only where fewer pass the filters or can be scored, and the answer says which.

    Raises:
        InvalidQueryError: k below 1, contradicting filters, an unknown genre, a text that is too long, a fame or
            a diversity out of its bounds.
        UnknownNameError, NotBuiltError, CannotFitError: The method or its space is not available.
    """
    started = time.perf_counter()
    k = validate_k(question.k, len(atlas.catalog))
    validate_fame(question.fame)
    sought = question.sought[:k]
    asked = replace(question, likes=tuple(dict.fromkeys((*sought, *question.likes))))
    profile = make_profile(atlas, asked)
    method, notes = _method_for(atlas, question, profile)
    allowed = atlas.filters.mask(question.filters)
    if len(profile.excluded):
        allowed[profile.excluded] = False
    n_allowed = int(allowed.sum())
    by_words = bool(profile.text) and Ability.TEXT in method.abilities
    is_bare = not len(profile.items) and not profile.text
    # where nothing but fame would choose, all films are looked at: the best known are no hidden gems
    n = n_allowed if question.fame and is_bare else n_candidates(question, k, by_words=by_words)
    among = Among(question.filters, allowed, n)
    items, scores = _found(atlas, method, profile, among)
    if not len(items) and n_allowed and method.name != "popularity":
        notes.append(f"{method.label} found nothing to go by here, so these are the most popular films.")
        method = atlas.methods.fitted("popularity")
        items, scores = _found(atlas, method, profile, among)
    if by_words and len(items):
        items, scores = with_words(atlas, items, profile, among)
    fame = fame_of(atlas)
    if question.fame and fame is None:
        notes.append("Nobody has rated these films, so well known and less known cannot be told apart.")
    chosen = listed(atlas, method, (items, scores), replace(question, fame=0), k, fame)
    without = fame.of(items[chosen]) if fame and question.fame else None
    if question.fame:
        # such scores are fame themselves, and the few that everybody knows stand far above all others: places count
        values = np.linspace(1, 0, len(items), dtype=np.float32) if is_bare else scores
        chosen = listed(atlas, method, (items, values), question, k, fame)
    items, scores = items[chosen], scores[chosen]
    if n_allowed < question.k:
        said = {0: "No film passes", 1: "Only one film passes"}.get(n_allowed, f"Only {n_allowed} films pass")
        notes.append(f"{said} the filters.")
    if len(items) < min(k, n_allowed):
        notes.append(
            f"{method.label} can score only {len(items)} of the {n_allowed:,} films that pass the filters."
        )
    with one_blas_thread():
        reasons = method.explain(profile, [int(i) for i in items])
    if sought:
        items, scores, reasons = _after(sought, items[: k - len(sought)], scores, reasons)
    return Answer(
        _as_recommendations(atlas, items, scores, reasons),
        method.name,
        question.method if method.name != question.method else None,
        tuple(notes),
        (time.perf_counter() - started) * 1000,
        fame.of(items) if fame else None,
        without,
    )


def _found(
    atlas: Atlas, method: Recommender, profile: Profile, among: Among
) -> tuple[IndexVector, FloatVector]:
    """The best films and their scores.

    On one thread: a question's products take a millisecond, and threads that wait for each other take many, most of all
    beside other visitors' questions.
    """
    with one_blas_thread():
        return SERVED[method.served_by](atlas, method, profile, among)


def _after(
    sought: tuple[int, ...], items: IndexVector, scores: FloatVector, reasons: list[tuple[Reason, ...]]
) -> tuple[IndexVector, FloatVector, list[tuple[Reason, ...]]]:
    """The films that were asked for by name, with the best score there is, and after them what is like them."""
    best = scores.max(initial=1.0)
    return (
        np.array([*sought, *items], np.int64),
        np.array([*[best] * len(sought), *scores[: len(items)]], np.float32),
        [(Reason("You asked for it by name.", "words"),)] * len(sought) + reasons[: len(items)],
    )


def _method_for(atlas: Atlas, question: Question, profile: Profile) -> tuple[Recommender, list[str]]:
    """The method that answers, and what to say about it."""
    method = atlas.methods.fitted(question.method, question.params)
    if method.can_use(profile):
        return method, left_aside(method, profile, question)
    useful = (len(profile.likes) or profile.text) and atlas.space_names
    fallback = atlas.methods.fitted("content" if useful and question.method != "content" else "popularity")
    given = "what was given" if len(profile.items) or profile.text else "an empty profile"
    return fallback, [f"{method.label} cannot use {given}, so {fallback.label} answered instead."]


def left_aside(method: Recommender, profile: Profile, question: Question) -> list[str]:
    """Which parts of the profile the method leaves aside."""
    # nobody who gave no dislike by hand should look for one: a person's or a history's lowest ratings count as dislikes
    disliked = "the disliked films" if question.dislikes else "low ratings"
    personal = {
        "the text": bool(profile.text) and Ability.TEXT not in method.abilities,
        "the liked films": bool(len(profile.likes)) and Ability.LIKES not in method.abilities,
        disliked: bool(len(profile.dislikes)) and Ability.DISLIKES not in method.abilities,
    }
    left = [what for what, unused in personal.items() if unused]
    return [f"{method.label} does not use {' or '.join(left)}."] if left else []


def _as_recommendations(
    atlas: Atlas, items: IndexVector, scores: FloatVector, reasons: list[tuple[Reason, ...]]
) -> tuple[Recommendation, ...]:
    films = map(atlas.catalog.film, items.tolist())
    return tuple(
        Recommendation(rank, int(i), film.item_id, film.title, film.year, float(score), why)
        for rank, (i, film, score, why) in enumerate(zip(items, films, scores, reasons, strict=True), start=1)
    )
