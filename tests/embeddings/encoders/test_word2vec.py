"""Word2Vec over titles: cleaning, averaging, coverage, whole titles, and the same vectors every time."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import datasets, embeddings
from core.domain import Dataset
from core.embeddings.encoders.word2vec import Word2Vec, Word2VecExact
from core.embeddings.word_vectors import Word2VecParams, WordVectors, film_sentences, title_words
from core.errors import InvalidQueryError, NotBuiltError

pytestmark = pytest.mark.slow

_THREE = WordVectors({"heat": 0, "the": 1}, np.array([[1, 0], [0, 3]], np.float32))


@pytest.fixture(scope="module")
def trained(themed: Dataset) -> tuple[Word2Vec, np.ndarray]:
    encoder = Word2Vec(Word2VecParams(dim=16, epochs=3))
    return encoder, encoder.encode_items(themed)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Schindler's List", ["schindlers", "list"]),
        ("WALL·E", ["walle"]),
        ("Se7en: (uncut)", ["se7en", "uncut"]),
        ("Les Misérables", ["les", "misérables"]),
        ("snake_case", ["snakecase"]),
        ("…!", []),
        ("", []),
    ],
)
def test_a_title_is_cleaned_to_letters_digits_and_spaces(title: str, words: list[str]) -> None:
    assert title_words(title) == words


@given(st.text())
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = title_words(text)
    assert title_words(" ".join(once)) == once


def test_the_mean_is_over_known_words_only() -> None:
    assert _THREE.mean(["the", "unknown", "heat"]).tolist() == [(1 + 0) / 2, (0 + 3) / 2]
    assert _THREE.mean(["the", "the", "heat"]).tolist() == pytest.approx([1 / 3, 6 / 3])
    assert _THREE.mean(["unknown"]).tolist() == [0, 0]
    assert _THREE.mean([]).tolist() == [0, 0]


def test_sentences_hold_title_genres_keywords_and_plot_in_this_order(themed: Dataset) -> None:
    film = themed.catalog.items.iloc[0]
    parts = [film["title"], *film["genres"], *film["keywords"], film["overview"]]
    assert film_sentences(themed.catalog)[0] == title_words(" ".join(parts))


def test_a_film_lies_at_the_mean_of_its_words(trained: tuple[Word2Vec, np.ndarray], themed: Dataset) -> None:
    encoder, vectors = trained
    assert vectors.shape == (themed.n_items, 16)
    assert vectors.dtype == np.float32
    index = encoder.words.index
    known = [index[w] for w in title_words(themed.catalog.items["title"].iloc[4]) if w in index]
    np.testing.assert_allclose(vectors[4], encoder.words.vectors[known].mean(0), rtol=1e-5)


def test_words_of_one_kind_of_film_lie_together(themed: Dataset, same_kind_share) -> None:
    vectors = Word2Vec(Word2VecParams(dim=16, epochs=60)).encode_items(themed)
    assert same_kind_share(vectors) > 0.9  # chance: 15 / 47


def test_missing_words_are_named_once_and_in_order(trained: tuple[Word2Vec, np.ndarray]) -> None:
    assert trained[0].missing_words("Zyzzyva the qwx zyzzyva") == ["zyzzyva", "qwx"]


def test_coverage_counts_texts_and_words() -> None:
    encoder = Word2Vec(Word2VecParams(dim=2))
    encoder.restore({"words": np.array(["heat", "the"]), "vectors": _THREE.vectors})
    found = encoder.coverage(["The Heat", "Unknown heat", "nothing here", ""])
    assert (found.n_texts, found.n_with_vector, found.n_words, found.n_known) == (4, 2, 6, 3)
    assert found.share == 2 / 4


def test_the_exact_variant_knows_one_word_titles_only() -> None:
    encoder = Word2VecExact(Word2VecParams(dim=2))
    encoder.restore({"words": np.array(["heat", "the"]), "vectors": _THREE.vectors})
    titles = ["Heat", "The Heat", "Unknown", "…"]
    assert encoder.encode_texts(titles).tolist() == [[1, 0], [0, 0], [0, 0], [0, 0]]
    assert encoder.missing_words("The Heat!") == ["the heat"]
    assert encoder.coverage(titles).share == 1 / 4


def test_state_restores_an_encoder_that_encodes_alike(trained: tuple[Word2Vec, np.ndarray]) -> None:
    encoder, _ = trained
    state = encoder.state()
    assert all(array.dtype != object for array in state.values())
    again = Word2Vec()
    again.restore(state)
    texts = ["the rocket and the bride", "", "unheard-of"]
    np.testing.assert_array_equal(again.encode_texts(texts), encoder.encode_texts(texts))


def test_encoding_before_learning_says_what_to_do() -> None:
    with pytest.raises(NotBuiltError, match="Build this embedding"):
        Word2Vec().encode_texts(["heat"])


@pytest.mark.parametrize("kind", [Word2Vec, Word2VecExact])
def test_three_films_without_a_word_in_common_have_no_vector(kind: type[Word2Vec], bare: Dataset) -> None:
    encoder = kind(Word2VecParams(dim=4, min_count=5))
    assert not encoder.encode_items(bare).any()
    again = kind()
    again.restore(encoder.state())
    assert again.encode_texts(["heat", ""]).shape == (2, 4)
    assert encoder.encode_texts([]).shape == (0, 4)


def test_a_run_of_letters_that_is_no_word_is_not_learned(bare: Dataset) -> None:
    encoder = Word2Vec(Word2VecParams(dim=4, min_count=1))
    encoder.encode_items(bare)
    assert encoder.missing_words("heat " + "a" * 5000) == ["a" * 5000]


def test_parameters_are_part_of_the_stamp_and_checked() -> None:
    assert Word2Vec().stamp().key != Word2Vec(Word2VecParams(seed=1)).stamp().key
    assert Word2Vec().stamp().key != Word2VecExact().stamp().key
    assert Word2Vec(Word2VecParams(dim=7)).stamp().dim == 7
    with pytest.raises(InvalidQueryError, match="epochs"):
        Word2Vec(Word2VecParams(epochs=0))


def test_training_reports_every_epoch(themed: Dataset) -> None:
    seen: list[tuple[int, int]] = []
    Word2Vec(Word2VecParams(dim=4, epochs=3)).encode_items(
        themed, progress=lambda done, total, note="": seen.append((done, total))
    )
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_both_are_registered() -> None:
    assert embeddings.create("word2vec").stamp().encoder == "word2vec"
    assert embeddings.encoder_class("word2vec_exact") is Word2VecExact


_SCRIPT = """
import sys, numpy as np, hashlib
sys.path.insert(0, {root!r})
from core.embeddings.encoders.word2vec import Word2VecParams, learn_words
from core.embeddings.encoders.doc2vec import Doc2VecParams, learn_documents
texts = [["red", "rose", "blue", "sky", str(n % 7)] for n in range(60)]
words = learn_words(texts, Word2VecParams(dim=8))
weights, documents = learn_documents(texts, Doc2VecParams(dim=8))
text = weights.infer(["red", "sky"])
print(hashlib.sha256(b"".join(a.tobytes() for a in (words.vectors, documents, text))).hexdigest())
"""


def test_another_process_with_other_hashes_learns_the_same_vectors() -> None:
    script = _SCRIPT.format(root=str(Path(__file__).resolve().parents[3]))
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.real_data
def test_most_titles_of_a_real_catalogue_have_a_vector(movie_data_dir: Path) -> None:
    dataset = datasets.load("ml-latest-small", movie_data_dir / "ml-latest-small")
    averaged, exact = (
        Word2Vec(Word2VecParams(dim=20, epochs=1)),
        Word2VecExact(Word2VecParams(dim=20, epochs=1)),
    )
    titles = list(dataset.catalog.items["title"])
    vectors = averaged.encode_items(dataset)
    exact.restore(averaged.state())
    assert averaged.coverage(titles).share == np.any(vectors != 0, axis=1).mean()
    assert averaged.coverage(titles).share > 0.8  # without plots most rare words stand in one title only
    assert 0.05 < exact.coverage(titles).share < 0.25
