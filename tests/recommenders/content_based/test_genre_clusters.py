"""System S4: a cluster of genres, its best genres, their most similar films."""

import numpy as np
import pytest

from core.domain import Profile
from core.errors import CannotFitError
from core.recommenders import create
from core.recommenders.content_based.genre_clusters import balanced_threshold, cluster_genres
from tests.recommenders.films import NASTY_GENRE, best, dataset, space

RNG = np.random.default_rng(0)


def fitted(**params):
    return create("genre_clusters", **{"threshold": 0.7, **params}).fit(
        dataset(), {"minilm": space()}, rng=RNG
    )


def clusters(model):
    numbers = range(int(model.labels_.max()) + 1)
    return {frozenset(np.array(model.genre_names_)[model.labels_ == number]) for number in numbers}


def test_genres_cluster_by_what_their_names_mean():
    horror = {"Horror", "Thriller"}
    assert {frozenset(horror), frozenset({"Sci-Fi"})} < clusters(fitted(threshold=0.8))
    assert frozenset({"Comedy"}) in clusters(fitted(threshold=0.8))
    assert frozenset({"Comedy", "Romance"}) in clusters(fitted(threshold=0.5))


def test_every_genre_is_in_a_cluster_even_where_the_library_leaves_it_out():
    vectors = np.array([[1, 0], [0.96, 0.28], [0, 1], [0.6, 0.8]], np.float32)
    assert len(set(cluster_genres(vectors, 0.9, 1))) == 3
    pairs = cluster_genres(vectors, 0.9, 2)
    assert pairs[0] == pairs[1] == 0
    assert (pairs >= 0).all(), "left out ones join the nearest"
    assert cluster_genres(vectors, 0.999, 3).tolist() == [0, 0, 0, 0], "no cluster is large enough"
    assert cluster_genres(vectors[:1], 0.9, 20).tolist() == [0], "fewer genres than a cluster needs"


def test_genres_that_the_space_cannot_read_do_not_dilute_the_others():
    vectors = np.array([[0, 0], [1, 0], [0.96, 0.28], [0, 0]], np.float32)
    assert cluster_genres(vectors, 0.9, 1).tolist() == [1, 0, 0, 1]
    assert cluster_genres(vectors[[0, 3]], 0.9, 1).tolist() == [0, 0]


def test_a_text_finds_films_of_the_nearest_clusters_genres_only():
    model = fitted()
    scores = model.score([Profile(text="ghost")])[0]
    assert np.flatnonzero(~np.isnan(scores)).tolist() == [2, 3, 4], "horror or thriller, with a vector"
    assert best(scores, 2) == [3, 4]
    assert scores[3] == pytest.approx(1)


def test_only_the_best_genres_of_the_cluster_are_searched():
    scores = fitted(n_genres=1).score([Profile(text="ghost")])[0]
    assert np.flatnonzero(~np.isnan(scores)).tolist() == [3, 4], "horror; not the thriller without horror"


def test_liked_films_and_a_text_ask_alike():
    model = fitted()
    films, words = model.score([Profile.of_likes([3]), Profile(text="ghost")])
    np.testing.assert_allclose(films, words, rtol=1e-6)


def test_dislikes_move_films_but_not_the_choice_of_genres():
    model = fitted()
    plain, against = model.score([Profile.of_likes([4]), Profile.of_likes([4], [2])])
    assert (np.isnan(plain) == np.isnan(against)).all()
    assert best(plain, 3) == best(against, 3) == [3, 4, 2]
    assert plain[2] - against[2] > plain[3] - against[3]


@pytest.mark.parametrize(
    "profile", [Profile(), Profile.of_likes([], [3]), Profile.of_likes([10]), Profile(text="untold")]
)
def test_nothing_wanted_finds_nothing(profile):
    model = fitted()
    assert np.isnan(model.score([profile])).all()
    assert np.isnan(model.query_vectors([profile])).all()
    assert model.explain(profile, [3]) == [()]


def test_genre_and_titles_full_of_quotes_are_plain_text():
    model = create("genre_clusters", threshold=0.99).fit(dataset(), {"minilm": space()}, rng=RNG)
    assert NASTY_GENRE in model.genre_names_
    scores = model.score([Profile(text="ghost ' OR 1=1; DROP TABLE movies; -- \" %")])[0]
    assert np.flatnonzero(~np.isnan(scores)).tolist() == [3, 4]


def test_reasons_name_the_cluster_the_genres_searched_and_the_films_own():
    model = fitted()
    first, *_ = model.explain(Profile(text="ghost"), [4])[0]
    similarity = model.choose(np.array([1, 0, 0, 0], np.float32)).similarity
    assert first.kind == "cluster"
    assert first.text == (
        f"Nearest genre cluster: Horror, Thriller (similarity {similarity:.2f}); "
        "searched Horror, Thriller; this film: Horror, Thriller."
    )


def test_restoring_needs_no_model(monkeypatch):
    model = fitted()
    for name in ("torch", "sentence_transformers"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    again = create("genre_clusters", threshold=0.7).restore(dataset(), {"minilm": space()}, model.state())
    asked = [Profile(text="alien"), Profile.of_likes([7])]
    np.testing.assert_array_equal(again.score(asked), model.score(asked))


def test_refuses_a_space_that_reads_no_text_and_a_catalogue_without_genres():
    with pytest.raises(CannotFitError, match="no text side"):
        create("genre_clusters").fit(dataset(), {"minilm": space(text=False)}, rng=RNG)
    with pytest.raises(CannotFitError, match="has a genre"):
        create("genre_clusters").fit(dataset(with_genres=False), {"minilm": space()}, rng=RNG)


def test_the_threshold_chosen_for_a_space_leaves_the_first_stage_a_choice():
    # twelve names on an arc: whatever a model's scale, no cluster takes more than a third of them
    for spread in (0.2, 1.0, 2.5):
        angles = np.linspace(0, spread, 12)
        vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
        threshold = balanced_threshold(vectors)
        sizes = np.bincount(cluster_genres(vectors, threshold, 1))
        assert sizes.max() <= 4
        if threshold < 1:
            assert sizes.max() > 1
            assert np.bincount(cluster_genres(vectors, threshold - 0.01, 1)).max() > 4
    alike = np.ones((5, 2), np.float32) / np.sqrt(2)
    assert balanced_threshold(alike) == 1.0
