"""Words are read without torch, and lie where sentence-transformers puts them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.datasets.sources.demo import Demo
from core.embeddings import light_bert
from core.embeddings.encoders import sentence_transformer
from core.embeddings.encoders.minilm import MiniLM, packaged_weights
from core.embeddings.film_texts import film_texts
from core.errors import MissingPackageError

FILMS = Path(__file__).resolve().parents[2] / "data" / "demo"
ODD = ["a", "…", "🎬🦈", "ein Film über Väter und Söhne", "七人の侍", "word " * 700, "", "  ", "\x00\ud7ff"]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = packaged_weights()
    if found is None:
        pytest.skip("the package with MiniLM's weights is not installed")
    return found


def cosines(folder: Path, texts: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    light = light_bert.light_bert(folder)
    assert light is not None
    heavy = sentence_transformer.load_model(str(folder), None)
    found = light.encode(texts)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    return (found * heavy.encode(texts, normalize_embeddings=True)).sum(axis=1)  # type: ignore[no-any-return]


@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(folder: Path) -> None:
    films = film_texts(Demo().load(FILMS).catalog)
    assert cosines(folder, [*films[::14], *ODD]).min() > 0.99999


def test_a_visitors_words_are_read_without_torch(folder: Path) -> None:
    said = (
        "import sys; from core.embeddings.encoders.minilm import MiniLM; "
        "print(MiniLM().encode_texts(['a shark at the beach'] * 4).shape, "
        "sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(4, 384) []"


def test_many_texts_are_read_by_torch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Heavy:
        def encode(self, texts: list[str], **_: object) -> np.ndarray:  # type: ignore[type-arg]
            asked.append(len(texts))
            return np.zeros((len(texts), 384), np.float32)

    monkeypatch.setattr(sentence_transformer, "load_model", lambda *_: Heavy())
    MiniLM().encode_texts(["words"] * (sentence_transformer.FEW + 1))
    MiniLM().encode_texts(["words"] * sentence_transformer.FEW)
    assert asked == [sentence_transformer.FEW + 1]


def test_without_the_package_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingPackageError, match="sentence-transformers") as caught:
        sentence_transformer.load_model("somewhere/else", None)
    assert "requirements.txt" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False}),
    ],
)
def test_what_it_does_not_compute_it_leaves_to_torch(
    folder: Path, tmp_path: Path, name: str, changes: dict[str, object]
) -> None:
    copy = tmp_path / "model"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.safetensors"))
    (copy / "model.safetensors").symlink_to(folder / "model.safetensors")
    assert light_bert.is_readable(copy)
    (copy / name).write_text(json.dumps(json.loads((copy / name).read_text()) | changes))
    assert not light_bert.is_readable(copy)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 16,
        (2).to_bytes(8, "little") + b"[]",
        b"\x02\x00\x00\x00\x00\x00\x00\x00{}",
        (10**15).to_bytes(8, "little") + b"{}",
    ],
)
def test_a_file_that_is_no_model_is_left_to_torch(folder: Path, tmp_path: Path, content: bytes) -> None:
    copy = tmp_path / "model"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.safetensors"))
    (copy / "model.safetensors").write_bytes(content)
    assert not light_bert.is_readable(copy)
    assert not light_bert.is_readable(tmp_path / "nothing")


def test_a_tensor_that_lies_outside_its_file_is_refused(tmp_path: Path) -> None:
    about = {light_bert.WORDS: {"dtype": "F32", "shape": [4, 4], "data_offsets": [0, 64]}}
    header = json.dumps(about).encode()
    path = tmp_path / "cut.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 63)
    with pytest.raises(ValueError, match="outside its file"):
        light_bert._tensors(path)
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 64)
    assert light_bert._tensors(path)[light_bert.WORDS].shape == (4, 4)
