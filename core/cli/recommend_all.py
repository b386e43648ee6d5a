"""`python -m core recommend-all`: lists for all people of a dataset, as a Parquet file."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.markup import escape

from core.cli.arguments import (
    Count,
    DatasetName,
    Genres,
    Languages,
    MethodName,
    MethodParams,
    MinRatings,
    NotGenres,
    SpaceName,
    Years,
    filters_of,
    params_of,
)
from core.cli.console import AsLines, calmly, out, steps
from core.compute.progress import Stages
from core.errors import BuildError, InvalidQueryError, why
from core.serving import Atlas
from core.serving.choices import default_method
from core.serving.everybody import as_frame, lists_for_everybody


@calmly
def recommend_all_command(
    dataset: DatasetName,
    to: Annotated[Path, typer.Option("--out", help="The file, ending in .parquet.")],
    method: MethodName = "",
    space: SpaceName = "",
    param: MethodParams = None,
    k: Count = 10,
    genre: Genres = None,
    not_genre: NotGenres = None,
    years: Years = "",
    language: Languages = None,
    min_ratings: MinRatings = 0,
    progress: AsLines = False,
) -> None:
    """Recommend films to every person of a built dataset by one method's own scores.

    The file has a row a place: user_id, rank, item_id, title, score. It replaces another only when it is whole.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if to.suffix.lower() != ".parquet":
        raise InvalidQueryError(f"{to.name} does not end in .parquet.", hint="Give the file this ending.")
    atlas = Atlas.open(dataset)
    method = method or default_method(atlas)
    asked = atlas.methods.fitted(method, params_of(method, param, space))
    filters = filters_of(genre, not_genre, years, language, min_ratings)
    started, n_users, n_rows, n_empty = time.perf_counter(), atlas.interactions.n_users, 0, 0
    beside, writer = to.with_name(to.name + ".part"), None
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with steps(progress) as on_step:
            clock = Stages(on_step).begin(f"Asking {asked.label}")
            for some in lists_for_everybody(atlas, asked, k, filters=filters):
                table = pa.Table.from_pandas(as_frame(atlas, some), preserve_index=False)
                writer = writer or pq.ParquetWriter(beside, table.schema)
                writer.write_table(table)
                n_rows += len(table)
                n_empty += int(np.count_nonzero(some.items[:, 0] < 0))
                clock(int(some.users[-1]) + 1, n_users)
        if writer:
            writer.close()
        os.replace(beside, to)
    except OSError as error:
        raise BuildError(f"{to} cannot be written: {why(error)}.", hint="Choose another --out.") from error
    finally:
        if writer:
            writer.close()
        with suppress(OSError):  # it is moved, or was never begun
            beside.unlink()
    seconds = time.perf_counter() - started
    if not progress:
        nobody = f" Nothing could be found for {n_empty:,}." if n_empty else ""
        out.print(
            f"{escape(str(to))}: {n_rows:,} films for {n_users:,} people by {asked.label}, "
            f"{seconds:.1f} s, {n_users / seconds * 3600:,.0f} lists an hour.{nobody}",
            soft_wrap=True,
            highlight=False,
        )
