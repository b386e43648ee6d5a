"""Groups and their names."""

import numpy as np
import pytest

from core.domain import Catalog, Dataset
from core.embeddings import Space, Stamp
from core.maps import Clustering, cluster
from core.maps.cluster_names import distinctive
from core.maps.clusters import n_clusters_for
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
    assert "haunted house" in by_world["ghost"].terms
    assert by_world["heist"].top_genre == ("Crime", 1.0)
    assert len({c.name for c in found.clusters}) == 4


def test_names_do_not_tell_how_films_were_made(dataset: Dataset, letters: Space) -> None:
    items = dataset.catalog.items.copy()
    items["keywords"] = [
        ("duringcreditsstinger", "independent film", *row) for row in items["keywords"][:9]
    ] + [*items["keywords"][9:]]
    groups = cluster(letters, flat_map(letters), Catalog.of(items)).clusters
    terms = {term for group in groups for term in group.terms}
    assert "haunted house" in terms
    assert not terms & {"duringcreditsstinger", "independent film"}


def test_survives_json(found: Clustering) -> None:
    assert Clustering.from_json(found.labels, found.to_json()) == found


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


def test_weights_follow_the_formula() -> None:
    labels = np.array([0, 0, 1, 1, -1])
    found = distinctive(labels, 2, [["a", "c"], ["a"], ["b", "c"], ["c"], ["z"]], least_share=0.0)
    # shares: a 1|0, b 0|.5, c .5|1; A = 3 / 2; weight = share * log(1 + A / total)
    a, b = np.log1p(1.5 / 1.0), 0.5 * np.log1p(1.5 / 0.5)
    c0, c1 = 0.5 * np.log1p(1.5 / 1.5), np.log1p(1.5 / 1.5)
    assert found[0] == [t for t, _ in sorted({"a": a, "c": c0}.items(), key=lambda p: -p[1])]
    assert found[1] == [t for t, _ in sorted({"b": b, "c": c1}.items(), key=lambda p: -p[1])]


@pytest.mark.parametrize(("n", "k"), [(20, 4), (9742, 39), (1_000_000, 60)])
def test_how_many(n: int, k: int) -> None:
    assert n_clusters_for(n) == k
