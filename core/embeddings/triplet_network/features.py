"""What the triplet network reads of a film: people, keywords and genres by weight, the plot as numbers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.domain import Catalog
from core.embeddings.base import normalise
from core.text import words
from core.types import Arrays, FloatMatrix, IndexVector

GROUPS = ("directors", "cast", "keywords", "genres")
SMALLEST = 2
"""An attribute of fewer films relates no film to another and is left out."""

SMALLEST_TERM = 3
"""A word in fewer plots is left out."""


@dataclass(frozen=True, eq=False)
class Attributes:
    """Who and what films share.

    Attributes:
        matrix: (n_items, n) float32 CSR; each film's attributes of one group form a row of length 1, each
            weighing log(1 + films / films with it).
        names: (n,) str, e.g. "cast: Tom Hanks".
        group: (n,) int64 index into `GROUPS`.
    """

    matrix: sparse.csr_matrix
    names: npt.NDArray[np.str_]
    group: npt.NDArray[np.int64]

    @property
    def tells_apart(self) -> npt.NDArray[np.bool_]:
        """(n_items,) whether a film has people or keywords: films with genres alone are all alike."""
        own = self.matrix[:, self.group != GROUPS.index("genres")]
        return np.asarray(np.diff(own.indptr) > 0)


def attributes_of(catalog: Catalog) -> Attributes:
    """The attributes of all films of a catalogue."""
    blocks, names, groups = [], list[str](), list[int]()
    for number, group in enumerate(GROUPS):
        lists = [[name[:100] for name in row] for row in catalog.items[group]]
        block, known = weighted_terms(lists, SMALLEST)
        blocks.append(block)
        names += [f"{group}: {name}" for name in known]
        groups += [number] * len(known)
    matrix = sparse.csr_matrix(sparse.hstack(blocks, format="csr", dtype=np.float32))
    return Attributes(matrix, np.array(names, dtype=np.str_), np.array(groups, np.int64))


def descriptions(catalog: Catalog) -> list[str]:
    """What is told of each film: its overview and its tagline; "" = nothing."""
    told = zip(catalog.items["overview"], catalog.items["tagline"], strict=True)
    return [" ".join(part for part in parts if part) for parts in told]


def weighted_terms(lists: Sequence[Sequence[str]], smallest: int) -> tuple[sparse.csr_matrix, list[str]]:
    """(n_lists, n_terms) float32 CSR of inverse document frequencies, rows of length 1, and the terms."""
    count = Counter(term for row in lists for term in set(row))
    known = sorted(term for term, films in count.items() if films >= smallest)
    column = {term: number for number, term in enumerate(known)}
    return _rows(lists, column, _idf(np.array([count[t] for t in known]), len(lists))), known


def _idf(films: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.float32]:
    return np.log1p(n / np.maximum(films, 1)).astype(np.float32)


def _rows(
    lists: Sequence[Sequence[str]], column: dict[str, int], idf: npt.NDArray[np.float32]
) -> sparse.csr_matrix:
    """(n_lists, n_terms) float32 CSR with the idf of each list's known terms, rows of length 1."""
    columns = [sorted({column[term] for term in row if term in column}) for row in lists]
    indptr = np.cumsum([0, *map(len, columns)])
    indices = np.array([c for row in columns for c in row], np.int64)
    matrix = sparse.csr_matrix((idf[indices], indices, indptr), shape=(len(lists), len(column)))
    return unit_rows(matrix)


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Rows scaled to length 1; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1)).ravel())
    scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_matrix(sparse.diags_array(scale) @ matrix, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class PlotReader:
    """Turns a plot into numbers: TF-IDF of its words, then the main directions of all plots.

    Attributes:
        terms: (n_terms,) str, sorted.
        idf: (n_terms,) float32.
        directions: (n_terms, dim) float32, dim >= 1.
    """

    terms: npt.NDArray[np.str_]
    idf: npt.NDArray[np.float32]
    directions: FloatMatrix

    @classmethod
    def learn(cls, plots: Sequence[str], dim: int, *, seed: int) -> "PlotReader":
        """Learn terms and directions from all plots; fewer directions where there is less to tell apart."""
        lists = [[word for word in words(plot) if len(word) <= 40] for plot in plots]
        matrix, terms = weighted_terms(lists, SMALLEST_TERM)
        films = np.asarray((matrix != 0).sum(0)).ravel()
        dim = min(dim, min(matrix.shape) - 1)
        if dim < 1:
            directions = np.zeros((len(terms), 1), np.float32)
        else:
            from sklearn.utils.extmath import randomized_svd

            _, _, found = randomized_svd(matrix, dim, random_state=seed)
            directions = np.ascontiguousarray(found.T, np.float32)
        return cls(np.array(terms, dtype=np.str_), _idf(films, len(plots)), directions)

    def read(self, plots: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32, rows of length 1; zeros where no word is known."""
        column = {str(term): number for number, term in enumerate(self.terms)}
        matrix = _rows([words(plot) for plot in plots], column, self.idf)
        return normalise(np.asarray(matrix @ self.directions, np.float32))

    def to_state(self) -> Arrays:
        """Named arrays."""
        return {"plot_terms": self.terms, "plot_idf": self.idf, "plot_directions": self.directions}

    @classmethod
    def of_state(cls, state: Arrays) -> "PlotReader":
        """The inverse of `to_state`."""
        return cls(state["plot_terms"], state["plot_idf"], state["plot_directions"])


@dataclass(frozen=True, eq=False)
class Features:
    """What the network reads.

    Attributes:
        attributes: (n_items, n_attributes) float32 CSR.
        plots: (n_items, n_directions) float32.
        known: (n_items,) whether enough is known of a film to tell it from others of its genres. A third of
            MovieLens's films have nothing but genres: they would stand on a few hundred points, nearest to all. A
            poster alone is not enough: its film would be placed by looks.
        posters: (n_items, dim + 1) float32, see `poster_block`; None = the network reads none.
    """

    attributes: sparse.csr_matrix
    plots: FloatMatrix
    known: npt.NDArray[np.bool_]
    posters: FloatMatrix | None = None

    @classmethod
    def of(cls, attributes: Attributes, plots: FloatMatrix, posters: FloatMatrix | None = None) -> "Features":
        """The features of a catalogue's films; `posters` as `poster_block` makes them."""
        known = attributes.tells_apart | np.asarray(plots.any(axis=1))
        return cls(attributes.matrix, plots, known, posters)

    @classmethod
    def of_plots(cls, plots: FloatMatrix, n_attributes: int) -> "Features":
        """The features of films that nothing but a plot is known of."""
        nothing = sparse.csr_matrix((len(plots), n_attributes), dtype=np.float32)
        return cls(nothing, plots, np.asarray(plots.any(axis=1)))

    def __getitem__(self, items: IndexVector) -> "Features":
        posters = None if self.posters is None else self.posters[items]
        return Features(self.attributes[items], self.plots[items], self.known[items], posters)


def poster_block(vectors: FloatMatrix) -> FloatMatrix:
    """What the network reads of posters: how each differs from the average poster, and whether there is one.

    Args:
        vectors: (n, dim) float32, a row of zeros = there is no poster.

    Returns:
        (n, dim + 1) float32: differences scaled to length 1, and a last column of 1; a film without a poster has zeros
        throughout, so that it adds nothing.
    """
    has = vectors.any(axis=1)
    block = np.zeros((len(vectors), vectors.shape[1] + 1), np.float32)
    if has.any():
        block[has, :-1] = normalise(vectors[has] - vectors[has].mean(axis=0))
        block[has, -1] = 1
    return block
