"""Running an evaluation: tune, measure, compare."""

from core.evaluation.protocol.experiment import Experiment, run_experiment

__all__ = ["Experiment", "run_experiment"]
