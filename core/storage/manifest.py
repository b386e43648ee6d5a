"""Which artefacts are live."""

from dataclasses import dataclass, field
from typing import Any

from core.storage.fingerprints import fingerprint

MANIFEST_VERSION = 1
"""Raised whenever manifests change their form."""


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

    @property
    def key(self) -> str:
        """Changes whenever any artefact does."""
        return fingerprint(self.dataset, self.artifacts)

    def names(self, kind: str) -> list[str]:
        """Names of the artefacts of one kind: `names("space")` of "space-minilm" gives "minilm"."""
        prefix = kind + "-"
        return sorted(stage.removeprefix(prefix) for stage in self.artifacts if stage.startswith(prefix))
