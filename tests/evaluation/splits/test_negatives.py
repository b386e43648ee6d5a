"""Leave-one-out with sampled negatives: the files of its papers, and the figures by hand."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import DatasetError
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.results.result_json import about_json
from core.evaluation.splits import negatives
from core.evaluation.splits.negatives import read_negatives
from core.evaluation.splits.own_files import load_files
from core.evaluation.task import Settings, Task
from core.recommenders import create

N_USERS, N_ITEMS, N_NEGATIVES = 25, 60, 20


class Leave1Out:
    """Files as the paper has them: everybody's last film held out, and films by chance that they never rated."""

    def __init__(self, folder: Path) -> None:
        rng = np.random.default_rng(0)
        self.held, self.negatives, train = {}, {}, []
        for user in range(N_USERS):
            fame = 1 / np.arange(1, N_ITEMS + 1)
            seen = rng.choice(N_ITEMS, 8, replace=False, p=fame / fame.sum())
            self.held[user] = int(seen[-1])
            train += [f"{user}\t{item}\t{rng.integers(1, 6)}\t{time}" for time, item in enumerate(seen[:-1])]
            rest = np.setdiff1d(np.arange(N_ITEMS), seen)
            self.negatives[user] = rng.choice(rest, N_NEGATIVES, replace=False).tolist()
        self.paths = [folder / f"ml.{name}" for name in ("train.rating", "test.rating", "test.negative")]
        test = [f"{user}\t{item}\t2\t99" for user, item in self.held.items()]
        lines = [
            "\t".join([f"({user},{self.held[user]})", *map(str, own)]) for user, own in self.negatives.items()
        ]
        for path, rows in zip(self.paths, (train, test, lines), strict=True):
            path.write_text("\n".join(rows) + "\n")

    def load(self):
        train, test, given = self.paths
        return load_files(train, test, None, given)


@pytest.fixture
def files(tmp_path: Path) -> Leave1Out:
    return Leave1Out(tmp_path)


@pytest.mark.parametrize("name", ["popularity", "ease"])
def test_hit_rate_and_ndcg_are_those_of_the_protocol_by_hand(files: Leave1Out, name: str) -> None:
    dataset, split = files.load()
    result = evaluate(dataset, {}, method_factories([name]), split, settings=Settings(ks=(5, 10)))
    task = Task.of(dataset, split)
    method = create(name).fit(task.dataset, {}, rng=np.random.default_rng(0))
    scores = np.nan_to_num(method.score(task.profiles), nan=-np.inf)
    place = {item: index for index, item in enumerate(dataset.catalog.ids)}
    hits, gains = [], []
    for row, user in enumerate(split.train.user_ids[split.users]):
        own = place[str(files.held[int(user)])]
        others = [place[str(item)] for item in files.negatives[int(user)]]
        above = sum(
            scores[row, other] > scores[row, own] or (scores[row, other] == scores[row, own] and other < own)
            for other in others
        )
        hits.append(above < 10 and np.isfinite(scores[row, own]))
        gains.append(hits[-1] / np.log2(above + 2))
    found = result.summary.query("users == 'all'").set_index("metric")["mean"]
    assert found["hit_rate@10"] == pytest.approx(np.mean(hits))
    assert found["ndcg@10"] == pytest.approx(np.mean(gains))
    assert 0 < found["hit_rate@10"] < 1


def test_every_held_out_film_counts_and_nothing_else_is_listed(files: Leave1Out) -> None:
    dataset, split = files.load()
    task = Task.of(dataset, split)
    assert task.n_relevant.tolist() == [1] * N_USERS, "a film of two stars, too"
    assert Task.of(dataset, split, relevant=4).n_relevant.sum() == 0
    listable = N_ITEMS - np.diff((split.masked + split.known.astype(bool)).indptr)
    rated = len(dataset.catalog)
    assert (listable - (N_ITEMS - rated) == N_NEGATIVES + 1).all()
    assert split.options["negatives"] == "ml.test.negative"


def test_films_that_do_not_compete_are_not_counted_as_ratings(files: Leave1Out) -> None:
    dataset, split = files.load()
    counts = about_json(evaluate(dataset, {}, method_factories(["popularity"]), split))["counts"]
    assert counts["tested_interactions"] == N_USERS
    assert counts["interactions"] == len(split.train) + N_USERS == len(dataset.interactions)


def test_tables_do_as_well(files: Leave1Out, tmp_path: Path) -> None:
    lines = ["user_id,item_id", *(f"{user},{item}" for user, own in files.negatives.items() for item in own)]
    path = tmp_path / "others.csv"
    path.write_text("\n".join(lines))
    sorted_rows = [
        read_negatives(one).sort_values(["user_id", "item_id"], ignore_index=True)
        for one in (path, files.paths[2])
    ]
    assert sorted_rows[0].equals(sorted_rows[1])


def test_who_has_no_negatives_is_not_tested_and_films_that_nobody_rated_compete(files: Leave1Out) -> None:
    lines = files.paths[2].read_text().splitlines()
    files.paths[2].write_text("\n".join([*lines[3:], "(stranger,1)\t2\t3", f"({N_USERS - 1},1)\tnew"]) + "\n")
    dataset, split = files.load()
    assert len(split.users) == N_USERS - 3
    assert split.left_out["users without negatives"] == 3
    new = list(dataset.catalog.ids).index("new")
    row = list(split.train.user_ids[split.users]).index(str(N_USERS - 1))
    assert not split.masked[row, new]
    assert split.masked[:, new].sum() == len(split.users) - 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("(0,1) 2 3\n", "line 1: no .user,film. with other films"),
        ("(0,1)\n", "line 1"),
        ("0\t1\t2\n", "line 1"),
        ("(stranger,1)\t2\n", "no film for any tested user"),
        ("", "is empty"),
    ],
)
def test_what_is_wrong_is_said(files: Leave1Out, content: str, said: str) -> None:
    files.paths[2].write_text(content)
    with pytest.raises(DatasetError, match=said):
        files.load()


def test_too_many_users_and_films_are_refused(files: Leave1Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negatives, "MOST_ENTRIES", 100)
    with pytest.raises(DatasetError, match="more than negatives can be kept for"):
        files.load()
