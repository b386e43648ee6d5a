"""Which artefacts are live."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from core.errors import DamagedError, NotBuiltError
from core.storage.fingerprints import fingerprint

MANIFEST_VERSION = 1
"""Raised whenever manifests change their form."""

_ARTEFACT = re.compile(r"[^/\\\0]+")
_ABOUT: dict[str, type] = {
    "label": str,
    "n_items": int,
    "n_users": int,
    "n_ratings": int,
    "dims": dict,
    "encoders": dict,
    "cannot_build": dict,
    "cannot_fit": dict,
    "refused": dict,
    "when_asked": list,
    "coming": dict,
    "seconds": dict,
    "expected": dict,
    "filled_in": dict,
    "columns": dict,
}
"""Facts that are read by their names, and what they are."""


@dataclass(frozen=True)
class Manifest:
    """Which artefacts are live.

    Attributes:
        dataset: The dataset's name.
        artifacts: Fingerprint of every stage's artefact, e.g. {"space-minilm": "3f…"}.
        about: What people want to know: counts, label, seconds per stage, versions. Plain JSON values.
    """

    dataset: str
    artifacts: dict[str, str]
    about: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """Changes whenever any artefact does, also where one was made again from the same inputs."""
        repairs = self.about.get("repairs")
        return fingerprint(self.dataset, self.artifacts, *([repairs] if repairs else []))

    @property
    def command(self) -> str:
        """What builds the dataset again as it is."""
        options = "".join(f" --with {name}" for name in self.about.get("filled_in", {}))
        return f"python -m core build {self.dataset}{options}"

    def has_method(self, name: str) -> bool:
        """Whether a method was learned, or is learned within a second when it is asked first."""
        return f"method-{name}" in self.artifacts or name in self.about.get("when_asked", ())

    def names(self, kind: str) -> list[str]:
        """Names of the artefacts of one kind: `names("space")` of "space-minilm" gives "minilm"."""
        prefix = kind + "-"
        return sorted(stage.removeprefix(prefix) for stage in self.artifacts if stage.startswith(prefix))

    def to_json(self) -> dict[str, Any]:
        """As plain values, with a digest of all of them."""
        value = {"dataset": self.dataset, "artifacts": self.artifacts, "about": self.about}
        value = json.loads(json.dumps(value))  # as they will be read
        return {"version": MANIFEST_VERSION, **value, "digest": fingerprint(value)}


def read_manifest(path: Path, name: str) -> Manifest:
    """Read the manifest of a dataset. Its errors do not say yet what builds it again.

    Raises:
        FileNotFoundError: There is none.
        DamagedError: It cannot be read, lacks something, or does not hold what was written.
        NotBuiltError: Another version of the program wrote it.
    """
    try:
        of = path.stat()
        return _read(path, name, (of.st_mtime_ns, of.st_ctime_ns, of.st_size, of.st_ino))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DamagedError(
            f"The workspace of {name} cannot be read: {error.strerror or error}.",
            hint=f"Check the permissions of {path}.",
        ) from error


@lru_cache(maxsize=64)
def _read(path: Path, name: str, _of: tuple[int, ...]) -> Manifest:
    """`read_manifest`; every page asks for every manifest, so a file that has not changed is not read again."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _damaged(name) from error
    version = value.get("version") if isinstance(value, dict) else None
    if isinstance(version, int) and version > MANIFEST_VERSION:
        raise NotBuiltError(
            f"The workspace of {name} was made by a newer Movie Atlas.",
            hint="Update Movie Atlas.",
        )
    if version != MANIFEST_VERSION:
        raise NotBuiltError(f"The workspace of {name} was built by another version of Movie Atlas.")
    parts = {part: value.get(part) for part in ("dataset", "artifacts", "about")}
    digest = fingerprint(parts)
    if value.get("digest", digest) != digest or not _is_sound(parts):
        raise _damaged(name)
    return Manifest(**parts)


def validate_facts(manifest: Manifest) -> None:
    """Refuse a manifest that lacks what everybody reads.

    Raises:
        DamagedError: It does.
    """
    if not {"label", "n_items", "n_users", "n_ratings", "dims"} <= set(manifest.about):
        error = _damaged(manifest.dataset)
        error.hint = f"Build it again, which keeps what is whole: {manifest.command}"
        raise error


def _is_sound(parts: dict[str, Any]) -> bool:
    """Whether the parts of a manifest are what they should be."""
    named, about = parts["artifacts"], parts["about"]
    return (
        isinstance(parts["dataset"], str)
        and isinstance(named, dict)
        and isinstance(about, dict)
        and all(isinstance(key, str) and _ARTEFACT.fullmatch(stage + key) for stage, key in named.items())
        and all(isinstance(about[fact], kind) for fact, kind in _ABOUT.items() if fact in about)
    )


def _damaged(name: str) -> DamagedError:
    return DamagedError(f"The workspace of {name} cannot be read: its manifest.json is damaged.")
