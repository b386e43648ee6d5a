"""iALS factors as a space: films that the same people like lie close together, whatever they are about."""

from dataclasses import asdict
from pathlib import Path

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.base import Encoder, Stamp
from core.embeddings.registry import register
from core.models.ials import IalsParams, learn_factors
from core.types import FloatMatrix

SEED = 0


@register
class IalsEncoder(Encoder):
    """The films' factors of the method `ials` with its default parameters."""

    name = "ials"
    version = 2
    label = "Taste (iALS)"
    description = (
        "Places films by who likes them, not by what they are about. Films that nobody rated are left out."
    )
    reads_text = False
    learns_from_ratings = True

    def stamp(self) -> Stamp:
        """See `Encoder.stamp`."""
        params = IalsParams()
        return Stamp(self.name, "irspack-ials", params.dim, {**asdict(params), "seed": SEED})

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, dim) float32; zeros for films that nobody likes.

        Raises:
            CannotFitError: The dataset has no ratings.
        """
        progress(0, 0, "learning who likes what")
        return learn_factors(dataset, IalsParams(), seed=SEED)[0]
