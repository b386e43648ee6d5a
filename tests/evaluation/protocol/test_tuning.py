"""Tuning: finds what is better, stays in bounds, and cannot see the test part."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from core import recommenders
from core.embeddings import Space, Stamp
from core.errors import CannotFitError, InvalidQueryError, UnknownNameError
from core.evaluation.protocol.tuning import HOLDOUTS, going_on, n_fits, search_space, tune
from core.evaluation.splits import make_splits
from core.params import param
from tests.evaluation.methods import ItemItem, MeanRating, Refuses

pytestmark = pytest.mark.slow


class Peaked(MeanRating):
    """Predicts the mean plus a shift: the best shift is 0."""

    name = "peaked_test"

    @dataclass(frozen=True)
    class Params:
        shift: float = param(2.0, "Added to every prediction.", low=-2, high=2)

    def score(self, profiles):
        return super().score(profiles) + np.float32(self.params.shift)


@pytest.fixture
def train(make_dataset):
    return make_dataset(n_users=30)


def rng():
    return np.random.default_rng(4)


def test_a_clearly_better_value_is_found_and_defaults_come_first(train):
    notes = []
    tuned = tune(
        Peaked,
        train,
        {},
        n_trials=15,
        metric="rmse",
        rng=rng(),
        progress=lambda done, total, note: notes.append((done, total)),
    )
    assert abs(tuned.params.shift) < 0.7
    assert tuned.trials[0].params == {"shift": 2.0}
    went_on = [trial for trial in tuned.trials if trial.n_holdouts == HOLDOUTS]
    assert tuned.best == min(trial.value for trial in went_on)
    assert tuned.value < went_on[0].value
    assert went_on[0] is tuned.trials[0], "the defaults always go on"
    assert notes == [(n, n_fits(15)) for n in range(1, n_fits(15) + 1)]


def test_few_go_on_to_the_further_parts_of_validation(train):
    tuned = tune(Peaked, train, {}, n_trials=15, metric="rmse", rng=rng())
    counts = np.bincount([trial.n_holdouts for trial in tuned.trials])
    assert counts.tolist() == [0, 15 - going_on(15, 1), going_on(15, 1) - going_on(15, 2), going_on(15, 2)]
    first = sorted(tuned.trials[1:], key=lambda trial: abs(trial.params["shift"]))
    assert first[0].n_holdouts == HOLDOUTS, "who is best goes on"
    assert first[-1].n_holdouts == 1


def test_the_defaults_stay_where_nothing_is_clearly_better(train):
    """What is better by luck, within one standard error, does not replace them."""

    class Level(Peaked):
        name = "level_test"

        @dataclass(frozen=True)
        class Params:
            shift: float = param(0.2, "Added to every prediction.", low=-0.2, high=0.2)

    tuned = tune(Level, train, {}, n_trials=8, metric="rmse", rng=rng())
    assert tuned.best < tuned.trials[0].value, "another one looked better"
    assert tuned.params.shift == 0.2


def test_of_those_that_are_as_good_the_nearest_to_the_defaults_is_chosen(train):
    tuned = tune(Peaked, train, {}, n_trials=20, metric="rmse", rng=rng())
    best = min((t for t in tuned.trials if t.n_holdouts == HOLDOUTS), key=lambda trial: trial.value)
    assert abs(tuned.params.shift - 2.0) <= abs(best.params["shift"] - 2.0)
    assert tuned.value >= tuned.best == best.value


def test_higher_is_better_for_ndcg_and_fixed_parameters_stay(train):
    tuned = tune(ItemItem, train, {}, n_trials=6, metric="ndcg@5", rng=rng())
    assert tuned.metric == "ndcg@5"
    assert tuned.best == max(trial.value for trial in tuned.trials if trial.n_holdouts == HOLDOUTS)
    assert tuned.params.fixed == 1.0
    assert 0.1 <= tuned.params.shrink <= 1000
    assert isinstance(tuned.params.power, int)


def test_the_same_seed_gives_the_same_choice(train):
    first, second = (tune(ItemItem, train, {}, n_trials=5, rng=rng()) for _ in range(2))
    assert first == second


def test_permuting_the_test_labels_cannot_change_the_chosen_parameters(make_dataset):
    """The tuner gets the train part alone: whatever the test part holds, the same is learned and chosen."""
    dataset = make_dataset(n_users=30)
    (split,) = make_splits("random_holdout", dataset.interactions, rng=rng())
    ratings = dataset.interactions.ratings.copy()
    held = np.flatnonzero(~np.isin(_keys(ratings), _keys(split.train.ratings)))
    assert len(held) == split.test.nnz
    ratings.data[held] = np.random.default_rng(9).permutation(5.5 - ratings.data[held])
    other = replace(dataset, interactions=replace(dataset.interactions, ratings=ratings))
    (again,) = make_splits("random_holdout", other.interactions, rng=rng())
    assert (split.train.ratings != again.train.ratings).nnz == 0, "labels do not decide what is held out"
    assert (split.test != again.test).nnz > 0, "the labels are other ones"
    chosen, weights = [], []
    for whole, part in ((dataset, split), (other, again)):
        learned = replace(whole, interactions=part.train)
        tuned = tune(ItemItem, learned, {}, n_trials=5, rng=rng())
        chosen.append(tuned)
        weights.append(ItemItem(tuned.params).fit(learned, {}, rng=rng()).weights_)
    assert chosen[0] == chosen[1]
    assert np.array_equal(weights[0], weights[1])


def _keys(matrix):
    rows, columns = matrix.nonzero()
    return rows * matrix.shape[1] + columns


def test_the_search_space_comes_from_bounds_and_choices():
    class Odd(ItemItem):
        @dataclass(frozen=True)
        class Params:
            wide: float = param(1.0, "x", low=0.01, high=100)
            narrow: float = param(1.0, "x", low=0, high=100)
            count: int = param(3, "x", low=1, high=9)
            by: str = param("a", "x", choices=("a", "b"))
            space: str = param("one", "x", choices_from="spaces")
            flag: bool = param(True, "x")
            chosen: float = param(0.0, "x", low=0, high=1e5, search=(30, 1000))
            limit: float = param(4.0, "x", low=0.001, high=1000, search=())
            half: float = param(1.0, "x", low=0)

    vectors = np.ones((3, 2), np.float32)
    spaces = {name: Space(name, vectors, Stamp(name, "1", 2)) for name in ("two", "one")}
    assert search_space(Odd, spaces) == {
        "wide": FloatDistribution(0.01, 100, log=True),
        "narrow": FloatDistribution(0, 100),
        "count": IntDistribution(1, 9),
        "by": CategoricalDistribution(("a", "b")),
        "space": CategoricalDistribution(("one", "two")),
        "flag": CategoricalDistribution((False, True)),
        "chosen": FloatDistribution(30, 1000, log=True),
    }


@pytest.mark.parametrize("name", recommenders.names())
def test_no_search_turns_a_guard_off_or_spends_hours(name):
    space = search_space(recommenders.method_class(name), {})
    assert not {"memory_gb", "keep", "sweeps", "n_draws", "text_weight"} & set(space)
    for distribution in space.values():
        if not hasattr(distribution, "choices") and distribution.high >= 100:
            assert distribution.log, "a wide range is searched by its order of magnitude"


def test_the_defaults_are_tried_first_though_they_lie_outside_the_search(train):
    tuned = tune("ease", train, {}, n_trials=3, rng=rng())
    assert tuned.trials[0].params["times"] == 1
    assert all(0.25 <= trial.params["times"] <= 4 for trial in tuned.trials[1:])
    assert {trial.params["reg"] for trial in tuned.trials} == {0.0}, "what is tuned moves with the data"
    assert {trial.params["memory_gb"] for trial in tuned.trials} == {4.0}


def test_registered_methods_are_tuned_by_name(train):
    tuned = tune("popularity", train, {}, n_trials=3, rng=rng())
    assert tuned.params.by in ("both", "count", "mean")
    with pytest.raises(UnknownNameError):
        tune("nothing_like_it", train, {}, n_trials=1, rng=rng())


def test_a_method_that_declines_every_trial_is_said(train):
    with pytest.raises(CannotFitError, match="2 trials"):
        tune(Refuses, train, {}, n_trials=2, rng=rng())


def test_trials_that_decline_are_passed_over(train):
    class Sometimes(Peaked):
        name = "sometimes_test"

        def fit(self, dataset, spaces, *, rng):
            if self.params.shift > 1:
                raise CannotFitError("No.")
            return super().fit(dataset, spaces, rng=rng)

    tuned = tune(Sometimes, train, {}, n_trials=8, metric="rmse", rng=rng())
    assert tuned.trials[0].value is None
    assert tuned.params.shift <= 1


@pytest.mark.parametrize(("n_trials", "metric"), [(0, "ndcg@10"), (3, "popularity_lift@10")])
def test_a_search_without_trials_or_without_a_best_is_refused(train, n_trials, metric):
    with pytest.raises(InvalidQueryError):
        tune(ItemItem, train, {}, n_trials=n_trials, metric=metric, rng=rng())
