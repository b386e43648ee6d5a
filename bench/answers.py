"""How long an answer takes: of a film or three that somebody likes, and of a question in words.

    python bench/answers.py OUT.json [NAME ...] [--home FOLDER] [--lists FILE]

NAME is a built dataset, `generated` the one of `bench/generated.py`; without one, ml-latest-small. Each is measured in a
process of its own. `taste` answers: 200 times one to three films that one person of the dataset rates highly, and every
question of `bench/word_questions.toml` (of the generated films: their own questions). Everything is asked once before
the clock runs, so that models, names and indexes are loaded. Then each answer is timed by the clock, and by what all
threads of the process take of the processor, which other programs on the machine lengthen less; p50 and p95 over the
questions. What an answer is made of is measured in a further round. `--lists` writes the films that were answered, to
compare two versions of the program.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import generated
from bench.word_facts import read_questions
from core import embeddings
from core.compute.memory import PeakMemory
from core.domain import Question
from core.embeddings import Space
from core.errors import InvalidQueryError
from core.recommenders.filters import FilterIndex
from core.recommenders.hybrid.taste import Taste
from core.serving import Atlas, recommend
from core.serving.words import asked, understood
from core.storage.vector_table import ItemTable

DEPTH = 10
N_FEW = 200
"""Questions of one to three liked films."""
HIGHLY = 0.8
"""Share of the scale from which on a rating is a like."""
INSIDE: dict[str, tuple[type, str]] = {
    "text to vector": (Space, "encode_text"),
    "the method's scores": (Taste, "score"),
    "full-text search": (ItemTable, "matching_text"),
    "reasons": (Taste, "explain"),
    "filters": (FilterIndex, "mask"),
}
"""What is measured inside of answers; the scores hold the vector of the text."""

Spent = dict[str, list[float]]
"""Part of the work -> milliseconds, one for each question."""


class Clock:
    """Collects how long the parts of the work take, by the clock and of the processor."""

    def __init__(self) -> None:
        self.wall: Spent = {}
        self.cpu: Spent = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add what the block takes to a part, as one more question."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall.setdefault(name, []).append(1000 * (time.perf_counter() - wall))
        self.cpu.setdefault(name, []).append(1000 * (time.process_time() - cpu))

    def figures(self) -> dict[str, dict[str, dict[str, float]]]:
        """p50 and p95 of every part in milliseconds: by the clock as "wall", of the processor as "cpu"."""
        return {
            name: {"wall": quantiles(self.wall[name]), "cpu": quantiles(self.cpu[name])} for name in self.wall
        }


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """The median and the value that 95 % do not exceed."""
    return {f"p{share}": round(float(np.percentile(values, share)), 2) for share in (50, 95)}


def few_likes(atlas: Atlas, n: int, rng: np.random.Generator) -> list[Question]:
    """Questions of one, two or three films that one person rates highly, whoever has three."""
    low, high = atlas.interactions.scale
    found: list[Question] = []
    for user in rng.permutation(atlas.interactions.n_users).tolist() * n:
        items, ratings = atlas.interactions.history(user)
        liked = items[ratings >= low + HIGHLY * (high - low)]
        if len(liked) >= 3:
            films = rng.choice(liked, 1 + len(found) % 3, replace=False).tolist()
            found.append(Question(likes=tuple(films), method="taste", k=DEPTH))
        if len(found) == n:
            break
    return found


def answer(atlas: Atlas, asks: str | Question, clock: Clock) -> list[int]:
    """item_index of what is answered to films or words; a text that is refused is answered with nothing."""
    with clock.part("all"):
        if isinstance(asks, Question):
            return [film.item_index for film in recommend(atlas, asks).items]
        try:
            with clock.part("reading"):
                reading = understood(atlas, asks)
            with clock.part("asking"):
                question = asked(atlas, reading, Question(method="taste", k=DEPTH))
            with clock.part("answering"):
                return [film.item_index for film in recommend(atlas, question).items]
        except InvalidQueryError:
            return []


@contextmanager
def watched(clock: Clock) -> Iterator[None]:
    """Within the block, the parts in `INSIDE` are measured wherever they are used."""

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            with clock.part(name):
                return function(*args, **options)

        return run

    kept = {name: getattr(owner, method) for name, (owner, method) in INSIDE.items()}
    try:
        for name, (owner, method) in INSIDE.items():
            setattr(owner, method, timed(name, kept[name]))
        yield
    finally:
        for name, (owner, method) in INSIDE.items():
            setattr(owner, method, kept[name])


def measure(atlas: Atlas, asks: Sequence[str | Question]) -> tuple[dict[str, Any], list[list[int]]]:
    """The figures of some questions, and the films that were answered."""
    lists = [answer(atlas, one, Clock()) for one in asks]
    clock, inside = Clock(), Clock()
    for one in asks:
        answer(atlas, one, clock)
    with watched(inside):
        for one in asks:
            answer(atlas, one, Clock())
    figures = clock.figures()
    return {
        "questions": len(asks),
        "milliseconds": figures.pop("all"),
        "parts": figures,
        "inside": {name: one | {"times": len(inside.wall[name])} for name, one in inside.figures().items()},
    }, lists


def dataset_figures(name: str, lists: Path | None) -> dict[str, Any]:
    """All figures of one dataset, in this process."""
    if name == generated.NAME:
        embeddings.register(generated.RandomFilms)
    atlas = Atlas.open(name)
    n_films = len(atlas.catalog)
    _ = atlas.titles
    with PeakMemory() as memory:
        started = time.perf_counter(), time.process_time()
        atlas.vocabulary.prepare()
        spent = time.perf_counter() - started[0], time.process_time() - started[1]
    texts = (
        generated.questions(atlas.catalog) if name == generated.NAME else [q.text for q in read_questions()]
    )
    likes, liked = measure(atlas, few_likes(atlas, N_FEW, np.random.default_rng(0)))
    words, worded = measure(atlas, texts)
    if lists is not None:
        lists.write_text(json.dumps({"likes": liked, "words": worded}), "utf-8")
    return {
        "films": n_films,
        "people": atlas.interactions.n_users,
        "ratings": len(atlas.interactions),
        "is_generated": name == generated.NAME,
        "names": {
            "people": len(atlas.vocabulary.people),
            "wall_seconds": round(spent[0], 2),
            "cpu_seconds": round(spent[1], 2),
            "megabytes": None if memory.megabytes is None else round(memory.megabytes),
        },
        "likes": likes,
        "words": words,
    }


def sentence(value: dict[str, Any], kind: str) -> str:
    """What the papers say of "likes" or "words", from what was written."""
    said = []
    for name, found in value["datasets"].items():
        spent = found[kind]["milliseconds"]
        of = "generated films" if found["is_generated"] else f"films ({name})"
        said.append(
            f"{found['films']:,} {of} {spent['wall']['p50']} and {spent['wall']['p95']} ms"
            f" ({spent['cpu']['p50']} and {spent['cpu']['p95']} of the processor)"
        )
    machine = value["machine"]
    busy = f"{machine['cores']} cores, with a load of {machine['load_at_start'][0]} by other programs"
    whole = f"p50 and p95 of an answer, once all is loaded: at {'; at '.join(said)}. {busy}."
    return textwrap.fill(whole, 120)


def row(name: str, found: dict[str, Any]) -> str:
    """The main figures in a line."""
    cells = [f"{name:20}{found['films']:>8,} films"]
    for kind in ("likes", "words"):
        spent = found[kind]["milliseconds"]
        cells.append(
            f"{kind}: p50 {spent['wall']['p50']:.1f} p95 {spent['wall']['p95']:.1f} ms"
            f" (processor {spent['cpu']['p50']:.1f}, {spent['cpu']['p95']:.1f})"
        )
    return "  ".join(cells)


def main() -> None:
    """Measure each dataset in a process of its own, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", default=["ml-latest-small"], metavar="NAME")
    parser.add_argument("--home", help="where the datasets are built, where it is not MOVIE_ATLAS_HOME")
    parser.add_argument("--lists", type=Path, help="write the films that are answered here; for one NAME")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.home:
        os.environ["MOVIE_ATLAS_HOME"] = options.home
    if options.here:
        options.out.write_text(json.dumps(dataset_figures(options.names[0], options.lists)), "utf-8")
        return
    load = os.getloadavg()
    figures: dict[str, Any] = {}
    for name in options.names:
        more = ["--lists", str(options.lists)] if options.lists else []
        subprocess.run([sys.executable, __file__, str(options.out), name, "--here", *more], check=True)
        figures[name] = json.loads(options.out.read_text("utf-8"))
        print(row(name, figures[name]), flush=True)
    machine = {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "load_at_start": [round(value, 2) for value in load],
        "versions": {name: version(name) for name in ("torch", "lancedb", "numpy", "rapidfuzz")},
    }
    value = {"machine": machine, "depth": DEPTH, "method": "taste", "datasets": figures}
    options.out.write_text(json.dumps(value, indent=1) + "\n", "utf-8")
    print(json.dumps(value, indent=1))


if __name__ == "__main__":
    main()
