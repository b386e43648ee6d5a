"""What an evaluation is going to take."""

import pytest

from core import recommenders
from core.compute.cost import Size
from core.evaluation.protocol.foresight import SCORING, foresee
from core.evaluation.results import StoredResult

SIZE = Size(2_000, 900, 100_000)


def stored(**seconds: float) -> StoredResult:
    """An earlier evaluation: seconds of one fit of each method; asking takes twice as long."""
    about = {
        "is_simulated": False, "split": {"name": "random_holdout"}, "k": [5], "relevant": 4, "is_explicit": True,
        "trials": 0, "seed": 0, "created": "2026-01-01T00:00:00+00:00",
    }  # fmt: skip
    results = {
        name: {"metrics": {}, "seconds": {"fit": value, "score": value, "measure": value}}
        for name, value in seconds.items()
    }
    return StoredResult.of({"about": about, "results": results})


def test_a_method_takes_what_it_took_last_and_another_what_its_formula_says() -> None:
    found = foresee(["ease", "ials"], "random_holdout", SIZE, earlier=[stored(ease=3.0), stored(ease=50.0)])
    of_ials = recommenders.create("ials").cost(SIZE).seconds + SCORING * 900 * 2_000
    assert found.seconds == pytest.approx(3 * 3.0 + of_ials)
    assert found.longest == ("ease", 9.0)
    assert found.measured == 1


@pytest.mark.parametrize(
    ("split", "trials", "seconds"),
    [
        ("random_holdout", 0, 1 + 2),
        ("k_fold", 0, 5 + 10),
        ("cold_users", 0, 1 + 6 * 2),
        ("few_likes", 0, 1 + 5 * 2),
        ("random_holdout", 20, 33 + 33 * 2),
    ],
)
def test_every_fit_and_every_asking_counts(split: str, trials: int, seconds: float) -> None:
    found = foresee(["ease"], split, SIZE, n_trials=trials, earlier=[stored(ease=1.0)])
    assert found.seconds == pytest.approx(seconds)


def test_every_method_has_a_formula() -> None:
    names = recommenders.names()
    found = foresee(names, "random_holdout", SIZE, built=["minilm"])
    assert found.measured == 0
    assert 0 < found.longest[1] < found.seconds
