"""One person's own films taken away part by part, and looked for among all that they have not seen.

Nothing is learned anew. The person is a stranger to every method: a fold of their films is taken away, the method is
asked with the rest, and each film of it that they like is placed among all films they have said nothing about. So every
film has a value for every method, and methods are compared film by film.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core import recommenders
from core.compute.progress import Progress, no_progress
from core.compute.threads import one_blas_thread
from core.domain import Profile
from core.errors import AtlasError, TooFewFilmsError
from core.evaluation.metrics import Values
from core.evaluation.own_history.result import YARDSTICK, Acquaintance, Acquaintances, Difference, Figure
from core.evaluation.results.significance import (
    bootstrap_means,
    holm,
    percentile_interval,
    permutation_test,
)
from core.evaluation.results.stored import method_label
from core.recommenders import Ability, Recommender
from core.serving import Atlas
from core.serving.fame import fame_of
from core.types import FloatVector, IndexVector

LIKED = 0.25
"""Weight in a history from which a film counts as liked: for somebody who gives 3.5 of 5 stars on average, 4 stars."""
LEAST = 10
"""Liked films below which nothing is said: an interval over fewer is no interval."""
FOLDS, REPEATS = 5, 2
ONE_BY_ONE = 40
"""Fewer liked films than this are held out one by one, so that the others stay a history."""
K = 10
EQUALS = 50
"""How many unseen films, known to about as many people, each liked film is held against."""
SAME_OF_OWN, SAME_OF_THEIRS = 0.9, 0.5
"""Shares of the person's films and of somebody else's that are the same, from which the two may be one."""
_NEEDED = Ability.LIKES | Ability.COLD_USER


@dataclass(frozen=True, eq=False)
class _Asked:
    """The person's films, cut into parts.

    Attributes:
        profiles: The person without each part.
        parts: item_index of the liked films of each part, so that each stands in `repeats` of them.
        unseen: item_index of all films that they have said nothing about.
        equals: (n_liked, EQUALS or fewer) places in `unseen`; None = fame is not known.
        liked: (n_liked,) item_index, ascending.
    """

    profiles: tuple[Profile, ...]
    parts: tuple[IndexVector, ...]
    unseen: IndexVector
    equals: IndexVector | None
    liked: IndexVector


def acquaintances(
    atlas: Atlas,
    history: Sequence[tuple[int, float]],
    *,
    methods: Sequence[str] = (),
    seed: int = 0,
    progress: Progress = no_progress,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Acquaintances:
    """Ask every method for what a person is known to like, without telling it.

    Args:
        atlas: The dataset.
        history: item_index and weight in [-1, 1], as `Matched.weights` has them.
        methods: Names; () = all that the build has learned and that answer a stranger.
        seed: Decides which films are taken away together, and the resamples.
        progress: Told before each method.
        is_stopped: Asked before each method; True = what was asked so far is the result.

    Raises:
        TooFewFilmsError: Fewer than `LEAST` films are liked.
        UnknownNameError: No such method.
    """
    asked, folds, repeats = _take_away(atlas, history, np.random.default_rng(seed))
    names = list(methods or recommenders.names())
    refused = {} if methods else atlas.about.get("cannot_fit", {})
    values: dict[str, Values] = {}
    opened: dict[str, Recommender] = {}
    left_out: dict[str, str] = {}
    is_whole = True
    for number, name in enumerate(names):
        if is_stopped():
            is_whole = False
            break
        progress(number, len(names), method_label(name))
        if not methods and not atlas.manifest.has_method(name):
            left_out[name] = str(refused.get(name, "It is not built."))
            continue
        try:
            method = atlas.methods.fitted(name)
        except AtlasError as error:
            if methods:
                raise
            left_out[name] = str(error)
            continue
        if not method.abilities & _NEEDED:
            left_out[name] = "It cannot answer a stranger."
            continue
        with one_blas_thread():
            values[name], opened[name] = _values(method, asked), method
    progress(len(names), len(names))
    found = _figures(values, opened, np.random.default_rng(seed))
    n_liked, n_unseen = len(asked.liked), len(asked.unseen)
    is_in_dataset = _is_in_dataset(atlas, np.array([item for item, _ in history], np.int64))
    return Acquaintances(found, n_liked, n_unseen, folds, repeats, left_out, is_in_dataset, is_whole)


def _is_in_dataset(atlas: Atlas, items: IndexVector) -> bool:
    """Whether somebody has rated nearly all of these films, and not many others."""
    ratings = atlas.interactions.ratings
    own = np.zeros(ratings.shape[1], bool)
    own[items] = True
    common = np.bincount(
        np.repeat(np.arange(ratings.shape[0]), np.diff(ratings.indptr))[own[ratings.indices]],
        minlength=ratings.shape[0],
    )
    theirs = np.diff(ratings.indptr)
    return bool(
        ((common > 0) & (common >= SAME_OF_OWN * len(items)) & (common >= SAME_OF_THEIRS * theirs)).any()
    )


def _take_away(
    atlas: Atlas, history: Sequence[tuple[int, float]], rng: np.random.Generator
) -> tuple[_Asked, int, int]:
    """Parts with equally many liked films, and of the others too."""
    items = np.array([item for item, _ in history], np.int64)
    weights = np.array([weight for _, weight in history], np.float32)
    is_liked = weights >= LIKED
    n_liked = int(is_liked.sum())
    if n_liked < LEAST:
        raise TooFewFilmsError(n_liked, LEAST)
    folds, repeats = (n_liked, 1) if n_liked < ONE_BY_ONE else (FOLDS, REPEATS)
    profiles, parts = [], []
    for _ in range(repeats):
        mixed = rng.permutation(len(items))
        dealt = np.empty(len(items), np.int64)
        dealt[mixed[np.argsort(~is_liked[mixed], kind="stable")]] = np.arange(len(items)) % folds
        for fold in range(folds):
            out = dealt == fold
            if folds == n_liked:  # one by one: what is not liked stays
                out &= is_liked
            profiles.append(Profile(items[~out], weights[~out]))
            parts.append(np.sort(items[out & is_liked]))
    unseen = np.setdiff1d(np.arange(len(atlas.catalog), dtype=np.int64), items)
    liked = np.sort(items[is_liked])
    fame = fame_of(atlas)
    equals = None if fame is None or not len(unseen) else _as_known(fame.counts, liked, unseen)
    return _Asked(tuple(profiles), tuple(parts), unseen, equals, liked), folds, repeats


def _as_known(counts: FloatVector, liked: IndexVector, unseen: IndexVector) -> IndexVector:
    """(n_liked, m) places in `unseen` of the films that are nearest in fame; equally near ones in the catalogue's order."""
    apart = np.abs(np.log1p(counts[liked])[:, None] - np.log1p(counts[unseen])[None, :])
    return np.argsort(apart, axis=1, kind="stable")[:, :EQUALS].astype(np.int64)


def _values(method: Recommender, asked: _Asked) -> Values:
    """(n_liked, 5): above, equals, hits, ndcg and silence of each liked film, means over the times it was taken away."""
    sums = np.zeros((len(asked.liked), 5))
    if asked.equals is None:
        sums[:, 1] = np.nan
    times = np.zeros(len(asked.liked))
    for profile, part in zip(asked.profiles, asked.parts, strict=True):
        scores = np.nan_to_num(method.score([profile])[0], nan=-np.inf)
        others = np.sort(scores[asked.unseen])
        rows = np.searchsorted(asked.liked, part)
        own = scores[part]
        above = len(others) - np.searchsorted(others, own, "right")
        tied = np.searchsorted(others, own, "right") - np.searchsorted(others, own, "left")
        place = 1 + above + tied / 2
        sums[rows, 0] += (above + tied / 2) / max(len(others), 1)
        if asked.equals is not None:
            rivals = scores[asked.unseen[asked.equals[rows]]]
            sums[rows, 1] += ((rivals < own[:, None]) + 0.5 * (rivals == own[:, None])).mean(1)
        sums[rows, 2] += place <= K
        sums[rows, 3] += np.where(place <= K, 1 / np.log2(place + 1), 0)
        sums[rows, 4] += np.isneginf(own)
        times[rows] += 1
    return np.asarray(sums / times[:, None])


def _figures(
    values: Mapping[str, Values], opened: Mapping[str, Recommender], rng: np.random.Generator
) -> tuple[Acquaintance, ...]:
    """The means with intervals, and the differences; methods share their resamples."""
    if not values:
        return ()
    names = sorted(values, key=lambda name: (float(values[name][:, 0].mean()), name))
    above = {name: values[name][:, 0] for name in names}
    over = _differences(above, YARDSTICK, rng) if YARDSTICK in above else {}
    behind = _differences(above, names[0], rng)
    seed = int(rng.integers(2**62))
    made = []
    for name in names:
        own = values[name]
        low, high = percentile_interval(bootstrap_means(own, np.random.default_rng(seed)))
        mean = own.mean(0)
        figures = [Figure(*map(float, ends)) for ends in zip(mean, low, high, strict=True)]
        made.append(
            Acquaintance(
                name,
                opened[name].label,
                figures[0],
                None if np.isnan(mean[1]) else figures[1],
                figures[2],
                figures[3],
                int((own[:, 4] == 1).sum()),
                over.get(name),
                behind.get(name),
            )
        )
    return tuple(made)


def _differences(above: Mapping[str, Values], other: str, rng: np.random.Generator) -> dict[str, Difference]:
    """Every method against one, film by film."""
    rest = [name for name in above if name != other]
    if not rest:
        return {}
    apart = np.stack([above[other] - above[name] for name in rest], axis=1)
    corrected = holm(permutation_test(apart, rng))
    return {
        name: Difference(float(mean), float(p))
        for name, mean, p in zip(rest, apart.mean(0), corrected, strict=True)
    }
