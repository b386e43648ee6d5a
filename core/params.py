"""Hyper-parameters, said once: their default, bounds and help, for the app's forms, the command line and the tuning."""

from collections.abc import Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from core.errors import InvalidQueryError


@dataclass(frozen=True)
class NoParams:
    """A method without hyper-parameters."""


def param(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: Sequence[Any] = (),
    choices_from: str = "",
    is_learned: bool = True,
    search: tuple[float, float] | tuple[()] | None = None,
) -> Any:
    """One hyper-parameter: its default, bounds or choices, and a sentence of help.

    The app's forms, the command line and the tuning all read these. `choices_from="spaces"` = one of the built spaces;
    `is_learned=False` = `score` alone reads it, so what was fitted with another value still serves. Tuning searches
    the range `search`; None = all that is allowed, () = nothing.
    """
    meta = {
        "help": help,
        "low": low,
        "high": high,
        "choices": tuple(choices),
        "choices_from": choices_from,
        "is_learned": is_learned,
        "search": search,
    }
    return field(default=default, metadata=meta)


LOG_FROM = 10
"""Bounds whose ratio is at least this are gone through on a logarithmic scale."""


def is_logarithmic(low: float, high: float) -> bool:
    """Whether a number between these bounds is better searched in equal ratios than in equal steps."""
    return low > 0 and high / low >= LOG_FROM


def validate_params(params: object) -> None:
    """Check every hyper-parameter against its bounds and choices.

    Raises:
        InvalidQueryError: Naming the parameter, its value and what is allowed.
    """
    for spec in fields(params):  # type: ignore[arg-type]
        value, meta = getattr(params, spec.name), spec.metadata
        low, high, choices = meta.get("low"), meta.get("high"), meta.get("choices", ())
        if choices and value not in choices:
            raise InvalidQueryError(
                f"{spec.name} is {value!r}.", hint=f"Choose one of {', '.join(map(str, choices))}."
            )
        if low is not None and not value >= low:
            raise InvalidQueryError(f"{spec.name} is {value}, below its smallest value {low}.")
        if high is not None and not value <= high:
            raise InvalidQueryError(f"{spec.name} is {value}, above its largest value {high}.")


def param_fields(params_class: type) -> list[Field[Any]]:
    """The hyper-parameters of a `Params` class, in their order."""
    specs = list(fields(params_class))
    assert all(spec.default is not MISSING for spec in specs), "every hyper-parameter has a default"
    return specs


def parse_params(params: type, pairs: Sequence[str]) -> dict[str, Any]:
    """["reg=20", "keep=0"] as values of a `Params` class's types; names that no parameter has are left to `create`.

    Raises:
        InvalidQueryError: One without "=", or a value that is not of the parameter's type.
    """
    defaults = {spec.name: spec.default for spec in param_fields(params)}
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise InvalidQueryError(
                f"The parameter “{pair[:60]}” cannot be read.", hint="Write it as name=value."
            )
        found[name] = _value(name, text, type(defaults.get(name, "")))
    return found


def _value(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise InvalidQueryError(f"{name} is “{text[:60]}”.", hint="Write true or false.")
        return text.lower() == "true"
    try:
        return kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise InvalidQueryError(f"{name} is “{text[:60]}”.", hint=f"Write {what}.") from None
