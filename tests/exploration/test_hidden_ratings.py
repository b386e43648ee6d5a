"""What an evaluation hid: found again rating by rating, and refused where the ratings are others."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app as command
from core.errors import DatasetError
from core.evaluation.results import stored
from core.evaluation.splits import make_splits
from core.exploration import hidden_ratings as hiding
from core.exploration import rating_matrix as matrix
from core.exploration import rating_orders as orders
from core.serving import Atlas


@pytest.fixture
def measured(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    shutil.rmtree(home / "evaluations", ignore_errors=True)
    yield
    shutil.rmtree(home / "evaluations", ignore_errors=True)


def evaluation(*more: str) -> stored.StoredResult:
    found = CliRunner().invoke(command, ["evaluate", "tiny", "--methods", "popularity", "--k", "5", *more])
    assert found.exit_code == 0, found.output
    return stored.stored_results("tiny")[0][0]


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("kind", ["random_holdout", "k_fold", "cold_items"])
def test_what_was_asked_for_is_what_is_shown(atlas: Atlas, kind: str) -> None:
    inter = atlas.interactions
    result = evaluation("--split", kind, "--seed", "3")
    assert hiding.hides_ratings(result)
    hidden = hiding.hidden_ratings(atlas, result)
    splits = make_splits(kind, inter, rng=np.random.default_rng(3), catalog=atlas.catalog)
    assert hidden.n_splits == len(splits)
    split = splits[0]
    assert len(hidden.ratings) == split.test.nnz > 0
    assert (hidden.ratings.ratings[split.users] != split.test).nnz == 0
    assert hidden.ratings.ratings.multiply(split.train.ratings).nnz == 0, "nothing hidden was learned from"


@pytest.mark.usefixtures("measured")
def test_cells_count_what_was_hidden_in_them(atlas: Atlas) -> None:
    inter, hidden = atlas.interactions, hiding.hidden_ratings(atlas, evaluation())
    basis = orders.Basis(atlas.catalog, inter)
    users, items = orders.USER_ORDERS["Activity"].order(basis), orders.ITEM_ORDERS["Year"].order(basis)
    whole = hiding.hidden_in(hidden, matrix.part(inter, users, items, matrix.whole(inter), most_cells=(4, 5)))
    assert whole.counts.sum() == len(hidden.ratings)
    near = matrix.part(inter, users, items, matrix.Area(2, 9, 3, 20))
    here = hiding.hidden_in(hidden, near)
    wanted = hidden.ratings.ratings[users.index[2:9]][:, items.index[3:20]].toarray() > 0
    assert ((here.counts > 0) == wanted).all()
    assert (near.counts[wanted] == 1).all()
    assert f"{int(wanted.sum()):,} lie here" in hiding.caption(hidden, here)
    assert "A frame" in hiding.caption(hidden, here)


@pytest.mark.usefixtures("measured")
def test_other_ratings_than_those_that_were_split_are_refused(atlas: Atlas) -> None:
    result = evaluation()
    other = json.loads(json.dumps(dict(result.about)))
    other["counts"]["train_interactions"] += 1
    with pytest.raises(DatasetError, match="other ratings"):
        hiding.hidden_ratings(atlas, replace(result, about=other))


@pytest.mark.usefixtures("measured")
def test_a_few_likes_hide_nothing() -> None:
    result = evaluation()
    assert hiding.hides_ratings(result)
    few = dict(result.about) | {"split": {"name": "few_likes", "numbers_of_likes": 5}}
    assert not hiding.hides_ratings(replace(result, about=few))
