"""How a network behind an embedding was trained."""

import numpy as np

from core.serving import Atlas
from core.storage import artifacts
from core.types import FloatMatrix


def training_loss(atlas: Atlas, space: str) -> FloatMatrix | None:
    """(epochs, 2) float32 mean loss on the films trained on and on those kept out; None = it learned otherwise."""
    with atlas.reading(f"space-{space}") as folder:
        found = artifacts.load_space(folder)[1].get("loss")
    return None if found is None else np.asarray(found, np.float32)


def training_caption(loss: FloatMatrix) -> str:
    """What the loss of every epoch, (epochs, 2) as `training_loss` has it, says about a network's training."""
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
