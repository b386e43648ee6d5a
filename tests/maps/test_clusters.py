"""Groups and their names."""

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog, Dataset
from core.embeddings import Space, Stamp
from core.maps import Clustering, cluster, clusters, k_means
from core.maps.clusters import GROUP, REGION, SMALLEST, SUBGROUP, n_clusters_for
from core.maps.group_names import words_of
from core.maps.k_means import divide
from tests import tiny
from tests.conftest import flat_map


@pytest.fixture(scope="module")
def found(dataset: Dataset, letters: Space) -> Clustering:
    return cluster(letters, flat_map(letters), dataset.catalog)


def test_the_worlds_are_the_groups(found: Clustering) -> None:
    groups = [set(found.labels[9 * world : 9 * world + 9].tolist()) for world in range(4)]
    assert all(len(group) == 1 for group in groups)
    assert len(set.union(*groups)) == 4
    assert found.genre_share == 1.0
    assert found.genre_share > found.chance


def test_names_tell_what_is_in_them(found: Clustering) -> None:
    by_world = {world: found.clusters[found.labels[9 * i]] for i, world in enumerate(tiny.WORLDS)}
    assert by_world["ghost"].name.startswith("Horror: ")
    assert "haunted houses" in by_world["ghost"].terms
    assert by_world["heist"].top_genre == ("Crime", 1.0)
    assert len({c.name for c in found.clusters}) == 4


def test_names_do_not_tell_how_films_were_made(dataset: Dataset, letters: Space) -> None:
    items = dataset.catalog.items.copy()
    items["keywords"] = [
        ("duringcreditsstinger", "independent film", *row) for row in items["keywords"][:9]
    ] + [*items["keywords"][9:]]
    groups = cluster(letters, flat_map(letters), Catalog.of(items)).clusters
    terms = {term for group in groups for term in group.terms}
    assert "haunted houses" in terms
    assert not terms & {"duringcreditsstinger", "independent film"}


def test_survives_json(found: Clustering) -> None:
    again = Clustering.from_json(found.levels, found.to_json())
    assert again.levels.tolist() == found.levels.tolist()
    assert (again.clusters, again.tree, again.chance) == (found.clusters, found.tree, found.chance)


def test_groups_of_an_older_version_still_have_regions_and_names(found: Clustering) -> None:
    told = found.to_json()
    del told["tree"]
    older = Clustering.from_json(found.labels, told)
    assert older.labels.tolist() == found.labels.tolist()
    assert [place.name for place in older.places(GROUP)] == [one.name for one in found.clusters]
    assert [place.size for place in older.places(REGION)] == [36]
    assert (older.levels[:, SUBGROUP] == -1).all()


def test_films_without_a_vector_are_left_out(dataset: Dataset, letters: Space) -> None:
    vectors = letters.vectors.copy()
    vectors[[0, 20]] = 0
    space = Space("letters", vectors, letters.stamp)
    found = cluster(space, flat_map(letters), dataset.catalog)
    assert found.labels[[0, 20]].tolist() == [-1, -1]
    assert (found.labels >= 0).sum() == 34


def test_a_handful_of_films_is_no_group() -> None:
    catalog = Catalog.of(tiny.tiny_frame(2))
    space = Space("s", np.eye(8, dtype=np.float32), Stamp("s", "1", 8))
    found = cluster(space, np.zeros((8, 2), np.float32), catalog)
    assert found.clusters == ()
    assert found.tree == ()
    assert found.levels.tolist() == [[-1] * 3] * 8


@pytest.fixture(scope="module")
def blobs() -> tuple[Space, np.ndarray, Clustering]:
    """600 films in twelve clouds of three sizes, each of which falls into two halves; genres alone tell of them."""
    rng = np.random.default_rng(3)
    sizes = np.repeat([30, 150, 400], 4)
    centres = rng.normal(size=(12, 8)) * 10
    halves = rng.normal(size=(12, 2, 8)) * 2
    vectors = np.concatenate(
        [
            centres[c] + np.repeat(halves[c], [n // 2, n - n // 2], axis=0) + rng.normal(size=(n, 8)) * 0.1
            for c, n in enumerate(sizes)
        ]
    ).astype(np.float32)
    vectors[7] = 0
    genres = ["War", "Romance", "Drama", "War"]
    frame = pd.DataFrame(
        {
            "item_id": [str(n) for n in range(len(vectors))],
            "title": [f"Film {n}" for n in range(len(vectors))],
            "genres": [(genres[c % 4],) for c in np.repeat(np.arange(12), sizes)],
        }
    )
    space = Space("s", vectors, Stamp("s", "1", 8), "l2")
    points = vectors[:, :2].copy()
    points[7] = np.nan
    return space, points, cluster(space, points, Catalog.of(frame))


def test_a_tree_holds_every_film_once_on_each_level(blobs: tuple[Space, np.ndarray, Clustering]) -> None:
    _, _, found = blobs
    tree, n = found.tree, (found.labels >= 0).sum()
    assert [place.level for place in tree] == sorted(place.level for place in tree)
    for level in (REGION, GROUP):
        assert sum(place.size for place in tree if place.level == level) == n
    assert any(place.level == SUBGROUP for place in tree)
    for number, place in enumerate(tree):
        assert (place.parent == -1) == (place.level == REGION)
        inside = [child for child in tree if child.parent == number]
        assert not inside or sum(child.size for child in inside) == place.size
        assert place.size >= SMALLEST
        own = number - next(n for n, other in enumerate(tree) if other.level == place.level)
        assert place.size == (found.levels[:, place.level] == own).sum()
        if place.level:
            assert tree[place.parent].level == place.level - 1
    groups = [place for place in tree if place.level == GROUP]
    assert [place.name for place in groups] == [one.name for one in found.clusters]
    assert [tree[place.parent].name for place in groups] == [one.region for one in found.clusters]
    assert (found.levels[7] == -1).all()


def test_a_place_stands_in_the_middle_of_its_films(blobs: tuple[Space, np.ndarray, Clustering]) -> None:
    _, points, found = blobs
    numbered = [(number, place) for level in range(3) for number, place in enumerate(found.places(level))]
    for number, place in numbered:
        own = points[found.levels[:, place.level] == number]
        middle = np.median(own, axis=0)
        assert (place.x, place.y) == pytest.approx(tuple(middle), abs=1e-3)
        assert place.spread == pytest.approx(np.median(np.linalg.norm(own - middle, axis=1)), abs=1e-3)


def test_no_two_places_have_the_same_name(blobs: tuple[Space, np.ndarray, Clustering]) -> None:
    names = [words_of(place.name) for place in blobs[2].tree]
    assert len(set(names)) == len(names)


def test_no_part_is_smaller_than_asked_and_what_was_goes_to_the_nearest() -> None:
    rng = np.random.default_rng(5)
    vectors = np.concatenate(
        [
            rng.normal(size=(40, 3)),
            rng.normal(size=(40, 3)) + 20,
            rng.normal(size=(2, 3)) + np.array([20, 20, 40]),
        ]
    ).astype(np.float32)
    labels, centres = divide(vectors, 3, smallest=1, seed=0)
    assert sorted(np.bincount(labels)) == [2, 40, 40]
    labels, centres = divide(vectors, 3, smallest=12, seed=0)
    assert np.bincount(labels).tolist() == [42, 40]
    assert set(labels[40:]) == {0}
    assert len(centres) == 2


@pytest.mark.parametrize(("n", "k"), [(20, 4), (9742, 39), (1_000_000, 60)])
def test_how_many(n: int, k: int) -> None:
    assert n_clusters_for(n) == k


def test_of_very_many_films_centres_are_found_on_some_and_every_film_goes_to_the_nearest(monkeypatch):
    rng = np.random.default_rng(0)
    middles = rng.normal(size=(5, 8)).astype(np.float32) * 10
    vectors = (middles[rng.integers(5, size=900)] + rng.normal(size=(900, 8))).astype(np.float32)
    whole, _ = k_means.divide(vectors, 5, smallest=2, seed=0)
    monkeypatch.setattr(k_means, "MOST_FITTED", 200)
    monkeypatch.setattr(k_means, "BLOCK", 50)
    found, centres = k_means.divide(vectors, 5, smallest=2, seed=0)
    assert (found == whole).all(), "groups that lie apart are the same"
    far = ((vectors[:, None] - centres) ** 2).sum(axis=2)
    assert (found == far.argmin(axis=1)).all()


def test_subgroups_are_larger_where_there_would_be_too_many(monkeypatch):
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(2400, 6)).astype(np.float32)
    labels = np.zeros(2400, np.int64)
    few = clusters._subgroups(vectors, np.arange(2400), labels, 0)
    assert few.max() + 1 == pytest.approx(40, abs=4)
    monkeypatch.setattr(clusters, "MOST_SUBGROUPS", 10)
    assert clusters._subgroups(vectors, np.arange(2400), labels, 0).max() + 1 == 10
