"""Films held against each other: every likeness is that of a loop over pairs, and alike films stand together."""

from itertools import permutations

import numpy as np
import pytest

from core import recommenders
from core.errors import InvalidQueryError
from core.exploration import film_likeness as likeness
from core.exploration.alike_order import standing_together
from core.recommenders.base import LikensFilms
from core.serving import Atlas
from core.serving.similarity import SHRINKAGE

FILMS = [0, 10, 1, 30, 8, 19]
"""The one at place 4, the last of its world, is rated by nobody."""


def pair(atlas: Atlas, name: str, one: int, other: int) -> float:
    """The likeness of two films asked for by themselves."""
    return float(likeness.alike_films(atlas, name, [one, other]).values[0, 1])


@pytest.mark.parametrize(
    "name", ["people", "space-letters", "method-ease", "method-item_knn", "method-ials", "method-slim"]
)
def test_every_way_is_symmetric_and_does_not_depend_on_the_others(atlas: Atlas, name: str) -> None:
    assert name in likeness.likenesses(atlas)
    found = likeness.alike_films(atlas, name, FILMS)
    assert sorted(found.items) == sorted(FILMS)
    assert np.isnan(np.diagonal(found.values)).all()
    np.testing.assert_array_equal(found.values, found.values.T)
    for row, one in enumerate(found.items):
        for column, other in enumerate(found.items):
            if row != column:
                expected = pair(atlas, name, int(one), int(other))
                assert found.values[row, column] == pytest.approx(expected, nan_ok=True, abs=1e-6)


def test_likeness_by_people_is_the_shrunk_cosine_of_who_likes_both(atlas: Atlas) -> None:
    ratings = atlas.interactions.ratings.toarray()
    strengths = np.where(ratings >= 2.75, (ratings - 0.5) / 4.5, 0)
    for one, other in permutations(FILMS, 2):
        a, b = strengths[:, one], strengths[:, other]
        expected = (
            a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + SHRINKAGE) if a.any() and b.any() else np.nan
        )
        assert pair(atlas, "people", one, other) == pytest.approx(expected, nan_ok=True, abs=1e-6)


def test_an_embedding_gives_cosines_and_a_method_what_it_learned(atlas: Atlas) -> None:
    vectors = atlas.space("letters").vectors
    cosine = vectors[0] @ vectors[10] / np.linalg.norm(vectors[0]) / np.linalg.norm(vectors[10])
    assert pair(atlas, "space-letters", 0, 10) == pytest.approx(cosine, abs=1e-6)
    ease = atlas.methods.fitted("ease")
    place = {int(film): row for row, film in enumerate(ease.items_)}  # type: ignore[attr-defined]
    weights = np.asarray(ease.weights_.todense() if hasattr(ease.weights_, "todense") else ease.weights_)  # type: ignore[attr-defined]
    both = (weights[place[0], place[10]] + weights[place[10], place[0]]) / 2
    assert pair(atlas, "method-ease", 0, 10) == pytest.approx(both)
    factors = atlas.methods.fitted("ials").factors_  # type: ignore[attr-defined]
    cosine = factors[0] @ factors[10] / np.linalg.norm(factors[0]) / np.linalg.norm(factors[10])
    assert pair(atlas, "method-ials", 0, 10) == pytest.approx(cosine, abs=1e-6)


@pytest.mark.parametrize("name", ["people", "method-ease", "method-ials"])
def test_of_a_film_that_nobody_rated_nothing_is_known(atlas: Atlas, name: str) -> None:
    assert atlas.counts[8] == 0
    assert np.isnan(pair(atlas, name, 0, 8))
    assert np.isfinite(pair(atlas, "space-letters", 0, 8))


def test_every_built_method_that_likens_films_is_offered(atlas: Atlas) -> None:
    offered = {
        name.removeprefix("method-") for name in likeness.likenesses(atlas) if name.startswith("method-")
    }
    can = {name for name in recommenders.names() if issubclass(recommenders.method_class(name), LikensFilms)}
    assert offered == {name for name in can if atlas.manifest.has_method(name)}
    assert {"ease", "edlae", "ials", "item_knn", "rp3beta", "slim"} <= offered
    labels = [likeness.likeness_label(name) for name in likeness.likenesses(atlas)]
    assert len(set(labels)) == len(labels)
    assert "EASE" in labels


def test_alike_films_stand_together(atlas: Atlas) -> None:
    mixed = [0, 10, 1, 11, 2, 12]  # two worlds, in turns
    found = likeness.alike_films(atlas, "space-letters", mixed)
    worlds = [int(item) // 9 for item in found.items]
    assert worlds in ([0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0])


def test_leaves_are_in_their_best_order() -> None:
    rng = np.random.default_rng(2)
    points = np.sort(rng.random(7))
    mixed = rng.permutation(7)
    apart = np.abs(points[mixed][:, None] - points[mixed][None, :])
    order = points[mixed][standing_together(apart)]
    assert (np.diff(order) > 0).all() or (np.diff(order) < 0).all()
    assert standing_together(apart[:2, :2]) == [0, 1]


def test_all_pairs_stand_in_the_table_the_most_alike_first(atlas: Atlas) -> None:
    found = likeness.alike_films(atlas, "people", FILMS)
    table = likeness.alike_table(found, atlas.titles.labels)
    assert len(table) == 15
    known = table["Likeness"].dropna()
    assert (np.diff(known) <= 0).all()
    assert table["Likeness"].tail(15 - len(known)).isna().all()
    first = table.iloc[0]
    assert {first["Film"], first["and"]} <= {atlas.titles.labels[film] for film in FILMS}


def test_what_cannot_be_shown_is_refused(atlas: Atlas) -> None:
    with pytest.raises(InvalidQueryError, match="more than can be read"):
        likeness.alike_films(atlas, "people", list(range(36)) * 2)
    for name in ("method-popularity", "space-nowhere", "<b>"):
        with pytest.raises(InvalidQueryError):
            likeness.alike_films(atlas, name, FILMS)


def test_films_to_begin_with(atlas: Atlas) -> None:
    assert likeness.films_to_begin_with(atlas, [3, 1]) == [3, 1]
    most = likeness.films_to_begin_with(atlas, [3])
    assert len(most) == likeness.FIRST_FILMS
    counts = atlas.counts[most].tolist()
    assert counts == sorted(atlas.counts.tolist(), reverse=True)[: likeness.FIRST_FILMS]
