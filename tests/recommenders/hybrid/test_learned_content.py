"""`learned_content` ranks films that nobody rated, by what a regression learned from the ratings of the others."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from core.domain import Catalog, Dataset, Profile
from core.embeddings import Space, Stamp
from core.models.preference_matrix import liked_matrix
from core.recommenders import create
from core.recommenders.hybrid.film_points import film_points
from tests import tiny

RATED, PER_WORLD = 8, 9
"""Of every world's nine films the last has no rating."""


@cache
def films() -> Dataset:
    return tiny.tiny_dataset()


def space(dataset: Dataset) -> Space:
    letters = tiny.Letters()
    return Space("minilm", letters.encode_items(dataset), Stamp("minilm", "1", letters.dim), "cosine", None)


def fitted(dataset: Dataset, **params: object):
    spaces = {"minilm": space(dataset)}
    return create("learned_content", **params).fit(dataset, spaces, rng=np.random.default_rng(0))


def test_the_unrated_film_of_a_persons_world_comes_before_those_of_other_worlds() -> None:
    method = fitted(films())
    unrated = np.arange(4) * PER_WORLD + RATED
    scores = method.score(
        [Profile.of_likes([world * PER_WORLD, world * PER_WORLD + 1]) for world in range(4)]
    )
    assert scores[:, unrated].argmax(1).tolist() == [0, 1, 2, 3]


def test_it_is_the_ridge_regression_of_the_fuller_likes_on_the_points() -> None:
    dataset = films()
    method = fitted(dataset, dim=2000, factors=3, own=0.5, reg=2.0)
    liked = liked_matrix(dataset, 0.0).toarray().astype(np.float64)
    items = method.items_
    points = method.points_.astype(np.float64)
    directions = np.linalg.svd(liked[:, items])[2][:3].T
    fuller = liked[:, items] @ (directions @ directions.T) + 0.5 * liked[:, items]
    fuller -= fuller.mean(1, keepdims=True)
    rated = points[items]
    kernel = rated @ rated.T + 2.0 * np.eye(len(items))
    expected = fuller @ np.linalg.solve(kernel, rated @ points.T)
    people = [
        Profile.of_ratings(*dataset.interactions.history(user), dataset.interactions.scale)
        for user in range(5)
    ]
    np.testing.assert_allclose(method.score(people), expected[:5], atol=1e-4)


def test_votes_and_ratings_of_the_catalogue_are_not_read() -> None:
    dataset = films()
    items = dataset.catalog.items.copy()
    items["n_votes"], items["vote_average"] = range(len(items)), 3.0
    voted = replace(dataset, catalog=Catalog.of(items))
    draws = [np.random.default_rng(0), np.random.default_rng(0)]
    found = [
        film_points(one.catalog, space(one), 20, rng)
        for one, rng in zip((dataset, voted), draws, strict=True)
    ]
    assert found[0].shape == (len(items), 20)
    np.testing.assert_array_equal(*found)


def test_fewer_directions_keep_most_of_how_alike_films_are() -> None:
    dataset = films()
    whole, part = (
        film_points(dataset.catalog, space(dataset), dim, np.random.default_rng(0)) for dim in (2000, 20)
    )
    assert part.shape[1] == 20 < whole.shape[1]
    off = np.linalg.norm(whole @ whole.T - part @ part.T) / np.linalg.norm(whole @ whole.T)
    assert off < 0.2


def test_nothing_is_said_to_a_person_without_a_liked_film_that_is_rated() -> None:
    method = fitted(films())
    for profile in (Profile(), Profile.of_likes([RATED])):
        assert np.isnan(method.score([profile])).all()
        assert method.addends(profile, 0) == []


def test_a_films_own_ratings_do_not_decide_its_own_score_alone() -> None:
    """Two films that are about the same have the same score, however often either was rated."""
    dataset = films()
    items = dataset.catalog.items.copy()
    for column in items.columns.difference(["item_id"]):
        items.at[RATED, column] = items.at[0, column]
    method = fitted(replace(dataset, catalog=Catalog.of(items)))
    (scores,) = method.score([Profile.of_likes([1, 2, 20])])
    assert scores[RATED] == pytest.approx(scores[0], abs=1e-4)
