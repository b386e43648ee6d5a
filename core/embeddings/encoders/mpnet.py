"""mpnet: a larger sentence model, slower and more exact than MiniLM; fetched on first use."""

from functools import cached_property
from pathlib import Path

from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings.encoders.any_sentence_transformer import HUB, check_folder, fetch, here, written_dim
from core.embeddings.encoders.sentence_transformer import SentenceTransformerEncoder
from core.embeddings.model_files import ModelFiles, verify_sha256
from core.embeddings.registry import register
from core.errors import ModelUnavailableError
from core.types import FloatMatrix

WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of model.safetensors at `Mpnet.revision`, 437,971,872 bytes; as several public lock files of that revision have it."""
MEGABYTES = 439.0
"""The weights, and the words of the tokeniser beside them."""


@register
class Mpnet(SentenceTransformerEncoder):
    """all-mpnet-base-v2 from the Hugging Face hub, at one fixed revision, checked by the checksum of its weights."""

    name = "mpnet"
    label = "mpnet"
    description = (
        "A larger language model reads each film's title, genres, plot and people. The best of the general "
        "models here, and five times slower than MiniLM. It is fetched once, 440 MB (all-mpnet-base-v2)."
    )
    system = "S4"
    needs_network = True
    seconds_a_film = 5e-2
    model = "sentence-transformers/all-mpnet-base-v2"
    revision = "e8c3b32edf5434bc2275fc9bab85f82640a19130"
    dim = 768

    @classmethod
    def model_files(cls) -> ModelFiles:
        """The hub's files at the fixed revision."""
        return ModelFiles(
            cls.model,
            HUB,
            "the SHA-256 of its weights, no code of its own, vectors of 768 numbers",
            here(cls.model, cls.revision) is not None,
            lambda: MEGABYTES,
            lambda progress: cls()._folder,
        )

    def location(self) -> tuple[str, str | None]:
        """The folder with the model's checked files and None, once they are here."""
        return str(self._folder), None

    @cached_property
    def _folder(self) -> Path:
        folder = here(self.model, self.revision) or fetch(self.model, self.revision)
        check_folder(folder)
        verify_sha256(folder / "model.safetensors", WEIGHTS_SHA256, self.model)
        if (found := written_dim(folder)) != self.dim:
            raise ModelUnavailableError(
                f"The files of {self.model} say vectors of {found} numbers, not {self.dim}.",
                hint=f"Remove {folder} and build this embedding again: it is then fetched anew.",
            )
        return folder

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """See `Encoder.encode_items`; vectors are kept in `workdir` by the content they were made from."""
        progress(0, 0, f"looking for {self.label}")
        self.location()
        return super().encode_items(dataset, workdir=workdir, progress=progress)
