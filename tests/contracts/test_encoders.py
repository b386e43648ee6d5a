"""What every registered embedding promises, whoever wrote it."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import embeddings
from core.domain import Catalog, Dataset, Interactions
from core.embeddings import Encoder
from core.embeddings.encoders.sentence_transformer import SentenceTransformerEncoder
from core.errors import AtlasError, InvalidQueryError
from core.params import NoParams, param_fields
from core.types import FloatMatrix
from tests import tiny

TEXTS = ("a rocket to a distant planet", "", "Zyzzyva …!")


@cache
def films() -> Dataset:
    return tiny.tiny_dataset()


@cache
def encoded(name: str) -> tuple[Encoder, FloatMatrix]:
    """An encoder that has read the tiny films, and their vectors."""
    encoder = embeddings.create(name)
    return encoder, encoder.encode_items(films())


def check_words(encoder: type[Encoder]) -> None:
    """What an encoder's class says of itself is fit for a column, a menu and a page."""
    assert re.fullmatch(r"[a-z][a-z0-9_]*", encoder.name)
    assert encoder.label.strip()
    assert encoder.description.endswith((".", ").")), "it is a sentence"
    assert encoder.system in ("", "S1", "S2", "S3", "S4", "S5")
    assert encoder.metric in ("cosine", "l2")
    assert encoder.version >= 1
    assert encoder.__doc__


class EncoderContract:
    """A subclass gives the fixture `name`: that of a registered encoder whose model needs no network."""

    @pytest.fixture
    def encoder(self, name: str) -> Encoder:
        return encoded(name)[0]

    @pytest.fixture
    def vectors(self, name: str) -> FloatMatrix:
        return encoded(name)[1]

    def test_it_says_what_it_is(self, name: str, encoder: Encoder) -> None:
        assert type(encoder) is embeddings.encoder_class(name)
        assert encoder.name == name
        assert not encoder.needs_network
        check_words(type(encoder))

    def test_its_stamp_is_plain_and_known_before_any_work(self, name: str, encoder: Encoder) -> None:
        stamp = embeddings.create(name).stamp()
        assert stamp.encoder == name
        assert stamp.revision
        assert json.loads(json.dumps(asdict(stamp), allow_nan=False)) == asdict(stamp)
        assert stamp.key == encoder.stamp().key
        assert embeddings.request_of(stamp) in (name, stamp.options.get("request"))

    def test_every_film_has_a_row_of_finite_numbers(self, encoder: Encoder, vectors: FloatMatrix) -> None:
        assert vectors.shape == (films().n_items, encoder.stamp().dim)
        assert vectors.dtype == np.float32
        assert np.isfinite(vectors).all()

    def test_the_same_films_get_the_same_vectors(self, name: str, vectors: FloatMatrix) -> None:
        np.testing.assert_array_equal(embeddings.create(name).encode_items(films()), vectors)

    def test_a_folder_of_its_own_changes_nothing(
        self, name: str, vectors: FloatMatrix, tmp_path: Path
    ) -> None:
        for _ in range(2):  # the second time from what the first one kept
            again = embeddings.create(name).encode_items(films(), workdir=tmp_path)
            np.testing.assert_allclose(again, vectors, atol=1e-6)

    def test_it_says_how_far_it_is(self, name: str, tmp_path: Path) -> None:
        seen: list[tuple[int, int]] = []
        embeddings.create(name).encode_items(
            films(), workdir=tmp_path, progress=lambda done, total, note="": seen.append((done, total))
        )
        assert seen
        assert all(0 <= done <= total or not total for done, total in seen)

    def test_films_and_ratings_are_left_alone(self, name: str) -> None:
        dataset = tiny.tiny_dataset()
        embeddings.create(name).encode_items(dataset)
        pd.testing.assert_frame_equal(dataset.catalog.items, films().catalog.items)
        assert (dataset.interactions.ratings != films().interactions.ratings).nnz == 0

    def test_ratings_count_only_where_it_learns_from_them(
        self, name: str, encoder: Encoder, vectors: FloatMatrix
    ) -> None:
        other = replace(films(), interactions=tiny.tiny_dataset(n_users=11).interactions)
        again = embeddings.create(name).encode_items(other)
        assert np.array_equal(again, vectors) != encoder.learns_from_ratings

    def test_films_with_nothing_but_a_title_are_read_or_refused_politely(self, name: str) -> None:
        frame = pd.DataFrame({"item_id": ["1", "2", "3"], "title": ["Heat", "The Heat", "…!"]})
        bare = Dataset("bare", "Bare", Catalog.of(frame), Interactions.empty(3))
        encoder = embeddings.create(name)
        try:
            vectors = encoder.encode_items(bare)
        except AtlasError:
            return
        assert vectors.shape == (3, encoder.stamp().dim)
        assert np.isfinite(vectors).all(), "a film that it cannot read has a row of zeros"

    def test_texts_get_vectors_of_the_same_length_or_a_typed_error(self, encoder: Encoder) -> None:
        if not encoder.reads_text:
            with pytest.raises(InvalidQueryError):
                encoder.encode_texts(TEXTS)
            return
        for texts in (TEXTS, TEXTS[:1], ()):
            vectors = encoder.encode_texts(texts)
            assert vectors.shape == (len(texts), encoder.stamp().dim)
            assert vectors.dtype == np.float32
            assert np.isfinite(vectors).all()

    def test_a_text_does_not_depend_on_those_beside_it(self, encoder: Encoder) -> None:
        if encoder.reads_text:
            together = encoder.encode_texts(TEXTS)
            for row, text in enumerate(TEXTS):
                np.testing.assert_allclose(encoder.encode_texts([text])[0], together[row], atol=1e-5)

    def test_what_it_learned_restores_its_text_side(self, encoder: Encoder) -> None:
        state = encoder.state()
        assert all(array.dtype != object for array in state.values())
        again = embeddings.create(embeddings.request_of(encoder.stamp()))
        again.restore(state)
        if encoder.reads_text:
            np.testing.assert_array_equal(again.encode_texts(TEXTS), encoder.encode_texts(TEXTS))

    def test_parameters_are_bounded_explained_and_in_the_stamp(self, name: str, encoder: Encoder) -> None:
        for spec in param_fields(getattr(encoder, "Params", NoParams)):
            assert spec.metadata["help"].strip()
            choices = [choice for choice in spec.metadata["choices"] if choice != spec.default]
            low, high = spec.metadata["low"], spec.metadata["high"]
            other = choices[0] if choices else low if low != spec.default else high
            assert embeddings.create(name, **{spec.name: other}).stamp().key != encoder.stamp().key
            if high is not None:
                with pytest.raises(InvalidQueryError, match=spec.name):
                    embeddings.create(name, **{spec.name: high + 1})


def with_marks(names: Sequence[str]) -> list[object]:
    """The names, with those of large models marked as slow."""
    large = [n for n in names if issubclass(embeddings.encoder_class(n), SentenceTransformerEncoder)]
    return [pytest.param(n, marks=pytest.mark.slow) if n in large else n for n in names]


OFFLINE = [name for name in embeddings.names() if not embeddings.encoder_class(name).needs_network]


class TestEncoders(EncoderContract):
    """Every encoder of the registry that needs no network."""

    @pytest.fixture(params=with_marks(OFFLINE))
    def name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)


@pytest.mark.parametrize("name", sorted(set(embeddings.names()) - set(OFFLINE)))
def test_those_that_need_a_network_say_what_they_are_too(name: str) -> None:
    assert embeddings.encoder_class(name).name == name
    check_words(embeddings.encoder_class(name))
