"""Which films to ask a newcomer about first: ways to choose ten of them, held against each other on real people.

    python bench/new_here.py DATASET OUT.json [--seed 1] [--folds 5] [--method taste]

Every person of a built dataset with `LEAST` ratings or more is a newcomer once: the method and everything that chooses
films learn from the people of the other folds. A quarter of the person's ratings is hidden; from the others they answer
liked (0.8 of the scale's top or more), so-so, disliked (below its middle), or not seen. Films of the hidden quarter are
not asked about. After `AFTER` answers the method recommends; relevant is what is hidden and liked, and nDCG@10 is taken
over all films that were not answered otherwise than "not seen". 95 % intervals: percentiles of 1,000 resamples of the
people; differences are paired, from the ten most rated films.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.history_strengths import interval, ndcg, without
from core.compute.threads import one_blas_thread
from core.domain import Profile
from core.domain.profile import rating_weights
from core.recommenders import method_class
from core.recommenders.ranking import top_k
from core.serving import Atlas
from core.serving.first_films import LIKED_FROM, MOST_FILMS, KnownAnswers
from core.types import BoolVector, IndexVector

LEAST, K = 20, 10
AFTER = (0, 3, 5, 10)
WELL_KNOWN = 200
Codes = dict[int, int]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Asking:
    """What a way to choose may look at: the others' answers, what was answered, and a source of chance."""

    known: KnownAnswers
    answers: Codes
    rng: np.random.Generator


def most_rated(asking: Asking) -> Doubles:
    """The films that most people have rated."""
    return np.asarray(1 - asking.known.shares_[0])


def well_known(asking: Asking) -> Doubles:
    """Any of the `WELL_KNOWN` most rated films."""
    n_films = asking.known.shares_.shape[1]
    return np.asarray(asking.rng.random(n_films) - (np.arange(n_films) >= WELL_KNOWN))


def fame_and_entropy(asking: Asking) -> Doubles:
    """Log popularity × entropy of the opinions of those who have seen it (Rashid et al. 2002), the same for everybody."""
    seen = np.maximum(1 - asking.known.shares_[0], 1e-9)
    n_seen = np.maximum(seen * len(asking.known.codes_), 1)
    return np.asarray(np.log(n_seen) * _entropy(asking.known.shares_[1:] / seen))


def uncertain(asking: Asking) -> Doubles:
    """Entropy of all four answers among people who answer alike: what says most of whom the visitor is like."""
    return _entropy(_expected(asking))


def splits_best(asking: Asking) -> Doubles:
    """How far apart the three answers (liked, seen, not seen) set what the people alike like, weighed by their chance.

    One step of the trees of Golbandi, Koren, Lempel (2011), grown for the one who is asked.
    """
    known = asking.known
    weights = 0.8 * known.likeness(asking.answers) + 0.2 / len(known.codes_)
    liked = (known.codes_ == 3).astype(np.float64)
    mean, value = weights @ liked, np.zeros(liked.shape[1])
    for part in (liked, (known.codes_ == 1) | (known.codes_ == 2), known.codes_ == 0):
        mass = part * weights[:, None]
        chance = mass.sum(0)
        means = (mass.T @ liked + 0.02 * mean) / (chance + 0.02)[:, None]
        value += chance * ((means - mean) ** 2).sum(1)
    return np.asarray(value)


def likely_seen(asking: Asking) -> Doubles:
    """What people who answer alike have seen."""
    return np.asarray(1 - _expected(asking)[0])


def likely_liked(asking: Asking) -> Doubles:
    """What people who answer alike have seen and like: what the product does."""
    return asking.known.chance_of_like(asking.answers)


def liked_and_varied(asking: Asking) -> Doubles:
    """The same, less for films that are liked by the same people as one that was asked about."""
    liked = (asking.known.codes_ == 3).astype(np.float64)
    unit = liked / np.sqrt((liked**2).sum(0) + 10)
    asked = list(asking.answers)
    nearest = (unit.T @ unit[:, asked]).max(1, initial=0)
    return np.asarray(likely_liked(asking) * (1 - 0.5 * np.clip(nearest, 0, 1)))


WAYS: dict[str, Callable[[Asking], Doubles]] = {
    way.__name__: way
    for way in (
        most_rated,
        well_known,
        fame_and_entropy,
        uncertain,
        splits_best,
        likely_seen,
        likely_liked,
        liked_and_varied,
    )
}
BASELINE = most_rated.__name__


def _expected(asking: Asking) -> Doubles:
    """(4, n) how likely each answer is."""
    weights = asking.known.likeness(asking.answers)
    own = np.stack([weights @ (asking.known.codes_ == code) for code in range(4)])
    return np.asarray(0.8 * own + 0.2 * asking.known.shares_)


def _entropy(shares: Doubles) -> Doubles:
    inside = np.clip(shares, 1e-9, 1)
    return np.asarray(-(inside * np.log(inside)).sum(0))


def questioned(
    way: Callable[[Asking], Doubles],
    known: KnownAnswers,
    own: Codes,
    is_free: BoolVector,
    rng: np.random.Generator,
) -> Codes:
    """Ask one person as many films as the last of `AFTER`, one by one.

    Args:
        way: What chooses the films.
        known: The others.
        own: What the person would say, by column; not there = not seen.
        is_free: (n,) films that may be asked about.
        rng: Chance, where the way uses it.
    """
    answers: Codes = {}
    for _ in range(AFTER[-1]):
        values = np.where(is_free, way(Asking(known, answers, rng)), -np.inf)
        values[list(answers)] = -np.inf
        column = int(values.argmax())
        answers[column] = own.get(column, 0)
    return answers


def profile_of(answers: Codes, films: IndexVector) -> Profile:
    """What the product makes of the answers."""
    seen = [(films[column], code - 2) for column, code in answers.items() if code]
    items = np.array([item for item, _ in seen], np.int64)
    return Profile(items, np.array([weight for _, weight in seen], np.float32))


def main() -> None:
    """Fit, ask, measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--method", default="taste")
    options = parser.parse_args()
    atlas = Atlas.open(options.dataset)
    dataset, rng = atlas.dataset, np.random.default_rng(options.seed)
    spaces = {name: atlas.space(name) for name in atlas.space_names}
    people = np.flatnonzero(np.diff(dataset.interactions.ratings.indptr) >= LEAST)
    found: dict[str, list[list[float]]] = {name: [] for name in WAYS}
    counted: dict[str, list[list[float]]] = {name: [] for name in WAYS}
    seconds: dict[str, float] = dict.fromkeys(WAYS, 0.0)
    n_asked = 0
    for number, fold in enumerate(np.array_split(rng.permutation(people), options.folds)):
        train = without(dataset, fold)
        method = method_class(options.method)().fit(train, spaces, rng=np.random.default_rng(0))
        films = top_k(train.interactions.item_counts().astype(np.float32), MOST_FILMS)
        known, column = KnownAnswers(train.interactions, films), {int(f): n for n, f in enumerate(films)}
        for person in fold.tolist():
            items, ratings = dataset.interactions.history(person)
            hidden = np.isin(np.arange(len(items)), rng.permutation(len(items))[: len(items) // 4])
            relevant = set(items[hidden & (ratings >= 0.8 * dataset.interactions.scale[1])].tolist())
            if not relevant:
                continue
            n_asked += 1
            weights = rating_weights(ratings, dataset.interactions.scale)
            codes = np.where(weights >= LIKED_FROM, 3, np.where(weights < 0, 1, 2))
            own = {
                column[item]: code
                for item, code, away in zip(items.tolist(), codes.tolist(), hidden.tolist(), strict=True)
                if item in column and not away
            }
            is_free = ~np.isin(films, items[hidden])
            for name, way in WAYS.items():
                began = time.perf_counter()
                with one_blas_thread():
                    answers = questioned(
                        way, known, own, is_free, np.random.default_rng([options.seed, person])
                    )
                    seconds[name] += time.perf_counter() - began
                    said = list(answers.items())
                    profiles = [profile_of(dict(said[:n]), films) for n in AFTER]
                    found[name].append([_ndcg(method, one, relevant) for one in profiles])
                given = list(answers.values())
                counted[name].append([sum(code > 0 for code in given), sum(code == 3 for code in given)])
        print(f"fold {number + 1} of {options.folds}", file=sys.stderr, flush=True)
    base = np.array(found[BASELINE])
    written: dict[str, Any] = {}
    for name in WAYS:
        values, numbers = np.array(found[name]), np.array(counted[name])
        row: dict[str, Any] = {
            "seen": round(float(numbers[:, 0].mean()), 3),
            "liked": round(float(numbers[:, 1].mean()), 3),
            "ms_to_choose_one": round(1000 * seconds[name] / n_asked / AFTER[-1], 2),
        }
        for place, n in enumerate(AFTER):
            row[f"ndcg@{K} after {n}"] = _with_interval(values[:, place])
            row[f"difference after {n}"] = _with_interval(values[:, place] - base[:, place])
        written[name] = row
        last = row[f"ndcg@{K} after {AFTER[-1]}"], row[f"difference after {AFTER[-1]}"]
        print(
            f"{name:18} nDCG@10 {last[0]}  difference {last[1]}  seen {row['seen']:.2f} liked {row['liked']:.2f}"
        )
    value = {
        "dataset": str(atlas.about["label"]),
        "method": options.method,
        "people": n_asked,
        "seed": options.seed,
        "ways": written,
    }
    options.out.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def _ndcg(method: Any, profile: Profile, relevant: set[int]) -> float:
    scores = method.score([profile])[0]
    allowed = np.ones(len(scores), bool)
    allowed[profile.items] = False
    return ndcg(top_k(scores, K, allowed=allowed), relevant)


def _with_interval(values: Doubles) -> list[float]:
    low, high = interval(values, np.random.default_rng(1))
    return [round(number, 4) for number in (float(values.mean()), low, high)]


if __name__ == "__main__":
    main()
