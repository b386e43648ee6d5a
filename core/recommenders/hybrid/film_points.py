"""Films as points by all that they are about, for methods that learn what of it matters."""

import numpy as np
from scipy import sparse

from core.domain import Catalog
from core.embeddings import Space
from core.embeddings.base import normalise
from core.recommenders.collaborative.predicted_rating import catalog_features
from core.recommenders.content_based.shared_facts import fact_matrices
from core.types import FloatMatrix

WORTH = {"directors": 0.5, "saga": 0.5, "keywords": 0.5, "cast": 1.0}
"""Of people, sagas and keywords beside the embedding and the words, which count 1 each; of genres and years `OF_GENRES`."""
OF_GENRES = 0.5
_FEWEST_FILMS = 2
"""A word that fewer films have says nothing of any other film."""


def film_points(catalog: Catalog, space: Space, dim: int, rng: np.random.Generator) -> FloatMatrix:
    """What films are about, side by side, in their `dim` main directions.

    Read are the embedding, the words of title and plot, genres, years, directors, sagas, keywords and cast. Ratings are
    not, nor is how many a film has: votes are a catalogue's own columns and stay out.

    Args:
        catalog: The films.
        space: Their vectors.
        dim: Most directions that are kept; all, exactly, where there are no more than these.
        rng: Draws where the search for the directions starts.

    Returns:
        (n_items, at most dim) float32; the scalar product of two rows says how alike two films are.

    Source: Halko, Martinsson, Tropp (2011), "Finding structure with randomness".
    """
    facts = fact_matrices(catalog)
    blocks = [sparse.csr_matrix(normalise(np.asarray(space.vectors, np.float32))), _words(catalog)]
    blocks.append(np.sqrt(OF_GENRES) * catalog_features(catalog))
    blocks += [np.sqrt(worth) * facts[kind] for kind, worth in WORTH.items()]
    features = sparse.csr_matrix(sparse.hstack(blocks, format="csr"), dtype=np.float32)
    if dim >= min(features.shape):
        return np.asarray(features.toarray(), np.float32)
    from sklearn.utils.extmath import randomized_svd

    left, sizes, _ = randomized_svd(features, dim, n_iter=2, random_state=int(rng.integers(2**31 - 1)))
    return np.asarray(left * sizes, np.float32)


def _words(catalog: Catalog) -> sparse.csr_matrix:
    """(n_items, n_words) float32 TF-IDF of titles and plots, rows of length 1; one empty column where no word is shared."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    titles, plots = catalog.items["title"], catalog.items["overview"]
    texts = [f"{title} {plot}" for title, plot in zip(titles, plots, strict=True)]
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, stop_words="english", min_df=_FEWEST_FILMS, dtype=np.float32
    )
    try:
        return sparse.csr_matrix(vectorizer.fit_transform(texts))
    except ValueError:  # no word is left
        return sparse.csr_matrix((len(texts), 1), dtype=np.float32)
