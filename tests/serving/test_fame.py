"""The control "well known - less known" on every method, with filters and diversity, and where nobody rated."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import recommenders
from core.domain import Answer, Catalog, Filters, Question
from core.errors import InvalidQueryError
from core.exploration.captions import fame_caption
from core.serving import Atlas, fame, recommend
from core.serving.listing import n_candidates

LIKES = Question(likes=(0, 9), k=5)


def items(answer: Answer) -> list[int]:
    return [item.item_index for item in answer.items]


def with_counts(home: Path, counts: np.ndarray) -> Atlas:
    """The tiny films, opened by themselves, with other numbers of ratings: the shared atlas is not written to."""
    atlas = Atlas.open("tiny", home)
    atlas.__dict__["counts"] = counts
    return atlas


@pytest.fixture(scope="module")
def famous(home: Path) -> Atlas:
    """Every film known by a number of people of its own: 1, 8, 15, …"""
    return with_counts(home, np.random.default_rng(3).permutation(36).astype(np.int64) * 7 + 1)


@pytest.mark.parametrize("method", recommenders.names())
def test_every_method_lists_better_known_films_the_further_it_is_moved(famous: Atlas, method: str) -> None:
    asked = replace(LIKES, method=method, text="a rocket", user=1 if method == "random" else None)
    needed = recommenders.create_for(method, famous.space_names).needs()
    if missing := set(needed) - set(famous.space_names):
        pytest.skip(f"the tiny films have no embedding {missing}")
    plain = recommend(famous, asked)
    answers = [recommend(famous, replace(asked, fame=fame)) for fame in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert items(answers[2]) == items(plain)
    assert [a.known_by_without for a in answers[:2]] == [plain.known_by] * 2
    assert answers[2].known_by_without is None
    medians = [a.known_by.median for a in answers if a.known_by]
    assert len(medians) == 5
    assert medians == sorted(medians)
    assert medians[0] < medians[-1]


def test_filters_and_what_is_seen_hold(famous: Atlas) -> None:
    asked = replace(LIKES, filters=Filters(genres=("Horror",)), seen=(20,), k=4)
    for value in (-1.0, 1.0):
        answer = recommend(famous, replace(asked, fame=value))
        assert len(answer.items) == 4
        assert all(item.item_id.startswith("ghost") for item in answer.items)
        assert 20 not in items(answer)


def test_diversity_chooses_among_what_the_control_prefers(famous: Atlas) -> None:
    varied = replace(LIKES, diversity=0.5)
    low, plain, high = (recommend(famous, replace(varied, fame=value)) for value in (-1.0, 0.0, 1.0))
    assert low.known_by_without == high.known_by_without == plain.known_by
    assert low.known_by
    assert plain.known_by
    assert high.known_by
    assert low.known_by.median < plain.known_by.median < high.known_by.median
    assert items(high) != items(recommend(famous, replace(LIKES, fame=1.0)))


def test_scores_stay_the_methods_own(famous: Atlas) -> None:
    own = {i.item_index: i.score for i in recommend(famous, replace(LIKES, k=34)).items}
    for item in recommend(famous, replace(LIKES, fame=-1.0)).items:
        assert item.score == pytest.approx(own[item.item_index], abs=1e-6)


def test_votes_stand_in_where_nobody_rated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas = with_counts(home, np.zeros(36, np.int64))
    votes = atlas.catalog.items.copy()
    monkeypatch.setattr(Atlas, "catalog", Catalog(votes.assign(n_votes=pd.NA)))
    silent = recommend(atlas, replace(LIKES, fame=-1.0))
    assert items(silent) == items(recommend(atlas, LIKES))
    assert "Nobody has rated these films" in silent.notes[-1]
    assert (silent.known_by, fame_caption(silent)) == (None, "")
    votes["n_votes"] = pd.Series(range(len(votes)), dtype="Int64")
    votes.loc[0, "n_votes"] = pd.NA
    monkeypatch.setattr(Atlas, "catalog", Catalog(votes))
    voted = recommend(atlas, replace(LIKES, fame=1.0))
    assert voted.known_by
    assert voted.known_by.unit == "votes"
    assert voted.known_by.median == float(np.median(items(voted)))
    assert not any("Nobody" in note for note in voted.notes)


def test_how_well_known_a_list_is_by_hand(famous: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fame, "HEAD", 2)
    found = fame.fame_of(famous)
    assert found is not None
    order = np.argsort(famous.counts)
    known = found.of([int(order[0]), int(order[-1]), int(order[10])])
    assert known is not None
    assert (known.median, known.n_head, known.n_films, known.head) == (71.0, 1, 3, 2)
    assert found.of([]) is None
    said = fame_caption(Answer((), "content", known_by=known))
    assert said == "A typical film here has 71 ratings; 1 of 3 are among the 2 with most ratings."
    both = Answer((), "content", known_by=replace(known, median=1.0), known_by_without=known)
    assert "has 1 rating (71 without the control)" in fame_caption(both)
    assert "(1 of 3 without it)" in fame_caption(both)


def test_bounds_and_candidates(atlas: Atlas) -> None:
    with pytest.raises(InvalidQueryError, match="fame"):
        recommend(atlas, replace(LIKES, fame=2.0))
    assert n_candidates(Question(), 10) == 10
    assert n_candidates(Question(diversity=0.1), 10) == 50
    assert n_candidates(Question(fame=0.1), 10) == 100
    assert n_candidates(Question(fame=-0.1, diversity=0.1), 30) == 300
