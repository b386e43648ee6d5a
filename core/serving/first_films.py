"""New here: which films to ask somebody about first, and what each answer taught."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from core.compute.threads import one_blas_thread
from core.domain import Interactions, Profile
from core.domain.profile import rating_weights
from core.embeddings.base import normalise
from core.errors import InvalidQueryError
from core.histories import Entry, History, Scale, Status
from core.recommenders.ranking import top_k, validate_k
from core.serving.atlas import Atlas
from core.serving.choices import default_method
from core.serving.fame import fame_of
from core.types import FloatMatrix, FloatVector, IndexVector

Answers = Mapping[int, float | None]
"""item_index -> 1 liked, 0 so-so, -1 disliked, None not seen, in the order in which they were given."""
ANSWERS: dict[str, float | None] = {"liked": 1.0, "so-so": 0.0, "disliked": -1.0, "not seen": None}
"""What may be said of a film."""
ENOUGH = 10
"""Films that a visitor is asked about."""
MOST_FILMS = 300
"""Only so many films are asked about: those that most people know."""
MOST_PEOPLE = 5_000
"""More people of a dataset are not needed to guess an answer; which ones is drawn by chance."""
FEWEST_PEOPLE = 20
"""With fewer the films' own likeness chooses."""
DOUBT = 0.3
"""How often somebody who is like a person of the dataset answers otherwise, as most people do."""
BASE = 0.2
"""How much what everybody answers counts beside those who answered alike."""
LIKED_FROM = 0.5
"""Weight from which a rating is a like: 4 of 5 stars; below 0 it is a dislike."""
TOP = 10
FAME = 2.0
"""How much fame counts beside variety where nobody has rated; both go up to 1."""
_UNSEEN, _DISLIKED, _SO_SO, _LIKED = range(4)
_CODES = {None: _UNSEEN, -1.0: _DISLIKED, 0.0: _SO_SO, 1.0: _LIKED}
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Lesson:
    """What one answer taught.

    Attributes:
        item_index: The film that was asked about.
        answer: What was said.
        changed: Of the first ten recommendations, how many were not among them before this answer.
        of: How many there are.
        like_you: How many people of the dataset still answer like this visitor: the number of equally likely people that
            would be as uncertain (perplexity); None where there are too few people to say.
        people: Of how many; 0 where there are too few.
    """

    item_index: int
    answer: float | None
    changed: int
    of: int
    like_you: float | None
    people: int


class KnownAnswers:
    """What people of a dataset would answer: each of them is somebody that the visitor may be like.

    A visitor who answers as a person did is more likely like them (naive Bayes, with `DOUBT`); what these people like is
    what the visitor may like.

    Args:
        interactions: The ratings.
        films: (n,) item_index of the films that may be asked about.
        seed: Draws the people where there are more than `MOST_PEOPLE`.

    Attributes:
        codes_: (n_people, n) int8: not seen, disliked, so-so, liked.
        shares_: (4, n) float64 share of the people who gave each answer.
    """

    def __init__(self, interactions: Interactions, films: IndexVector, *, seed: int = 0) -> None:
        people = np.flatnonzero(np.diff(interactions.ratings.indptr))
        if len(people) > MOST_PEOPLE:
            people = np.sort(np.random.default_rng(seed).choice(people, MOST_PEOPLE, replace=False))
        given = interactions.ratings[people][:, films].tocoo()
        weights = rating_weights(given.data, interactions.scale, is_explicit=interactions.is_explicit)
        self.codes_ = np.zeros((len(people), len(films)), np.int8)
        self.codes_[given.row, given.col] = np.where(
            weights >= LIKED_FROM, _LIKED, np.where(weights < 0, _DISLIKED, _SO_SO)
        )
        self.shares_ = np.stack([(self.codes_ == code).mean(0) for code in range(4)])
        self._liked: FloatMatrix = (self.codes_ == _LIKED).astype(np.float32)

    def likeness(self, answers: Mapping[int, int]) -> Doubles:
        """(n_people,) how likely the visitor is like each, summing to 1.

        Args:
            answers: Column of a film -> code of what was said.
        """
        logs = np.zeros(len(self.codes_))
        for column, code in answers.items():
            theirs, shares = self.codes_[:, column], self.shares_[:, column]
            all_seen = 1 - shares[_UNSEEN]
            seen = (1 - DOUBT) * (theirs != _UNSEEN) + DOUBT * all_seen
            if code == _UNSEEN:
                logs += np.log(np.maximum(1 - seen, 1e-12))
                continue
            usual = (shares[code] + 1e-3) / (all_seen + 3e-3)
            said = np.where(theirs == _UNSEEN, usual, (1 - DOUBT) * (theirs == code) + DOUBT * usual)
            logs += np.log(np.maximum(seen * said, 1e-12))
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    def chance_of_like(self, answers: Mapping[int, int]) -> Doubles:
        """(n,) how likely the visitor has seen each film and likes it."""
        own = self.likeness(answers).astype(np.float32) @ self._liked
        return np.asarray((1 - BASE) * own.astype(np.float64) + BASE * self.shares_[_LIKED])

    def like_you(self, answers: Mapping[int, int]) -> float:
        """Perplexity of `likeness`: all people before the first answer."""
        weights = self.likeness(answers)
        return float(np.exp(-(weights * np.log(np.maximum(weights, 1e-300))).sum()))


@dataclass(frozen=True, eq=False)
class _Bank:
    """The films that may be asked about, best known first, and what is known of them."""

    films: IndexVector
    known: KnownAnswers | None
    fame: FloatVector
    vectors: FloatMatrix | None


_BANKS: WeakKeyDictionary[Atlas, _Bank] = WeakKeyDictionary()
"""Made from films and ratings of the dataset; no visitor's answer is kept here."""


def _bank(atlas: Atlas) -> _Bank:
    if atlas not in _BANKS:
        fame = fame_of(atlas)
        counts = np.zeros(len(atlas.catalog), np.float32) if fame is None else fame.counts
        films = top_k(counts, MOST_FILMS)
        n_people = int((np.diff(atlas.interactions.ratings.indptr) > 0).sum())
        known = KnownAnswers(atlas.interactions, films) if n_people >= FEWEST_PEOPLE else None
        names = atlas.space_names
        vectors = normalise(np.asarray(atlas.space(names[0]).vectors)[films]) if names else None
        logs = np.log1p(counts[films])
        _BANKS[atlas] = _Bank(
            films, known, (logs / max(float(logs.max(initial=0)), 1.0)).astype(np.float32), vectors
        )
    return _BANKS[atlas]


def next_films(atlas: Atlas, answers: Answers, n: int = 1) -> tuple[int, ...]:
    """The films to ask about next.

    With ratings: those that this visitor most likely has seen and likes, going by people who answer alike; of all that was
    tried this taught most (docs/decisions/0008-new-here.md). Without: well-known films (votes) that are unlike those
    already asked about.

    Args:
        atlas: The dataset.
        answers: What was said so far.
        n: How many; adaptive choice is choice of one.

    Returns:
        item_index, best first; fewer than n where fewer are left.

    Raises:
        InvalidQueryError: n below 1, an answer that is none, or a film that is not there.
    """
    _validate(atlas, answers)
    bank = _bank(atlas)
    n = validate_k(n, len(atlas.catalog))
    is_free = ~np.isin(bank.films, np.array(list(answers), np.int64))
    if bank.known is not None:
        values = bank.known.chance_of_like(_codes(bank, answers)).astype(np.float32)
        return tuple(bank.films[top_k(values, n, allowed=is_free)].tolist())
    return _varied(bank, is_free, n)


def _varied(bank: _Bank, is_free: npt.NDArray[np.bool_], n: int) -> tuple[int, ...]:
    """Fame less likeness to the nearest film asked about: each film taken counts as asked."""
    if bank.vectors is None:
        return tuple(bank.films[np.flatnonzero(is_free)[:n]].tolist())
    free, asked = is_free.copy(), np.flatnonzero(~is_free)
    nearest = (bank.vectors @ bank.vectors[asked].T).max(axis=1, initial=0)
    taken: list[int] = []
    while len(taken) < n and free.any():
        best = int(np.where(free, FAME * bank.fame - nearest, -np.inf).argmax())
        taken.append(int(bank.films[best]))
        free[best] = False
        nearest = np.maximum(nearest, bank.vectors @ bank.vectors[best])
    return tuple(taken)


def taught(
    atlas: Atlas, answers: Answers, method: str = "", *, so_far: Sequence[Lesson] = ()
) -> tuple[Lesson, ...]:
    """What each answer taught, in the order in which they were given.

    Args:
        atlas: The dataset.
        answers: What was said.
        method: Whose recommendations are watched; "" = the one that answers visitors by default.
        so_far: What this returned for the same atlas and method before: what it tells of the same first answers is kept,
            so that one more answer costs two lists.

    Raises:
        InvalidQueryError: An answer that is none, or a film that is not there.
    """
    _validate(atlas, answers)
    bank, items = _bank(atlas), list(answers)
    kept = 0
    while kept < min(len(so_far), len(items)) and _is_of(so_far[kept], items[kept], answers):
        kept += 1
    starts = [{item: answers[item] for item in items[:n]} for n in range(kept, len(items) + 1)]
    lists = _first(atlas, starts, method or default_method(atlas)) if len(starts) > 1 else []
    lessons = list(so_far[:kept])
    for item, (before, after), start in zip(items[kept:], pairwise(lists), starts[1:], strict=True):
        alike = None if bank.known is None else bank.known.like_you(_codes(bank, start))
        n_people = 0 if bank.known is None else len(bank.known.codes_)
        lessons.append(Lesson(item, answers[item], len(after - before), len(after), alike, n_people))
    return tuple(lessons)


def _is_of(lesson: Lesson, item: int, answers: Answers) -> bool:
    return lesson.item_index == item and lesson.answer == answers[item]


def _first(atlas: Atlas, several: Sequence[Answers], name: str) -> list[set[int]]:
    """The first ten recommendations for each; where the method can use nothing of it, the most popular films."""
    method, found = atlas.methods.fitted(name), []
    with one_blas_thread():
        for answers in several:
            profile = _profile(answers)
            usable = method if method.can_use(profile) else atlas.methods.fitted("popularity")
            allowed = np.ones(len(atlas.catalog), bool)
            allowed[profile.excluded] = False
            found.append(set(top_k(usable.score([profile])[0], TOP, allowed=allowed).tolist()))
    return found


def as_weights(answers: Answers) -> tuple[tuple[int, float], ...]:
    """What `Question.history` takes: films that were seen, with their weights."""
    return tuple((item, float(weight)) for item, weight in answers.items() if weight is not None)


def as_history(atlas: Atlas, answers: Answers) -> History:
    """The answers as a history that can be saved and read like any other; films not seen are not in it."""
    thumbs = Scale(0, 1)
    entries = []
    for item, weight in as_weights(answers):
        film = atlas.catalog.film(item)
        is_rated = weight < 0
        status = Status.LIKED if weight > 0 else Status.RATED if is_rated else Status.SEEN
        entries.append(
            Entry(
                film.title,
                film.year,
                status,
                0.0 if is_rated else None,
                thumbs if is_rated else None,
                imdb_id=film.imdb_id,
                tmdb_id=film.tmdb_id,
                source="New here",
            )
        )
    return History(tuple(entries))


def _profile(answers: Answers) -> Profile:
    weights = as_weights(answers)
    return Profile(
        np.array([item for item, _ in weights], np.int64), np.array([w for _, w in weights], np.float32)
    )


def _codes(bank: _Bank, answers: Answers) -> dict[int, int]:
    """Column -> code of the answers about films of the bank."""
    column = {int(item): number for number, item in enumerate(bank.films)}
    return {column[item]: _CODES[said] for item, said in answers.items() if item in column}


def _validate(atlas: Atlas, answers: Answers) -> None:
    for item, said in answers.items():
        if said not in _CODES:
            raise InvalidQueryError(f"{said} is no answer.", hint="Say 1, 0, -1, or None for not seen.")
        if not 0 <= item < len(atlas.catalog):
            raise InvalidQueryError(f"There is no film number {item} in {atlas.about['label']}.")
