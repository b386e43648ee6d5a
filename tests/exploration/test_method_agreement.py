"""All methods held against each other."""

import numpy as np
import pytest

from core import recommenders
from core.domain import Question
from core.errors import CannotFitError
from core.exploration.comparison import compare
from core.exploration.comparison_tables import all_pairs_table
from core.exploration.method_agreement import agreement_of_all
from core.serving import Atlas
from core.serving.choices import available_methods
from core.serving.fitted_methods import FittedMethods

pytestmark = pytest.mark.slow


def test_every_pair_as_two_of_them_compared(atlas: Atlas) -> None:
    told: list[tuple[int, int]] = []
    found = agreement_of_all(
        atlas, Question(likes=(0, 10)), 6, lambda done, total, note="": told.append((done, total))
    )
    n = len(found.methods)
    assert n >= 10
    assert set(found.methods) <= set(available_methods(atlas))
    assert n + len(found.silent) == len(recommenders.names())
    assert found.silent == {
        recommenders.method_class(name).label: why for name, why in atlas.about["cannot_fit"].items()
    }
    assert told[0] == (0, len(available_methods(atlas)))
    assert told[-1][0] == told[-1][1]
    first, second = found.methods.index("ease"), found.methods.index("content")
    (pair,) = compare(
        atlas, [Question(likes=(0, 10), k=6, method=name) for name in ("ease", "content")]
    ).pairs
    assert found.rbo[first, second] == found.rbo[second, first] == pytest.approx(pair.rbo)
    assert found.overlap[first, second] == pytest.approx(pair.overlap)
    assert np.allclose(np.diag(found.rbo), 1)
    table = all_pairs_table(found)
    assert len(table) == n * (n - 1) // 2
    assert table["rbo"].is_monotonic_decreasing
    top = table.iloc[0]
    assert top["rbo"] == found.rbo[found.labels.index(top["first"]), found.labels.index(top["second"])]


def test_methods_that_agree_stand_together(atlas: Atlas) -> None:
    found = agreement_of_all(atlas, Question(likes=(0, 10)), 6)
    beside = np.diag(found.rbo, 1).mean()
    shuffled = np.random.default_rng(0).permutation(len(found.methods))
    assert beside > np.diag(found.rbo[np.ix_(shuffled, shuffled)], 1).mean()
    closest = np.triu(found.rbo, 1)
    one, other = np.unravel_index(np.argmax(closest), closest.shape)
    assert abs(one - other) == 1, "the two that agree most are neighbours"


def test_who_cannot_answer_is_named_with_why(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = FittedMethods.fitted

    def refuse(self: FittedMethods, name: str, params: object = None) -> object:
        if name == "slim":
            raise CannotFitError("Too many films.", hint="Choose another.")
        return opened(self, name, params)  # type: ignore[arg-type]

    monkeypatch.setattr(FittedMethods, "fitted", refuse)
    found = agreement_of_all(atlas, Question(text="A crew flies a rocket"), 6)
    assert found.silent["SLIM"] == "Too many films."
    assert "cannot use what was given" in found.silent["EASE"]
    assert "ease" not in found.methods
    assert "content" in found.methods
