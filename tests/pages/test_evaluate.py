"""The Evaluate page: empty, with results, every picker, and a run started from it."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from core.cli.app import app as command
from core.evaluation.results.tables import BEATS
from core.evaluation.splits import few_likes
from core.serving import Atlas
from tests.pages import opening

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
METHODS = "popularity,item_knn,ease"


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(home))
    monkeypatch.chdir(ROOT)
    yield AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    shutil.rmtree(home / "evaluations", ignore_errors=True)


def measured(*more: str) -> None:
    result = CliRunner().invoke(
        command, ["evaluate", "tiny", "--methods", METHODS, "--k", "5", "--k", "10", *more]
    )
    assert result.exit_code == 0, result.output


def opened(app: AppTest) -> AppTest:
    at = opening.opened(app, "evaluate")
    assert not at.exception
    assert not at.error
    return at


def table(at: AppTest) -> Any:
    return next(frame.value for frame in at.dataframe if "Method" in frame.value)


def figures(at: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]


def words(at: AppTest) -> str:
    shown = [element.value for kind in (at.markdown, at.caption, at.info, at.warning) for element in kind]
    return " ".join(shown)


def test_nothing_measured_yet_says_what_this_is_for_and_offers_to_start(app: AppTest, home: Path) -> None:
    shutil.rmtree(home / "evaluations", ignore_errors=True)  # of tests before this one
    at = opened(app)
    assert "is the difference more than luck" in words(at)
    assert not at.dataframe
    assert any(button.label == "Measure" for button in at.button)
    assert at.multiselect(key="measured").value
    at.multiselect(key="measured").set_value([]).run()
    assert next(button for button in at.button if button.label == "Measure").disabled


def test_methods_stand_best_first_with_intervals_and_marks(app: AppTest) -> None:
    measured()
    at = opened(app)
    shown = table(at)
    assert sorted(shown["Method"]) == ["EASE", "Item-KNN", "Popularity"]
    assert shown["nDCG@5"].is_monotonic_decreasing
    assert shown[BEATS].tolist()[-1] == "–"
    assert any("all below" in mark or "3" in mark for mark in shown[BEATS])
    assert "compared with a perfect list" in words(at)
    assert at.latex
    ranking = figures(at)[0]["data"][0]
    assert len(ranking["text"]) == 3
    assert "error_x" in ranking
    assert "held-out ratings" in words(at)
    assert "Simulated" not in words(at)


def test_every_figure_and_cutoff_can_be_chosen(app: AppTest) -> None:
    measured()
    at = opened(app)
    labels = list(at.selectbox(key="metric").options)
    assert {"nDCG", "AUC", "Catalogue coverage", "Novelty", "Popularity lift"} <= set(labels)
    for label in labels:
        at.selectbox(key="metric").set_value(label).run()
        assert not at.exception, label
        assert not at.error, label
    at.selectbox(key="metric").set_value("Recall").run()
    before = table(at)["Recall@5"].tolist()
    control = next(group for group in at.get("button_group") if "cutoff" in str(group.key))
    control.set_value("10").run()
    assert table(at)["Recall@10"].tolist() != before


def test_the_trade_offs_can_be_turned(app: AppTest) -> None:
    measured()
    at = opened(app)
    axes = list(at.selectbox(key="against-0").options)
    assert {"Catalogue coverage@5", "Novelty@5", "Learns in (s)"} <= set(axes)
    assert {"Famous films@5", "Among the 50 most rated@5"} <= set(axes)
    for axis in axes:
        at.selectbox(key="against-0").set_value(axis).run()
        assert not at.exception, axis
        assert "Nothing here is" in words(at)


def test_the_efficient_methods_are_full_joined_and_named(app: AppTest, home: Path) -> None:
    measured()
    [path] = (home / "evaluations" / "tiny").glob("*.json")
    stored = json.loads(path.read_text())
    for seconds, name in enumerate(("popularity", "item_knn", "ease"), start=1):
        stored["results"][name]["seconds"]["fit"] = seconds
        stored["results"][name]["metrics"]["ndcg@5"]["mean"] = {
            "popularity": 0.2,
            "item_knn": 0.1,
            "ease": 0.3,
        }[name]
    path.write_text(json.dumps(stored))
    at = opened(app)
    at.selectbox(key="against-0").set_value("Learns in (s)").run()
    assert "Nothing here is both better and cheaper than: **EASE**, **Popularity**." in words(at)
    line, points = next(
        one["data"] for one in figures(at) if one["layout"]["xaxis"]["title"]["text"] == "Learns in (s)"
    )
    assert line["mode"] == "lines"
    symbols = dict(zip(points["text"], points["marker"]["symbol"], strict=True))
    assert symbols == {"EASE": "circle", "Popularity": "circle", "Item-KNN": "circle-open"}


def over_the_length(at: AppTest) -> list[dict[str, Any]]:
    return [one for one in figures(at) if "Length of the list" in json.dumps(one["layout"])]


def test_figures_are_drawn_over_the_length_of_the_list(app: AppTest) -> None:
    measured()
    at = opened(app)
    assert any(
        header.value == "How the figure changes with the length of the list" for header in at.subheader
    )
    (shown,) = over_the_length(at)
    assert {line["name"] for line in shown["data"]} == {"EASE", "Item-KNN", "Popularity"}
    assert shown["layout"]["xaxis"]["ticktext"] == [1, 2, 3, 5, 7, 10]
    assert shown["layout"]["yaxis"]["title"]["text"] == "nDCG@k"
    assert "cut after k films" in words(at)
    at.selectbox(key="metric").set_value("AUC").run()
    assert over_the_length(at) == []
    assert "no length changes it" in words(at)


def test_an_evaluation_stored_before_lengths_were_measured_opens_and_says_so(
    app: AppTest, home: Path
) -> None:
    measured()
    [path] = (home / "evaluations" / "tiny").glob("*.json")
    stored = json.loads(path.read_text())
    assert stored.pop("over_k")["rows"]
    path.write_text(json.dumps(stored))
    at = opened(app)
    assert len(table(at)) == 3
    assert over_the_length(at) == []
    assert "stored before figures were worked out for every length" in words(at)
    assert "Nothing here is" in words(at)


def test_another_evaluation_leaves_no_stale_figure(app: AppTest, home: Path) -> None:
    measured()
    [path] = (home / "evaluations" / "tiny").glob("*.json")
    path.write_text(path.read_text().replace('"created": "2', '"created": "1'))
    measured("--cold-n", "0", "--cold-n", "4")
    at = opened(app)
    titles = list(at.selectbox(key="result").options)
    assert "Cold users" in titles[0]
    assert any(header.value == "From the first rating on" for header in at.subheader)
    at.selectbox(key="result").set_value(titles[1]).run()
    assert not at.exception
    assert not any(header.value == "From the first rating on" for header in at.subheader)


def test_the_address_holds_the_evaluation_and_the_figure(app: AppTest, home: Path) -> None:
    measured()
    [path] = (home / "evaluations" / "tiny").glob("*.json")
    path.write_text(path.read_text().replace('"created": "2', '"created": "1'))
    measured("--cold-n", "0", "--cold-n", "4")
    older = list(opened(app).selectbox(key="result").options)[1]
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    again.query_params["result"], again.query_params["metric"] = older, "Recall"
    at = opened(again)
    assert not at.exception
    assert at.session_state["result"] == older
    assert at.session_state["metric"] == "Recall"
    assert "Recall" in words(at)
    lost = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    lost.query_params["result"] = "<b>gone</b>"
    at = opened(lost)
    assert not at.exception
    assert "Cold users" in at.session_state["result"]


def test_simulated_ratings_and_what_was_left_out_are_said(app: AppTest, home: Path) -> None:
    measured()
    [path] = (home / "evaluations" / "tiny").glob("*.json")
    stored = json.loads(path.read_text())
    stored["about"]["is_simulated"] = True
    stored["about"]["users_left_out"] = {"users <b>too quiet</b>": 1234}
    stored["results"]["slim"] = {"error": "Too large for this method."}
    path.write_text(json.dumps(stored))
    at = opened(app)
    assert "Simulated ratings" in words(at)
    assert "1,234 users" in words(at)
    assert "<b>" not in words(at)
    assert "SLIM was not measured: Too large for this method." in words(at).replace("\\", "")


def test_damaged_results_do_not_take_the_others_away(app: AppTest, home: Path) -> None:
    measured()
    (home / "evaluations" / "tiny" / "broken.json").write_text("{")
    at = opened(app)
    assert "broken.json" in words(at)
    assert len(table(at)) == 3


def test_a_run_started_here_shows_its_result(app: AppTest) -> None:
    from ui.widgets import evaluation_form, job_controls

    at = opened(app)
    at.multiselect(key="measured").set_value(["popularity"]).run()
    next(button for button in at.button if button.label == "Measure").click().run()
    assert not at.exception
    job = job_controls.jobs().get(evaluation_form.job_name("tiny"))
    assert job is not None
    for _ in range(1200):
        if not job.is_running:
            break
        time.sleep(0.1)
    assert job.error == ""
    at.run()
    assert not at.exception
    assert table(at)["Method"].tolist() == ["Popularity"]


def test_lists_of_another_system_go_to_the_job(app: AppTest, started: list[list[str]], home: Path) -> None:
    at = opened(app)
    at.multiselect(key="measured").set_value(["popularity"]).run()
    at.file_uploader(key="given_lists").set_value([("mine.csv", b"user_id,item_id\n1,2\n", "text/csv")]).run()
    next(button for button in at.button if button.label == "Measure").click().run()
    assert not at.exception
    (arguments,) = started
    folder = Path(arguments[arguments.index("--uploaded") + 1])
    assert folder.parent.parent == home / "downloads"
    assert (folder / "mine.csv").read_text() == "user_id,item_id\n1,2\n"
    shutil.rmtree(folder.parent)


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def test_own_train_and_test_files_go_to_the_job(app: AppTest, started: list[list[str]], home: Path) -> None:
    at = opened(app)
    at.multiselect(key="measured").set_value(["popularity"]).run()
    at.selectbox(key="split").set_value("files").run()
    assert not at.exception
    assert next(button for button in at.button if button.label == "Measure").disabled
    assert "Still to be given: To learn from (train) and To be tested on (test)." in words(at)
    for role, name in (("train", "a.csv"), ("test", "a.csv"), ("negatives", "b.negative")):
        at.file_uploader(key=f"own_{role}").set_value([(name, role.encode(), "text/csv")]).run()
    at.checkbox(key="own_ids_are_these").set_value(False).run()
    press(at, "Measure")
    assert not at.exception
    (arguments,) = started
    assert "--split" not in arguments
    assert "--relevant" not in arguments
    assert "--other-films" in arguments
    given = {
        role: Path(arguments[arguments.index(f"--{role}") + 1]) for role in ("train", "test", "negatives")
    }
    assert {role: path.read_text() for role, path in given.items()} == {role: role for role in given}
    folder = Path(arguments[arguments.index("--uploaded") + 1])
    assert {path.parent for path in given.values()} == {folder}
    assert folder.parent.parent == home / "downloads"
    shutil.rmtree(folder.parent)


def test_the_split_by_time_says_from_when_on_and_wants_times(
    app: AppTest, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(app)
    at.selectbox(key="split").set_value("global_time").run()
    assert "do not say when they were given" in words(at)
    assert next(button for button in at.button if button.label == "Measure").disabled
    plain = Atlas.open("tiny").interactions
    days = 86_400 * np.arange(len(plain))
    monkeypatch.setattr(Atlas, "interactions", replace(plain, timestamps=days))
    at.run()
    moment = np.datetime64(int(days[int(0.8 * len(plain))]), "s")
    assert f"Here that is {moment} UTC".replace("T", " ", 1) in words(at)
    assert not next(button for button in at.button if button.label == "Measure").disabled


def test_the_split_is_written_when_it_is_asked_for(app: AppTest) -> None:
    measured()
    at = opened(app)
    assert not [button for button in at.get("download_button") if "split" in button.proto.label]
    at.button(key="prepare-split").click().run()
    assert not at.exception
    assert not at.error, at.error[0].value
    assert [button for button in at.get("download_button") if "split" in button.proto.label]


def test_a_few_likes_are_shown_as_such(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(few_likes, "LEAST_RATINGS", 2)
    monkeypatch.setattr(few_likes, "LEAST_ACCEPTABLE", 1)
    measured("--split", "few_likes")
    at = opened(app)
    assert at.selectbox(key="metric").value == "Acceptable films"
    assert "Acceptable films@5" in table(at)
    assert "Asked with a few likes." in words(at)
    assert any(header.value == "From the first liked film on" for header in at.subheader)
    assert "named one to five films that they like" in words(at)
    assert "tested on" not in words(at)
    curves = next(one for one in figures(at) if "Films named" in json.dumps(one["layout"]))
    assert len(curves["data"]) == 3
    assert "A few films that I like" in words(at)


def test_what_is_best_for_what_is_read_off_all_evaluations(app: AppTest, home: Path) -> None:
    measured()
    [path] = (home / "evaluations" / "tiny").glob("*.json")
    stored = json.loads(path.read_text())
    at = opened(app)
    [section] = [one.value for one in at.markdown if one.value.startswith("| What for")]
    rows = section.splitlines()[2:]
    assert [row.split(" :small")[0] for row in rows] == [
        "| What people will watch and like next",
        "| Finding less known films that people like",
        "| The mix of genres that I like",
    ]
    of_ndcg = {name: one["metrics"]["ndcg@10"]["mean"] for name, one in stored["results"].items()}
    best = max(of_ndcg, key=lambda name: of_ndcg[name])
    label = {"ease": "EASE", "item_knn": "Item-KNN", "popularity": "Popularity"}[best]
    assert f"**{label}**" in rows[0].replace("\\", "")
    assert f"{of_ndcg[best]:.3f}" in rows[0]
    assert "Not measured yet: A few films that I like" in words(at)
    for name in ("ease", "item_knn", "popularity"):
        stored["results"][name]["better_than"]["ndcg@10"] = [n for n in of_ndcg if n != name]
    path.write_text(json.dumps(stored))
    again = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60))
    assert "clearly ahead of all 2 others" in words(again).replace("\\", "")


def test_measure_takes_what_is_on_the_screen_not_what_the_last_run_saw(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choice is changed and the button pressed before the page has been drawn anew."""
    from ui.widgets import job_controls

    commands: list[list[str]] = []
    monkeypatch.setattr(
        job_controls, "start", lambda change, name, title, arguments, at_end: commands.append(arguments)
    )
    at = opened(app)
    at.multiselect(key="measured").set_value(["popularity", "item_knn"]).run()
    at.multiselect(key="measured").set_value(["popularity"])
    at.selectbox(key="split").set_value("cold_users")
    next(button for button in at.button if button.label == "Measure").click().run()
    assert not at.exception
    [arguments] = commands
    assert arguments[arguments.index("--methods") + 1] == "popularity"
    assert arguments[arguments.index("--split") + 1] == "cold_users"


def test_an_evaluation_can_be_taken_along_and_measured_again(app: AppTest) -> None:
    measured("--seed", "2")
    at = opened(app)
    labels = [button.proto.label for button in at.get("download_button")]
    assert {"Report (HTML)", "Markdown", "LaTeX tables", "BibTeX"} <= set(labels)
    again = next(code.value for code in at.code if "reproduce" in code.value)
    assert f"evaluate tiny --split random_holdout --methods {METHODS} --seed 2 --k 5 --k 10" in again


def test_the_lists_behind_a_figure_are_shown_for_two_methods(app: AppTest) -> None:
    measured()
    at = opened(app)
    assert "Found by neither" not in words(at)
    at.toggle(key="behind").set_value(True).run()
    assert not at.exception
    first = at.selectbox(key="behind-one").value
    assert at.selectbox(key="behind-other").value != first
    assert f"nDCG@5 is higher with **{first}** for" in words(at)
    told = []
    for one, other in (("Popularity", "EASE"), ("EASE", "Popularity")):
        at.selectbox(key="behind-one").set_value(one).run()
        at.selectbox(key="behind-other").set_value(other).run()
        assert not at.exception
        told.append("What both were told" in words(at))
        assert f"is higher with **{one}** for" in words(at)
    assert any(told)
    at.selectbox(key="behind-one").set_value("Popularity").run()
    assert "Popularity" not in at.selectbox(key="behind-other").options


def test_two_evaluations_stand_side_by_side(app: AppTest) -> None:
    measured()
    at = opened(app)
    assert "There is no other evaluation" in words(at)
    measured("--seed", "4")
    at = opened(app)
    picker = at.selectbox(key="beside")
    assert picker.options[0] == "No other"
    picker.set_value(picker.options[1]).run()
    assert not at.exception
    assert "Other ratings were held out" in words(at)
    assert any("Change" in frame.value for frame in at.dataframe)
    assert "What was otherwise" in words(at)


def test_the_form_says_how_long_it_is_going_to_take_and_by_what_that_is_known(app: AppTest) -> None:
    at = opened(app)
    assert "by formulas. What is kept" in words(at)
    measured()
    at = opened(app)
    assert "of them by what they took here before, else by formulas" in words(at)
    at.multiselect(key="measured").set_value(["ease", "popularity"]).run()
    assert "by what it took here before" in words(at)
