"""Any sentence-transformers model that a person names: "st:organisation/model" or "st:/path/to/folder"."""

import hashlib
import json
import re
from collections.abc import Sequence
from fnmatch import fnmatch
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from core.compute.precision import Precision
from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.base import Stamp
from core.embeddings.encoders.sentence_transformer import SentenceTransformerEncoder, load_model
from core.embeddings.model_files import ModelFiles
from core.embeddings.registry import family
from core.errors import InvalidQueryError, ModelUnavailableError
from core.types import FloatMatrix

WANTED_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")
"""What is fetched of a hub model and decides its vectors; weights kept as pickles are never read."""

HUB = "the Hugging Face hub"

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?")
_IS_PATH = re.compile(r"[/~.\\]|[A-Za-z]:[/\\]")


class AnySentenceTransformer(SentenceTransformerEncoder):
    """A model chosen by its name or folder; `encoder_of` makes the class.

    Class attributes:
        source: The hub's name, or the folder's absolute path.
        is_local: Whether `source` is a folder.
    """

    source: ClassVar[str]
    is_local: ClassVar[bool]

    def stamp(self) -> Stamp:
        """The model, its revision (the hub's commit, or the SHA-256 of a folder's files) and its dimension.

        Raises:
            ModelUnavailableError: The model is not here and cannot be fetched, or it is none.
        """
        options = {"request": f"st:{self.source}", "model": self.source, "text": self.text_recipe}
        return Stamp(self.name, self._revision, self._dim, options)

    def location(self) -> tuple[str, str | None]:
        """The folder with the model's files and None, once they are here."""
        return str(self._folder), None

    @classmethod
    def model_files(cls) -> ModelFiles | None:
        """The hub's files; None for a folder of this machine."""
        if cls.is_local:
            return None
        return ModelFiles(
            cls.source,
            HUB,
            "weights as safetensors, no code of its own",
            cls.is_here(),
            lambda: hub_megabytes(cls.source),
            lambda progress: check_folder(here(cls.source) or fetch(cls.source)),
        )

    @classmethod
    def is_here(cls) -> bool:
        """Whether the model's files are on this machine already."""
        return Path(cls.source).is_dir() if cls.is_local else here(cls.source) is not None

    @cached_property
    def _folder(self) -> Path:
        folder = Path(self.source) if self.is_local else here(self.source) or fetch(self.source)
        check_folder(folder)
        return folder

    @cached_property
    def _revision(self) -> str:
        # a snapshot of the hub lies in a folder called like its commit
        return digest(self._folder) if self.is_local else self._folder.name

    @cached_property
    def _dim(self) -> int:
        found = written_dim(self._folder)
        return found or int(load_model(*self.location()).get_embedding_dimension())

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """See `Encoder.encode_items`; vectors are kept in `workdir` by the content they were made from."""
        progress(0, 0, f"looking for {self.label}")
        return super().encode_items(dataset, workdir=workdir, progress=progress)

    def encode_in(self, texts: Sequence[str], precision: Precision) -> FloatMatrix:
        """See `SentenceTransformerEncoder.encode_in`.

        Raises:
            ModelUnavailableError: The model cannot be loaded, or makes vectors of another length than it
                says.
        """
        if not texts:
            return np.zeros((0, self._dim), np.float32)
        vectors = super().encode_in(texts, precision)
        if vectors.shape[1] != self._dim:
            raise ModelUnavailableError(
                f"{self.label} makes vectors of {vectors.shape[1]} numbers where its files say {self._dim}.",
                hint="The model's folder is inconsistent: get or save it again.",
            )
        return vectors


@family("st", "sentence model")
def encoder_of(source: str) -> type[AnySentenceTransformer]:
    """The encoder class of one model.

    Args:
        source: A hub name ("organisation/model"; without an organisation that of sentence-transformers), or a
            folder, recognised by a leading /, ~ or . (or a drive's letter).

    Raises:
        InvalidQueryError: It is neither.
    """
    source = source.strip()
    if _IS_PATH.match(source):
        return _class_of(str(Path(source).expanduser().resolve()), is_local=True)
    if not _HUB_NAME.fullmatch(source):
        raise InvalidQueryError(
            f"“{source[:80]}” is no model's name.",
            hint="Type organisation/model as on the Hugging Face hub, or a folder beginning with / or ~.",
        )
    return _class_of(source if "/" in source else f"sentence-transformers/{source}", is_local=False)


@lru_cache(maxsize=64)
def _class_of(source: str, *, is_local: bool) -> type[AnySentenceTransformer]:
    label = re.split(r"[/\\]", source)[-1]
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40]
    short = hashlib.blake2b(source.encode(), digest_size=3).hexdigest()
    where = "a folder of this machine" if is_local else HUB
    members: dict[str, Any] = {
        "name": f"st_{plain}_{short}",
        "label": label,
        "description": f"Reads each film's title, genres, plot and people with {label} of {where}.",
        "needs_network": not is_local,
        "source": source,
        "is_local": is_local,
        "model": source,
        "__doc__": f"The sentence model {label}.",
        "__module__": __name__,
    }
    return type("NamedSentenceTransformer", (AnySentenceTransformer,), members)


def here(model: str, revision: str | None = None) -> Path | None:
    """Folder of a hub model fetched before, None = never; taken as it is, so that a build stays the same.

    Args:
        model: The hub's name.
        revision: The hub's commit; None = whichever was fetched last.
    """
    from huggingface_hub import snapshot_download

    try:
        folder = Path(
            snapshot_download(
                model, revision=revision, allow_patterns=list(WANTED_FILES), local_files_only=True
            )
        )
    except Exception:  # not here, whatever the library calls that
        return None
    # a download that was interrupted before the weights leaves a folder too
    return folder if any(folder.rglob("*.safetensors")) else None


def fetch(model: str, revision: str | None = None) -> Path:
    """Folder of a hub model's files, fetched now; what an interrupted fetch has brought is not asked again.

    Raises:
        ModelUnavailableError: It cannot be fetched.
    """
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, revision=revision, allow_patterns=list(WANTED_FILES)))
    except Exception as error:  # the library raises whatever its transport raises
        raise ModelUnavailableError(
            f"The model {model} could not be fetched ({type(error).__name__}).",
            hint="Check its name and the network, or put a copy on this machine: st:/its/folder.",
        ) from error


def hub_megabytes(model: str, revision: str | None = None) -> float | None:
    """Size of a hub model's files that would be fetched, as the hub says, in 10^6 bytes; None where it does not answer."""
    from huggingface_hub import HfApi

    try:
        files = HfApi().model_info(model, revision=revision, files_metadata=True, timeout=10).siblings or []
    except Exception:  # the library raises whatever its transport raises
        return None
    wanted = [one for one in files if any(fnmatch(one.rfilename, pattern) for pattern in WANTED_FILES)]
    return sum(one.size or 0 for one in wanted) / 1e6


def check_folder(folder: Path) -> None:
    """Make sure that a folder holds a model whose weights are safetensors and that brings no code of its own.

    Raises:
        ModelUnavailableError: It does not.
    """
    modules = _read_json(folder / "modules.json")
    if modules is None and _read_json(folder / "config.json") is None:
        raise ModelUnavailableError(
            f"{folder} holds no sentence-transformers model.",
            hint="It should hold modules.json, config.json and model.safetensors, as model.save() writes.",
        )
    own_code = [
        str(m.get("type"))
        for m in modules or ()
        if not str(m.get("type")).startswith("sentence_transformers.")
    ]
    if own_code:
        raise ModelUnavailableError(
            f"The model in {folder} wants to run its own code ({own_code[0][:60]}).",
            hint="Movie Atlas runs no code that comes with a model: choose another.",
        )
    pickled = [path for path in sorted(folder.rglob("*.bin")) if not any(path.parent.glob("*.safetensors"))]
    if pickled or not any(folder.rglob("*.safetensors")):
        raise ModelUnavailableError(
            f"The model in {folder} has no weights as safetensors.",
            hint="Pickled weights are not read: load the model where you trust it and save it again with "
            "model.save_pretrained(folder, safe_serialization=True).",
        )


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelUnavailableError(
            f"{path} cannot be read ({type(error).__name__}).", hint="Get or save the model again."
        ) from error


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that decide a model's vectors."""
    whole = hashlib.sha256()
    for path in sorted({path for pattern in WANTED_FILES for path in folder.rglob(pattern)}):
        with path.open("rb") as stream:
            own = hashlib.file_digest(stream, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{own}\n".encode())
    return whole.hexdigest()


def written_dim(folder: Path) -> int:
    """Length of a model's vectors as its files say; 0 where only the loaded model can tell."""
    for module in reversed(_read_json(folder / "modules.json") or ()):
        kind = str(module["type"]).rsplit(".", 1)[-1]
        config = _read_json(folder / str(module.get("path", "")) / "config.json") or {}
        if kind in ("Normalize", "Dropout"):  # leave the length as it is
            continue
        if kind == "Dense":
            return int(config.get("out_features", 0))
        if kind != "Pooling":
            return 0
        mode = config.get("pooling_mode")
        flags = [key for key, value in config.items() if key.startswith("pooling_mode_") and value]
        n_modes = len(mode) if isinstance(mode, list) else 1 if mode else max(len(flags), 1)
        return n_modes * int(config.get("embedding_dimension") or config.get("word_embedding_dimension") or 0)
    return 0
