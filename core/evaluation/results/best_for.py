"""Which method is best for what, read off stored evaluations: nothing here is written by hand.

One figure cannot say which method is best: foretelling what people will watch and naming what fits two liked films are
different questions. Each purpose names the figure that answers it and the ways of asking that give that figure; the
verdict is the best method, and all others that a paired test cannot tell from it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.evaluation.metrics import METRICS
from core.evaluation.results.stored import FEW_LIKES, StoredResult, method_label, split_label
from core.evaluation.results.tables import figure_label

HOLDOUTS = ("random_holdout", "k_fold", "leave_last_n", "global_time", "files")
"""Ways of asking that hide a part of known people's ratings."""
K = 10
"""The cut-off that is read where it was measured, else the smallest one."""


@dataclass(frozen=True)
class Purpose:
    """Something that methods are for.

    Attributes:
        name: Id.
        label: For a film lover.
        technical: The same in the words of the field.
        splits: Ways of asking that answer it, bare names of splits.
        metric: Name of the figure that decides.
        group: Whose figures, a key of `stored.GROUPS`.
    """

    name: str
    label: str
    technical: str
    splits: tuple[str, ...]
    metric: str
    group: str = "metrics"


PURPOSES = (
    Purpose(
        "few_likes",
        "A few films that I like",
        "one to five likes, acceptable films",
        (FEW_LIKES,),
        "acceptable",
    ),
    Purpose(
        "beyond_fame",
        "Telling what fits from what is merely as famous",
        "one to five likes, every fitting film against one of equal fame, whatever its place",
        (FEW_LIKES,),
        "over_decoys",
    ),
    Purpose("watch", "What people will watch and like next", "held-out ratings", HOLDOUTS, "ndcg"),
    Purpose(
        "less_known",
        "Finding less known films that people like",
        "held-out ratings, weighed against fame",
        HOLDOUTS,
        "ndcg_snips",
    ),
    Purpose(
        "many_ratings",
        "People who have rated a lot",
        "held-out ratings, 100 known ratings or more",
        HOLDOUTS,
        "ndcg",
        "many",
    ),
    Purpose("new_people", "Somebody new with a handful of ratings", "cold users", ("cold_users",), "ndcg"),
    Purpose("new_films", "Films that nobody has rated yet", "cold films", ("cold_items",), "ndcg"),
    Purpose(
        "genres",
        "The mix of genres that I like",
        "held-out ratings, calibration; lower is better",
        HOLDOUTS,
        "miscalibration",
    ),
)
"""In the order in which they are shown."""


@dataclass(frozen=True)
class Verdict:
    """The answer for one purpose; see `Purpose` for the first three.

    Attributes:
        figure: Column of the figure that decides, as people read it: "nDCG@10".
        best: Registered name of the method with the best mean.
        mean, low, high: Its figure with its 95 % interval.
        n_users: How many people that is the mean of.
        as_good: Methods that a paired test does not tell from it, best first.
        n_methods: How many methods have the figure.
        learns: Seconds that the best method takes to learn; None = not measured.
        answers: Milliseconds it takes for one person's list; None = not measured.
        asked: How the ratings were held out, for people.
        is_simulated: Whether a program made the ratings.
    """

    purpose: str
    label: str
    technical: str
    figure: str
    best: str
    mean: float
    low: float
    high: float
    n_users: int
    as_good: tuple[str, ...]
    n_methods: int
    learns: float | None
    answers: float | None
    asked: str
    is_simulated: bool

    @property
    def rivals(self) -> str:
        """Who is as good as the best, as far as can be told: labels, or how many it is clearly better than."""
        if not self.as_good:
            n = self.n_methods - 1
            return f"none: clearly ahead of {'the other one' if n == 1 else f'all {n} others'}"
        return ", ".join(map(method_label, self.as_good))

    @property
    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "as_good": list(self.as_good)}


def best_for(results: Sequence[StoredResult]) -> tuple[list[Verdict], list[Purpose]]:
    """What stored evaluations of one dataset say about every purpose, and the purposes that none of them answers.

    Of several evaluations that answer a purpose the one with most methods counts, and of these the newest.

    Args:
        results: Of one dataset, newest first.
    """
    found, missing = [], []
    for purpose in PURPOSES:
        verdicts = [verdict for result in results if (verdict := _verdict(purpose, result))]
        if verdicts:
            found.append(max(verdicts, key=lambda one: one.n_methods))
        else:
            missing.append(purpose)
    return found, missing


def _verdict(purpose: Purpose, result: StoredResult) -> Verdict | None:
    """None where the evaluation does not answer the purpose, or has nothing to compare."""
    column = column_for(purpose, result)
    if not column:
        return None
    frame = result.figures(column, purpose.group)
    if len(frame) < 2 or frame["low"].isna().iloc[0]:
        return None
    best = frame.iloc[0]
    name, beaten = str(best["name"]), set(best["better_than"])
    asked = result.split if "means" in result.about else split_label(str(result.about["slices_of"]))
    return Verdict(
        purpose.name, purpose.label, purpose.technical, figure_label(column), name,
        float(best["mean"]), float(best["low"]), float(best["high"]), int(best["n_users"]),
        tuple(other for other in frame["name"][1:] if other not in beaten), len(frame),
        result.cost("Learns in").get(name), result.cost("Answers in").get(name), asked, result.is_simulated,
    )  # fmt: skip


def column_for(purpose: Purpose, result: StoredResult) -> str:
    """The column of the figure that decides a purpose; "" where this evaluation does not answer it."""
    split = result.about["split"]
    if str(split["name"]).partition("[")[0] not in purpose.splits:
        return ""
    if "negatives" in split or (result.is_of_files and "films" not in split):
        return ""  # figures among few films stand in another order, and other films are another question
    ks = [int(k) for k in result.about["k"]]
    columns = METRICS[purpose.metric].columns([K] if K in ks else [min(ks)])
    return columns[0] if columns[0] in result.columns else ""
