"""Where one method stands, purpose by purpose."""

import pytest

from core.evaluation.results.standing import standings
from tests.evaluation.results.test_best_for import HOLDOUT, stored

COLD = stored(
    "cold_users", {"ndcg@10": {"ease": 0.1, "slim": 0.2, "ials": 0.3, "random": 0.05}}, {"ease": ["random"]}
)


def test_a_method_has_its_place_its_interval_and_the_best_beside_it() -> None:
    (watch, genres) = standings("slim", [HOLDOUT])
    assert (watch.purpose.name, watch.words, watch.best, watch.mean) == ("watch", "1st of 3", "SLIM", 0.5)
    assert (watch.low, watch.high, watch.n_users) == (0.4, pytest.approx(0.6), 7)
    # lower is better there
    assert (genres.purpose.name, genres.words, genres.best, genres.best_mean) == (
        "genres",
        "2nd of 2",
        "EASE",
        0.2,
    )


def test_its_best_places_come_first_and_beaten_methods_are_counted() -> None:
    found = standings("ease", [HOLDOUT, COLD])
    assert [one.rank / one.n_methods for one in found] == sorted(one.rank / one.n_methods for one in found)
    (new,) = (one for one in found if one.purpose.name == "new_people")
    assert (new.words, new.beaten) == ("3rd of 4", 1)


def test_of_two_evaluations_that_with_more_methods_counts() -> None:
    few = stored("random_holdout", {"ndcg@10": {"ease": 0.9, "popularity": 0.1}}, {})
    (watch,) = (one for one in standings("ease", [few, HOLDOUT]) if one.purpose.name == "watch")
    assert watch.n_methods == 3


def test_what_was_not_measured_has_no_place() -> None:
    assert standings("taste", [HOLDOUT]) == []
    assert standings("ease", []) == []


@pytest.mark.parametrize(
    ("rank", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st")],
)
def test_places_in_words(rank: int, words: str) -> None:
    names = {f"m{n}": 1 - n / 100 for n in range(1, 31)}
    found = standings(f"m{rank}", [stored("random_holdout", {"ndcg@10": names}, {})])
    assert found[0].words == f"{words} of 30"
