"""Ways to hold ratings out."""

from core.evaluation.splits import few_likes
from core.evaluation.splits.kinds import SPLITS, make_splits
from core.evaluation.splits.split import Split

__all__ = ["SPLITS", "Split", "few_likes", "make_splits"]
