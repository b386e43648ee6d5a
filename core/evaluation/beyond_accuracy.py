"""What accuracy does not say: how varied, how famous, how surprising and how balanced the lists are.

Functions read `ranked`, (n_users, depth) item_index with -1 where a list has ended, and cut-offs `ks` of at
most `depth`. They return (n_users, len(ks)) float64, NaN where a user has nothing to measure (an empty list,
no known liked film). Coverage and Gini describe all lists together; for them see `coverage`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.evaluation.accuracy import Hits, Values, ratio
from core.spaces.base import normalise
from core.types import BoolVector, FloatMatrix, IndexVector

SMOOTHING = 0.01
"""Part of the wanted genre shares mixed into the listed ones: a missing genre then costs a finite amount."""


def novelty(ranked: IndexVector, counts: IndexVector, n_users: int, ks: Sequence[int]) -> Values:
    """Mean self-information of the listed films in bits: how rarely training users rated them.

    -log2((count + 1) / (n_users + 1)), averaged over the list; the added 1 keeps films that nobody rated
    finite.

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        counts: (n_items,) ratings of each film in the train part.
        n_users: Users with a rating in the train part.
        ks: Cut-offs, each at most `depth`.

    Source: Zhou et al. (2010), "Solving the apparent diversity-accuracy dilemma", self-information; add-one
        smoothing.
    """
    bits = -np.log2((counts + 1) / (n_users + 1))
    return _mean_upto(bits[ranked], ranked >= 0, ks)


def popularity_lift(
    ranked: IndexVector, counts: IndexVector, known: sparse.csr_matrix, ks: Sequence[int]
) -> Values:
    """How much more rated the listed films are than the user's own: (listed - own) / own, of mean counts.

    0 = as popular as the user's own films, 1 = twice as popular, below 0 = less popular.

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        counts: (n_items,) ratings of each film in the train part.
        known: (n_users, n_items) CSR, what is known about each user.
        ks: Cut-offs, each at most `depth`.

    Source: Abdollahpouri et al. (2019), "The unfairness of popularity bias in recommendation", group average
        popularity and its lift, here for each user.
    """
    own = _row_means(known, counts)[:, None]
    return ratio(_mean_upto(counts[ranked], ranked >= 0, ks), own) - 1


def serendipity(hits: Hits, n_relevant: IndexVector, places: IndexVector, ks: Sequence[int]) -> Values:
    """Share of the k places held by relevant films that a list of the k most rated would not have shown.

    Args:
        hits: (n_users, depth) whether the film at each rank is relevant.
        n_relevant: (n_users,) relevant held-out films; users without one get NaN.
        places: (n_users, depth) place of each listed film in the user's own popularity list, see
            `popular_places`.
        ks: Cut-offs, each at most `depth`.

    Source: Ge, Delgado-Battenfeld, Jannach (2010), "Beyond accuracy", section 3.2: relevant and not what a
        primitive method, here popularity, recommends.
    """
    values = [(hits[:, :k] & (places[:, :k] >= k)).sum(1) / k for k in ks]
    return np.where((n_relevant > 0)[:, None], np.stack(values, axis=1), np.nan)


def popular_places(
    ranked: IndexVector, counts: IndexVector, hidden: sparse.csr_matrix, listable: BoolVector
) -> IndexVector:
    """Where each listed film stands, from 0, when the films a user may see are ordered by number of ratings.

    Ties are broken by index. The place is the film's place among all listable films, less the user's hidden
    films before it, so no list of popular films is made.

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        counts: (n_items,) ratings of each film in the train part.
        hidden: (n_users, n_items) CSR, films that must not be listed for a user.
        listable: (n_items,) films that may be listed for anybody.

    Returns:
        (n_users, depth) int64; n_items where a list has ended.
    """
    n_users, n_items = hidden.shape
    place = np.empty(n_items, np.int64)
    place[np.lexsort((np.arange(n_items), -counts, ~listable))] = np.arange(n_items)
    rows = np.repeat(np.arange(n_users, dtype=np.int64), np.diff(hidden.indptr))
    keys = np.sort(rows * n_items + place[hidden.indices])
    starts = (np.arange(n_users, dtype=np.int64) * n_items)[:, None]
    before = np.searchsorted(keys, starts + place[ranked]) - np.searchsorted(keys, starts)
    return np.asarray(np.where(ranked >= 0, place[ranked] - before, n_items), np.int64)


def diversity(ranked: IndexVector, vectors: FloatMatrix, ks: Sequence[int]) -> Values:
    """Mean of 1 - cosine over all pairs of listed films; NaN where fewer than two of them have a vector.

    For unit vectors the sum of cosines over ordered pairs is |sum of vectors|^2 - n, so no pair is visited.

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        vectors: (n_items, dim) what films are compared by (genres in the protocol); a row of zeros = none.
        ks: Cut-offs, each at most `depth`.

    Source: Ziegler et al. (2005), "Improving recommendation lists through topic diversification", section
        3.3.
    """
    unit = _unit(vectors)
    out = []
    for total, count in _running_sums(ranked, unit, np.any(unit != 0, axis=1), ks):
        pairs = count * (count - 1)
        cosines = np.einsum("ud,ud->u", total, total) - count
        out.append(1 - ratio(cosines, pairs))
    return np.stack(out, axis=1)


def miscalibration(
    ranked: IndexVector, genres: FloatMatrix, liked: sparse.csr_matrix, ks: Sequence[int]
) -> Values:
    """How far the genres of the list are from those of the user's liked films, in nats; 0 = the same mix.

    A film counts with equal parts of 1 for each of its genres; p = mean over the liked, q = mean over the
    listed films with genres; KL(p || 0.99 q + 0.01 p) = sum over genres of p log(p / (0.99 q + 0.01 p)).

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        genres: (n_items, n_genres) 1 where a film has a genre, else 0.
        liked: (n_users, n_items) CSR, known films that a user likes.
        ks: Cut-offs, each at most `depth`.

    Source: Steck (2018), "Calibrated recommendations", equations 2, 3, 5, 6 with alpha = 0.01.
    """
    own = genres.sum(1, keepdims=True, dtype=np.float64)
    shares = np.divide(genres, own, out=np.zeros(genres.shape), where=own > 0)
    wanted = _liked_matrix(liked) @ shares
    n_liked = wanted.sum(1)
    wanted = np.divide(wanted, n_liked[:, None], out=np.zeros_like(wanted), where=n_liked[:, None] > 0)
    out = []
    for total, count in _running_sums(ranked, shares, own[:, 0] > 0, ks):
        listed = (1 - SMOOTHING) * total / np.maximum(count, 1)[:, None] + SMOOTHING * wanted
        over = np.divide(wanted, listed, out=np.ones_like(wanted), where=wanted > 0)
        out.append(np.where((n_liked > 0) & (count > 0), (wanted * np.log(over)).sum(1), np.nan))
    return np.stack(out, axis=1)


def genre_accuracy(
    ranked: IndexVector, genres: FloatMatrix, liked: sparse.csr_matrix, ks: Sequence[int]
) -> Values:
    """Share of the listed films that have at least one genre of the user's liked films.

    Args: as in `miscalibration`. NaN for users without a liked film that has a genre.

    Source: the genre accuracy of system S5, with a profile instead of one film.
    """
    wanted = (_liked_matrix(liked) @ genres) > 0
    shared = np.empty(ranked.shape, bool)
    for place in range(ranked.shape[1]):
        shared[:, place] = (wanted & (genres[ranked[:, place]] > 0)).any(axis=1)
    return np.where(wanted.any(axis=1)[:, None], _mean_upto(shared, ranked >= 0, ks), np.nan)


def top1_cosine(ranked: IndexVector, vectors: FloatMatrix, liked: sparse.csr_matrix) -> Values:
    """Cosine between the first listed film and the mean of the user's liked films, (n_users,) in [-1, 1].

    Args:
        ranked: (n_users, depth) item_index, best first; -1 where a list has ended.
        vectors: (n_items, dim) of the space that judges, the same for every method; a row of zeros = no
            vector.
        liked: (n_users, n_items) CSR, known films that a user likes.

    Source: the top-1 cosine similarity of system S5, with a profile instead of one film.
    """
    unit = _unit(vectors)
    means = _unit(_liked_matrix(liked) @ unit)
    first = np.where((ranked[:, 0] >= 0)[:, None], unit[ranked[:, 0]], 0)
    there = means.any(axis=1) & first.any(axis=1)
    return np.where(there, np.einsum("ud,ud->u", means, first), np.nan)


def coverage(ranked: IndexVector, n_listable: int, ks: Sequence[int]) -> tuple[Values, Values]:
    """Share of the films that stand in at least one user's list.

    Returns:
        (len(ks),) the coverage of all lists, and (n_users, len(ks)) the coverage without each user: the
        spread over users follows from it by the jackknife (resampling users with repetition would only ever
        lose films).

    Source: Ge, Delgado-Battenfeld, Jannach (2010), section 3.1, catalogue coverage.
    """
    whole, without = [], []
    for k in ks:
        counts = _list_counts(ranked[:, :k])
        alone = ((counts[ranked[:, :k]] == 1) & (ranked[:, :k] >= 0)).sum(1)
        whole.append((counts > 0).sum() / n_listable)
        without.append(((counts > 0).sum() - alone) / n_listable)
    return np.array(whole), np.stack(without, axis=1)


def gini(ranked: IndexVector, n_listable: int, ks: Sequence[int]) -> tuple[Values, Values]:
    """How unevenly places are shared out among the films: 0 = all equally often, near 1 = a few take all.

    G = sum over films in ascending order of (2 j - n - 1) c_j / (n * sum of c), j from 1 to n, c_j = times
    listed.

    Returns:
        (len(ks),) and (n_users, len(ks)) as in `coverage`; NaN where no film is listed.

    Source: Gini (1912); Shani, Gunawardana (2011), "Evaluating recommendation systems", section 8.3.3.
    """
    whole, without = [], []
    for k in ks:
        part = ranked[:, :k]
        counts = np.sort(_list_counts(part))[::-1][:n_listable][::-1]
        counts = np.concatenate([np.zeros(n_listable - len(counts), np.int64), counts])
        weighted, total = float(np.arange(1, n_listable + 1) @ counts), int(counts.sum())
        # taking a list away lowers the counts of its films by one: in sorted order each gives up the first
        # place
        # of its count, or the next where another film of the list has taken that
        value = np.sort(np.where(part >= 0, _list_counts(part)[part], -1), axis=1)
        place = np.arange(k) - _first_of_run(value)
        lost = np.where(value > 0, np.searchsorted(counts, value) + 1 + place, 0).sum(1)
        without.append(_gini(weighted - lost, total - (part >= 0).sum(1), n_listable))
        whole.append(_gini(np.array([weighted]), np.array([total]), n_listable)[0])
    return np.array(whole), np.stack(without, axis=1)


def _unit(vectors: npt.NDArray[Any]) -> Values:
    return np.asarray(normalise(np.asarray(vectors, np.float64)), np.float64)


def _gini(weighted: Values, total: IndexVector, n: int) -> Values:
    return ratio(2 * weighted, total * n) - (n + 1) / n


def _first_of_run(ordered: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each entry of sorted rows, the column where its run of equal values starts."""
    starts = np.ones(ordered.shape, bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return np.maximum.accumulate(np.where(starts, np.arange(ordered.shape[1]), 0), axis=1)


def _list_counts(ranked: IndexVector) -> npt.NDArray[np.int64]:
    """How often each film is listed, (largest listed index + 1,), at least one long."""
    return np.bincount(ranked[ranked >= 0], minlength=1).astype(np.int64)


def _mean_upto(values: npt.NDArray[Any], there: npt.NDArray[np.bool_], ks: Sequence[int]) -> Values:
    """Means over the first k places that hold a film, NaN where none does."""
    columns = np.asarray(ks) - 1
    sums = np.where(there, values, 0).cumsum(1, dtype=np.float64)[:, columns]
    counts = there.cumsum(1)[:, columns]
    return ratio(sums, counts)


def _running_sums(
    ranked: IndexVector, vectors: Values, usable: npt.NDArray[np.bool_], ks: Sequence[int]
) -> Iterator[tuple[Values, Values]]:
    """At each cut-off: (n_users, dim) sum of the listed vectors, and (n_users,) how many films are usable."""
    total, count = np.zeros((len(ranked), vectors.shape[1])), np.zeros(len(ranked))
    for place in range(max(ks)):
        items = ranked[:, place]
        counts = (items >= 0) & usable[items]
        total += np.where(counts[:, None], vectors[items], 0)
        count += counts
        if place + 1 in ks:
            yield total.copy(), count.copy()


def _row_means(matrix: sparse.csr_matrix, values: npt.NDArray[Any]) -> Values:
    """Mean of `values` over the stored columns of each row, NaN for empty rows."""
    ones = _liked_matrix(matrix)
    counts = np.diff(matrix.indptr)
    return ratio(ones @ values, counts)


def _liked_matrix(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same entries, each 1.0."""
    return sparse.csr_matrix((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
