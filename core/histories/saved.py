"""A history as plain JSON: written only where a person asks for it, and read again like any other file."""

import json
from dataclasses import asdict
from typing import Any

from core.datasets.exports.entry import Entry, Status, Thing
from core.datasets.exports.scale import Scale
from core.errors import HistoryError
from core.histories.history import History

FORMAT = "movie-atlas-history"
VERSION = 1


def to_text(history: History) -> str:
    """A history as JSON: its entries and the person's choices. What was left out when it was read is not in it."""
    entries = [
        {key: value for key, value in asdict(entry).items() if value not in (None, "")}
        for entry in history.entries
    ]
    content = {"format": FORMAT, "version": VERSION, "entries": entries, "choices": history.choices}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def is_saved(document: Any) -> bool:
    """Whether a document of JSON is a history that was saved."""
    return isinstance(document, dict) and document.get("format") == FORMAT


def from_document(document: dict[str, Any], name: str) -> History:
    """The inverse of `to_text`; entries keep the names of the files that they came from.

    Raises:
        HistoryError: It is of a later version, or was changed so that it cannot be read.
    """
    if document.get("version") != VERSION:
        raise HistoryError(
            f"{name} was saved by another version of Movie Atlas.", hint="Read the files themselves again."
        )
    try:
        entries = tuple(_entry(one) for one in document["entries"])
        choices = {
            str(dataset): {str(key): str(item) for key, item in chosen.items()}
            for dataset, chosen in document.get("choices", {}).items()
        }
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise HistoryError(
            f"{name} was changed and cannot be read: {type(error).__name__} {str(error)[:80]}.",
            hint="Read the files themselves again.",
        ) from error
    return History(entries, choices=choices)


def _entry(value: dict[str, Any]) -> Entry:
    texts = {
        name: str(value.get(name, ""))
        for name in ("title", "when", "imdb_id", "tmdb_id", "original_title", "source")
    }
    year, rating, scale = value.get("year"), value.get("rating"), value.get("scale")
    read_scale = Scale(float(scale["low"]), float(scale["high"])) if scale else None
    if rating is not None and (read_scale is None or not read_scale.holds(float(rating))):
        raise ValueError(f"the rating {str(rating)[:20]}")
    return Entry(
        **texts,
        year=None if year is None else int(year),
        status=Status(value["status"]),
        rating=None if rating is None else float(rating),
        scale=read_scale,
        kind=Thing(value.get("kind", Thing.FILM)),
    )
