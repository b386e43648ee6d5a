"""The genre classifier of system S3: a small network over item vectors; torch trains it, numpy applies it."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from core.compute.threads import one_torch_thread
from core.errors import CannotFitError
from core.genres.labels import LabelMatrix
from core.genres.thresholds import tune_thresholds
from core.types import Arrays, FloatMatrix, FloatVector, IndexVector

FEWEST_FILMS = 5
"""Films with a vector and a genre below which there is nothing to learn from."""


@dataclass(frozen=True)
class NetworkSettings:
    """The original's architecture and training.

    Attributes:
        hidden: Units of the hidden layers, each followed by batch norm, ReLU and dropout.
        dropout: Share of units silenced in training.
        learning_rate: Of Adam.
        epochs: Passes over the training films.
        batch_size: Films a step.
        validation: Share of the films kept from training, for the losses shown and the thresholds.
    """

    hidden: tuple[int, ...] = (512, 256, 128)
    dropout: float = 0.2
    learning_rate: float = 1e-3
    epochs: int = 20
    batch_size: int = 64
    validation: float = 0.2


@dataclass(frozen=True, eq=False)
class GenreNetwork:
    """A trained classifier.

    Attributes:
        names: (n_genres,) genre of each output.
        weights: (units out, units in) float32 of each layer, batch norm folded in.
        biases: (units out,) float32 of each layer.
        thresholds: (n_genres,) float32 probability from which a genre counts as predicted.
        losses: (epochs, 2) float32 mean binary cross-entropy on training and on validation films.
    """

    names: tuple[str, ...]
    weights: tuple[FloatMatrix, ...]
    biases: tuple[FloatVector, ...]
    thresholds: FloatVector
    losses: FloatMatrix

    def probabilities(self, vectors: FloatMatrix) -> FloatMatrix:
        """(n, n_genres) float32 in [0, 1]: how probable each genre is for each vector (n, dim)."""
        values = np.asarray(vectors, np.float32)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.maximum(values @ weight.T + bias, 0)
        logits = values @ self.weights[-1].T + self.biases[-1]
        # tanh, not exp: it cannot overflow
        return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)

    def predict(self, vectors: FloatMatrix) -> LabelMatrix:
        """(n, n_genres) which genres reach their threshold: probabilities are compared, never raw logits."""
        return self.probabilities(vectors) >= self.thresholds

    def state(self) -> Arrays:
        """Everything as arrays."""
        layers = {f"weight_{i}": weight for i, weight in enumerate(self.weights)}
        layers |= {f"bias_{i}": bias for i, bias in enumerate(self.biases)}
        names = np.array(self.names, dtype=str)
        return {"names": names, "thresholds": self.thresholds, "losses": self.losses, **layers}

    @classmethod
    def of_state(cls, state: Arrays) -> Self:
        """The inverse of `state`."""
        count = sum(name.startswith("weight_") for name in state)
        return cls(
            tuple(str(name) for name in state["names"]),
            tuple(state[f"weight_{i}"] for i in range(count)),
            tuple(state[f"bias_{i}"] for i in range(count)),
            state["thresholds"],
            state["losses"],
        )


def train_network(
    vectors: FloatMatrix,
    labels: LabelMatrix,
    names: tuple[str, ...],
    *,
    rng: np.random.Generator,
    settings: NetworkSettings | None = None,
) -> GenreNetwork:
    """Train on films with known genres; thresholds are tuned on the films kept from training.

    Args:
        vectors: (n, dim) float32.
        labels: (n, n_genres) aligned with `vectors`.
        names: Genre of each column of `labels`.
        rng: Decides the split, the first weights, the order of the films and what dropout silences.
        settings: None = the original's.

    Raises:
        CannotFitError: Fewer than five films.
    """
    settings = settings or NetworkSettings()
    if len(vectors) < FEWEST_FILMS:
        raise CannotFitError(
            f"{len(vectors)} films have both a genre and a vector; learning genres takes {FEWEST_FILMS}.",
            hint="Choose a method that needs no genres.",
        )
    order = rng.permutation(len(vectors))
    n_validation = max(1, round(settings.validation * len(vectors)))
    validation, training = order[:n_validation], order[n_validation:]
    model, losses = _train(np.asarray(vectors, np.float32), labels, (training, validation), rng, settings)
    weights, biases = _folded(model)
    untuned = np.full(len(names), 0.5, np.float32)
    network = GenreNetwork(names, weights, biases, untuned, losses)
    thresholds = tune_thresholds(network.probabilities(vectors[validation]), labels[validation])
    return GenreNetwork(names, weights, biases, thresholds, losses)


def _train(
    vectors: FloatMatrix,
    labels: LabelMatrix,
    split: tuple[IndexVector, IndexVector],
    rng: np.random.Generator,
    settings: NetworkSettings,
) -> tuple[Any, FloatMatrix]:
    """The torch model in evaluation mode, and its losses."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

    with torch.random.fork_rng(devices=[]), one_torch_thread():
        torch.manual_seed(int(rng.integers(2**31)))
        x, x_held = (torch.from_numpy(vectors[rows]) for rows in split)
        y, y_held = (torch.from_numpy(labels[rows].astype(np.float32)) for rows in split)
        model: Any = _architecture(vectors.shape[1], labels.shape[1], settings)
        optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
        losses = []
        for _ in range(settings.epochs):
            model.train()
            total = 0.0
            for batch in _batches(torch.randperm(len(x)), settings.batch_size):
                optimizer.zero_grad()
                loss: Any = cross_entropy(model(x[batch]), y[batch])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(batch)
            model.eval()
            with torch.no_grad():
                losses.append((total / len(x), cross_entropy(model(x_held), y_held).item()))
    return model, np.array(losses, np.float32).reshape(-1, 2)


def _batches(order: Any, size: int) -> list[Any]:
    """The order cut into batches; a last film alone joins the batch before, since batch norm needs two."""
    batches = list(order.split(size))
    if len(batches) > 1 and len(batches[-1]) == 1:
        import torch

        batches[-2:] = [torch.cat(batches[-2:])]
    return batches


def _architecture(dim: int, n_genres: int, settings: NetworkSettings) -> Any:
    from torch import nn

    layers: list[nn.Module] = []
    width = dim
    for units in settings.hidden:
        layers += [nn.Linear(width, units), nn.BatchNorm1d(units), nn.ReLU(), nn.Dropout(settings.dropout)]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, n_genres))


def _folded(model: Any) -> tuple[tuple[FloatMatrix, ...], tuple[FloatVector, ...]]:
    """Weights and biases of the linear layers, each batch norm multiplied into the layer before it."""
    from torch import nn

    def array(tensor: Any) -> FloatMatrix:
        return np.asarray(tensor.detach().numpy(), np.float32).copy()

    weights: list[FloatMatrix] = []
    biases: list[FloatVector] = []
    for layer in model:
        if isinstance(layer, nn.Linear):
            weights.append(array(layer.weight))
            biases.append(array(layer.bias))
        elif isinstance(layer, nn.BatchNorm1d):
            scale = array(layer.weight) / np.sqrt(array(layer.running_var) + np.float32(layer.eps))
            weights[-1] = weights[-1] * scale[:, None]
            biases[-1] = (biases[-1] - array(layer.running_mean)) * scale + array(layer.bias)
    return tuple(weights), tuple(biases)
