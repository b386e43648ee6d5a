"""What a build may take, what a stage is expected to take on this machine, and what is left out because of it."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil, log
from pathlib import Path
from statistics import median

from core.compute.cost import Cost, Size
from core.storage.artifacts import write_atomically

KEPT_A_STAGE = 12
"""So many measurements of a stage are kept, of different sizes, the newest of each."""
TELLING = 2.0
"""Seconds from which a stage says something of the machine's speed: shorter ones are mostly beginning and ending."""


@dataclass(frozen=True)
class Budget:
    """What a build may take.

    Attributes:
        gigabytes: Memory of any one stage at its peak.
        seconds: The whole build.
    """

    gigabytes: float
    seconds: float

    def why_not(self, cost: Cost, command: str, spent: float = 0.0) -> str:
        """Why something of this cost is left out once so many seconds are spent; "" = it is not.

        Args:
            cost: What it is expected to take.
            command: What makes it, but for the option that allows it more.
            spent: Seconds that the build has taken so far.
        """
        if cost.gigabytes > self.gigabytes:
            enough = ceil(cost.gigabytes * 1.1)
            return (
                f"It would take about {cost.gigabytes:.2g} GB of memory, and {self.gigabytes:.2g} GB are allowed. "
                f"Make it all the same with: {command} --memory {enough}"
            )
        left = max(self.seconds - spent, 0.0)
        if cost.seconds > left:
            enough = ceil(cost.seconds * 1.5 / 60)
            return (
                f"It would take about {in_words(cost.seconds)}, and {in_words(left)} are left of the "
                f"{in_words(self.seconds)} that a build may take. Make it all the same with: {command} --time {enough}"
            )
        return ""


def in_words(seconds: float) -> str:
    """Seconds as people say them: "40 s", "12 min", "3.5 h"."""
    if seconds < 99.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@dataclass
class Timings:
    """How long stages took on this machine, whatever the dataset; kept in the home folder.

    Attributes:
        path: The file.
        measured: Stage -> (films, people, ratings, expected seconds, seconds) of some builds, the newest last.
    """

    path: Path
    measured: dict[str, list[tuple[float, ...]]] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Path) -> "Timings":
        """Those of a home folder; a file that cannot be read is as good as none."""
        path, found = home / "cache" / "timings.json", cls(home / "cache" / "timings.json")
        with suppress(OSError, ValueError, TypeError, AttributeError):
            for stage, rows in json.loads(path.read_text()).items():
                kept = [tuple(map(float, row)) for row in rows if len(row) == 5]
                found.measured[str(stage)] = [row for row in kept if all(value >= 0 for value in row)]
        return found

    def add(self, stage: str, size: Size, expected: float, seconds: float) -> None:
        """Take note of a stage that was made, and keep it for later builds."""
        rows, own = self.measured.setdefault(stage, []), (size.n_items, size.n_users, size.n_ratings)
        rows[:] = [row for row in rows if row[:3] != own][1 - KEPT_A_STAGE :]
        rows.append((*map(float, own), expected, seconds))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, json.dumps(self.measured).encode())

    def calibrated(self, stage: str, size: Size, cost: Cost) -> Cost:
        """A cost by formula, times how much longer this stage took here: at the size that is most like this one.

        A stage that was never made here is taken to be as much slower as the others were, in the middle.
        """
        if rows := _telling(self.measured.get(stage, [])):
            near = min(rows, key=lambda row: _distance(row, size))
            return Cost(cost.seconds * near[4] / near[3], cost.gigabytes)
        ratios = [row[4] / row[3] for rows in self.measured.values() for row in _telling(rows)]
        return Cost(cost.seconds * (median(ratios) if ratios else 1.0), cost.gigabytes)


def _telling(rows: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    return [row for row in rows if row[3] > 0 and row[4] >= TELLING]


def _distance(row: tuple[float, ...], size: Size) -> float:
    pairs = zip(row[:3], (size.n_items, size.n_users, size.n_ratings), strict=True)
    return sum(abs(log((one + 1) / (other + 1))) for one, other in pairs)
