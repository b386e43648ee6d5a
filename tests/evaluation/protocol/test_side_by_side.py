"""Two evaluations side by side: paired where they can be, and said where not."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.evaluation.protocol.side_by_side import NOT_KEPT, OTHER_PEOPLE, side_by_side
from core.evaluation.results import StoredResult, stored_results
from core.evaluation.results.runs import RunFolder
from core.evaluation.results.stored import RUNS, folder_of, values_of
from core.recommenders.collaborative.ease import Ease

pytestmark = pytest.mark.slow


def measured(seed: int = 0) -> StoredResult:
    asked = ["evaluate", "tiny", "--methods", "popularity,ease", "--k", "5", "--k", "7", "--seed", str(seed)]
    ended = CliRunner().invoke(app, asked)
    assert ended.exit_code == 0, ended.output
    # two may be of the same second, so the newest does not say which
    return next(
        one for one in stored_results("tiny")[0] if one.about["seed"] == seed and one.about["k"] == [5, 7]
    )


@pytest.fixture
def was(home: Path) -> StoredResult:
    return measured()


def test_the_same_people_are_paired_and_a_method_that_changed_is_told(
    was: StoredResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ease, "version", Ease.version + 1)
    learn = Ease._learn_weights
    monkeypatch.setattr(Ease, "_learn_weights", lambda self, liked: -np.abs(learn(self, liked)))
    now = measured()
    found = side_by_side("tiny", was, now, "ndcg@5")
    assert found.why_unpaired == ""
    assert found.causes == []
    ease, popularity = found.figures.to_dict("records")
    assert (ease["method"], popularity["method"]) == ("EASE", "Popularity")
    folder = RunFolder(folder_of("tiny") / RUNS)
    (split,) = was.about["runs"]
    gained = np.subtract(
        *(folder.named(one.about["runs"][split]["ease"]).column("ndcg@5") for one in (now, was))
    )
    assert ease["difference"] == pytest.approx(np.nanmean(gained))
    assert ease["low"] <= ease["difference"] <= ease["high"] < 0
    assert ease["p"] < 0.05
    assert ease["n_users"] == np.isfinite(gained).sum()
    assert popularity["difference"] == 0
    assert popularity["p"] == 1


def test_other_people_are_not_paired(was: StoredResult) -> None:
    other = measured(seed=5)
    found = side_by_side("tiny", was, other, "ndcg@5")
    assert found.why_unpaired == OTHER_PEOPLE
    assert found.figures["p"].isna().all()
    assert len(found.figures) == 2
    assert any(one.kind == "data" for one in found.causes)


def test_what_is_not_kept_is_said_and_causes_are_named(was: StoredResult) -> None:
    value = values_of(was)
    about = {name: part for name, part in value["about"].items() if name != "runs"}
    about["versions"] = about["versions"] | {"numpy": "1.0"}
    older = StoredResult.of({**value, "about": about}, "older")
    found = side_by_side("tiny", older, was, "ndcg@5")
    assert found.why_unpaired == NOT_KEPT
    assert [(one.kind, one.what, one.was) for one in found.causes] == [("software", "numpy", "1.0")]
    assert found.figures["difference"].eq(0).all()
