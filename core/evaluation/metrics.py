"""The registry of metrics; their formulas are in `accuracy` and `beyond_accuracy`.

The protocol, the app's tables and the docs all read it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from core.errors import UnknownNameError
from core.evaluation import accuracy, beyond_accuracy
from core.evaluation.accuracy import Hits, Values
from core.evaluation.question import Question
from core.types import IndexVector


class Kind(Enum):
    """What a metric reads, and so what it is averaged over."""

    LIST = "list"
    """The ranked list up to a cut-off; mean over users."""
    FIRST = "first"
    """The first film alone; mean over users."""
    SCORES = "scores"
    """All scores of a user; mean over users."""
    RATINGS = "ratings"
    """Predicted ratings; over all ratings of all users."""
    CATALOG = "catalog"
    """All lists together; one figure."""


@dataclass(frozen=True, eq=False)
class Lists:
    """A method's ranked lists for the users of one question.

    Attributes:
        ranked: (n_users, depth) item_index, -1 where a list has ended.
    """

    question: Question
    ranked: IndexVector

    @cached_property
    def hits(self) -> Hits:
        """(n_users, depth) whether the film at each place is relevant."""
        return accuracy.hits_of(self.ranked, self.question.relevant)

    @cached_property
    def places(self) -> IndexVector:
        """(n_users, depth) place of each film in the user's own popularity list."""
        question = self.question
        return beyond_accuracy.popular_places(
            self.ranked, question.counts, question.hidden, question.listable
        )


@dataclass(frozen=True, eq=False)
class Metric:
    """One registered metric.

    Attributes:
        name: Id; in results a list or catalog metric is called "name@k".
        label: Name for people.
        definition: One plain sentence.
        higher_is_better: None = neither; 0 is the balanced value.
        range: Lowest and highest possible value.
        kind: What it reads.
        of_lists: (lists, ks) -> (n_users, len(ks)) for a LIST, (n_users, 1) for a FIRST metric; None for
            others.
        of_catalog: (ranked, n_listable, ks) -> figures and figures without each user, for CATALOG metrics.
    """

    name: str
    label: str
    definition: str
    higher_is_better: bool | None
    range: tuple[float, float]
    kind: Kind
    of_lists: Callable[[Lists, Sequence[int]], Values] | None = None
    of_catalog: Callable[[IndexVector, int, Sequence[int]], tuple[Values, Values]] | None = None

    def columns(self, ks: Sequence[int]) -> list[str]:
        """What it is called in results: one name for each cut-off, or its bare name."""
        return [f"{self.name}@{k}" for k in ks] if self.kind in (Kind.LIST, Kind.CATALOG) else [self.name]


METRICS: dict[str, Metric] = {}
_INF = float("inf")


def metric_of(column: str) -> Metric:
    """The metric behind a result's column: "ndcg@10" -> nDCG.

    Raises:
        UnknownNameError: No metric has this name.
    """
    name = column.partition("@")[0]
    if name not in METRICS:
        raise UnknownNameError("metric", name, list(METRICS))
    return METRICS[name]


def _hits(
    function: Callable[[Hits, IndexVector, Sequence[int]], Values],
) -> Callable[[Lists, Sequence[int]], Values]:
    return lambda lists, ks: function(lists.hits, lists.question.n_relevant, ks)


def _add(
    name: str,
    label: str,
    definition: str,
    higher_is_better: bool | None,
    bounds: tuple[float, float] = (0, 1),
    *,
    kind: Kind = Kind.LIST,
    of_lists: Callable[[Lists, Sequence[int]], Values] | None = None,
    of_catalog: Callable[[IndexVector, int, Sequence[int]], tuple[Values, Values]] | None = None,
) -> None:
    METRICS[name] = Metric(name, label, definition, higher_is_better, bounds, kind, of_lists, of_catalog)


_add(
    "ndcg",
    "nDCG",
    "How near the top the films the user turned out to like stand, compared with a perfect list.",
    True,
    of_lists=_hits(accuracy.ndcg),
)
_add(
    "precision",
    "Precision",
    "Share of the list that the user turned out to like.",
    True,
    of_lists=_hits(accuracy.precision),
)
_add(
    "recall",
    "Recall",
    "Share of the held-out liked films that the list found.",
    True,
    of_lists=_hits(accuracy.recall),
)
_add(
    "map",
    "MAP",
    "Precision at each place where a liked film stands, averaged over the liked films that fit in the list.",
    True,
    of_lists=_hits(accuracy.average_precision),
)
_add(
    "mrr",
    "MRR",
    "One divided by the place of the first liked film; 0 where the list has none.",
    True,
    of_lists=_hits(accuracy.reciprocal_rank),
)
_add(
    "hit_rate",
    "Hit rate",
    "Share of the users who find at least one liked film in their list.",
    True,
    of_lists=_hits(accuracy.hit_rate),
)
_add(
    "auc",
    "AUC",
    "Chance that a liked held-out film is scored above another film, whatever its place.",
    True,
    kind=Kind.SCORES,
)
_add(
    "rmse",
    "RMSE",
    "Typical distance, in stars, between predicted and given rating; large misses weigh more.",
    False,
    (0, _INF),
    kind=Kind.RATINGS,
)
_add(
    "mae",
    "MAE",
    "Mean distance, in stars, between predicted and given rating.",
    False,
    (0, _INF),
    kind=Kind.RATINGS,
)
_add(
    "coverage",
    "Catalogue coverage",
    "Share of the films that are recommended to at least one user.",
    True,
    kind=Kind.CATALOG,
    of_catalog=beyond_accuracy.coverage,
)
_add(
    "gini",
    "Gini",
    "How unevenly places are shared out among the films: 0 = equally, near 1 = a few films take all.",
    False,
    kind=Kind.CATALOG,
    of_catalog=beyond_accuracy.gini,
)
_add(
    "novelty",
    "Novelty",
    "How rarely the listed films were rated, in bits: one more bit = half as many ratings.",
    True,
    (0, _INF),
    of_lists=lambda lists, ks: beyond_accuracy.novelty(
        lists.ranked, lists.question.counts, lists.question.n_train_users, ks
    ),
)
_add(
    "serendipity",
    "Serendipity",
    "Share of the list that the user turned out to like and that the most rated films would not have shown.",
    True,
    of_lists=lambda lists, ks: beyond_accuracy.serendipity(
        lists.hits, lists.question.n_relevant, lists.places, ks
    ),
)
_add(
    "diversity",
    "Diversity within lists",
    "How different in genre the films of one list are from each other: 0 = all alike, 1 = nothing in common.",
    True,
    of_lists=lambda lists, ks: beyond_accuracy.diversity(lists.ranked, lists.question.genres, ks),
)
_add(
    "popularity_lift",
    "Popularity lift",
    "How much more rated the listed films are than the user's own: 0 = as popular, 1 = twice as popular.",
    None,
    (-1, _INF),
    of_lists=lambda lists, ks: beyond_accuracy.popularity_lift(
        lists.ranked, lists.question.counts, lists.question.known, ks
    ),
)
_add(
    "miscalibration",
    "Genre miscalibration",
    "How far the mix of genres in the list is from that of the user's liked films; 0 = the same mix.",
    False,
    (0, _INF),
    of_lists=lambda lists, ks: beyond_accuracy.miscalibration(
        lists.ranked, lists.question.genres, lists.question.liked, ks
    ),
)
_add(
    "genre_accuracy",
    "Genre accuracy",
    "Share of the list that has a genre of the user's liked films.",
    True,
    of_lists=lambda lists, ks: beyond_accuracy.genre_accuracy(
        lists.ranked, lists.question.genres, lists.question.liked, ks
    ),
)
_add(
    "top1_cosine",
    "Top-1 cosine",
    "Cosine, in one embedding for all methods, of the first film with the mean of the user's liked films.",
    True,
    (-1, 1),
    kind=Kind.FIRST,
    of_lists=lambda lists, ks: beyond_accuracy.top1_cosine(
        lists.ranked, lists.question.judge, lists.question.liked
    )[:, None],
)
