"""The map as a file: read back, and held against what it was made of."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.errors import InvalidQueryError, UnknownNameError
from core.exploration import map_export
from core.exploration.map_colours import Context
from core.serving import Atlas

SPACE = "letters"


def test_every_film_stands_there_with_its_place_and_its_groups(atlas: Atlas) -> None:
    table = map_export.map_table(atlas, SPACE, colour="Genre")
    assert list(table.columns) == list(map_export.COLUMNS)[:-1]
    assert table["item_id"].tolist() == atlas.catalog.ids.tolist()
    np.testing.assert_array_equal(table[["x", "y"]].to_numpy(np.float32), atlas.coordinates(SPACE))
    found = atlas.clustering(SPACE)
    for level, name in enumerate(("region", "group", "subgroup")):
        for item, number in enumerate(found.levels[:, level]):
            assert table[name][item] == (found.places(level)[number].name if number >= 0 else "")
    assert all(value in own for value, own in zip(table["value"], atlas.catalog.items["genres"], strict=True))


def test_a_number_as_the_colour_and_films_in_an_order_of_their_own(atlas: Atlas) -> None:
    films = [30, 2, 8]
    table = map_export.map_table(atlas, SPACE, films, colour="Rating")
    assert table["item_id"].tolist() == atlas.catalog.ids[films].tolist()
    np.testing.assert_allclose(table["value"], atlas.means[films])
    assert np.isnan(table["value"][2]), "nobody rated it"
    stars = map_export.map_table(atlas, SPACE, films, colour="A person's stars", context=Context(person=3))
    np.testing.assert_allclose(stars["value"].fillna(0), atlas.interactions.ratings.toarray()[3, films])


def test_parquet_is_read_back_as_it_was(atlas: Atlas) -> None:
    table, vectors = map_export.map_table(atlas, SPACE), map_export.vectors_of(atlas, SPACE)
    read = pq.read_table(BytesIO(map_export.parquet_of(table, vectors)))
    assert read.column_names == [*table.columns, "vector"]
    np.testing.assert_array_equal(
        np.array(read["vector"].to_pylist(), np.float32), atlas.space(SPACE).vectors
    )
    assert read["title"].to_pylist() == table["title"].tolist()
    assert read["year"].to_pylist() == table["year"].tolist()
    assert pq.read_table(BytesIO(map_export.parquet_of(table))).column_names == list(table.columns)


def test_csv_is_read_back_and_runs_nothing(atlas: Atlas) -> None:
    table = map_export.map_table(atlas, SPACE, [4, 1])
    table.loc[0, "title"] = "=HYPERLINK(1)"
    vectors = map_export.vectors_of(atlas, SPACE, [4, 1])
    read = pd.read_csv(BytesIO(map_export.csv_of(table, vectors)))
    assert not read["title"][0].startswith("=")
    dim = vectors.shape[1]
    np.testing.assert_allclose(read[[f"vector_{n}" for n in range(dim)]], vectors, rtol=1e-6)
    assert list(pd.read_csv(BytesIO(map_export.csv_of(table))).columns) == list(table.columns)


def test_what_is_not_there_is_refused(atlas: Atlas) -> None:
    for wrong in ([36], [-1]):
        with pytest.raises(InvalidQueryError):
            map_export.map_table(atlas, SPACE, wrong)
        with pytest.raises(InvalidQueryError):
            map_export.vectors_of(atlas, SPACE, wrong)
    for name in ("films", "films.xlsx", "parquet", ".json"):
        with pytest.raises(UnknownNameError):
            map_export.format_of(name)
    assert map_export.format_of("films.CSV") is map_export.csv_of


def test_every_column_stands_in_the_tour() -> None:
    tour = (Path(__file__).parents[2] / "docs" / "guide.md").read_text("utf-8")
    assert [name for name in map_export.COLUMNS if f"`{name}`" not in tour] == []
