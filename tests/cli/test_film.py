"""`film`: a film's page in the terminal."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.serving import Atlas


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_a_films_page_is_printed(home: Path, atlas: Atlas) -> None:
    text = said(run("film", "tiny", "The Space Story (1960)"))
    n = int(atlas.counts[0])
    assert text.startswith("The Space Story (1960) A crew flies a rocket to a distant planet")
    assert "Running time: not known" in text
    assert "Original language: English" in text
    assert "Directed by Space Maker (also here: " in text
    assert "; 3 more)" in text
    assert f"{n} ratings, mean " in text
    assert "about the same (letters)" in text
    assert "On the map of letters at " in text


def test_as_json_with_everything(home: Path, atlas: Atlas) -> None:
    page = json.loads(run("film", "tiny", "id:space-0", "--json").stdout)
    assert (page["item_id"], page["label"]) == ("space-0", "The Space Story (1960)")
    assert page["facts"]["Genres"] == "Sci-Fi, Drama"
    assert page["facts"]["Running time"] is None
    assert [len(person["others"]) for person in page["directors"]] == [8]
    assert {film["role"] for film in page["cast"][0]["others"]} == {"played"}
    assert page["ratings"]["n"] == atlas.counts[0] == sum(page["ratings"]["histogram"].values())
    assert page["ratings"]["over_time"] is None, "the files have no times"
    assert [film["rank"] for film in page["by_content"]] == list(range(1, 11))
    both = {film["item_id"] for film in page["by_content"]} & {film["item_id"] for film in page["by_ratings"]}
    assert both == {film["item_id"] for film in page["by_ratings"] if film["in_both"]}
    assert page["links"] == {}


def test_a_film_that_nobody_rated(home: Path) -> None:
    text = said(run("film", "tiny", "id:space-8"))
    assert text.count("Nobody here rated it.") == 1
    page = json.loads(run("film", "tiny", "id:space-8", "--json").stdout)
    assert page["ratings"] is None
    assert page["by_ratings"] == []
    assert page["ratings_note"] == "Nobody here rated it."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("film", "tiny", "Nothing Like Any"), "No film called"),
        (("film", "tiny", "id:space-0", "--space", "nowhere"), "not built"),
        (("film", "nowhere", "Heat"), "not built"),
    ],
)
def test_errors_are_calm(home: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output
