"""The triplet network and its training: what belongs together comes close, the rest moves apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.compute.progress import Progress, no_progress
from core.embeddings.base import normalise
from core.embeddings.triplet_network.features import Features
from core.embeddings.triplet_network.sampling import Relation, choose_negatives
from core.params import param
from core.types import Arrays, FloatMatrix, IndexVector


@dataclass(frozen=True)
class TripletParams:
    """How the network is built and trained."""

    dim: int = param(128, "Numbers in a film's vector.", low=2, high=1024)
    hidden: int = param(256, "Width of the hidden layer.", low=2, high=4096)
    negatives: str = param(
        "semi-hard", "How the dissimilar film is chosen.", choices=("random", "semi-hard", "hard")
    )
    margin: float = param(
        0.2, "By how much a dissimilar film should be farther off (cosine distance).", low=0.0, high=2.0
    )
    learning_rate: float = param(1e-3, "Size of a training step.", low=1e-6, high=1.0)
    dropout: float = param(0.2, "Share of hidden units silenced at each step.", low=0.0, high=0.9)
    text_only: float = param(
        0.25,
        "Share of films shown by their plot alone, so that free text finds its place.",
        low=0.0,
        high=1.0,
    )
    epochs: int = param(20, "How often every film is an anchor.", low=1, high=500)
    validation: float = param(
        0.2, "Share of films kept out of training to watch the loss.", low=0.0, high=0.9
    )
    batch: int = param(256, "Triplets in a step.", low=2, high=8192)
    seed: int = param(0, "Start of the random numbers.", low=0, high=2**31 - 1)
    posters: str = param(
        "none",
        "Whether the network also sees the posters that the embedding poster has fetched: colours and edges, or CLIP.",
        choices=("none", "layout", "clip"),
    )


def forward(weights: Arrays, features: Features) -> FloatMatrix:
    """(n, dim) float32 of length 1, what the network makes of films; zeros where too little is known of one."""
    inner = features.attributes @ weights["attributes"] + features.plots @ weights["plots"] + weights["bias"]
    if features.posters is not None:
        inner = inner + features.posters @ weights["posters"]
    outer = np.maximum(inner, 0) @ weights["outer"] + weights["outer_bias"]
    vectors = normalise(np.asarray(outer, np.float32))
    vectors[~features.known] = 0
    return vectors


def train(
    features: Features, relation: Relation, params: TripletParams, *, progress: Progress = no_progress
) -> tuple[Arrays, FloatMatrix]:
    """Train the network, the same on every run for the same input and parameters.

    Returns:
        Its weights, and (epochs, 2) float32 mean loss of each epoch on the films trained on and on those kept
        out; NaN where an epoch had no triplet.

    Source: Schroff, Kalenichenko, Philbin (2015), "FaceNet", equation 3 and section 3.2.
    """
    import torch

    rng = np.random.default_rng(params.seed)
    shuffled = rng.permutation(np.flatnonzero(features.known))
    kept_out = round(params.validation * len(shuffled))
    sets = [np.sort(shuffled[kept_out:]), np.sort(shuffled[:kept_out])]
    parts = [(features[items], relation.within(items)) for items in sets]
    curve = np.full((params.epochs, 2), np.nan, np.float32)
    with _repeatable(torch, params.seed):
        network = _network(torch, features, params)
        trainer = _Trainer(torch, network, params)
        for epoch in range(params.epochs):
            progress(epoch, params.epochs, "learning which films belong together")
            curve[epoch, 0] = trainer.epoch(parts[0], rng, learn=True)
            # the same films and partners after every epoch, so that the curve moves with the network only
            curve[epoch, 1] = trainer.epoch(parts[1], np.random.default_rng(params.seed), learn=False)
        weights = network.arrays()
    progress(params.epochs, params.epochs)
    return weights, curve


@contextmanager
def _repeatable(torch: Any, seed: int) -> Iterator[None]:
    """Seeded, deterministic and on one thread inside; as before outside."""
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)  # sums over threads depend on how many there are
        torch.use_deterministic_algorithms(True)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            torch.use_deterministic_algorithms(strict)


def _network(torch: Any, features: Features, params: TripletParams) -> Any:
    n_attributes, n_directions = features.attributes.shape[1], features.plots.shape[1]
    n_looks = 0 if features.posters is None else features.posters.shape[1]

    class Network(torch.nn.Module):  # type: ignore[misc]
        """Linear, ReLU, dropout, linear; the first layer reads only the attributes that a film has."""

        def __init__(self) -> None:
            super().__init__()
            self.attributes = torch.nn.EmbeddingBag(max(n_attributes, 1), params.hidden, mode="sum")
            torch.nn.init.normal_(self.attributes.weight, std=0.1)
            self.plots = torch.nn.Linear(n_directions, params.hidden)
            self.dropout = torch.nn.Dropout(params.dropout)
            self.outer = torch.nn.Linear(params.hidden, params.dim)
            if n_looks:  # last, so that without posters the random numbers are what they were
                self.posters = torch.nn.Linear(n_looks, params.hidden, bias=False)

        def forward(self, part: Features) -> Any:
            own = part.attributes
            indices, offsets = (
                torch.from_numpy(own.indices.astype(np.int64)),
                torch.from_numpy(own.indptr[:-1].astype(np.int64)),
            )
            shared = self.attributes(indices, offsets, per_sample_weights=torch.from_numpy(own.data))
            inner = shared + self.plots(torch.from_numpy(part.plots))
            if part.posters is not None:
                inner = inner + self.posters(torch.from_numpy(part.posters))
            return torch.nn.functional.normalize(self.outer(self.dropout(torch.relu(inner))), dim=1)

        def arrays(self) -> Arrays:
            """The weights as `forward` reads them, inputs first."""
            named = {
                "attributes": self.attributes.weight[:n_attributes],
                "plots": self.plots.weight.T,
                "bias": self.plots.bias,
                "outer": self.outer.weight.T,
                "outer_bias": self.outer.bias,
                **({"posters": self.posters.weight.T} if n_looks else {}),
            }
            return {name: np.ascontiguousarray(w.detach().numpy(), np.float32) for name, w in named.items()}

    return Network()


class _Trainer:
    """Runs triplets through a network."""

    def __init__(self, torch: Any, network: Any, params: TripletParams) -> None:
        self.torch, self.network, self.params = torch, network, params
        self.optimiser = torch.optim.Adam(network.parameters(), lr=params.learning_rate)

    def epoch(self, part: tuple[Features, Relation], rng: np.random.Generator, *, learn: bool) -> float:
        """Mean loss over one triplet a film; NaN without any."""
        features, relation = part
        self.network.train(learn)
        anchors = rng.permutation(len(features.plots))
        positives = relation.partners(anchors, rng)
        anchors, positives = anchors[positives >= 0], positives[positives >= 0]
        losses = []
        for start in range(0, len(anchors), self.params.batch):
            batch = slice(start, start + self.params.batch)
            with self.torch.set_grad_enabled(learn):
                loss = self._losses(part, anchors[batch], positives[batch], rng)
            if learn and len(loss):
                self.optimiser.zero_grad()
                loss.mean().backward()
                self.optimiser.step()
            losses.append(loss.detach().numpy())
        every = np.concatenate(losses) if losses else np.zeros(0)
        return float(every.mean()) if len(every) else float("nan")

    def _losses(
        self,
        part: tuple[Features, Relation],
        anchors: IndexVector,
        positives: IndexVector,
        rng: np.random.Generator,
    ) -> Any:
        """Loss of every triplet of a batch; anchors without a dissimilar film are left out."""
        features, relation = part
        shown = features[np.concatenate((anchors, positives))]
        vectors = self.network(some_by_plot_alone(shown, self.params.text_only, rng))
        distance = 1 - vectors[: len(anchors)] @ vectors[len(anchors) :].T
        related = relation.between(anchors, positives)
        negatives = choose_negatives(distance.detach().numpy(), related, self.params.negatives, rng)
        rows = np.flatnonzero(negatives >= 0)
        farther = distance[rows, negatives[rows]] - distance.diagonal()[rows]
        return self.torch.relu(self.params.margin - farther)


def some_by_plot_alone(features: Features, share: float, rng: np.random.Generator) -> Features:
    """The same with attributes and posters of some films hidden, where there is a plot to go by."""
    hidden = (rng.random(len(features.plots)) < share) & features.plots.any(axis=1)
    matrix = features.attributes.copy()
    matrix.data[np.repeat(hidden, np.diff(matrix.indptr))] = 0
    posters = features.posters
    if posters is not None:
        posters = np.where(hidden[:, None], np.float32(0), posters)
    return Features(matrix, features.plots, features.known, posters)
