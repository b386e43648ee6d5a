"""Which method is best for what: the right figure of the right evaluation, and nothing that was not tested."""

from typing import Any

import pytest

from core.evaluation.metrics import METRICS
from core.evaluation.results import StoredResult
from core.evaluation.results.best_for import PURPOSES, Verdict, best_for
from core.evaluation.results.stored import GROUPS
from core.evaluation.splits import SPLITS


def figure(mean: float) -> dict[str, Any]:
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "n_users": 7}


def stored(
    split: str, columns: dict[str, dict[str, float]], beats: dict[str, Any], **more: Any
) -> StoredResult:
    """An evaluation: column -> method -> mean, and what each method is better than by any figure."""
    methods = dict.fromkeys(name for found in columns.values() for name in found)
    about = {
        "is_simulated": False, "is_explicit": True, "created": "2030-01-02T03:04:05+00:00",
        "split": {"name": split}, "slices_of": split, "k": [5, 10], "relevant": 4.0, "trials": 0, "seed": 0,
        "counts": {"tested_users": 10},
    }  # fmt: skip
    results = {
        name: {
            "metrics": {column: figure(found[name]) for column, found in columns.items() if name in found},
            "better_than": {column: beats.get(name, []) for column in columns},
            "seconds": {"fit": 2.0, "score": 1.0},
            "memory_mb": {"fit": None, "score": None},
        }
        for name in methods
    }
    return StoredResult.of({"about": about | more, "results": results})


def verdicts(*results: StoredResult) -> dict[str, Verdict]:
    return {one.purpose: one for one in best_for(results)[0]}


HOLDOUT = stored(
    "random_holdout",
    {
        "ndcg@5": {"ease": 0.9, "popularity": 0.1},
        "ndcg@10": {"ease": 0.4, "slim": 0.5, "random": 0.1},
        "miscalibration@10": {"ease": 0.2, "slim": 0.6},
    },
    {"slim": ["random"], "ease": ["random", "slim"]},
)


def test_the_best_stands_with_those_that_no_test_tells_from_it() -> None:
    found = verdicts(HOLDOUT)["watch"]
    assert (found.best, found.figure, found.mean, found.low) == ("slim", "nDCG@10", 0.5, 0.4)
    assert found.as_good == ("ease",), "random is significantly worse"
    assert (found.n_methods, found.n_users, found.learns, found.answers) == (3, 7, 2.0, 100.0)
    assert found.rivals == "EASE"
    assert found.asked == "Random holdout"


def test_lower_is_better_where_it_is() -> None:
    found = verdicts(HOLDOUT)["genres"]
    assert (found.best, found.as_good) == ("ease", ())
    assert found.rivals == "none: clearly ahead of the other one"


def test_a_purpose_is_answered_by_its_own_way_of_asking() -> None:
    few = stored("few_likes", {"acceptable@10": {"taste": 0.7, "slim": 0.5}}, {"taste": ["slim"]})
    found, missing = best_for([few, HOLDOUT])
    assert [one.purpose for one in found] == ["few_likes", "watch", "genres"]
    assert {one.name for one in missing} == {one.name for one in PURPOSES} - {"few_likes", "watch", "genres"}
    cold = stored("cold_users[n=5]", {"ndcg@10": {"taste": 0.7, "slim": 0.8}}, {})
    assert set(verdicts(cold)) == {"new_people"}
    assert verdicts(cold)["new_people"].asked == "Cold users, 5 ratings given"


def test_most_methods_count_and_then_the_newest() -> None:
    small = stored("random_holdout", {"ndcg@10": {"content": 0.8, "random": 0.1}}, {})
    older = stored("k_fold", {"ndcg@10": {"ials": 0.8, "ease": 0.1, "slim": 0.2}}, {})
    assert verdicts(small, HOLDOUT, older)["watch"].best == "slim"
    assert verdicts(small, older, HOLDOUT)["watch"].best == "ials"


def test_people_with_many_ratings_have_tests_of_their_own() -> None:
    value = {"about": dict(HOLDOUT.about), "results": {k: dict(v) for k, v in HOLDOUT.results.items()}}
    value["results"]["ease"] |= {
        "many": {"ndcg@10": figure(0.7)},
        "better_in": {"many": {"ndcg@10": ["slim"]}},
    }
    value["results"]["slim"] |= {"many": {"ndcg@10": figure(0.3)}, "better_in": {"many": {"ndcg@10": []}}}
    found = verdicts(StoredResult.of(value))["many_ratings"]
    assert (found.best, found.as_good, found.mean) == ("ease", (), 0.7)


@pytest.mark.parametrize(
    "result",
    [
        stored("random_holdout", {"ndcg@10": {"ease": 0.4}}, {}),
        stored("own_way", {"ndcg@10": {"ease": 0.4, "slim": 0.5}}, {}),
        stored("random_holdout", {"recall@10": {"ease": 0.4, "slim": 0.5}}, {}),
    ],
)
def test_one_method_another_question_or_another_figure_is_no_verdict(result: StoredResult) -> None:
    assert best_for([result]) == ([], list(PURPOSES))


def test_a_smaller_cut_off_is_read_where_ten_was_not_measured() -> None:
    short = stored("random_holdout", {"ndcg@5": {"ease": 0.4, "slim": 0.5}}, {}, k=[5, 20])
    assert verdicts(short)["watch"].figure == "nDCG@5"


def test_verdicts_are_plain_values() -> None:
    value = verdicts(HOLDOUT)["watch"].as_json
    assert value["as_good"] == ["ease"]
    assert Verdict(**{**value, "as_good": tuple(value["as_good"])}) == verdicts(HOLDOUT)["watch"]


def test_every_purpose_reads_a_figure_and_a_way_of_asking_that_exist() -> None:
    for purpose in PURPOSES:
        assert METRICS[purpose.metric].higher_is_better is not None
        assert purpose.group in GROUPS
        assert set(purpose.splits) <= set(SPLITS) | {"files"}
