"""What a metric is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from scipy import sparse

from core.evaluation.metrics.lists import Lists, Scores, Values
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
class Metric:
    """One registered metric.

    Attributes:
        name: Id; in results a list or catalog metric is called "name@k".
        label: Name for people.
        definition: One plain sentence.
        higher_is_better: None = neither; 0 is the balanced value.
        formula: In LaTeX, and after `WHERE` what its letters mean.
        bounds: Lowest and highest possible value.
        kind: What it reads.
        of_lists: (lists, ks) -> (n_users, len(ks)) for a LIST, (n_users, 1) for a FIRST metric; None for
            others.
        of_catalog: (ranked, n_listable, ks) -> figures and figures without each user, for CATALOG metrics.
        of_scores: (scores) -> (n_users,), for SCORES metrics.
        of_errors: (errors) as `accuracy.rmse` takes them -> (n_users,), for RATINGS metrics.
        is_root: Whether the values are roots of mean squares: many users are then pooled by their squares.
    """

    name: str
    label: str
    definition: str
    higher_is_better: bool | None
    formula: str
    bounds: tuple[float, float] = (0, 1)
    kind: Kind = Kind.LIST
    of_lists: Callable[[Lists, Sequence[int]], Values] | None = None
    of_catalog: Callable[[IndexVector, int, Sequence[int]], tuple[Values, Values]] | None = None
    of_scores: Callable[[Scores], Values] | None = None
    of_errors: Callable[[sparse.csr_matrix], Values] | None = None
    is_root: bool = False

    def columns(self, ks: Sequence[int]) -> list[str]:
        """What it is called in results: one name for each cut-off, or its bare name."""
        return [f"{self.name}@{k}" for k in ks] if self.kind in (Kind.LIST, Kind.CATALOG) else [self.name]

    @property
    def formula_lines(self) -> str:
        """The formula with the meaning of its letters on a line below, in LaTeX."""
        return rf"\begin{{gathered}} {self.formula.replace(WHERE, NEXT_LINE)} \end{{gathered}}"


WHERE, NEXT_LINE = r"\qquad", r"\\[6pt] \small "
REGISTERED: dict[str, Metric] = {}
"""Metrics by name, as their files register them; read them through `core.evaluation.metrics.METRICS`."""


def register(metric: Metric) -> Metric:
    """Add a metric to the registry.

    Raises:
        TypeError: Another metric has this name, or it lacks what its kind is computed with.
    """
    if metric.name in REGISTERED:
        raise TypeError(f"two metrics are called {metric.name}")
    needed = {
        Kind.LIST: metric.of_lists,
        Kind.FIRST: metric.of_lists,
        Kind.CATALOG: metric.of_catalog,
        Kind.SCORES: metric.of_scores,
        Kind.RATINGS: metric.of_errors,
    }
    if needed[metric.kind] is None:
        raise TypeError(f"the metric {metric.name} has no function")
    REGISTERED[metric.name] = metric
    return metric
