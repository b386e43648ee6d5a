"""What a load read, kept and left out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Dropped:
    """Rows left out of a table: why, how many, and up to five of them as they were written."""

    reason: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass
class TableReport:
    """What became of one file's rows: read = kept + dropped, always."""

    name: str
    read: int = 0
    kept: int = 0
    dropped: list[Dropped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def drop(self, reason: str, rows: Sequence[object] | pd.Series) -> None:
        """Note rows left out; does nothing for an empty sequence."""
        if len(rows):
            examples = tuple(str(row)[:120] for row in list(rows[:5]))
            self.dropped.append(Dropped(reason, len(rows), examples))

    def warn(self, text: str) -> None:
        """Note something kept but odd."""
        self.warnings.append(text)

    @property
    def is_balanced(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.kept + sum(drop.count for drop in self.dropped)


@dataclass
class LoadReport:
    """Everything a load has to say.

    Attributes:
        tables: What became of every file's rows.
        matches: Enrichment counts by name.
        notes: Sentences for people.
        filled: Of every dataset that facts were filled in from, by its name: column -> films that got theirs from it.
    """

    tables: list[TableReport] = field(default_factory=list)
    matches: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    filled: dict[str, dict[str, int]] = field(default_factory=dict)

    def table(self, name: str, read: int = 0) -> TableReport:
        """Start and return the report of one file."""
        report = TableReport(name, read)
        self.tables.append(report)
        return report

    @property
    def warnings(self) -> list[str]:
        """All tables' warnings, each with its table's name."""
        return [f"{table.name}: {text}" for table in self.tables for text in table.warnings]

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "LoadReport":
        """The inverse of `to_json`."""
        tables = [
            TableReport(
                t["name"],
                t["read"],
                t["kept"],
                [Dropped(d["reason"], d["count"], tuple(d["examples"])) for d in t["dropped"]],
                list(t["warnings"]),
            )
            for t in value["tables"]
        ]
        return cls(tables, dict(value["matches"]), list(value["notes"]), dict(value.get("filled", {})))
