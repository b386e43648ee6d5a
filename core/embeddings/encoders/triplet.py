"""The triplet network: learns a place for each film from its people, keywords, genres and plot."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.base import Encoder, Stamp
from core.embeddings.registry import register
from core.embeddings.triplet_network.features import (
    Attributes,
    Features,
    PlotReader,
    attributes_of,
    descriptions,
)
from core.embeddings.triplet_network.sampling import Relation
from core.embeddings.triplet_network.training import TripletParams, forward, train
from core.errors import CannotFitError, NotBuiltError
from core.params import validate_params
from core.types import Arrays, FloatMatrix

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
        return Stamp(self.name, f"recipe-{self.version}", self.params.dim, options)

    def relate(self, dataset: Dataset, attributes: Attributes) -> Relation:
        """Which films belong together."""
        return Relation.of_content(attributes)

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, dim) float32 of length 1; zeros for a film without people, keywords and plot.

        Raises:
            CannotFitError: It should learn from likes and there are none.
        """
        progress(0, self.params.epochs, "reading people, keywords and plots")
        attributes = attributes_of(dataset.catalog)
        relation = self.relate(dataset, attributes)
        plots = descriptions(dataset.catalog)
        reader = PlotReader.learn(plots, PLOT_DIRECTIONS, seed=self.params.seed)
        features = Features.of(attributes, reader.read(plots))
        weights, curve = train(features, relation, self.params, progress=progress)
        self._state = {**weights, **reader.to_state(), "names": attributes.names, "loss": curve}
        return forward(weights, features)

    def encode_texts(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32 of films that nothing but this plot is known of; zeros where no word is known.

        Raises:
            NotBuiltError: The network was neither trained nor restored.
        """
        state = self.state()
        plots = PlotReader.of_state(state).read(texts)
        return forward(state, Features.of_plots(plots, len(state["attributes"])))

    def state(self) -> Arrays:
        """Weights, the plot reader, the names of the rows of `attributes`, and the loss of every epoch.

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


def loss_curve(state: Arrays) -> FloatMatrix:
    """(epochs, 2) float32 mean loss on the films trained on and on those kept out; NaN = no triplet."""
    return np.asarray(state["loss"], np.float32)
