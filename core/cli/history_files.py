"""What commands share that read a person's own history: the options, the files, and what they say of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from core.cli.console import out
from core.datasets.exports.unpacking import LARGEST
from core.errors import HistoryError
from core.exploration.captions import history_caption
from core.histories import History, Matched, Mention, Options, parse_scale, read_history
from core.serving import Atlas
from core.serving.histories import found_in

HistoryFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--history", help="Your own films: an export of Letterboxd, IMDb and so on; repeat for more."
    ),
]
HistoryScale = Annotated[
    str,
    typer.Option(
        "--scale", help="Scale of the ratings in a history's table, e.g. 1:10; else it is found out."
    ),
]
HistoryProfile = Annotated[
    str, typer.Option("--profile", help="Whose rows of a history, where an account has several profiles.")
]


def read_files(paths: Sequence[Path], scale: str, profile: str) -> History:
    """Read a person's files.

    Raises:
        HistoryError, ArchiveError: One cannot be read.
    """
    files = [(path.name, _bytes_of(path)) for path in paths]
    return read_history(files, Options(parse_scale(scale), profile))


def found_films(
    atlas: Atlas, paths: Sequence[Path] | None, scale: str = "", profile: str = ""
) -> Matched | None:
    """A person's own films among those of a dataset; None where no files are given. Raises what `read_files` does."""
    return found_in(atlas, read_files(paths, scale, profile)) if paths else None


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise HistoryError(f"{path} has {size / 1e6:.0f} MB; {LARGEST / 1e6:.0f} are allowed.")
        return path.read_bytes()
    except OSError as error:
        raise HistoryError(f"{path} cannot be read: {error.strerror}.", hint="Check its name.") from error


def say_matched(matched: Matched, label: str) -> None:
    """One line on what was found."""
    out.print(escape(history_caption(matched, label)), style="dim", highlight=False)


def matched_json(matched: Matched, labels: Sequence[str]) -> dict[str, Any]:
    """What was found, as plain values."""
    return {
        "counts": matched.counts(),
        "by": {tie.words: n for tie, n in matched.by_tie().items()},
        "doubtful": [
            {**_named(one.mention), "may_be": [labels[offer.item_index] for offer in one.offers]}
            for one in matched.doubtful
        ],
        "missing": [_named(mention) for mention in matched.missing],
        "newer": [_named(mention) for mention in matched.newer],
    }


def _named(mention: Mention) -> dict[str, Any]:
    return {"key": mention.key, "title": mention.title, "year": mention.year}
