"""Recommenders made for tests only: each does one thing that a test wants to see."""

from dataclasses import dataclass

import numpy as np

from core.errors import CannotFitError
from core.params import param
from core.recommenders import Ability, Recommender


class _Plain(Recommender):
    label = "Test method"
    source = "made for tests"
    abilities = Ability.LIKES

    def explain(self, profile, item_indices):
        return [() for _ in item_indices]

    def state(self):
        return {}

    def restore(self, dataset, spaces, state):
        return self.fit(dataset, spaces, rng=np.random.default_rng(0))


class Table(_Plain):
    """Answers with rows of a given score table, in the order in which users are asked."""

    name = "table"

    def __init__(self, scores):
        super().__init__()
        self.scores = np.asarray(scores, np.float32)

    def fit(self, dataset, spaces, *, rng):
        self.next_ = 0
        return self

    def score(self, profiles):
        self.next_ += len(profiles)
        return self.scores[self.next_ - len(profiles) : self.next_].copy()


class ItemItem(_Plain):
    """Shrunk co-ratings: a real method with parameters, small enough to check by hand."""

    name = "item_item_test"
    n_fits = 0

    @dataclass(frozen=True)
    class Params:
        shrink: float = param(10.0, "Pull towards 0.", low=0.1, high=1000)
        power: int = param(1, "Exponent.", low=1, high=3)
        binary: bool = param(True, "Ignore the ratings' values.")
        fixed: float = param(1.0, "Has no bounds.")

    def fit(self, dataset, spaces, *, rng):
        ItemItem.n_fits += 1
        ratings = dataset.interactions.ratings
        matrix = ratings.astype(bool).astype(np.float32) if self.params.binary else ratings
        together = (matrix.T @ matrix).toarray()
        self.weights_ = (together / (together.diagonal()[:, None] + self.params.shrink)) ** self.params.power
        self.weights_ += rng.random(self.weights_.shape) * 1e-6
        self.users_ = ratings.shape[0]
        return self

    def score(self, profiles):
        out = np.full((len(profiles), len(self.weights_)), np.nan, np.float32)
        for row, profile in enumerate(profiles):
            if len(profile.items):
                out[row] = profile.weights @ self.weights_[profile.items]
        return out


class MeanRating(_Plain):
    """Predicts each film's mean rating; knows nothing of films nobody rated."""

    name = "mean_rating_test"
    abilities = Ability.RATINGS | Ability.COLD_USER

    def fit(self, dataset, spaces, *, rng):
        self.means_ = dataset.interactions.item_means().astype(np.float32)
        return self

    def score(self, profiles):
        return np.tile(self.means_, (len(profiles), 1))


class Constant(_Plain):
    """Scores every film alike."""

    name = "constant_test"

    def fit(self, dataset, spaces, *, rng):
        self.n_items_ = dataset.n_items
        return self

    def score(self, profiles):
        return np.zeros((len(profiles), self.n_items_), np.float32)


class Refuses(_Plain):
    """Cannot be fitted."""

    name = "refuses_test"

    def fit(self, dataset, spaces, *, rng):
        raise CannotFitError("Too large for this method.", hint="Use another.")

    def score(self, profiles):
        raise AssertionError("never fitted")
