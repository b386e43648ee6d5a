"""What lies behind a figure: the people, their lists, and that they are those that were measured."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.errors import InvalidQueryError, NotBuiltError
from core.evaluation.protocol.behind import TwoRuns, methods_to_compare
from core.evaluation.results import StoredResult, stored_results
from core.evaluation.results.stored import RUNS, folder_of, values_of
from core.serving import Atlas

pytestmark = pytest.mark.slow


@pytest.fixture(params=[("random_holdout", ()), ("cold_users", ("--cold-n", "2", "--cold-n", "4"))])
def result(request: pytest.FixtureRequest, home: Path) -> StoredResult:
    split, more = request.param
    asked = ["evaluate", "tiny", "--methods", "popularity,ease", "--k", "5", "--split", split, *more]
    ended = CliRunner().invoke(app, asked)
    assert ended.exit_code == 0, ended.output
    # two may be of the same second, so the newest does not say which
    return next(one for one in stored_results("tiny")[0] if one.about["split"]["name"].startswith(split))


def test_people_are_those_for_whom_the_first_is_better_and_their_lists_give_the_figure(
    atlas: Atlas, result: StoredResult
) -> None:
    for one, other in (("ease", "popularity"), ("popularity", "ease")):
        runs = TwoRuns.opened(atlas, result, one, other)
        people = runs.people("recall@5", n=50)
        better, worse, same = runs.n_better("recall@5")
        assert len(people) == better
        assert better + worse + same == int((runs.task.n_relevant > 0).sum())
        gaps = [person.values[0] - person.values[1] for person in people]
        assert gaps == sorted(gaps, reverse=True)
        assert all(gap > 0 for gap in gaps)
        for person in people:
            found = runs.lists_of(person.row)
            for ranked, value in zip(found.lists, person.values, strict=True):
                hits = np.isin(ranked[:5], found.wanted).sum()
                assert hits / len(found.wanted) == pytest.approx(value)
                assert not set(ranked[ranked >= 0].tolist()) & set(found.known.tolist())
            assert len(found.known) == person.n_known
            assert len(found.wanted) == person.n_wanted
            assert list(found.ratings) == sorted(found.ratings, reverse=True)


def test_the_figures_are_those_that_are_shown(atlas: Atlas, result: StoredResult) -> None:
    runs = TwoRuns.opened(atlas, result, "ease", "popularity")
    mean = np.nanmean(runs.runs[0].column("ndcg@5"))
    assert mean == pytest.approx(result.measured["ease"]["metrics"]["ndcg@5"]["mean"])
    assert list(methods_to_compare(result).values()) == result.figures("ndcg@5")["name"].tolist()


def test_what_is_gone_or_changed_is_said(atlas: Atlas, result: StoredResult) -> None:
    with pytest.raises(InvalidQueryError):
        TwoRuns.opened(atlas, result, "ease", "ease")
    with pytest.raises(InvalidQueryError, match="per person"):
        TwoRuns.opened(atlas, result, "ease", "popularity").people("coverage@5")
    value = values_of(result)
    older = {name: part for name, part in value["about"].items() if name != "runs"}
    with pytest.raises(NotBuiltError, match="not kept any more"):
        TwoRuns.opened(atlas, StoredResult.of({**value, "about": older}), "ease", "popularity")
    evil = {split: dict.fromkeys(own, "../../secret") for split, own in value["about"]["runs"].items()}
    about = value["about"] | {"runs": evil}
    with pytest.raises(NotBuiltError, match="not kept any more"):
        TwoRuns.opened(atlas, StoredResult.of({**value, "about": about}), "ease", "popularity")
    other = value["about"] | {"seed": 77}
    with pytest.raises(NotBuiltError, match="are others than those that were measured"):
        TwoRuns.opened(atlas, StoredResult.of({**value, "about": other}), "ease", "popularity")
    for path in (folder_of("tiny") / RUNS).glob("*.npz"):
        path.unlink()
    with pytest.raises(NotBuiltError, match="Measure again"):
        TwoRuns.opened(atlas, result, "ease", "popularity")
