"""Kept runs: found again as long as what decides them is the same."""

from core import recommenders
from core.evaluation.results.runs import run_key
from tests.evaluation.methods import MeanRating

KEPT_AS = {
    "content": "content.Content",
    "doc2vec_genre": "doc2vec_genre.Doc2VecGenre",
    "ease": "ease.Ease",
    "edlae": "ease.Edlae",
    "genre_clusters": "genre_clusters.GenreClusters",
    "hybrid": "hybrid.Hybrid",
    "ials": "ials.Ials",
    "item_knn": "item_knn.ItemKnn",
    "popularity": "popularity.Popularity",
    "predicted_rating": "predicted_rating.PredictedRating",
    "random": "random_order.RandomOrder",
    "rp3beta": "rp3beta.Rp3Beta",
    "slim": "slim.Slim",
    "triplet": "triplet.Triplet",
    "user_knn": "user_knn.UserKnn",
    "user_vectors": "user_vectors.UserVectors",
    "word2vec_titles": "word2vec_titles.Word2VecTitles",
}
"""Method -> what the keys of the runs call it that people have kept."""


def test_a_method_is_called_in_keys_as_it_was_when_its_runs_were_kept() -> None:
    called = {
        name: run_key(recommenders.create(name), {}, {})["method"]["class"] for name in recommenders.names()
    }
    expected = {name: f"core.recommenders.{kept}" for name, kept in KEPT_AS.items()}
    assert {name: called[name] for name in expected} == expected


def test_a_method_from_elsewhere_is_called_by_its_place() -> None:
    assert run_key(MeanRating(), {}, {})["method"]["class"] == "tests.evaluation.methods.MeanRating"
