"""What is kept in a folder comes back as it was."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from safetensors.numpy import load_file

from core.domain import Catalog, Dataset, Interactions, LoadReport
from core.domain.catalog import CATALOG_COLUMNS
from core.embeddings import Space, Stamp
from core.storage.arrays import load_arrays
from core.storage.artifacts import (
    load_dataset,
    load_json,
    load_space,
    save_dataset,
    save_json,
    save_space,
)
from core.types import Arrays


def test_plain_values_come_back_and_can_be_read_by_people(tmp_path: Path) -> None:
    value = {"title": "Les Misérables", "years": [1998, None], "shares": {"a": 0.5}}
    save_json(tmp_path / "it.json", value)
    assert load_json(tmp_path / "it.json") == value
    lines = (tmp_path / "it.json").read_text("utf-8").splitlines()
    assert lines[:2] == ["{", ' "title": "Les Misérables",']


def rated(*, timestamps: bool) -> Dataset:
    """Three films with all that a catalogue can hold, and ratings from 1 to 10."""
    report = LoadReport(matches={"plots": 2.0}, notes=["A note."])
    report.table("films", 4).drop("no title", ["row 3"])
    frame = pd.DataFrame(
        {
            "item_id": ["a", "b", "c"],
            "title": ["One", "Zwei", "三"],
            "year": [1990, None, 2001],
            "vote_average": [7.5, None, 1.25],
            "genres": [["Drama", "Crime"], [], ["Horror"]],
            "cast": [[], ["Someone"], []],
        }
    )
    interactions = Interactions.of(
        ["u2", "u2", "u1"],
        [2, 0, 1],
        [10, 3, 7.5],
        3,
        timestamps=[300, 100, 200] if timestamps else None,
        scale=(1, 10),
    )
    return Dataset("it", "It", Catalog.of(frame), interactions, "Free.", "https://it", False, report)


@pytest.mark.parametrize("timestamps", [True, False])
@pytest.mark.parametrize("is_simulated", [True, False])
@pytest.mark.parametrize("is_explicit", [True, False])
def test_a_dataset_comes_back(
    tmp_path: Path, timestamps: bool, is_simulated: bool, is_explicit: bool
) -> None:
    dataset = rated(timestamps=timestamps)
    interactions = replace(dataset.interactions, is_explicit=is_explicit)
    dataset = replace(dataset, is_simulated=is_simulated, interactions=interactions)
    save_dataset(dataset, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"items.parquet", "ratings.npz", "dataset.json"}
    found = load_dataset(tmp_path)
    pd.testing.assert_frame_equal(found.catalog.items, dataset.catalog.items)
    for name in ("name", "label", "licence", "source", "is_simulated", "report"):
        assert getattr(found, name) == getattr(dataset, name)
    after = found.interactions
    for part in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(after.ratings, part), getattr(interactions.ratings, part))
    assert after.ratings.dtype == np.float32
    assert after.ratings.shape == (2, 3)
    assert after.user_ids.tolist() == ["u2", "u1"]
    assert after.user_ids.dtype == object
    assert after.scale == (1.0, 10.0)
    assert after.is_explicit is is_explicit
    assert (after.timestamps is None) == (not timestamps)
    if after.timestamps is not None:
        assert after.timestamps.tolist() == [100, 300, 200]


def test_saving_leaves_the_catalogue_as_it_is(tmp_path: Path) -> None:
    dataset = rated(timestamps=True)
    save_dataset(dataset, tmp_path)
    assert dataset.catalog.items["genres"].tolist() == [("Drama", "Crime"), (), ("Horror",)]


def test_a_dataset_without_ratings_comes_back(tmp_path: Path) -> None:
    dataset = replace(rated(timestamps=True), interactions=Interactions.empty(3))
    save_dataset(dataset, tmp_path)
    found = load_dataset(tmp_path).interactions
    assert (len(found), found.n_users, found.ratings.shape) == (0, 0, (0, 3))


def test_list_columns_are_lists_to_other_programs(tmp_path: Path) -> None:
    save_dataset(rated(timestamps=True), tmp_path)
    frame = pd.read_parquet(tmp_path / "items.parquet")
    assert [list(genres) for genres in frame["genres"]] == [["Drama", "Crime"], [], ["Horror"]]
    assert pq.read_schema(tmp_path / "items.parquet").names == list(CATALOG_COLUMNS)


STAMP = Stamp("it", "rev-1", 3, {"window": 5})


def test_a_space_comes_back_without_a_model(tmp_path: Path) -> None:
    vectors = np.arange(6, dtype=np.float32).reshape(2, 3)
    save_space(Space("own", vectors, STAMP, "l2"), {}, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"vectors.npy", "space.json"}
    space, state = load_space(tmp_path)
    np.testing.assert_array_equal(space.vectors, vectors)
    assert (space.name, space.metric, space.stamp, state) == ("own", "l2", STAMP, {})
    assert isinstance(space.vectors, np.memmap), "vectors stay on disk until they are used"
    assert not space.vectors.flags.writeable


def test_a_models_numbers_and_words_come_back(tmp_path: Path) -> None:
    numbers: Arrays = {
        "weights": np.arange(6, dtype=np.float32).reshape(2, 3),
        "turned": np.arange(6, dtype=np.float64).reshape(2, 3).T,
        "signed": np.array([-1, 2]),
        "unsigned": np.array([1, 2], np.uint32),
        "yes": np.array([True, False]),
    }
    words: Arrays = {"vocabulary": np.array(["alien", "rocket"])}
    save_space(Space("it", np.eye(3, dtype=np.float32), STAMP), numbers | words, tmp_path)
    _, state = load_space(tmp_path)
    assert set(state) == {*numbers, *words}
    for name, array in (numbers | words).items():
        np.testing.assert_array_equal(state[name], array)
        assert state[name].dtype == array.dtype
    assert set(load_file(tmp_path / "weights.safetensors")) == set(numbers)
    assert set(load_arrays(tmp_path / "state.npz")) == set(words)


def test_a_model_of_words_alone_comes_back(tmp_path: Path) -> None:
    save_space(Space("it", np.eye(3, dtype=np.float32), STAMP), {"words": np.array(["a"])}, tmp_path)
    assert not (tmp_path / "weights.safetensors").exists()
    assert load_space(tmp_path)[1]["words"].tolist() == ["a"]
