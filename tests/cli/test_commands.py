"""The command line: what it prints, and that errors are two calm lines."""

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from core import embeddings, recommenders
from core.cli.app import app
from core.cli.arguments import parse_years
from core.embeddings.triplet_network.training import TripletParams
from core.errors import InvalidQueryError
from core.maps import projection
from core.params import param_fields
from tests import tiny
from tests.conftest import flat_map
from tests.datasets.files import LAYOUTS, write


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_recommends_as_json(home: Path) -> None:
    result = run("recommend", "tiny", "--like", "The Space Story (1960)", "-k", "3", "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert [set(item) for item in answer["items"]] == [{"item_id", "title", "year", "score", "reason"}] * 3
    assert all(item["item_id"].startswith("space-") for item in answer["items"])
    assert all(item["reason"] for item in answer["items"])


def test_a_methods_parameters_change_its_answer(home: Path) -> None:
    films = ("--like", "The Space Story (1960)", "--dislike", "The Love Story (1960)", "--json")
    asked = ("recommend", "tiny", "--method", "content", *films)
    plain, pushed = (
        json.loads(run(*asked, *more).stdout)["items"] for more in ((), ("--param", "dislike_weight=2"))
    )
    assert [item["score"] for item in plain] != [item["score"] for item in pushed]


def test_less_known_films_are_asked_for_and_the_effect_is_said(home: Path) -> None:
    asked = ("recommend", "tiny", "--like", "The Space Story (1960)", "--method", "popularity", "-k", "4")
    less, plain, well = (json.loads(run(*asked, f"--fame={f}", "--json").stdout) for f in (-1, 0, 1))
    medians = [answer["known_by"]["median"] for answer in (less, plain, well)]
    assert medians == sorted(medians)
    assert less["known_by_without"] == plain["known_by"]
    assert plain["known_by_without"] is None
    said = " ".join(run(*asked, "--fame", "-1").output.split())
    assert f"A typical film here has {less['known_by']['median']:.0f} rating" in said
    assert "without the control" in said
    assert "without the control" not in run(*asked).output


def test_methods_are_listed_with_their_parameters() -> None:
    listed = run("methods").output
    assert all(name in listed for name in recommenders.names())
    for name in recommenders.names():
        one = run("methods", name)
        assert one.exit_code == 0
        for spec in param_fields(recommenders.method_class(name).Params):
            assert spec.name in one.output
            assert str(spec.default) in one.output


def test_embeddings_are_listed_with_their_parameters() -> None:
    listed = run("spaces").output
    assert all(name in listed for name in embeddings.names())
    one = run("spaces", "triplet").output
    for spec in param_fields(TripletParams):
        assert spec.name in one
    assert "no parameters" in run("spaces", "minilm").output


def test_status_counts_the_films_that_an_embedding_places(home: Path) -> None:
    assert "letters: 64 dimensions, vectors for 36 of 36 films" in " ".join(
        run("status", "tiny").output.split()
    )


def test_recommends_as_csv_what_the_app_gives_as_a_file(home: Path) -> None:
    asked = ("recommend", "tiny", "--like", "The Space Story (1960)", "-k", "3")
    frame = pd.read_csv(io.BytesIO(run(*asked, "--format", "csv").stdout_bytes), encoding="utf-8-sig")
    answer = json.loads(run(*asked, "--format", "json").stdout)
    assert answer == json.loads(run(*asked, "--json").stdout)
    assert len(frame) == 3
    titles = frame.astype(str).agg(" ".join, axis=1)
    assert all(item["title"] in line for item, line in zip(answer["items"], titles, strict=True))
    assert run(*asked, "--format", "xml").exit_code == 2


def test_recommends_as_a_table(home: Path) -> None:
    result = run("recommend", "tiny", "--like", "id:heist-2", "--genre", "Crime", "--years", "1960:1990")
    assert result.exit_code == 0, result.output
    assert "The Heist Story (1960)" in result.output
    assert "Close to The Heist Return" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["recommend", "tiny", "--like", "No Such Film"], "No film called"),
        (["recommend", "nowhere", "--like", "x"], "is not built yet"),
        (["recommend", "tiny", "--like", "id:space-0", "-k", "0"], "0 films were asked for"),
        (["recommend", "tiny", "--like", "id:space-0", "--genre", "Nope"], "No film has the genre"),
        (["recommend", "tiny", "--like", "id:space-0", "--years", "soon"], "cannot be read"),
        (["recommend", "tiny", "--like", "id:space-0", "--method", "magic"], "no method called"),
        (["recommend", "tiny", "--like", "id:space-0", "--space", "magic"], "is not built"),
        (["recommend", "tiny", "--user", "stranger"], "No user has the id"),
        (["recommend", "tiny", "--like", "id:space-0", "--fame", "7"], "The fame is 7"),
        (["ask", "tiny", "--fame", "-1.5", "--once", "a film"], "The fame is -1.5"),
        (["recommend", "tiny", "--method", "ease", "--param", "reg"], "name=value"),
        (["recommend", "tiny", "--method", "ease", "--param", "reg=much"], "a number"),
        (["recommend", "tiny", "--method", "ease", "--param", "keep=1.5"], "a whole number"),
        (["recommend", "tiny", "--method", "hybrid", "--param", "learn=perhaps"], "true or false"),
        (["recommend", "tiny", "--method", "ease", "--param", "magic=1"], "no parameter of ease called"),
        (["recommend", "tiny", "--method", "ease", "--param", "reg=-5"], "below its smallest value"),
        (["methods", "magic"], "no method called"),
        (["spaces", "magic"], "no embedding called"),
        (["build", "tiny", "--space", "triplet:magic=1"], "no parameter of triplet"),
        (["build", "tiny", "--space", "triplet:margin=wide"], "a number"),
        (["build", "tiny", "--space", "letters:size=3"], "no parameter of letters"),
        (["build", "nothing-here"], "are not here"),
        (["build", "tiny", "--column", "nonsense"], "ours=theirs"),
        (["build"], "Which dataset?"),
        (["fetch", "tmdb-5000"], "cannot be fetched"),
        (["fetch", "nonsense"], "no download called"),
        (["status", "nowhere"], "is not built yet"),
    ],
)
def test_errors_are_plain(home: Path, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_lists_and_describes(home: Path) -> None:
    listed = run("datasets")
    assert "tiny" in listed.output
    assert "ml-latest-small" in listed.output
    described = run("status", "tiny")
    assert "36 films" in described.output
    assert "films.csv: 36 rows read, 36 kept" in described.output


def test_builds_with_progress_for_programs(home: Path) -> None:
    files = tiny.write_own_files(home / "downloads" / "tiny-two", tiny.tiny_dataset())
    result = run("build", "tiny-two", "--from", str(files), "--space", "letters", "--progress")
    assert result.exit_code == 0, result.output
    steps = [json.loads(line) for line in result.stdout.splitlines()]
    assert {"stage", "number", "of", "done", "total", "seconds_left", "note"} == set(steps[0])
    again = run("build", "tiny-two", "--space", "letters")
    assert "nothing to do" in again.output
    failed = run("build", "gone", "--progress")
    assert json.loads(failed.stdout.splitlines()[-1])["error"]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("", None),
        ("1999", (1999, 1999)),
        ("1990:2005", (1990, 2005)),
        ("1990:", (1990, 9999)),
        (":2005", (0, 2005)),
    ],
)
def test_years(text: str, years: tuple[int, int] | None) -> None:
    assert parse_years(text) == years
    with pytest.raises(InvalidQueryError):
        parse_years("then")


def test_builds_with_what_another_dataset_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MOVIE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(projection, "project", flat_map)
    write(tmp_path / "tmdb-5000", LAYOUTS["tmdb-5000"])
    files = tiny.write_own_files(tmp_path / "linked", tiny.tiny_dataset())
    frame = pd.read_csv(files / "films.csv")
    frame.assign(tmdb_id=range(len(frame)), year="", overview="").to_csv(files / "films.csv", index=False)
    build = ("build", "linked", "--space", "letters")
    filled = run(*build, "--with", "tmdb-5000")
    assert filled.exit_code == 0, filled.output
    assert "Filled in from TMDB 5000, where films had none: 2 plots" in filled.output
    assert "TMDB 5000: 2 rows read, 2 kept" in filled.output
    assert "nothing to do" in run(*build, "--with", "tmdb-5000").output
    plain = run(*build)
    assert "Built without --with tmdb-5000, which the build before had." in plain.output
    assert "Filled in from" not in plain.output
    assert "Built without" not in run(*build).output
    unknown = run(*build, "--with", "nowhere")
    assert unknown.exit_code == 1
    assert "The files of nowhere are not here" in unknown.output
    assert "leave out --with nowhere" in unknown.output
