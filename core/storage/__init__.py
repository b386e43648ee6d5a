"""What is kept on disk: artefacts, the manifest of the live ones, and the tables that are searched."""

from core.storage.fingerprints import fingerprint
from core.storage.manifest import Manifest
from core.storage.workspace import Workspace

__all__ = ["Manifest", "Workspace", "fingerprint"]
