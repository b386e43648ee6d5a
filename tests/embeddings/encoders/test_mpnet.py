"""mpnet from the fetch to its vectors, with a small model of the same kind in place of the download."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

from core import embeddings
from core.domain import Dataset
from core.embeddings.encoders import mpnet
from core.embeddings.encoders.any_sentence_transformer import WANTED_FILES, hub_megabytes
from core.embeddings.encoders.mpnet import Mpnet
from core.errors import ModelUnavailableError
from tests.embeddings.tiny_mpnet import DIM, make_tiny_mpnet

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """See `make_tiny_mpnet`."""
    return make_tiny_mpnet(tmp_path_factory.mktemp("mpnet"), tmp_path_factory.mktemp("hub") / "snapshot")


class Hub:
    """Stands for the hub's library: hands over a folder once it was fetched, and counts what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.is_here, self.n_fetched = folder, False, 0

    def __call__(
        self, model: str, *, revision: str | None, allow_patterns: list[str], local_files_only: bool = False
    ) -> str:
        assert (model, revision, allow_patterns) == (Mpnet.model, Mpnet.revision, list(WANTED_FILES))
        if local_files_only and not self.is_here:
            raise FileNotFoundError(model)
        self.n_fetched += not local_files_only
        self.is_here = True
        return str(self.folder)


@pytest.fixture
def hub(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub whose model is a copy of the small one, whose weights are taken for the official ones."""
    found = Hub(Path(shutil.copytree(made, tmp_path / "snapshot")))
    weights = (found.folder / "model.safetensors").read_bytes()
    monkeypatch.setattr(mpnet, "WEIGHTS_SHA256", hashlib.sha256(weights).hexdigest())
    monkeypatch.setattr("huggingface_hub.snapshot_download", found)
    return found


def test_it_is_fetched_once_at_its_revision_checked_and_reads(
    hub: Hub, themed: Dataset, tmp_path: Path
) -> None:
    files = Mpnet.model_files()
    assert (files.is_here, files.megabytes()) == (False, mpnet.MEGABYTES)
    told: list[str] = []
    files.bring(lambda done, total, note="": told.append(note))
    assert told[0] == "fetching sentence-transformers/all-mpnet-base-v2"
    assert Mpnet.model_files().is_here
    encoder = embeddings.create("mpnet")
    vectors = encoder.encode_items(themed, workdir=tmp_path / "work")
    assert vectors.shape == (themed.n_items, DIM)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    text = encoder.encode_texts(["the rocket"])
    assert text.shape == (1, DIM)
    np.testing.assert_allclose(encoder.encode_texts(["the rocket", "the planet"])[:1], text, atol=1e-5)
    assert hub.n_fetched == 1
    again = embeddings.create("mpnet").encode_items(themed, workdir=tmp_path / "work")
    np.testing.assert_array_equal(again, vectors)


def test_other_weights_are_refused(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mpnet, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelUnavailableError, match="not the official release's"):
        embeddings.create("mpnet").encode_texts(["the rocket"])


def test_pickled_weights_are_refused(hub: Hub) -> None:
    (hub.folder / "model.safetensors").rename(hub.folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailableError, match="no weights as safetensors"):
        Mpnet.model_files().bring()


def test_a_model_of_another_length_is_refused(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base").mkdir()
    hub.folder = make_tiny_mpnet(tmp_path / "base", tmp_path / "short", dim=8)
    weights = (hub.folder / "model.safetensors").read_bytes()
    monkeypatch.setattr(mpnet, "WEIGHTS_SHA256", hashlib.sha256(weights).hexdigest())
    with pytest.raises(ModelUnavailableError, match="vectors of 8 numbers, not 768"):
        Mpnet.model_files().bring()


def test_without_a_network_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: object, **kwargs: object) -> str:
        raise ConnectionError("no route")

    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    with pytest.raises(ModelUnavailableError, match=r"could not be fetched.*network"):
        Mpnet.model_files().bring()


def test_the_hub_is_asked_how_large_a_model_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub.hf_api import ModelInfo

    names = {"model.safetensors": 9_000_000, "pytorch_model.bin": 9_500_000, "1_Pooling/config.json": 500_000}
    info = ModelInfo(
        id="someone/tiny", siblings=[{"rfilename": name, "size": size} for name, size in names.items()]
    )
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", lambda *args, **kwargs: info)
    assert hub_megabytes("someone/tiny") == 9.5, "of the files that are wanted"

    def offline(*args: object, **kwargs: object) -> ModelInfo:
        raise ConnectionError("no route")

    monkeypatch.setattr("huggingface_hub.HfApi.model_info", offline)
    assert hub_megabytes("someone/tiny") is None


@pytest.mark.parametrize("name", embeddings.names())
def test_what_needs_a_fetched_model_says_what_that_takes(name: str) -> None:
    encoder = embeddings.encoder_class(name)
    files = encoder.model_files()
    if files is None:
        assert not encoder.needs_network or name == "poster", "posters are no model"
        return
    megabytes = files.megabytes()
    assert megabytes is not None
    assert megabytes > 50
    assert files.name
    assert files.checks
    assert encoder.needs_network == (name != "minilm"), "whose package is among the requirements"
