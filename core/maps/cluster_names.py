"""What sets a group of films apart, in words."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from core.domain import Catalog
from core.embeddings.film_texts import plot_of
from core.text import STOP_WORDS, singular
from core.types import IndexVector


def top_genre(catalog: Catalog, rows: IndexVector) -> tuple[str, float]:
    """The commonest genre of some films, and its share of those that have any; ("", 0) without genres."""
    lists = [genres for genres in catalog.items["genres"].iloc[rows] if genres]
    if not lists:
        return "", 0.0
    genre, count = min(
        Counter(g for genres in lists for g in genres).items(), key=lambda pair: (-pair[1], pair[0])
    )
    return genre, round(count / len(lists), 4)


def distinctive(
    labels: IndexVector, k: int, terms: Sequence[Sequence[str]], *, least_share: float, least: int = 1
) -> list[list[str]]:
    """Each group's most distinctive terms by class-based TF-IDF.

    weight(t, c) = tf(t, c) * log(1 + A / tf(t)), where tf(t, c) is the share of the films of c that have t, tf(t) the
    sum of that share over all groups, and A the mean over groups of the sum of shares. A term counts only where at
    least `least` films and the share `least_share` of the group have it.

    Returns:
        One list a group, strongest first, ties by name.

    Source: Grootendorst (2022), "BERTopic", equation 2, with document shares in place of word counts.
    """
    vocabulary = sorted({t for row in terms for t in row})
    if not vocabulary:
        return [[] for _ in range(k)]
    column = {t: i for i, t in enumerate(vocabulary)}
    rows = [(labels[i], column[t]) for i, row in enumerate(terms) if labels[i] >= 0 for t in set(row)]
    if not rows:
        return [[] for _ in range(k)]
    where = np.array(rows).T
    counts = sparse.coo_matrix((np.ones(len(rows)), (where[0], where[1])), shape=(k, len(vocabulary))).tocsr()
    sizes = np.maximum(np.bincount(labels[labels >= 0], minlength=k), 1)
    shares = sparse.diags_array(1 / sizes) @ counts
    total = np.asarray(shares.sum(0)).ravel()
    idf = np.log1p(total.sum() / k / np.maximum(total, 1e-12))
    found = []
    for c in range(k):
        own, count = shares[[c]].tocoo(), counts[[c]].toarray().ravel()
        keep = [j for j in own.coords[1] if count[j] >= least and count[j] >= least_share * sizes[c]]
        weight = {j: count[j] / sizes[c] * idf[j] for j in keep}
        found.append([vocabulary[j] for j in sorted(keep, key=lambda j: (-weight[j], vocabulary[j]))])
    return found


_LOWER = re.compile(r"(?<![A-Za-z’'-])[a-z]{4,}(?:-[a-z]+)*(?![A-Za-z])")


def topics_of(catalog: Catalog) -> list[list[str]]:
    """What each film is about: its keywords, and the words and phrases of its plot.

    Only words written in lower case count: those with a capital are names ("Dave", "Matt"), which tell nothing about
    a group. Words that stand together far more often than chance ("high school") are one phrase.
    """
    from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, Phrases
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    plots = [_LOWER.findall(plot_of(text)) for text in catalog.items["overview"]]
    phrases = Phrases(
        plots,
        min_count=8,
        threshold=0.45,
        scoring="npmi",
        connector_words=ENGLISH_CONNECTOR_WORDS,
        delimiter=" ",
    )
    skip = _FILM_WORDS | ENGLISH_STOP_WORDS | STOP_WORDS
    topics = []
    for keywords, plot in zip(catalog.items["keywords"], plots, strict=True):
        found = [term for term in phrases[plot] if not set(re.split(r"[ -]", term)) <= skip]
        topics.append([*(k for k in keywords if k not in _FILM_WORDS), *found])
    return topics


# said of films in general, or another word for a genre; not of what happens in them
_SAID_OF_FILMS = """
american british directed written starring stars released produced based novel story screenplay
distributed drama comedy comedic feature director writer production company pictures cast plot title role
roles sequel series second young man woman men women life finds gets goes takes become becomes day year
years time well known name named called soon begins tells follows including international academy award
awards best original language english french german italian japanese indian premiere box office reviews
critics studios entertainment theatrical independent adaptation remake installment franchise book
characters character features focuses centers set plays action thriller romantic romance horror crime
mystery fantasy adventure musical animated animation psychological supernatural science fiction sci-fi
noir documentary biographical epic war western debut million supporting black high team neo include
members stop save old star received events different various tries help make way new people storyline
depicts concerns revolves loosely fictional group lead leads deals main returns return appears later shows
short directorial themes world
"""

_FILM_WORDS = frozenset(_SAID_OF_FILMS.split()) | {
    "in netflix queue", "based on a book", "imdb top 250", "less than 300 ratings", "based on novel",
    "based on true story", "woman director", "independent film", "duringcreditsstinger", "aftercreditsstinger", "3d",
}  # fmt: skip


def without_variants(terms: Sequence[str]) -> list[str]:
    """Terms in their order, without those that share a word with an earlier one."""
    kept, seen = [], set[str]()
    for term in terms:
        parts = {singular(part) for part in re.split(r"[\s-]+", term)}
        if not parts & seen:
            kept.append(term)
            seen |= parts
    return kept


def decade(catalog: Catalog, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> str:
    """The decade of a group's median year, e.g. "1990s"; "" without years."""
    years = catalog.items["year"][rows].dropna()
    return f"{int(years.median()) // 10 * 10}s" if len(years) else ""
