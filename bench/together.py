"""One film for several people: how well the strategies serve them, against a list for one of them and against popularity.

    python bench/together.py OUT.json [--name ml-latest-small] [--method taste] [--seed 1]
    python bench/together.py --lists [--name ml-latest-small]
    python bench/together.py --paper

NAME is a built dataset. A fifth of everybody's ratings is held out; the method learns from the rest. People with a liked
film among those held out (rated at least 0.8 of the scale's top) are parted into groups of 2 to 5, nobody in two of a
size: at random, and alike (the next person at random with those whose rated films have the largest cosine with theirs).
A group gets ten films that none of them has rated in the part learned from. Measured:

- mean, least: mean and smallest nDCG@10 of the members, each with their own held-out liked films;
- for_all: nDCG@10 with the films that all members held out and liked as the relevant ones, of groups that have any: pairs
  and triples drawn at random until there are enough of them;
- first_for_all: how often the first film is one of these;
- disliked: films of the ten that a member turned out to rate 2.5 or lower, of the same groups;
- place: the geometric mean, over the ten films, of the film's place in the order of whoever it fits least.

Means over groups with 95 % intervals (percentiles of 1,000 resamples of groups). "one member" is the list of the first
member alone. "share beaten" and "z-scores" are means on other scales than the product's. The second form asks as visitors
would, and prints lists to be read; the third puts the kept figures into docs/decisions/0009-together.md.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core import recommenders
from core.domain import Question
from core.embeddings.base import normalise
from core.evaluation.metrics.accuracy import ndcg
from core.evaluation.protocol.material import honest_spaces
from core.evaluation.results import significance
from core.evaluation.splits import make_splits
from core.evaluation.task import Task
from core.recommenders.aggregation import DEFAULT, STRATEGIES, fits_of, in_order
from core.serving import Atlas
from core.serving.together import recommend_together
from core.types import BoolVector, FloatMatrix, FloatVector, IndexVector

K = 10
SIZES = (2, 3, 4, 5)
FOR_ALL = {2: 1000, 3: 300}
"""Groups with a film that all held out and liked, by their size."""
DRAWS = 200_000
PAPER = ROOT / "docs" / "decisions" / "0009-together.md"
KEPT = ROOT / "bench" / "results" / "together_ml-latest-small.json"
MEASURES = ("mean", "least", "place")
FOR_ALL_MEASURES = ("for_all", "first_for_all", "disliked")

READ = {
    "Alien and The Thing; Amelie and Before Sunrise": (
        ("Alien (1979)", "The Thing (1982)"),
        ("Amelie (2001)", "Before Sunrise (1995)"),
    ),
    "Toy Story and Finding Nemo; Heat and The Godfather": (
        ("Toy Story (1995)", "Finding Nemo (2003)"),
        ("Heat (1995)", "The Godfather (1972)"),
    ),
    "Stalker and Persona; Die Hard and Mad Max: Fury Road": (
        ("Stalker (1979)", "Persona (1966)"),
        ("Die Hard (1988)", "Mad Max: Fury Road (2015)"),
    ),
    "Alien; Amelie; Spirited Away; The Godfather; Airplane!": (
        ("Alien (1979)",),
        ("Amelie (2001)",),
        ("Spirited Away (2001)",),
        ("The Godfather (1972)",),
        ("Airplane! (1980)",),
    ),
}  # fmt: skip

Values = npt.NDArray[np.float64]
Found = dict[str, tuple[float, ...]]


def z_scores(scores: FloatMatrix) -> Values:
    """(n_people, n_films) standard scores of each one's own."""
    own = np.asarray(scores, np.float64)
    return np.asarray((own - own.mean(1, keepdims=True)) / own.std(1, keepdims=True))


def orders(
    scores: FloatMatrix, popular: FloatVector, candidates: BoolVector
) -> Iterator[tuple[str, IndexVector]]:
    """Name and item_index, best first, of every way to choose."""
    fits, places = fits_of(scores, candidates)
    for name, strategy in STRATEGIES.items():
        yield name, in_order(fits, strategy, candidates)[0][:K]
    items = np.flatnonzero(candidates)
    for name, values in {
        "share beaten": -places[:, items].mean(0),
        "z-scores": z_scores(scores[:, items]).mean(0),
        "one member": scores[0, items],
        "popularity": popular[items],
    }.items():
        yield name, items[np.argsort(-values, kind="stable")[:K]]


def value_of(listed: IndexVector, relevant: BoolVector) -> float:
    """nDCG@10 of one list."""
    hits = np.zeros((1, K), bool)
    hits[0, : len(listed)] = relevant[listed]
    return float(ndcg(hits, np.array([relevant.sum()]), [K])[0, 0])


class People:
    """Everybody of a split, with what the method makes of them.

    Args:
        task: The split.
        scores: (n_people, n_items) of the method.
        popular: (n_items,) scores of popularity.
    """

    def __init__(self, task: Task, scores: FloatMatrix, popular: FloatVector) -> None:
        self.scores, self.popular = scores, popular
        self.liked: npt.NDArray[np.bool_] = task.relevant.toarray()
        self.known: npt.NDArray[np.bool_] = task.hidden.toarray()
        self.tested: FloatMatrix = task.split.test.toarray()
        self.can_be_asked = np.flatnonzero(self.liked.any(axis=1))
        rated = normalise(task.known.astype(bool).astype(np.float32).toarray())
        self.alike: FloatMatrix = rated @ rated.T

    def at_random(self, size: int, rng: np.random.Generator) -> list[IndexVector]:
        """Groups of people who need not have anything in common."""
        drawn = rng.permutation(self.can_be_asked)
        return [drawn[at : at + size] for at in range(0, len(drawn) - size + 1, size)]

    def who_are_alike(self, size: int, rng: np.random.Generator) -> list[IndexVector]:
        """Groups of people who have seen the same films."""
        left = rng.permutation(self.can_be_asked).tolist()
        groups = []
        while len(left) >= size:
            first = left.pop(0)
            near = sorted(left, key=lambda other: -self.alike[first, other])[: size - 1]
            left = [other for other in left if other not in near]
            groups.append(np.array([first, *near]))
        return groups

    def new_to_all(self, group: IndexVector) -> BoolVector:
        """(n_items,) films that none of them has rated in the part learned from."""
        return np.asarray(~self.known[group].any(axis=0))

    def measured(self, group: IndexVector) -> Found | None:
        """MEASURES of every way; None where somebody's liked films are all known to another."""
        candidates = self.new_to_all(group)
        liked = self.liked[group] & candidates
        if not liked.any(axis=1).all():
            return None
        _, places = fits_of(self.scores[group], candidates)
        found: Found = {}
        for name, listed in orders(self.scores[group], self.popular, candidates):
            own = [value_of(listed, relevant) for relevant in liked]
            worst = float(np.exp(np.log(places[:, listed].max(axis=0)).mean()))
            found[name] = (float(np.mean(own)), min(own), worst)
        return found

    def measured_for_all(self, group: IndexVector) -> Found | None:
        """FOR_ALL_MEASURES of every way; None where no film was liked by all."""
        candidates = self.new_to_all(group)
        by_all = np.asarray(self.liked[group].all(axis=0) & candidates)
        if not by_all.any():
            return None
        tested = self.tested[group]
        low = np.asarray(((tested > 0) & (tested <= 2.5)).any(axis=0))
        return {
            name: (value_of(listed, by_all), float(by_all[listed[0]]), float(low[listed].sum()))
            for name, listed in orders(self.scores[group], self.popular, candidates)
        }


def summary(found: Sequence[Found], measures: Sequence[str]) -> dict[str, dict[str, list[float]]]:
    """Mean, low and high of every measure and way, over groups; "… less default" of the paired differences."""
    ways: dict[str, dict[str, list[float]]] = {}
    values = {way: np.array([one[way] for one in found]) for way in found[0]}
    for way, own in values.items():
        both = np.hstack([own, own - values[DEFAULT]])
        low, high = significance.percentile_interval(
            significance.bootstrap_means(both, np.random.default_rng(0), n_samples=1000)
        )
        columns = [*measures, *(f"{measure} less default" for measure in measures)]
        ways[way] = {
            column: [round(float(x), 4) for x in (both[:, at].mean(), low[at], high[at])]
            for at, column in enumerate(columns)
        }
    return ways


def drawn_for_all(people: People, size: int, rng: np.random.Generator) -> list[Found]:
    """Groups drawn at random until enough of them have a film that all liked."""
    found = []
    for _ in range(DRAWS):
        group = rng.choice(people.can_be_asked, size, replace=False)
        if people.liked[group].all(axis=0).any() and (one := people.measured_for_all(group)):
            found.append(one)
        if len(found) == FOR_ALL[size]:
            break
    return found


def speed(atlas: Atlas, method: str, rng: np.random.Generator) -> dict[str, list[float]]:
    """p50 and p95 in milliseconds of the whole answer for five people: visitors with three likes, and people of the data."""

    def visitors() -> list[Question]:
        films = rng.choice(len(atlas.catalog), (5, 3), replace=False)
        return [Question(likes=tuple(own.tolist()), method=method) for own in films]

    def known() -> list[Question]:
        users = rng.choice(atlas.interactions.n_users, 5, replace=False)
        return [Question(user=int(user), method=method) for user in users]

    found = {}
    ask: Callable[[], list[Question]]
    for name, ask in {"visitors": visitors, "people of the dataset": known}.items():
        spent = []
        for _ in range(60):
            questions = ask()
            started = time.perf_counter()
            recommend_together(atlas, questions)
            spent.append((time.perf_counter() - started) * 1000)
        found[name] = [round(float(x), 1) for x in np.percentile(spent[10:], (50, 95))]
    return found


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    atlas = Atlas.open(arguments.name)
    rng = np.random.default_rng(arguments.seed)
    split = make_splits("random_holdout", atlas.interactions, rng=rng)[0]
    task, (spaces, _) = Task.of(atlas.dataset, split), honest_spaces(atlas)
    scores = {}
    for name in (arguments.method, "popularity"):
        method = recommenders.create_for(name, list(spaces))
        method.fit(task.dataset, spaces, rng=np.random.default_rng(0))
        rows = [method.score(task.profiles[at : at + 100]) for at in range(0, task.n_users, 100)]
        scores[name] = np.concatenate(rows)
    people = People(task, scores[arguments.method], scores["popularity"][0])
    value: dict[str, Any] = {
        "dataset": atlas.about["label"],
        "is_simulated": bool(atlas.about.get("is_simulated")),
        "method": arguments.method,
        "seed": arguments.seed,
        "people": len(people.can_be_asked),
        "groups": {},
        "for_all": {},
    }
    for kind, make in (("random", people.at_random), ("alike", people.who_are_alike)):
        for size in SIZES:
            groups = make(size, rng)
            found = [one for group in groups if (one := people.measured(group))]
            cosines = [people.alike[np.ix_(g, g)][~np.eye(size, dtype=bool)].mean() for g in groups]
            value["groups"][f"{kind} {size}"] = {
                "n": len(found),
                "left_out": len(groups) - len(found),
                "cosine": round(float(np.mean(cosines)), 3),
                "ways": summary(found, MEASURES),
            }
            print(kind, size, json.dumps(value["groups"][f"{kind} {size}"]), flush=True)
    for size in FOR_ALL:
        found = drawn_for_all(people, size, rng)
        value["for_all"][str(size)] = {"n": len(found), "ways": summary(found, FOR_ALL_MEASURES)}
        print("for all", size, json.dumps(value["for_all"][str(size)]), flush=True)
    value["milliseconds"] = speed(atlas, arguments.method, rng)
    print(value["milliseconds"])
    return value


def print_lists(name: str, method: str) -> None:
    """What visitors would get."""
    atlas = Atlas.open(name)
    for who, films in READ.items():
        questions = [Question(likes=tuple(atlas.titles.find_all(own)), method=method) for own in films]
        for strategy in STRATEGIES:
            print(f"\n{who}: {strategy}")
            for item in recommend_together(atlas, questions, strategy=strategy).items:
                fits = " ".join(f"{member.fit:3.0f} ({member.place:,})" for member in item.members)
                print(f"  {item.rank:2} {item.title} ({item.year})  {item.score:.0f}  {fits}")


def tables(value: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """How each table of the paper begins, and its rows."""
    by_size = {name: one["ways"] for name, one in value["groups"].items()}
    ways = list(next(iter(by_size.values())))
    heads = {"mean": "members' nDCG@10, mean", "least": "members' nDCG@10, smallest", "place": "worst place"}
    for measure_name, head in heads.items():
        rows = [f"{head} | " + " | ".join(f"{name} ({value['groups'][name]['n']})" for name in by_size)]
        for way in ways:
            cells = [_cell(one[way], measure_name) for one in by_size.values()]
            rows.append(f"{way} | " + " | ".join(cells))
        yield f"| {head} |", rows
    head = "films that all liked"
    columns = [(size, measure_name) for size in value["for_all"] for measure_name in FOR_ALL_MEASURES]
    words = {"for_all": "nDCG@10", "first_for_all": "first film is one", "disliked": "disliked of ten"}
    sizes = {size: one["n"] for size, one in value["for_all"].items()}
    rows = [f"{head} | " + " | ".join(f"{words[m]}, {size} ({sizes[size]})" for size, m in columns)]
    for way in ways:
        cells = [_cell(value["for_all"][size]["ways"][way], m) for size, m in columns]
        rows.append(f"{way} | " + " | ".join(cells))
    yield f"| {head} |", rows


def _cell(found: Mapping[str, Sequence[float]], measure_name: str) -> str:
    """A figure with its interval; a star where its difference from the default is not 0 by chance."""
    digits = 0 if measure_name == "place" else 2 if measure_name == "disliked" else 3
    mean, low, high = (f"{x:,.{digits}f}" for x in found[measure_name])
    _, least, most = found[f"{measure_name} less default"]
    return f"{mean} [{low}, {high}]" + ("" if least <= 0 <= most else "*")


def with_tables(text: str, value: Mapping[str, Any]) -> str:
    """The paper's text with its tables made of the figures."""
    lines = text.splitlines()
    for begin, rows in tables(value):
        start = next(number for number, line in enumerate(lines) if line.startswith(begin))
        stop = next((n for n in range(start, len(lines)) if not lines[n].startswith("|")), len(lines))
        rule = " | ".join(["---"] * (rows[0].count("|") + 1))
        lines[start:stop] = [f"| {row} |" for row in (rows[0], rule, *rows[1:])]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--name", default="ml-latest-small")
    parser.add_argument("--method", default="taste")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lists", action="store_true", help="print lists to be read")
    parser.add_argument("--paper", action="store_true", help="write the kept figures into the paper")
    arguments = parser.parse_args()
    if arguments.paper:
        PAPER.write_text(with_tables(PAPER.read_text("utf-8"), json.loads(KEPT.read_text("utf-8"))), "utf-8")
    elif arguments.lists:
        print_lists(arguments.name, arguments.method)
    elif arguments.out is None:
        parser.error("name a file to write")
    else:
        arguments.out.write_text(json.dumps(measure(arguments), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
