"""The poster space: films whose posters look alike, by CLIP where it is on this machine, else by colour and layout."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.base import Before, Encoder, Stamp
from core.embeddings.encoders.any_sentence_transformer import AnySentenceTransformer, encoder_of
from core.embeddings.encoders.sentence_transformer import load_model
from core.embeddings.poster_descriptors import DIM, VERSION, describe, open_poster
from core.embeddings.poster_download import OK, PosterLimits, arrived, fetch_posters, poster_path
from core.embeddings.registry import register
from core.embeddings.vector_cache import VectorCache, text_key
from core.errors import ModelUnavailableError
from core.params import param, validate_params
from core.types import Arrays, FloatMatrix

CLIP = "sentence-transformers/clip-ViT-B-32"
FOLDER = "posters"
"""Of the encoder's own folder: the posters as they came."""


@dataclass(frozen=True)
class PosterParams:
    """What a poster is turned into."""

    look: str = param(
        "auto",
        "clip = a model that sees what is shown; layout = colours and edges; auto = clip if it is here already.",
        choices=("auto", "clip", "layout"),
    )
    model: str = param(CLIP, "Name or folder of the image model for clip.")


@register
class Poster(Encoder):
    """Posters fetched from their addresses in the catalogue, and compared by how they look."""

    name = "poster"
    label = "Posters"
    description = (
        "Looks at the posters: films whose posters resemble each other lie together. Fetches every poster once "
        "(visual features: CLIP, or colour and layout)."
    )
    system = "S5"
    reads_text = False
    needs_network = True
    Params: ClassVar[type] = PosterParams

    def __init__(self, params: PosterParams | None = None, *, limits: PosterLimits | None = None) -> None:
        self.params = PosterParams() if params is None else params
        validate_params(self.params)
        self.limits = limits or PosterLimits()
        self._outcomes: list[str] = []

    @cached_property
    def _look(self) -> "_Clip | _Layout":
        if self.params.look == "layout":
            return _Layout()
        model = encoder_of(self.params.model)
        return _Clip(model()) if self.params.look == "clip" or model.is_here() else _Layout()

    def stamp(self) -> Stamp:
        """Which of the two looks is used, and its revision.

        Raises:
            ModelUnavailableError: CLIP was asked for and cannot be had.
        """
        look = self._look
        return Stamp(self.name, look.revision, look.dim, {"asked_for": self.params.look, "look": look.name})

    def material(
        self, dataset: Dataset, *, workdir: Path, before: Before | None, progress: Progress = no_progress
    ) -> str:
        """Which posters there are, once more of them have come than the vectors that are served were made of.

        Asks for those that failed and may come now; see `core.embeddings.poster_download` for which these are.
        """
        if before is None:
            return ""  # they are fetched when the vectors are made
        urls, folder = list(dataset.catalog.items["poster_url"]), workdir / FOLDER
        had = [str(outcome) == OK for outcome in before.state().get("outcomes", ())]
        failed = [url for url, was_there in zip(urls, had, strict=False) if url and not was_there]
        if failed:
            fetch_posters(failed, folder, limits=self.limits, progress=progress)
        here = arrived(urls, folder)
        is_more = len(here) > len({url for url, was_there in zip(urls, had, strict=False) if was_there})
        return digest_of(here) if is_more else before.material

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, dim) float32 of length 1; zeros for a film without a poster that could be fetched.

        `workdir` keeps the posters; without one they are fetched into a folder that is removed at the end.
        """
        if workdir is None:
            with tempfile.TemporaryDirectory() as temporary:
                return self.encode_items(dataset, workdir=Path(temporary), progress=progress)
        urls, folder = list(dataset.catalog.items["poster_url"]), workdir / FOLDER
        self.stamp()  # nothing is fetched where it could not be looked at
        self._outcomes = fetch_posters(urls, folder, limits=self.limits, progress=progress)
        if any(urls) and OK not in self._outcomes:
            asked = Counter(outcome for url, outcome in zip(urls, self._outcomes, strict=True) if url)
            raise ModelUnavailableError(
                f"None of the {asked.total():,} posters could be fetched: {asked.most_common(1)[0][0]}.",
                hint="Try again where there is a network.",
            )

        return self.of_kept(urls, workdir=workdir, progress=progress)

    def of_kept(self, urls: Sequence[str], *, workdir: Path, progress: Progress = no_progress) -> FloatMatrix:
        """The same of the posters that are in `workdir` already; none is fetched.

        Args:
            urls: One address a film, "" = none.
            workdir: The folder that this encoder was given when it fetched them.
            progress: Told how far it is.
        """
        folder, stamp, here = workdir / FOLDER, self.stamp(), set(arrived(urls, workdir / FOLDER))
        has = [row for row, url in enumerate(urls) if url in here]

        def encode(found: Sequence[str]) -> FloatMatrix:
            return self._look.vectors([open_poster(poster_path(folder, url)) for url in found])

        vectors = np.zeros((len(urls), stamp.dim), np.float32)
        vectors[has] = VectorCache(workdir / stamp.key, stamp.dim).encode(
            [urls[row] for row in has], encode, progress=progress
        )
        return vectors

    def state(self) -> Arrays:
        """`outcomes` (n_items,) str: "ok", or why a film has no poster."""
        return {"outcomes": np.array(self._outcomes, dtype=np.str_)} if self._outcomes else {}

    def restore(self, state: dict[str, np.ndarray[Any, Any]]) -> None:
        """The inverse of `state`."""
        self._outcomes = [str(outcome) for outcome in state.get("outcomes", ())]


def digest_of(urls: Sequence[str]) -> str:
    """Stands for a set of posters, given by their addresses in order."""
    return text_key("\n".join(urls)).hex()


def outcome_counts(state: Arrays) -> dict[str, int]:
    """How many films had which outcome, most common first."""
    return dict(Counter(str(outcome) for outcome in state.get("outcomes", ())).most_common())


class _Layout:
    """Colour and layout."""

    name, revision, dim = "layout", f"layout-{VERSION}", DIM

    def vectors(self, images: Sequence[Any]) -> FloatMatrix:
        """(n, dim) float32 of length 1."""
        return np.stack([describe(image) for image in images])


class _Clip:
    """An image model of sentence-transformers."""

    def __init__(self, model: AnySentenceTransformer) -> None:
        stamp = model.stamp()
        self.name, self.revision, self.dim = f"clip: {model.source}", stamp.revision, stamp.dim
        self._location = model.location()

    def vectors(self, images: Sequence[Any]) -> FloatMatrix:
        """(n, dim) float32 of length 1.

        Raises:
            ModelUnavailableError: The model cannot be loaded, or reads no images.
        """
        model = load_model(*self._location)
        try:
            found = model.encode(
                list(images), batch_size=32, show_progress_bar=False, normalize_embeddings=True
            )
        except (TypeError, ValueError, AttributeError) as error:
            raise ModelUnavailableError(
                f"{self.name} does not read images ({type(error).__name__}).",
                hint="Choose an image model such as clip-ViT-B-32, or look = layout.",
            ) from error
        return np.asarray(found, np.float32)
