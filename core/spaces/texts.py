"""The text of a film that an embedding model reads."""

import pandas as pd

from core.datasets.base import Catalog, item_label


def film_texts(catalog: Catalog, *, overview_words: int = 160) -> list[str]:
    """One text a film: title and year, genres, keywords, plot, director, cast.

    What matters most stands first, because a model cuts off what exceeds its window (256 word pieces for MiniLM).
    The plot is cut after `overview_words` words so that the people still fit; the rest of a plot is not read.
    """
    texts = []
    for row in catalog.items.itertuples(index=False):
        parts = [item_label(row.title, None if pd.isna(row.year) else int(row.year)) + "."]
        if row.genres:
            parts.append("Genres: " + ", ".join(row.genres) + ".")
        if row.keywords:
            parts.append("Keywords: " + ", ".join(row.keywords[:12]) + ".")
        if row.overview:
            parts.append(" ".join(row.overview.split()[:overview_words]))
        if row.directors:
            parts.append("Directed by " + ", ".join(row.directors[:3]) + ".")
        if row.cast:
            parts.append("Starring " + ", ".join(row.cast[:5]) + ".")
        texts.append(" ".join(parts))
    return texts
