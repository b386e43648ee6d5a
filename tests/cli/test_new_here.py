"""`new-here`: one film after the other, until there are enough answers."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.serving.first_films import ENOUGH


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["new-here", "tiny", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_newcomer_is_asked_until_it_is_enough(home: Path, tmp_path: Path) -> None:
    given: list[str] = []
    for number in range(ENOUGH):
        said = json.loads(run("--json", *given))
        assert (said["asked"], len(said["taught"])) == (number, number)
        title = said["next"][0]["title"]
        assert f"{title}=liked" not in given
        given += ["--answer", f"{title}={'liked' if 'Space' in title else 'disliked'}"]
    path = tmp_path / "mine.json"
    assert "10 answers are enough" in run("--save", str(path), *given)
    assert json.loads(run("--json", *given))["next"] == []
    answered = CliRunner().invoke(app, ["recommend", "tiny", "--history", str(path), "--json", "-k", "2"])
    value = json.loads(answered.stdout)
    n_liked = sum(one.endswith("=liked") for one in given)
    assert (value["history"]["counts"]["found"], value["history"]["counts"]["liked"]) == (ENOUGH, n_liked)
    assert n_liked >= 3
    assert not {item["title"] for item in value["items"]} & {one.partition(" (")[0] for one in given}


def test_what_was_taught_is_printed(home: Path) -> None:
    text = " ".join(run("--answer", "The Space Story (1960)=liked").split())
    assert "The Space Story (1960)" in text
    assert "of 10" in text
    assert "of 23" in text
    assert "2 of 10: The" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--answer", "The Space Story (1960)=great"), "is no answer"),
        (("--answer", "The Space Story (1960)"), "is no answer"),
        (("--answer", "Nowhere=liked"), "No film called"),
        (("--answer", "id:space-0=liked", "--answer", "id:space-0=disliked"), "answered twice"),
        (("--save", "no/such/folder/x.json"), "cannot be written"),
    ],
)
def test_errors_are_calm(home: Path, arguments: tuple[str, ...], words: str) -> None:
    result = CliRunner().invoke(app, ["new-here", "tiny", *arguments])
    assert result.exit_code == 1
    assert words in " ".join(result.output.split())
