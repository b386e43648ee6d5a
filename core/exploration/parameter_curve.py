"""What a parameter does to one answer: the same question at several values, beside the value that the method ships with."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.domain import Question
from core.params import is_logarithmic, param_fields
from core.recommenders import method_class
from core.serving import Atlas
from core.serving.recommendation import recommend

STEPS = 9


@dataclass(frozen=True, eq=False)
class ParameterCurve:
    """How the list changes with a parameter.

    Attributes:
        name: Of the parameter.
        ships_with: Its default.
        frame: One row a value: `value`; `kept`, how many films of the default's list are in this one; `first`, item_index
            of the first film.
        k: Length of the lists.
    """

    name: str
    ships_with: float
    frame: pd.DataFrame
    k: int


def turned_at_once(method: str) -> list[Field[Any]]:
    """The numbers among a method's parameters that an answer reads, so that another value needs no learning."""
    return [spec for spec in param_fields(method_class(method).Params) if _is_turned(spec)]


def _is_turned(spec: Field[Any]) -> bool:
    meta = spec.metadata
    is_number = isinstance(spec.default, int | float) and not isinstance(spec.default, bool)
    return is_number and not meta["is_learned"] and None not in (meta.get("low"), meta.get("high"))


def values_of(spec: Field[Any]) -> list[float]:
    """`STEPS` values between the bounds that are worth trying, and the default; ascending."""
    low, high = spec.metadata.get("search") or (spec.metadata["low"], spec.metadata["high"])
    values = (np.geomspace if is_logarithmic(low, high) else np.linspace)(low, high, STEPS)
    usual: Any = spec.default
    kind = type(usual)
    found = {kind(round(value)) if kind is int else float(f"{value:.3g}") for value in values}
    return sorted(found | {usual})


def parameter_curve(atlas: Atlas, question: Question, name: str) -> ParameterCurve:
    """Ask the question at every value of one of `turned_at_once`; the other parameters stay as they are asked.

    Args:
        atlas: The films.
        question: What is asked, and of which method.
        name: Of the parameter.
    """
    (spec,) = (spec for spec in turned_at_once(question.method) if spec.name == name)
    shipped: Any = spec.default
    usual = _listed(atlas, question, {name: shipped})
    rows = []
    for value in values_of(spec):
        found = _listed(atlas, question, {name: value})
        rows.append((value, len(set(found) & set(usual)), found[0] if found else -1))
    frame = pd.DataFrame(rows, columns=["value", "kept", "first"])
    return ParameterCurve(name, float(shipped), frame, len(usual))


def _listed(atlas: Atlas, question: Question, changed: Mapping[str, Any]) -> list[int]:
    answer = recommend(atlas, replace(question, params={**question.params, **changed}))
    return [one.item_index for one in answer.items]
