"""Stored evaluations: where they are kept, and reading them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import recommenders
from core.errors import NotBuiltError, UnknownNameError
from core.evaluation.metrics import METRICS, metric_of
from core.evaluation.results.over_k import over_k_frame
from core.evaluation.results.slices import SLICE_COLUMNS
from core.evaluation.splits import SPLITS, own_files
from core.settings import home
from core.storage import fingerprint
from core.storage.artifacts import write_atomically
from core.storage.workspace_folder import validate_name

GROUPS = {"metrics": "All users", "warm": "Known users", "cold": "New users", "many": "With many ratings"}
"""Where a group's figures stand in a method's result -> its name for people."""

FEW_LIKES = "few_likes"
OWN_FILES = own_files.NAME
"""Name of the split that a person's own files are."""
RUNS = "runs"
"""Folder beside the evaluations that keeps what every method answered."""

FIGURE_COLUMNS = ("rank", "name", "method", "mean", "low", "high", "n_users", "better_than")
COSTS = {
    "Learns in": ("seconds", "fit", 1.0, "s"),
    "Answers in": ("seconds", "score", 1000.0, "ms a user"),
    "Memory": ("memory_mb", "fit", 1.0, "MB"),
}
"""Axis -> block, entry, factor and unit in a method's result; "score" is divided by the tested users."""


@dataclass(frozen=True, eq=False)
class StoredResult:
    """One evaluation as it was written down, see `core.evaluation.results.report.report`."""

    key: str
    about: Mapping[str, Any]
    results: Mapping[str, Any]
    slices_json: Mapping[str, Any]
    by_split: Mapping[str, Any]
    over_k_json: Mapping[str, Any]

    @classmethod
    def of(cls, value: Mapping[str, Any], key: str = "") -> "StoredResult":
        """From plain values.

        Raises:
            NotBuiltError: They are no evaluation.
        """
        try:
            later = (value.get(part, {}) for part in ("slices", "by_split", "over_k"))
            parts = (value["about"], value["results"], *later)
            if not all(isinstance(part, Mapping) for part in parts):
                raise TypeError("a part is no object")
            made = cls(key, *parts)
            made.title, made.columns, made.slices, made.is_simulated  # noqa: B018  (worked out now, to fail now)
            over_k_frame(made.over_k_json)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise NotBuiltError("A stored evaluation cannot be read.", hint="Measure again.") from error
        return made

    @property
    def is_simulated(self) -> bool:
        """Whether a program made the ratings."""
        return bool(self.about["is_simulated"])

    @cached_property
    def created(self) -> datetime:
        """When it was measured, in UTC."""
        return datetime.fromisoformat(self.about["created"])

    @cached_property
    def title(self) -> str:
        """One line that tells it from others: split, methods, cut-offs, tuning, time."""
        n, trials = len(self.results), int(self.about["trials"])
        parts = [
            self.split,
            f"{n} methods" if n > 1 else method_label(next(iter(self.results))),
            f"k {', '.join(str(k) for k in self.about['k'])}",
            f"liked from {float(self.about['relevant']):g}"
            if self.about["is_explicit"]
            else "every row a like",
        ]
        parts += [f"tuned with {trials} trials"] if trials else []
        parts += [f"seed {self.about['seed']}"] if self.about["seed"] else []
        return " · ".join([*parts, f"{self.created:%Y-%m-%d %H:%M:%S} UTC"])

    @property
    def is_few_likes(self) -> bool:
        """Whether likes were named and films asked for that belong with them, and no rating was held out."""
        return str(self.about["split"]["name"]) == FEW_LIKES

    @property
    def is_of_files(self) -> bool:
        """Whether it was measured on somebody's own train and test files."""
        return str(self.about["split"]["name"]) == OWN_FILES

    @property
    def lead(self) -> str:
        """The figure to look at first, without its cut-off."""
        return "acceptable" if self.is_few_likes else "ndcg"

    @property
    def split(self) -> str:
        """How ratings were held out, in words; several numbers of given ratings as their range."""
        return _split_in_words(self.about["split"])

    @cached_property
    def measured(self) -> dict[str, Mapping[str, Any]]:
        """The methods that have a result."""
        return {name: one for name, one in self.results.items() if "error" not in one}

    @property
    def failed(self) -> dict[str, str]:
        """Label of each method without a result -> why."""
        return {method_label(name): str(one["error"]) for name, one in self.results.items() if "error" in one}

    @cached_property
    def columns(self) -> list[str]:
        """Names of all figures, in the registry's order: "ndcg@10", "auc" and so on."""
        found = {column for one in self.measured.values() for column in one["metrics"]}
        ks = [int(k) for k in self.about["k"]]
        return [column for metric in METRICS.values() for column in metric.columns(ks) if column in found]

    @property
    def groups(self) -> list[str]:
        """Groups of users with figures of their own: "metrics" (all), "warm" and "cold" where there are both, "many"."""
        found = [group for group in GROUPS if any(group in one for one in self.measured.values())]
        has_both = {"warm", "cold"} <= set(found)
        return found if has_both else [group for group in found if group not in ("warm", "cold")]

    @cached_property
    def slices(self) -> pd.DataFrame:
        """Columns `SLICE_COLUMNS`, empty where nothing was sliced."""
        return pd.DataFrame(self.slices_json.get("rows", []), columns=list(SLICE_COLUMNS))

    @property
    def n_counted(self) -> int:
        """How many of the tested users count in figures of what is liked: others have no such film held out."""
        names = [column for column in self.columns if column.partition("@")[0] == self.lead]
        leads = [
            one["metrics"][name] for one in self.measured.values() for name in names if name in one["metrics"]
        ]
        return max((int(figure["n_users"]) for figure in leads), default=0)

    @property
    def tested(self) -> str:
        """Who was tested and who of them counts, in words."""
        counts, counted = self.about["counts"], self.n_counted
        tested, users = int(counts["tested_users"]), int(counts["users"])
        what = f"{counts['tested_interactions']:,} held-out ratings"
        if counted in (0, tested):
            return f"{tested:,} of {users:,} users were tested, on {what}"
        return f"{counted:,} of {users:,} users count: those of the {tested:,} tested, on {what}, who like one of theirs"

    def figures(self, column: str, group: str = "metrics") -> pd.DataFrame:
        """One figure of all methods that have it, best first: `FIGURE_COLUMNS`.

        `method` is the label, `better_than` the names of the methods that are significantly worse.
        """
        rows = []
        for name, one in self.measured.items():
            figure = one.get(group, {}).get(column)
            if figure and figure["mean"] is not None:
                numbers = [np.nan if figure[p] is None else float(figure[p]) for p in ("mean", "low", "high")]
                better = one["better_than"] if group == "metrics" else one.get("better_in", {}).get(group, {})
                losers = tuple(better.get(column, ()))
                rows.append((0, name, method_label(name), *numbers, int(figure["n_users"]), losers))
        frame = pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))
        down = metric_of(column).higher_is_better is not False
        frame = frame.sort_values("mean", ascending=not down, kind="stable", ignore_index=True)
        frame["rank"] = np.arange(1, len(frame) + 1)
        return frame

    def cost(self, axis: str) -> dict[str, float]:
        """Method -> one of `COSTS`; methods for which it could not be measured are left out."""
        block, entry, factor, _ = COSTS[axis]
        divisor = int(self.about["counts"]["tested_users"]) if entry == "score" else 1
        found = {name: one[block].get(entry) for name, one in self.measured.items()}
        return {name: factor * float(v) / divisor for name, v in found.items() if v is not None}


def values_of(result: StoredResult) -> dict[str, Any]:
    """The plain values that an evaluation was made of, see `StoredResult.of`."""
    parts = {"about": result.about, "results": result.results, "slices": result.slices_json}
    parts |= {"by_split": result.by_split}
    parts |= {"over_k": result.over_k_json} if result.over_k_json else {}  # older evaluations have none
    return {name: dict(part) for name, part in parts.items()}


def method_label(name: str) -> str:
    """A method's name for people; its id where this version has no such method."""
    try:
        return recommenders.method_class(name).label
    except UnknownNameError:
        return name


def _split_in_words(options: Mapping[str, Any]) -> str:
    name, given = str(options["name"]), [int(n) for n in options.get("given", ())]
    if name == OWN_FILES:
        words = f"{split_label(name)}, {options['train']} and {options['test']}"
        return words + (f", against {options['negatives']}" if "negatives" in options else "")
    if len(given) > 1 and name != FEW_LIKES:
        return f"{split_label('cold_users')}, {min(given)} to {max(given)} ratings given"
    return split_label(name)


def split_label(name: str) -> str:
    """A split's name for people: "Cold users, 5 given"."""
    base, _, option = name.rstrip("]").partition("[")
    label = (
        SPLITS[base].label if base in SPLITS else {OWN_FILES: "Your own train and test files"}.get(base, base)
    )
    if option.startswith("n=") and base == FEW_LIKES:
        return f"{label}: {option.removeprefix('n=')} named"
    if option.startswith("n="):
        return f"{label}, {option.removeprefix('n=')} ratings given"
    return f"{label}, {option}" if option else label


def store(dataset: str, value: Mapping[str, Any]) -> Path:
    """Keep a dataset's evaluation; the same question asked again takes the old one's place."""
    about = value["about"]
    asked = ("dataset", "split", "methods", "k", "relevant", "seed", "trials", "counts", "embeddings")
    folder = folder_of(dataset)
    folder.mkdir(parents=True, exist_ok=True)
    given = {"lists": about["lists"]} if "lists" in about else {}
    if about["split"]["name"] == OWN_FILES:  # others of the same names and sizes are another question
        given["ratings"] = about["fingerprints"]["ratings and their parts"]
    path = folder / f"{fingerprint({name: about[name] for name in asked} | given)}.json"
    write_atomically(path, json.dumps(value, ensure_ascii=False).encode())
    return path


def stored_results(dataset: str) -> tuple[list[StoredResult], list[str]]:
    """A dataset's evaluations, newest first, and the names of the files that cannot be read."""
    found, broken = [], []
    for path in sorted(folder_of(dataset).glob("*.json")):
        try:
            of = path.stat()
            found.append(_read(path, (of.st_mtime_ns, of.st_ctime_ns, of.st_size, of.st_ino)))
        except (OSError, ValueError, AttributeError, NotBuiltError):
            broken.append(path.name)
    return sorted(found, key=lambda one: one.created, reverse=True), broken


@lru_cache(maxsize=64)
def _read(path: Path, _of: tuple[int, ...]) -> StoredResult:
    """One evaluation; a page asks for all of them with every click, so a file that has not changed is not read again."""
    return StoredResult.of(json.loads(path.read_text("utf-8")), path.stem)


def n_stored(dataset: str) -> int:
    """How many evaluations of a dataset are kept, readable or not."""
    return sum(1 for _ in folder_of(dataset).glob("*.json"))


def folder_of(dataset: str) -> Path:
    """Where the results of a dataset are kept."""
    return home() / "evaluations" / validate_name(dataset)
