"""Many texts at once: batches read side by side give what one after the other gives, in the order asked for."""

from typing import Any

import numpy as np
import pytest

from core.datasets.sources.demo import Demo
from core.embeddings.encoders.minilm import MiniLM, packaged_weights
from core.embeddings.encoders.sentence_transformer import BATCH, encode_in_parallel, load_model
from core.embeddings.film_texts import film_texts
from core.types import FloatMatrix
from tests.embeddings.test_light_bert import FILMS, ODD


class Counting:
    """Stands for a model: a text's vector is its length; knows the batches and the threads that asked."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.torch_threads: set[int] = set()

    def encode(self, texts: list[str], **_: object) -> FloatMatrix:
        import torch

        self.batches.append(texts)
        self.torch_threads.add(torch.get_num_threads())
        if "broken" in texts:
            raise RuntimeError("no such word")
        return np.array([[len(text)] for text in texts], np.float32)


@pytest.fixture(scope="module")
def model() -> Any:
    folder = packaged_weights()
    if folder is None:
        pytest.skip("the package with MiniLM's weights is not installed")
    return load_model(str(folder), None)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [*film_texts(Demo().load(FILMS).catalog)[::18], *ODD]


def test_vectors_are_those_of_the_librarys_own_way(model: Any, texts: list[str]) -> None:
    plain = model.encode(texts, show_progress_bar=False, normalize_embeddings=True)
    found = encode_in_parallel(model, texts)
    assert (found.dtype, found.shape) == (np.float32, plain.shape)
    np.testing.assert_allclose(found, plain, atol=1e-5)
    assert (found * plain).sum(axis=1).min() > 0.99999


def test_other_orders_and_neighbours_change_nothing(model: Any, texts: list[str]) -> None:
    order = np.random.default_rng(0).permutation(len(texts))
    found = encode_in_parallel(model, texts)
    np.testing.assert_allclose(encode_in_parallel(model, [texts[i] for i in order]), found[order], atol=1e-5)
    np.testing.assert_allclose(encode_in_parallel(model, texts[3:4]), found[3:4], atol=1e-5)


def test_batches_hold_texts_of_like_length_and_each_has_one_thread() -> None:
    import torch

    before, counting = torch.get_num_threads(), Counting()
    texts = ["x" * (number * 7 % 50) for number in range(50)]
    found = encode_in_parallel(counting, texts)
    assert found[:, 0].tolist() == [len(text) for text in texts]
    assert sorted(map(len, counting.batches)) == [50 % BATCH, *[BATCH] * (50 // BATCH)]
    assert all(max(map(len, batch)) - min(map(len, batch)) < BATCH for batch in counting.batches)
    assert counting.torch_threads == {1}
    assert torch.get_num_threads() == before


def test_what_goes_wrong_in_a_thread_is_heard() -> None:
    with pytest.raises(RuntimeError, match="no such word"):
        encode_in_parallel(Counting(), ["words"] * BATCH + ["broken"])


def test_no_text_gives_no_vector() -> None:
    assert MiniLM().encode_texts([]).shape == (0, MiniLM.dim)
