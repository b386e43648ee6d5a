"""What films have in common as facts: directors, sagas, keywords, cast and genres, rare ones counting most."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy import sparse

from core.datasets.reading.titles import saga_name
from core.domain import Catalog, Profile
from core.models.preference_matrix import entries_of
from core.types import Arrays, FloatMatrix

SHORTEST_SAGA = 4
"""Letters of a saga's name: shorter ones are shared by chance."""


def fact_matrices(catalog: Catalog) -> dict[str, sparse.csr_matrix]:
    """For each kind of fact (n_items, n_values) float32 CSR, rows of length 1: a value weighs -log of its share of films."""
    items = catalog.items
    lists: dict[str, Iterable[Sequence[str]]] = {
        "directors": items["directors"],
        "saga": sagas(catalog),
        "keywords": items["keywords"],
        "cast": items["cast"],
        "genres": items["genres"],
    }
    return {kind: _weighted(values, len(items)) for kind, values in lists.items()}


def sagas(catalog: Catalog) -> list[tuple[str, ...]]:
    """The name of each film's saga, () where it is too short to mean anything."""
    names = [saga_name(title) for title in catalog.items["title"]]
    return [(name,) if len(name) >= SHORTEST_SAGA else () for name in names]


def _weighted(values: Iterable[Sequence[str]], n_items: int) -> sparse.csr_matrix:
    lists = [tuple(dict.fromkeys(own)) for own in values]
    columns = {value: column for column, value in enumerate(dict.fromkeys(v for own in lists for v in own))}
    lengths = np.array([len(own) for own in lists], np.int64)
    indices = np.array([columns[value] for own in lists for value in own], np.int32)
    counts = np.bincount(indices, minlength=len(columns))
    weights = np.log(n_items / np.maximum(counts, 1))[indices]
    matrix = sparse.csr_matrix(
        (weights, indices, np.concatenate([[0], np.cumsum(lengths)])), shape=(n_items, max(len(columns), 1))
    )
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1, norms, out=np.zeros_like(norms), where=norms > 0)
    return sparse.csr_matrix(sparse.diags(scale) @ matrix, dtype=np.float32)


class SharedFacts:
    """What films have in common, ready to be asked: all kinds of facts side by side, by film and by value.

    Args:
        facts: As `fact_matrices` gives them.
        weights: Kind of fact -> what having it all in common is worth.
    """

    def __init__(self, facts: Mapping[str, sparse.csr_matrix], weights: Mapping[str, float]) -> None:
        kinds = [facts[kind] for kind in weights]
        worth = [np.float32(weight) * facts[kind] for kind, weight in weights.items()]
        self._worth_of_film = sparse.csr_matrix(sparse.hstack(worth, format="csr"), dtype=np.float32)
        # turned once: `matrix.T` would be turned anew in every product
        self._films_of_value = sparse.csr_matrix(sparse.hstack(kinds, format="csr").T, dtype=np.float32)

    def of(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """How much every film has in common with the liked films of n profiles, on average over them.

        Likes count by their weight.

        Returns:
            (n, n_items) float32, 0 = nothing in common.
        """
        values, items, stops = entries_of(profiles)
        strengths = np.maximum(values, 0).astype(np.float32)
        rows = np.repeat(np.arange(len(profiles)), np.diff(stops))
        totals = np.bincount(rows, strengths, len(profiles)).astype(np.float32)
        share = np.divide(1, totals, out=np.zeros_like(totals), where=totals > 0)
        shape = (len(profiles), self._worth_of_film.shape[0])
        liked = sparse.csr_matrix((strengths * share[rows], items, stops), shape=shape)
        return np.asarray((liked @ self._worth_of_film @ self._films_of_value).toarray())


def facts_state(facts: Mapping[str, sparse.csr_matrix]) -> Arrays:
    """Every matrix as "fact-KIND.data", ".indices", ".indptr" and ".width"."""
    arrays: Arrays = {}
    for kind, matrix in facts.items():
        arrays |= {f"fact-{kind}.{part}": getattr(matrix, part) for part in ("data", "indices", "indptr")}
        arrays[f"fact-{kind}.width"] = np.array([matrix.shape[1]], np.int64)
    return arrays


def restored_facts(state: Arrays, n_items: int) -> dict[str, sparse.csr_matrix]:
    """The inverse of `facts_state`."""
    kinds = [key.removeprefix("fact-").removesuffix(".width") for key in state if key.endswith(".width")]
    return {
        kind: sparse.csr_matrix(
            tuple(state[f"fact-{kind}.{part}"] for part in ("data", "indices", "indptr")),
            shape=(n_items, int(state[f"fact-{kind}.width"][0])),
        )
        for kind in kinds
    }
