"""What came out for one person: a figure with its interval for every method, and all of it in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.evaluation.results.significance import LEVEL

YARDSTICK = "popularity"


@dataclass(frozen=True)
class Figure:
    """A mean over the liked films, with its 95 % interval: percentiles of 1,000 resamples of these films."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """How much nearer the top films stand than with another method: the mean over films, and how sure that is.

    Attributes:
        mean: Share of the unseen films; above 0 = this method is better.
        p: Paired permutation test over films, corrected for all methods (Holm).
    """

    mean: float
    p: float

    @property
    def is_sure(self) -> bool:
        """Whether it is more than luck, at the level of the intervals."""
        return self.p < 1 - LEVEL


@dataclass(frozen=True)
class Acquaintance:
    """How well one method would have known the person.

    Attributes:
        name, label: The method.
        above: Share of the unseen films that stand above a liked one, 0 = none: 1 - AUC, film by film.
        equals: Share of 50 unseen films, known to as many people, that stand below it; fame alone gives about 0.5.
            None where nobody knows how well known films are.
        hits: Share of the liked films that a list of 10 would have held.
        ndcg: The same, higher places counting more: 1 / log2(place + 1), 0 beyond 10.
        silent: Liked films that it cannot score; they stand below all that it can.
        over_yardstick: Against popularity; None for popularity itself, or where it was not asked.
        behind_best: Against the best method, so never above 0; None for the best itself.
    """

    name: str
    label: str
    above: Figure
    equals: Figure | None
    hits: Figure
    ndcg: Figure
    silent: int
    over_yardstick: Difference | None
    behind_best: Difference | None

    @property
    def sign(self) -> int:
        """1 = better than popularity beyond luck, -1 = worse, 0 = cannot be told."""
        over = self.over_yardstick
        return 0 if over is None or not over.is_sure else 1 if over.mean > 0 else -1

    @property
    def than_yardstick(self) -> str:
        """How it does against popularity, in words; "" where there is nothing to say."""
        words = {1: "better", 0: "cannot be told", -1: "worse"}
        return words[self.sign] if self.over_yardstick else ""

    @property
    def than_best(self) -> str:
        """How it does against the best method, in words."""
        behind = self.behind_best
        return "best" if behind is None else "worse" if behind.is_sure else "cannot be told"


@dataclass(frozen=True)
class Acquaintances:
    """All methods for one person.

    Attributes:
        methods: Best first, by `above`.
        n_liked: Films that were looked for.
        n_unseen: Films among which each was looked for.
        folds, repeats: How often the films were taken away: `folds` parts, anew `repeats` times.
        left_out: Method -> why it was not asked.
        is_in_dataset: Whether somebody of the dataset has rated nearly the same films. If that is the person, the methods
            have learned from these very ratings, and the figures flatter them.
        is_whole: False = it was stopped before all methods were asked.
    """

    methods: tuple[Acquaintance, ...]
    n_liked: int
    n_unseen: int
    folds: int
    repeats: int
    left_out: Mapping[str, str]
    is_in_dataset: bool = False
    is_whole: bool = True

    def of(self, name: str) -> Acquaintance | None:
        """One method; None = it was not asked."""
        return next((one for one in self.methods if one.name == name), None)

    @property
    def as_good(self) -> tuple[Acquaintance, ...]:
        """The methods that cannot be told from the best."""
        return tuple(one for one in self.methods if one.behind_best and not one.behind_best.is_sure)


def headline(found: Acquaintances) -> str:
    """What came out, in one sentence without mark-up."""
    if not found.methods:
        return "No method was asked."
    best, yardstick = found.methods[0], found.of(YARDSTICK)
    said = (
        f"{best.label} would have put your {found.n_liked:,} favourites, on average, in the best "
        f"{per_cent(best.above.mean)} of the {found.n_unseen:,} films you have not seen"
    )
    if yardstick is None:
        return said + "."
    if yardstick is best:
        return said + ": nothing that is about you did better than what is popular."
    return said + f"; popularity in the best {per_cent(yardstick.above.mean)}."


def caveats(found: Acquaintances) -> str:
    """How sure it is, and what to keep in mind; "" where nothing was asked."""
    if not found.methods:
        return ""
    over, rivals, said = found.methods[0].over_yardstick, found.as_good, []
    if over:
        said.append("That is more than luck." if over.is_sure else "With so few films, that may be luck.")
    if rivals:
        named = ", ".join(one.label for one in rivals[:3]) + (" and others" if len(rivals) > 3 else "")
        said.append(f"Just as good, as far as can be told: {named}.")
    if found.is_in_dataset:
        said.append(
            "Somebody in this dataset has rated nearly the same films; if that is you, the methods have learned from these "
            "very ratings, and this flatters them."
        )
    if not found.is_whole:
        said.append("It was stopped before all methods were asked.")
    return " ".join(said)


def in_words(found: Acquaintances) -> str:
    """Both."""
    return f"{headline(found)} {caveats(found)}".strip()


def per_cent(share: float) -> str:
    """A share as people say it: 0.043 as "4.3 %", nothing below "0.1 %"; the space does not break."""
    value = max(100 * share, 0.1)
    return f"{value:.0f}\u00a0%" if value >= 9.95 else f"{value:.1f}\u00a0%"
