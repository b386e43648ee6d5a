"""The network learns what can be learned, repeats itself, and numpy says what torch said."""

import sys

import numpy as np
import pytest

from core.errors import CannotFitError
from core.genres.network import GenreNetwork, NetworkSettings, train_network

NAMES = ("Left", "Up", "Never")


def data(n=500, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(n, 6)).astype(np.float32)
    labels = np.stack([vectors[:, 0] < 0, vectors[:, 1] > 0.3, np.zeros(n, bool)], axis=1)
    return vectors, labels


@pytest.fixture(scope="module")
def network():
    return train_network(*data(), NAMES, rng=np.random.default_rng(3))


def test_it_has_the_published_architecture(network):
    assert [weight.shape for weight in network.weights] == [(512, 6), (256, 512), (128, 256), (3, 128)]
    settings = NetworkSettings()
    assert (settings.dropout, settings.learning_rate, settings.epochs, settings.batch_size) == (
        0.2,
        1e-3,
        20,
        64,
    )


def test_it_predicts_genres_of_vectors_it_has_not_seen(network):
    vectors, labels = data(500, seed=1)
    right = (network.predict(vectors) == labels).mean(0)
    assert right[0] > 0.85
    assert right[1] > 0.85
    assert right[2] > 0.95


def test_numpy_gives_the_loss_that_torch_measured_on_the_validation_films(network):
    vectors, labels = data()
    validation = np.random.default_rng(3).permutation(len(vectors))[: round(0.2 * len(vectors))]
    p = network.probabilities(vectors[validation]).astype(float)
    loss = -np.mean(np.where(labels[validation], np.log(p), np.log(1 - p)))
    assert loss == pytest.approx(network.losses[-1, 1], rel=1e-3)


def test_the_losses_of_every_epoch_are_kept_and_fall(network):
    assert network.losses.shape == (20, 2)
    assert network.losses[-1, 0] < 0.5 * network.losses[0, 0]


def test_the_same_seed_gives_the_same_network_and_another_gives_another(network):
    again = train_network(*data(), NAMES, rng=np.random.default_rng(3))
    other = train_network(*data(), NAMES, rng=np.random.default_rng(4))
    np.testing.assert_array_equal(again.weights[0], network.weights[0])
    assert not np.array_equal(other.weights[0], network.weights[0])


def test_training_leaves_torch_as_it_was():
    import torch

    torch.manual_seed(11)
    before, threads = torch.random.get_rng_state(), torch.get_num_threads()
    train_network(*data(20), NAMES, rng=np.random.default_rng(0))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.get_num_threads() == threads


def test_arrays_restore_it_without_torch(network, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    state = network.state()
    assert all(array.dtype != object for array in state.values())
    again = GenreNetwork.of_state(state)
    vectors, _ = data(7, seed=5)
    np.testing.assert_array_equal(again.predict(vectors), network.predict(vectors))
    assert again.names == NAMES


@pytest.mark.parametrize("n", [5, 6, 66, 82])
def test_any_number_of_films_can_be_cut_into_batches(n):
    found = train_network(*data(n), NAMES, rng=np.random.default_rng(0), settings=NetworkSettings(epochs=1))
    assert np.isfinite(found.probabilities(data(n)[0])).all()


def test_too_few_films_are_refused():
    with pytest.raises(CannotFitError, match="4 films"):
        train_network(*data(4), NAMES, rng=np.random.default_rng(0))
