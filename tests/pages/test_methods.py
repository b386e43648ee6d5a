"""Methods: words, formula, the sum behind a film, the list without a like. Run through `AppTest`, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.domain import Question
from core.evaluation.results import stored
from core.exploration import see_through
from core.recommenders import method_class
from core.serving import Atlas, recommend
from core.serving.choices import available_methods
from tests.evaluation.results.test_best_for import HOLDOUT
from tests.pages import opening

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def opened(app: AppTest, **asked: object) -> AppTest:
    for name, value in asked.items():
        app.query_params[name] = value
    at = opening.opened(app, "methods")
    assert not at.exception
    assert not at.error
    return at


def texts(at: AppTest) -> str:
    return " ".join(e.value for e in [*at.markdown, *at.caption, *at.info])


def test_every_method_says_how_it_works_and_answers(app: AppTest, atlas: Atlas) -> None:
    at = opened(app)
    for method in available_methods(atlas):
        at.session_state["method"] = method
        at.run()
        assert not at.exception, method
        assert not at.error, method
        kind = method_class(method)
        assert kind.how.split(".")[0] in texts(at).replace("\\", "")
        assert any(kind.formula.split(" = ")[0] in one.value for one in at.latex)


def test_an_example_is_shown_where_nothing_is_asked_and_said_to_be_one(app: AppTest) -> None:
    at = opened(app, method="ease")
    assert "this is an example" in texts(at)
    assert [one for one in at.dataframe if "Adds" in one.value]


def test_what_is_asked_takes_the_examples_place(app: AppTest, atlas: Atlas) -> None:
    at = opened(app, method="ease", like=atlas.titles.options[3])
    assert "this is an example" not in texts(at)


def test_the_sum_of_the_chosen_film_is_drawn_and_tabled(app: AppTest, atlas: Atlas) -> None:
    likes = [atlas.titles.options[film] for film in (0, 1, 2)]
    at = opened(app, method="ease", like=likes)
    question = Question(likes=(0, 1, 2), method="ease", k=10)
    answer = recommend(atlas, question)
    third = answer.items[2]
    at.selectbox(key="through").set_value(f"3. {atlas.titles.labels[third.item_index]}").run()
    whole = see_through.sum_behind(atlas, question, answer, third.item_index)
    assert whole is not None
    table = next(one.value for one in at.dataframe if "Adds" in one.value)
    assert list(table["Adds"]) == pytest.approx([addend.value for addend in whole.addends])
    assert whole.words in texts(at).replace("\\", "")


def test_the_hybrid_is_seen_through_to_the_sums_of_its_parts(app: AppTest, atlas: Atlas) -> None:
    at = opened(app, method="hybrid", like=[atlas.titles.options[film] for film in (0, 1, 2)])
    assert len([one for one in at.dataframe if "Adds" in one.value]) == 2
    part = next(one for one in at.segmented_control if one.key == "part-hybrid")
    assert len(part.options) > 1
    before = [list(one.value["What"]) for one in at.dataframe if "Adds" in one.value][1]
    part.set_value(part.options[-1]).run()
    after = [list(one.value["What"]) for one in at.dataframe if "Adds" in one.value][1]
    assert before != after


def test_a_like_is_taken_away_and_the_list_changes(app: AppTest, atlas: Atlas) -> None:
    likes = [atlas.titles.options[film] for film in (0, 1, 2)]
    at = opened(app, method="ease", like=likes)
    at.selectbox(key="taken_away").set_value(atlas.titles.labels[1]).run()
    table = next(one.value for one in at.dataframe if "Without it" in one.value)
    expected = recommend(atlas, Question(likes=(0, 2), method="ease", k=10))
    assert list(table["Without it"]) == [atlas.titles.labels[one.item_index] for one in expected.items]


def test_another_question_takes_the_place_of_the_film_and_the_like_that_were_looked_at(
    app: AppTest, atlas: Atlas
) -> None:
    at = opened(app, method="hybrid", like=[atlas.titles.options[film] for film in (0, 1)])
    at.selectbox(key="taken_away").set_value(atlas.titles.labels[1]).run()
    at.session_state["like"] = [atlas.titles.options[film] for film in (5, 6)]
    at.session_state["method"] = "taste"
    at.run()
    assert not at.exception
    assert at.selectbox(key="taken_away").value == atlas.titles.labels[5]


def test_what_is_no_sum_says_so(app: AppTest) -> None:
    at = opened(app, method="popularity")
    assert "no sum" in texts(at)


def test_a_curve_is_drawn_where_a_parameter_can_be_turned_at_once(app: AppTest, atlas: Atlas) -> None:
    at = opened(app, method="user_knn", like=[atlas.titles.options[0]])
    at.selectbox(key="turned-user_knn").set_value("rarity").run()
    assert "The diamond is what it ships with (0.3)." in texts(at)
    at = opened(app, method="ease", like=[atlas.titles.options[0]])
    assert "no curve to draw at once" in texts(at)


def test_what_is_searched_at_all_is_shown_where_a_method_chooses(app: AppTest, atlas: Atlas) -> None:
    at = opened(app, method="genre_clusters", like=[atlas.titles.options[0]])
    assert "which films are searched at all" in texts(at)
    at = opened(app, method="content", like=[atlas.titles.options[0]])
    assert "which films are searched at all" not in texts(at)


def test_a_method_has_its_places_where_it_was_measured(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "stored_results", lambda name: ([HOLDOUT], []))
    at = opened(app, method="ease")
    assert "**2nd of 3**" in texts(at)
    assert "What people will watch and like next" in texts(at)


def test_what_was_not_measured_says_so_and_links_to_where_it_can_be(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "stored_results", lambda name: ([], []))
    at = opened(app, method="ease")
    assert "not been measured on these films yet" in texts(at)


def test_a_person_of_the_dataset_can_be_seen_through_but_is_asked_as_a_whole(
    app: AppTest, atlas: Atlas
) -> None:
    at = opened(app, method="user_knn", user=str(atlas.interactions.user_ids[2]))
    assert "asked as a whole" in texts(at)
    assert [one for one in at.dataframe if "Adds" in one.value]
