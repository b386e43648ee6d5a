"""Content: the films nearest to what a profile likes."""

import numpy as np

from core import recommenders
from core.domain import Dataset, Profile
from core.embeddings import Space


def test_it_finds_the_films_of_the_same_world(dataset: Dataset, letters: Space) -> None:
    content = recommenders.create("content", space="letters")
    content.fit(dataset, {"letters": letters}, rng=np.random.default_rng(0))
    scores = content.score([Profile.of_likes([0])])[0]
    assert set(np.argsort(-scores)[:9].tolist()) == set(range(9))
