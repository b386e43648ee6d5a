"""The registry of metrics: the protocol, the app's tables and the docs all read it.

A metric is registered in the file that holds its code; the files of this package are read in the order of their names,
which is the order in which metrics are shown.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from core.errors import UnknownNameError
from core.evaluation import metrics
from core.evaluation.metrics.base import REGISTERED, Metric

METRICS: Mapping[str, Metric] = MappingProxyType(REGISTERED)
"""Every metric by its name."""


def _discover() -> None:
    for module in pkgutil.iter_modules(metrics.__path__):
        if module.name != "registry":
            importlib.import_module(f"{metrics.__name__}.{module.name}")


_discover()


def metric_of(column: str) -> Metric:
    """The metric behind a result's column: "ndcg@10" -> nDCG.

    Raises:
        UnknownNameError: No metric has this name.
    """
    name = column.partition("@")[0]
    if name not in METRICS:
        raise UnknownNameError("metric", name, list(METRICS))
    return METRICS[name]
