"""A score as the sum that it is: what is added, and what that comes from in turn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Addend:
    """One thing that is added to a score, or taken from it.

    Attributes:
        words: What it is: a film, a person, a part of the method.
        value: What it adds, in the score's own unit; below 0 = it speaks against the film.
        detail: The factors that the value is made of, "0.8 liking × 0.05 weight"; "" = it stands for itself.
        item: item_index of the film it comes from; None = it comes from no film.
        of: The sum that it comes from in turn, in a unit of its own; None = from none.
    """

    words: str
    value: float
    detail: str = ""
    item: int | None = None
    of: "ScoreSum | None" = None


@dataclass(frozen=True)
class Gate:
    """One thing by which films are let in before they are compared: a genre, and how much it is wanted.

    Attributes:
        words: What it is.
        value: How much it is wanted.
        least: From which value on it is open; None = the best ones are.
        is_open: Whether films that have it are let in.
    """

    words: str
    value: float
    least: float | None
    is_open: bool


@dataclass(frozen=True)
class ScoreSum:
    """A film's score by one method, written out.

    Attributes:
        method: Label of the method.
        score: What the method gave the film.
        addends: What adds up to it, the largest first, whichever way they point.
        words: What is added up, one plain sentence.
    """

    method: str
    score: float
    addends: tuple[Addend, ...]
    words: str
