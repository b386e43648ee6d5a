"""What an evaluation is going to take, told before it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import recommenders
from core.compute.cost import Size
from core.evaluation.protocol.tuning import n_fits
from core.evaluation.results.stored import StoredResult
from core.evaluation.splits import SPLITS
from core.evaluation.splits.few_likes import LIKES
from core.evaluation.splits.kinds import KNOWN_COUNTS

SCORING = 4e-8
"""Seconds for a person and a film: scoring and all figures, in the middle of the methods (bench/evaluation_speed.py)."""
ASKED = {"cold_users": len(KNOWN_COUNTS), "few_likes": len(LIKES)}
"""Split -> how often people are asked on one fit; 1 where it is not here."""


@dataclass(frozen=True)
class Foresight:
    """What measuring some methods is expected to take.

    Attributes:
        seconds: All of it, where nothing of it is kept from before.
        longest: Method that takes longest, and its seconds.
        measured: Of how many methods that goes by earlier evaluations of this dataset; of the others by a formula.
    """

    seconds: float
    longest: tuple[str, float]
    measured: int


def foresee(
    methods: Sequence[str],
    split: str,
    size: Size,
    *,
    n_trials: int = 0,
    built: Sequence[str] = (),
    earlier: Sequence[StoredResult] = (),
) -> Foresight:
    """Seconds that an evaluation takes, by what the same methods took before, else by formula.

    Args:
        methods: Their names, one at least.
        split: Registered split.
        size: Of the dataset.
        n_trials: Sets of parameters tried for each method.
        built: Embeddings that are there.
        earlier: Evaluations of the same dataset, the newest first.
    """
    n_folds, n_tuning = int(SPLITS[split].options.get("folds", 1)), n_fits(n_trials)
    n_asked, known = n_folds * ASKED.get(split, 1), _known(earlier)
    found: dict[str, float] = {}
    for name in methods:
        fit = recommenders.create_for(name, built).cost(size).seconds
        asking = SCORING * size.n_users * size.n_items
        if name in known:
            fit, asking = known[name]
        # tuning fits and asks on a part of the people each time
        found[name] = (n_folds + n_tuning) * fit + (n_asked + n_tuning) * asking
    longest = max(found, key=lambda name: found[name])
    return Foresight(sum(found.values()), (longest, found[longest]), sum(name in known for name in methods))


def _known(earlier: Sequence[StoredResult]) -> Mapping[str, tuple[float, float]]:
    """Method -> seconds of one fit and of asking once, as it went last."""
    found: dict[str, tuple[float, float]] = {}
    for result in earlier:
        if result.is_of_files:
            continue  # of another size
        for name, one in result.measured.items():
            seconds = one["seconds"]
            own = float(seconds["fit"]), float(seconds["score"]) + float(seconds.get("measure", 0.0))
            found.setdefault(name, own)
    return found
