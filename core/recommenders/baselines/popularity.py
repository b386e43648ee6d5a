"""Popularity: what many people rate, and rate highly. The floor that every other method has to beat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from core.domain import Catalog, Dataset, Profile, Reason
from core.embeddings import Space
from core.params import param
from core.recommenders.base import Ability, Recommender
from core.recommenders.registry import register
from core.types import Arrays, FloatMatrix


@register
class Popularity(Recommender):
    """Count of ratings, or their damped mean, or the product of both; the same list for everyone.

    The damped mean pulls a film with few ratings towards the mean of all ratings: (sum + damping * mean) /
    (count + damping). Without ratings, the source's own votes are used; without those, nothing can be scored.
    """

    name = "popularity"
    label = "Popularity"
    description = "The films most people rate and rate highly. Not personal: everyone gets the same list."
    how = (
        "Counts how many people rated each film and how highly, and multiplies the two. A film that few have "
        "rated is pulled towards the mean of all ratings, so that one enthusiast makes no favourite. "
        "Everybody gets the same list."
    )
    formula = r"s(f) = \log(1 + n_f) \cdot \frac{\sum_p r_{pf} + d\,\bar{r}}{n_f + d}"
    source = "Damped mean as in Lathia, Hailes, Capra (2008); LensKit's `bias` with user and item damping."
    abilities = Ability.COLD_USER

    @dataclass(frozen=True)
    class Params:
        by: str = param("both", "What counts as popular.", choices=("both", "count", "mean"))
        damping: float = param(
            5.0, "How many average ratings every film is given first.", low=0, high=1000, search=(0.5, 100)
        )

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Count and average; see `Recommender.fit`."""
        counts, means = _votes(dataset)
        rated = counts > 0
        overall = float(np.average(means[rated], weights=counts[rated])) if rated.any() else 0.0
        sums = np.where(rated, np.nan_to_num(means) * counts, 0)
        weights = counts + self.params.damping
        with np.errstate(divide="ignore", invalid="ignore"):
            damped = np.where(weights > 0, (sums + self.params.damping * overall) / weights, overall)
        # log1p: the thousandth rating says less than the tenth, so a good film can overtake a merely famous one
        parts = {"count": counts.astype(float), "mean": damped, "both": damped * np.log1p(counts)}
        self.scores_ = parts[self.params.by].astype(np.float32)
        if not rated.any():
            self.scores_[:] = np.nan
        self.counts_, self.means_ = counts.astype(np.int64), means.astype(np.float64)
        return self

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """The same scores for every profile."""
        return np.tile(self.scores_, (len(profiles), 1))

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """How many people rated it, and how."""
        return [(Reason(self._sentence(i), "popularity"),) for i in item_indices]

    def _sentence(self, item: int) -> str:
        count, mean = int(self.counts_[item]), float(self.means_[item])
        if count == 0:
            return "Nobody has rated it yet."
        people = "one person" if count == 1 else f"{count:,} people"
        return f"Rated by {people}, {mean:.1f} on average."

    def state(self) -> Arrays:
        """Scores, counts and means, (n_items,) each."""
        return {"scores": self.scores_, "counts": self.counts_, "means": self.means_}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        self.scores_, self.counts_, self.means_ = state["scores"], state["counts"], state["means"]
        return self


def _votes(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Count and mean per film: from the ratings, else from the source's own votes."""
    if len(dataset.interactions):
        return dataset.interactions.item_counts(), dataset.interactions.item_means()
    return catalog_votes(dataset.catalog)


def catalog_votes(catalog: Catalog) -> tuple[np.ndarray, np.ndarray]:
    """The source's vote counts (0 = unknown) and averages (NaN = unknown), (n_items,) each."""
    counts = catalog.items["n_votes"].fillna(0).to_numpy(np.int64)
    means = catalog.items["vote_average"].to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isnan(means), 0, counts), means
