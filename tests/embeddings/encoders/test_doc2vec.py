"""Doc2Vec: the two recipes, inference from arrays against gensim's own, and small catalogues."""

from pathlib import Path

import numpy as np
import pytest

from core import datasets, embeddings
from core.domain import Catalog, Dataset, Interactions
from core.embeddings.encoders.doc2vec import (
    Doc2Vec,
    Doc2VecParams,
    LeakyDoc2Vec,
    LeakyDoc2VecParams,
    Weights,
    documents,
    learn_documents,
)
from core.errors import NotBuiltError

pytestmark = pytest.mark.slow

_PARAMS = Doc2VecParams(dim=16, epochs=40)


@pytest.fixture(scope="module")
def trained(themed: Dataset) -> tuple[Doc2Vec, np.ndarray]:
    encoder = Doc2Vec(_PARAMS)
    return encoder, encoder.encode_items(themed)


def test_the_honest_text_holds_no_genre_and_the_leaky_one_does(themed: Dataset) -> None:
    film = themed.catalog.items.iloc[0]
    genre = film["genres"][0].lower()
    honest = documents(themed.catalog, Doc2Vec.recipe)[0]
    leaky = documents(themed.catalog, LeakyDoc2Vec.recipe)[0]
    assert genre not in honest
    assert leaky[0] == genre
    assert honest[:3] == leaky[1:] == film["title"].lower().split()


@pytest.mark.parametrize("algorithm", ["dm", "dbow"])
def test_films_of_one_kind_lie_together(algorithm: str, themed: Dataset, same_kind_share) -> None:
    vectors = Doc2Vec(Doc2VecParams(dim=16, epochs=150, algorithm=algorithm)).encode_items(themed)
    assert vectors.shape == (themed.n_items, 16)
    assert vectors.dtype == np.float32
    assert same_kind_share(vectors) > 0.6  # chance: 15 / 47


def test_the_leak_puts_films_of_one_genre_together(themed: Dataset, same_kind_share) -> None:
    params = LeakyDoc2VecParams(dim=16, epochs=150, algorithm="dbow")
    assert same_kind_share(LeakyDoc2Vec(params).encode_items(themed)) > 0.6  # chance: 15 / 47


@pytest.mark.parametrize("algorithm", ["dm", "dbow"])
def test_a_restored_encoder_infers_exactly_as_the_trained_one(algorithm: str, themed: Dataset) -> None:
    encoder = Doc2Vec(Doc2VecParams(dim=8, epochs=5, algorithm=algorithm))
    encoder.encode_items(themed)
    state = encoder.state()
    assert all(array.dtype != object for array in state.values())
    again = Doc2Vec()  # its own parameters do not matter: the state's do
    again.restore(state)
    texts = ["a rocket to a distant planet", "the wedding in paris", ""]
    np.testing.assert_array_equal(again.encode_texts(texts), encoder.encode_texts(texts))
    np.testing.assert_array_equal(again.encode_texts(texts[1:2])[0], encoder.encode_texts(texts)[1])


@pytest.mark.parametrize("dm", [1, 0])
def test_inference_agrees_with_gensims(dm: int) -> None:
    from gensim.models.doc2vec import Doc2Vec as Model
    from gensim.models.doc2vec import TaggedDocument

    rng = np.random.default_rng(3)
    vocabularies = [[f"{kind}{n}" for n in range(12)] for kind in ("west", "space", "love")]
    texts = [list(rng.choice(vocabularies[n % 3], 15)) for n in range(90)]
    epochs = 100
    model = Model(
        [TaggedDocument(t, [n]) for n, t in enumerate(texts)],
        vector_size=12, dm=dm, min_count=1, epochs=epochs, workers=1, seed=1,
    )  # fmt: skip
    counts = np.array([model.wv.get_vecattr(w, "count") for w in model.wv.index_to_key])
    context = model.wv.vectors if dm else np.zeros((0, 12), np.float32)
    ours = Weights(np.array(model.wv.index_to_key), counts, model.syn1neg, context, model.window, epochs, 0)
    for text in texts[:6]:
        theirs, mine = model.infer_vector(text), ours.infer(text)
        cosine = theirs @ mine / np.linalg.norm(theirs) / np.linalg.norm(mine)
        assert cosine > 0.9  # both draw at random; two runs of gensim's agree no better
        assert 0.8 < np.linalg.norm(mine) / np.linalg.norm(theirs) < 1.25


def test_a_text_lies_near_films_of_its_kind(themed: Dataset) -> None:
    encoder = Doc2Vec(Doc2VecParams(dim=16, epochs=150))
    vectors = encoder.encode_items(themed)
    text = encoder.encode_texts(
        ["an astronaut leaves the planet on a starship past a comet into the galaxy"]
    )[0]
    closeness = vectors @ text / np.linalg.norm(vectors, axis=1)
    assert (np.argsort(-closeness)[:8] % 3 == 1).mean() > 0.5  # chance: 1 / 3


def test_unknown_words_are_named_and_give_no_vector(trained: tuple[Doc2Vec, np.ndarray]) -> None:
    encoder, _ = trained
    assert encoder.missing_words("Qwx rocket qwx zyzzyva") == ["qwx", "zyzzyva"]
    assert not encoder.encode_texts(["qwx zyzzyva", ""]).any()
    assert encoder.encode_texts([]).shape == (0, 16)


def test_three_films_with_nothing_but_titles(bare: Dataset) -> None:
    encoder = Doc2Vec(Doc2VecParams(dim=4, min_count=2))
    vectors = encoder.encode_items(bare)  # "heat" is in two titles, the third has no word at all
    assert vectors.any(axis=1).tolist() == [True, True, False]
    assert encoder.encode_texts(["heat"]).any()


def test_no_word_twice_gives_no_vector_and_no_error(bare: Dataset) -> None:
    encoder = Doc2Vec(Doc2VecParams(dim=4, min_count=9))
    assert not encoder.encode_items(bare).any()
    again = Doc2Vec()
    again.restore(encoder.state())
    assert not again.encode_texts(["heat"]).any()


def test_the_same_seed_learns_the_same_and_another_does_not() -> None:
    texts = [["red", "rose", "blue", "sky"][: 2 + n % 3] for n in range(30)]
    first, second, other = (learn_documents(texts, Doc2VecParams(dim=6, seed=s))[1] for s in (4, 4, 5))
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


def test_stamps_tell_recipes_and_parameters_apart() -> None:
    stamps = {Doc2Vec().stamp().key, LeakyDoc2Vec().stamp().key, Doc2Vec(_PARAMS).stamp().key}
    assert len(stamps) == 3
    assert embeddings.create("doc2vec").stamp().dim == 100
    assert embeddings.encoder_class("doc2vec_leaky") is LeakyDoc2Vec


def test_encoding_before_learning_says_what_to_do() -> None:
    with pytest.raises(NotBuiltError, match="Build this embedding"):
        Doc2Vec().encode_texts(["heat"])


@pytest.mark.real_data
def test_the_leak_shows_on_a_real_catalogue(movie_data_dir: Path) -> None:
    whole = datasets.load("tmdb-5000", movie_data_dir / "tmdb-5000")
    catalog = Catalog.of(whole.catalog.items.iloc[:1500])
    dataset = Dataset("part", "Part", catalog, Interactions.empty(len(catalog)))
    genres = [set(g) for g in dataset.catalog.items["genres"]]
    rows = np.arange(0, dataset.n_items, 3)
    shares = {}
    for encoder in (Doc2Vec(Doc2VecParams(dim=30)), LeakyDoc2Vec(LeakyDoc2VecParams(dim=30))):
        vectors = encoder.encode_items(dataset)
        unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        closeness = unit[rows] @ unit.T
        closeness[np.arange(len(rows)), rows] = -1
        near = np.argsort(-closeness, axis=1)[:, :10]
        shares[encoder.name] = np.mean(
            [[bool(genres[i] & genres[j]) for j in js] for i, js in zip(rows, near, strict=True)]
        )
    draws = np.random.default_rng(0).integers(0, dataset.n_items, (len(rows), 10))
    chance = np.mean([[bool(genres[i] & genres[j]) for j in js] for i, js in zip(rows, draws, strict=True)])
    assert shares["doc2vec_leaky"] > shares["doc2vec"] + 0.2
    assert shares["doc2vec"] > chance
