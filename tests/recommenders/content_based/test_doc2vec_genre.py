"""System S3: predicted genres filter, cosine ranks."""

import sys

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog, Dataset, Interactions, Profile
from core.embeddings import Space, Stamp
from core.errors import CannotFitError
from core.genres.network import GenreNetwork
from core.recommenders import create
from core.recommenders.content_based.doc2vec_genre import Doc2VecGenre
from tests.recommenders.films import encode

KINDS = {"Horror": "ghost", "Sci-Fi": "alien", "Romance": "kiss"}
NASTY = "Drama' OR '1'='1"
RNG = np.random.default_rng(0)


def films(n=60):
    """Films of three kinds in turn, all of one title, plots of one word; every sixth has a second genre."""
    kinds = [list(KINDS)[i % 3] for i in range(n)]
    frame = pd.DataFrame(
        {
            "item_id": [str(i) for i in range(n)],
            "title": ["The Same'; DROP TABLE movies; --"] * n,
            "overview": [KINDS[kind] for kind in kinds],
            "genres": [(kind, NASTY) if i % 6 == 0 else (kind,) for i, kind in enumerate(kinds)],
        }
    )
    return Dataset("kinds", "Kinds", Catalog.of(frame), Interactions.empty(n))


def spaces(dataset):
    noise = np.random.default_rng(5).normal(0, 0.05, (dataset.n_items, 4))
    vectors = (encode(list(dataset.catalog.items["overview"])) + noise).astype(np.float32)
    vectors[-1] = 0
    return {"doc2vec": Space("doc2vec", vectors, Stamp("doc2vec", "test", 4), "cosine", encode)}


@pytest.fixture(scope="module")
def model():
    dataset = films()
    return create("doc2vec_genre").fit(dataset, spaces(dataset), rng=np.random.default_rng(0))


def has(model, genre):
    return np.array([genre in own for own in model.catalog_.items["genres"]])


@pytest.mark.parametrize(("genre", "word"), list(KINDS.items()))
def test_only_films_with_a_predicted_genre_are_found(model, genre, word):
    profile = Profile(text=word)
    predicted = {model.network_.names[i] for i in model.predicted(model.probabilities([profile])[0])}
    scores = model.score([profile])[0]
    assert genre in predicted
    assert not predicted & (set(KINDS) - {genre})
    found = np.flatnonzero(~np.isnan(scores))
    expected = np.logical_or.reduce([has(model, name) for name in predicted]) & model.space_.has_vector
    assert found.tolist() == np.flatnonzero(expected).tolist()
    assert np.isnan(scores[-1]), "a film without a vector"


def test_the_genres_of_a_liked_film_are_predicted_and_not_looked_up(model):
    liked = 3  # horror by its genres and its plot
    other = Doc2VecGenre().restore(films(), spaces(films()), model.state())
    other.catalog_.items["genres"] = [("Romance",)] * 60
    np.testing.assert_array_equal(
        other.probabilities([Profile.of_likes([liked])]), model.probabilities([Profile.of_likes([liked])])
    )


def test_films_of_one_title_stay_apart(model):
    scores = model.score([Profile.of_likes([1])])[0]
    same = scores[[i for i in range(57) if i % 3 == 1 and i != 1]]
    assert len(np.unique(same)) == len(same), "each film is scored by its own vector, all titles are equal"
    assert scores[1] == pytest.approx(1)


def test_several_likes_share_the_say(model):
    horror, space = model.probabilities([Profile.of_likes([i]) for i in (0, 1)])
    both = model.probabilities([Profile(np.array([0, 1]), np.array([1.0, 0.5], np.float32))])[0]
    assert both == pytest.approx((1.0 * horror + 0.5 * space) / 1.5, abs=1e-6)
    with_text = model.probabilities([Profile.of_likes([0], text="alien")])[0]
    text = model.network_.probabilities(encode(["alien"]))[0]
    assert with_text == pytest.approx((horror + text) / 2, abs=1e-6)


def two_genres(*logits):
    """A network whose logits are always these."""
    n = len(logits)
    names, thresholds = tuple("ABCDEF"[:n]), np.full(n, 0.5, np.float32)
    layers = (np.zeros((n, 4), np.float32),), (np.array(logits, np.float32),)
    return GenreNetwork(names, *layers, thresholds, np.zeros((0, 2), np.float32))


def test_the_threshold_is_one_of_probabilities_and_not_of_logits():
    network = two_genres(0.4, -0.4)
    assert network.probabilities(np.zeros((1, 4)))[0] == pytest.approx(
        [1 / (1 + np.exp(-0.4)), 1 / (1 + np.exp(0.4))]
    )
    assert network.predict(np.zeros((1, 4))).tolist() == [[True, False]], (
        "0.4 as a logit is below 0.5, as 60 % it is not"
    )


def test_a_threshold_may_be_given_and_the_most_probable_genre_is_always_there():
    model = Doc2VecGenre()
    model.network_ = two_genres(2.0, 0.4, -0.4)
    probabilities = model.network_.probabilities(np.zeros((1, 4)))[0]
    assert model.predicted(probabilities) == (0, 1)
    for threshold, expected in ((0.3, (0, 1, 2)), (0.7, (0,)), (0.99, (0,))):
        strict = Doc2VecGenre(Doc2VecGenre.Params(threshold=threshold))
        strict.network_ = model.network_
        assert strict.predicted(probabilities) == expected


def test_a_genre_full_of_quotes_is_a_genre_like_any_other(model):
    assert NASTY in model.network_.names
    scores = model.score(
        [Profile(text="ghost' OR '1'='1"), Profile(text="' OR '1'='1"), Profile(text="ghost")]
    )
    assert np.isnan(scores[0]).all(), "one unknown word, not a condition"
    assert np.isnan(scores[1]).all()
    assert 0 < np.isfinite(scores[2]).sum() < 60


def test_reasons_name_the_predicted_genres_with_their_probabilities(model):
    profile = Profile(text="ghost")
    first, *_ = model.explain(profile, [3])[0]
    horror = model.probabilities([profile])[0][model.network_.names.index("Horror")]
    assert first.kind == "predicted_genres"
    assert first.text.startswith("Predicted genres: ")
    assert f"Horror {100 * horror:.0f} %" in first.text
    assert first.text.endswith("; this film: Horror.")


@pytest.mark.parametrize(
    "profile", [Profile(), Profile.of_likes([], [3]), Profile.of_likes([59]), Profile(text="untold")]
)
def test_nothing_wanted_finds_nothing(model, profile):
    assert np.isnan(model.score([profile])).all()
    assert np.isnan(model.query_vectors([profile])).all()
    assert model.explain(profile, [3]) == [()]


def test_restoring_and_scoring_need_no_torch(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    again = create("doc2vec_genre").restore(films(), spaces(films()), model.state())
    asked = [Profile(text="ghost"), Profile.of_likes([1, 2], [3])]
    np.testing.assert_array_equal(again.score(asked), model.score(asked))


def test_fitting_again_gives_the_same(model):
    again = create("doc2vec_genre").fit(films(), spaces(films()), rng=np.random.default_rng(0))
    for name, array in model.state().items():
        np.testing.assert_array_equal(again.state()[name], array)


def test_refuses_a_catalogue_without_genres_or_with_too_few_films():
    dataset = films(3)
    with pytest.raises(CannotFitError, match="2 films have both"):
        create("doc2vec_genre").fit(dataset, spaces(dataset), rng=RNG)
    bare = Catalog.of(dataset.catalog.items.drop(columns="genres"))
    with pytest.raises(CannotFitError, match="has a genre"):
        create("doc2vec_genre").fit(Dataset("x", "X", bare, Interactions.empty(3)), spaces(dataset), rng=RNG)
