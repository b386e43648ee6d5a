"""Small catalogues for the embedding models: three kinds of film that share words, people and keywords."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog, Dataset, Interactions
from tests.embeddings.poster_server import PosterServer, serving

_KINDS = {
    "western": ("sheriff outlaw desert saloon horse duel frontier bandit", "Western", "Clint Rider"),
    "space": ("rocket alien planet galaxy astronaut orbit starship comet", "Sci-Fi", "Stella Moon"),
    "love": ("wedding kiss letter paris summer heart dance bride", "Romance", "Rose Valentine"),
}


def themed_dataset(n_each: int = 16, n_users: int = 0) -> Dataset:
    """Films of three kinds in turn (western, space, love, western, …); users like one kind each."""
    rng = np.random.default_rng(7)
    rows = []
    for number in range(n_each * len(_KINDS)):
        kind = list(_KINDS)[number % len(_KINDS)]
        vocabulary, genre, star = _KINDS[kind]
        words = vocabulary.split()
        first, second = rng.choice(words, 2, replace=False)
        rows.append(
            {
                "item_id": f"m{number}",
                "title": f"The {first} {second}".title(),
                "overview": " ".join(rng.choice(words, 12)) + ".",
                "genres": (genre,),
                "keywords": tuple(rng.choice(words, 2, replace=False)),
                "cast": (star, f"Extra {number % 5}"),
                "directors": (f"{kind.title()} Director {number % 2}",),
            }
        )
    catalog = Catalog.of(pd.DataFrame(rows))
    if not n_users:
        return Dataset("themed", "Themed", catalog, Interactions.empty(len(catalog)))
    users, items, ratings = [], [], []
    for user in range(n_users):
        for item in rng.choice(len(catalog), len(catalog) // 2, replace=False):
            users.append(user)
            items.append(item)
            ratings.append(5.0 if item % len(_KINDS) == user % len(_KINDS) else 1.0)
    return Dataset("themed", "Themed", catalog, Interactions.of(users, items, ratings, len(catalog)))


@pytest.fixture(scope="session")
def themed() -> Dataset:
    """48 films of three kinds, no ratings; film i is of kind i % 3."""
    return themed_dataset()


@pytest.fixture(scope="session")
def themed_rated() -> Dataset:
    """The same with 30 users who like one kind each."""
    return themed_dataset(n_users=30)


@pytest.fixture(scope="session")
def bare() -> Dataset:
    """Three films with nothing but a title, one of them without a letter or digit."""
    frame = pd.DataFrame({"item_id": ["1", "2", "3"], "title": ["Heat", "The Heat", "…!"]})
    return Dataset("bare", "Bare", Catalog.of(frame), Interactions.empty(3))


def kind_share(vectors: np.ndarray, k: int = 5) -> float:
    """Share of the k nearest films by cosine that are of the film's own kind."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    closeness = unit @ unit.T
    np.fill_diagonal(closeness, -np.inf)
    near = np.argsort(-closeness, axis=1, kind="stable")[:, :k]
    return float((near % len(_KINDS) == np.arange(len(vectors))[:, None] % len(_KINDS)).mean())


@pytest.fixture(scope="session")
def same_kind_share():
    """The function `kind_share`."""
    return kind_share


@pytest.fixture
def server() -> Iterator[PosterServer]:
    """A server of posters, good ones and all kinds of bad ones."""
    with serving() as running:
        yield running


@pytest.fixture
def base(server: PosterServer) -> str:
    """Its address."""
    return f"http://127.0.0.1:{server.server_port}"
