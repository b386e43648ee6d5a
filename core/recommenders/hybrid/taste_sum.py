"""What a few likes add up to: the addends of `taste`."""

from collections.abc import Mapping

from scipy import sparse

from core.domain import Addend, Profile, ScoreSum


def weighed(words: str, weight: float, value: float, of: ScoreSum | None = None) -> Addend:
    """A value by its weight.

    Args:
        words: What it is.
        weight: What it counts.
        value: Without the weight.
        of: The sum that it comes from in turn.
    """
    return Addend(words, weight * float(value), f"{value:.2f} × {weight:g}", of=of)


def fact_addends(
    facts: Mapping[str, sparse.csr_matrix], worth: Mapping[str, float], profile: Profile, item: int
) -> list[Addend]:
    """What each kind of fact that a film shares with the liked ones adds, on average over them; see `SharedFacts`.

    Args:
        facts: As `fact_matrices` gives them.
        worth: Kind of fact -> what having it all in common is worth.
        profile: Who asks.
        item: item_index.
    """
    strengths = profile.weights[profile.weights > 0]
    if not len(strengths):
        return []
    shares, found = strengths / strengths.sum(), []
    for kind, weight in worth.items():
        alike = (facts[kind][profile.likes] @ facts[kind][[item]].T).toarray()[:, 0] @ shares
        found.append(weighed(f"Shared {kind}", weight, float(alike)))
    return found
