"""Every registered method, asked through the service as the app and the command line ask it."""

from collections.abc import Iterator

import numpy as np
import pytest

from core import recommenders
from core.build import Request, build
from core.domain import Answer, Filters, Question
from core.exploration.training import training_loss
from core.maps import projection
from core.recommenders import Ability
from core.recommenders.content_based.doc2vec_genre import Doc2VecGenre
from core.serving import Atlas, make_profile, recommend
from core.serving.choices import available_methods
from tests import tiny
from tests.conftest import flat_map

pytestmark = pytest.mark.slow

QUESTIONS = {
    "one film": Question(likes=(3,)),
    "five liked films": Question(likes=(0, 1, 2, 10, 20)),
    "a text": Question(text="a crew flies a rocket to a distant planet"),
    "a known user": Question(user=2),
    "a user with no ratings": Question(),
}
THREE = Filters(genres=("Horror",), years=(1960, 1972))
NONE = Filters(years=(1800, 1801))
EVERYTHING = Filters()


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """The tiny films with all embeddings that any method needs, really trained, and every method."""
    base = tmp_path_factory.mktemp("every")
    needed = {space for name in recommenders.names() for space in recommenders.create(name).needs()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIE_ATLAS_HOME", str(base))
        patch.setattr(projection, "project", flat_map)
        files = tiny.write_own_files(base / "downloads" / "tiny", tiny.tiny_dataset())
        build(Request("tiny", files, spaces=(*sorted(needed), "triplet_coliked")))
        yield Atlas.open("tiny", base)


def answer(atlas: Atlas, method: str, question: str, filters: Filters = EVERYTHING, k: int = 5) -> Answer:
    asked = QUESTIONS[question]
    return recommend(
        atlas, Question(asked.likes, text=asked.text, user=asked.user, method=method, filters=filters, k=k)
    )


def test_every_method_is_here(atlas: Atlas) -> None:
    assert available_methods(atlas) == list(recommenders.names())


def test_a_networks_loss_is_kept_with_its_embedding(atlas: Atlas) -> None:
    loss = training_loss(atlas, "triplet")
    assert loss is not None
    assert loss.shape[1] == 2
    assert loss[-1, 0] < loss[0, 0]
    assert training_loss(atlas, "minilm") is None


def test_learned_similarity_answers_from_the_space_of_likes_where_it_is_asked_to(atlas: Atlas) -> None:
    chosen = {"space": "triplet_coliked"}
    found = recommend(atlas, Question(likes=(3,), method="triplet", params=chosen, k=5))
    method = atlas.methods.fitted("triplet", chosen)
    scores = method.score([make_profile(atlas, Question(likes=(3,)))])[0]
    assert [one.score for one in found.items] == pytest.approx(
        scores[[one.item_index for one in found.items]], abs=1e-5
    )
    assert atlas.methods.is_as_built(method), "nothing is learned anew"
    space = atlas.space("triplet_coliked")
    assert method.space_ is space
    assert (space.vectors != atlas.space("triplet").vectors).any()


@pytest.mark.parametrize("question", ["one film", "five liked films", "a text", "a known user"])
def test_predicted_genres_let_in_the_same_films_as_the_tables_filter(atlas: Atlas, question: str) -> None:
    method, profile = atlas.methods.fitted("doc2vec_genre"), make_profile(atlas, QUESTIONS[question])
    assert isinstance(method, Doc2VecGenre)
    (probabilities,), (query,) = method.probabilities([profile]), method.query_vectors([profile])
    genres = tuple(method.network_.names[genre] for genre in method.predicted(probabilities))
    found, distances = atlas.table.search(method.space_.name, query, 36, filters=Filters(genres=genres))
    scores = method.score([profile])[0]
    assert found.tolist() == np.argsort(-np.nan_to_num(scores, nan=-2), kind="stable")[: len(found)].tolist()
    assert 0 < len(found) == np.isfinite(scores).sum()
    np.testing.assert_allclose(method.score_of_distance(distances), scores[found], atol=1e-5)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("method", recommenders.names())
def test_every_method_answers_every_question(atlas: Atlas, method: str, question: str) -> None:
    found = answer(atlas, method, question)
    if len(found.items) < 5:  # a method that searches a few genres may run out of films that are not known
        assert method in ("genre_clusters", "doc2vec_genre")
        assert any(f"{len(found.items)} " in note or "fewer" in note for note in found.notes), found.notes
        profile = make_profile(atlas, QUESTIONS[question])
        scored = np.isfinite(atlas.methods.fitted(method).score([profile])[0])
        scored[profile.excluded] = False
        assert len(found.items) == scored.sum() > 0
    assert all(item.reasons and np.isfinite(item.score) for item in found.items)
    asked = QUESTIONS[question]
    given = set(asked.likes)
    if asked.user is not None:
        given |= set(atlas.interactions.history(asked.user)[0].tolist())
    assert not given & {item.item_index for item in found.items}, "what is known is not recommended"
    abilities = recommenders.method_class(method).abilities
    uses = {
        "one film": Ability.LIKES,
        "five liked films": Ability.LIKES,
        "a text": Ability.TEXT,
        "a known user": Ability.LIKES,
        "a user with no ratings": Ability.COLD_USER,
    }[question]
    if found.method != method:
        assert found.fallback_for == method or "most popular films" in found.notes[-1]
        assert found.notes, "a stand-in is named"
    elif not abilities & (uses | Ability.COLD_USER):
        raise AssertionError(f"{method} answered {question}, of which it uses nothing")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("method", recommenders.names())
def test_filters_that_leave_three_or_no_films(atlas: Atlas, method: str, question: str) -> None:
    three = answer(atlas, method, question, THREE)
    allowed = {"ghost-0", "ghost-1", "ghost-2"}
    asked = QUESTIONS[question]
    if asked.user is not None:
        rated = atlas.interactions.history(asked.user)[0]
        allowed -= set(atlas.catalog.items["item_id"].iloc[rated])
    found = {item.item_id for item in three.items}
    assert found <= allowed
    assert found == allowed or any("can score only" in note for note in three.notes), "a gap is explained"
    none = answer(atlas, method, question, NONE)
    assert none.items == ()
    assert "No film passes the filters." in none.notes
