"""What encoders fetch before they read their first film, said beforehand, and how it is checked once it is here."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.compute.progress import Progress, no_progress
from core.errors import ModelUnavailableError


@dataclass(frozen=True, eq=False)
class ModelFiles:
    """The files of a model that comes from outside.

    Attributes:
        name: What it is called where it comes from.
        source: Where that is, for people.
        checks: What is looked at once it is here, for people.
        is_here: Whether it is on this machine already.
        megabytes: Asks how large it is, in 10^6 bytes; None = nobody can tell now.
        fetch: Fetches what is not here and checks it; raises `ModelUnavailableError`.
    """

    name: str
    source: str
    checks: str
    is_here: bool
    megabytes: Callable[[], float | None]
    fetch: Callable[[Progress], object]

    def bring(self, progress: Progress = no_progress) -> None:
        """Fetch and check it.

        Raises:
            ModelUnavailableError: It cannot be fetched, or is not what it should be.
        """
        progress(0, 0, f"fetching {self.name}")
        self.fetch(progress)


@lru_cache(maxsize=8)
def verify_sha256(path: Path, wanted: str, model: str) -> None:
    """Check a file of weights, once a process.

    Args:
        path: The file.
        wanted: Its SHA-256 in hexadecimal digits.
        model: What it is of, for people.

    Raises:
        ModelUnavailableError: It is missing or another file.
    """
    again = f"Remove {path.parent} and build this embedding again: it is then fetched anew."
    if not path.is_file():
        raise ModelUnavailableError(f"The weights of {model} are missing from {path.parent}.", hint=again)
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != wanted:
        raise ModelUnavailableError(
            f"The weights of {model} are not the official release's (their checksum differs).", hint=again
        )
