"""`ask`: the conversation in the terminal, and a single question for scripts."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.cli import ask
from core.cli.app import app
from core.errors import CannotFitError, InvalidQueryError
from core.serving import Atlas
from core.serving.fitted_methods import FittedMethods
from tests.histories.exports import table

pytestmark = pytest.mark.slow

ROCKET = "A crew flies a rocket to a distant planet"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["ask", *arguments], input=typed)


def films(text: str) -> list[str]:
    """The lines of a printed answer that name a film of the tiny catalogue."""
    return [line for line in text.splitlines() if line[:2].strip().isdigit() and "The " in line]


def talk(atlas: Atlas) -> ask.Conversation:
    return ask.Conversation(atlas, "content", 3, "content", {})


def test_a_description_shows_five_films_with_reasons_until_an_empty_line(home: Path) -> None:
    result = run("tiny", typed=f"{ROCKET}\n\nnever asked\n")
    assert result.exit_code == 0, result.output
    found = films(result.output)
    assert len(found) == 5
    assert all("Nearest genre cluster" in line for line in found)
    assert result.output.count("> ") == 2


def test_the_method_can_be_chosen(home: Path) -> None:
    found = films(run("tiny", "--method", "content", "-k", "3", typed=f"{ROCKET}\n").output)
    assert len(found) == 3
    assert all("The Space" in line for line in found)


def test_the_embedding_can_be_chosen(home: Path) -> None:
    asked = ("tiny", "--method", "content", "--once", "a rocket to a planet", "--json")
    assert run(*asked, "--space", "letters").exit_code == 0
    said = run(*asked, "--space", "minilm").output
    assert "is not built" in said
    assert "--space minilm" in said


def test_ones_own_films_are_left_out_and_said(home: Path, tmp_path: Path) -> None:
    without = films(run("tiny", "--method", "content", "--once", ROCKET, "-k", "3").output)
    own = tmp_path / "mine.csv"
    own.write_bytes(table("Title,Year,Rating", *(f"{line[4:].split(' (')[0]},,5" for line in without)))
    asked = ("tiny", "--method", "content", "--once", ROCKET, "-k", "3", "--history", str(own))
    result = run(*asked)
    assert result.exit_code == 0, result.output
    assert "3 of 3 films found in" in " ".join(result.output.split())
    titles = [line[4:].split("  ")[0] for line in films(result.output)]
    assert len(titles) == 3
    assert not {title.split(" (")[0] for title in titles} & {line[4:].split(" (")[0] for line in without}
    assert json.loads(run(*asked, "--json").stdout)["history"]["counts"]["found"] == 3


def test_how_long_loading_took_is_said(home: Path) -> None:
    assert "36 films in" in run("tiny").output
    assert "Ready in" in run("tiny").stderr


@pytest.mark.parametrize("end", ["q\n", "Q\n", "quit\n", "", "  \n"])
def test_stops(home: Path, end: str) -> None:
    result = run("tiny", typed=end)
    assert result.exit_code == 0
    assert films(result.output) == []


def test_earlier_questions_are_listed_and_asked_again_by_number(home: Path) -> None:
    first, second = ROCKET, "a thief plans one last robbery of a bank"
    result = run("tiny", typed=f"h\n{first}\n{second}\nh\n1\n{first}\nh\n")
    before, asked, listed = (part.split("> ") for part in result.output.split("  1  "))
    assert "No question yet." in before[1]
    assert len(films("".join(before))) == 10
    assert f"  2  {second}" in "".join(asked), "asking again adds nothing"
    again, repeated = asked[1:3]
    assert again.startswith(first)
    assert films(again) == films(repeated) == films(before[2])
    assert len(films("".join(listed))) == 0


def test_numbers_mean_earlier_questions_unless_quoted(atlas: Atlas) -> None:
    conversation = talk(atlas)
    conversation.answer(ROCKET)
    conversation.answer(ROCKET)
    assert conversation.history == [ROCKET]
    assert conversation.meant("1") == ROCKET
    assert conversation.meant('"1"') == "1"
    assert conversation.meant("1 thief") == "1 thief"
    assert conversation.meant("9" * 5000) == "9" * 5000
    assert conversation.meant("²") == "²"
    for number in ("0", "2", "1917"):
        with pytest.raises(InvalidQueryError, match="no question"):
            conversation.meant(number)


def test_a_mistake_does_not_end_the_conversation(home: Path) -> None:
    result = run("tiny", typed=f'7\n""\n{"x" * 2001}\n{ROCKET}\nq\n')
    assert result.exit_code == 0, result.output
    assert "There is no question 7." in result.output
    assert "The text is empty." in result.output
    assert "The text has 2,001 characters." in result.output
    assert len(films(result.output)) == 5


@pytest.mark.parametrize("text", ["[bold]rocket[/] 100%", "'; DROP TABLE movies; --", 'O\'Brien "x" {y}'])
def test_hostile_words_are_only_words(home: Path, text: str) -> None:
    result = run("tiny", typed=f"{text}\nh\n1\nq\n")
    assert result.exit_code == 0, result.output
    assert f"  1  {text}" in result.output


def test_once_prints_one_answer(home: Path) -> None:
    result = run("tiny", "--once", ROCKET, "-k", "2", typed="never read\n")
    assert result.exit_code == 0, result.output
    assert len(films(result.stdout)) == 2
    assert "> " not in result.stdout
    assert "Ready in" not in result.stdout


def test_less_known_films_can_be_asked_for(home: Path) -> None:
    asked = ("tiny", "--method", "content", "--once", ROCKET)
    result = run(*asked, "--fame", "-1")
    assert "without the control" in result.stdout
    less, well = (json.loads(run(*asked, f"--fame={f}", "--json").stdout) for f in (-1, 1))
    assert less["known_by"]["median"] < well["known_by"]["median"]


def test_once_as_json_is_json_alone(home: Path) -> None:
    result = run("tiny", "--once", ROCKET, "--json")
    answer = json.loads(result.stdout)
    assert (answer["question"], answer["method"]) == (ROCKET, "genre_clusters")
    assert len(answer["items"]) == 5
    assert all(item["item_id"] and item["reason"] for item in answer["items"])


def test_a_method_that_is_not_available_is_replaced_and_that_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def method(methods: FittedMethods, name: str, params: object = None) -> object:
        if name == "genre_clusters":
            raise CannotFitError("No film has a genre.")
        return fitted(methods, name)

    fitted = FittedMethods.fitted
    monkeypatch.setattr(FittedMethods, "fitted", method)
    answer = json.loads(run("tiny", "--once", ROCKET, "--json").stdout)
    assert (answer["method"], answer["fallback_for"]) == ("content", "genre_clusters")
    assert "“Genre clusters” is not available here" in answer["notes"][0]
    shown = run("tiny", typed=f"{ROCKET}\n")
    assert "“Genre clusters” is not available here, so “Similar films” answers" in shown.output
    assert len(films(shown.output)) == 5


def test_a_method_that_reads_no_text_says_who_answered(home: Path) -> None:
    answer = json.loads(run("tiny", "--once", ROCKET, "--json", "--method", "item_knn").stdout)
    assert (answer["method"], answer["fallback_for"]) == ("content", "item_knn")
    assert "cannot use what was given" in answer["notes"][0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "is not built yet"),
        (["tiny", "--method", "magic"], "no method called"),
        (["tiny", "--json"], "answers a single question"),
        (["tiny", "-k", "0"], "0 films were asked for"),
        (["tiny", "--once", " "], "The text is empty"),
        (["tiny", "--once", "x" * 2001], "2,001 characters"),
    ],
)
def test_errors_are_plain(home: Path, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output
