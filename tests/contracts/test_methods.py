"""What every registered method promises, whoever wrote it."""

import json
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import Field, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core import recommenders
from core.domain import Dataset, Interactions, Profile, ScoreSum
from core.embeddings import Space, Stamp
from core.errors import CannotFitError, InvalidQueryError
from core.params import param_fields
from core.recommenders import Ability, Recommender, VectorRecommender
from core.recommenders.base import AddsUp, LetsIn, recipe_of
from core.recommenders.score_sums import REST, score_sum
from core.storage import arrays
from core.storage.vector_table import ItemTable, TableLocation, movie_columns
from tests import tiny

SEED = 3


@cache
def films() -> Dataset:
    return tiny.tiny_dataset()


@cache
def space(name: str) -> Space:
    """Letters under another name, so that methods find the space they ask for."""
    letters = tiny.Letters()
    metric = "l2" if name.startswith("word2vec") else "cosine"
    stamp = Stamp(name, "1", letters.dim)
    return Space(name, letters.encode_items(films()), stamp, metric, letters.encode_texts)


def world(method: str) -> tuple[Dataset, dict[str, Space]]:
    """The tiny films, and the spaces that a method needs."""
    return films(), {name: space(name) for name in recommenders.create(method).needs()}


@cache
def fitted(name: str) -> Recommender:
    dataset, spaces = world(name)
    return recommenders.create(name).fit(dataset, spaces, rng=np.random.default_rng(SEED))


def some_profiles(method: Recommender, dataset: Dataset) -> list[Profile]:
    """One film, five films, a dislike, a known user, and a text where the method reads one."""
    items, ratings = dataset.interactions.history(2)
    profiles = [
        Profile.of_likes([0]),
        Profile.of_likes([0, 1, 2, 10, 20]),
        Profile.of_likes([3], [30]),
        Profile.of_ratings(items, ratings, dataset.interactions.scale, user=2),
    ]
    if Ability.TEXT in method.abilities:
        profiles.append(Profile.of_likes(text="a rocket to a distant planet"))
    return profiles


def other_value(spec: Field) -> object:
    """A value within the bounds of a number, a flag or choices that differs from its default."""
    if others := [choice for choice in spec.metadata["choices"] if choice != spec.default]:
        return others[0]
    if isinstance(spec.default, bool):
        return not spec.default
    low, high = spec.metadata["low"], spec.metadata["high"]
    near = type(spec.default)(spec.default * 0.5 + 1)
    return near if low <= near <= high and near != spec.default else type(spec.default)(high)


UP_TO_TOLERANCE = ("ials", "predicted_rating", "hybrid", "slim")
"""Methods whose optimiser visits users in their order."""
DECIDED = {
    "ease": {"reg", "keep"},
    "edlae": {"reg", "keep"},
    "genre_clusters": {"threshold", "clusters"},
    "hybrid": {"weights", "parts"},
    "ials": {"reg"},
    "predicted_rating": {"sweeps", "n_draws"},
}
"""Methods with parameters that may be left to the data -> what their fit says of it."""


class MethodContract:
    """A subclass gives the fixture `method`: one that is fitted on `world`."""

    def test_scores_have_the_right_shape_and_never_infinity(self, method: Recommender) -> None:
        dataset, _ = world(method.name)
        profiles = some_profiles(method, dataset)
        scores = method.score(profiles)
        assert scores.shape == (len(profiles), dataset.n_items)
        assert scores.dtype == np.float32
        assert not np.isinf(scores).any()
        assert (~np.isnan(scores)).sum(1).min() >= 1, "every profile here gives the method something to go by"

    def test_what_the_fit_decided_is_said_in_plain_values(self, method: Recommender) -> None:
        decided = method.decided_
        assert json.loads(json.dumps(decided, allow_nan=False)) == decided
        assert all(value for value in decided.values())

    def test_what_adds_up_to_a_score_is_the_score(self, method: Recommender) -> None:
        """Every scored film of every profile, with the sums that addends come from in turn."""
        dataset, _ = world(method.name)
        for profile in some_profiles(method, dataset):
            (scores,) = method.score([profile])
            for item in np.flatnonzero(~np.isnan(scores))[:: max(1, dataset.n_items // 12)].tolist():
                found = score_sum(method, profile, item)
                if found is None:
                    assert not isinstance(method, AddsUp)
                    continue
                assert found.score == scores[item]
                self.check(found)

    def test_only_films_with_an_open_gate_are_scored(self, method: Recommender) -> None:
        if not isinstance(method, LetsIn):
            pytest.skip("it compares all films")
        dataset, _ = world(method.name)
        assert method.gates(Profile()) == []
        for profile in some_profiles(method, dataset):
            gates = method.gates(profile)
            values = [gate.value for gate in gates]
            assert values == sorted(values, reverse=True)
            names = {gate.words.partition(" (group")[0] for gate in gates if gate.is_open}
            assert names
            let_in = [bool(names & set(film.genres)) for film in dataset.catalog.films()]
            scored = ~np.isnan(method.score([profile])[0])
            assert not (scored & ~np.array(let_in)).any()
            assert scored.any()
            for gate in gates:
                if gate.least is not None and len(names) > 1:
                    assert gate.is_open == (gate.value >= gate.least)

    @classmethod
    def check(cls, found: ScoreSum) -> None:
        size = sum(abs(addend.value) for addend in found.addends)
        total = sum(addend.value for addend in found.addends)
        assert total == pytest.approx(found.score, abs=2e-4 * max(size, 1e-3))
        assert REST not in [addend.words for addend in found.addends]
        sizes = [abs(addend.value) for addend in found.addends]
        assert sizes == sorted(sizes, reverse=True)
        for addend in found.addends:
            if addend.of is not None:
                cls.check(addend.of)

    def test_several_threads_may_ask_at_once(self, method: Recommender) -> None:
        """Many short questions side by side, also the first ones, which load what is loaded late."""
        dataset, spaces = world(method.name)
        fresh = recommenders.create(method.name).restore(dataset, spaces, method.state())
        profiles = some_profiles(method, dataset)
        parts = [profiles[i % len(profiles) :] for i in range(24)]
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(fresh.score, parts))
        for part, scores in zip(parts, together, strict=True):
            np.testing.assert_array_equal(scores, method.score(part))

    def test_what_draws_nothing_at_random_learns_the_same_with_any_generator(
        self, method: Recommender
    ) -> None:
        if method.is_random:
            pytest.skip("it may draw")
        dataset, spaces = world(method.name)
        other = recommenders.create(method.name).fit(dataset, spaces, rng=np.random.default_rng(SEED + 1))
        learned = other.state()
        for name, array in method.state().items():
            np.testing.assert_array_equal(learned[name], array)

    def test_sent_to_another_process_it_scores_the_same(self, method: Recommender) -> None:
        """As Ray sends it: arrays arrive as memory that cannot be written to."""
        profiles = some_profiles(method, world(method.name)[0])
        scores = method.score(profiles)  # before it is sent, so that what it makes late is there
        arrays: list[pickle.PickleBuffer] = []
        sent = pickle.dumps(method, protocol=5, buffer_callback=arrays.append)
        arrived = pickle.loads(sent, buffers=[memoryview(array).toreadonly() for array in arrays])
        np.testing.assert_array_equal(arrived.score(profiles), scores)

    def test_restored_from_arrays_that_stay_on_the_disk_it_says_the_same(
        self, method: Recommender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(arrays, "ON_DISK", 1)
        dataset, spaces = world(method.name)
        arrays.save_arrays(tmp_path / "state.npz", method.state())
        state = arrays.load_arrays(tmp_path / "state.npz")
        assert all(isinstance(array, np.memmap) for array in state.values() if array.size)
        again = recommenders.create(method.name).restore(dataset, spaces, state)
        profiles = some_profiles(method, dataset)
        np.testing.assert_array_equal(again.score(profiles), method.score(profiles))
        assert again.explain(profiles[1], [4, 5, 6]) == method.explain(profiles[1], [4, 5, 6])

    def test_a_cold_user_never_raises(self, method: Recommender) -> None:
        dataset, _ = world(method.name)
        scores = method.score([Profile()])
        assert scores.shape == (1, dataset.n_items)
        if Ability.COLD_USER in method.abilities:
            assert (~np.isnan(scores)).any()
        else:
            assert np.isnan(scores).all()
        assert method.can_use(Profile()) == (Ability.COLD_USER in method.abilities)

    def test_no_profiles_give_no_rows(self, method: Recommender) -> None:
        assert method.score([]).shape == (0, world(method.name)[0].n_items)

    def test_a_profile_does_not_depend_on_its_neighbours_in_the_batch(self, method: Recommender) -> None:
        profiles = some_profiles(method, world(method.name)[0])
        together = method.score(profiles)
        for row, profile in enumerate(profiles):
            np.testing.assert_allclose(method.score([profile])[0], together[row], rtol=2e-4, atol=2e-5)

    def test_cold_items_are_scored_only_where_promised(self, method: Recommender) -> None:
        dataset, _ = world(method.name)
        cold = dataset.interactions.item_counts() == 0
        assert cold.any()
        scores = method.score(some_profiles(method, dataset))
        if Ability.COLD_ITEM in method.abilities:
            assert (~np.isnan(scores[:, cold])).any()
        elif Ability.COLD_USER not in method.abilities:
            assert np.isnan(scores[:, cold]).all()

    def test_inputs_are_left_alone(self, method: Recommender) -> None:
        dataset, spaces = world(method.name)
        before = dataset.interactions.ratings.copy()
        vectors = {name: space.vectors.copy() for name, space in spaces.items()}
        profiles = some_profiles(method, dataset)
        items = [profile.items.copy() for profile in profiles]
        recommenders.create(method.name).fit(dataset, spaces, rng=np.random.default_rng(SEED)).score(profiles)
        assert (before != dataset.interactions.ratings).nnz == 0
        for name, space in spaces.items():
            np.testing.assert_array_equal(space.vectors, vectors[name])
        for profile, kept in zip(profiles, items, strict=True):
            np.testing.assert_array_equal(profile.items, kept)

    def test_the_same_rng_gives_the_same_scores(self, method: Recommender) -> None:
        dataset, spaces = world(method.name)
        again = recommenders.create(method.name).fit(dataset, spaces, rng=np.random.default_rng(SEED))
        profiles = some_profiles(method, dataset)
        np.testing.assert_allclose(again.score(profiles), method.score(profiles), rtol=1e-4, atol=1e-5)

    def test_fitting_again_forgets_the_first_fit(self, method: Recommender) -> None:
        dataset, spaces = world(method.name)
        other = tiny.tiny_dataset(n_users=11)
        again = recommenders.create(method.name)
        again.fit(other, spaces, rng=np.random.default_rng(SEED))
        again.fit(dataset, spaces, rng=np.random.default_rng(SEED))
        profiles = some_profiles(method, dataset)
        np.testing.assert_allclose(again.score(profiles), method.score(profiles), rtol=1e-4, atol=1e-5)

    def test_a_parameter_that_is_not_learned_needs_no_new_fit(self, method: Recommender) -> None:
        dataset, spaces = world(method.name)
        for spec in param_fields(method.Params):
            if spec.metadata["is_learned"]:
                continue
            changed = {spec.name: other_value(spec)}
            served, fresh = (recommenders.create(method.name, **changed) for _ in range(2))
            spaces |= {name: space(name) for name in served.needs()}
            served.restore(dataset, spaces, method.state())
            fresh.fit(dataset, spaces, rng=np.random.default_rng(SEED))
            profiles = some_profiles(fresh, dataset)
            np.testing.assert_array_equal(served.score(profiles), fresh.score(profiles))
            assert recipe_of(served) == recipe_of(method)

    def test_dislikes_alone_are_a_reason_too(self, method: Recommender) -> None:
        profile = Profile.of_likes([], [30])
        scores = method.score([profile])[0]
        if not method.can_use(profile) or np.isnan(scores).all():
            pytest.skip("it does not go by dislikes")
        items = np.argsort(-np.nan_to_num(scores, nan=-np.inf))[:2].tolist()
        assert all(reasons and reasons[0].text for reasons in method.explain(profile, items))

    def test_state_round_trip(self, method: Recommender) -> None:
        dataset, spaces = world(method.name)
        state = method.state()
        assert all(array.dtype != object for array in state.values())
        restored = recommenders.create(method.name).restore(dataset, spaces, state)
        profiles = some_profiles(method, dataset)
        np.testing.assert_array_equal(restored.score(profiles), method.score(profiles))
        assert restored.explain(profiles[1], [5, 6]) == method.explain(profiles[1], [5, 6])

    def test_every_answer_has_a_reason(self, method: Recommender) -> None:
        dataset, _ = world(method.name)
        for profile in some_profiles(method, dataset):
            scores = method.score([profile])[0]
            scored = [int(i) for i in np.flatnonzero(~np.isnan(scores))[:4]]
            reasons = method.explain(profile, scored)
            assert len(reasons) == len(scored)
            assert all(found and all(r.text.strip() and r.kind for r in found) for found in reasons)
            shares = [r.share for found in reasons for r in found if r.share is not None]
            assert all(0 <= share <= 1 + 1e-6 for share in shares)

    def test_order_of_users_does_not_matter_for_items_and_likes(self, method: Recommender) -> None:
        if method.name in UP_TO_TOLERANCE:
            pytest.skip("its optimiser visits users in their order: equal only up to its tolerance")
        dataset, spaces = world(method.name)
        order = np.random.default_rng(5).permutation(dataset.interactions.n_users)
        inter = dataset.interactions
        shuffled = Interactions(inter.ratings[order], inter.user_ids[order], None, inter.scale)
        other = Dataset(dataset.name, dataset.label, dataset.catalog, shuffled)
        again = recommenders.create(method.name).fit(other, spaces, rng=np.random.default_rng(SEED))
        profiles = [p for p in some_profiles(method, dataset) if p.user is None]
        np.testing.assert_allclose(again.score(profiles), method.score(profiles), rtol=1e-3, atol=1e-4)

    def test_without_any_rating_it_fits_or_refuses_politely(self, method: Recommender) -> None:
        dataset, spaces = world(method.name)
        bare = Dataset("bare", "No ratings", dataset.catalog, Interactions.empty(dataset.n_items))
        try:
            fitted_bare = recommenders.create(method.name).fit(bare, spaces, rng=np.random.default_rng(SEED))
        except CannotFitError:
            return
        assert fitted_bare.score([Profile.of_likes([0])]).shape == (1, dataset.n_items)

    def test_where_ratings_are_not_read_other_ones_change_nothing(self, method: Recommender) -> None:
        if method.reads_ratings:
            return
        dataset, spaces = world(method.name)
        other = replace(dataset, interactions=tiny.tiny_dataset(n_users=11).interactions)
        again = recommenders.create(method.name).fit(other, spaces, rng=np.random.default_rng(SEED))
        np.testing.assert_equal(again.state(), method.state())

    def test_parameters_are_bounded_and_explained(self, method: Recommender) -> None:
        for spec in param_fields(method.Params):
            assert spec.metadata["help"].strip()
            if spec.metadata["low"] is not None and spec.metadata["high"] is not None:
                assert spec.metadata["low"] <= spec.default <= spec.metadata["high"]
                with pytest.raises(InvalidQueryError, match=spec.name):
                    recommenders.create(method.name, **{spec.name: spec.metadata["high"] + 1})
            if spec.metadata["choices"]:
                assert spec.default in spec.metadata["choices"]
                with pytest.raises(InvalidQueryError, match=spec.name):
                    recommenders.create(method.name, **{spec.name: "nonsense"})

    def test_says_what_it_is(self, method: Recommender) -> None:
        cls = type(method)
        assert recommenders.method_class(method.name) is cls
        assert re.fullmatch(r"[a-z][a-z0-9_]*", method.name)
        assert cls.label.strip()
        assert cls.description.endswith(".")
        assert cls.source
        assert cls.system in ("", "S1", "S2", "S3", "S4", "S5")
        assert cls.__doc__

    def test_a_vector_method_answers_from_the_table_as_from_exact_scores(
        self, method: Recommender, tmp_path: Path
    ) -> None:
        if not (isinstance(method, VectorRecommender) and method.served_by == "movies"):
            pytest.skip("not served from the table")
        dataset, _ = world(method.name)
        space = method.space_
        table = ItemTable.create(
            TableLocation(str(tmp_path), "movies"),
            movie_columns(dataset.catalog, dataset.interactions.item_counts()),
            {space.name: space},
        )
        for profile in some_profiles(method, dataset):
            scores = method.score([profile])[0]
            query = method.query_vectors([profile])[0]
            items, distances = table.search(
                space.name, query, dataset.n_items, metric=space.metric, excluded=profile.excluded
            )
            expected = np.setdiff1d(np.flatnonzero(~np.isnan(scores)), profile.excluded)
            assert set(items.tolist()) == set(expected.tolist())
            np.testing.assert_allclose(
                method.score_of_distance(distances), scores[items], rtol=1e-3, atol=1e-4
            )


class TestMethods(MethodContract):
    """Every method of the registry."""

    @pytest.fixture(params=recommenders.names())
    def method(self, request: pytest.FixtureRequest) -> Recommender:
        return fitted(request.param)


@pytest.mark.parametrize("name", sorted(DECIDED))
def test_a_fit_says_what_it_decided(name: str) -> None:
    assert set(fitted(name).decided_) == DECIDED[name]
