"""A dozen films with known neighbours, their ratings, and a space that counts words of four themes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.domain import Catalog, Dataset, Interactions
from core.embeddings import Space, Stamp

THEMES = {
    "ghost": (1.0, 0.0, 0.0, 0.0),
    "horror": (1.0, 0.0, 0.0, 0.0),
    "thriller": (0.9, 0.3, 0.0, 0.0),
    "alien": (0.0, 1.0, 0.0, 0.0),
    "rocket": (0.1, 1.0, 0.0, 0.0),
    "sci-fi": (0.0, 1.0, 0.0, 0.0),
    "kiss": (0.0, 0.0, 1.0, 0.0),
    "romance": (0.0, 0.0, 1.0, 0.0),
    "joke": (0.0, 0.0, 0.3, 1.0),
    "comedy": (0.0, 0.0, 0.6, 1.0),
}
"""What each known word means; all other words mean nothing."""

NASTY_GENRE = "It's 100% \"Horror\"'; DROP TABLE movies; --"

FILMS = (
    ("f0", "Solaris", 1972, "alien alien", ("Sci-Fi",), ("Natalya",), ("Andrei",), ("ocean", "station")),
    ("f1", "Solaris", 2002, "alien alien", ("Sci-Fi",), ("George",), ("Steven",), ("ocean",)),
    ("f2", "Rocket Alien", 1980, "alien rocket", ("Sci-Fi", "Thriller"), ("Sig",), ("Ridley",), ("station",)),
    ("f3", "Ghost's 100%", 1990, "ghost", ("Horror",), ("Vera",), ("James",), ("house",)),
    ("f4", "Ghost House", 1991, "ghost horror", ("Horror", "Thriller"), ("Vera",), ("James",), ("house",)),
    ("f5", "'; DROP TABLE movies; --", 1992, "ghost thriller", (NASTY_GENRE,), (), (), ()),
    ("f6", "A Kiss", 1950, "kiss", ("Romance",), ("Audrey",), ("Billy",), ("paris",)),
    ("f7", "Kiss in Paris", 1951, "kiss kiss joke", ("Romance", "Comedy"), ("Audrey",), (), ("paris",)),
    ("f8", "The Joke", 1960, "joke joke", ("Comedy",), ("Buster",), ("Billy",), ()),
    ("f9", "Jokes and a Kiss", 1961, "joke kiss", ("Comedy",), ("Buster",), (), ("paris",)),
    ("f10", "Nothing Known", 1999, "untold", ("Horror",), (), (), ()),
    ("f11", "Without Genre", 1999, "ghost alien", (), (), (), ()),
)

RATINGS = {
    "scared": {2: 2.0, 3: 5.0, 4: 5.0, 5: 4.0},
    "scared-too": {3: 4.5, 4: 4.0, 11: 5.0},
    "romantic": {6: 5.0, 7: 4.5, 9: 4.0, 4: 0.5},
    "funny": {7: 4.0, 8: 5.0, 9: 5.0},
    "astronaut": {0: 5.0, 1: 4.0, 2: 4.5},
}
"""User -> item_index -> rating from 0.5 to 5."""


def encode(texts: Sequence[str]) -> np.ndarray:
    """Sum of the meanings of a text's words."""
    rows = [[THEMES.get(word, (0.0,) * 4) for word in text.lower().split()] or [(0.0,) * 4] for text in texts]
    return np.array([np.sum(row, axis=0) for row in rows], np.float32)


def dataset(*, rated: bool = True, with_genres: bool = True) -> Dataset:
    """The films above, with or without ratings and genres."""
    columns = ("item_id", "title", "year", "overview", "genres", "cast", "directors", "keywords")
    frame = pd.DataFrame(FILMS, columns=columns)
    if not with_genres:
        frame["genres"] = [()] * len(frame)
    interactions = Interactions.empty(len(frame))
    if rated:
        rows = [(user, item, rating) for user, own in RATINGS.items() for item, rating in own.items()]
        users, items, ratings = zip(*rows, strict=True)
        interactions = Interactions.of(users, items, ratings, len(frame))
    return Dataset("themes", "Themes", Catalog.of(frame), interactions)


def space(
    name: str = "minilm", *, vectors: np.ndarray | None = None, metric: str = "cosine", text: bool = True
) -> Space:
    """A space over the films' plots, or over vectors of one's own."""
    own = encode([film[3] for film in FILMS]) if vectors is None else np.asarray(vectors, np.float32)
    return Space(name, own, Stamp(name, "test", own.shape[1]), metric, encode if text else None)


def best(scores: np.ndarray, k: int, leave_out: Sequence[int] = ()) -> list[int]:
    """item_index of the k best scored films, best first, ties by item_index."""
    values = np.where(np.isnan(scores), -np.inf, scores)
    values[list(leave_out)] = -np.inf
    return [int(i) for i in np.argsort(-values, kind="stable")[:k] if values[i] > -np.inf]
