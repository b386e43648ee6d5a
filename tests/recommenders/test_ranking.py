"""Top-k, ties, filters and diversity."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.domain import Catalog, Dataset, Filters
from core.errors import InvalidQueryError
from core.recommenders.filters import FilterIndex
from core.recommenders.ranking import diversify, top_k, top_k_rows, validate_k

VALUES = st.sampled_from([np.nan, -1.0, 0.0, 0.5, 0.5, 1.0, 2.0])
GENRES, LANGUAGES, YEARS = ("Crime", "Drama", "Horror"), ("en", "fr", "ja"), range(1990, 1996)
CATALOG = Catalog.of(
    pd.DataFrame(
        {
            "item_id": range(24),
            "title": [f"Film {n}" for n in range(24)],
            "year": [None if n % 7 == 6 else 1990 + n % 6 for n in range(24)],
            "genres": [[genre for bit, genre in enumerate(GENRES) if n >> bit & 1] for n in range(24)],
            "language": [("", *LANGUAGES)[n // 6] for n in range(24)],
        }
    )
)
"""Every mix of three genres, with every language and none, some films without a year."""
COUNTS = np.arange(24, dtype=np.int64) * 5 % 24


@given(
    arrays(np.float32, st.integers(1, 40), elements=VALUES),
    st.integers(1, 45),
    st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_the_first_k_are_those_of_the_whole_order(scores: np.ndarray, k: int, may: list[bool]) -> None:
    allowed = np.array(may[: len(scores)])
    usable = [n for n in range(len(scores)) if allowed[n] and not np.isnan(scores[n])]
    expected = sorted(usable, key=lambda n: (-scores[n], n))[:k]
    assert top_k(scores, k, allowed=allowed).tolist() == expected


@given(
    arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 12)), elements=VALUES), st.integers(1, 12)
)
def test_rows_rank_like_single_profiles(scores: np.ndarray, k: int) -> None:
    k = min(k, scores.shape[1])
    ranked = top_k_rows(scores, k)
    for row, own in zip(ranked, scores, strict=True):
        single = top_k(own, k)
        assert row[: len(single)].tolist() == single.tolist()
        assert (row[len(single) :] == -1).all()


@given(arrays(np.float32, st.integers(1, 20), elements=VALUES), st.integers(1, 20))
def test_top_k_is_a_stable_sort(scores: np.ndarray, k: int) -> None:
    naive = sorted((i for i in range(len(scores)) if not np.isnan(scores[i])), key=lambda i: (-scores[i], i))[
        :k
    ]
    assert top_k(scores, k).tolist() == naive


def test_films_that_are_not_allowed_or_have_no_score_never_appear() -> None:
    scores = np.array([5.0, np.nan, 3.0, 4.0, np.nan], np.float32)
    allowed = np.array([False, True, True, True, False])
    assert top_k(scores, 5, allowed=allowed).tolist() == [3, 2]
    assert top_k(scores, 1, allowed=allowed).tolist() == [3]
    assert top_k(scores, 5).tolist() == [0, 3, 2]


def test_long_rows_of_ties_keep_the_catalogues_order() -> None:
    scores = np.tile(np.array([0.0, 1.0, 0.5], np.float32), 400)
    expected = [*range(1, 1200, 3), *range(2, 1200, 3), *range(0, 1200, 3)]
    assert top_k(scores, 1200).tolist() == expected
    assert top_k_rows(scores[None], 1000).tolist() == [expected[:1000]]


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 6), st.integers(1, 12)),
        elements=st.sampled_from([-np.inf, 0.0, 0.5, 1.0, 2.0]),
    ),
    st.integers(1, 12),
)
def test_rows_whose_order_is_known_rank_the_same(scores: np.ndarray, k: int) -> None:
    k = min(k, scores.shape[1])
    ranked = top_k_rows(scores, k, ordered=np.sort(scores, axis=1))
    assert ranked.tolist() == top_k_rows(scores, k).tolist()
    assert ranked.dtype == np.int64


def test_k_is_checked() -> None:
    assert validate_k(5, 3) == 3
    assert validate_k(2, 3) == 2
    assert validate_k(1, 3) == 1
    with pytest.raises(InvalidQueryError, match="0 films"):
        validate_k(0, 3)


def some_of(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


@given(
    some_of(GENRES),
    some_of(GENRES),
    st.none() | st.tuples(st.sampled_from(YEARS), st.sampled_from(YEARS)),
    some_of(LANGUAGES),
    st.integers(0, 25),
)
def test_a_film_passes_where_every_filter_lets_it(
    genres: tuple[str, ...],
    not_genres: tuple[str, ...],
    years: tuple[int, int] | None,
    languages: tuple[str, ...],
    min_ratings: int,
) -> None:
    unwanted = tuple(genre for genre in not_genres if genre not in genres)
    span = (min(years), max(years)) if years else None
    mask = FilterIndex(CATALOG, COUNTS).mask(Filters(genres, unwanted, span, languages, min_ratings))
    for film, count, passes in zip(CATALOG.films(), COUNTS, mask, strict=True):
        assert passes == (
            (not genres or bool({*genres} & {*film.genres}))
            and not {*unwanted} & {*film.genres}
            and (span is None or (film.year is not None and film.year in range(span[0], span[1] + 1)))
            and (not languages or film.language in languages)
            and count >= min_ratings
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_films_in_the_language_pass(language: str) -> None:
    mask = FilterIndex(CATALOG, COUNTS).mask(Filters(languages=(language,)))
    assert {film.language for film, passes in zip(CATALOG.films(), mask, strict=True) if passes} == {language}
    assert mask.sum() == 6


def test_unknown_genres_and_languages_are_said(dataset: Dataset) -> None:
    index = FilterIndex(dataset.catalog, dataset.interactions.item_counts())
    with pytest.raises(InvalidQueryError, match="Known: Crime"):
        index.mask(Filters(genres=("Nonsense",)))
    with pytest.raises(InvalidQueryError, match="Known: Crime"):
        index.mask(Filters(not_genres=("Nonsense",)))
    with pytest.raises(InvalidQueryError, match="language"):
        index.mask(Filters(languages=("tlh",)))
    with pytest.raises(InvalidQueryError, match="language"):
        index.mask(Filters(languages=("en", "tlh")))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Filters(genres=("A",), not_genres=("A",)),
        lambda: Filters(years=(2000, 1990)),
        lambda: Filters(min_ratings=-1),
    ],
)
def test_contradicting_filters_are_refused(make: Callable[[], Filters]) -> None:
    with pytest.raises(InvalidQueryError):
        make()


def test_diversity_spreads_and_keeps_the_best() -> None:
    vectors = np.array([[1, 0], [0.99, 0.01], [0.98, 0.02], [0, 1]], np.float32)
    scores = np.array([1.0, 0.9, 0.8, 0.5], np.float32)
    candidates = np.array([10, 11, 12, 13])
    assert diversify(candidates, scores, vectors, 2, 0.0).tolist() == [10, 11]
    assert diversify(candidates, scores, vectors, 2, 0.7).tolist() == [10, 13]
    assert sorted(diversify(candidates, scores, vectors, 9, 0.5).tolist()) == [10, 11, 12, 13]
    assert diversify(candidates[:1], scores[:1], vectors[:1], 2, 0.5).tolist() == [10]
    assert diversify(candidates[:0], scores[:0], vectors[:0], 2, 0.5).tolist() == []


@pytest.mark.parametrize("diversity", [-0.1, 1.1, 1.5])
def test_a_diversity_outside_0_to_1_is_refused(diversity: float) -> None:
    with pytest.raises(InvalidQueryError, match="diversity"):
        diversify(np.arange(2), np.ones(2, np.float32), np.eye(2, dtype=np.float32), 2, diversity)


def test_most_diverse_takes_what_is_least_like_the_taken() -> None:
    vectors = np.array([[1, 0, 0], [3, 1, 0], [0, 2, 0], [1, 1, 1]], np.float32)
    chosen = diversify(np.array([7, 3, 5, 1]), np.array([4.0, 3.0, 2.0, 1.0], np.float32), vectors, 4, 1.0)
    # cosines with the first: 0.95, 0, 0.58; with the first and the third at most: 0.95, 0.58
    assert chosen.tolist() == [7, 5, 1, 3]
    assert chosen.dtype == np.int64


def test_equal_scores_are_equally_relevant() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    chosen = diversify(np.arange(3), np.full(3, 0.7, np.float32), vectors, 3, 0.5)
    assert chosen.tolist() == [0, 2, 1]


@given(
    st.integers(0, 10_000),
    st.integers(2, 9),
    st.integers(1, 10),
    st.sampled_from([0.2, 0.5, 0.9, 1.0]),
    st.sampled_from([0.05, 3.0]),
)
def test_every_step_takes_the_film_of_the_largest_marginal_relevance(
    seed: int, n: int, k: int, diversity: float, spread: float
) -> None:
    rng = np.random.default_rng(seed)
    scores = np.sort(rng.normal(3, spread, n).astype(np.float32))[::-1]
    vectors = np.abs(rng.normal(size=(n, 3))).astype(np.float32)
    chosen = (diversify(np.arange(n) + 50, scores, vectors, k, diversity) - 50).tolist()
    assert len(chosen) == len(set(chosen)) == min(k, n)

    def cosine(a: int, b: int) -> float:
        return float(vectors[a] @ vectors[b] / np.linalg.norm(vectors[a]) / np.linalg.norm(vectors[b]))

    def value(film: int, taken: list[int]) -> float:
        relevance = (scores[film] - scores[-1]) / (scores[0] - scores[-1])
        nearest = max((cosine(film, other) for other in taken), default=0.0)
        return float((1 - diversity) * relevance - diversity * nearest)

    for step, film in enumerate(chosen):
        free = set(range(n)) - set(chosen[:step])
        best = max(value(other, chosen[:step]) for other in free)
        assert value(film, chosen[:step]) == pytest.approx(best, abs=1e-5)
