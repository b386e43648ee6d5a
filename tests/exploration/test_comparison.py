"""Lists side by side: how far they agree, what is marked, and what happens to a method that cannot answer."""

from collections.abc import Sequence
from dataclasses import replace
from math import isnan, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import recommenders
from core.domain import Answer, Question, Recommendation
from core.errors import CannotFitError, InvalidQueryError, SameMethodError
from core.exploration import comparison
from core.exploration.comparison import Column, Comparison, Mark, compare
from core.exploration.list_figures import popularity
from core.exploration.rank_agreement import overlap_at_k, rank_biased_overlap, weight_of_top
from core.recommenders import Ability
from core.serving import Atlas
from core.serving.fitted_methods import FittedMethods
from core.serving.profiles import LONGEST_TEXT

pytestmark = pytest.mark.slow

LISTS = st.lists(st.integers(0, 14), max_size=12, unique=True)
PERSISTENCES = st.sampled_from([0.1, 0.5, 0.9, 0.98])


def summed(first: list[int], second: list[int], p: float) -> float:
    """The definition itself: the mean agreement a reader meets, depth by depth, as far as it can matter."""
    short, long = sorted((first, second), key=len)
    at_end = len(set(short) & set(long[: len(short)]))
    total, agreement = 0.0, 0.0
    for depth in range(1, 3000):
        if depth <= len(long):
            shared = len(set(short[:depth]) & set(long[:depth]))
            missing = max(depth - len(short), 0)
            agreement = (shared + missing * at_end / len(short)) / depth
        total += (1 - p) * p ** (depth - 1) * agreement
    return total


@given(LISTS, LISTS, PERSISTENCES)
def test_rank_biased_overlap_is_its_definition(first: list[int], second: list[int], p: float) -> None:
    value = rank_biased_overlap(first, second, p)
    if not first and not second:
        assert isnan(value)
    elif not first or not second:
        assert value == 0
    else:
        assert value == pytest.approx(summed(first, second, p), abs=1e-9)


@given(LISTS, LISTS, PERSISTENCES)
def test_rank_biased_overlap_is_bounded_symmetric_and_knows_itself(
    first: list[int], second: list[int], p: float
) -> None:
    value = rank_biased_overlap(first, second, p)
    if first:
        assert rank_biased_overlap(first, first, p) == pytest.approx(1)
    if first or second:
        assert 0 <= value <= 1
        assert value == pytest.approx(rank_biased_overlap(second, first, p), abs=1e-12)
        assert (value > 0) == bool(set(first) & set(second))


def test_the_top_counts_most() -> None:
    right = list("abcdefghij")
    # the lists agree from the second rank on: only the first rank's weight is lost
    assert rank_biased_overlap(right, list("bacdefghij"), 0.9) == pytest.approx(1 - 0.1)
    # they differ at the ninth rank only
    assert rank_biased_overlap(right, list("abcdefghji"), 0.9) == pytest.approx(1 - 0.1 * 0.9**8 / 9)
    # seven of seven films are in common, then the longer list goes on: nothing speaks against its rest
    assert rank_biased_overlap(right[:7], right, 0.9) == pytest.approx(1)


def test_the_weight_of_the_top() -> None:
    # the figure of the paper's section 4.4
    assert round(weight_of_top(10, 0.9), 2) == 0.86
    assert weight_of_top(1, 0.5) == pytest.approx(log(2))
    weights = [weight_of_top(depth, 0.9) for depth in range(60)]
    assert weights[0] == 0
    assert weights == sorted(weights)
    assert weights[-1] < 1


@pytest.mark.parametrize("p", [0, 1, -0.5, 1.5, float("nan")])
def test_p_lies_between_0_and_1(p: float) -> None:
    with pytest.raises(InvalidQueryError, match="p = "):
        rank_biased_overlap([1], [1], p)


def test_a_ranking_names_nothing_twice() -> None:
    with pytest.raises(InvalidQueryError, match="twice"):
        rank_biased_overlap([1, 1], [1, 2])


@given(LISTS, LISTS, st.integers(1, 15))
def test_overlap_counts_what_is_in_both(first: list[int], second: list[int], k: int) -> None:
    longest = max(len(first[:k]), len(second[:k]))
    common = sum(item in second[:k] for item in first[:k])
    value = overlap_at_k(first, second, k)
    assert isnan(value) if not longest else value == common / longest


def test_overlap_looks_at_the_first_k_only() -> None:
    assert overlap_at_k([1, 2, 3, 4], [4, 3, 2, 1], 2) == 0
    assert overlap_at_k([1, 2, 3, 4], [4, 3, 2, 1], 3) == pytest.approx(2 / 3)
    assert overlap_at_k([1, 2], [2, 1], 10) == 1
    with pytest.raises(InvalidQueryError):
        overlap_at_k([1], [1], 0)


def listed(*items: int, fallback_for: str | None = None, method: str = "content") -> Column:
    """A column that names these films."""
    found = tuple(
        Recommendation(n, item, str(item), f"Film {item}", None, 1.0) for n, item in enumerate(items, 1)
    )
    return Column(Question(method=method), method, Answer(found, method, fallback_for))


def test_marks_say_who_names_a_film() -> None:
    found = Comparison((listed(1, 2, 3), listed(2, 1, 4), listed(5, 2, 1)), (), 3)
    assert {item: found.mark(item) for item in range(7)} == {
        0: None, 1: Mark.ALL, 2: Mark.ALL, 3: Mark.ONE, 4: Mark.ONE, 5: Mark.ONE, 6: None,
    }  # fmt: skip
    assert found.agreed == (2, 1), "the better mean rank comes first"
    assert found.ranks[1] == {0: 1, 1: 2, 2: 3}
    some = Comparison((listed(1, 2), listed(1, 3), listed(4, 5)), (), 2)
    assert some.mark(1) is Mark.SOME
    assert some.agreed == ()


def test_a_stand_ins_list_is_not_compared() -> None:
    found = Comparison((listed(1, 2), listed(1, 2, fallback_for="ease"), listed(2, 3)), (), 2)
    assert found.compared == (0, 2)
    assert found.columns[1].stand_in == "Similar films"
    assert found.mark(2) is Mark.ALL
    assert found.mark(1) is Mark.ONE
    alone = Comparison((listed(1), listed(1, fallback_for="ease")), (), 1)
    assert alone.mark(1) is None
    assert alone.agreed == ()


def asked(*methods: str, **what: object) -> list[Question]:
    return [Question(method=method, k=6, **what) for method in methods]  # type: ignore[arg-type]


def test_equal_lists_agree_fully(atlas: Atlas) -> None:
    questions = asked("item_knn", "item_knn", likes=(0, 1))
    questions[1] = replace(questions[1], params={"n_neighbors": 51})  # there are fewer films: nothing changes
    found = compare(atlas, questions)
    (pair,) = found.pairs
    assert (pair.common, pair.longest, pair.overlap, pair.rbo) == (6, 6, 1, pytest.approx(1))
    assert len(found.agreed) == 6
    assert found.pair(1, 0) is pair
    assert found.pair(0, 0) is None


def test_every_two_methods_are_compared_as_loops_would(atlas: Atlas) -> None:
    found = compare(atlas, asked("content", "ease", "popularity", "item_knn", likes=(0, 10)))
    assert len(found.pairs) == 6
    for pair in found.pairs:
        first, second = found.columns[pair.first].items, found.columns[pair.second].items
        assert pair.common == sum(item in second for item in first)
        assert pair.overlap == pair.common / 6
        assert pair.rbo == pytest.approx(summed(list(first), list(second), 0.9), abs=1e-9)
    for item, ranks in found.ranks.items():
        for number, column in enumerate(found.columns):
            assert ranks.get(number) == (column.items.index(item) + 1 if item in column.items else None)


def test_popularity_is_that_of_the_films_named(atlas: Atlas) -> None:
    found = compare(atlas, asked("popularity", "content", likes=(0,)))
    first = found.columns[0]
    assert first.popularity
    assert first.popularity.median_ratings == np.median(np.sort(np.delete(atlas.counts, 0))[::-1][:6])
    assert first.popularity.tail_share == 0
    assert found.known
    assert found.known.median_ratings == atlas.counts[0]
    assert found.catalog
    assert found.catalog.median_ratings == np.median(atlas.counts)


def test_the_long_tail_is_all_but_the_films_that_hold_four_fifths_of_the_ratings(atlas: Atlas) -> None:
    head: set[int] = set()
    for item in sorted(range(len(atlas.catalog)), key=lambda item: (-atlas.counts[item], item)):
        if sum(atlas.counts[film] for film in head) < 0.8 * atlas.counts.sum():
            head.add(item)
    tail = [item for item in range(len(atlas.catalog)) if item not in head]

    def tail_share(items: Sequence[int]) -> float:
        found = popularity(atlas, np.array(items, np.int64))
        assert found
        return found.tail_share

    assert tail_share(range(len(atlas.catalog))) == len(tail) / len(atlas.catalog)
    assert tail_share(sorted(head)) == 0
    assert tail_share(tail) == 1
    assert tail_share([tail[0], min(head), max(head)]) == pytest.approx(1 / 3)


def test_one_methods_error_stays_in_its_column(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = FittedMethods.fitted

    def refuse(self: FittedMethods, name: str, params: object = None) -> object:
        if name == "ease":
            raise CannotFitError("Too many films.", hint="Choose another.")
        return opened(self, name, params)  # type: ignore[arg-type]

    monkeypatch.setattr(FittedMethods, "fitted", refuse)
    found = compare(atlas, asked("content", "ease", "popularity", likes=(0,)))
    assert [column.error is None for column in found.columns] == [True, False, True]
    assert found.compared == (0, 2)
    assert found.columns[1].items == ()
    assert found.columns[1].popularity is None
    assert len(found.pairs) == 1


def test_a_method_that_must_pass_is_shown_and_not_compared(atlas: Atlas) -> None:
    found = compare(atlas, asked("content", "ease", text="A crew flies a rocket and meets aliens"))
    assert found.columns[1].stand_in == "Similar films"
    assert found.columns[1].items == found.columns[0].items
    assert found.compared == (0,)
    assert found.pairs == ()
    assert found.known is None


def test_a_known_user_is_asked_about_what_is_new(atlas: Atlas) -> None:
    found = compare(atlas, asked("content", "user_knn", user=3))
    rated = set(atlas.interactions.history(3)[0].tolist())
    assert all(not rated & set(column.items) for column in found.columns)
    assert found.known
    assert found.known.median_ratings == np.median(atlas.counts[sorted(rated)])


def test_methods_asked_twice_are_told_apart(atlas: Atlas) -> None:
    questions = asked("item_knn", "item_knn", "popularity", likes=(0,))
    questions[1] = replace(questions[1], params={"n_neighbors": 3})
    labels = [column.label for column in compare(atlas, questions).columns]
    assert labels == ["Item-KNN (usual settings)", "Item-KNN (n neighbors 3)", "Popularity"]


def test_a_method_is_not_compared_with_itself(atlas: Atlas) -> None:
    with pytest.raises(SameMethodError, match=r"Item-KNN was chosen twice with the same settings") as caught:
        compare(atlas, asked("item_knn", "ease", "item_knn", likes=(0,)))
    assert "other settings" in caught.value.hint
    default = recommenders.method_class("item_knn").Params().n_neighbors
    said = asked("item_knn", "item_knn", likes=(0,))
    said[1] = replace(said[1], params={"n_neighbors": default})
    with pytest.raises(SameMethodError):
        compare(atlas, said)  # a default that is said is no other setting


def test_questions_that_cannot_be_compared(atlas: Atlas) -> None:
    with pytest.raises(InvalidQueryError, match="1 methods"):
        compare(atlas, asked("content", likes=(0,)))
    with pytest.raises(InvalidQueryError, match="5 methods"):
        compare(atlas, asked(*["content"] * 5, likes=(0,)))
    with pytest.raises(InvalidQueryError, match="different things"):
        compare(atlas, [*asked("content", likes=(0,)), *asked("ease", likes=(1,))])
    with pytest.raises(InvalidQueryError, match="twice"):
        compare(atlas, asked("content", "ease", likes=(0,), dislikes=(0,)))
    with pytest.raises(InvalidQueryError, match="characters"):
        compare(atlas, asked("content", "ease", text="x" * (LONGEST_TEXT + 1)))


def test_the_first_three_methods_are_available(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    assert comparison.first_methods(atlas) == ["taste", "ease", "user_knn"]
    assert comparison.first_methods(atlas, of_person=True) == ["taste", "user_knn", "popularity"]
    by_words = comparison.first_methods(atlas, by_words=True)
    assert by_words[:2] == ["taste", "content"]
    assert all(Ability.TEXT in recommenders.method_class(name).abilities for name in by_words)
    monkeypatch.setattr(comparison, "available_methods", lambda atlas: ["content", "word2vec_titles"])
    assert comparison.first_methods(atlas) == ["content", "word2vec_titles"]
