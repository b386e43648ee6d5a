"""Few likes: what is acceptable follows from facts, and decoys are as famous."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from core.datasets.reading.titles import saga_name
from core.domain import Catalog, Dataset, Interactions
from core.errors import DatasetError
from core.evaluation.protocol import few_likes
from core.evaluation.protocol.few_likes import Bed, FewLikes, ask, make_bed
from core.evaluation.related_films import liked_together, rare_keywords, same_maker, same_saga
from core.recommenders import create
from tests import tiny


def catalog(**columns: list) -> Catalog:
    n = len(next(iter(columns.values())))
    titles = columns.pop("title", [f"Film {chr(65 + i)}" for i in range(n)])
    return Catalog.of(pd.DataFrame({"item_id": range(n), "title": titles, **columns}))


def pairs(matrix: sparse.csr_matrix) -> set[tuple[int, int]]:
    assert (matrix != matrix.T).nnz == 0
    found = matrix.tocoo()
    return {(int(a), int(b)) for a, b in zip(found.row, found.col, strict=True) if a < b}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Alien", "alien"), ("Alien 3", "alien"), ("Alien: Covenant", "alien"), ("Toy Story 2", "toy story"),
        ("Rocky IV", "rocky"), ("The Godfather: Part II", "the godfather"), ("Kill Bill: Vol. 1", "kill bill"),
        ("Harry Potter and the Goblet of Fire", "harry potter"), ("Beauty and the Beast", "beauty and the beast"),
        ("Se7en", "se7en"), ("12", "12"), ("The Heat", "the heat"), ("Heat", "heat"), ("IV", "iv"),
    ],
)  # fmt: skip
def test_a_saga_is_what_its_titles_share(title: str, name: str) -> None:
    assert saga_name(title) == name


def test_films_of_a_saga_belong_together() -> None:
    films = catalog(title=["Alien", "Alien 3", "Up", "Up 2", "Heat", "The Heat"])
    assert pairs(same_saga(films)) == {(0, 1)}, (
        "two letters are no saga, and an article tells two films apart"
    )


def test_one_maker_and_one_kind_belong_together() -> None:
    films = catalog(
        directors=[["A"], ["A"], ["A"], ["B"]], genres=[["Crime"], ["Crime", "Drama"], ["Comedy"], ["Crime"]]
    )
    assert pairs(same_maker(films)) == {(0, 1)}


def test_two_rare_keywords_belong_together_and_common_ones_do_not() -> None:
    common = [["war", "love"]] * 20
    films = catalog(keywords=[["ai", "robot"], ["robot", "ai", "war"], ["robot"], *common])
    assert pairs(rare_keywords(films)) == {(0, 1)}


def test_liked_together_is_more_often_than_by_chance() -> None:
    liked = np.zeros((60, 4), bool)
    liked[:6, :2] = True  # six people like both of the first two, and nobody else does
    liked[:, 2] = True  # everybody likes the third: liked with all, and no more than by chance
    liked[10:13, [0, 3]] = True  # three people are too few
    assert pairs(liked_together(sparse.csr_matrix(liked))) == {(0, 1)}


def bed_of_four() -> Bed:
    dataset = tiny.tiny_dataset()
    question = FewLikes(np.array([0]), np.array([1, 2]), np.array([10, -1]))
    return Bed(dataset, (question,), np.array([10, 11]))


class Fixed:
    """Answers with the same scores."""

    def __init__(self, scores: np.ndarray) -> None:
        self.scores = scores

    def score(self, profiles: list) -> np.ndarray:
        return np.tile(self.scores, (len(profiles), 1))


def test_answers_are_counted_against_facts_fame_and_decoys() -> None:
    scores = np.full(36, np.nan, np.float32)
    scores[[0, 1, 10, 20]] = [9, 3, 2, 1]
    found = ask(Fixed(scores), bed_of_four())  # type: ignore[arg-type]
    assert found.acceptable == [1 / 2], "one of the two, and the like itself is not listed"
    assert found.famous == [1 / 3], "one of the three that were listed"
    assert found.over_decoys == [1], "film 1 above film 10; film 2 has no decoy"
    scores[[1, 10]] = [2, 3]
    assert ask(Fixed(scores), bed_of_four()).over_decoys == [0]  # type: ignore[arg-type]
    scores[[1, 10]] = np.nan
    assert ask(Fixed(scores), bed_of_four()).over_decoys == [1 / 2]  # type: ignore[arg-type]


def test_a_bed_asks_with_known_films_and_naming_famous_ones_is_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(few_likes, "LEAST_RATINGS", 5)
    dataset = tiny.tiny_dataset(n_users=200)
    bed = make_bed(dataset, 60, np.random.default_rng(1))
    counts = bed.dataset.interactions.item_counts()
    assert bed.dataset.interactions.n_users == 100
    assert len(bed.questions) == 60
    assert {len(question.likes) for question in bed.questions} == {1, 2, 3}
    for question in bed.questions:
        assert (counts[question.likes] >= 5).all()
        assert not set(question.likes) & set(question.acceptable)
        paired = question.decoys >= 0
        one, other = question.acceptable[paired], question.decoys[paired]
        assert not set(other) & (set(question.acceptable) | set(question.likes))
        assert (np.abs(counts[one] - counts[other]) <= 1 + 0.05 * counts[one] + 1).all()
    fame = create("popularity").fit(bed.dataset, {}, rng=np.random.default_rng(0))
    knn = create("item_knn").fit(bed.dataset, {}, rng=np.random.default_rng(0))
    assert np.nanmean(ask(fame, bed).over_decoys) == pytest.approx(0.5, abs=0.12)
    assert np.nanmean(ask(knn, bed).over_decoys) > 0.8


def test_without_people_there_is_no_bed() -> None:
    dataset = tiny.tiny_dataset()
    bare = Dataset("bare", "Bare", dataset.catalog, Interactions.empty(len(dataset.catalog)))
    with pytest.raises(DatasetError, match="too few people"):
        make_bed(bare, 5, np.random.default_rng(0))
