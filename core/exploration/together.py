"""What pages and the command say of an answer for several people."""

import numpy as np

from core.domain import GroupAnswer, GroupRecommendation, MemberFit
from core.recommenders.aggregation import GOOD_ENOUGH, STRATEGIES
from core.text import listed_with_and

ALIKE = 5.0
"""Fits that lie no further apart than this are said to be alike."""

FIT_MEANS = (
    "A fit of 100 is the film that suits somebody best of all that the group could get, 0 the one that suits them least; "
    "every ten times further down their own list costs the same. So 60 means as much for one as for another."
)


def mean_fits(answer: GroupAnswer) -> dict[str, float]:
    """Everybody's mean fit over the list, in the order in which they were named; {} where it is empty."""
    if not answer.items:
        return {}
    fits = np.array([[member.fit for member in item.members] for item in answer.items])
    return dict(zip(answer.names, fits.mean(axis=0).tolist(), strict=True))


def clearly_least(item: GroupRecommendation) -> MemberFit | None:
    """Whom a film fits clearly less than somebody else; None where it fits all alike."""
    return item.least if item.best.fit - item.least.fit > ALIKE else None


def group_caption(answer: GroupAnswer) -> str:
    """Who gets how much of the list, and who least; "" where it is empty."""
    means = mean_fits(answer)
    if not means:
        return ""
    least = min(means, key=lambda name: means[name])
    shown = listed_with_and([f"{name} {fit:.0f}" for name, fit in means.items()])
    fair = max(answer.items, key=lambda item: item.least.fit)
    year = f" ({fair.year})" if fair.year is not None else ""
    who = (
        "nobody gets much less than another"
        if max(means.values()) - means[least] <= ALIKE
        else f"{least} gets least"
    )
    return (
        f"On average these films fit {shown}: {who}. Fairest is {fair.title}{year}, with {fair.least.fit:.0f} or more "
        f"for everybody.{_little_in_common(answer)}"
    )


def _little_in_common(answer: GroupAnswer) -> str:
    """A warning where most of the films leave somebody out."""
    n = sum(item.least.fit >= GOOD_ENOUGH for item in answer.items)
    if 2 * n >= len(answer.items):
        return ""
    few = {0: "None of these films has", 1: "Only one of these films has"}.get(
        n, f"Only {n} of these films have"
    )
    return f" {few} {GOOD_ENOUGH:.0f} or more for everybody: these tastes have little in common."


def left_out_caption(answer: GroupAnswer) -> str:
    """What was left out, and what places count among."""
    one = answer.n_known == 1
    known = f"{answer.n_known:,} film{'' if one else 's'} that somebody has seen, rated or named {'is' if one else 'are'}"
    return f"{known} left out; {answer.n_films:,} could be chosen from."


def strategy_caption(answer: GroupAnswer) -> str:
    """By what the list is ordered."""
    return STRATEGIES[answer.strategy].description
