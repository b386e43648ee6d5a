"""Reports to cite, and measuring again what they say."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core import datasets, recommenders
from core.cli.app import app
from core.errors import DatasetError
from core.evaluation.reports.references import known_works, references_of
from core.evaluation.reports.reproduction import asked_of, differences, read_report
from core.evaluation.reports.writing import WRITERS, as_bibtex, as_html, as_latex, as_markdown
from tests.cli.evaluating import Files

pytestmark = pytest.mark.slow

METHODS = "popularity,ease"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("report"))


@pytest.fixture(autouse=True)
def home(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(files.folder / "home"))


@pytest.fixture(scope="module")
def value(files: Files) -> dict:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIE_ATLAS_HOME", str(files.folder / "home"))
        return files.result("--methods", METHODS, "--k", 5, "--k", 10, "--relevant", 4, "--seed", 3)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def changed(value: dict, **about: object) -> dict:
    copy = json.loads(json.dumps(value))
    copy["about"] |= about
    return copy


def test_a_report_is_written_in_every_form_and_holds_the_figures(files: Files, value: dict) -> None:
    source = files.folder / "out" / "result.json"
    paths = [files.folder / f"report{ending}" for ending in WRITERS]
    ended = run("report", source, *(part for path in paths for part in ("--out", path)))
    assert ended.exit_code == 0, ended.output
    best = value["results"]["ease"]["metrics"]["ndcg@5"]
    mean, interval = f"{best['mean']:.4f}", f"[{best['low']:.4f}, {best['high']:.4f}]"
    assert f"{mean}<br><small>{interval}</small>" in paths[0].read_text("utf-8")
    for path in paths[1:3]:
        assert f"{mean} {interval}" in path.read_text("utf-8"), path
    assert "@inproceedings{steck2019," in paths[3].read_text("utf-8")
    page = paths[0].read_text("utf-8")
    assert "http" not in re.sub(r"<script.*</script>", "", page, flags=re.DOTALL), "it needs no other file"
    assert page.count("<svg") == 2
    assert "src=" not in page
    assert value["about"]["fingerprints"]["films"] in page
    assert f"numpy {value['about']['versions']['numpy']}" in page
    assert read_report(paths[0]) == json.loads(json.dumps(value))


def test_measured_again_it_is_the_same_and_what_is_otherwise_is_said(files: Files, value: dict) -> None:
    path = files.folder / "again.html"
    path.write_text(as_html(value), "utf-8")
    arguments = files.arguments()
    same = run("reproduce", path, *arguments)
    assert same.exit_code == 0, same.output
    assert "figures are the same to the last digit" in same.output
    held = files.test
    files.test = held.iloc[:-3]
    other = run("reproduce", path, *files.arguments())
    files.test = held
    assert other.exit_code == 1
    assert "fingerprint ratings and their parts files" in " ".join(other.output.split())
    assert "Figures" in other.output
    assert "others than they were" in other.output


def test_what_differs_is_told_by_kind_and_figures_by_how_far_they_are_apart(value: dict) -> None:
    now = json.loads(json.dumps(value))
    now["about"]["versions"]["numpy"] = "0.1"
    now["about"]["machine"]["cores"] = 99
    now["results"]["ease"]["params"]["reg"] = 7.0
    now["results"]["ease"]["metrics"]["ndcg@5"]["mean"] += 0.001
    now["results"]["popularity"]["metrics"]["ndcg@5"]["mean"] += 0.1
    found = differences(value, now)
    assert [one.kind for one in found] == ["software", "machine", "parameters", "figures", "figures"]
    assert found[0].what == "numpy"
    assert found[0].now == "0.1"
    assert found[2].what == "EASE: reg"
    assert [one.what for one in found[3:]] == ["Popularity: ndcg@5", "EASE: ndcg@5"]
    assert found[4].size == pytest.approx(0.001)
    assert differences(value, json.loads(json.dumps(value))) == []
    now["results"]["ease"] = {"error": "Too large."}
    failed = [one for one in differences(value, now) if one.what == "EASE: outcome"]
    assert [(one.was, one.now) for one in failed] == [("measured", "Too large.")]


def test_what_was_asked_is_read_from_the_report(value: dict) -> None:
    asked = asked_of(value)
    assert (asked.dataset, asked.split, asked.methods) == ("", "", ("popularity", "ease"))
    assert (asked.ks, asked.relevant, asked.seed, asked.n_trials) == ((5, 10), 4.0, 3, 0)
    cold = asked_of(changed(value, dataset="tiny", split={"name": "cold_users[n=5]", "given": [1, 5]}))
    assert (cold.dataset, cold.split, cold.known) == ("tiny", "cold_users", (1, 5))
    likes = asked_of(changed(value, is_explicit=False))
    assert likes.relevant is None


def test_nothing_of_the_data_is_run_or_breaks_the_page(value: dict, files: Files) -> None:
    evil = '</script><script>alert(1)</script>"&<b>'
    told = changed(value, label=evil, notes=[evil])
    page = as_html(told)
    assert page.count("<script") == 1
    assert "<b>" not in page
    path = files.folder / "evil.html"
    path.write_text(page, "utf-8")
    assert read_report(path)["about"]["label"] == evil
    assert "<script" not in as_markdown(told)
    latex = as_latex(changed(value, label=r"50 % of \input{x} & $more$_"))
    assert r"50 \% of \textbackslash{}input\{x\} \& \$more\$\_" in latex


def test_simulated_ratings_are_called_so_everywhere(value: dict) -> None:
    told = changed(value, is_simulated=True)
    assert "Simulated data" in as_html(told)
    assert "Simulated data" in as_markdown(told)
    assert "Simulated ratings" in as_latex(told)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "<html></html>", '{"about": {}, "results": {}}', "nothing"]
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.html").write_text(content)
    with pytest.raises(DatasetError, match="holds no evaluation"):
        read_report(tmp_path / "a.html")


def test_a_report_of_files_wants_them_and_lists_theirs(files: Files, value: dict, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value))
    ended = run("reproduce", path)
    assert ended.exit_code == 1
    assert "--train FILE --test FILE" in " ".join(ended.output.split())
    path.write_text(json.dumps(changed(value, lists={"mine": {"file": "a.csv", "sha256": "0"}})))
    ended = run("reproduce", path, *files.arguments())
    assert "--lists mine=FILE" in " ".join(ended.output.split())


def test_without_an_evaluation_or_a_known_ending_nothing_is_written(
    tmp_path: Path, files: Files, value: dict
) -> None:
    assert "Measure first" in " ".join(run("report", "tiny", "--out", tmp_path / "a.html").output.split())
    ended = run("report", files.folder / "out" / "result.json", "--out", tmp_path / "a.pdf")
    assert ended.exit_code == 1
    assert not list(tmp_path.iterdir())


def test_every_method_and_every_public_dataset_of_ratings_has_its_works(value: dict) -> None:
    of_data, of_methods, works = known_works()
    assert set(of_methods) == set(recommenders.names())
    assert set(of_data) <= set(datasets.SOURCES)
    assert {name for name in datasets.SOURCES if name.startswith("ml-")} <= set(of_data)
    used = {key for keys in (*of_data.values(), *of_methods.values()) for key in keys}
    assert used == set(works)
    for fields in works.values():
        assert {"kind", "author", "title", "year"} <= set(fields)
    keys = [one.key for one in references_of(changed(value, dataset="ml-100k"))]
    assert keys == ["movieatlas", "harper2015", "steck2019"]
    assert as_bibtex(value).count("@") == 2
