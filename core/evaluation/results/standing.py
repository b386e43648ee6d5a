"""Where one method stands among all that were measured, purpose by purpose."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.evaluation.results.best_for import PURPOSES, Purpose, column_for
from core.evaluation.results.stored import StoredResult, method_label, split_label
from core.evaluation.results.tables import figure_label


@dataclass(frozen=True)
class MethodRank:
    """A method's place for one purpose.

    Attributes:
        purpose: What for.
        figure: The figure that decides, as people read it: "nDCG@10".
        rank: 1 = the best mean.
        n_methods: How many methods have the figure.
        mean, low, high: Its figure with its 95 % interval.
        n_users: How many people that is the mean of.
        best, best_mean: The best method and its mean.
        beaten: How many methods it is clearly better than (paired permutation test, 5 %, Holm's correction).
        asked: How the ratings were held out, for people.
        is_simulated: Whether a program made the ratings.
    """

    purpose: Purpose
    figure: str
    rank: int
    n_methods: int
    mean: float
    low: float
    high: float
    n_users: int
    best: str
    best_mean: float
    beaten: int
    asked: str
    is_simulated: bool

    @property
    def words(self) -> str:
        """The place in a few words: "1st of 17"."""
        ending = (
            "th" if self.rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(self.rank % 10, "th")
        )
        return f"{self.rank}{ending} of {self.n_methods}"


def standings(method: str, results: Sequence[StoredResult]) -> list[MethodRank]:
    """Where a method stands for every purpose that was measured with it, its best places first.

    Of several evaluations that answer a purpose the one with most methods counts, and of these the newest.

    Args:
        method: Registered name.
        results: Of one dataset, newest first.
    """
    found = []
    for purpose in PURPOSES:
        places = [place for result in results if (place := _standing(method, purpose, result))]
        if places:
            found.append(max(places, key=lambda one: one.n_methods))
    return sorted(found, key=lambda one: one.rank / one.n_methods)


def _standing(method: str, purpose: Purpose, result: StoredResult) -> MethodRank | None:
    column = column_for(purpose, result)
    if not column:
        return None
    frame = result.figures(column, purpose.group)
    own = frame[frame["name"] == method]
    if len(frame) < 2 or own.empty or own["low"].isna().iloc[0]:
        return None
    row, best = own.iloc[0], frame.iloc[0]
    asked = result.split if "means" in result.about else split_label(str(result.about["slices_of"]))
    return MethodRank(
        purpose, figure_label(column), int(row["rank"]), len(frame),
        float(row["mean"]), float(row["low"]), float(row["high"]), int(row["n_users"]),
        method_label(str(best["name"])), float(best["mean"]), len(set(row["better_than"])), asked, result.is_simulated,
    )  # fmt: skip
