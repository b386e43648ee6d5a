"""Any sentence-transformers model: a tiny one made here, and the ways a name or folder can be wrong."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import embeddings
from core.compute.precision import Precision
from core.domain import Dataset
from core.embeddings.encoders import any_sentence_transformer as any_model
from core.embeddings.encoders.mpnet import Mpnet
from core.errors import InvalidQueryError, ModelUnavailableError, UnknownNameError
from tests.embeddings.tiny_bert import DIM, make_tiny_bert

_TWO_MODES = {"pooling_mode_cls_token": True, "pooling_mode_max_tokens": True}


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """See `make_tiny_bert`."""
    folder = tmp_path_factory.mktemp("models") / "Tiny-Model v2"
    return make_tiny_bert(tmp_path_factory.mktemp("bert"), folder)


@pytest.fixture
def copy(tiny_model: Path, tmp_path: Path) -> Path:
    """The same folder, to be broken."""
    return Path(shutil.copytree(tiny_model, tmp_path / "copy"))


def test_a_folder_becomes_an_encoder_with_a_name_fit_for_a_column(tiny_model: Path) -> None:
    encoder = embeddings.create(f"st:{tiny_model}")
    assert re.fullmatch(r"st_tiny_model_v2_[0-9a-f]{6}", encoder.name)
    assert encoder.label == "Tiny-Model v2"
    assert not encoder.needs_network
    stamp = encoder.stamp()
    assert (stamp.encoder, stamp.dim) == (encoder.name, DIM)
    assert re.fullmatch(r"[0-9a-f]{64}", stamp.revision)
    assert embeddings.encoder_class(f"st:{tiny_model}") is type(encoder)
    assert embeddings.label_of(encoder.name) == f"{encoder.name.removeprefix('st_')} (sentence model)"
    assert embeddings.label_of("minilm") == embeddings.encoder_class("minilm").label
    assert embeddings.label_of("unheard_of") == "unheard_of"


def test_a_stamp_leads_back_to_the_encoder(tiny_model: Path) -> None:
    stamp = embeddings.create(f"st:{tiny_model}").stamp()
    assert embeddings.create(embeddings.request_of(stamp)).stamp() == stamp
    assert embeddings.request_of(embeddings.create("word2vec").stamp()) == "word2vec"


def test_films_and_texts_get_vectors_of_length_one(tiny_model: Path, themed: Dataset, tmp_path: Path) -> None:
    encoder = embeddings.create(f"st:{tiny_model}")
    vectors = encoder.encode_items(themed, workdir=tmp_path)
    assert vectors.shape == (themed.n_items, DIM)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(encoder.encode_items(themed), vectors, atol=1e-6)
    assert encoder.encode_texts(["the rocket", ""]).shape == (2, DIM)
    assert encoder.encode_texts([]).shape == (0, DIM)


def test_films_with_nothing_but_a_title_are_encoded(tiny_model: Path, bare: Dataset, tmp_path: Path) -> None:
    assert embeddings.create(f"st:{tiny_model}").encode_items(bare, workdir=tmp_path).shape == (3, DIM)


def test_an_interrupted_run_goes_on_where_it_stopped(
    tiny_model: Path, themed: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.embeddings.vector_cache.CHUNK", 20)
    encoder = embeddings.create(f"st:{tiny_model}")

    def stop_after_40(done: int, total: int, note: str = "") -> None:
        if done >= 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.encode_items(themed, workdir=tmp_path, progress=stop_after_40)
    seen: list[tuple[int, int]] = []
    encoder.encode_items(
        themed, workdir=tmp_path, progress=lambda done, total, note="": seen.append((done, total))
    )
    assert seen[-1] == (48 - 40, 48 - 40)


def test_texts_are_handed_over_longest_first(
    tiny_model: Path, themed: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = embeddings.create(f"st:{tiny_model}")
    read: list[str] = []

    def encode(texts: list[str], precision: Precision) -> np.ndarray:
        read.extend(texts)
        return np.ones((len(texts), DIM), np.float32)

    monkeypatch.setattr(encoder, "encode_in", encode)
    encoder.encode_items(themed, workdir=tmp_path)
    lengths = [len(text) for text in read]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) > 1


def test_other_weights_are_another_revision(copy: Path) -> None:
    before = embeddings.create(f"st:{copy}").stamp()
    weights = copy / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    after = embeddings.create(f"st:{copy}").stamp()
    assert after.revision != before.revision
    assert after.encoder == before.encoder


def test_a_readme_is_no_part_of_the_revision(copy: Path) -> None:
    before = any_model.digest(copy)
    (copy / "README.md").write_text("changed")
    assert any_model.digest(copy) == before


@pytest.mark.parametrize(
    ("modules", "configs", "dim"),
    [
        (["Transformer", "Pooling"], {1: {"word_embedding_dimension": 8, "pooling_mode_max_tokens": 1}}, 8),
        (["Pooling"], {0: {"word_embedding_dimension": 8, **_TWO_MODES}}, 16),
        (["Pooling"], {0: {"embedding_dimension": 8, "pooling_mode": ["cls", "mean", "max"]}}, 24),
        (["Pooling"], {0: {"embedding_dimension": 8, "pooling_mode": "mean"}}, 8),
        (["Pooling", "Dense", "Normalize"], {0: {"embedding_dimension": 8}, 1: {"out_features": 5}}, 5),
        (["StaticEmbedding"], {}, 0),
    ],
)  # fmt: skip
def test_the_dimension_is_read_from_the_files(
    tmp_path: Path, modules: list[str], configs: dict[int, Any], dim: int
) -> None:
    listed = [
        {"path": f"{n}", "type": f"sentence_transformers.models.{kind}"} for n, kind in enumerate(modules)
    ]
    (tmp_path / "modules.json").write_text(json.dumps(listed))
    for number, config in configs.items():
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "config.json").write_text(json.dumps(config))
    assert any_model.written_dim(tmp_path) == dim


def test_a_dimension_that_no_file_tells_is_asked_of_the_model(copy: Path) -> None:
    (copy / "1_Pooling" / "config.json").write_text(
        json.dumps({"embedding_dimension": DIM, "pooling_mode": "mean"})
    )
    modules = json.loads((copy / "modules.json").read_text())
    modules[2]["type"] = "sentence_transformers.models.LayerNorm"
    (copy / modules[2]["path"]).mkdir(exist_ok=True)
    assert any_model.written_dim(copy) == DIM  # Normalize is passed over …
    (copy / "modules.json").write_text(json.dumps(modules))
    assert any_model.written_dim(copy) == 0  # … a kind it does not know is not guessed at


def test_a_model_that_says_another_length_than_it_makes_is_refused(copy: Path) -> None:
    encoder = embeddings.create(f"st:{copy}")
    config = copy / "1_Pooling" / "config.json"
    config.write_text(config.read_text().replace(str(DIM), str(DIM + 1)))
    with pytest.raises(ModelUnavailableError, match="inconsistent"):
        encoder.encode_texts(["the rocket"])


def test_pickled_weights_are_not_read(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(ModelUnavailableError, match="safetensors"):
        embeddings.create(f"st:{copy}").stamp()


def test_one_part_with_pickled_weights_is_enough_to_refuse(copy: Path) -> None:
    (copy / "3_Dense").mkdir()
    (copy / "3_Dense" / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelUnavailableError, match="safetensors"):
        embeddings.create(f"st:{copy}").stamp()


def test_a_model_with_code_of_its_own_is_refused(copy: Path) -> None:
    modules = json.loads((copy / "modules.json").read_text())
    modules[0]["type"] = "evil.Module"
    (copy / "modules.json").write_text(json.dumps(modules))
    (copy / "evil.py").write_text("raise SystemExit('ran')")
    with pytest.raises(ModelUnavailableError, match="own code"):
        embeddings.create(f"st:{copy}").stamp()


def test_a_folder_without_a_model_says_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"modules\.json"):
        embeddings.create(f"st:{tmp_path}").stamp()
    with pytest.raises(ModelUnavailableError, match="holds no"):
        embeddings.create(f"st:{tmp_path}/absent").stamp()
    (tmp_path / "modules.json").write_text("{")
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        embeddings.create(f"st:{tmp_path}").stamp()


@pytest.mark.parametrize(
    "name", ["", "a b", "x/y/z", "https://host/model", "a'; DROP TABLE", "-x", "x" * 200]
)
def test_what_is_neither_a_name_nor_a_folder_is_refused(name: str) -> None:
    with pytest.raises(InvalidQueryError, match="model's name"):
        embeddings.create(f"st:{name}")


def test_an_unknown_prefix_is_an_unknown_embedding() -> None:
    with pytest.raises(UnknownNameError, match="st:…"):
        embeddings.create("zz:whatever")


def test_a_bare_name_belongs_to_sentence_transformers() -> None:
    short, full = (
        embeddings.encoder_class("st:all-MiniLM-L12-v2"),
        embeddings.encoder_class("st:sentence-transformers/all-MiniLM-L12-v2"),
    )
    assert short is full
    assert short.needs_network
    assert short.name != embeddings.encoder_class("st:other/all-MiniLM-L12-v2").name


def test_a_hub_model_is_told_by_its_commit(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    snapshot = copy.rename(copy.parent / commit)
    asked: list[bool] = []

    def download(
        model: str, *, revision: str | None, allow_patterns: list[str], local_files_only: bool = False
    ) -> str:
        assert revision is None
        asked.append(local_files_only)
        if local_files_only:
            raise FileNotFoundError(model)
        return str(snapshot)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    encoder = embeddings.create("st:someone/tiny")
    assert encoder.stamp().revision == commit
    assert encoder.encode_texts(["the rocket"]).shape == (1, DIM)
    assert asked == [True, False]


def test_without_network_the_error_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: object, **kwargs: object) -> str:
        raise ConnectionError("no route")

    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    with pytest.raises(ModelUnavailableError, match="st:/"):
        embeddings.create("st:someone/absent").stamp()


def test_mpnet_reads_like_any_sentence_model(
    tiny_model: Path, bare: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = embeddings.create("mpnet").stamp()
    assert (stamp.dim, stamp.options["model"]) == (768, "sentence-transformers/all-mpnet-base-v2")
    assert re.fullmatch(r"[0-9a-f]{40}", stamp.revision)
    assert Mpnet.needs_network
    monkeypatch.setattr(Mpnet, "location", lambda self: (str(tiny_model), None))
    assert embeddings.create("mpnet").encode_items(bare).shape == (3, DIM)


def test_parameters_are_taken_and_unknown_ones_named() -> None:
    assert embeddings.create("word2vec", dim=12).stamp().dim == 12
    with pytest.raises(UnknownNameError, match="dims"):
        embeddings.create("word2vec", dims=12)
    with pytest.raises(UnknownNameError, match="dim"):
        embeddings.create("minilm", dim=12)
    with pytest.raises(InvalidQueryError, match="below"):
        embeddings.create("word2vec", dim=0)
