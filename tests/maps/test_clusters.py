"""Groups and their names."""

import numpy as np
import pytest

from core.domain import Catalog, Dataset
from core.embeddings import Space, Stamp
from core.maps import Clustering, cluster
from core.maps.cluster_names import distinctive
from core.maps.clusters import n_clusters_for
from core.maps.name_tree import LONGEST, SMALLEST, name_tree
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
    again = Clustering.from_json(found.levels, found.to_json())
    assert again.levels.tolist() == found.levels.tolist()
    assert (again.clusters, again.tree, again.chance) == (found.clusters, found.tree, found.chance)


def test_groups_of_an_older_version_still_have_regions_and_names(found: Clustering) -> None:
    told = found.to_json()
    del told["tree"]
    older = Clustering.from_json(found.labels, told)
    assert older.labels.tolist() == found.labels.tolist()
    assert [place.name for place in older.places(1)] == [one.name for one in found.clusters]
    assert [place.size for place in older.places(0)] == [36]
    assert (older.levels[:, 2] == -1).all()


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


def many_films(n: int = 900) -> tuple[Catalog, Space, Clustering]:
    """Films of a few genres in a cloud of clumps, with plots that repeat themselves."""
    rng = np.random.default_rng(0)
    frame = tiny.tiny_frame(9)
    rows = frame.iloc[rng.integers(0, len(frame), n)].reset_index(drop=True)
    rows["item_id"] = [str(number) for number in range(n)]
    catalog = Catalog.of(rows)
    clumps = rng.normal(size=(12, 6)) * 4
    vectors = (clumps[rng.integers(0, 12, n)] + rng.normal(size=(n, 6))).astype(np.float32)
    space = Space("s", vectors, Stamp("s", "1", 6), "l2")
    return catalog, space, cluster(space, flat_map(space), catalog)


def test_no_two_names_of_the_tree_are_alike() -> None:
    _, _, found = many_films()
    names = [place.name.lower() for place in found.tree]
    assert len(set(names)) == len(names)
    words = [frozenset(name.replace("&", " ").replace(",", " ").replace(":", " ").split()) for name in names]
    assert len(set(words)) == len(words), "nor the same words in another order"
    assert {place.level for place in found.tree} == {0, 1, 2}


def test_the_tree_is_a_tree() -> None:
    _, _, found = many_films()
    for level in range(3):
        places = found.places(level)
        counts = np.bincount(found.levels[found.levels[:, level] >= 0, level], minlength=len(places))
        assert [place.size for place in places] == counts.tolist()
        for number, place in enumerate(places):
            inside = found.levels[found.levels[:, level] == number]
            assert set(inside[:, level - 1].tolist()) == {place.parent} if level else place.parent == -1
    assert min(place.size for place in found.places(2)) >= SMALLEST


def test_a_name_stands_among_its_films_and_says_how_far_they_reach() -> None:
    _, space, found = many_films()
    points = flat_map(space)
    for number, place in enumerate(found.places(1)):
        own = points[found.labels == number]
        assert (place.x, place.y) == pytest.approx(np.median(own, axis=0), abs=1e-3)
        far = np.linalg.norm(own - [place.x, place.y], axis=1)
        assert place.spread == pytest.approx(np.median(far), abs=1e-3)


def test_names_are_short_enough_for_a_map() -> None:
    _, _, found = many_films()
    assert all(len(place.name) <= LONGEST or place.name.startswith("Like ") for place in found.tree)


def test_films_that_nothing_is_known_of_get_names_all_the_same() -> None:
    frame = tiny.tiny_frame(9)
    frame["genres"] = [()] * len(frame)
    frame["keywords"] = [()] * len(frame)
    frame["overview"] = ""
    vectors = np.random.default_rng(0).normal(size=(36, 4)).astype(np.float32)
    labels = np.arange(36) % 4
    centres = np.stack([vectors[labels == n].mean(0) for n in range(4)])
    _, places = name_tree(labels, centres, vectors, vectors[:, :2], Catalog.of(frame))
    names = [place.name for place in places]
    assert all(names)
    assert len(set(names)) == len(names)
