"""`history`, and `recommend --history`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.exploration.captions import history_caption
from core.histories import Entry, History, Status
from core.serving import Atlas
from core.serving.histories import found_in
from tests.histories import exports


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def films(tmp_path: Path) -> Path:
    rows = ["The Space Story,1960,5", "The Love Story,1960,1", "The Space House,1966,4.5", "The Heist,1960,3"]
    path = tmp_path / "mine.csv"
    path.write_bytes(exports.own_table("Title,Year,Rating", [*rows, "Tomorrow,2030,2", "=Nowhere,1990,4"]))
    return path


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_what_was_read_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(exports.IMDB_2024)
    text = said(run("history", str(path)))
    assert "ratings.csv (IMDb, utf-8): 6 rows read, 2 kept" in text
    assert "2 dropped: a series (Breaking Bad, Chernobyl)" in text
    assert "2 rows speak of films." in text


def test_what_was_found_is_printed(home: Path, films: Path) -> None:
    text = said(run("history", str(films), "--dataset", "tiny"))
    assert "3 of 6 films found in" in text
    assert "3 seen (3 rated, 0 favourites)" in text
    assert (
        "The Heist (1960): is it The Heist Story (1960)" not in text
    )  # a part of a title that may be anybody's
    assert "Tomorrow (2030): newer than 2008" in text
    assert "=Nowhere (1990): not there" in text


def test_as_json_with_what_was_read_and_found(home: Path, films: Path) -> None:
    written = json.loads(run("history", str(films), "--dataset", "tiny", "--json").stdout)
    assert written["rows"] == 6
    assert written["read"]["tables"][0]["kept"] == 6
    assert written["counts"]["found"] == 3
    assert written["by"] == {"title": 3}
    assert [film["title"] for film in written["newer"]] == ["Tomorrow"]


def test_a_history_is_saved_where_asked_and_recommends_the_same(
    home: Path, films: Path, tmp_path: Path
) -> None:
    saved, missing = tmp_path / "saved.json", tmp_path / "missing.csv"
    said(run("history", str(films), "--dataset", "tiny", "--save", str(saved), "--missing", str(missing)))
    asked = ("recommend", "tiny", "-k", "4", "--json", "--history")
    first, second = (json.loads(run(*asked, str(path)).stdout) for path in (films, saved))
    assert first["items"] == second["items"]
    assert first["history"]["counts"] == second["history"]["counts"]
    assert all(item["item_id"].startswith("space-") for item in first["items"])
    rows = missing.read_text("utf-8").splitlines()
    assert rows[0] == "title,year,imdb_id,tmdb_id,why,may_be"
    assert "'=Nowhere,1990,,,not there," in rows  # no spreadsheet takes it for a formula


def test_a_doubtful_film_can_be_chosen_and_the_choice_is_saved(home: Path, tmp_path: Path) -> None:
    path, saved = tmp_path / "mine.csv", tmp_path / "saved.json"
    path.write_bytes(exports.own_table("Title,Year", ["The Space Story,1962"]))
    label = "The Space Story (1962)"
    assert f"{label}: is it The Space Story (1960)?" in said(run("history", str(path), "--dataset", "tiny"))
    chosen = (
        "history",
        str(path),
        "--dataset",
        "tiny",
        "--choose",
        f"{label}=id:space-0",
        "--save",
        str(saved),
    )
    assert "1 of 1 films found in" in said(run(*chosen))
    again = json.loads(run("history", str(saved), "--dataset", "tiny", "--json").stdout)
    assert (again["counts"]["found"], again["by"]) == (1, {"as you said": 1})
    none = json.loads(
        run("history", str(path), "--dataset", "tiny", "--choose", f"{label}=none", "--json").stdout
    )
    assert (none["counts"]["doubtful"], none["counts"]["missing"]) == (0, 1)


def test_how_well_methods_would_have_known_somebody(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    nouns = ("Story", "House", "Return", "Summer", "Winter", "Letter", "Road")
    rows = [
        f"The {world} {noun},{1960 + 6 * n},{stars}"
        for world, stars in (("Space", 5), ("Love", 4.5), ("Ghost", 1))
        for n, noun in enumerate(nouns)
    ]
    path.write_bytes(exports.own_table("Title,Year,Rating", rows))
    asked = ("history", str(path), "--dataset", "tiny", "--known")
    known = json.loads(run(*asked, "--json").stdout)["known"]
    assert (known["n_liked"], known["n_unseen"]) == (14, 15)
    means = [one["above"]["mean"] for one in known["methods"]]
    assert means == sorted(means)
    text = said(run(*asked))
    assert " ".join(known["in_words"].split()) in text
    assert text.index("Taste") < text.index("Random")
    assert "triplet was not asked" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("history", "FILMS", "--dataset", "tiny", "--known"), "8 more"),
        (("history", "FILMS", "--known"), "Nothing was matched"),
        (("history", "nowhere.csv"), "cannot be read"),
        (("history", "FILMS", "--missing", "x.csv"), "Nothing was matched"),
        (("history", "FILMS", "--scale", "five"), "scale “five” cannot be read"),
        (("history", "FILMS", "--dataset", "tiny", "--choose", "Heat=id:1"), "about no doubtful film"),
        (("history", "FILMS", "--save", "no/such/folder/x.json"), "cannot be written"),
        (("recommend", "tiny", "--history", "nowhere.csv"), "cannot be read"),
    ],
)
def test_errors_are_calm(home: Path, films: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run(*(str(films) if one == "FILMS" else one for one in arguments))
    assert result.exit_code == 1
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_the_caption_counts_every_film_once(atlas: Atlas) -> None:
    entries = (
        Entry("The Space Story", 1960, Status.LIKED),
        Entry("The Space Story", 1961),
        Entry("The Love Story", 1962),
        Entry("The Ghost House", 1966, Status.WANTED),
        Entry("Nowhere at All", 1990),
    )
    caption = history_caption(found_in(atlas, History(entries)), "Tiny")
    assert caption == (
        "3 of 5 films found in Tiny, 1 of them named twice: 1 seen (0 rated, 1 favourites), 1 on the watchlist. "
        "The others: 1 to confirm, which count for nothing until then, 1 not there."
    )
