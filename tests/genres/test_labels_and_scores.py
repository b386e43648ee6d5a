"""Genres as a matrix, thresholds with a known best answer, scores against an independent implementation."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support

from core.domain import Catalog
from core.genres.labels import genre_labels
from core.genres.scores import score_genres
from core.genres.thresholds import GRID, tune_thresholds


def test_labels_follow_the_catalogue_and_the_names_asked_for():
    rows = [("a", "A", ("War", "Drama")), ("b", "B", ()), ("c", "C", ("Drama' OR 1=1",))]
    catalog = Catalog.of(pd.DataFrame(rows, columns=["item_id", "title", "genres"]))
    labels = genre_labels(catalog)
    assert labels.names == ("Drama", "Drama' OR 1=1", "War")
    assert labels.matrix.tolist() == [[True, False, True], [False, False, False], [False, True, False]]
    assert labels.has_any.tolist() == [True, False, True]
    assert genre_labels(catalog, ["War", "Opera"]).matrix.tolist() == [
        [True, False],
        [False, False],
        [False, False],
    ]


def test_scores_equal_an_independent_implementation():
    rng = np.random.default_rng(2)
    actual, predicted = rng.random((50, 4)) < 0.3, rng.random((50, 4)) < 0.4
    found = score_genres(predicted, actual, tuple("abcd"))
    assert found.micro_f1 == pytest.approx(f1_score(actual, predicted, average="micro"))
    assert found.macro_f1 == pytest.approx(f1_score(actual, predicted, average="macro"))
    precision, recall, f1, support = precision_recall_fscore_support(actual, predicted)
    for number, row in enumerate(found.table):
        expected = (precision[number], recall[number], f1[number], support[number])
        assert (row.precision, row.recall, row.f1, row.support) == pytest.approx(expected)


def test_a_genre_that_no_film_has_counts_against_micro_but_is_no_part_of_macro():
    actual = np.array([[True, False], [True, False]])
    predicted = np.array([[True, True], [True, False]])
    found = score_genres(predicted, actual, ("War", "Opera"))
    assert found.micro_f1 == pytest.approx(2 * 2 / (3 + 2))
    assert found.macro_f1 == 1
    assert found.table[1].f1 == found.table[1].recall == 0
    nothing = score_genres(np.zeros((1, 2), bool), np.zeros((1, 2), bool), ("War", "Opera"))
    assert (nothing.micro_f1, nothing.macro_f1) == (0, 0)


def test_each_genre_gets_the_threshold_that_parts_its_own_films():
    rng = np.random.default_rng(0)
    actual = np.array([[i % 2 == 0, i % 3 == 0] for i in range(120)])
    middle = np.array([0.2, 0.7])
    probabilities = (middle + np.where(actual, 0.1, -0.1) + rng.uniform(-0.05, 0.05, actual.shape)).astype(
        np.float32
    )
    thresholds = tune_thresholds(probabilities, actual)
    assert thresholds == pytest.approx(middle, abs=0.1)
    assert ((probabilities >= thresholds) == actual).all()
    common = max(GRID, key=lambda t: f1_score(actual, probabilities >= t, average="micro"))
    assert f1_score(actual, probabilities >= common, average="micro") < 0.9, "one threshold cannot part both"


def test_a_rare_genre_keeps_the_common_threshold_and_none_gives_a_half():
    actual = np.array([[i % 2 == 0, i == 0] for i in range(60)])
    probabilities = np.where(actual, 0.6, 0.3).astype(np.float32)
    probabilities[:, 1] = np.where(actual[:, 1], 0.1, 0.05)
    first, rare = tune_thresholds(probabilities, actual)
    assert rare == first
    assert tune_thresholds(probabilities, np.zeros((60, 2), bool)).tolist() == [0.5, 0.5]
