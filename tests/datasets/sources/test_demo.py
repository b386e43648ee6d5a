"""The demo that ships: its films, its simulated ratings, and the program that makes them."""

import importlib.util
import json
import re
import sys
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from core import datasets
from core.datasets.sources.demo import FOLDER, KEYS, Demo
from core.domain import Dataset
from core.errors import DatasetError
from core.evaluation.protocol.runner import evaluate, method_factories
from core.evaluation.splits import make_splits
from core.evaluation.task import Settings

pytestmark = pytest.mark.slow

GENRES = {
    *("Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy"),
    *("History", "Horror", "Music", "Mystery", "Romance", "Science Fiction", "Thriller", "War", "Western"),
}
"""TMDB's names but TV Movie."""


@cache
def films() -> list[dict[str, Any]]:
    with (FOLDER / "movies.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@cache
def demo() -> Dataset:
    return datasets.load("demo", FOLDER)


@cache
def simulation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_simulation", FOLDER / "simulate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@cache
def likeness() -> dict[str, Any]:
    rows: dict[str, Any] = sys.modules[simulation().likeness.__module__].likeness(films())
    return rows


def slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"['’]", "", plain.replace("&", " and "))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def test_a_thousand_films_of_every_decade_country_and_genre() -> None:
    assert len(films()) >= 1000
    decades = Counter(film["year"] // 10 * 10 for film in films())
    assert min(decades) == 1920
    assert all(decades[decade] >= 40 for decade in range(1930, 2030, 10)), decades
    assert len({country for film in films() for country in film["countries"]}) >= 25
    assert len({film["language"] for film in films()}) >= 20
    genres = Counter(genre for film in films() for genre in film["genres"])
    assert set(genres) == GENRES
    assert all(count >= 25 for count in genres.values()), genres


def check_schema(film: dict[str, Any]) -> None:
    assert tuple(film) == KEYS
    assert film["id"] == f"{slug(film['title'])}-{film['year']}"
    for name in ("title", "original_title", "overview", "language"):
        assert isinstance(film[name], str)
        assert film[name] == film[name].strip() != ""
    for name in ("genres", "directors", "cast", "keywords", "countries"):
        assert len(set(film[name])) == len(film[name])
        assert all(isinstance(value, str) and value == value.strip() != "" for value in film[name])
    assert isinstance(film["year"], int)
    assert 1920 <= film["year"] <= 2025
    assert film["runtime"] is None or 40 <= film["runtime"] <= 600
    assert film["imdb_id"] is None or re.fullmatch(r"tt\d{7,8}", film["imdb_id"])
    assert re.fullmatch(r"[a-z]{2}", film["language"])
    assert film["directors"]
    assert film["countries"]
    assert 1 <= len(film["genres"]) <= 5
    assert set(film["genres"]) <= GENRES
    assert 5 <= len(film["keywords"]) <= 10
    assert all(word == word.lower() for word in film["keywords"])
    without_cast = {"Documentary", "Animation"} & set(film["genres"])
    assert (0 if without_cast else 4) <= len(film["cast"]) <= 6
    assert 35 <= len(film["overview"].split()) <= 70


def test_every_film_keeps_to_the_schema() -> None:
    for film in films():
        check_schema(film)


def test_ids_and_overviews_are_unique_and_films_sorted() -> None:
    ids = [film["id"] for film in films()]
    assert len(set(ids)) == len(ids)
    imdb = [film["imdb_id"] for film in films() if film["imdb_id"]]
    assert len(set(imdb)) == len(imdb)
    assert len({film["overview"] for film in films()}) == len(ids)
    assert films() == sorted(films(), key=lambda film: (film["year"], film["id"]))


def test_pairs_that_test_a_recommender_are_there() -> None:
    titles = Counter(film["title"] for film in films())
    assert sum(count > 1 for count in titles.values()) >= 5, "same title in another year"
    words = Counter(word for film in films() for word in film["keywords"])
    assert words["sequel"] >= 20
    assert words["remake"] >= 20
    directors = Counter(name for film in films() for name in film["directors"])
    assert sum(count >= 3 for count in directors.values()) >= 50


def test_the_source_reads_it_whole() -> None:
    dataset = demo()
    assert dataset.is_simulated
    assert dataset.n_items == len(films())
    assert all(table.read == table.kept for table in dataset.report.tables)
    assert dataset.report.warnings == []
    assert "simulated" in dataset.report.notes[0]
    assert "data/demo/simulate.py" in dataset.report.notes[0]
    row = dataset.catalog.items.set_index("item_id").loc["heat-1995"]
    assert row["countries"] == ("United States",)
    assert row["directors"] == ("Michael Mann",)
    assert (row["language"], row["imdb_id"], row["runtime"]) == ("en", "tt0113277", 170)
    unknown = sum(film["imdb_id"] is None for film in films())
    assert (dataset.catalog.items["imdb_id"] == "").sum() == unknown


def test_it_comes_first_and_is_found_without_a_download() -> None:
    assert next(iter(datasets.SOURCES)) == "demo"
    folder = datasets.bundled_folder("demo")
    assert folder is not None
    assert datasets.identify(folder) == ["demo"]
    assert datasets.bundled_folder("ml-latest-small") is None


@pytest.mark.parametrize("first_line", ["", "[1]", '{"id": 1, "title": "Heat"}', "no JSON"])
def test_other_folders_are_not_taken_for_it(tmp_path: Path, first_line: str) -> None:
    assert not Demo().recognises(tmp_path)
    (tmp_path / "movies.jsonl").write_text(first_line + "\n", encoding="utf-8")
    (tmp_path / "ratings.parquet").write_bytes(b"")
    assert not Demo().recognises(tmp_path)
    with pytest.raises(DatasetError, match=r"movies\.jsonl"):
        datasets.load("demo", tmp_path)


def test_the_audience_has_its_size_and_scale() -> None:
    interactions = demo().interactions
    assert interactions.n_users == 2000
    assert 60_000 <= len(interactions) <= 90_000
    assert set(np.unique(interactions.ratings.data)) == set(np.arange(0.5, 5.5, 0.5, dtype=np.float32))
    assert interactions.scale == (0.5, 5.0)
    table = pq.read_table(FOLDER / "ratings.parquet")
    assert table.column_names == ["user_id", "item_id", "rating", "timestamp"]
    years = dict(zip(demo().catalog.ids, demo().catalog.items["year"], strict=True))
    rated = np.array([years[item] for item in table["item_id"].to_pylist()])
    given = table["timestamp"].to_numpy().astype("datetime64[s]").astype("datetime64[Y]").astype(int) + 1970
    assert (given >= rated).all(), "nobody rates a film before it is out"


def test_the_program_writes_the_same_bytes_again(tmp_path: Path) -> None:
    program = simulation()
    program.write(program.simulate(FOLDER / "movies.jsonl"), tmp_path / "again.parquet")
    assert (tmp_path / "again.parquet").read_bytes() == (FOLDER / "ratings.parquet").read_bytes()


def alike(respect: str, one: str, other: str) -> float:
    number = {film["id"]: row for row, film in enumerate(films())}
    return float(likeness()[respect][number[one], number[other]])


def test_films_are_alike_in_what_they_share() -> None:
    for values in likeness().values():
        assert values.shape == (len(films()), len(films()))
        assert values.min() >= 0
        assert values.max() <= 1
        np.testing.assert_array_equal(values, values.T)
    samurai, heat = "seven-samurai-1954", "heat-1995"
    for respect, near, far in [
        ("maker", "yojimbo-1961", "ugetsu-1953"),
        ("place", "ugetsu-1953", "battle-royale-2000"),
        ("tongue", "la-strada-1954", "the-searchers-1956"),
        ("era", "the-searchers-1956", heat),
        ("kind", "yojimbo-1961", "singin-in-the-rain-1952"),
        ("subject", "harakiri-1962", heat),
    ]:
        assert alike(respect, samurai, near) > alike(respect, samurai, far), respect
    assert alike("maker", "alien-1979", "alien-3-1992") > 0.5, "a saga"
    assert alike("tone", "halloween-1978", "scream-1996") > alike("tone", "halloween-1978", "amelie-2001")


def test_every_word_of_a_tone_is_a_keyword() -> None:
    known = {word for film in films() for word in film["keywords"]}
    tones = sys.modules[simulation().likeness.__module__].TONES
    assert {word for words in tones.values() for word in words.split(", ")} <= known


def test_what_is_alike_is_liked_together() -> None:
    liked = demo().interactions.ratings.toarray() >= 4
    known = np.flatnonzero(liked.sum(axis=0) >= 30)
    shares = liked[:, known].astype(float)
    likes = shares.sum(axis=0)
    lift = shares.T @ shares * len(liked) / np.outer(likes, likes)
    both = {name: values[np.ix_(known, known)] for name, values in likeness().items()}
    other = ~np.eye(len(known), dtype=bool)
    for respect, values in both.items():
        near, far = lift[other & (values > 0.6)], lift[other & (values < 0.1)]
        assert near.mean() > 1.15 * far.mean(), respect


def test_another_seed_gives_another_audience() -> None:
    program = simulation()
    few = {"n_users": 20}
    one = program.simulate(FOLDER / "movies.jsonl", program.Recipe(**few))
    other = program.simulate(FOLDER / "movies.jsonl", program.Recipe(seed=1, **few))
    assert one != other
    assert one == program.simulate(FOLDER / "movies.jsonl", program.Recipe(**few))


def test_everything_together_is_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir() if path.is_file()}
    assert sum(sizes.values()) < 2_000_000, sizes
    made = {path.name: path.stat().st_size for path in (FOLDER / "shipped").iterdir()}
    assert sum(made.values()) < 32_000_000, "what a first start unpacks instead of making it"


def test_popularity_beats_chance_and_collaborative_methods_beat_popularity() -> None:
    names = ("random", "popularity", "item_knn", "ease")
    (split,) = make_splits("random_holdout", demo().interactions, rng=np.random.default_rng(0))
    settings = Settings(ks=(10,), metrics=("ndcg",))
    result = evaluate(demo(), {}, method_factories(names), split, settings=settings)
    assert not result.failed
    found = {name: float(np.nanmean(run.values[:, 0])) for name, run in result.runs.items()}
    # popularity far above chance but far from perfect, and taste worth learning
    assert 8 * found["random"] < found["popularity"] < 0.3
    assert all(1.3 < found[name] / found["popularity"] < 3 for name in ("item_knn", "ease")), found
