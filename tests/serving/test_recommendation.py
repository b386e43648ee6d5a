"""Questions and answers: profiles, filters, fallbacks, notes."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from core import recommenders
from core.domain import Filters, Profile, Question
from core.errors import InvalidQueryError, UnknownNameError
from core.exploration import captions
from core.exploration.film_tables import film_table
from core.recommenders.ranking import top_k
from core.serving import Atlas, list_datasets, make_profile, neighbours, recommend, similar_users
from core.serving.choices import default_method
from core.serving.retrieval import SERVED
from core.storage.vector_table import ItemTable


def titles(atlas: Atlas, question: Question) -> list[str]:
    return [item.item_id for item in recommend(atlas, question).items]


def test_likes_lead_to_their_world_without_themselves(atlas: Atlas) -> None:
    found = titles(atlas, Question(likes=(0, 1), k=7))
    assert found == sorted(found, key=found.index)
    assert set(found) == {f"space-{n}" for n in range(2, 9)}


def test_a_text_finds_its_world(atlas: Atlas) -> None:
    found = titles(atlas, Question(text="A crew flies a rocket and meets aliens", k=5))
    assert all(item.startswith("space-") for item in found)


def test_dislikes_push_away(atlas: Atlas) -> None:
    both = Question(likes=(0, 9), k=10)
    without = Question(likes=(0,), dislikes=(9,), k=10)
    assert sum(i.startswith("love") for i in titles(atlas, without)) < sum(
        i.startswith("love") for i in titles(atlas, both)
    )


@pytest.mark.parametrize("method", ["content", "popularity"])
def test_filters_hold_and_short_lists_are_explained(atlas: Atlas, method: str) -> None:
    three = Filters(genres=("Horror",), years=(1960, 1972))
    answer = recommend(atlas, Question(likes=(0,), method=method, filters=three, k=10))
    assert [i.item_id for i in answer.items if not i.item_id.startswith("ghost")] == []
    assert len(answer.items) == 3
    assert "Only 3 films pass the filters." in answer.notes
    none = recommend(atlas, Question(likes=(0,), method=method, filters=Filters(years=(1800, 1801)), k=10))
    assert none.items == ()
    assert "No film passes the filters." in none.notes


def test_seen_films_are_left_out_and_say_nothing(atlas: Atlas) -> None:
    plain = titles(atlas, Question(likes=(0,), k=8))
    left = titles(atlas, Question(likes=(0,), seen=(1,), k=8))
    assert "space-1" in plain
    assert left == [i for i in titles(atlas, Question(likes=(0,), k=9)) if i != "space-1"][:8]


def test_a_known_user_gets_what_is_new_to_them(atlas: Atlas) -> None:
    answer = recommend(atlas, Question(user=0, k=5))
    rated = set(atlas.interactions.history(0)[0].tolist())
    assert not rated & {item.item_index for item in answer.items}
    assert answer.method == "content"


def test_an_empty_profile_falls_back_and_says_so(atlas: Atlas) -> None:
    answer = recommend(atlas, Question(k=3))
    assert (answer.method, answer.fallback_for) == ("popularity", "content")
    assert any("answered instead" in note for note in answer.notes)
    assert len(answer.items) == 3


def test_what_a_method_leaves_aside_is_said(atlas: Atlas) -> None:
    answer = recommend(atlas, Question(likes=(0,), text="rocket", method="popularity", k=3))
    assert any("does not use the text or the liked films" in note for note in answer.notes)


def test_low_ratings_are_no_dislikes_by_hand(atlas: Atlas) -> None:
    by_hand = recommend(atlas, Question(likes=(0,), dislikes=(9,), method="ease", k=3))
    assert by_hand.notes == ("EASE does not use the disliked films.",)
    person = recommend(atlas, Question(user=3, method="ease", k=3))
    assert person.notes == ("EASE does not use low ratings.",)
    history = recommend(atlas, Question(history=((0, 1.0), (9, -1.0)), method="ease", k=3))
    assert history.notes == ("EASE does not use low ratings.",)


def test_every_answer_has_reasons(atlas: Atlas) -> None:
    answer = recommend(atlas, Question(likes=(0,), text="rocket to a planet", k=3))
    kinds = {reason.kind for item in answer.items for reason in item.reasons}
    assert {"liked_film", "shared_people", "shared_genres", "words"} <= kinds
    assert all(item.reason for item in answer.items)


def test_diversity_mixes_worlds(atlas: Atlas) -> None:
    plain = titles(atlas, Question(likes=(0, 9), k=6))
    mixed = titles(atlas, Question(likes=(0, 9), k=6, diversity=0.8))
    assert len({i.split("-")[0] for i in mixed}) >= len({i.split("-")[0] for i in plain})
    assert mixed != plain


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (Question(likes=(0,), k=0), InvalidQueryError),
        (Question(likes=(0,), dislikes=(0,)), InvalidQueryError),
        (Question(text="x" * 2001), InvalidQueryError),
        (Question(user=10_000), InvalidQueryError),
        (Question(likes=(0,), method="nonsense"), UnknownNameError),
        (Question(likes=(0,), params={"nonsense": 1}), UnknownNameError),
        (Question(likes=(0,), filters=Filters(genres=("Nonsense",))), InvalidQueryError),
        (Question(likes=(0,), diversity=2.0), InvalidQueryError),
    ],
)
def test_bad_questions_are_refused(atlas: Atlas, question: Question, error: type[Exception]) -> None:
    with pytest.raises(error):
        recommend(atlas, question)


def test_more_than_there_is_gives_all(atlas: Atlas) -> None:
    assert len(recommend(atlas, Question(likes=(0,), k=1000)).items) == 35


def test_neighbours_are_true_neighbours(atlas: Atlas) -> None:
    items, distances = neighbours(atlas, "letters", 4, 8)
    vectors = atlas.space("letters").vectors
    expected = np.argsort(-(vectors @ vectors[4]), kind="stable")
    assert set(items.tolist()) <= set(expected[:12].tolist())
    assert 4 not in items
    assert (np.diff(distances) >= 0).all()


QUESTIONS = {
    "one like": Question(likes=(0,)),
    "five likes": Question(likes=(0, 1, 2, 10, 20)),
    "a dislike": Question(likes=(3,), dislikes=(30,)),
    "a known user": Question(user=2),
    "a known user and a like": Question(user=5, likes=(35,)),
    "filters": Question(likes=(0,), filters=Filters(genres=("Horror",))),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_the_table_of_people_answers_like_the_exact_scores(
    atlas: Atlas, question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    method, profile = atlas.methods.fitted("user_vectors"), make_profile(atlas, question)
    scores = method.score([profile])[0]
    allowed = atlas.filters.mask(question.filters)
    allowed[profile.excluded] = False
    searched = []
    search = ItemTable.search

    def recording(table: ItemTable, space: str, *args: object, **kwargs: object) -> object:
        searched.append(space)
        return search(table, space, *args, **kwargs)

    monkeypatch.setattr(ItemTable, "search", recording)
    found = recommend(atlas, replace(question, method="user_vectors", k=36)).items
    assert searched == ["user_vectors"]
    expected = top_k(scores, 36, allowed=allowed)
    assert len(expected) > 0
    assert {item.item_index for item in found} == set(expected.tolist())
    np.testing.assert_allclose(
        [item.score for item in found], [scores[item.item_index] for item in found], rtol=1e-4
    )
    np.testing.assert_allclose([item.score for item in found], scores[expected], rtol=1e-4)


def test_methods_that_differ_in_how_they_score_share_what_was_learned(atlas: Atlas) -> None:
    one, other = (atlas.methods.fitted("hybrid", {"unrated_places": n}) for n in (0, 3))
    assert one is not other
    assert np.shares_memory(one.parts_["ials"].factors_, other.parts_["ials"].factors_)


def test_a_long_fit_keeps_nobody_else_waiting(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    began, may_end = threading.Event(), threading.Event()
    ease = recommenders.method_class("ease")
    whole = ease.fit

    def slow(self, *args, **kwargs):
        began.set()
        assert may_end.wait(30)
        return whole(self, *args, **kwargs)

    monkeypatch.setattr(ease, "fit", slow)
    fitting = threading.Thread(target=lambda: atlas.methods.fitted("ease", {"reg": 33.0}))
    fitting.start()
    assert began.wait(30)
    try:
        answer = recommend(atlas, Question(likes=(0,), method="item_knn"))
        assert answer.items
        assert not may_end.is_set()
    finally:
        may_end.set()
        fitting.join(30)
    assert atlas.methods.fitted("ease", {"reg": 33.0}).params.reg == 33


def test_every_method_says_who_answers_for_it() -> None:
    served = {name: recommenders.method_class(name).served_by for name in recommenders.names()}
    assert set(served.values()) <= set(SERVED)
    assert (served["content"], served["user_vectors"], served["genre_clusters"]) == ("movies", "users", "")


def test_other_parameters_than_the_built_ones_are_not_looked_up_in_the_table(atlas: Atlas) -> None:
    params = {"n_neighbors": 2, "centring": 0.5}
    found = recommend(atlas, Question(likes=(0,), method="user_vectors", params=params, k=5)).items
    scores = atlas.methods.fitted("user_vectors", params).score([Profile.of_likes([0])])[0]
    assert [item.score for item in found] == [float(scores[item.item_index]) for item in found]
    plain = recommend(atlas, Question(likes=(0,), method="user_vectors", k=5)).items
    assert [i.score for i in plain] != [i.score for i in found]


def test_a_like_without_a_vector_finds_nobody_and_the_popular_films_say_so(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    method = atlas.methods.fitted("user_vectors")
    monkeypatch.setattr(method, "_items", np.zeros_like(method._items))
    answer = recommend(atlas, Question(likes=(0,), method="user_vectors", k=3))
    assert answer.method == "popularity"
    assert any("found nothing to go by" in note for note in answer.notes)
    assert similar_users(atlas, Profile.of_likes([0])) == ()


def test_similar_users_are_those_of_the_exact_search(atlas: Atlas) -> None:
    for user in (0, 7):
        found = similar_users(atlas, user, 4)
        expected, similarity = atlas.methods.fitted("user_vectors").similar_users(
            [make_profile(atlas, Question(user=user))]
        )
        assert [one.user_index for one in found] == expected[0, :4].tolist()
        np.testing.assert_allclose([one.similarity for one in found], similarity[0, :4], rtol=1e-4)
        assert all(one.user_index % 4 == user % 4 for one in found), "they like the same world"
    ratings = atlas.interactions.history(found[0].user_index)[1]
    assert found[0].user_id == f"u{found[0].user_index}"
    assert (found[0].n_ratings, found[0].mean_rating) == (len(ratings), pytest.approx(ratings.mean()))


def test_similar_users_of_a_visitor(atlas: Atlas) -> None:
    found = similar_users(atlas, Profile.of_likes([9, 10]), 3)
    assert [one.user_index % 4 for one in found] == [1, 1, 1]
    assert similar_users(atlas, Profile()) == ()
    assert len(similar_users(atlas, Profile.of_likes([9]), 1000)) < atlas.interactions.n_users
    with pytest.raises(InvalidQueryError, match="no user number"):
        similar_users(atlas, 23)
    with pytest.raises(InvalidQueryError, match="0 people"):
        similar_users(atlas, 1, 0)


def test_lists_what_is_built_first(home) -> None:
    found = list_datasets(home)
    assert "tiny" in {one.name for one in found if one.is_built}
    assert found[0].is_built
    assert {"demo", "ml-latest-small", "tmdb-5000"} <= {one.name for one in found}


def test_tables_and_captions(atlas: Atlas) -> None:
    table = film_table(atlas, [3, 1])
    assert table["Id"].tolist() == ["space-3", "space-1"]
    assert captions.key_figures(atlas)["Films"] == "36"
    assert "All 36 films shown" in captions.map_caption(atlas, "letters", 36)
    assert "35 of 36 films shown" in captions.map_caption(atlas, "letters", 35)


def test_a_profile_refuses_a_film_twice() -> None:
    with pytest.raises(InvalidQueryError, match="twice"):
        Profile.of_likes([1, 1])


def test_ratings_become_weights() -> None:
    profile = Profile.of_ratings(np.array([0, 1, 2]), [0.5, 2.75, 5.0], (0.5, 5.0))
    np.testing.assert_allclose(profile.weights, [-1, 0, 1])
    assert profile.likes.tolist() == [2]
    assert profile.excluded.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("scale", "is_explicit"),
    [((0.0, 1.0), False), ((0.5, 5.0), False), ((1.0, 1.0), False), ((1.0, 1.0), True)],
)
def test_a_bare_yes_is_a_like(scale: tuple[float, float], is_explicit: bool) -> None:
    profile = Profile.of_ratings(np.array([4, 7]), [1.0, 1.0], scale, is_explicit=is_explicit)
    assert profile.weights.tolist() == [1, 1]
    assert profile.weights.dtype == np.float32


def test_a_known_user_of_bare_yeses_likes_what_they_said_yes_to(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = atlas.interactions.ratings.copy()
    said.data[:] = 1
    yes = replace(atlas.interactions, ratings=said, is_explicit=False)
    monkeypatch.setattr(Atlas, "interactions", yes)
    profile = make_profile(atlas, Question(user=3))
    assert len(profile.likes) == len(profile.items) > 0


def test_the_first_method_is_one_that_the_build_has_learned(atlas: Atlas) -> None:
    assert default_method(atlas) == "taste"
    older = replace(
        atlas.manifest, artifacts={k: v for k, v in atlas.manifest.artifacts.items() if k != "method-taste"}
    )
    assert default_method(Atlas(atlas.workspace, older)) == "content", (
        "a workspace from before: nobody waits for a fit"
    )
