"""Key figures and sentences that pages show beside pictures."""

import numpy as np

from core.domain import Answer, KnownBy
from core.serving import Atlas
from core.types import FloatMatrix


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
    n, groups, found = len(atlas.catalog), atlas.clustering(space), atlas.faithfulness(space)
    parts = [f"{n_shown:,} of {n:,} films shown" if n_shown < n else f"All {n:,} films shown"]
    if n_shown < n:
        parts.append(f"{n - n_shown:,} have no vector in this embedding")
    if found:
        parts.append(
            f"of a film's {found['k']} true nearest neighbours {found['neighbours_kept']:.0%} are among its nearest on "
            f"the map (trustworthiness {found['trustworthiness']:.2f}; 1 = no false neighbours)"
        )
    if groups.clusters:
        parts.append(
            f"{len(groups.clusters)} groups: on average {groups.genre_share:.0%} of a group share its commonest genre, "
            f"{groups.chance:.0%} by chance"
        )
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def training_caption(loss: FloatMatrix) -> str:
    """What the loss of every epoch, (epochs, 2) as `Atlas.training_loss` has it, says about a network's training."""
    trained, kept_out = loss[:, 0], loss[:, 1]
    said = [f"Triplet loss over {len(loss)} {'pass' if len(loss) == 1 else 'passes'} over the films (epochs)"]
    if np.isfinite(trained).any():
        said.append(f"on the films it learned from it went from {trained[0]:.3f} to {trained[-1]:.3f}")
    if np.isfinite(kept_out).any():
        best = int(np.nanargmin(kept_out))
        said.append(
            f"on films kept out of training from {kept_out[0]:.3f} to {kept_out[-1]:.3f}, lowest in pass {best + 1}. "
            "Where the second line rises while the first falls, the network learns films by heart"
        )
    return ": ".join([said[0], "; ".join(said[1:])]) + "." if said[1:] else said[0] + "."


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
