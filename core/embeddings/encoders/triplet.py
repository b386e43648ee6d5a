"""The triplet network: learns a place for each film from its people, keywords, genres and plot."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.base import Before, Encoder, Stamp
from core.embeddings.encoders.poster import FOLDER, Poster, PosterParams, digest_of
from core.embeddings.poster_download import arrived
from core.embeddings.registry import register
from core.embeddings.triplet_network.features import (
    Attributes,
    Features,
    PlotReader,
    attributes_of,
    descriptions,
    poster_block,
)
from core.embeddings.triplet_network.sampling import Relation
from core.embeddings.triplet_network.training import TripletParams, forward, train
from core.errors import CannotFitError, NotBuiltError
from core.params import validate_params
from core.types import Arrays, FloatMatrix

NO_POSTERS = "none"
PLOT_DIRECTIONS = 128
"""Numbers that a plot is turned into before the network reads it."""


@register
class TripletEncoder(Encoder):
    """Films that share people, keywords or genres are drawn together, others pushed apart by a margin."""

    name = "triplet"
    label = "Triplet network"
    description = (
        "A small neural network, trained on this catalogue, reads people, keywords, genres and plot and puts "
        "films that share them next to each other. Finds a place for a described plot too; films known by their genres "
        "alone have none (triplet loss)."
    )
    system = "S5"
    Params: ClassVar[type] = TripletParams
    relation: ClassVar[str] = "shared people, keywords and genres"
    version = 3

    def __init__(self, params: TripletParams | None = None) -> None:
        self.params = TripletParams() if params is None else params
        validate_params(self.params)
        self._state: Arrays | None = None

    def stamp(self) -> Stamp:
        """The recipe and all its parameters; the catalogue's own fingerprint is no part of it."""
        options = {"relation": self.relation, "plot_directions": PLOT_DIRECTIONS, **asdict(self.params)}
        if self._poster is None:
            del options["posters"]  # as before there were any: the same vectors keep their stamp
        else:
            options["look"] = self._poster.stamp().revision
        return Stamp(self.name, f"recipe-{self.version}", self.params.dim, options)

    @property
    def comes_after(self) -> str:
        """The posters' encoder, where posters are read."""
        return "" if self._poster is None else Poster.name

    @cached_property
    def _poster(self) -> Poster | None:
        look = self.params.posters
        return None if look == NO_POSTERS else Poster(PosterParams(look=look))

    def material(
        self, dataset: Dataset, *, workdir: Path, before: Before | None, progress: Progress = no_progress
    ) -> str:
        """Which posters are here, once they are more than the vectors that are served were made of."""
        if self._poster is None:
            return ""
        here = arrived(list(dataset.catalog.items["poster_url"]), _posters_of(workdir) / FOLDER)
        if before is not None and len(here) <= int(before.state()["n_posters"][0]):
            return before.material
        return digest_of(here) if here else ""

    def relate(self, dataset: Dataset, attributes: Attributes) -> Relation:
        """Which films belong together."""
        return Relation.of_content(attributes)

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, dim) float32 of length 1; zeros for a film without people, keywords and plot.

        Raises:
            CannotFitError: It should learn from likes and there are none.
            NotBuiltError: It should see posters and none has been fetched.
        """
        progress(0, self.params.epochs, "reading people, keywords and plots")
        attributes = attributes_of(dataset.catalog)
        relation = self.relate(dataset, attributes)
        plots = descriptions(dataset.catalog)
        reader = PlotReader.learn(plots, PLOT_DIRECTIONS, seed=self.params.seed)
        looks, kept = self._looks(dataset, workdir)
        features = Features.of(attributes, reader.read(plots), looks)
        weights, curve = train(features, relation, self.params, progress=progress)
        self._state = {**weights, **reader.to_state(), "names": attributes.names, "loss": curve, **kept}
        return forward(weights, features)

    def _looks(self, dataset: Dataset, workdir: Path | None) -> tuple[FloatMatrix | None, Arrays]:
        """What is read of the posters, None = nothing; and how many different ones there are, to be kept."""
        if self._poster is None:
            return None, {}
        urls = list(dataset.catalog.items["poster_url"])
        n_here = 0 if workdir is None else len(arrived(urls, _posters_of(workdir) / FOLDER))
        if workdir is None or not n_here:
            raise NotBuiltError(
                f"No poster of {dataset.label} has been fetched yet, and {self.label} is to read them.",
                hint=f"Build the embedding poster first: python -m core build {dataset.name} --space poster",
            )
        vectors = self._poster.of_kept(urls, workdir=_posters_of(workdir))
        return poster_block(vectors), {"n_posters": np.array([n_here])}

    def encode_texts(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32 of films that nothing but this plot is known of; zeros where no word is known.

        Raises:
            NotBuiltError: The network was neither trained nor restored.
        """
        state = self.state()
        plots = PlotReader.of_state(state).read(texts)
        return forward(state, Features.of_plots(plots, len(state["attributes"])))

    def state(self) -> Arrays:
        """Weights, the plot reader, the names of the rows of `attributes`, and the loss of every epoch; `n_posters`, if any.

        Raises:
            NotBuiltError: The network was neither trained nor restored.
        """
        if self._state is None:
            raise NotBuiltError(f"{self.label} is not trained yet.", hint="Build this embedding first.")
        return dict(self._state)

    def restore(self, state: dict[str, np.ndarray[Any, Any]]) -> None:
        """The inverse of `state`."""
        self._state = dict(state)


@register
class CoLikedTriplet(TripletEncoder):
    """Films that the same people like are drawn together, by what can be read of them."""

    name = "triplet_coliked"
    label = "Triplet network of likes"
    description = (
        "The same network, taught by the ratings: films that the same people liked come next to each other, "
        "and a film that nobody has rated finds its place by its people and plot (triplet loss over co-liked "
        "films)."
    )
    learns_from_ratings = True
    relation = "liked by the same users"

    def relate(self, dataset: Dataset, attributes: Attributes) -> Relation:
        """Which films belong together.

        Raises:
            CannotFitError: No two films were liked by one user.
        """
        found = Relation.of_likes(dataset.interactions)
        if not found.matrix.nnz:
            raise CannotFitError(
                f"{self.label} learns from likes, and {dataset.label} has no user with two liked films.",
                hint="Choose the embedding triplet, which learns from people, keywords and genres.",
            )
        return found


def _posters_of(workdir: Path) -> Path:
    """The folder of the posters' encoder, beside one's own."""
    return workdir.parent / Poster.name


def loss_curve(state: Arrays) -> FloatMatrix:
    """(epochs, 2) float32 mean loss on the films trained on and on those kept out; NaN = no triplet."""
    return np.asarray(state["loss"], np.float32)
