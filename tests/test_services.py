"""Questions and answers: profiles, filters, fallbacks, notes."""

import numpy as np
import pytest

from core import services, views
from core.atlas import Atlas
from core.errors import InvalidQueryError, UnknownNameError
from core.services import Question, recommend
from core.types import Filters, Profile


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
    items, distances = services.neighbours(atlas, "letters", 4, 8)
    vectors = atlas.space("letters").vectors
    expected = np.argsort(-(vectors @ vectors[4]), kind="stable")
    assert set(items.tolist()) <= set(expected[:12].tolist())
    assert 4 not in items
    assert (np.diff(distances) >= 0).all()


def test_lists_what_is_built_first(home) -> None:
    found = services.list_datasets(home)
    assert "tiny" in {one.name for one in found if one.is_built}
    assert found[0].is_built
    assert {"demo", "ml-latest-small", "tmdb-5000"} <= {one.name for one in found}


def test_search_finds_titles_then_plots(atlas: Atlas) -> None:
    assert views.search_films(atlas, "space story")[0].label == "The Space Story (1960)"
    by_plot = views.search_films(atlas, "robbery")
    assert by_plot
    assert all("Heist" in match.label for match in by_plot)


def test_tables_and_captions(atlas: Atlas) -> None:
    table = views.film_table(atlas, [3, 1])
    assert table["Id"].tolist() == ["space-3", "space-1"]
    assert views.key_figures(atlas)["Films"] == "36"
    assert "All 36 films shown" in views.map_caption(atlas, "letters", 36)
    assert "35 of 36 films shown" in views.map_caption(atlas, "letters", 35)


def test_a_profile_refuses_a_film_twice() -> None:
    with pytest.raises(InvalidQueryError, match="twice"):
        Profile.of_likes([1, 1])


def test_ratings_become_weights() -> None:
    profile = Profile.of_ratings(np.array([0, 1, 2]), [0.5, 2.75, 5.0], (0.5, 5.0))
    np.testing.assert_allclose(profile.weights, [-1, 0, 1])
    assert profile.likes.tolist() == [2]
    assert profile.excluded.tolist() == [0, 1, 2]
