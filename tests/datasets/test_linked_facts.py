"""Filling in from another dataset by ids: what is the same film, what is taken, what is left alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets import load
from core.datasets.linked_facts import FACTS, filled_in
from core.domain import Catalog, Dataset, Interactions, LoadReport
from core.domain.catalog import CATALOG_COLUMNS, LIST_COLUMNS
from core.errors import DatasetError
from tests.datasets.files import dropped, is_balanced

EVERYTHING: dict[str, Any] = {
    "overview": "A plot.",
    "tagline": "A tagline.",
    "cast": ("Ann Lee", "Bo Ek"),
    "directors": ("Cy Doe",),
    "keywords": ("train",),
    "countries": ("Peru",),
    "language": "es",
    "runtime": 97,
    "poster_url": "https://posters/1.jpg",
    "original_title": "El tren",
}


def films(name: str, *rows: dict[str, Any]) -> Dataset:
    frame = pd.DataFrame(
        [{"item_id": str(n), "title": f"Film {n}", "year": 1990, **row} for n, row in enumerate(rows)]
    )
    catalog = Catalog.of(frame)
    report = LoadReport(notes=["before"])
    return Dataset(
        name, name.title(), catalog, Interactions.empty(len(catalog)), f"Terms of {name}.", report=report
    )


def cells(dataset: Dataset, column: str) -> list[Any]:
    values = dataset.catalog.items[column].tolist()
    return [None if value is pd.NA or value in ("", ()) else value for value in values]


def test_every_fact_is_filled_in_and_nothing_else() -> None:
    own = films("own", {"tmdb_id": "5", "year": 1990, "genres": ("Drama",)}, {"tmdb_id": "6"})
    row = {
        "tmdb_id": "5",
        "title": "Other",
        "year": 1991,
        "genres": ("Crime",),
        "n_votes": 9,
        "vote_average": 3,
    }
    after = filled_in(own, [films("other", {**EVERYTHING, **row})])
    assert set(EVERYTHING) == set(FACTS)
    for column in FACTS:
        assert cells(after, column) == [EVERYTHING[column], None]
    for column in set(CATALOG_COLUMNS) - set(FACTS):
        assert cells(after, column) == cells(own, column)
    assert after.interactions is own.interactions
    assert after.report.filled == {"other": dict.fromkeys(FACTS, 1)}
    assert own.report.notes == ["before"]
    assert own.report.filled == {}
    assert after.licence == "Terms of own. Filled in from Other: Terms of other."
    assert after.report.notes == [
        "before",
        "Filled in from Other, where films had none: 1 plots, 1 taglines, 1 casts, 1 directors, 1 keywords, 1 countries, "
        "1 languages, 1 running times, 1 posters, 1 original titles. Of 2 films 1 are in it, by their ids.",
    ]


def test_the_licence_names_the_terms_of_what_was_taken() -> None:
    own = films("own", {"tmdb_id": "5"})
    other = replace(films("other", {"tmdb_id": "5"}), licence="MIT, like this. The ratings are simulated.")
    assert filled_in(own, [other]).licence == "Terms of own. Filled in from Other: MIT, like this."


def test_what_is_known_stays() -> None:
    known = {column: ("Own",) if column in LIST_COLUMNS else "own" for column in FACTS} | {"runtime": 60}
    own = films("own", {"tmdb_id": "5", **known})
    after = filled_in(own, [films("other", {"tmdb_id": "5", **EVERYTHING})])
    pd.testing.assert_frame_equal(after.catalog.items, own.catalog.items)
    assert after.report.filled == {"other": {}}
    assert "where films had none: nothing." in after.report.notes[-1]


def test_the_first_that_knows_a_fact_gives_it() -> None:
    own = films("own", {"imdb_id": "tt0000005"})
    first = films("first", {"imdb_id": "tt0000005", "overview": "First.", "cast": ("Ann Lee",)})
    second = films("second", {"imdb_id": "tt0000005", "overview": "Second.", "language": "fr"})
    one, other = filled_in(own, [first, second]), filled_in(own, [second, first])
    assert (cells(one, "overview"), cells(one, "cast"), cells(one, "language")) == (
        ["First."],
        [("Ann Lee",)],
        ["fr"],
    )
    assert cells(other, "overview") == ["Second."]
    assert one.report.filled == {"first": {"overview": 1, "cast": 1}, "second": {"language": 1}}
    assert list(other.report.filled) == ["second", "first"]


def test_an_original_title_that_is_the_title_says_nothing() -> None:
    own = films("own", {"tmdb_id": "5", "title": "Heat"}, {"tmdb_id": "6", "title": "The Train"})
    other = films(
        "other",
        {"tmdb_id": "5", "original_title": "Heat"},
        {"tmdb_id": "6", "original_title": "El tren"},
    )
    assert cells(filled_in(own, [other]), "original_title") == [None, "El tren"]


@pytest.mark.parametrize(
    ("own", "other", "is_same"),
    [
        ({"imdb_id": "tt0114709"}, {"imdb_id": "0114709"}, True),
        ({"imdb_id": "tt0114709"}, {"imdb_id": "114709"}, True),
        ({"imdb_id": "tt10116191"}, {"imdb_id": "10116191"}, True),
        ({"imdb_id": "tt0114709"}, {"imdb_id": "tt0114710"}, False),
        ({"imdb_id": "tt0000000"}, {"imdb_id": "tt0000000"}, False),
        ({"imdb_id": "nm0114709"}, {"imdb_id": "nm0114709"}, False),
        ({"tmdb_id": "862"}, {"tmdb_id": "862.0"}, True),
        ({"tmdb_id": "862"}, {"tmdb_id": "0862"}, True),
        ({"tmdb_id": "٨٦٢"}, {"tmdb_id": "٨٦٢"}, False),
        ({"tmdb_id": "862"}, {"imdb_id": "862"}, False),
        ({"tmdb_id": "862", "imdb_id": "tt0000001"}, {"imdb_id": "tt0000001"}, True),
        ({"tmdb_id": "862", "imdb_id": "tt0000001"}, {"tmdb_id": "862", "imdb_id": "tt0000002"}, False),
        ({"tmdb_id": "862", "imdb_id": "tt0000001"}, {"tmdb_id": "863", "imdb_id": "tt0000001"}, False),
        ({"tmdb_id": "862", "year": 1990}, {"tmdb_id": "862", "year": 1992}, True),
        ({"tmdb_id": "862", "year": 1990}, {"tmdb_id": "862", "year": 1993}, False),
        ({"tmdb_id": "862", "year": 1990}, {"tmdb_id": "862", "year": 1987}, False),
        ({"tmdb_id": "862", "year": None}, {"tmdb_id": "862", "year": 1950}, True),
        ({"tmdb_id": "862", "year": 1950}, {"tmdb_id": "862", "year": None}, True),
    ],
)
def test_which_films_are_the_same(own: dict[str, Any], other: dict[str, Any], is_same: bool) -> None:
    always = {"tmdb_id": "1"}  # both have ids, whatever is in question
    after = filled_in(
        films("own", always, own), [films("other", {"tmdb_id": "2"}, {**other, "overview": "Plot."})]
    )
    assert cells(after, "overview") == [None, "Plot." if is_same else None]


def test_rows_that_are_not_used_are_counted_with_the_reason() -> None:
    own = films(
        "own",
        {"tmdb_id": "1"},
        {"tmdb_id": "2"},
        {"tmdb_id": "2"},
        {"tmdb_id": "3"},
        {"tmdb_id": "4"},
        {"tmdb_id": "5", "imdb_id": "tt0000005"},
        {"tmdb_id": "6"},
        {"imdb_id": "tt0000006"},
    )
    other = films(
        "other",
        {"tmdb_id": "1", "overview": "1"},
        {"tmdb_id": "2", "overview": "two films here"},
        {"tmdb_id": "3", "overview": "two rows there"},
        {"tmdb_id": "3", "overview": "two rows there"},
        {"tmdb_id": "4", "overview": "another year", "year": 1950},
        {"tmdb_id": "5", "overview": "first"},
        {"imdb_id": "5", "overview": "second"},
        {"tmdb_id": "6", "imdb_id": "tt0000006", "overview": "two films here, one an id"},
        {"tmdb_id": "99", "overview": "unknown"},
        {"overview": "no id"},
    )
    after = filled_in(own, [other])
    assert cells(after, "overview") == ["1", None, None, None, None, "first", None, None]
    assert dropped(after, "Other") == {
        "its id stands for several films": 3,
        "its year is more than 2 from the film's here": 1,
        "an earlier row is the same film": 1,
        "its ids of TMDB and IMDb are not of one film here": 1,
        "no film here has its id": 2,
    }
    table = after.report.tables[-1]
    assert (table.read, table.kept) == (10, 2)
    assert is_balanced(after)
    assert "Film 1 (1990)" in table.dropped[0].examples


def test_the_other_id_tells_apart_what_one_id_does_not() -> None:
    own = films("own", {"tmdb_id": "902", "imdb_id": "tt0112682"}, {"tmdb_id": "902", "imdb_id": "tt0105946"})
    other = films("other", {"tmdb_id": "902", "imdb_id": "tt0112682", "overview": "A city."})
    assert cells(filled_in(own, [other]), "overview") == ["A city.", None]


def test_without_ids_nothing_can_be_filled_in() -> None:
    bare, other = films("bare", {}), films("other", {"tmdb_id": "1"})
    with pytest.raises(DatasetError, match="Bare has no ids of TMDB or IMDb") as caught:
        filled_in(bare, [other])
    assert caught.value.hint == "Build it without --with."
    with pytest.raises(DatasetError, match="Bare has no ids") as caught:
        filled_in(other, [bare])
    assert caught.value.hint == "Leave out --with bare."


def test_a_report_goes_through_json_with_what_was_filled() -> None:
    own, other = films("own", {"tmdb_id": "1"}), films("other", {"tmdb_id": "1", "overview": "A plot."})
    report = filled_in(own, [other]).report
    assert LoadReport.from_json(report.to_json()) == report
    before = {name: value for name, value in report.to_json().items() if name != "filled"}
    assert LoadReport.from_json(before).filled == {}, "a report from before there was such a thing"


_ROW = st.fixed_dictionaries(
    {
        "tmdb_id": st.sampled_from(["", "1", "2", "3"]),
        "imdb_id": st.sampled_from(["", "tt0000001", "2", "tt0000003"]),
        "year": st.sampled_from([None, 1990, 1992, 1995]),
        "overview": st.sampled_from(["", "A plot.", "Another."]),
        "cast": st.sampled_from([(), ("Ann Lee",), ("Bo Ek", "Cy Doe")]),
        "runtime": st.sampled_from([None, 90, 120]),
        "original_title": st.sampled_from(["", "Film 0", "El tren"]),
    }
)
_ROWS = st.lists(_ROW, max_size=5)
_ALWAYS = {"tmdb_id": "77"}


@settings(max_examples=25)
@given(_ROWS, _ROWS, _ROWS)
def test_known_cells_never_change_again_changes_nothing_and_strangers_do_not_count(
    own_rows: list[dict[str, Any]], first_rows: list[dict[str, Any]], second_rows: list[dict[str, Any]]
) -> None:
    own = films("own", _ALWAYS, *own_rows)
    stranger = {**EVERYTHING, "tmdb_id": "88", "imdb_id": "tt0000088"}
    others = [films("first", _ALWAYS, *first_rows), films("second", _ALWAYS, *second_rows)]
    with_strangers = [
        films("first", _ALWAYS, *first_rows, stranger),
        films("second", stranger, _ALWAYS, *second_rows),
    ]
    after = filled_in(own, others)
    assert after.n_items == own.n_items
    for column in CATALOG_COLUMNS:
        for old, new in zip(cells(own, column), cells(after, column), strict=True):
            assert old is None or new == old
    again = filled_in(after, others)
    pd.testing.assert_frame_equal(again.catalog.items, after.catalog.items)
    assert set(map(len, again.report.filled.values())) == {0}
    pd.testing.assert_frame_equal(filled_in(own, with_strangers).catalog.items, after.catalog.items)
    for dataset in (after, again):
        assert is_balanced(dataset)
    for name, counts in after.report.filled.items():
        assert all(0 < count <= own.n_items for count in counts.values()), name


@pytest.mark.real_data
def test_movielens_learns_plots_countries_and_running_times(movie_data_dir: Path) -> None:
    own, other = (load(name, movie_data_dir / name) for name in ("ml-latest-small", "tmdb-5000"))
    after = filled_in(own, [other])
    table = after.report.tables[-1]
    assert table.is_balanced
    assert 3_000 < table.kept <= len(other.catalog)
    toy_story = after.catalog.film(0)
    assert (toy_story.title, toy_story.directors) == ("Toy Story", ("John Lasseter",))
    assert (toy_story.language, toy_story.runtime) == ("en", 81)
    assert after.catalog.items["genres"].tolist() == own.catalog.items["genres"].tolist()
