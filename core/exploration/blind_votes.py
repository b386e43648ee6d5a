"""Which list would you rather have, not knowing whose it is? Rounds, votes, and what they say so far."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from core import recommenders
from core.domain import Question
from core.errors import InvalidQueryError
from core.evaluation.results.significance import LEVEL, holm
from core.exploration.comparison import Comparison

MOST_VOTES, LONGEST_NAME = 10_000, 200
"""What a file of votes may hold; more is no file of ours."""


@dataclass(frozen=True)
class Round:
    """Lists without names, in the order in which they are shown.

    Attributes:
        columns: For A, B, C: numbers of the columns of the comparison whose list it is. More than one where methods gave
            the same list, which is shown once.
    """

    columns: tuple[tuple[int, ...], ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """A, B, C."""
        return tuple(chr(ord("A") + n) for n in range(len(self.columns)))


def blind_round(comparison: Comparison, seed: int) -> Round:
    """The lists of a comparison in an order that the seed alone decides; lists that methods share are shown once.

    Raises:
        InvalidQueryError: Fewer than two different lists are there to choose from.
    """
    same: dict[tuple[int, ...], list[int]] = {}
    for number in comparison.compared:
        same.setdefault(comparison.columns[number].items, []).append(number)
    if len(same) < 2:
        raise InvalidQueryError(
            "All methods gave the same list, so there is nothing to choose from."
            if same
            else "No method has a list of its own here, so there is nothing to choose from.",
            hint="Ask another question, or choose other methods.",
        )
    groups = list(same.values())
    order = np.random.default_rng(seed).permutation(len(groups))
    return Round(tuple(tuple(groups[n]) for n in order))


def full_name(question: Question) -> str:
    """A method's name for people with all settings that were changed: the same in every round."""
    label = recommenders.method_class(question.method).label
    changed = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in sorted(question.params.items())
    )
    return f"{label} ({changed})" if changed else label


@dataclass(frozen=True)
class Vote:
    """What somebody chose in one round.

    Attributes:
        shown: The methods' full names behind each list, in the order shown.
        chosen: Which of them, from 0; None = none of them.
        lists: What tells these lists from others, whatever their order; "" = not known.
    """

    shown: tuple[tuple[str, ...], ...]
    chosen: int | None
    lists: str = ""

    def __post_init__(self) -> None:
        if self.chosen is not None and not 0 <= self.chosen < len(self.shown):
            raise InvalidQueryError(f"List number {self.chosen + 1} of {len(self.shown)} was voted for.")


def vote_for(comparison: Comparison, shown: Round, chosen: int | None) -> Vote:
    """A vote for one of the lists of a round, or for none."""
    names = [full_name(column.question) for column in comparison.columns]
    return Vote(
        tuple(tuple(names[n] for n in group) for group in shown.columns), chosen, fingerprint(comparison)
    )


def fingerprint(comparison: Comparison) -> str:
    """What tells the compared lists from others: the methods and their films, whatever the columns' order."""
    lists = sorted(
        [full_name(comparison.columns[n].question), *map(str, comparison.columns[n].items)]
        for n in comparison.compared
    )
    return hashlib.blake2b(json.dumps(lists).encode(), digest_size=8).hexdigest()


def cast(votes: Sequence[Vote], vote: Vote) -> tuple[Vote, ...]:
    """The votes with one more; who votes on the same lists again has changed their mind, and counts once."""
    others = [other for other in votes if not vote.lists or other.lists != vote.lists]
    return (*others, vote)


@dataclass(frozen=True)
class Standing:
    """How a method has done so far.

    Attributes:
        method: Its full name.
        chosen: Rounds in which its list was chosen.
        rounds: Rounds in which its list was shown.
        low, high: 95 % interval of the share chosen / rounds.
    """

    method: str
    chosen: int
    rounds: int
    low: float
    high: float


@dataclass(frozen=True)
class Duel:
    """Two methods against each other, in the rounds in which one of the two was chosen and both were shown apart.

    Attributes:
        first, second: Their full names; the first has at least as many votes.
        first_wins, second_wins: Votes.
        p: Two-sided sign test, corrected for the number of duels (Holm): how often as clear a result would come about if
            nobody preferred either.
    """

    first: str
    second: str
    first_wins: int
    second_wins: int
    p: float


def standings(votes: Sequence[Vote]) -> list[Standing]:
    """Every method that was shown, the most chosen first.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    from scipy.stats import binomtest

    found = []
    for method in _methods(votes):
        shown = [vote for vote in votes if any(method in group for group in vote.shown)]
        chosen = sum(vote.chosen is not None and method in vote.shown[vote.chosen] for vote in shown)
        interval = binomtest(chosen, len(shown)).proportion_ci(LEVEL, "wilson")
        found.append(Standing(method, chosen, len(shown), float(interval.low), float(interval.high)))
    return sorted(found, key=lambda one: (-one.chosen / one.rounds, -one.rounds, one.method))


def duels(votes: Sequence[Vote]) -> list[Duel]:
    """Every two methods that met in a round that one of them won, the clearest first.

    Source: Arbuthnott (1710), the sign test; see Conover (1999), "Practical Nonparametric Statistics", section 3.4.
    """
    from scipy.stats import binomtest

    found = []
    for one, other in combinations(_methods(votes), 2):
        wins = [_wins(votes, one, other), _wins(votes, other, one)]
        if sum(wins):
            ordered = (one, other) if wins[0] >= wins[1] else (other, one)
            found.append((*ordered, max(wins), min(wins)))
    raw = [binomtest(most, most + least).pvalue for _, _, most, least in found]
    rows = [Duel(*row, float(p)) for row, p in zip(found, holm(raw), strict=True)]
    return sorted(rows, key=lambda duel: (duel.p, -duel.first_wins, duel.first))


def _methods(votes: Sequence[Vote]) -> list[str]:
    return sorted({method for vote in votes for group in vote.shown for method in group})


def _wins(votes: Sequence[Vote], one: str, other: str) -> int:
    """Rounds whose chosen list was the one's and not the other's, with both shown."""
    return sum(
        vote.chosen is not None
        and one in vote.shown[vote.chosen]
        and other not in vote.shown[vote.chosen]
        and any(other in group for group in vote.shown)
        for vote in votes
    )


def verdict(votes: Sequence[Vote]) -> str:
    """What the votes say so far, in plain words."""
    if not votes:
        return "No vote yet."
    none = sum(vote.chosen is None for vote in votes)
    rounds = "1 round" if len(votes) == 1 else f"{len(votes)} rounds"
    head = f"{rounds} so far" + (f", {none} without a choice" if none else "") + ". "
    met = duels(votes)
    if not met:
        return head + "No list was chosen yet."
    first = met[0]
    score = f"{first.first} against {first.second}: {first.first_wins} to {first.second_wins}"
    chance = "less than 1" if first.p < 0.01 else f"{100 * first.p:.0f}"
    if first.p < 1 - LEVEL:
        return f"{head}{score}. Chance alone would give as clear a result in {chance} of 100 cases: a real preference."
    return (
        f"{head}{score}. Chance alone would give as clear a result in {chance} of 100 cases: too few votes, or too even, "
        "to tell a preference from chance."
    )


def votes_to_json(votes: Sequence[Vote]) -> str:
    """Votes as a file to keep."""
    rows = [
        {"shown": [list(group) for group in vote.shown], "chosen": vote.chosen, "lists": vote.lists}
        for vote in votes
    ]
    return json.dumps({"votes": rows}, ensure_ascii=False, indent=1)


def votes_from_json(text: str | bytes) -> tuple[Vote, ...]:
    """The votes of such a file.

    Raises:
        InvalidQueryError: It is none.
    """
    try:
        rows = json.loads(text)["votes"]
        if len(rows) > MOST_VOTES:
            raise ValueError
        return tuple(
            Vote(tuple(map(_group, row["shown"])), _chosen(row["chosen"]), _lists(row["lists"]))
            for row in rows
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, InvalidQueryError) as error:
        raise InvalidQueryError(
            "This is no file of votes.", hint="Use one that was saved here, as it was saved."
        ) from error


def _group(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not names:
        raise ValueError
    if not all(isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in names):
        raise ValueError
    return tuple(names)


def _chosen(number: Any) -> int | None:
    if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
        raise ValueError
    return number


def _lists(text: Any) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_NAME:
        raise ValueError
    return text
