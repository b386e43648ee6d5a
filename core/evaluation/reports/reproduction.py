"""An evaluation measured again: what was asked then, and what has come out otherwise."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from core.errors import DatasetError, NotBuiltError, why
from core.evaluation.reports.writing import DATA_ID
from core.evaluation.results.stored import OWN_FILES, StoredResult, method_label

KINDS = ("data", "software", "machine", "parameters", "figures")
"""What may differ, causes before what follows from them."""
MOST_BYTES = 200_000_000
"""Of a report: larger files are none of ours."""


@dataclass(frozen=True)
class Asked:
    """What an evaluation was asked.

    Attributes:
        dataset: Its name; of a person's own files that whose films they are of; "" = they alone know theirs.
        split: Registered split; "" for a person's own files.
        known: How many ratings of a cold user were given; () = goes by the split.
        methods: Their names.
        ks: Cut-offs of the lists.
        relevant: Lowest rating that counts as liked; None = every interaction does.
        seed: Decides everything random.
        n_trials: Sets of parameters tried for each method.
        lists: Names of lists that other systems made.
    """

    dataset: str
    split: str
    known: tuple[int, ...]
    methods: tuple[str, ...]
    ks: tuple[int, ...]
    relevant: float | None
    seed: int
    n_trials: int
    lists: tuple[str, ...]


@dataclass(frozen=True)
class Otherwise:
    """Something that is otherwise than then.

    Attributes:
        kind: One of `KINDS`.
        what: What it is, in words.
        was: Then, as text; "–" = there was none.
        now: Now, likewise.
        size: How far a figure is from what it was; 0 for anything else.
    """

    kind: str
    what: str
    was: str
    now: str
    size: float = 0.0


class _Data(HTMLParser):
    """Finds the element that holds the evaluation."""

    def __init__(self) -> None:
        super().__init__()
        self.is_in, self.parts = False, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_in = tag == "script" and ("id", DATA_ID) in attrs

    def handle_endtag(self, tag: str) -> None:
        self.is_in = False

    def handle_data(self, data: str) -> None:
        if self.is_in:
            self.parts.append(data)


def read_report(path: Path) -> dict[str, Any]:
    """The evaluation that a report holds: one of ours in HTML, or what `evaluate --json` wrote.

    Raises:
        DatasetError: The file cannot be read, or holds no evaluation.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DatasetError(f"{path.name} is too large to be a report.")
        text = path.read_text("utf-8")
    except OSError as error:
        raise DatasetError(f"{path.name} cannot be read: {why(error)}.", hint="Check the path.") from error
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{path.name} is not text in UTF-8.", hint="Give a report in HTML, or JSON."
        ) from error
    if text.lstrip().startswith("<"):
        finder = _Data()
        finder.feed(text)
        text = "".join(finder.parts)
    try:
        value = json.loads(text)
        if not isinstance(value, dict):
            raise ValueError("no object")
        StoredResult.of(value)
        asked_of(value)
    except (ValueError, KeyError, TypeError, AttributeError, NotBuiltError) as error:
        raise DatasetError(
            f"{path.name} holds no evaluation.",
            hint="Give a report that `report --out NAME.html` wrote, or the JSON of `evaluate --json`.",
        ) from error
    return value


def asked_of(value: Mapping[str, Any]) -> Asked:
    """What was asked of the evaluation that a report holds."""
    about = value["about"]
    name = str(about["split"]["name"]).partition("[")[0]
    is_files = name == OWN_FILES
    known = tuple(int(n) for n in about["split"].get("given", ())) if name == "cold_users" else ()
    return Asked(
        str(about["split"].get("films", "") if is_files else about["dataset"]),
        "" if is_files else name,
        known,
        tuple(str(one) for one in about["methods"]),
        tuple(int(k) for k in about["k"]),
        float(about["relevant"]) if about["is_explicit"] else None,
        int(about["seed"]),
        int(about["trials"]),
        tuple(str(one) for one in about.get("lists", {})),
    )


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Otherwise]:
    """Everything but times that is otherwise now: `KINDS` in their order, figures by how far they are apart.

    Args:
        was: The evaluation of then.
        now: The same question, answered now.
    """
    found = [
        *_of_plain("data", "", _data(was), _data(now)),
        *_of_plain("software", "", was["about"]["versions"], now["about"]["versions"]),
        *_of_plain("machine", "", was["about"].get("machine", {}), now["about"].get("machine", {})),
    ]
    for name, then in was["results"].items():
        again = now["results"].get(name, {"error": "it was not measured"})
        label = method_label(name)
        if "error" in then or "error" in again:
            found += _of_plain("figures", label, _error(then), _error(again))
            continue
        for part in ("params", "decided"):
            found += _of_plain("parameters", label, then.get(part) or {}, again.get(part) or {})
        found += _of_figures(label, then["metrics"], again["metrics"])
    return sorted(found, key=lambda one: (KINDS.index(one.kind), -one.size))


def n_figures(value: Mapping[str, Any]) -> int:
    """How many figures an evaluation has."""
    return sum(len(one["metrics"]) for one in value["results"].values() if "error" not in one)


def _data(value: Mapping[str, Any]) -> dict[str, Any]:
    about = value["about"]
    lists = {f"lists {name}": one["sha256"] for name, one in about.get("lists", {}).items()}
    return {**about["counts"], **dict(_flat("fingerprint", about.get("fingerprints", {}))), **lists}


def _error(one: Mapping[str, Any]) -> dict[str, str]:
    return {"outcome": str(one["error"]) if "error" in one else "measured"}


def _of_plain(kind: str, where: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Otherwise]:
    for (name, then), (_, again) in zip(*_aligned(dict(_flat("", was)), dict(_flat("", now))), strict=True):
        if then != again:
            yield Otherwise(kind, f"{where}: {name}".removeprefix(": "), _text(then), _text(again))


def _of_figures(label: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Otherwise]:
    for column in dict.fromkeys([*was, *now]):
        then, again = was.get(column, {}), now.get(column, {})
        for part in ("mean", "low", "high"):
            one, other = then.get(part), again.get(part)
            if one != other:
                size = abs(one - other) if one is not None and other is not None else float("inf")
                what = f"{label}: {column}" + ("" if part == "mean" else f", {part} end of its interval")
                yield Otherwise("figures", what, _text(one), _text(other), size)


def _aligned(was: dict[str, Any], now: dict[str, Any]) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    names = list(dict.fromkeys([*was, *now]))
    return [(name, was.get(name)) for name in names], [(name, now.get(name)) for name in names]


def _flat(before: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        whole = f"{before} {name}".strip()
        if isinstance(value, Mapping):
            yield from _flat(whole, value)
        else:
            yield whole, value


def _text(value: Any) -> str:
    return "–" if value is None else str(value)
