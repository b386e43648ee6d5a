"""All that was read of one person's files."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.datasets.exports.entry import Entry
from core.domain import LoadReport


@dataclass(frozen=True)
class History:
    """All that was read of one person's files.

    Attributes:
        entries: One a row that was kept, in the order of the files.
        report: What was read as what, what was left out and why.
        choices: What the person has said about doubtful films: by dataset, item_id by `Mention.key`; "" = none of them.
    """

    entries: tuple[Entry, ...] = ()
    report: LoadReport = field(default_factory=LoadReport)
    choices: dict[str, dict[str, str]] = field(default_factory=dict)

    def choosing(self, dataset: str, chosen: Mapping[str, str]) -> "History":
        """The same history with more choices in one dataset: item_id by `Mention.key`; "" = none of those offered."""
        return replace(self, choices={**self.choices, dataset: {**self.choices.get(dataset, {}), **chosen}})
