"""How much of what is there the answers to questions in words hold.

    python bench/words.py [NAME ...] [--questions FILE] [--out bench/results/words.json]
    python bench/words.py --paper

NAME is a built dataset; without one, the demo, ml-latest-small and tmdb-5000. Every question of
`bench/word_questions.toml` is asked of every dataset where a film fulfils its facts. Of the first ten films the share
that fulfils them is taken of what could stand there: ten films, or all that the catalogue has. Facts are checked with
the catalogue alone, see `bench/word_facts.py`. Intervals are percentiles of 1,000 resamples of the questions. A
question's time is reading and answering together, after all questions were asked once. The second form measures
nothing: it puts the kept figures into the table of docs/decisions/0007-words.md.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.word_facts import (
    KINDS,
    QUESTIONS,
    WordQuestion,
    chance_share,
    found_share,
    known_films,
    read_questions,
)
from core.domain import Question
from core.errors import InvalidQueryError
from core.evaluation.results import significance
from core.serving import Atlas, recommend
from core.serving.words import asked, understood

DATASETS = ("demo", "ml-latest-small", "tmdb-5000")
RESULT = Path(__file__).parent / "results" / "words.json"
PAPER = Path(__file__).resolve().parents[1] / "docs" / "decisions" / "0007-words.md"
HEAD = "| found of the first ten |"
"""How the paper's table begins."""
DEPTH = 10
SHOWN = 15
"""How many of the worst questions are printed."""


def ask(atlas: Atlas, text: str, k: int) -> list[int]:
    """item_index of what is answered to a text, best first."""
    question = asked(atlas, understood(atlas, text), Question(method="taste", k=k))
    answer = recommend(atlas, question)
    return [film.item_index for film in answer.items]


@dataclass(frozen=True)
class Outcome:
    """What became of one question.

    Attributes:
        there: How many films of the catalogue fulfil the facts.
        found: Share of them found, see `found_share`.
        chance: The same of ten films drawn at random, on average.
        milliseconds: Reading and answering.
        listed: Labels of the films answered.
        refused: Why there was no answer; "" = there was.
    """

    question: WordQuestion
    there: int
    found: float
    chance: float
    milliseconds: float
    listed: tuple[str, ...]
    refused: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`; without titles, which are the datasets' own."""
        value: dict[str, Any] = {
            "text": self.question.text,
            "kinds": self.question.kinds,
            "there": self.there,
            "found": round(self.found, 4),
            "milliseconds": round(self.milliseconds, 1),
        }
        return value | ({"refused": self.refused} if self.refused else {})


def measure(atlas: Atlas, questions: Sequence[WordQuestion]) -> list[Outcome]:
    """Ask every question that a film of the dataset fulfils, twice; the second time counts."""
    films, labels = known_films(atlas.catalog), atlas.catalog.labels()
    answers = [question.answers(films) for question in questions]
    possible = [pair for pair in zip(questions, answers, strict=True) if pair[1].any()]
    for question, _ in possible:
        _asked(atlas, question)
    outcomes = []
    for question, films_there in possible:
        started = time.perf_counter()
        listed, refused = _asked(atlas, question)
        spent = (time.perf_counter() - started) * 1000
        found = found_share(question, listed, films_there, DEPTH)
        there = int(films_there.sum())
        chance = chance_share(question, there, len(films), DEPTH)
        shown = tuple(labels[item] for item in listed)
        outcomes.append(Outcome(question, there, found, chance, spent, shown, refused))
    return outcomes


def _asked(atlas: Atlas, question: WordQuestion) -> tuple[list[int], str]:
    """What was listed, or nothing and why the text was refused; a dataset that cannot answer at all ends the bench."""
    try:
        return ask(atlas, question.text, DEPTH), ""
    except InvalidQueryError as error:
        return [], str(error)


def mean_found(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    """Mean share found with its interval over questions, and the mean of lists drawn at random."""
    values = np.array([[outcome.found] for outcome in outcomes])
    low, high = significance.percentile_interval(
        significance.bootstrap_means(values, np.random.default_rng(0), n_samples=1000)
    )
    figures = {"mean": float(values.mean()), "low": float(low[0]), "high": float(high[0])}
    figures["chance"] = float(np.mean([outcome.chance for outcome in outcomes]))
    return {name: round(value, 4) for name, value in figures.items()} | {"questions": len(outcomes)}


def summarise(outcomes: Sequence[Outcome], n_questions: int) -> dict[str, Any]:
    """The figures of one dataset: of all questions, by kind, and what every question got.

    Args:
        outcomes: Of the questions asked, at least one.
        n_questions: How many there are; the others have no film in this dataset.
    """
    by_kind = {}
    for kind in kinds_of(outcomes):
        by_kind[kind] = mean_found([o for o in outcomes if kind in o.question.kinds])
    facts = [o for o in outcomes if not o.question.needs_one]
    spent = np.array([o.milliseconds for o in outcomes])
    return {
        "skipped": n_questions - len(outcomes),
        "refused": sum(bool(o.refused) for o in outcomes),
        "all": mean_found(outcomes),
        "facts": mean_found(facts) if facts else None,
        "kinds": by_kind,
        "milliseconds": {
            name: round(float(np.quantile(spent, q)), 1) for name, q in (("p50", 0.5), ("p95", 0.95))
        },
        "questions": [o.to_json() for o in outcomes],
    }


def kinds_of(outcomes: Sequence[Outcome]) -> list[str]:
    """The kinds that were asked, in the order of `KINDS`, then the mixed ones and those in other languages."""
    order = [*KINDS, "mixed", "in de", "in fr", "in es"]
    return [kind for kind in order if any(kind in o.question.kinds for o in outcomes)]


def table(figures: dict[str, Any]) -> str:
    """Mean share found with its interval: a kind a row, a dataset a column."""
    names = list(figures)
    kinds = list(dict.fromkeys(kind for found in figures.values() for kind in found["kinds"]))
    rows = [("all", [figures[name]["all"] for name in names])]
    rows.append(("all but known films", [figures[name]["facts"] for name in names]))
    rows += [(kind, [figures[name]["kinds"].get(kind) for name in names]) for kind in kinds]
    lines = [f"{'found of the first ten':22}" + "".join(f"{name:>28}" for name in names)]
    for kind, cells in rows:
        lines.append(f"{kind:22}" + "".join(f"{_cell(cell):>28}" for cell in cells))
    chances = [f"{figures[name]['all']['chance']:.3f}" for name in names]
    lines.append(f"{'all, films at random':22}" + "".join(f"{one:>28}" for one in chances))
    for label, of in (("skipped, nothing there", "skipped"), ("refused", "refused")):
        lines.append(f"{label:22}" + "".join(f"{figures[name][of]:>28}" for name in names))
    for share in ("p50", "p95"):
        spent = [f"{figures[name]['milliseconds'][share]:.0f}" for name in names]
        lines.append(f"{'milliseconds ' + share:22}" + "".join(f"{one:>28}" for one in spent))
    return "\n".join(lines)


def with_table(text: str, figures: dict[str, Any]) -> str:
    """The paper with the kept figures in its table."""
    names = list(figures)
    kinds = list(dict.fromkeys(kind for found in figures.values() for kind in found["kinds"]))
    rows = [("all but known films", [figures[name]["facts"] for name in names])]
    rows += [(kind, [figures[name]["kinds"].get(kind) for name in names]) for kind in kinds]
    rows.append(("all", [figures[name]["all"] for name in names]))
    lines = [f"{HEAD} {' | '.join(names)} |", "| --- |" + " --- |" * len(names)]
    lines += [f"| {kind} | {' | '.join(_cell(cell).strip() for cell in cells)} |" for kind, cells in rows]
    before, _, after = text.partition(HEAD)
    rest = after.splitlines()[1:]
    while rest and rest[0].startswith("|"):
        rest.pop(0)
    return before + "\n".join([*lines, *rest]) + "\n"


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "-"
    return f"{figure['mean']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}] n={figure['questions']:<3}"


def worst(name: str, outcomes: Sequence[Outcome], n: int) -> str:
    """The questions of which least was found, with the films that were listed."""
    lines = [f"\nworst of {name}"]
    for outcome in sorted(outcomes, key=lambda o: o.found)[:n]:
        lines.append(f"  {outcome.found:.2f} of {outcome.there:>4}  {outcome.question.text}")
        lines.append(f"        {outcome.refused or '; '.join(outcome.listed[:5])}")
    return "\n".join(lines)


def main() -> None:
    """Ask, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=list(DATASETS), metavar="NAME")
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument(
        "--worst", type=int, default=SHOWN, help="how many of the worst questions are printed"
    )
    parser.add_argument("--paper", action="store_true", help="write the kept figures into the paper")
    options = parser.parse_args()
    if options.paper:
        kept = json.loads(options.out.read_text("utf-8"))["datasets"]
        PAPER.write_text(with_table(PAPER.read_text("utf-8"), kept), "utf-8")
        return
    questions = read_questions(options.questions)
    figures: dict[str, Any] = {}
    for name in options.names:
        atlas = Atlas.open(name)
        outcomes = measure(atlas, questions)
        figures[name] = {"label": atlas.about["label"]} | summarise(outcomes, len(questions))
        print(worst(name, outcomes, options.worst), flush=True)
    print("\n" + table(figures))
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "processor": platform.machine()}
    value = {"machine": machine, "depth": DEPTH, "questions": len(questions), "datasets": figures}
    options.out.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
