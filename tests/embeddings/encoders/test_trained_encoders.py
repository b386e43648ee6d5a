"""What holds for every embedding that is trained on the catalogue itself."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors import safe_open

from core import embeddings
from core.domain import Catalog, Dataset, Interactions
from core.embeddings import Space
from core.storage.artifacts import load_space, save_space

TRAINED = ("word2vec", "word2vec_exact", "doc2vec", "doc2vec_leaky", "triplet", "triplet_coliked")
_QUICK = {
    "triplet": {"epochs": 2, "hidden": 8, "dim": 8},
    "triplet_coliked": {"epochs": 2, "hidden": 8, "dim": 8},
}


def _encoder(name: str) -> embeddings.Encoder:
    return embeddings.create(name, **_QUICK.get(name, {"epochs": 2, "dim": 8}))


@pytest.mark.parametrize("name", [*TRAINED, "mpnet", "poster", "word2vec_google_news"])
def test_it_comes_from_a_published_system(name: str) -> None:
    assert embeddings.encoder_class(name).system in {"S1", "S3", "S4", "S5"}


@pytest.mark.parametrize("name", TRAINED)
def test_a_space_survives_the_disk_with_its_text_side(
    name: str, themed_rated: Dataset, tmp_path: Path
) -> None:
    encoder = _encoder(name)
    vectors = encoder.encode_items(themed_rated)
    assert vectors.shape == (themed_rated.n_items, encoder.stamp().dim)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    save_space(Space(name, vectors, encoder.stamp(), encoder.metric), encoder.state(), tmp_path)
    found, state = load_space(tmp_path)
    with safe_open(tmp_path / "weights.safetensors", "np") as weights:
        assert set(weights.keys()) == {n for n, a in encoder.state().items() if a.dtype.kind in "biuf"}
    for array in (np.load(path, allow_pickle=False) for path in tmp_path.glob("*.npz")):
        assert all(array[part].dtype.kind == "U" for part in array.files)
    np.testing.assert_array_equal(found.vectors, vectors)
    assert found.stamp == encoder.stamp()
    again = embeddings.create(embeddings.request_of(found.stamp))
    again.restore(state)
    texts = ["a rocket to a planet", "", "unheard-of"]
    np.testing.assert_array_equal(again.encode_texts(texts), encoder.encode_texts(texts))


@pytest.mark.parametrize("name", [name for name in TRAINED if name != "triplet_coliked"])
@pytest.mark.parametrize("n", [1, 3])
def test_a_tiny_catalogue_is_no_error(name: str, n: int) -> None:
    frame = pd.DataFrame(
        {"item_id": range(n), "title": ["Heat", "Heat", "Up"][:n], "genres": [["Drama"]] * n}
    )
    encoder = _encoder(name)
    vectors = encoder.encode_items(Dataset("d", "D", Catalog.of(frame), Interactions.empty(n)))
    assert vectors.shape == (n, 8)
    assert np.isfinite(vectors).all()
    assert encoder.encode_texts(["heat", ""]).shape == (2, 8)


def test_importing_the_encoders_loads_no_heavy_library() -> None:
    heavy = (
        "torch",
        "gensim",
        "sentence_transformers",
        "transformers",
        "huggingface_hub",
        "umap",
        "sklearn",
        "requests",
    )
    script = "import sys; from core import embeddings; embeddings.names(); "
    script += f"print([m for m in {heavy!r} if m in sys.modules])"
    root = Path(__file__).resolve().parents[3]
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=root, check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]"
