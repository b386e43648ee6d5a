"""Two evaluations of one dataset side by side: what was otherwise, and whether a method really came out otherwise."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.metrics import Values
from core.evaluation.reports.reproduction import Otherwise, differences
from core.evaluation.results import significance
from core.evaluation.results.runs import RunFolder
from core.evaluation.results.stored import RUNS, StoredResult, folder_of, method_label, values_of

COLUMNS = ("method", "was", "now", "difference", "low", "high", "p", "n_users")
OTHER_PEOPLE = (
    "Other ratings were held out, so there is no person by person test: the means alone stand side by side."
)
NOT_KEPT = "What was answered is not kept of both, so there is no person by person test."


@dataclass(frozen=True, eq=False)
class SideBySide:
    """Two evaluations.

    Attributes:
        causes: What was otherwise beside figures: data, software, machine, parameters.
        figures: A row for each method of both with `COLUMNS`, the largest change first; interval, p (Holm's correction for
            all rows) and n_users are NaN where people cannot be paired.
        why_unpaired: Why they cannot, in a sentence; "" = they can.
    """

    causes: list[Otherwise]
    figures: pd.DataFrame
    why_unpaired: str


def side_by_side(dataset: str, was: StoredResult, now: StoredResult, column: str) -> SideBySide:
    """What changed from one evaluation to another.

    Where both held out the same ratings of the same people, and what was answered is kept, the change of a method is tested
    person by person: bootstrap interval and permutation test of the paired differences.

    Args:
        dataset: Whose both are.
        was: The one.
        now: The other.
        column: A figure of both, such as "ndcg@10".
    """
    causes = [one for one in differences(values_of(was), values_of(now)) if one.kind != "figures"]
    why, pairs = _pairs(dataset, was, now, column)
    rows = []
    for name in [name for name in was.measured if name in now.measured]:
        then, again = (result.measured[name]["metrics"].get(column, {}).get("mean") for result in (was, now))
        if then is None or again is None:
            continue
        found = pairs.get(name)
        low, high, p, n_users = _tested(found) if found is not None else (np.nan,) * 4
        rows.append((method_label(name), then, again, again - then, low, high, p, n_users))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    known = frame["p"].notna()
    if known.any():
        frame.loc[known, "p"] = significance.holm(frame.loc[known, "p"])
    order = frame["difference"].abs().sort_values(ascending=False, kind="stable").index
    return SideBySide(causes, frame.loc[order].reset_index(drop=True), why)


def _pairs(dataset: str, was: StoredResult, now: StoredResult, column: str) -> tuple[str, dict[str, Values]]:
    """Why people cannot be paired, and method -> (n_users,) what each gained, NaN = has no value in one of the two."""
    name = str(was.about["slices_of"])
    prints = [
        result.about.get("fingerprints", {}).get("ratings and their parts", {}).get(name)
        for result in (was, now)
    ]
    if str(now.about["slices_of"]) != name or None in prints or prints[0] != prints[1]:
        return OTHER_PEOPLE, {}
    folder, found = RunFolder(folder_of(dataset) / RUNS), {}
    kept = [result.about.get("runs", {}).get(name, {}) for result in (was, now)]
    for method in [one for one in kept[0] if one in kept[1]]:
        runs = [folder.named(str(own[method])) for own in kept]
        values = [run.column(column) for run in runs if run is not None and column in run.columns]
        if len(values) == 2 and len(values[0]) == len(values[1]):
            found[method] = values[1] - values[0]
    return ("" if found else NOT_KEPT), found


def _tested(gained: Values) -> tuple[float, float, float, float]:
    """Interval of the mean gain, p of no gain, and how many people have one."""
    there = gained[np.isfinite(gained)]
    if not len(there):
        return np.nan, np.nan, np.nan, 0.0
    samples = significance.bootstrap_means(there[:, None], np.random.default_rng(0))
    low, high = significance.percentile_interval(samples)
    p = significance.permutation_test(there[:, None], np.random.default_rng(0))
    return float(low[0]), float(high[0]), float(p[0]), float(len(there))
