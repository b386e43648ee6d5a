"""Many texts at once: batches read side by side give what one after the other gives, in the order asked for."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.compute.precision import BFLOAT16, FLOAT32, reading_precision
from core.datasets.sources.demo import Demo
from core.domain import Catalog, Dataset, Interactions
from core.embeddings.encoders.minilm import MiniLM, packaged_weights
from core.embeddings.encoders.sentence_transformer import BATCH, encode_in_parallel, load_model
from core.embeddings.film_texts import film_texts
from core.errors import InvalidQueryError
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


def test_in_bfloat16_vectors_and_neighbours_stay_where_they_were(model: Any, texts: list[str]) -> None:
    exact, found = encode_in_parallel(model, texts), encode_in_parallel(model, texts, BFLOAT16)
    assert found.dtype == np.float32
    assert (found != exact).any()
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert (found * exact).sum(axis=1).min() > 0.9998
    assert kept(nearest(exact), nearest(found)) > 0.97


def nearest(vectors: FloatMatrix, n: int = 10) -> list[set[int]]:
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    return [set(row) for row in np.argsort(-likeness, axis=1)[:, :n].tolist()]


def kept(some: list[set[int]], others: list[set[int]]) -> float:
    return float(np.mean([len(one & other) / len(one) for one, other in zip(some, others, strict=True)]))


@pytest.mark.parametrize(("able", "asked", "expected"), [
    ({"avx512_bf16": True}, "", BFLOAT16),
    ({"amx_bf16": True, "avx512_bf16": False}, "", BFLOAT16),
    ({"avx512_f": True, "avx512_bf16": False}, "", FLOAT32),
    ({}, "", FLOAT32),
    ({"avx512_bf16": True}, "float32", FLOAT32),
    ({}, " BFLOAT16 ", BFLOAT16),
])  # fmt: skip
def test_films_are_read_as_the_processor_is_made_for_unless_somebody_says_otherwise(
    able: dict[str, bool], asked: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setenv("MOVIE_ATLAS_PRECISION", asked)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert reading_precision() == expected


def test_another_precision_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_PRECISION", "int8")
    with pytest.raises(
        InvalidQueryError, match="MOVIE_ATLAS_PRECISION is “int8”: it should be float32 or bfloat16"
    ):
        reading_precision()


def test_what_was_read_in_float32_serves_on_and_never_the_other_way_round(
    model: Any, texts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second catalogue has the films of the first and some more."""
    frame = pd.DataFrame({"item_id": list(map(str, range(6))), "title": [f"Film {i}" for i in range(6)]})
    few, all_films = (
        Dataset("some", "Some", Catalog.of(part), Interactions.empty(len(part)))
        for part in (frame[:3], frame)
    )

    def read(films: Dataset, precision: str) -> FloatMatrix:
        monkeypatch.setenv("MOVIE_ATLAS_PRECISION", precision)
        return MiniLM().encode_items(films, workdir=tmp_path)

    exact = read(few, FLOAT32)
    both = read(all_films, BFLOAT16)
    np.testing.assert_array_equal(both[:3], exact)
    again = read(all_films, FLOAT32)
    np.testing.assert_array_equal(again[:3], exact)
    assert (again[3:] != both[3:]).any()
    np.testing.assert_allclose(again, MiniLM().encode_texts(film_texts(all_films.catalog)), atol=1e-5)


def test_what_goes_wrong_in_a_thread_is_heard() -> None:
    with pytest.raises(RuntimeError, match="no such word"):
        encode_in_parallel(Counting(), ["words"] * BATCH + ["broken"])


def test_no_text_gives_no_vector() -> None:
    assert MiniLM().encode_texts([]).shape == (0, MiniLM.dim)
