"""Which films belong together, by facts in the data and by nobody's taste: what a few likes should lead to.

Each relation is an (n_items, n_items) bool CSR, symmetric, without a film's relation to itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse

from core.domain import Catalog
from core.recommenders.content_based.shared_facts import sagas

RAREST_KEYWORD = 15
"""A keyword that more films have says too little."""
SHARED_KEYWORDS = 2
LEAST_TOGETHER = 4
"""People that like both films: below, a lift is chance."""
LEAST_LIFT = 3.0


def same_saga(catalog: Catalog) -> sparse.csr_matrix:
    """Films whose titles share the name of a saga, remakes among them."""
    return _sharing(sagas(catalog))


def same_maker(catalog: Catalog) -> sparse.csr_matrix:
    """Films with a director and a genre in common."""
    directors = _sharing(catalog.items["directors"])
    genres = _sharing(catalog.items["genres"])
    return sparse.csr_matrix(directors.multiply(genres), dtype=bool)


def rare_keywords(catalog: Catalog) -> sparse.csr_matrix:
    """Films that share at least `SHARED_KEYWORDS` keywords which at most `RAREST_KEYWORD` films have."""
    counts: dict[str, int] = defaultdict(int)
    for keywords in catalog.items["keywords"]:
        for keyword in keywords:
            counts[keyword] += 1
    rare = [
        tuple(word for word in keywords if counts[word] <= RAREST_KEYWORD)
        for keywords in catalog.items["keywords"]
    ]
    return _sharing(rare, least=SHARED_KEYWORDS)


def liked_together(liked: sparse.csr_matrix) -> sparse.csr_matrix:
    """Films that the same people like much more often than chance would have it.

    lift = n_both * n_people / (n_one * n_other); related where `n_both` is at least `LEAST_TOGETHER` and the lift at
    least `LEAST_LIFT`.

    Args:
        liked: (n_people, n_items) CSR; stored = liked. People that no method has learned from.
    """
    ones = sparse.csr_matrix((np.ones(liked.nnz, np.float64), liked.indices, liked.indptr), shape=liked.shape)
    counts = np.asarray(ones.sum(axis=0)).ravel()
    both = sparse.coo_matrix(ones.T @ ones)
    lift = both.data * liked.shape[0] / np.maximum(counts[both.row] * counts[both.col], 1)
    keep = (both.row != both.col) & (both.data >= LEAST_TOGETHER) & (lift >= LEAST_LIFT)
    parts = (np.ones(int(keep.sum()), bool), (both.row[keep], both.col[keep]))
    return sparse.csr_matrix(parts, shape=both.shape)


def _sharing(values: Iterable[Sequence[str]], least: int = 1) -> sparse.csr_matrix:
    """Films that have at least `least` values in common."""
    lists = [tuple(dict.fromkeys(own)) for own in values]
    columns = {value: column for column, value in enumerate(dict.fromkeys(v for own in lists for v in own))}
    rows = np.repeat(np.arange(len(lists)), [len(own) for own in lists])
    found = np.array([columns[value] for own in lists for value in own], np.int64)
    has = sparse.csr_matrix(
        (np.ones(len(found), np.int32), (rows, found)), shape=(len(lists), max(len(columns), 1))
    )
    shared = sparse.coo_matrix(has @ has.T)
    keep = (shared.row != shared.col) & (shared.data >= least)
    parts = (np.ones(int(keep.sum()), bool), (shared.row[keep], shared.col[keep]))
    return sparse.csr_matrix(parts, shape=shared.shape)


RELATIONS = {"saga": same_saga, "maker": same_maker, "keywords": rare_keywords}
"""Relations that the films' own facts give, by name; `liked_together` needs people."""
