"""The map as a file that other programs read: places, groups, a colour and vectors of films."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import numpy as np
import pandas as pd

from core.errors import InvalidQueryError, UnknownNameError
from core.exploration.downloads import as_csv
from core.exploration.map_colours import Categories, Context, coloured
from core.maps.clusters import GROUP, REGION, SUBGROUP
from core.serving import Atlas
from core.types import FloatMatrix, IndexVector

COLUMNS: Mapping[str, str] = {
    "item_id": "the source's own id",
    "title": "as the source has it",
    "year": "when it came out; empty = unknown",
    "x": "place on the map; empty = the embedding has no vector of the film",
    "y": "likewise",
    "region": "name of the largest group that it lies in; empty = none",
    "group": "name of the group in that region",
    "subgroup": "name of the subgroup in that group",
    "value": "what it is coloured by, where a colour was asked for: a category or a number; empty = unknown",
    "vector": "its vector in the embedding, zeros = none; in CSV a column for each number, vector_0, vector_1 and so on",
}
"""What stands in which column; the last two only where they were asked for."""
LEVELS = {"region": REGION, "group": GROUP, "subgroup": SUBGROUP}


def map_table(
    atlas: Atlas,
    space: str,
    films: Sequence[int] | IndexVector | None = None,
    *,
    colour: str = "",
    context: Context | None = None,
) -> pd.DataFrame:
    """Films with their place on a map, in the columns of `COLUMNS` but for the vector.

    Args:
        atlas: The films.
        space: The embedding that the map is of.
        films: item_index in the order wanted; None = all films, also those without a place.
        colour: What `value` is, see `core.exploration.map_colours`; "" = there is no such column.
        context: What the colour is about.

    Raises:
        NotBuiltError: The space is not built.
        UnknownNameError, InvalidQueryError: There is no such film or colour, or the colour needs more context.
    """
    rows = _rows(atlas, films)
    items, points, found = atlas.catalog.items.iloc[rows], atlas.coordinates(space), atlas.clustering(space)
    table = items[["item_id", "title", "year"]].reset_index(drop=True)
    table["x"], table["y"] = points[rows, 0], points[rows, 1]
    for name, level in LEVELS.items():
        places = [place.name for place in found.places(level)]
        table[name] = _named(places, found.levels[rows, level])
    if colour:
        value = coloured(atlas, space, colour, context or Context())
        if isinstance(value, Categories):
            table["value"] = _named(value.names, value.of_film[rows])
        else:
            table["value"] = value.values[rows]
    return table


def vectors_of(atlas: Atlas, space: str, films: Sequence[int] | IndexVector | None = None) -> FloatMatrix:
    """(n, dim) float32 vectors of films in the order of `map_table`; a row of zeros = no vector."""
    return np.asarray(atlas.space(space).vectors[_rows(atlas, films)], np.float32)


def _rows(atlas: Atlas, films: Sequence[int] | IndexVector | None) -> IndexVector:
    n = len(atlas.catalog)
    rows = np.arange(n) if films is None else np.asarray(films, np.int64)
    if rows.size and not (rows.min() >= 0 and rows.max() < n):
        raise InvalidQueryError(
            "A film was asked for that is not in this dataset.", hint="Choose the films again."
        )
    return rows


def _named(names: Sequence[str], numbers: IndexVector) -> pd.Series:
    """The name of each number, "" for -1."""
    return pd.Series([names[number] if number >= 0 else "" for number in numbers], dtype=object)


def parquet_of(table: pd.DataFrame, vectors: FloatMatrix | None = None) -> bytes:
    """Parquet; a vector is a list of float32 of one length."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = pa.Table.from_pandas(table, preserve_index=False)
    if vectors is not None:
        numbers = pa.array(np.ascontiguousarray(vectors).ravel())
        lists = pa.FixedSizeListArray.from_arrays(numbers, vectors.shape[1])
        whole = whole.append_column("vector", lists)
    file = BytesIO()
    pq.write_table(whole, file)
    return file.getvalue()


def csv_of(table: pd.DataFrame, vectors: FloatMatrix | None = None) -> bytes:
    """CSV that spreadsheets open as it is, see `core.exploration.downloads`."""
    if vectors is None:
        return as_csv(table)
    names = [f"vector_{number}" for number in range(vectors.shape[1])]
    return as_csv(pd.concat([table, pd.DataFrame(vectors, columns=names)], axis=1))


FORMATS: Mapping[str, Callable[[pd.DataFrame, FloatMatrix | None], bytes]] = {
    "parquet": parquet_of,
    "csv": csv_of,
}
"""Kinds of files by the ending of their names."""


def format_of(name: str) -> Callable[[pd.DataFrame, FloatMatrix | None], bytes]:
    """What writes a file of this name.

    Raises:
        UnknownNameError: Its ending is that of none of `FORMATS`.
    """
    ending = name.rpartition(".")[2].lower()
    if "." not in name or ending not in FORMATS:
        raise UnknownNameError("kind of file", name, [f".{known}" for known in FORMATS])
    return FORMATS[ending]


def written(atlas: Atlas, space: str, name: str) -> bytes:
    """All films of a map with their vectors, as the file of this name; raises what `format_of` and `map_table` do."""
    return format_of(name)(map_table(atlas, space), vectors_of(atlas, space))
