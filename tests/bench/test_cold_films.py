"""docs/cold-films.md is what bench/cold_films.py kept; its baseline and its intervals are what they are called."""

import json
from dataclasses import replace

import numpy as np
import pytest

from bench import cold_films, cold_films_document
from core.domain import Catalog, Profile
from core.embeddings import Space, Stamp
from tests import tiny

NEAR = 1e-5


def test_the_page_is_what_was_kept() -> None:
    found = [json.loads(cold_films.path_of(name).read_text("utf-8")) for name in cold_films.DATASETS]
    page = cold_films_document.document(found)
    assert cold_films.DOCUMENT.read_text("utf-8") == page, "make it again: python bench/cold_films.py render"
    found[0]["questions"]["among themselves"]["methods"]["content"]["ndcg"]["mean"] = 0.98765
    changed = set(cold_films_document.document(found).splitlines()) - set(page.splitlines())
    assert len(changed) == 1
    assert "`content` | 0.9877" in changed.pop()


def test_learned_content_is_three_times_genres_alone_on_every_dataset() -> None:
    for name in cold_films.DATASETS:
        found = json.loads(cold_films.path_of(name).read_text("utf-8"))
        for question in found["questions"].values():
            assert question["methods"]["learned_content"]["times_genres"]["low"] > 3


def test_the_ratio_and_its_interval_are_of_the_same_people() -> None:
    baseline = np.array([0.1, 0.2, 0.3, np.nan, 0.4])
    found = cold_films.with_interval(2 * baseline, baseline)
    assert found["ndcg"]["mean"] == pytest.approx(0.5)
    assert found["ndcg"]["low"] < 0.5 < found["ndcg"]["high"]
    assert set(found["times_genres"].values()) == {2.0}


def test_genres_alone_is_the_cosine_to_the_mean_of_the_likes_genres() -> None:
    dataset = tiny.tiny_dataset()
    spaces = {"genres": cold_films.genre_space(dataset.catalog)}
    method = cold_films.methods()[cold_films.BASELINE]().fit(dataset, spaces, rng=np.random.default_rng(0))
    (scores,) = method.score([Profile.of_likes([0, 1])])
    mean = cold_films.genre_directions(dataset.catalog)[[0, 1]].mean(0)
    for item in (3, 9, 17):
        own = cold_films.genre_directions(dataset.catalog)[item]
        assert scores[item] == pytest.approx(own @ mean / np.linalg.norm(mean), abs=NEAR)


def test_one_list_is_the_mean_of_everybodys() -> None:
    dataset, letters = tiny.tiny_dataset(), tiny.Letters()
    space = Space("minilm", letters.encode_items(dataset), Stamp("minilm", "1", letters.dim), "cosine", None)
    made = [
        method().fit(dataset, {"minilm": space}, rng=np.random.default_rng(0))
        for method in (cold_films.OneList, cold_films.methods()["learned_content"])
    ]
    histories = [dataset.interactions.history(user) for user in range(dataset.interactions.n_users)]
    people = [Profile.of_ratings(*history, dataset.interactions.scale) for history in histories]
    one, own = made[0].score(people[:2]), made[1].score(people)
    np.testing.assert_array_equal(one[0], one[1])
    np.testing.assert_allclose(one[0], own.mean(0), atol=1e-4)


def test_films_without_tags_have_none_in_their_vectors_either(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    dataset, letters = tiny.tiny_dataset(), tiny.Letters()
    space = Space(
        "letters", letters.encode_items(dataset), Stamp("letters", "1", letters.dim), "cosine", None
    )
    items = dataset.catalog.items.copy()
    items["keywords"] = [words if item < 2 else () for item, words in enumerate(items["keywords"])]
    monkeypatch.setattr(cold_films, "home", lambda: tmp_path)
    monkeypatch.setattr(cold_films.embeddings, "create", lambda name: letters)
    bare, moved = cold_films.without_tags(replace(dataset, catalog=Catalog.of(items)), space)
    assert not any(bare.catalog.items["keywords"])
    np.testing.assert_array_equal(moved.vectors[2:], space.vectors[2:])
    assert np.abs(moved.vectors[:2] - space.vectors[:2]).max() > 0
