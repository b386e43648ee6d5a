"""What stands in a report, whatever it is written as."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.evaluation.results.stored import OWN_FILES, StoredResult, method_label
from core.evaluation.results.tables import figure_label, marks

BESIDE = {
    "ndcg": ("recall", "mrr", "ndcg_snips", "famous", "coverage", "novelty", "rmse"),
    "acceptable": ("famous50", "over_decoys", "ndcg", "coverage"),
}
"""Shown beside the first figure, where they were measured."""


@dataclass(frozen=True)
class MethodTable:
    """Methods by the first figure at one cut-off, as texts.

    Attributes:
        title: What the table shows.
        head: Names of the columns.
        rows: A row a method, best first.
        best: (mean, low, high) of the first figure of each row, for a picture.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    best: tuple[tuple[float, float, float], ...]


def method_tables(result: StoredResult) -> list[MethodTable]:
    """One for every cut-off."""
    return [_method_table(result, int(cutoff)) for cutoff in result.about["k"]]


def _method_table(result: StoredResult, cutoff: int) -> MethodTable:
    lead = f"{result.lead}@{cutoff}"
    frame = result.figures(lead)
    wanted = [
        f"{name}@{cutoff}" if f"{name}@{cutoff}" in result.columns else name for name in BESIDE[result.lead]
    ]
    beside = [column for column in wanted if column in result.columns]
    others = {column: result.figures(column).set_index("name") for column in beside}
    rows = []
    for row, beats in zip(frame.to_dict("records"), marks(frame), strict=True):
        cells = [
            _with_interval(others[column].loc[row["name"]]) if row["name"] in others[column].index else "–"
            for column in beside
        ]
        seconds = result.measured[row["name"]]["seconds"]
        times = [f"{seconds['fit']:.2f}", f"{seconds['score']:.2f}"]
        rows.append((str(row["rank"]), row["method"], _with_interval(row), beats, *cells, *times))
    head = ("", "Method", figure_label(lead), "Better than", *map(figure_label, beside), "Fit, s", "Score, s")
    best = tuple(zip(frame["mean"], frame["low"], frame["high"], strict=True))
    return MethodTable(f"Lists of {cutoff}", head, tuple(rows), best)


def _with_interval(figure: Any) -> str:
    mean, low, high = (figure[part] for part in ("mean", "low", "high"))
    if not np.isfinite([low, high]).all():
        return f"{mean:.4f}"
    return f"{mean:.4f} [{low:.4f}, {high:.4f}]"


def headline(result: StoredResult) -> str:
    """What was measured, in a sentence."""
    counts = result.about["counts"]
    return (
        f"{result.about['label']}: {counts['users']:,} users, {counts['items']:,} films, "
        f"{counts['train_interactions']:,} interactions learned from. {result.tested}."
    )


def settings(result: StoredResult) -> list[tuple[str, str]]:
    """How it was measured: names and values."""
    about = result.about
    liked = f"rated {about['relevant']:g} or more" if about["is_explicit"] else "every interaction"
    rows = [
        ("Split", result.split),
        ("Options of the split", _plain(about["split"])),
        ("Counts as liked", liked),
        ("Lists of", ", ".join(str(k) for k in about["k"])),
        ("Seed", str(about["seed"])),
        (
            "Equal scores",
            "in the catalogue's order" if about.get("ties", "index") == "index" else "in an order by chance",
        ),
        ("Tuning", f"{about['trials']} trials a method" if about["trials"] else "none: default parameters"),
        ("Embeddings", ", ".join(about["embeddings"]["used"]) or "none"),
        ("Intervals", about["intervals"]),
        ("Tests", "paired permutation test over users, Holm's correction for all pairs, 5 %"),
        ("Measured", f"{result.created:%Y-%m-%d %H:%M} UTC"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in sorted(about["versions"].items()))),
    ]
    if machine := about.get("machine"):
        rows.append(("Machine", ", ".join(f"{name}: {value}" for name, value in machine.items())))
    prints = about.get("fingerprints", {})
    rows += [(f"Fingerprint of the {name}", str(print_)) for name, print_ in _flat(prints)]
    rows += [
        (f"Lists “{name}”", f"{one['file']}, SHA-256 {one['sha256']}")
        for name, one in about.get("lists", {}).items()
    ]
    return rows


def parameters(result: StoredResult) -> list[tuple[str, str]]:
    """Method -> its parameters, and what its fit decided."""
    rows = []
    for name, one in result.measured.items():
        decided = one.get("decided")
        words = _plain(one["params"]) + (f"; decided: {_plain(decided)}" if decided else "")
        rows.append((method_label(name), words))
    return rows


def remarks(result: StoredResult) -> list[str]:
    """What a reader should know: what failed, who was left out, notes."""
    found = [f"{label} was not measured: {reason}" for label, reason in result.failed.items()]
    found += [f"Left out: {n:,} {reason}." for reason, n in result.about["users_left_out"].items() if n]
    found += [
        f"Embedding {name} was not used: {reason}"
        for name, reason in result.about["embeddings"]["unused"].items()
    ]
    return found + [str(note) for note in result.about["notes"]]


def command(about: Mapping[str, Any]) -> str:
    """What measures it again, as a line for a shell; files and lists have to be given again by their paths."""
    split, words = about["split"], ["python", "-m", "core", "evaluate"]
    if split["name"] == OWN_FILES:
        words += [split["films"]] if "films" in split else []
        words += ["--train", split["train"], "--test", split["test"]]
        words += ["--negatives", split["negatives"]] if "negatives" in split else []
    else:
        base = split["name"].partition("[")[0]
        words += [about["dataset"], "--split", base]
        words += [
            part for n in split.get("given", ()) if base == "cold_users" for part in ("--cold-n", str(n))
        ]
    words += ["--methods", ",".join(about["methods"]), "--seed", str(about["seed"])]
    words += [part for k in about["k"] for part in ("--k", str(k))]
    words += ["--relevant", f"{about['relevant']:g}"] if about["is_explicit"] else []
    words += ["--tune", str(about["trials"])] if about["trials"] else []
    words += [
        part for name, one in about.get("lists", {}).items() for part in ("--lists", f"{name}={one['file']}")
    ]
    return shlex.join(words)


def _plain(values: Mapping[str, Any]) -> str:
    shown = {name: value for name, value in values.items() if name != "name"}
    return ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in shown.items())


def _flat(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        found += (
            _flat({f"{name} {key}": one for key, one in value.items()})
            if isinstance(value, Mapping)
            else [(name, value)]
        )
    return found
