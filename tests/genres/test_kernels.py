"""Kernel ridge regression over plots: what it gives for a fold is what it would give without it."""

import numpy as np
import pytest

from core.errors import CannotFitError
from core.genres.kernels import OF_PIECES, OF_WORDS, PENALTY, SHARPNESS, kernel_ridge
from core.genres.text_classifiers import Inputs


def films(n: int, seed: int) -> tuple[Inputs, np.ndarray]:
    """One text for all, so that words decide nothing and count alike whichever films are learned from."""
    rng = np.random.default_rng(seed)
    labels = rng.random((n, 3)) < 0.4
    vectors = (labels @ np.eye(3, 6) + rng.normal(0, 0.4, (n, 6))).astype(np.float32)
    return Inputs(["film"] * n, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)), labels


def test_a_fold_is_predicted_as_if_it_had_not_been_learned_from() -> None:
    known, labels = films(40, 0)
    fold = np.arange(40) % 4
    _, unseen = kernel_ridge(known, labels, known, fold)
    centre = labels.mean(0)
    likeness = np.exp(SHARPNESS * (known.vectors @ known.vectors.T - 1)) + OF_WORDS + OF_PIECES
    for number in range(4):
        own, others = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        system = likeness[np.ix_(others, others)] + PENALTY * np.eye(len(others))
        told = likeness[np.ix_(own, others)] @ np.linalg.solve(system, labels[others] - centre) + centre
        np.testing.assert_allclose(unseen[own], np.clip(told, 0, 1), atol=1e-4)


def test_films_without_a_fold_are_learned_from_and_not_predicted() -> None:
    known, labels = films(40, 0)
    wanted, _ = films(5, 1)
    fold = np.where(np.arange(40) < 20, np.arange(40) % 2, -1)
    found, unseen = kernel_ridge(known, labels, wanted, fold)
    assert not unseen[20:].any()
    assert unseen[:20].any()
    alone, _ = kernel_ridge(Inputs(known.texts[:20], known.vectors[:20]), labels[:20], wanted, fold[:20])
    assert np.abs(found - alone).max() > 0.01


def test_vectors_that_are_no_numbers_are_refused() -> None:
    known, labels = films(20, 0)
    known.vectors[3] = np.nan
    with pytest.raises(CannotFitError, match="cannot be inverted"):
        kernel_ridge(known, labels, known, np.arange(20) % 2)
