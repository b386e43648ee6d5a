"""Films that belong together by facts."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from core.datasets.reading.titles import saga_name
from core.domain import Catalog
from core.evaluation.related_films import liked_together, rare_keywords, same_maker, same_saga


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
