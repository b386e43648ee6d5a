"""Key figures and sentences that pages show beside pictures."""

from collections.abc import Mapping
from typing import Any

from core.domain import Answer, KnownBy
from core.histories import Matched
from core.serving import Atlas

FAME_COST = (
    "What it costs, measured with Taste on MovieLens latest-small: films that people turned out to like are found with "
    "nDCG@10 0.26 at −1, 0.33 at 0 and 0.31 at 1; of the first ten places, 70 %, 71 % and 56 % go to "
    "films that belong with one to five liked ones."
)
"""From bench/results/fame_ml_latest_small.json; see docs/decisions/0006-fame.md."""


SAME = 1e-6
"""Scores that differ by less, as a share of the larger, are the same but for rounding."""


def key_figures(atlas: Atlas) -> dict[str, str]:
    """What a dataset holds, as labels and values."""
    about = atlas.about
    figures = {"Films": f"{about['n_items']:,}"}
    if about["n_ratings"]:
        filled = about["n_ratings"] / (about["n_items"] * about["n_users"])
        figures |= {
            "Ratings": f"{about['n_ratings']:,}",
            "People": f"{about['n_users']:,}",
            "Matrix filled": f"{filled:.2%}",
        }
    figures["With a plot"] = f"{about['n_with_overview'] / about['n_items']:.0%}"
    return figures


def map_caption(atlas: Atlas, space: str, n_shown: int) -> str:
    """What the map shows, and how far it can be believed."""
    n, groups, found = len(atlas.catalog), atlas.clustering(space), atlas.map_of(space).faithfulness
    parts = [f"{n_shown:,} of {n:,} films shown" if n_shown < n else f"All {n:,} films shown"]
    if n_shown < n:
        parts.append(f"{n - n_shown:,} have no vector in this embedding")
    if found:
        parts.append(
            f"of a film's {found['k']} true nearest neighbours {found['neighbours_kept']:.0%} are among its nearest on "
            f"the map (trustworthiness {found['trustworthiness']:.2f}{_measured_on(found)}; 1 = no false neighbours)"
        )
        if found.get("neighbours_found", 1) < 1:
            parts.append(
                f"among so many films the nearest are searched for, and {found['neighbours_found']:.1%} of them are found"
            )
    if groups.clusters:
        parts.append(
            f"{len(groups.clusters)} groups: on average {groups.genre_share:.0%} of a group share its commonest genre, "
            f"{groups.chance:.0%} by chance"
        )
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def _measured_on(found: Mapping[str, Any]) -> str:
    """On how many films trustworthiness was measured, where not on all; "" also for maps of older versions."""
    if found.get("n_measured", found["n_items"]) == found["n_items"]:
        return ""
    low, high = found["interval"]
    return f", {low:.3f} to {high:.3f} with 95 % confidence, measured on {found['n_measured']:,} films"


def coming_caption(atlas: Atlas) -> str:
    """What a build that is not at its end has still to make; "" = nothing."""
    coming = atlas.about.get("coming", {})
    parts = [
        f"{len(names)} {one if len(names) == 1 else many}"
        for names, one, many in (
            (coming.get("spaces", ()), "embedding", "embeddings"),
            (coming.get("methods", ()), "method", "methods"),
        )
        if names
    ]
    return f"Still to come: {' and '.join(parts)}." if parts else ""


def moved_caption(atlas: Atlas, space: str) -> str:
    """How far the films have moved since the map was drawn before; "" = it was not."""
    found = atlas.map_of(space).moved
    if not found:
        return ""
    return (
        f"Drawn from the map before: half of its {found['n_before']:,} films have moved by less than {found['moved']:.1%} "
        f"of its width; {found['n_new']:,} are new."
    )


def fame_caption(answer: Answer) -> str:
    """How well known an answer's films are, and those of the list without the control; "" = nobody can say."""
    known, without = answer.known_by, answer.known_by_without
    if known is None:
        return ""
    typical, among = _people(known), _among(known)
    best = f"the {known.head} with most {known.unit}"
    if without is None:
        return f"A typical film here has {typical}; {among} are among {best}."
    return (
        f"A typical film here has {typical} ({without.median:,.0f} without the control); {among} are among {best} "
        f"({_among(without)} without it)."
    )


def _people(known: KnownBy) -> str:
    return f"{known.median:,.0f} {known.unit if known.median != 1 else known.unit[:-1]}"


def _among(known: KnownBy) -> str:
    return f"{known.n_head} of {known.n_films}"


def fit_shares(answer: Answer) -> list[float | None]:
    """How well each film fits among those of an answer: 0 = least, 1 = best; None where all have the same score.

    Scores of the best films lie so close together that their shares of the best one would all look full.
    """
    scores = [item.score for item in answer.items]
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    if high - low <= SAME * max(abs(high), abs(low)):
        return [None] * len(scores)
    return [(score - low) / (high - low) for score in scores]


def fit_caption(answer: Answer) -> str:
    """What the bars of `fit_shares` mean; "" where there are none."""
    if None in (shares := fit_shares(answer)) or not shares:
        return ""
    scores = [item.score for item in answer.items]
    return (
        f"The bar says how well a film fits among these {len(scores)}: full is the best fit (score {max(scores):.3g}), "
        f"a stub the least ({min(scores):.3g})."
    )


def history_caption(matched: Matched, label: str) -> str:
    """What became of a person's own films in one dataset, in a sentence or two.

    Args:
        matched: Their history, found in it.
        label: Its name for people.
    """
    counts = matched.counts()
    parts = [
        (counts["doubtful"], "to confirm, which count for nothing until then"),
        (counts["missing"], "not there"),
        (counts["newer"], f"newer than its newest films ({matched.newest})"),
    ]
    n = sum(counts[name] for name in ("found", "doubtful", "missing", "newer")) + counts["same_film"]
    rest = ", ".join(f"{number:,} {words}" for number, words in parts if number)
    known = f"{counts['seen']:,} seen ({counts['rated']:,} rated, {counts['liked']:,} favourites)"
    same = f", {counts['same_film']:,} of them named twice" if counts["same_film"] else ""
    alone = "" if matched.has_opinions else " Nothing is rated, so what was watched counts as half liked."
    return (
        f"{counts['found'] + counts['same_film']:,} of {n:,} films found in {label}{same}: {known}, "
        f"{counts['wanted']:,} on the watchlist."
        + (f" The others: {rest}." if rest else "")
        + (alone if matched.weights else "")
    )
