"""What stands behind one film of an answer: the whole sum, its place by score alone, and the list without one like."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.domain import Addend, Answer, Gate, Question, ScoreSum
from core.recommenders import Ability, Recommender
from core.recommenders.base import LetsIn
from core.recommenders.score_sums import score_sum
from core.serving import Atlas
from core.serving.profiles import make_profile
from core.serving.recommendation import recommend
from core.text import listed_with_and

DRAWN = 14
"""Addends with a bar of their own; all others together have one more."""


def sum_behind(atlas: Atlas, question: Question, answer: Answer, item: int) -> ScoreSum | None:
    """What adds up to a film's score by the method that answered; None where its score is no sum.

    Args:
        atlas: The films.
        question: What was asked.
        answer: What was answered to it.
        item: item_index of one of its films.
    """
    return score_sum(answering(atlas, question, answer), make_profile(atlas, question), item)


def gates_before(atlas: Atlas, question: Question, answer: Answer) -> tuple[str, list[Gate]]:
    """By what the method that answered let films in before it compared them; ("", []) where it compares all."""
    method = answering(atlas, question, answer)
    if not isinstance(method, LetsIn):
        return "", []
    return method.gate_words, method.gates(make_profile(atlas, question))


def answering(atlas: Atlas, question: Question, answer: Answer) -> Recommender:
    """The method that answered: the one that was asked, or the one that it handed over to."""
    return atlas.methods.fitted(answer.method, question.params if answer.method == question.method else {})


def folded(whole: ScoreSum, most: int = DRAWN) -> ScoreSum:
    """The sum with its smallest addends put together, so that it can be drawn; nothing is left out."""
    first, rest = whole.addends[:most], whole.addends[most:]
    if len(rest) < 2:
        return whole
    together = Addend(f"{len(rest):,} more, together", sum(addend.value for addend in rest))
    return replace(whole, addends=(*first, together))


def sum_table(whole: ScoreSum) -> pd.DataFrame:
    """Every addend as a row: What, Adds, How it comes about."""
    rows = [(addend.words, addend.value, addend.detail) for addend in whole.addends]
    return pd.DataFrame(rows, columns=["What", "Adds", "How it comes about"])


@dataclass(frozen=True)
class Moved:
    """A film of a list, and where it would stand if the score alone decided.

    Attributes:
        item: item_index.
        alone: Its place by score alone, 1 = first.
        shown: Its place in the list.
    """

    item: int
    alone: int
    shown: int


def moved(atlas: Atlas, question: Question, answer: Answer) -> list[Moved]:
    """The films of an answer in its order, each with its place by score alone.

    [] where nothing else had a say: see `movers`. A film that the score alone would not list is left out.
    """
    if not movers(atlas, question, answer):
        return []
    profile = make_profile(atlas, question)
    (scores,) = answering(atlas, question, answer).score([profile])
    allowed = atlas.filters.mask(question.filters) & np.isfinite(scores)
    allowed[profile.excluded] = False
    films = np.flatnonzero(allowed)
    order = films[np.argsort(-scores[films], kind="stable")]
    place = dict(zip(order.tolist(), range(1, len(order) + 1), strict=True))
    shown = ((one.item_index, one.rank) for one in answer.items if one.item_index in place)
    return [Moved(item, place[item], rank) for item, rank in shown]


def movers(atlas: Atlas, question: Question, answer: Answer) -> list[str]:
    """What moves films up and down the list after they were scored, in words."""
    reads = Ability.TEXT in answering(atlas, question, answer).abilities
    asked = {
        "your words in films' own texts": bool(question.text) and reads,
        "variety": bool(question.diversity),
        "how well known films are": bool(question.fame),
    }
    return [words for words, is_asked in asked.items() if is_asked]


def place_words(atlas: Atlas, question: Question, answer: Answer, item: int, films: Sequence[Moved]) -> str:
    """What else did to a film's place, in a sentence; "" where nothing but the score decided.

    Args:
        atlas: The films.
        question: What was asked.
        answer: What was answered to it.
        item: item_index of one of its films.
        films: From `moved`.
    """
    found = next((one for one in films if one.item == item), None)
    if found is None:
        return ""
    alone, rank, title = found.alone, found.shown, atlas.titles.labels[item]
    said = listed_with_and(movers(atlas, question, answer))
    if rank == alone:
        return f"By its score alone {title} would stand at place {rank} as well; {said} had a say, too."
    way = "up" if rank < alone else "down"
    return f"By its score alone {title} would stand at place {alone:,}; {said} moved it {way} to {rank}."


@dataclass(frozen=True)
class WhatIf:
    """A list with and without one liked film.

    Attributes:
        before, after: The two answers.
        taken: item_index of the film that was taken away.
        gone: item_index of films that are in the list no more.
        new: item_index of films that came instead; the one taken away may be among them, for it may be listed now.
    """

    before: Answer
    after: Answer
    taken: int
    gone: tuple[int, ...]
    new: tuple[int, ...]

    @property
    def words(self) -> str:
        """How much of the list hangs on the film, in a sentence."""
        kept, n = len(self.before.items) - len(self.gone), len(self.before.items)
        if not self.gone:
            order = [one.item_index for one in self.before.items] == [
                one.item_index for one in self.after.items
            ]
            return "The list stays as it is." if order else f"All {n} films stay, in another order."
        return f"{kept} of {n} films stay; {len(self.gone)} of them would not be here without it."

    def rows(self, catalog_label: list[str]) -> pd.DataFrame:
        """Both lists side by side: Place, With it, Without it, and how far each film of the second moved.

        Args:
            catalog_label: Label of every film, by item_index.
        """
        rank = {one.item_index: one.rank for one in self.before.items}
        rows = []
        for place in range(max(len(self.before.items), len(self.after.items))):
            old = self.before.items[place].item_index if place < len(self.before.items) else None
            new = self.after.items[place].item_index if place < len(self.after.items) else None
            was = rank.get(new) if new is not None else None
            moved = "" if new is None else "new" if was is None else _moved(was - place - 1)
            names = ["" if film is None else catalog_label[film] for film in (old, new)]
            rows.append((place + 1, *names, moved))
        return pd.DataFrame(rows, columns=["Place", "With it", "Without it", "Moved"])


def _moved(places: int) -> str:
    return "–" if not places else f"up {places}" if places > 0 else f"down {-places}"


def may_be_taken(question: Question) -> list[int]:
    """item_index of the liked films that can be taken away: those named, and those of the visitor's own history."""
    own = [item for item, weight in question.history if weight > 0]
    return list(dict.fromkeys([*question.likes, *own]))


def without(atlas: Atlas, question: Question, answer: Answer, item: int) -> WhatIf:
    """The answer to the same question without one of its liked films.

    Args:
        atlas: The films.
        question: What was asked.
        answer: What was answered to it.
        item: One of `may_be_taken`.
    """
    less = replace(
        question,
        likes=tuple(film for film in question.likes if film != item),
        history=tuple((film, weight) for film, weight in question.history if film != item),
    )
    after = recommend(atlas, less)
    before, now = ([one.item_index for one in found.items] for found in (answer, after))
    gone = tuple(film for film in before if film not in set(now))
    return WhatIf(answer, after, item, gone, tuple(film for film in now if film not in set(before)))
