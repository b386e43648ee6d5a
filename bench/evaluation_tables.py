"""Measure all methods on MovieLens and write docs/evaluation.md from the figures.

    MOVIE_ATLAS_HOME=… python bench/evaluation_tables.py measure ml-100k [--runs FOLDER] [--add taste]
    python bench/evaluation_tables.py render
    MOVIE_ATLAS_HOME=… MOVIE_DATA_DIR=… python bench/evaluation_tables.py all [--ml-1m FOLDER] [--runs FOLDER]

`measure` needs a built workspace with the default spaces (python -m core build ml-100k --from …) and writes
bench/results/evaluation_ml_100k.json; finished runs are kept in FOLDER, so that an interrupted measurement goes on. `--add`
measures one method on the same splits and puts it beside those that lie there; it is then tested against none of them.
The rating table is made of bench/results/rating_prediction.json (bench/rating_prediction.py --json).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import recommenders
from core.evaluation.metrics import METRICS
from core.evaluation.protocol.runner import Factory, evaluate_all, method_factories
from core.evaluation.results import significance
from core.evaluation.results.result import EvaluationResult
from core.evaluation.results.result_json import about_json
from core.evaluation.results.slices import across_folds, learning_curve
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings
from core.recommenders import Ability
from core.serving import Atlas

ROOT = Path(__file__).resolve().parent.parent
RESULTS, DOCUMENT = ROOT / "bench" / "results", ROOT / "docs" / "evaluation.md"
DATASETS = ("ml-100k", "ml-latest-small")
SPACES = ("minilm", "word2vec", "doc2vec", "triplet")
"""Made from the films' texts, people and keywords alone: none has seen a rating."""
FIGURES = ("ndcg", "recall", "map", "novelty", "coverage", "gini")
ABOUT_LISTS = ("coverage", "gini")
VARIANTS = {"hybrid, one place kept": partial(recommenders.create, "hybrid", unrated_places=1)}
"""Measured beside the methods' defaults, on folds and on cold films: what a place for unrated films costs and brings."""
K, SEED = 10, 0
REPEATS = {"ml-100k": 3, "ml-latest-small": 1}
"""How often the ratings are dealt into folds: the more, the less a person's figure hangs on which ratings are held out."""

Json = dict[str, Any]


def path_of(name: str) -> Path:
    """Where the figures of one dataset lie."""
    return RESULTS / f"evaluation_{name.replace('-', '_')}.json"


def measure(name: str, runs: Path | None, only: str = "") -> Json:
    """Folds, cold users and cold films, as plain values; of all methods, or of one alone."""
    atlas = Atlas.open(name)
    interactions = atlas.interactions
    spaces = {space: atlas.space(space) for space in SPACES}
    methods = method_factories([only] if only else recommenders.names())
    variants = {} if only else VARIANTS
    knows_content = [m for m in methods if Ability.COLD_ITEM in recommenders.method_class(m).abilities]
    on_cold_films = method_factories(knows_content if only else [*knows_content, "popularity"]) | variants

    def run(splits: Any, methods: Mapping[str, Factory], ties: str = "index") -> tuple[EvaluationResult, ...]:
        settings = Settings(ks=(K,), metrics=FIGURES, seed=SEED, ties=ties)
        return evaluate_all(
            atlas.dataset,
            spaces,
            methods,
            splits,
            settings=settings,
            folder=runs,
            progress=lambda done, total, note="": print(f"{done}/{total} {note}", flush=True),
        )

    def split(kind: str, seed: int = SEED) -> Any:
        return make_splits(kind, interactions, rng=np.random.default_rng(seed))

    folds = run(
        [fold for repeat in range(REPEATS[name]) for fold in split("k_fold", SEED + repeat)],
        methods | variants,
    )
    curve = run(split("cold_users"), methods)
    (cold,) = split("cold_items")
    open_list = replace(cold, name="cold_items among all films", candidates=None)
    films = run([cold, open_list], on_cold_films, "random")
    return {
        "dataset": folds[0].task.dataset.label,
        "folds": fold_figures(folds),
        "curve": learning_curve(curve).to_dict("records"),
        "cold_users": {**about_json(curve[0])["counts"], "left_out": about_json(curve[0])["users_left_out"]},
        "cold_items": [cold_figures(result) for result in films],
        "about": made_with(folds, spaces),
    }


def made_with(results: tuple[EvaluationResult, ...], spaces: Iterable[str]) -> Json:
    """What was measured, on what, when, and with which versions."""
    about = about_json(results[0])
    return {
        **{key: about[key] for key in ("is_simulated", "relevant", "seed", "versions")},
        "counts": about["counts"],
        "left_out_of_fold_1": about["users_left_out"],
        "spaces": list(spaces),
        "n_folds": len(results),
        "machine": {
            "cpus": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "date": time.strftime("%Y-%m-%d"),
    }


def added(whole: Json, one: Json) -> Json:
    """The figures of all methods with those of one that was measured alone; nothing says how it compares with others.

    Raises:
        ValueError: They are not of the same splits.
    """
    if whole["about"]["counts"] != one["about"]["counts"] or whole["cold_users"] != one["cold_users"]:
        raise ValueError("the two were not measured on the same ratings; measure all methods again")
    untested = {name: {**found, "better_than": None} for name, found in one["folds"].items()}
    names = set(untested)
    return {
        **whole,
        "folds": whole["folds"] | untested,
        "curve": [row for row in whole["curve"] if row["method"] not in names] + one["curve"],
        "cold_items": [
            {**old, "methods": old["methods"] | new["methods"]}
            for old, new in zip(whole["cold_items"], one["cold_items"], strict=True)
        ],
        "about": whole["about"]
        | {"added": whole["about"].get("added", {}) | dict.fromkeys(names, one["about"]["date"])},
    }


def fold_figures(results: tuple[EvaluationResult, ...], about_lists: Sequence[str] = ABOUT_LISTS) -> Json:
    """Method -> figures over the folds, seconds per fold, and the methods it is significantly better than.

    Args:
        results: One a fold.
        about_lists: Figures of all lists together, which have no interval.
    """
    frame = across_folds(results)
    found: Json = {}
    for label in results[0].runs:
        rows = frame[frame["method"] == label].set_index("metric")
        figures = {
            m: {p: round(float(rows.loc[m, p]), 5) for p in ("mean", "low", "high")} for m in rows.index
        }
        for metric in about_lists:
            whole = f"{metric}@{K}"
            parts = [float(of_all_users(result, label)["mean"].loc[whole]) for result in results]
            figures[whole] = {"mean": round(float(np.mean(parts)), 5)}
        seconds = {
            part: round(float(np.mean([r.runs[label].seconds[part] for r in results])), 2)
            for part in ("fit", "score")
        }
        found[label] = {
            "figures": figures,
            "seconds": seconds,
        }
    compared = significance.compare(
        {label: user_means(results, label) for label in found}, np.random.default_rng(SEED)
    )
    for label, losers in compared.better_than.items():
        found[label]["better_than"] = list(losers)
    pairs = compared.pairs[(compared.pairs["a"] == "hybrid") | (compared.pairs["b"] == "hybrid")]
    for row in pairs.to_dict("records"):
        other, sign = (row["b"], 1) if row["a"] == "hybrid" else (row["a"], -1)
        found[other]["hybrid_minus_this"] = {
            "difference": round(sign * row["difference"], 5),
            "p_holm": round(row["p_holm"], 5),
            "n_users": int(row["n_users"]),
        }
    return found


def of_all_users(result: EvaluationResult, label: str) -> pd.DataFrame:
    """One method's summary over all users, by metric."""
    summary = result.summary
    return summary[(summary["method"] == label) & (summary["users"] == "all")].set_index("metric")


def user_means(results: tuple[EvaluationResult, ...], label: str) -> npt.NDArray[np.float64]:
    """(n_users,) each user's mean nDCG@10 over the folds that test them; NaN = no fold does."""
    n_users = results[0].task.split.train.n_users
    values = np.full((len(results), n_users), np.nan)
    for fold, result in zip(values, results, strict=True):
        fold[result.task.split.users] = result.runs[label].column(f"ndcg@{K}")
    known = np.isfinite(values)
    sums, counts = np.where(known, values, 0).sum(0), known.sum(0)
    means: npt.NDArray[np.float64] = np.full(n_users, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    return means


def cold_figures(result: EvaluationResult) -> Json:
    """Figures of one cold-film question, and the share of places given to films nobody rated."""
    unrated = result.task.split.is_cold_item
    found: Json = {}
    for label, run in result.runs.items():
        rows = of_all_users(result, label)
        listed = run.ranked[:, :K]
        found[label] = {
            "figures": {
                m: {p: round(float(rows[p].loc[m]), 5) for p in ("mean", "low", "high")}
                for m in (f"ndcg@{K}", f"recall@{K}", f"map@{K}", f"coverage@{K}")
            },
            "unrated_share": round(float(unrated[listed[listed >= 0]].mean()), 5),
            "users_with_ties": run.n_tied,
            "better_than": list(result.comparison(f"ndcg@{K}").better_than[label]),
        }
    about = about_json(result)
    return {"name": result.task.split.name, "methods": found, "counts": about["counts"],
            "left_out": about["users_left_out"], "n_films": int(about["split"]["n_cold_items"])}  # fmt: skip


def measured() -> list[str]:
    """Names of the datasets whose figures lie in `RESULTS`."""
    return [name for name in DATASETS if path_of(name).exists()]


def render() -> str:
    """The whole document, from the committed figures alone; it says what has not been measured."""
    from bench import evaluation_cuts, evaluation_document

    found = [json.loads(path_of(name).read_text("utf-8")) for name in measured()]
    of_ratings = RESULTS / "rating_prediction.json"
    ratings = json.loads(of_ratings.read_text("utf-8")) if of_ratings.exists() else None
    missing = [name for name in DATASETS if name not in measured()]
    if ratings is None:
        missing.append("predicted ratings")
    definitions = [(METRICS[name].label, METRICS[name].definition) for name in FIGURES]
    of_cuts = evaluation_cuts.measured()
    cuts = [(kind, of_cuts[name]) for name, kind in evaluation_cuts.CUTS.items() if name in of_cuts]
    missing += [kind.title for name, kind in evaluation_cuts.CUTS.items() if name not in of_cuts]
    return evaluation_document.document(found, cuts, ratings, definitions, missing)


def everything(runs: Path | None, ml_1m: Path | None) -> None:
    """Measure every dataset, every cut and the predicted ratings, and write the document."""
    kept = ["--runs", str(runs)] if runs else []
    own = Path(__file__).resolve().parent
    commands = [[str(own / "evaluation_tables.py"), "measure", name, *kept] for name in DATASETS]
    commands.append([str(own / "evaluation_cuts.py"), *kept, *(["--ml-1m", str(ml_1m)] if ml_1m else [])])
    commands.append([str(own / "rating_prediction.py"), "--json", str(RESULTS / "rating_prediction.json")])
    commands.append([str(own / "evaluation_tables.py"), "render"])
    for command in commands:
        subprocess.run([sys.executable, *command], check=True)


def main() -> None:
    """Measure one dataset or everything, or write the document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    tasks = parser.add_subparsers(dest="task", required=True)
    task = tasks.add_parser("measure")
    task.add_argument("dataset", choices=DATASETS)
    task.add_argument("--runs", type=Path, help="folder that keeps finished runs")
    task.add_argument("--add", default="", help="measure this method alone, and keep the others' figures")
    whole = tasks.add_parser("all")
    whole.add_argument("--runs", type=Path, help="folder that keeps finished runs")
    whole.add_argument("--ml-1m", type=Path, help="MovieLens 1M as papers cut it: bench/evaluation_cuts.py")
    tasks.add_parser("render")
    options = parser.parse_args()
    if options.task == "all":
        everything(options.runs, options.ml_1m)
    elif options.task == "measure":
        found = measure(options.dataset, options.runs, options.add)
        if options.add:
            found = added(json.loads(path_of(options.dataset).read_text("utf-8")), found)
        path_of(options.dataset).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    else:
        DOCUMENT.write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
