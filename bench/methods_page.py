"""The page docs/methods.md, made of the figures that `bench/methods_table.py` and `bench/genre_classifier.py` kept."""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core import recommenders
from core.params import param_fields

RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "methods.md"
DATASETS = ("ml-latest-small", "tmdb-5000")
PURPOSES_OF = "ml-latest-small"
"""The dataset whose ratings say which method is best for what."""

INTRO = """\
# The methods, measured

Made by `bench/methods_table.py` from the files in `bench/results/` and from what the methods say of themselves; a test
compares this page with them. Nothing here is written by hand.
"""

BEHAVIOUR = """\
## How methods behave

Seconds and milliseconds are wall-clock times. The load given with each table is the machine's before the first method:
where it is above zero, other work shared the cores, and the times are upper bounds.

Every query is one liked film, and a method answers with ten films. This says how methods behave, not how well they
predict what somebody will like: for that there is the evaluation.

- **answered**: share of the queries to which the method itself finds any film. One that learns from ratings knows
  nothing of a film that nobody rated; the app then shows the most popular films and says so.
- **tied**: share of the queries where a film that was left out scored exactly like the last one shown, so that only
  the order of the catalogue decided between them: the method had too little to go by.
- **genre**: share of the ten films that have a genre in common with the query film, over the answered queries whose
  film has a genre; **chance**: the same share among all other films of the catalogue. An embedding that reads the
  genres (MiniLM, Word2Vec, the triplet network) is helped by that here: a high value shows that it works, not that it
  is better.
- **top-1**: cosine similarity of the query film and the first result, in one space for all methods (its name stands
  above the table), and **own**: in the space that the method itself searches. The method that searches in the common
  space has the highest value there by definition.
- **coverage**: share of the catalogue that appears in at least one answer.
- **learn**: seconds of the method's own stage of the build; **vectors**: seconds to make the embeddings it reads, shared
  by all methods that read them (0 = it reads none).
- **p50, p95**: milliseconds from the question to the answer with its reasons, in a warm process, one at a time.
- **memory**: highest resident memory, in 10^6 bytes, of a process that opens the dataset and answers the timed
  queries with this method alone; what the opened dataset alone takes stands above the table.
"""

COLUMNS = (
    "method", "system", "answered", "tied", "genre", "chance", "top-1", "own", "coverage", "learn, s", "vectors, s",
    "p50, ms", "p95, ms", "memory, MB",
)  # fmt: skip


def render(results: Path = RESULTS) -> str:
    """The page, from the kept figures alone."""
    purposes = json.loads((results / f"best_for_{PURPOSES_OF}.json").read_text("utf-8"))
    propensity = json.loads((results / f"propensity_{PURPOSES_OF}.json").read_text("utf-8"))
    measured = json.loads((results / f"methods_{PURPOSES_OF}.json").read_text("utf-8"))["methods"]
    costs = {row["name"]: row for row in measured}
    parts = [INTRO, _how_part(), _purposes_part(purposes, costs), _propensity_part(propensity), BEHAVIOUR]
    for dataset in DATASETS:
        parts.append(_dataset_part(json.loads((results / f"methods_{dataset}.json").read_text("utf-8"))))
    parts.append(_classifier_part(json.loads((results / "genre_classifier.json").read_text("utf-8"))))
    return "\n".join(parts)


HOW = """\
## How each works

s(f) is the score of a film f; films with the highest score come first. The Methods page of the app has the same beside the
sum behind any film of an answer.
"""


def _how_part() -> str:
    """Three sentences, the formula and the source of every method, as the methods say it themselves."""
    parts = [HOW]
    for name in recommenders.names():
        kind = recommenders.method_class(name)
        specs = param_fields(kind.Params)
        turned = ", ".join(f"`{spec.name}` ({spec.default})" for spec in specs) or "none"
        parts.append(
            f"### {kind.label} (`{name}`)\n\n{kind.how}\n\n$${kind.formula}$$\n\n"
            f"After: {kind.source} Parameters, with what they ship with: {turned}.\n"
        )
    return "\n".join(parts)


PURPOSES = """\
## Best for what

No method is best at everything. {label}; figures are means over people
with 95 % intervals from 1,000 resamples, at the parameters that methods ship with. **As good**: methods that a paired
permutation test over the same people cannot tell from the best (5 %, Holm's correction for all pairs). **Quickest**: of the
best and those as good the one that learns in the fewest seconds; seconds and milliseconds are those of the tables below.
What the figures mean stands on the Evaluate page and in `core/evaluation/metrics/`; few likes are explained in
[0005](decisions/0005-taste.md). Made by `bench/best_for.py` on {date}.
"""

PURPOSE_COLUMNS = (
    "for",
    "asked",
    "best",
    "figure",
    "95 % interval",
    "people",
    "as good",
    "quickest",
)


def _purposes_part(found: dict[str, Any], costs: dict[str, dict[str, Any]]) -> str:
    """The verdicts, with the costs of each method as they were measured one at a time."""

    def quickest(one: dict[str, Any]) -> str:
        name = min([one["best"], *one["as_good"]], key=lambda method: costs[method]["learn_seconds"])
        return (
            f"`{name}` {_number(costs[name]['learn_seconds'], 1)} s, {_number(costs[name]['p50_ms'], 1)} ms"
        )

    rows = [
        [
            f"**{one['label']}**: {one['technical']}",
            one["asked"],
            f"`{one['best']}`",
            f"{one['figure']} {one['mean']:.3f}",
            f"{one['low']:.3f} to {one['high']:.3f}",
            f"{one['n_users']:,}",
            ", ".join(f"`{name}`" for name in one["as_good"]) or f"none of {one['n_methods'] - 1}",
            quickest(one),
        ]
        for one in found["verdicts"]
    ]
    simulated = " (simulated ratings)" if any(one["is_simulated"] for one in found["verdicts"]) else ""
    lines = [
        PURPOSES.format(label=f"{found['label']}{simulated}", date=found["date"]),
        *_table(PURPOSE_COLUMNS, rows),
    ]
    if found["not_measured"]:
        lines += ["", f"Not measured: {', '.join(found['not_measured'])}."]
    return "\n".join([*lines, ""])


PROPENSITY = """\
### How much weight against fame

`ndcg_snips` weighs a liked film by one over its ratings to the power (gamma + 1) / 2; why gamma is 0 stands in
`core/evaluation/metrics/unbiased.py`. At -1 it is nDCG@{k}. The same lists at other values ({label}, random holdout;
`bench/propensity.py`):
"""


def _propensity_part(found: dict[str, Any]) -> str:
    rows = []
    for gamma, one in found["gammas"].items():
        best, *_ = one["means"]
        as_good = ", ".join(f"`{name}`" for name in one["as_good"]) or f"none of {len(one['means']) - 1}"
        taste = list(one["means"]).index("taste") + 1
        rows.append(
            [gamma, f"`{best}` {one['means'][best]:.3f}", as_good, f"{one['means']['taste']:.3f} ({taste}.)"]
        )
    head = ("gamma", "best", "as good", "`taste` (its rank)")
    return "\n".join([PROPENSITY.format(k=found["k"], label=found["label"]), *_table(head, rows), ""])


def _dataset_part(found: dict[str, Any]) -> str:
    machine = found["machine"]
    timed = sorted({row["n_timed"] for row in found["methods"]})
    between = f"{timed[0]}" if len(timed) == 1 else f"{timed[0]} to {timed[-1]}"
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    lines = [
        f"## {found['label']}",
        "",
        f"{found['n_items']:,} films, {found['n_with_overview']:,} of them with a plot; {found['n_ratings']:,} ratings "
        f"by {found['n_users']:,} users. {found['n_queries']:,} query films, drawn with seed {found['seed']}, "
        f"{between} of them timed. Common space: {found['judge']}. The opened dataset alone: "
        f"{_number(found['megabytes_opened'], 0)} MB.",
        "",
        f"Machine: {machine['cpus']} cores, {machine['system']}, Python {machine['python']}, load "
        f"{machine['load_before']} before the first method; {versions}.",
        "",
        *_table(COLUMNS, [_method_row(row) for row in sorted(found["methods"], key=_order)]),
    ]
    for name, note in found.get("added", {}).items():
        lines += ["", f"Measured later than the others: `{name}`, {note['date']}, load {note['load']}."]
    if found["refused"]:
        lines += ["", "Not available here:", ""]
        lines += [f"- {label}: {why}" for label, why in sorted(found["refused"].items())]
    return "\n".join([*lines, ""])


def _order(row: dict[str, Any]) -> tuple[str, str]:
    return row["system"] or "~", row["label"]


def _method_row(row: dict[str, Any]) -> list[str]:
    return [
        f"{row['label']} (`{row['name']}`)",
        row["system"],
        _number(row["answered"], 3),
        _number(row["tied"], 3),
        _number(row["genre_accuracy"], 3),
        _number(row["genre_chance"], 3),
        _number(row["top1_cosine"], 3),
        _number(row["top1_cosine_own"], 3),
        _number(row["coverage"], 3),
        _number(row["learn_seconds"], 1),
        _number(row["space_seconds"], 1),
        _number(row["p50_ms"], 1),
        _number(row["p95_ms"], 1),
        _number(row["megabytes"], 0),
    ]


CLASSIFIER = """\
## The genre classifier, on text with the answer in it and without

F1 on films kept out of training ({sizes}). **Leaky**: genres and title, the text of the published system, in which the
answer stands; **honest**: title and plot. The `network` is the published one and reads Doc2Vec vectors of that text, trained
for the epochs beside it; `tfidf` reads its words. After 10 epochs the leak does not show: the published settings skip
frequent words when vectors are trained, and the genres are the most frequent of all. Made by `bench/genre_classifier.py`.
"""

PLOTS = """
From the plot alone: `network` and `vectors` read a sentence model's vectors, `tfidf` the words, `joined` and `blend` both.
"""

PER_GENRE = """
The best of them, `blend`, genre by genre on the unseen films of tmdb-5000, each genre with a threshold of its own that was
tuned on validation films:
"""


def _classifier_part(found: dict[str, Any]) -> str:
    trials = {(t["dataset"], t["classifier"], t["task"]): t for t in found["trials"]}
    pairs, plots = [], []
    for (dataset, classifier, task), trial in trials.items():
        text, _, epochs = task.partition(", ")
        honest = trials.get((dataset, classifier, task.replace("genres+title", "title+overview")))
        if text == "genres+title" and honest:
            name = f"{classifier}, {epochs}" if epochs else classifier
            pairs.append([dataset, name, *_f1(trial), *_f1(honest)])
        if text == "overview":
            plots.append([dataset, classifier, *_f1(trial)])
    sizes = {t["dataset"]: f"{t['dataset']}: {t['n_films']:,}" for t in found["trials"]}
    head = ("dataset", "classifier", "leaky micro", "leaky macro", "honest micro", "honest macro")
    parts = [
        CLASSIFIER.format(sizes="; ".join(sizes.values())),
        *_table(head, pairs),
        PLOTS,
        *_table(("dataset", "classifier", "micro", "macro"), plots),
        PER_GENRE,
        *_table(("genre", "films with it", "precision", "recall", "F1"), _per_genre(trials)),
        "",
    ]
    return "\n".join(parts)


def _per_genre(trials: dict[tuple[str, str, str], dict[str, Any]]) -> list[list[str]]:
    rows = trials["tmdb-5000", "blend", "overview"]["table"]
    figures = ("precision", "recall", "f1")
    return [
        [row["genre"], f"{row['support']:,}", *(_number(row[figure], 3) for figure in figures)]
        for row in sorted(rows, key=lambda row: -row["support"])
    ]


def _f1(trial: dict[str, Any]) -> list[str]:
    return [_number(trial["micro_f1"], 3), _number(trial["macro_f1"], 3)]


def _table(head: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
