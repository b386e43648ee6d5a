"""The parts of the hybrid, and their scores on one scale."""

from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from scipy import sparse

from core.compute.progress import Progress, no_progress, within
from core.compute.threads import n_threads
from core.domain import Dataset, Profile, Reason
from core.embeddings import Space
from core.errors import CannotFitError
from core.recommenders.base import Recommender
from core.recommenders.baselines.popularity import Popularity
from core.recommenders.collaborative.edlae import Edlae
from core.recommenders.collaborative.ials import Ials
from core.recommenders.collaborative.predicted_rating import PredictedRating
from core.recommenders.collaborative.user_knn import UserKnn
from core.recommenders.content_based.content import Content
from core.recommenders.hybrid.informed_linear import ACTIVITY, DROPOUT, FAME, InformedLinear
from core.recommenders.hybrid.weights import BINS, Doubles, Validation, climb, ndcg
from core.types import Arrays, BoolVector, FloatMatrix, FloatVector, IndexVector

LINEAR, IALS, PEOPLE, STARS, CONTENT, POPULARITY = range(6)
PARTS = ("linear", "ials", "people", "stars", "content", "popularity")
WORDS = (
    "shared likes and content",
    "learned taste (iALS)",
    "people like you (User-KNN)",
    "predicted stars",
    "likeness of content",
    "fame",
)
"""What each part goes by, in a reason."""

WEIGHING = "weighing the parts"
SILENT_ON_UNRATED = (IALS, PEOPLE)
ROWS = 32
"""Rows worked on at once where there are several passes over them: what a core's cache holds."""


def new_parts(space: str, memory_gb: float, spaces: Container[str]) -> dict[str, Recommender]:
    """Name -> part, not fitted; without the space, EDLAE takes the linear model's place and nearness is left out."""
    parts: dict[str, Recommender] = {
        "ials": Ials(),
        "people": UserKnn(),
        "stars": PredictedRating(PredictedRating.Params(sweeps=60, n_draws=12)),
        "popularity": Popularity(),
    }
    if space not in spaces:  # ratings alone, as in a person's own files without films
        edlae = Edlae.Params(dropout=DROPOUT, activity=ACTIVITY, fame=FAME, memory_gb=memory_gb)
        return {"linear": Edlae(edlae), **parts}
    linear = InformedLinear(InformedLinear.Params(space=space, memory_gb=memory_gb))
    return {"linear": linear, "content": Content(Content.Params(space=space)), **parts}


def fit_parts(
    parts: dict[str, Recommender],
    dataset: Dataset,
    spaces: Mapping[str, Space],
    rng: np.random.Generator,
    progress: Progress = no_progress,
    learned: Container[str] = (),
) -> dict[str, Recommender]:
    """Fit the parts but those learned already; predicted stars are left out where bare likes have none to predict.

    Raises:
        CannotFitError: Another part cannot be fitted.
    """
    fitted = {}
    for name, part in parts.items():
        part.progress = within(progress, part.label)
        try:
            fitted[name] = part if name in learned else part.fit(dataset, spaces, rng=rng)
        except CannotFitError:
            if name != "stars":
                raise
    return fitted


def state_of(parts: Mapping[str, Recommender]) -> Arrays:
    """Names of the parts as "parts", and the arrays of every part as "part.array"."""
    arrays: Arrays = {"parts": np.array([*parts])}
    for name, part in parts.items():
        arrays |= {f"{name}.{key}": array for key, array in part.state().items()}
    return arrays


def restored(
    parts: Mapping[str, Recommender], dataset: Dataset, spaces: Mapping[str, Space], state: Arrays
) -> dict[str, Recommender]:
    """The parts that `state` holds, restored: the inverse of `state_of`."""
    found = {}
    for name, part in parts.items():
        if name in state["parts"]:
            own = {key[len(name) + 1 :]: array for key, array in state.items() if key.startswith(f"{name}.")}
            found[name] = part.restore(dataset, spaces, own)
    return found


def rated_films(dataset: Dataset) -> BoolVector:
    """(n_items,) which films somebody rated."""
    return np.asarray(dataset.interactions.item_counts() > 0)


def learned_weights(
    start: Doubles,
    parts: Mapping[str, Recommender],
    rated: BoolVector,
    validation: Validation,
    progress: Progress = no_progress,
) -> Doubles:
    """What the parts, fitted on the rest, make of the held-out ratings.

    Args:
        start: (n_bins, n_parts) weights to begin with.
        parts: The fitted parts by name.
        rated: (n_items,) which films somebody rated.
        validation: What was held out.
        progress: Told again and again how many bins are done.

    Returns:
        (n_bins, n_parts) float64.
    """
    learned = start.copy()
    for row, (profiles, hidden, wanted) in enumerate(
        zip(validation.profiles, validation.hidden, validation.wanted, strict=True)
    ):
        if not profiles:
            continue
        stacked = standardised(parts, rated, profiles)
        there = np.array([bool(np.any(part)) for part in stacked])

        shares, tell = _in_shares(stacked, hidden, wanted), partial(progress, row, len(learned), WEIGHING)
        learned[row] = climb(learned[row], there, partial(_measured, shares, tell))
    # strangers have nothing that nearness could be learned from, but they may dislike films
    learned[0, CONTENT] = learned[1, CONTENT]
    return learned


_Share: TypeAlias = tuple[list[FloatMatrix], sparse.csr_matrix, sparse.csr_matrix]
"""Some profiles' scores of every part, what they know, and what they should find."""


def _in_shares(
    stacked: Sequence[FloatMatrix], hidden: sparse.csr_matrix, wanted: sparse.csr_matrix
) -> list[_Share]:
    """The profiles in as many shares as there are processor cores."""
    bounds = np.linspace(0, len(stacked[0]), n_threads() + 1).astype(int).tolist()
    rows = [slice(first, last) for first, last in pairwise(bounds) if first < last]
    return [([part[some] for part in stacked], hidden[some], wanted[some]) for some in rows]


def _measured(shares: Sequence[_Share], tell: Callable[[], None], weights: Doubles) -> Doubles:
    """(n_profiles,) nDCG@10 under these weights; what `tell` raises stops it."""
    tell()

    def measure(share: _Share) -> Doubles:
        stacked, hidden, wanted = share
        return ndcg(weighted_sum(stacked, weights), hidden, wanted)

    with ThreadPoolExecutor(len(shares)) as threads:
        return np.concatenate(list(threads.map(measure, shares)))


def standardised(
    parts: Mapping[str, Recommender],
    rated: BoolVector,
    profiles: Sequence[Profile],
    weights: Doubles | None = None,
) -> list[FloatMatrix]:
    """One (n_profiles, n_items) array for each of `PARTS`, 0 = the average film or no opinion.

    Args:
        parts: The fitted parts by name.
        rated: (n_items,) which films somebody rated.
        profiles: Who asks.
        weights: (n_profiles, n_parts) a part is not asked about profiles for which it counts nothing: it is 0
            there. None = every part is asked about everybody.
    """
    is_asked = np.ones((len(profiles), len(PARTS)), bool) if weights is None else weights != 0
    unrated = np.flatnonzero(~rated)
    if len(unrated):
        is_asked[:, LINEAR] |= is_asked[:, SILENT_ON_UNRATED].any(axis=1)
    stacked = [np.zeros((len(profiles), len(rated)), np.float32) for _ in PARTS]
    for part, name in enumerate(PARTS):
        rows = np.flatnonzero(is_asked[:, part])
        if name in parts and len(rows):
            scores = parts[name].score([profiles[row] for row in rows.tolist()])
            put_z_scores(scores, rated, stacked[part], rows)
    for part in SILENT_ON_UNRATED:
        stacked[part][:, unrated] = stacked[LINEAR][:, unrated]
    stacked[POPULARITY][:, unrated] = 0  # nobody's opinion is no bad opinion
    return stacked


def weighted_sum(stacked: Sequence[FloatMatrix], weights: Doubles) -> FloatMatrix:
    """The parts' scores by their weights.

    Args:
        stacked: As `standardised` gives them.
        weights: (n_parts,), or (n_profiles, n_parts).

    Returns:
        (n_profiles, n_items) float32.
    """
    total = np.zeros_like(stacked[0])
    factors = np.broadcast_to(weights, (len(total), len(PARTS))).astype(np.float32)
    for start in range(0, len(total), ROWS):
        rows = slice(start, start + ROWS)
        for part in np.flatnonzero(factors[rows].any(axis=0)).tolist():
            total[rows] += factors[rows, part, None] * stacked[part][rows]
    return total


def weighed_reasons(
    parts: Mapping[str, Recommender], profile: Profile, item: int, carried: Doubles
) -> tuple[Reason, ...]:
    """The reasons of the part that speaks for a film most, and every part's share in one sentence."""
    total = float(carried[carried > 0].sum())
    order = [int(part) for part in np.argsort(-carried, kind="stable") if carried[part] > 0]
    if not order:
        return (Reason("Nothing speaks for it more than for the average film.", "contribution"),)
    (own,) = parts[PARTS[order[0]]].explain(profile, [item])
    named = [part for part in order if carried[part] >= 0.005 * total]
    shares = ", ".join(f"{carried[part] / total:.0%} {WORDS[part]}" for part in named)
    weighed = Reason(f"What speaks for it: {shares}.", "contribution")
    return (*(replace(reason, share=None) for reason in own), weighed)


def named_weights(weights: Doubles, parts: Mapping[str, Recommender]) -> dict[str, dict[str, float]]:
    """The weights of the parts that are there, by the fewest films known: "4" = 4 to 10."""
    there = [(column, name) for column, name in enumerate(PARTS) if name in parts]
    return {
        str(fewest): {name: round(float(row[column]), 4) for column, name in there}
        for fewest, row in zip(BINS, weights, strict=True)
    }


def keep_places(
    scores: FloatVector, rated: BoolVector, excluded: IndexVector, n_places: int, of: int = 10
) -> None:
    """Raise all films nobody rated alike, in place, until `n_places` of the first `of` films are theirs.

    Args:
        scores: (n_items,) without NaN.
        rated: (n_items,) which films somebody rated.
        excluded: item_index of films that will not be listed.
        n_places: At most so many are raised; fewer where there are fewer.
        of: Length of the list.
    """
    listed = np.ones(len(scores), bool)
    listed[excluded] = False
    own, others = np.sort(scores[listed & ~rated])[::-1], np.sort(scores[listed & rated])[::-1]
    n_places = min(n_places, len(own))
    if n_places == 0 or len(others) <= of - n_places:
        return
    last_out = others[of - n_places]
    if own[n_places - 1] <= last_out:
        scores[~rated] += last_out - own[n_places - 1] + np.float32(1e-3)


def put_z_scores(scores: FloatMatrix, over: BoolVector, into: FloatMatrix, rows: IndexVector) -> None:
    """Write scores less their row's mean, by its standard deviation, both over some columns; NaN becomes 0.

    Args:
        scores: (n_rows, n_items).
        over: (n_items,) the columns that mean and deviation are taken over.
        into: (n, n_items) where they are written.
        rows: (n_rows,) which rows of it.
    """
    for start in range(0, len(scores), ROWS):
        block = scores[start : start + ROWS]
        unknown = np.isnan(block)
        left_out = unknown | ~over
        within = block.astype(np.float64)
        within[left_out] = 0
        counts = np.maximum(len(over) - np.count_nonzero(left_out, axis=1), 1)
        means, squares = within.sum(axis=1) / counts, np.vecdot(within, within) / counts
        deviations = np.sqrt(np.maximum(squares - means**2, 0))
        # what is left of equal scores is rounding
        is_spread = deviations > 1e-6 * np.abs(means) + 1e-9
        scale = np.divide(1, deviations, out=np.zeros_like(means), where=is_spread)
        scaled = block - means[:, None].astype(np.float32)
        scaled *= scale[:, None].astype(np.float32)
        scaled[unknown] = 0
        into[rows[start : start + ROWS]] = scaled
