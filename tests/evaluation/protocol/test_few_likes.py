"""Methods asked with few likes: shares by hand, fame is chance, and what taste is worth on the demo."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from scipy import sparse

from core import datasets
from core.datasets.reading.archives import extract
from core.domain import Dataset
from core.evaluation.results import significance
from core.evaluation.splits import Split, few_likes
from core.recommenders import create
from core.storage.artifacts import load_space
from tests import tiny
from tests.evaluation.protocol.bed import Answers, Bed, ask, make_bed


class Fixed:
    """Answers with the same scores."""

    def __init__(self, scores: np.ndarray) -> None:
        self.scores = scores

    def score(self, profiles: list) -> np.ndarray:
        return np.tile(self.scores, (len(profiles), 1))


def bed_of_one() -> Bed:
    """One person who likes film 0; films 1 and 2 belong with it."""
    dataset = tiny.tiny_dataset()
    known, test = (
        sparse.csr_matrix(
            (np.full(len(items), 5, np.float32), (np.zeros(len(items), int), items)), shape=(1, 36)
        )
        for items in ([0], [1, 2])
    )
    nothing = sparse.csr_matrix((1, 36), dtype=bool)
    ratings = dataset.interactions.ratings.toarray()
    ratings[0] = 0
    train = sparse.csr_matrix(ratings)
    inter = dataset.interactions
    interactions = type(inter)(train, inter.user_ids, None, inter.scale, inter.is_explicit)
    split = Split("few_likes[n=1]", interactions, np.array([0]), known, test, nothing, tests_ratings=False)
    return Bed(dataset, (split,))


def test_answers_are_counted_against_facts_and_decoys() -> None:
    scores = np.full(36, np.nan, np.float32)
    scores[[0, 1, 20]] = [9, 3, 1]
    found = ask(Fixed(scores), bed_of_one())  # type: ignore[arg-type]
    assert found.acceptable.tolist() == [1 / 2], "one of the two, and the like itself is not listed"
    assert found.person.tolist() == [0]
    assert found.n_likes.tolist() == [1]
    assert found.over_decoys.tolist() == [3 / 4], "film 1 above its decoy; film 2 and its decoy have no score"
    nothing = ask(Fixed(np.full(36, np.nan, np.float32)), bed_of_one())  # type: ignore[arg-type]
    assert (nothing.acceptable, nothing.famous, nothing.over_decoys) == ([0], [0], [1 / 2])


def test_naming_famous_films_is_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_likes, "LEAST_RATINGS", 5)
    bed = make_bed(tiny.tiny_dataset(n_users=200, per_world=20), 60, np.random.default_rng(1))
    assert bed.n_questions == 60
    fame = create("popularity").fit(bed.dataset, {}, rng=np.random.default_rng(0))
    knn = create("item_knn").fit(bed.dataset, {}, rng=np.random.default_rng(0))
    assert np.nanmean(ask(fame, bed).over_decoys) == pytest.approx(0.5, abs=0.12)
    assert np.nanmean(ask(knn, bed).over_decoys) > 0.8


@cache
def on_the_demo(name: str) -> Answers:
    """What a method makes of a hundred questions on the demo, with the embedding that is shipped."""
    folder = Path(datasets.bundled_folder("demo") or "")
    with TemporaryDirectory() as place:
        extract(next((folder / "shipped").glob("space-minilm-*")), Path(place, "space"))
        space, _ = load_space(Path(place, "space"))
        space = replace(space, vectors=np.array(space.vectors))
    dataset: Dataset = datasets.load("demo", folder)
    bed = make_bed(dataset, 300, np.random.default_rng(0))
    method = create(name).fit(bed.dataset, {"minilm": space}, rng=np.random.default_rng(0))
    return ask(method, bed)


@pytest.mark.slow
def test_on_the_demo_taste_names_what_fits_and_more_of_it_than_slim() -> None:
    taste, slim = on_the_demo("taste"), on_the_demo("slim")
    assert 0.6 <= taste.acceptable.mean() <= 0.9
    assert taste.acceptable.mean() >= 1.25 * slim.acceptable.mean()
    assert np.nanmean(taste.over_decoys) >= np.nanmean(slim.over_decoys) + 0.05
    difference = (taste.acceptable - slim.acceptable)[:, None]
    assert significance.permutation_test(difference, np.random.default_rng(0))[0] < 0.001


@pytest.mark.slow
def test_on_the_demo_the_floor_is_where_it_should_be() -> None:
    chance, fame = on_the_demo("random"), on_the_demo("popularity")
    assert np.nanmean(chance.over_decoys) == pytest.approx(0.5, abs=0.02)
    assert fame.famous.mean() > 0.85, "what is rated highly counts there, too"
    assert fame.acceptable.mean() < 0.25, "naming famous films is no answer"
    assert chance.acceptable.mean() < on_the_demo("taste").acceptable.mean() / 2
