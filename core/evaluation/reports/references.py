"""What to cite beside an evaluation: its data and its methods."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core import __version__

TABLE = Path(__file__).with_name("references.toml")


@dataclass(frozen=True)
class Reference:
    """A work.

    Attributes:
        key: Such as "steck2019".
        kind: BibTeX's type of entry.
        fields: BibTeX's fields by name.
    """

    key: str
    kind: str
    fields: Mapping[str, str]

    @property
    def bibtex(self) -> str:
        """The entry."""
        lines = ",\n".join(f"  {name} = {{{_in_latex(value)}}}" for name, value in self.fields.items())
        return f"@{self.kind}{{{self.key},\n{lines}\n}}\n"


OURS = Reference(
    "movieatlas",
    "software",
    {"author": "{Movie Atlas contributors}", "title": "Movie Atlas", "version": __version__, "year": "2026"},
)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text("utf-8"))


def references_of(value: Mapping[str, Any]) -> list[Reference]:
    """Works to cite beside an evaluation, this software first, then in the order of data and methods, each once.

    Args:
        value: As `core.evaluation.results.report.report` gives it.
    """
    table = _table()
    keys = list(table["datasets"].get(value["about"]["dataset"], []))
    for one in value["results"].values():
        keys += table["methods"].get(one.get("method", ""), [])
    works = [(key, dict(table["works"][key])) for key in dict.fromkeys(keys)]
    return [OURS, *(Reference(key, fields.pop("kind"), fields) for key, fields in works)]


def known_works() -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, dict[str, str]]]:
    """Dataset -> keys, method -> keys, and key -> fields of every work."""
    table = _table()
    return table["datasets"], table["methods"], table["works"]


def _in_latex(text: str) -> str:
    return text.replace("&", r"\&").replace("%", r"\%")
