"""The triplet network: features, triplets, negatives, training, and vectors for texts and bare films."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from core import datasets, embeddings
from core.domain import Catalog, Dataset, Interactions
from core.embeddings import Space
from core.embeddings.encoders.poster import FOLDER, Poster, PosterParams
from core.embeddings.encoders.triplet import CoLikedTriplet, TripletEncoder, loss_curve
from core.embeddings.poster_descriptors import DIM
from core.embeddings.poster_download import poster_path
from core.embeddings.triplet_network.features import (
    Features,
    PlotReader,
    attributes_of,
    descriptions,
    poster_block,
    weighted_terms,
)
from core.embeddings.triplet_network.sampling import LESS_RELATED, Relation, choose_negatives
from core.embeddings.triplet_network.training import TripletParams, forward, some_by_plot_alone
from core.errors import CannotFitError, InvalidQueryError, NotBuiltError
from core.storage.artifacts import WEIGHTS, save_space
from tests.embeddings.poster_server import poster

pytestmark = pytest.mark.slow

_SMALL = {"dim": 8, "hidden": 16, "epochs": 8, "batch": 16}


def _catalog(**columns: list[object]) -> Catalog:
    n = len(next(iter(columns.values())))
    return Catalog.of(pd.DataFrame({"item_id": range(n), "title": ["x"] * n, **columns}))


def test_an_attribute_weighs_by_its_rarity_and_a_group_has_length_one() -> None:
    catalog = _catalog(genres=[["A", "B"], ["A"], ["A", "B"], []], cast=[["P"], ["Q"], ["P"], ["P"]])
    found = attributes_of(catalog)
    assert list(found.names) == ["cast: P", "genres: A", "genres: B"]  # Q is in one film only
    a, b = np.log1p(4 / 3), np.log1p(4 / 2)
    length = np.hypot(a, b)
    expected = [[1, a / length, b / length], [0, 1, 0], [1, a / length, b / length], [1, 0, 0]]
    np.testing.assert_allclose(found.matrix.toarray(), expected, rtol=1e-5)


def test_films_without_anything_have_empty_rows() -> None:
    matrix, terms = weighted_terms([[], []], 1)
    assert matrix.shape == (2, 0)
    assert terms == []


def test_what_is_told_of_a_film_is_its_overview_and_its_tagline() -> None:
    catalog = _catalog(overview=["A plot.", "", "Another.", ""], tagline=["A line.", "Alone.", "", ""])
    assert descriptions(catalog) == ["A plot. A line.", "Alone.", "Another.", ""]


def test_a_film_known_by_its_tagline_alone_has_a_place(themed: Dataset) -> None:
    items = themed.catalog.items.copy()
    items.loc[0, ["overview", "tagline"]] = ["", items.loc[0, "overview"]]
    for column in ("cast", "directors", "keywords"):
        items[column] = [(), *items[column][1:]]
    moved = replace(themed, catalog=Catalog.of(items))
    without = replace(themed, catalog=Catalog.of(items.assign(tagline="")))
    quick = TripletParams(epochs=1)
    assert TripletEncoder(quick).encode_items(moved)[0].any()
    assert not TripletEncoder(quick).encode_items(without)[0].any()


def test_plots_on_one_subject_read_alike(themed: Dataset) -> None:
    plots = list(themed.catalog.items["overview"])
    reader = PlotReader.learn(plots, 6, seed=0)
    read = reader.read(plots)
    np.testing.assert_allclose(np.linalg.norm(read, axis=1), 1, rtol=1e-5)
    closeness = read @ read.T
    kinds = np.arange(len(plots)) % 3
    same = kinds[:, None] == kinds[None, :]
    assert closeness[same].mean() > closeness[~same].mean() + 0.3
    again = PlotReader.of_state(reader.to_state())
    np.testing.assert_array_equal(
        again.read(["a rocket near a planet"]), reader.read(["a rocket near a planet"])
    )
    assert not reader.read(["", "unheard words"]).any()


@pytest.mark.parametrize("plots", [[""], ["", "", ""], ["one two three"], ["same words here"] * 4])
def test_too_few_plots_to_learn_from_still_read(plots: list[str]) -> None:
    reader = PlotReader.learn(plots, 5, seed=0)
    assert reader.directions.shape[1] >= 1
    assert np.isfinite(reader.read([*plots, "other"])).all()


def test_a_partner_shares_something_and_is_another_film(themed: Dataset) -> None:
    relation = Relation.of_content(attributes_of(themed.catalog))
    anchors = np.repeat(np.arange(themed.n_items), 20)
    partners = relation.partners(anchors, np.random.default_rng(0))
    assert (partners != anchors).all()
    assert (partners >= 0).all()
    shared = np.asarray(relation.matrix[anchors].multiply(relation.matrix[partners]).sum(1)).ravel()
    assert (shared > 0).all()


def test_partners_come_by_the_squares_of_the_weights() -> None:
    # film 0 shares column 0 with film 1 (weight 0.8) and column 1 with film 2 (0.6)
    matrix = sparse.csr_matrix(np.array([[0.8, 0.6], [1, 0], [0, 1]], np.float32))
    partners = Relation(matrix).partners(np.zeros(20_000, np.int64), np.random.default_rng(1))
    assert set(partners) == {1, 2}
    assert (partners == 1).mean() == pytest.approx(0.8**2, abs=0.02)


def test_a_film_that_shares_nothing_has_no_partner() -> None:
    matrix = sparse.csr_matrix(np.array([[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0]], np.float32))
    partners = Relation(matrix).partners(np.arange(4), np.random.default_rng(0))
    assert partners.tolist() == [1, 0, -1, -1]


def test_likes_are_ratings_above_the_users_own_mean() -> None:
    users, items = [0, 0, 0, 0, 1, 1, 1], [0, 1, 2, 3, 0, 1, 4]
    ratings = [5, 5, 1, 1, 2, 2, 5]  # user 0 likes 0 and 1; user 1 likes only 4: no pair
    relation = Relation.of_likes(Interactions.of(users, items, ratings, 5))
    assert relation.between(np.arange(5), np.arange(5)).tolist() == [
        [1, 1, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [0] * 5,
        [0] * 5,
        [0] * 5,
    ]


def test_bare_interactions_are_all_likes() -> None:
    relation = Relation.of_likes(Interactions.of([0, 0], [0, 2], [1, 1], 3, is_explicit=False))
    assert relation.partners(np.arange(3), np.random.default_rng(0)).tolist() == [2, -1, 0]


_DISTANCE = np.array(
    [[0.3, 0.1, 0.5, 0.9], [0.2, 0.4, 0.3, 0.1], [0.9, 0.8, 0.1, 0.2], [0.5, 0.5, 0.5, 0.5]], np.float32
)
_RELATED = np.eye(4, dtype=np.float32)


def test_negatives_of_each_strategy() -> None:
    rng = np.random.default_rng(0)
    assert choose_negatives(_DISTANCE, _RELATED, "hard", rng).tolist()[:3] == [1, 3, 3]
    # the nearest beyond the positive; film 1 has none, so its farthest
    assert choose_negatives(_DISTANCE, _RELATED, "semi-hard", rng).tolist()[:3] == [2, 2, 3]
    drawn = [choose_negatives(_DISTANCE, _RELATED, "random", rng)[0] for _ in range(200)]
    assert set(drawn) == {1, 2, 3}


@given(
    n=st.integers(1, 8), seed=st.integers(0, 999), strategy=st.sampled_from(["random", "semi-hard", "hard"])
)
@settings(max_examples=60)
def test_no_negative_is_as_related_as_the_positive(n: int, seed: int, strategy: str) -> None:
    rng = np.random.default_rng(seed)
    distance, related = rng.random((n, n)).astype(np.float32), rng.random((n, n)).astype(np.float32)
    found = choose_negatives(distance, related, strategy, rng)
    allowed = related <= LESS_RELATED * np.diag(related)[:, None]
    assert ((found >= 0) == allowed.any(axis=1)).all()
    rows = np.flatnonzero(found >= 0)
    assert allowed[rows, found[rows]].all()


def test_some_films_are_shown_by_their_plot_alone() -> None:
    features = Features(
        sparse.csr_matrix(np.ones((4, 3), np.float32)),
        np.array([[1], [0], [1], [0]], np.float32),
        np.ones(4, bool),
    )
    hidden = some_by_plot_alone(features, 1.0, np.random.default_rng(0))
    assert hidden.attributes.toarray().sum(1).tolist() == [0, 3, 0, 3]  # without a plot nothing is hidden
    assert features.attributes.sum() == 12
    untouched = some_by_plot_alone(features, 0.0, np.random.default_rng(0))
    assert untouched.attributes.sum() == 12


@pytest.mark.parametrize("negatives", ["random", "semi-hard", "hard"])
def test_related_films_come_close(negatives: str, themed: Dataset, same_kind_share) -> None:
    encoder = TripletEncoder(TripletParams(**{**_SMALL, "epochs": 30}, negatives=negatives))
    vectors = encoder.encode_items(themed)
    assert vectors.shape == (themed.n_items, 8)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert same_kind_share(vectors) > 0.9  # chance: 15 / 47


def test_the_loss_falls_on_films_that_were_kept_out(themed: Dataset) -> None:
    encoder = TripletEncoder(TripletParams(**{**_SMALL, "epochs": 30}))
    encoder.encode_items(themed)
    curve = loss_curve(encoder.state())
    assert curve.shape == (30, 2)
    assert (curve[-1] < curve[0]).all()


def test_co_liked_films_come_close_without_being_asked_about_genres(
    themed_rated: Dataset, same_kind_share
) -> None:
    encoder = CoLikedTriplet(TripletParams(**{**_SMALL, "epochs": 40}))
    assert same_kind_share(encoder.encode_items(themed_rated)) > 0.9
    assert encoder.learns_from_ratings
    assert not TripletEncoder.learns_from_ratings


def test_co_liked_films_need_likes(themed: Dataset) -> None:
    with pytest.raises(CannotFitError, match="learns from likes"):
        CoLikedTriplet(TripletParams(**_SMALL)).encode_items(themed)


def test_a_described_plot_lies_near_films_like_it(themed: Dataset) -> None:
    encoder = TripletEncoder(TripletParams(**{**_SMALL, "epochs": 40}))
    vectors = encoder.encode_items(themed)
    text = encoder.encode_texts(
        ["an astronaut on a starship leaves orbit", "a sheriff, an outlaw and a saloon"]
    )
    near = np.argsort(-(text @ vectors.T), axis=1)[:, :8] % 3
    assert (near[0] == 1).mean() > 0.7  # chance: 1 / 3
    assert (near[1] == 0).mean() > 0.7


def test_a_text_of_unknown_words_has_no_vector(themed: Dataset) -> None:
    encoder = TripletEncoder(TripletParams(**_SMALL))
    encoder.encode_items(themed)
    assert not encoder.encode_texts(["", "qwx"]).any()
    assert encoder.encode_texts([]).shape == (0, 8)


def test_the_same_seed_gives_the_same_vectors_whatever_was_drawn_before(themed: Dataset) -> None:
    import torch

    first = TripletEncoder(TripletParams(**_SMALL)).encode_items(themed)
    torch.manual_seed(99)
    threads, drawn = torch.get_num_threads(), torch.random.get_rng_state()
    again = TripletEncoder(TripletParams(**_SMALL)).encode_items(themed)
    np.testing.assert_array_equal(first, again)
    assert torch.get_num_threads() == threads
    assert not torch.are_deterministic_algorithms_enabled()
    assert (torch.random.get_rng_state() == drawn).all()
    other = TripletEncoder(TripletParams(**_SMALL, seed=1)).encode_items(themed)
    assert (first != other).any()


def test_a_restored_encoder_encodes_texts_alike(themed: Dataset) -> None:
    encoder = TripletEncoder(TripletParams(**_SMALL))
    encoder.encode_items(themed)
    state = encoder.state()
    assert all(array.dtype != object for array in state.values())
    again = TripletEncoder()
    again.restore(state)
    texts = ["a rocket near a planet"]
    np.testing.assert_array_equal(again.encode_texts(texts), encoder.encode_texts(texts))


def test_numpy_computes_what_the_network_does(themed: Dataset, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    encoder = TripletEncoder(TripletParams(**_SMALL))
    vectors = encoder.encode_items(themed)
    save_space(Space("triplet", vectors, encoder.stamp()), encoder.state(), tmp_path)
    w = load_file(tmp_path / WEIGHTS)
    attributes = attributes_of(themed.catalog)
    plots = PlotReader.of_state(encoder.state()).read(list(themed.catalog.items["overview"]))
    shared = torch.from_numpy(attributes.matrix.toarray()) @ w["attributes"]
    inner = torch.relu(shared + torch.from_numpy(plots) @ w["plots"] + w["bias"])
    expected = torch.nn.functional.normalize(inner @ w["outer"] + w["outer_bias"], dim=1)
    np.testing.assert_allclose(vectors, expected.numpy(), atol=1e-5)
    features = Features.of(attributes, plots)
    np.testing.assert_array_equal(forward(encoder.state(), features), vectors)


def test_three_films_of_which_nothing_is_known(bare: Dataset) -> None:
    encoder = TripletEncoder(TripletParams(**_SMALL))
    assert not encoder.encode_items(bare).any()
    assert np.isnan(loss_curve(encoder.state())).all()
    assert not encoder.encode_texts(["heat"]).any()


def test_films_with_nothing_but_genres_get_no_place_for_they_would_all_share_one() -> None:
    dogs, ships = "the dog runs far", "old ships sink fast"
    catalog = _catalog(
        genres=[["A"], ["A"], ["B"], ["B"], [], ["A"], []],
        overview=[dogs, dogs, ships, "", ships, "", ""],
        keywords=[[], ["sea"], [], ["sea"], [], [], []],
    )
    dataset = Dataset("d", "D", catalog, Interactions.empty(7))
    vectors = TripletEncoder(TripletParams(**_SMALL, validation=0.0)).encode_items(dataset)
    assert vectors.any(axis=1).tolist() == [False, True, False, True, False, False, False]
    words = _catalog(overview=[dogs, dogs, dogs, ships, ships, ships, ""], genres=[["A"]] * 7)
    vectors = TripletEncoder(TripletParams(**_SMALL, validation=0.0)).encode_items(
        Dataset("d", "D", words, Interactions.empty(7))
    )
    assert vectors.any(axis=1).tolist() == [True] * 6 + [False]
    assert np.isfinite(vectors).all()


COLOURS = ("rgb(200,30,30)", "rgb(30,160,40)", "rgb(30,30,200)")


@pytest.fixture
def with_posters(themed: Dataset, tmp_path: Path) -> tuple[Dataset, Path]:
    """The themed films, of which the first 36 have a fetched poster in the colour of their kind; the network's folder."""
    urls = [f"https://posters.example/{n}" if n < 40 else "" for n in range(themed.n_items)]
    for n in range(36):
        path = poster_path(tmp_path / "poster" / FOLDER, urls[n])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(poster(COLOURS[n % 3]))
    return replace(
        themed, catalog=Catalog.of(themed.catalog.items.assign(poster_url=urls))
    ), tmp_path / "triplet"


def test_a_film_without_a_poster_adds_nothing_and_the_average_poster_says_only_that_there_is_one() -> None:
    vectors = np.array([[1, 0], [0, 0], [0, 1], [0.5, 0.5]], np.float32)
    block = poster_block(vectors)
    half = np.sqrt(0.5)
    np.testing.assert_allclose(block, [[half, -half, 1], [0, 0, 0], [-half, half, 1], [0, 0, 1]], atol=1e-6)
    assert not poster_block(np.zeros((2, 3), np.float32)).any()


def test_posters_are_read_where_it_is_asked_for_and_numpy_computes_what_the_network_does(
    with_posters: tuple[Dataset, Path],
) -> None:
    films, workdir = with_posters
    plain, seeing = (
        TripletEncoder(TripletParams(**_SMALL)),
        TripletEncoder(TripletParams(**_SMALL, posters="layout")),
    )
    without = plain.encode_items(films, workdir=workdir)
    assert "posters" not in plain.state()
    assert "posters" not in plain.stamp().options, "vectors of before keep their stamp"
    vectors = seeing.encode_items(films, workdir=workdir)
    assert (vectors != without).any(axis=1).all()
    state = seeing.state()
    assert state["posters"].shape == (DIM + 1, _SMALL["hidden"])
    assert state["n_posters"].tolist() == [36]
    looks = poster_block(
        Poster(PosterParams(look="layout")).of_kept(
            list(films.catalog.items["poster_url"]), workdir=workdir.parent / "poster"
        )
    )
    assert looks.any(axis=1).tolist() == [n < 36 for n in range(films.n_items)]
    plots = PlotReader.of_state(state).read(descriptions(films.catalog))
    blind = Features.of(attributes_of(films.catalog), plots)
    np.testing.assert_array_equal(forward(state, replace(blind, posters=looks)), vectors)
    np.testing.assert_array_equal(forward(state, blind)[36:], vectors[36:])
    assert (forward(state, blind)[:36] != vectors[:36]).any(axis=1).all()


def test_posters_can_teach_what_nothing_else_says(
    with_posters: tuple[Dataset, Path], same_kind_share
) -> None:
    """Likes go by kind, which of plots, people and keywords none tells: those are one word for all films."""
    films, workdir = with_posters
    items = films.catalog.items[:36].assign(
        overview="film", cast=[()] * 36, directors=[()] * 36, genres=[()] * 36
    )
    items["keywords"] = [("a",)] * 36
    rng = np.random.default_rng(0)
    likes = [(user, film) for user in range(30) for film in range(user % 3, 36, 3) if rng.random() < 0.6]
    likes += [(user, int(film)) for user in range(30) for film in rng.integers(36, size=3)]
    users, rated = zip(*dict.fromkeys(likes), strict=True)
    seen = [5.0 if film % 3 == user % 3 else 1.0 for user, film in zip(users, rated, strict=True)]
    alike = Dataset("d", "D", Catalog.of(items), Interactions.of(users, rated, seen, 36))
    params = {**_SMALL, "epochs": 30, "text_only": 0.0}
    blind = CoLikedTriplet(TripletParams(**params)).encode_items(alike, workdir=workdir)
    seeing = CoLikedTriplet(TripletParams(**params, posters="layout")).encode_items(alike, workdir=workdir)
    assert np.ptp(blind, axis=0).max() < 1e-5, "all films are one"
    assert same_kind_share(seeing) > 0.9


def test_posters_are_hidden_with_the_rest_where_the_plot_alone_is_shown() -> None:
    ones = np.ones((2, 1), np.float32)
    features = Features(sparse.csr_matrix(ones), np.array([[1], [0]], np.float32), np.ones(2, bool), ones)
    hidden = some_by_plot_alone(features, 1.0, np.random.default_rng(0))
    assert hidden.posters is not None
    assert hidden.posters.tolist() == [[0], [1]]
    assert features.posters is ones
    assert ones.all()


def test_posters_that_were_not_fetched_cannot_be_read(themed: Dataset, tmp_path: Path) -> None:
    for workdir in (None, tmp_path / "triplet"):
        with pytest.raises(NotBuiltError, match="No poster of Themed has been fetched yet"):
            TripletEncoder(TripletParams(**_SMALL, posters="layout")).encode_items(themed, workdir=workdir)


def test_a_text_finds_its_place_in_a_network_that_sees_posters(with_posters: tuple[Dataset, Path]) -> None:
    films, workdir = with_posters
    encoder = TripletEncoder(TripletParams(**_SMALL, posters="layout"))
    encoder.encode_items(films, workdir=workdir)
    again = embeddings.create(embeddings.request_of(encoder.stamp()))
    again.restore(encoder.state())
    texts = ["an astronaut on a starship"]
    assert again.encode_texts(texts).any()
    np.testing.assert_array_equal(again.encode_texts(texts), encoder.encode_texts(texts))


def test_parameters_can_stand_behind_the_name() -> None:
    asked = embeddings.create("triplet:margin=0.5,negatives=hard,epochs=3")
    assert (asked.params.margin, asked.params.negatives, asked.params.epochs) == (0.5, "hard", 3)
    assert asked.stamp().key != embeddings.create("triplet").stamp().key
    assert embeddings.encoder_class("triplet:margin=0.5") is TripletEncoder
    with pytest.raises(InvalidQueryError, match="above its largest"):
        embeddings.create("triplet:margin=9")


def test_parameters_are_checked_and_stamped() -> None:
    with pytest.raises(InvalidQueryError, match="negatives"):
        embeddings.create("triplet", negatives="easy")
    keys = {embeddings.create("triplet", margin=m).stamp().key for m in (0.1, 0.2)}
    assert len(keys | {embeddings.create("triplet_coliked").stamp().key}) == 3
    assert embeddings.create("triplet").stamp().dim == 128
    with pytest.raises(NotBuiltError):
        TripletEncoder().encode_texts(["x"])


@pytest.mark.real_data
def test_an_unseen_plot_finds_its_genre_better_than_by_comparing_plots(movie_data_dir: Path) -> None:
    whole = datasets.load("tmdb-5000", movie_data_dir / "tmdb-5000").catalog.items
    is_unseen = np.arange(len(whole)) % 10 == 0
    seen, unseen = whole[~is_unseen].reset_index(drop=True), whole[is_unseen]
    dataset = Dataset("part", "Part", Catalog.of(seen), Interactions.empty(len(seen)))
    encoder = TripletEncoder(TripletParams(epochs=12))
    vectors = encoder.encode_items(dataset)
    plots, reader = list(unseen["overview"]), PlotReader.of_state(encoder.state())

    def share(queries: np.ndarray, items: np.ndarray) -> float:
        near = np.argsort(-(queries @ items.T), axis=1)[:, :10]
        found = zip(unseen["genres"], near, strict=True)
        return float(np.mean([[bool(set(g) & set(seen["genres"].iloc[j])) for j in row] for g, row in found]))

    by_plot = share(reader.read(plots), reader.read(list(seen["overview"])))
    assert share(encoder.encode_texts(plots), vectors) > by_plot + 0.05
