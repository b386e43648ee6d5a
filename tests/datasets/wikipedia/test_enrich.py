"""Enrichment from Wikipedia: what is added, what is left alone, and what the report says."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.datasets import load
from core.datasets.wikipedia.enrich import enrich_with_wikipedia
from core.datasets.wikipedia.film_lists import CAST_SIZE
from core.domain import Catalog, Dataset, Interactions, LoadReport
from tests.datasets.files import dropped, is_balanced, warnings, write


def row(title: str, year: int, **cells: Any) -> dict[str, Any]:
    return {"title": title, "year": year, "cast": [], "genres": ["Noir"], **cells}


ROWS = [
    row(
        "Heat",
        1995,
        href="Heat_(1995_film)",
        extract="Heat is a 1995 American crime film written and directed by Michael Mann.",
        cast=["Al Pacino", ")", *(f"Extra {chr(65 + n)}" for n in range(CAST_SIZE))],
        thumbnail="https://upload.wikimedia.org/heat.jpg",
    ),
    row("Heat", 1995, href="Heat_(1995_film)", extract="Heat is a 1995 film.", cast=["Al Pacino"]),
    row(
        "Miracle", 1994, href="Miracle", extract="Miracle is a 1947 film directed by Ann Lee.", cast=["Bo Ek"]
    ),
    row(
        "Emma",
        1996,
        href="Emma_(novel)",
        extract="Emma is a novel by Jane Austen.",
        thumbnail="https://upload.wikimedia.org/e.jpg",
    ),
    row("Ran", 1985, href=None, thumbnail="http://evil/x.jpg", cast=["Tatsuya Nakadai"]),
    row("", 1990),
    {"title": "No year"},
    "odd",
]


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    return write(tmp_path / "wikipedia-movies", {"movies-1990s.json": json.dumps(ROWS), "genres.json": "[]"})


def small_dataset() -> Dataset:
    items = pd.DataFrame(
        {
            "item_id": ["1", "2", "3", "4", "5"],
            "title": ["Heat", "Miracle", "Emma", "Ran", "Unknown"],
            "year": [1995, 1994, 1996, 1985, None],
            "overview": ["", "Own plot.", "", "", ""],
            "genres": [("Crime",), (), (), (), ()],
        }
    )
    ratings = Interactions.of(["a", "a", "b"], [0, 4, 0], [4.0, 3.0, 5.0], 5)
    report = LoadReport(notes=["before"])
    return Dataset("x", "X", Catalog.of(items), ratings, licence="Own terms.", report=report)


def test_empty_cells_are_filled_and_the_rest_stays(lists: Path) -> None:
    before = small_dataset()
    after = enrich_with_wikipedia(before, lists)
    items = after.catalog.items
    assert items["overview"].tolist() == [ROWS[0]["extract"], "Own plot.", "", "", ""]  # type: ignore[index]
    assert items["directors"].tolist() == [("Michael Mann",), (), (), (), ()]
    assert items["cast"].iloc[0] == ("Al Pacino", *(f"Extra {chr(65 + n)}" for n in range(CAST_SIZE - 1)))
    assert items["cast"].tolist()[1:] == [("Bo Ek",), (), ("Tatsuya Nakadai",), ()]
    assert items["poster_url"].tolist() == ["https://upload.wikimedia.org/heat.jpg", "", "", "", ""]
    assert items["genres"].tolist() == before.catalog.items["genres"].tolist()
    assert after.interactions is before.interactions
    assert before.catalog.items["overview"].tolist() == ["", "Own plot.", "", "", ""]
    assert before.report.notes == ["before"]


def test_the_report_says_what_was_matched_added_and_left_out(lists: Path) -> None:
    dataset = enrich_with_wikipedia(small_dataset(), lists)
    assert dataset.report.matches == {"wikipedia_films": 4 / 5, "wikipedia_ratings": 2 / 3}
    assert dropped(dataset, "movies-1990s.json") == {
        "no title or no year": 3,
        "the film is listed twice; the longer cast is kept": 1,
    }
    assert "2 pages are of something else or broken" in warnings(dataset)
    notes = " ".join(dataset.report.notes)
    assert "overview to 1, cast to 3, directors to 1, poster_url to 1" in notes
    assert "4 of 5 films (80.0%), which carry 66.7% of the ratings" in notes
    assert "title and year: 4" in notes
    assert "Films without a page: without a year: 1." in notes
    assert "1 actors beyond the first 10" in notes
    assert dataset.licence.startswith("Own terms. ")
    assert "CC BY-SA" in dataset.licence
    assert is_balanced(dataset)


def test_without_ratings_only_the_share_of_films_is_reported(lists: Path) -> None:
    plain = small_dataset()
    silent = Dataset("x", "X", plain.catalog, Interactions.empty(plain.n_items))
    assert set(enrich_with_wikipedia(silent, lists).report.matches) == {"wikipedia_films"}


@pytest.fixture(scope="module")
def enriched(movie_data_dir: Path) -> Dataset:
    return enrich_with_wikipedia(load("ml-latest-small", movie_data_dir), movie_data_dir / "wikipedia-movies")


@pytest.mark.real_data
def test_real_shares_of_films_and_ratings(enriched: Dataset) -> None:
    assert 0.66 <= enriched.report.matches["wikipedia_films"] <= 0.70
    assert 0.89 <= enriched.report.matches["wikipedia_ratings"] <= 0.92
    has_text = (enriched.catalog.items["overview"] != "").to_numpy()
    assert has_text.mean() >= 0.66
    assert enriched.interactions.item_counts()[has_text].sum() / len(enriched.interactions) >= 0.89
    assert is_balanced(enriched)
    assert sum(table.read for table in enriched.report.tables if table.name.endswith("s.json")) == 36_273


@pytest.mark.real_data
def test_real_text_has_no_markup_and_no_junk(enriched: Dataset) -> None:
    items = enriched.catalog.items
    assert not items["overview"].str.contains(r"<[a-z/]|&amp;|\{\{|\[\d+\]|\n", regex=True).any()
    names = {name for cast in items["cast"] for name in cast} | {
        n for some in items["directors"] for n in some
    }
    assert not {
        name for name in names if not any(char.isalpha() for char in name) or set(name) & set("()[]<>")
    }
    assert items["poster_url"].str.match(r"^$|^https://upload\.wikimedia\.org/").all()
    assert max(map(len, items["directors"])) <= 4


@pytest.mark.real_data
def test_real_matches_agree_with_an_independent_cast_list(enriched: Dataset, movie_data_dir: Path) -> None:
    """TMDB's ids are in both sets: a right match shares an actor or names the director that TMDB names."""
    tmdb = load("tmdb-5000", movie_data_dir).catalog.items.set_index("item_id")
    known = enriched.catalog.items[enriched.catalog.items["tmdb_id"].isin(tmdb.index)]
    agree, right = [], []
    for _, item in known[known["cast"].map(len) > 0].iterrows():
        truth = tmdb.loc[item["tmdb_id"]]
        people = (*truth["cast"], *truth["directors"])
        if people:
            agree.append(
                bool(set(people) & set(item["cast"])) or any(name in item["overview"] for name in people)
            )
        if item["directors"] and truth["directors"]:
            surnames = {name.split()[-1] for name in truth["directors"]}
            right.append({name.split()[-1] for name in item["directors"]} & surnames != set())
    assert len(agree) > 3000
    assert np.mean(agree) > 0.995
    assert np.mean(right) > 0.99
