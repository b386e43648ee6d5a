"""What accuracy does not say: how varied, how famous, how surprising and how balanced the lists are.

Functions read `ranked`, (n_users, depth) item_index with -1 where a list has ended, and cut-offs `ks` of at
most `depth`. They return (n_users, len(ks)) float64, NaN where a user has nothing to measure (an empty list,
no known liked film). Coverage and Gini describe all lists together; for them see `balance`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.embeddings.base import normalise
from core.evaluation.metrics.base import Kind, Metric, register
from core.evaluation.metrics.lists import Hits, Values, ratio
from core.types import FloatMatrix, IndexVector

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


def _unit(vectors: npt.NDArray[Any]) -> Values:
    return np.asarray(normalise(np.asarray(vectors, np.float64)), np.float64)


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


_GENRES = r"p, q = \text{genre shares of the liked and of the listed films}"
_INF = float("inf")

register(
    Metric(
        "novelty",
        "Novelty",
        "How rarely the listed films were rated, in bits: one more bit = half as many ratings.",
        True,
        bounds=(0, _INF),
        formula=r"\frac1k \sum_{i \text{ listed}} -\log_2 \frac{\text{ratings}_i + 1}{\text{users} + 1}",
        of_lists=lambda lists, ks: novelty(lists.ranked, lists.task.counts, lists.task.n_train_users, ks),
    )
)

register(
    Metric(
        "serendipity",
        "Serendipity",
        "Share of the list that the user turned out to like and that the most rated films would not have shown.",
        True,
        formula=r"\frac1k \, |\text{liked} \cap \text{listed} \setminus \text{the } k \text{ most rated}|",
        of_lists=lambda lists, ks: serendipity(lists.hits, lists.task.n_relevant, lists.places, ks),
    )
)

register(
    Metric(
        "diversity",
        "Diversity within lists",
        "How different in genre the films of one list are from each other: 0 = all alike, 1 = nothing in common.",
        True,
        formula=r"\frac{1}{k(k-1)} \sum_{i \ne j} \left(1 - \cos(g_i, g_j)\right) \qquad g = \text{genres of a film}",
        of_lists=lambda lists, ks: diversity(lists.ranked, lists.task.genres, ks),
    )
)

register(
    Metric(
        "popularity_lift",
        "Popularity lift",
        "How much more rated the listed films are than the user's own: 0 = as popular, 1 = twice as popular.",
        None,
        bounds=(-1, _INF),
        formula=r"\frac{\text{mean ratings of the listed films}}{\text{mean ratings of the user's own}} - 1",
        of_lists=lambda lists, ks: popularity_lift(lists.ranked, lists.task.counts, lists.task.known, ks),
    )
)

register(
    Metric(
        "miscalibration",
        "Genre miscalibration",
        "How far the mix of genres in the list is from that of the user's liked films; 0 = the same mix.",
        False,
        bounds=(0, _INF),
        formula=rf"\sum_g p_g \log \frac{{p_g}}{{0.99\, q_g + 0.01\, p_g}} \qquad {_GENRES}",
        of_lists=lambda lists, ks: miscalibration(lists.ranked, lists.task.genres, lists.task.liked, ks),
    )
)

register(
    Metric(
        "genre_accuracy",
        "Genre accuracy",
        "Share of the list that has a genre of the user's liked films.",
        True,
        formula=r"\frac1k \, |\{i \text{ listed} : i \text{ has a genre of a liked film}\}|",
        of_lists=lambda lists, ks: genre_accuracy(lists.ranked, lists.task.genres, lists.task.liked, ks),
    )
)

register(
    Metric(
        "top1_cosine",
        "Top-1 cosine",
        "Cosine, in one embedding for all methods, of the first film with the mean of the user's liked films.",
        True,
        bounds=(-1, 1),
        formula=r"\cos\left(v_{\text{first}},\; \tfrac1n \textstyle\sum_{i \text{ liked}} v_i\right)",
        kind=Kind.FIRST,
        of_lists=lambda lists, ks: top1_cosine(lists.ranked, lists.task.judge, lists.task.liked)[:, None],
    )
)
