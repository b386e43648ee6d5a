"""Rounds without names: order, shared lists, counts and what they can tell."""

import json
from math import sqrt

import pytest

from core.domain import Answer, Question, Recommendation
from core.errors import InvalidQueryError
from core.exploration.blind_votes import (
    Vote,
    blind_round,
    cast,
    duels,
    full_name,
    standings,
    verdict,
    vote_for,
    votes_from_json,
    votes_to_json,
)
from core.exploration.comparison import Column, Comparison


def column(method: str, *items: int, fallback_for: str | None = None) -> Column:
    found = tuple(Recommendation(n, i, str(i), f"Film {i}", None, 1.0) for n, i in enumerate(items, 1))
    return Column(Question(method=method), method, Answer(found, method, fallback_for))


def three() -> Comparison:
    return Comparison((column("ease", 1, 2), column("content", 3, 4), column("popularity", 5, 6)), (), 2)


def test_the_seed_decides_the_order_and_every_order_comes_up() -> None:
    found = {blind_round(three(), seed).columns for seed in range(60)}
    assert len(found) == 6
    assert blind_round(three(), 4) == blind_round(three(), 4)
    assert blind_round(three(), 4).letters == ("A", "B", "C")


def test_a_list_that_two_methods_give_is_shown_once() -> None:
    same = Comparison((column("ease", 1, 2), column("taste", 1, 2), column("content", 2, 1)), (), 2)
    shown = blind_round(same, 0)
    assert sorted(shown.columns) == [(0, 1), (2,)]
    vote = vote_for(same, shown, shown.columns.index((0, 1)))
    found = {one.method: (one.chosen, one.rounds) for one in standings([vote])}
    assert found == {"EASE": (1, 1), "Taste": (1, 1), "Similar films": (0, 1)}
    assert {(duel.first, duel.second) for duel in duels([vote])} == {
        ("EASE", "Similar films"),
        ("Taste", "Similar films"),
    }, "the two that gave the same list have not met"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((column("ease", 1, 2), column("taste", 1, 2)), "the same list"),
        ((column("ease", 1), column("taste", 1, fallback_for="taste")), "the same list"),
        ((column("ease", 1, fallback_for="ease"),), "No method"),
    ],
)
def test_there_must_be_something_to_choose(columns: tuple[Column, ...], said: str) -> None:
    with pytest.raises(InvalidQueryError, match=said):
        blind_round(Comparison(columns, (), 2), 0)


def test_settings_are_part_of_a_name() -> None:
    assert full_name(Question(method="ease")) == "EASE"
    assert full_name(Question(method="item_knn", params={"n_neighbors": 3})) == "Item-KNN (n neighbors 3)"


A, B, C = ("A method",), ("B method",), ("C method",)


def test_counts_and_wilsons_interval() -> None:
    votes = [Vote((A, B), 0)] * 7 + [Vote((B, A), 0)] * 2 + [Vote((A, B), None)] + [Vote((B, C), 1)]
    found = {one.method: one for one in standings(votes)}
    assert {name: (one.chosen, one.rounds) for name, one in found.items()} == {
        "A method": (7, 10),
        "B method": (2, 11),
        "C method": (1, 1),
    }
    z, n, p = 1.959964, 10, 0.7
    middle, half = (p + z * z / (2 * n)), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert found["A method"].low == pytest.approx((middle - half) / (1 + z * z / n), abs=1e-6)
    assert found["A method"].high == pytest.approx((middle + half) / (1 + z * z / n), abs=1e-6)
    assert [one.method for one in standings(votes)] == ["C method", "A method", "B method"]


def test_the_sign_test_by_hand() -> None:
    votes = [Vote((A, B), 0)] * 7 + [Vote((B, A), 0)] * 1
    (duel,) = duels(votes)
    assert (duel.first, duel.first_wins, duel.second_wins) == ("A method", 7, 1)
    assert duel.p == pytest.approx(2 * (1 + 8) / 2**8), "8 over 0 and 8 over 1, both tails"
    more = duels([*votes, Vote((B, C), 1)])
    assert more[0].p == pytest.approx(2 * duel.p), "two duels: corrected"


def test_what_it_says() -> None:
    assert verdict([]) == "No vote yet."
    assert verdict([Vote((A, B), None)]) == "1 round so far, 1 without a choice. No list was chosen yet."
    even = verdict([Vote((A, B), 0)] * 2 + [Vote((A, B), 1)])
    assert "A method against B method: 2 to 1" in even
    assert "too few votes" in even
    clear = verdict([Vote((A, B), 0)] * 10)
    assert "10 to 0" in clear
    assert "a real preference" in clear
    assert "less than 1 of 100" in clear


def test_votes_are_kept_and_read_again() -> None:
    votes = (Vote((A, ("B", "<b>Ünd</b>")), 1, "abc"), Vote((B, A), None))
    assert votes_from_json(votes_to_json(votes)) == votes
    assert votes_from_json(votes_to_json(())) == ()


def test_a_second_vote_on_the_same_lists_replaces_the_first() -> None:
    found = three()
    votes = cast((), vote_for(found, blind_round(found, 1), 0))
    turned = Comparison(found.columns[::-1], (), 2)
    votes = cast(votes, vote_for(turned, blind_round(turned, 5), None))
    assert [vote.chosen for vote in votes] == [None]
    other = Comparison((*found.columns[:2], column("popularity", 6, 5)), (), 2)
    assert len(cast(votes, vote_for(other, blind_round(other, 1), 1))) == 2
    assert len(cast([Vote((A, B), 0)], Vote((A, B), 0))) == 2, "of unknown lists each counts"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        b"\xff\xfe",
        '{"votes": 3}',
        '{"votes": [{"shown": [["A"]], "chosen": 1, "lists": ""}]}',
        '{"votes": [{"shown": [["A"]], "chosen": true, "lists": ""}]}',
        '{"votes": [{"shown": [["A"]], "chosen": -1, "lists": ""}]}',
        '{"votes": [{"shown": ["A"], "chosen": 0, "lists": ""}]}',
        '{"votes": [{"shown": [[]], "chosen": 0, "lists": ""}]}',
        json.dumps({"votes": [{"shown": [["x" * 1000]], "chosen": 0, "lists": ""}]}),
        json.dumps({"votes": [{"shown": [["A"]], "chosen": 0, "lists": ""}] * 10_001}),
        '{"votes": [{"shown": [["A"]], "chosen": 0}]}',
        '{"votes": [{"shown": [["A"]], "chosen": 0, "lists": 3}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_file_of_votes(text: str | bytes) -> None:
    with pytest.raises(InvalidQueryError, match="no file of votes"):
        votes_from_json(text)
