"""Metrics by name, and their formulas."""

from core.evaluation.metrics.base import Kind, Metric
from core.evaluation.metrics.lists import Lists, Scores, Values
from core.evaluation.metrics.registry import METRICS, metric_of

__all__ = ["METRICS", "Kind", "Lists", "Metric", "Scores", "Values", "metric_of"]
