"""The protocol as a whole: nothing leaks, figures equal independent ones, runs resume, refusals are said."""

import json
import re
import threading
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from irspack.evaluation import Evaluator
from scipy import sparse

from core.domain import Interactions
from core.embeddings import Space, Stamp
from core.errors import InvalidQueryError, NotBuiltError, UnknownNameError
from core.evaluation.protocol import measure
from core.evaluation.protocol.runner import evaluate, evaluate_all, method_factories
from core.evaluation.results.result_json import about_json, result_json
from core.evaluation.results.runs import RunFolder
from core.evaluation.results.stored import split_label
from core.evaluation.splits import Split, make_splits
from core.evaluation.task import Settings, Task
from tests.evaluation.methods import Constant, ItemItem, MeanRating, Refuses, Table

pytestmark = pytest.mark.slow


def split_of(dataset, name="random_holdout", seed=0, **options):
    return make_splits(name, dataset.interactions, rng=np.random.default_rng(seed), **options)


@pytest.fixture
def dataset(make_dataset):
    return make_dataset()


@pytest.fixture
def split(dataset):
    return split_of(dataset)[0]


@pytest.fixture
def space(rng):
    vectors = rng.normal(size=(41, 5)).astype(np.float32)
    vectors[7] = 0
    return Space("minilm", vectors, Stamp("minilm", "1", 5))


def test_figures_equal_irspacks_evaluator_on_the_same_scores(dataset, split, rng):
    scores = rng.random((len(split.users), dataset.n_items)).astype(np.float32)
    settings = Settings(ks=(3, 10), relevant=3.0)
    result = evaluate(dataset, {}, {"table": lambda: Table(scores)}, split, settings=settings)
    truth = split.test.copy()
    truth.data = (truth.data >= 3).astype(float)
    truth.eliminate_zeros()
    evaluator = Evaluator(truth, masked_interactions=split.known, n_threads=1)
    theirs = evaluator.get_scores_from_score_matrix(scores, [3, 10])
    means = result.summary.set_index(["users", "metric"])["mean"]
    for ours, name in (
        ("ndcg", "ndcg"),
        ("recall", "recall"),
        ("precision", "precision"),
        ("hit_rate", "hit"),
    ):
        for k in (3, 10):
            assert means["all", f"{ours}@{k}"] == pytest.approx(theirs[f"{name}@{k}"], abs=1e-9)


def test_known_films_are_never_listed_and_lists_are_in_order(dataset, split):
    result = evaluate(
        dataset, {}, {"it": ItemItem, "pop": method_factories(["popularity"])["popularity"]}, split
    )
    for run in result.runs.values():
        for row, listed in enumerate(run.ranked):
            assert not set(listed) & set(split.known[row].indices)
            assert len(set(listed[listed >= 0])) == (listed >= 0).sum()
    counts = split.train.item_counts()
    first = result.runs["pop"].ranked[0]
    free = np.setdiff1d(np.arange(41), split.known[0].indices)
    assert counts[first[0]] >= np.median(counts[free])


def test_batches_do_not_change_anything(dataset, split, monkeypatch):
    whole = evaluate(dataset, {}, {"it": ItemItem}, split)
    monkeypatch.setattr(measure, "_BATCH_ENTRIES", 3 * dataset.n_items)
    batches = measure.batches(whole.task)
    assert [row for rows in batches for row in range(rows.start, rows.stop)] == [*range(len(split.users))]
    assert all(rows.stop - rows.start <= 3 for rows in batches)
    assert len(batches) % 4 == 0
    parts = evaluate(dataset, {}, {"it": ItemItem}, split)
    assert np.array_equal(whole.runs["it"].ranked, parts.runs["it"].ranked)
    assert whole.runs["it"].values == pytest.approx(parts.runs["it"].values, nan_ok=True)


def test_the_number_of_cores_does_not_change_anything(dataset, split, monkeypatch):
    monkeypatch.setattr(measure, "_BATCH_ENTRIES", 3 * dataset.n_items)
    runs = []
    for n_cores in (1, 4):
        monkeypatch.setattr(measure, "n_threads", lambda n_cores=n_cores: n_cores)
        runs.append(evaluate(dataset, {}, {"it": ItemItem}, split).runs["it"])
    one, four = runs
    assert np.array_equal(one.ranked, four.ranked)
    assert np.array_equal(one.values, four.values, equal_nan=True)
    assert one.n_tied == four.n_tied


def test_batches_are_asked_side_by_side_and_told_in_their_order(dataset, split, monkeypatch):
    """The first batch ends only after the second has ended."""
    monkeypatch.setattr(measure, "_BATCH_ENTRIES", 3 * dataset.n_items)
    monkeypatch.setattr(measure, "n_threads", lambda: 2)
    task = Task.of(dataset, split)
    batches = measure.batches(task)
    second_is_done, waited, done = threading.Event(), [], []

    class Waiting(ItemItem):
        def score(self, profiles):
            if profiles[0] is task.profiles[0]:
                waited.append(second_is_done.wait(10))
            scores = super().score(profiles)
            if profiles[0] is task.profiles[batches[1].start]:
                second_is_done.set()
            return scores

    method = Waiting().fit(task.dataset, {}, rng=np.random.default_rng(0))
    measure.measure(method, task, Settings(), done.append)
    assert waited == [True]
    assert done == [rows.stop for rows in batches]


def test_an_interrupted_evaluation_asks_no_further_batch(dataset, split, monkeypatch):
    monkeypatch.setattr(measure, "_BATCH_ENTRIES", dataset.n_items)
    monkeypatch.setattr(measure, "n_threads", lambda: 1)
    go_on, asked = threading.Event(), []

    class Slow(ItemItem):
        def score(self, profiles):
            asked.append(len(profiles))
            if len(asked) > 1:
                go_on.wait(10)
            return super().score(profiles)

    def stop(done):
        threading.Timer(0.1, go_on.set).start()
        raise KeyboardInterrupt

    task = Task.of(dataset, split)
    method = Slow().fit(task.dataset, {}, rng=np.random.default_rng(0))
    with pytest.raises(KeyboardInterrupt):
        measure.measure(method, task, Settings(), stop)
    assert len(asked) <= 3 < len(measure.batches(task))


def test_permuting_the_test_labels_changes_no_fitted_model_and_no_score(dataset, split, rng):
    shuffled = split.test.copy()
    shuffled.data = rng.permutation(shuffled.data)
    columns = [rng.permutation(np.setdiff1d(np.arange(41), row.indices)) for row in split.known]
    moved = sparse.lil_matrix(split.test.shape, dtype=np.float32)
    for row, free in enumerate(columns):
        n = split.test[row].nnz
        moved[row, free[:n]] = shuffled[row].data
    other = replace(split, test=moved.tocsr())
    fitted = []

    class Spy(ItemItem):
        def score(self, profiles):
            fitted.append((self.weights_.copy(), super().score(profiles)))
            return fitted[-1][1].copy()

    for part in (split, other):
        # the whole dataset is passed with the other labels too: nothing may look at them
        whole = replace(dataset, interactions=_joined(part))
        evaluate(whole, {}, {"spy": Spy}, part)
    assert np.array_equal(fitted[0][0], fitted[1][0])
    assert np.array_equal(fitted[0][1], fitted[1][1], equal_nan=True)


def _joined(split):
    """Train and test together, as a loader would have given them."""
    both = split.train.ratings.tolil()
    for row, user in enumerate(split.users):
        both[user, split.test[row].indices] = split.test[row].data
    rows, columns = both.nonzero()
    return Interactions.of(rows, columns, both.tocsr().data, both.shape[1])


def test_methods_get_the_train_part_and_the_known_ratings_alone(dataset, split):
    seen = {}

    class Spy(ItemItem):
        def fit(self, dataset, spaces, *, rng):
            seen["train"] = dataset.interactions
            return super().fit(dataset, spaces, rng=rng)

        def score(self, profiles):
            seen["profiles"] = profiles
            return super().score(profiles)

    evaluate(dataset, {}, {"spy": Spy}, split)
    assert seen["train"] is split.train
    for row, profile in enumerate(seen["profiles"]):
        assert np.array_equal(profile.items, split.known[row].indices)
        assert profile.user == split.users[row]
        middle = (0.5 + 5) / 2
        assert profile.weights == pytest.approx((split.known[row].data - middle) / 2.25)


def test_cold_users_are_strangers_to_the_methods(dataset):
    splits = split_of(dataset, "cold_users", given=(0, 2))
    for split in splits:
        profiles = Task.of(dataset, split).profiles
        assert all(profile.user is None for profile in profiles)
        assert {len(profile.items) for profile in profiles} == {split.options["n"]}


def test_without_ratings_every_row_is_liked(make_catalog, dataset):
    users, items = dataset.interactions.ratings.nonzero()
    bare = Interactions.of(users, items, np.ones(len(users)), 41, is_explicit=False)
    implicit = replace(dataset, interactions=bare)
    (split,) = split_of(implicit)
    task = Task.of(implicit, split, relevant=4)
    assert task.relevant.nnz == split.test.nnz
    assert all((profile.weights == 1).all() for profile in task.profiles)
    assert task.relevant_from == 1


def test_relevance_is_a_rating_on_the_scale(dataset, split):
    task = Task.of(dataset, split)
    assert task.relevant_from == 4.0
    assert task.relevant.nnz == (split.test.data >= 4).sum()
    assert task.liked.nnz == (split.known.data >= 4).sum()
    for wrong in (0.4, 5.5):
        with pytest.raises(InvalidQueryError, match="count as liked"):
            Task.of(dataset, split, relevant=wrong)


def test_users_without_a_liked_held_out_film_are_left_out_and_counted(dataset, split):
    result = evaluate(dataset, {}, {"it": ItemItem}, split, settings=Settings(relevant=5.0))
    without = int((result.task.n_relevant == 0).sum())
    assert 0 < without < len(split.users)
    row = result.summary.set_index(["users", "metric"]).loc[("all", "ndcg@10")]
    assert row["n_users"] == len(split.users) - without
    assert about_json(result)["users_left_out"]["tested users without a liked held-out film"] == without
    assert row["mean"] == pytest.approx(result.values["ndcg@10"].mean())
    assert row["low"] <= row["mean"] <= row["high"]


def test_rmse_is_pooled_over_ratings_and_unpredicted_ones_are_counted(dataset, split):
    result = evaluate(dataset, {}, {"mean": MeanRating, "it": ItemItem}, split)
    predicted = split.train.item_means()[split.test.indices]
    errors = predicted - split.test.data
    row = result.summary.set_index(["method", "users", "metric"]).loc[("mean", "all", "rmse")]
    assert row["mean"] == pytest.approx(np.sqrt(np.nanmean(errors**2)), abs=1e-6)
    assert row["low"] < row["mean"] < row["high"]
    mae = result.summary.set_index(["method", "users", "metric"]).loc[("mean", "all", "mae"), "mean"]
    assert mae == pytest.approx(np.nanmean(np.abs(errors)), abs=1e-6)
    assert result.runs["mean"].n_unpredicted == np.isnan(errors).sum()
    assert "rmse" not in result.runs["it"].columns, "scores that are no ratings have no error in stars"
    assert result.values.query("method == 'it'")["rmse"].isna().all()


def test_predictions_off_the_scale_are_brought_back_to_it(dataset, split):
    class Wild(MeanRating):
        def score(self, profiles):
            return np.full((len(profiles), 41), 99, np.float32)

    result = evaluate(dataset, {}, {"wild": Wild}, split)
    means = result.summary.set_index(["users", "metric"])["mean"]
    assert means["all", "rmse"] == pytest.approx(np.sqrt(np.mean((5 - split.test.data) ** 2)), abs=1e-6)


def test_ties_are_broken_by_index_and_counted(dataset, split, rng):
    distinct = rng.permutation(split.test.shape[0] * 41).reshape(-1, 41)
    methods = {"same": Constant, "table": lambda: Table(distinct)}
    result = evaluate(dataset, {}, methods, split, settings=Settings(ks=(5,)))
    run = result.runs["same"]
    for row, listed in enumerate(run.ranked):
        assert listed.tolist() == np.setdiff1d(np.arange(41), split.known[row].indices)[:5].tolist()
    assert run.n_tied == len(split.users)
    assert result.runs["table"].n_tied == 0
    assert np.nanmax(np.abs(run.column("auc") - 0.5)) < 1e-12


def test_ties_can_be_broken_by_chance_instead_of_the_catalogues_order(dataset, split):
    methods = {"same": Constant, "alike": Constant, "it": ItemItem}
    by_index = evaluate(dataset, {}, methods, split)
    by_chance, again = (
        evaluate(dataset, {}, methods, split, settings=Settings(ties="random")) for _ in range(2)
    )
    assert np.array_equal(by_chance.runs["same"].ranked, again.runs["same"].ranked)
    assert not np.array_equal(by_chance.runs["same"].ranked, by_index.runs["same"].ranked)
    # one order for everybody would make a figure hang on which few films it happens to begin with
    listed = by_chance.runs["same"].ranked[:, :5]
    assert len({tuple(row) for row in listed.tolist()}) > 0.9 * len(listed)
    # the order is a user's, not a method's: methods that know nothing are equally lucky
    assert np.array_equal(by_chance.runs["same"].ranked, by_chance.runs["alike"].ranked)
    scores = by_index.runs["it"], by_chance.runs["it"]
    assert np.nanmean(scores[0].column("auc")) == np.nanmean(scores[1].column("auc")), "scores are the same"
    for row, listed in enumerate(by_chance.runs["it"].ranked):
        assert not set(listed[listed >= 0]) & set(split.known[row].indices)
    with pytest.raises(InvalidQueryError, match="Ties"):
        Settings(ties="best")


def test_films_that_cannot_be_scored_are_not_listed_and_short_lists_are_counted(dataset, split):
    scores = np.full((len(split.users), 41), np.nan, np.float32)
    scores[:, 3] = 1
    result = evaluate(dataset, {}, {"few": lambda: Table(scores)}, split, settings=Settings(ks=(2,)))
    run = result.runs["few"]
    knows = np.asarray(split.known[:, [3]].todense())[:, 0] != 0
    assert run.ranked[~knows].tolist() == [[3, -1]] * int((~knows).sum())
    assert (run.ranked[knows] == -1).all()
    assert run.n_short == len(split.users)
    assert run.n_tied == 0


def test_lists_longer_than_the_catalogue_end_early(make_dataset):
    dataset = make_dataset(n_users=9, n_items=6, share=0.5)
    (split,) = split_of(dataset)
    result = evaluate(dataset, {}, {"it": ItemItem}, split, settings=Settings(ks=(4, 30)))
    assert result.runs["it"].ranked.shape == (len(split.users), 30)
    assert (result.runs["it"].ranked[:, 6:] == -1).all()
    recall = result.runs["it"].column("recall@30")
    assert (recall[np.isfinite(recall)] == 1).all(), "every film fits"


def test_cold_films_are_ranked_among_themselves(dataset, space):
    (split,) = split_of(dataset, "cold_items")
    factories = {**method_factories(["content"]), "it": ItemItem}
    result = evaluate(dataset, {"minilm": space}, factories, split, settings=Settings(ks=(3,)))
    for run in result.runs.values():
        assert split.candidates[run.ranked[run.ranked >= 0]].all()
    # nobody rated them in train: for co-ratings they are all alike, chance alone decides
    assert result.runs["it"].column("auc").shape == (len(split.users),)


def test_cold_and_warm_users_are_always_apart(dataset):
    (split,) = split_of(dataset, "global_time", fraction=0.5)
    cold = np.zeros(len(split.users), bool)
    cold[:4] = True
    train = split.train.ratings.tolil()
    train[split.users[cold]] = 0
    known = split.known.tolil()
    known[cold] = 0
    emptied = Interactions(train.tocsr(), dataset.interactions.user_ids)
    split = Split("mixed", emptied, split.users, known.tocsr(), split.test, split.masked)
    pop = method_factories(["popularity"])
    result = evaluate(dataset, {}, {**pop, "it": ItemItem}, split)
    table = result.summary.set_index(["method", "users", "metric"])
    values = result.values[result.values["method"] == "popularity"]
    for group, members in (("cold", values[values["is_cold"]]), ("warm", values[~values["is_cold"]])):
        assert table.loc[("popularity", group, "ndcg@10"), "mean"] == pytest.approx(members["ndcg@10"].mean())
    shown = result_json(result)["results"]["popularity"]
    assert set(shown) >= {"metrics", "warm", "cold"}
    # a method that needs a history lists nothing for strangers, and that counts against it
    assert table.loc[("it", "cold", "ndcg@10"), "mean"] == 0


def test_the_judge_compares_first_films(dataset, split, space):
    settings = Settings(judge="minilm")
    result = evaluate(dataset, {"minilm": space}, method_factories(["content"]), split, settings=settings)
    values = result.runs["content"].column("top1_cosine")
    assert np.nanmax(values) > 0.5
    assert about_json(result)["judge"] == "minilm"
    with pytest.raises(NotBuiltError):
        evaluate(dataset, {}, {"it": ItemItem}, split, settings=settings)


def test_a_refusal_is_said_and_does_not_stop_the_others(dataset, split):
    result = evaluate(dataset, {}, {"big": Refuses, **method_factories(["content"]), "it": ItemItem}, split)
    assert result.failed["big"] == "Too large for this method. Use another."
    assert "minilm" in result.failed["content"]
    assert list(result.runs) == ["it"]
    shown = result_json(result)["results"]
    assert shown["big"] == {"error": "Too large for this method. Use another."}


def test_a_method_whose_package_is_not_installed_holds_nobody_else_back(dataset, split):
    class Needy(MeanRating):
        def fit(self, dataset, spaces, *, rng):
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

    result = evaluate(dataset, {}, {"needy": Needy, "it": ItemItem}, split)
    assert "needs the package torch, which is not installed" in result.failed["needy"]
    assert list(result.runs) == ["it"]


def test_unknown_metrics_and_scores_of_a_wrong_shape_are_refused(dataset, split):
    with pytest.raises(UnknownNameError):
        evaluate(dataset, {}, {}, split, settings=Settings(metrics=("beauty",)))
    with pytest.raises(ValueError, match="were asked for"):
        evaluate(dataset, {}, {"bad": lambda: Table(np.zeros((len(split.users), 3)))}, split)


def test_only_the_wanted_metrics_are_computed(dataset, split):
    result = evaluate(dataset, {}, {"it": ItemItem}, split, settings=Settings(metrics=("ndcg", "gini")))
    assert set(result.summary["metric"]) == {"ndcg@10", "ndcg@20", "gini@10", "gini@20"}
    assert result.runs["it"].columns == ("ndcg@10", "ndcg@20")


def test_scores_given_by_a_method_are_not_written_to(dataset, split, rng):
    scores = rng.random((len(split.users), 41)).astype(np.float32)
    scores.flags.writeable = False

    class Fixed(Table):
        def score(self, profiles):
            return self.scores

    evaluate(dataset, {}, {"fixed": lambda: Fixed(scores)}, split)


def test_progress_names_methods_and_splits_as_people_do(dataset, split):
    notes = []
    methods = method_factories(["popularity", "item_knn"])
    evaluate(dataset, {}, methods, split, progress=lambda d, t, n: notes.append(n))
    told = {note.partition(":")[0] for note in notes}
    assert told == {f"Popularity, {split_label(split.name)}", f"Item-KNN, {split_label(split.name)}"}
    assert notes[0].endswith(": learned")
    assert re.search(r": \d+ of \d+ users$", notes[1])


def test_a_run_is_resumed_where_it_was_interrupted(dataset, split, tmp_path):
    class Stops(Constant):
        name = "stops_test"

        def score(self, profiles):
            raise KeyboardInterrupt

    ItemItem.n_fits = 0
    with pytest.raises(KeyboardInterrupt):
        evaluate(dataset, {}, {"it": ItemItem, "stops": Stops}, split, folder=tmp_path)
    assert ItemItem.n_fits == 1
    notes = []
    again = evaluate(
        dataset,
        {},
        {"it": ItemItem},
        split,
        folder=tmp_path,
        progress=lambda d, t, n: notes.append((d, t, n)),
    )
    assert ItemItem.n_fits == 1, "not fitted again"
    assert notes[-1][:2] == (2, 2)
    assert "already there" in notes[-1][2]
    fresh = evaluate(dataset, {}, {"it": ItemItem}, split)
    pd.testing.assert_frame_equal(again.summary, fresh.summary)


def test_stored_runs_are_not_mixed_up(dataset, split, space, tmp_path):
    def fits(**changes):
        parts = {
            "dataset": dataset,
            "spaces": {"minilm": space},
            "make": ItemItem,
            "split": split,
            "settings": Settings(),
            **changes,
        }
        before = ItemItem.n_fits
        evaluate(
            parts["dataset"],
            parts["spaces"],
            {"it": parts["make"]},
            parts["split"],
            settings=parts["settings"],
            folder=tmp_path,
        )
        return ItemItem.n_fits - before

    class Newer(ItemItem):
        version = 2

    class Reads(ItemItem):
        def needs(self):
            return ("minilm",)

    other_space = replace(space, vectors=space.vectors + 1)
    other_catalog = type(dataset.catalog).of(dataset.catalog.items.assign(overview="words"))
    assert fits() == 1
    assert fits() == 0
    changes = [
        {"make": partial(ItemItem, ItemItem.Params(shrink=3))},
        {"make": Newer},
        {"make": Reads},
        {"make": Reads, "spaces": {"minilm": other_space}},
        {"split": split_of(dataset, seed=1)[0]},
        {"settings": Settings(seed=1)},
        {"settings": Settings(ks=(3,))},
        {"settings": Settings(relevant=3)},
        {"settings": Settings(ties="random")},
        {"settings": Settings(judge="minilm")},
        {"settings": Settings(judge="minilm"), "spaces": {"minilm": other_space}},
        {"dataset": replace(dataset, catalog=other_catalog)},
    ]
    assert [fits(**change) for change in changes] == [1] * len(changes)
    assert [fits(**change) for change in changes] == [0] * len(changes)


@pytest.mark.parametrize("damage", ["truncate npz", "other npz", "no json", "wrong json", "list json"])
def test_damaged_results_are_computed_again(dataset, split, tmp_path, damage):
    first = evaluate(dataset, {}, {"it": ItemItem}, split, folder=tmp_path)
    (npz,), (meta,) = list(tmp_path.glob("*.npz")), list(tmp_path.glob("*.json"))
    if damage == "truncate npz":
        npz.write_bytes(npz.read_bytes()[:-20])
    elif damage == "other npz":
        np.savez(npz, values=np.zeros((1, 1)), ranked=np.zeros((1, 1)), n_predicted=np.zeros(1))
    elif damage == "no json":
        meta.unlink()
    elif damage == "wrong json":
        meta.write_text('{"npz": ')
    else:
        meta.write_text("[1]")
    before = ItemItem.n_fits
    again = evaluate(dataset, {}, {"it": ItemItem}, split, folder=tmp_path)
    assert ItemItem.n_fits == before + 1
    assert np.array_equal(again.runs["it"].ranked, first.runs["it"].ranked)
    assert not list(tmp_path.glob("*.part"))


def test_a_write_that_fails_leaves_nothing_behind(dataset, split, tmp_path, monkeypatch):
    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("core.storage.artifacts.os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        evaluate(dataset, {}, {"it": ItemItem}, split, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert RunFolder(tmp_path).load({"any": "key"}) is None


def test_splits_with_the_same_train_part_share_the_fit(dataset):
    cold = split_of(dataset, "cold_users", given=(0, 1, 3))
    ItemItem.n_fits = 0
    results = evaluate_all(dataset, {}, {"it": ItemItem}, cold)
    assert ItemItem.n_fits == 1
    assert len(results) == 3
    evaluate_all(dataset, {}, {"it": ItemItem}, split_of(dataset, "k_fold", folds=3))
    assert ItemItem.n_fits == 1 + 3


def test_a_methods_result_does_not_depend_on_the_others(dataset, split):
    alone = evaluate(dataset, {}, {"it": ItemItem}, split)
    beside = evaluate(dataset, {}, {"same": Constant, "other name": ItemItem}, split)
    assert np.array_equal(alone.runs["it"].ranked, beside.runs["other name"].ranked)


def test_progress_ends_at_its_total(dataset, split):
    steps = []
    evaluate(
        dataset,
        {},
        {"it": ItemItem, "big": Refuses, "same": Constant},
        split,
        progress=lambda done, total, note: steps.append((done, total, note)),
    )
    assert [done for done, _, _ in steps] == sorted({done for done, _, _ in steps})
    assert steps[-1][0] == steps[-1][1] == 6
    assert all(note for _, _, note in steps)


def test_the_json_has_the_promised_shape_and_says_what_it_is_of(make_dataset):
    dataset = make_dataset(is_simulated=True)
    (split,) = split_of(dataset)
    result = evaluate(dataset, {}, {"it": ItemItem, "same": Constant, "mean": MeanRating}, split)
    shown = json.loads(json.dumps(result_json(result), allow_nan=False))
    about, mine = shown["about"], shown["results"]["it"]
    assert about["is_simulated"] is True
    assert "Simulated" in about["notice"]
    for k in (10, 20):
        figure = mine["metrics"][f"ndcg@{k}"]
        assert figure["low"] <= figure["mean"] <= figure["high"]
    assert set(mine["metrics"]) >= {"map@10", "mrr@20", "auc", "coverage@10", "gini@20", "novelty@10"}
    assert mine["metrics"]["top1_cosine"]["mean"] is None, "without a judge there is no figure"
    assert mine["params"] == {"shrink": 10.0, "power": 1, "binary": True, "fixed": 1.0}
    assert mine["decided"] == {}
    assert set(mine["seconds"]) == {"fit", "score", "measure"}
    assert set(mine["memory_mb"]) == {"fit", "score"}
    counts = about["counts"]
    assert counts["users"] == dataset.interactions.n_users
    assert counts["interactions"] == len(dataset.interactions)
    assert counts["train_interactions"] + counts["tested_interactions"] == counts["interactions"]
    assert about["versions"]["numpy"] == np.__version__
    assert about["seed"] == 0
    assert about["split"] == {"name": "random_holdout", "fraction": 0.2}
    assert set(mine["better_than"]) == {"ndcg@10", "ndcg@20"}


def test_what_a_fit_decided_is_kept_and_shown(dataset, split, tmp_path):
    methods = method_factories(["ease", "hybrid"])
    for _ in range(2):  # measured, then read from the folder
        shown = result_json(evaluate(dataset, {}, methods, split, folder=tmp_path))["results"]
        assert shown["ease"]["params"]["reg"] == 0
        assert 50 <= shown["ease"]["decided"]["reg"] <= 500
        hybrid = shown["hybrid"]["decided"]
        assert hybrid["parts"]["linear"] == shown["ease"]["decided"]
        assert list(hybrid["weights"]) == ["0", "1", "2", "4", "11", "31"]
        assert list(hybrid["weights"]["11"]) == ["linear", "ials", "people", "stars", "popularity"]
        assert hybrid["weights"]["11"]["linear"] > 0


def test_real_data_is_not_called_simulated(dataset, split):
    about = about_json(evaluate(dataset, {}, {"it": ItemItem}, split))
    assert about["is_simulated"] is False
    assert about["notice"] == ""


def test_comparison_finds_the_oracle_better_than_chance(make_dataset, rng):
    dataset = make_dataset(n_users=60)
    (split,) = split_of(dataset, fraction=0.4)
    oracle = (split.test.toarray() >= 4) + rng.random(split.test.shape) / 2
    methods = {"oracle": lambda: Table(oracle), "same": Constant, "it": ItemItem}
    result = evaluate(dataset, {}, methods, split)
    found = result.comparison("ndcg@10")
    assert set(found.better_than["oracle"]) == {"same", "it"}
    assert found.better_than["same"] == ()
    assert len(found.pairs) == 3
    for wrong in ("coverage@10", "popularity_lift@10"):
        with pytest.raises(InvalidQueryError):
            result.comparison(wrong)


def test_the_oracle_scores_one_everywhere(dataset, split):
    oracle = (split.test.toarray() >= 4).astype(np.float32)
    result = evaluate(dataset, {}, {"oracle": lambda: Table(oracle)}, split)
    means = result.summary.set_index(["users", "metric"])["mean"]
    for name in ("ndcg@10", "map@20", "mrr@10", "hit_rate@10", "auc"):
        assert means["all", name] == pytest.approx(1), name


def test_every_value_is_within_its_metrics_range(dataset, split, space):
    from core.evaluation.metrics import metric_of

    factories = {**method_factories(["popularity", "content"]), "it": ItemItem, "mean": MeanRating}
    result = evaluate(dataset, {"minilm": space}, factories, split, settings=Settings(judge="minilm"))
    for row in result.summary.dropna().itertuples():
        low, high = metric_of(row.metric).bounds
        assert low - 1e-9 <= row.low <= row.mean + 1e-9 <= row.high + 2e-9 <= high + 1e-6, row
