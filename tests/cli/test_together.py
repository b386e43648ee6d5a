"""`together`: one film for several people."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.cli.members import parse_member
from core.errors import InvalidQueryError
from tests.histories import exports

ANNA = ("--member", "Anna: The Space Story; The Space House")
BEN = ("--member", "Ben: The Love Story; dislike=The Ghost House")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["together", "tiny", *arguments])


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize(
    ("text", "name", "films"),
    [
        ("Anna: Heat; Alien", "Anna", {"like": ("Heat", "Alien")}),
        ("Anna:like=Heat; Alien;", "Anna", {"like": ("Heat", "Alien")}),
        ("Anna: Alien: Covenant", "Anna", {"like": ("Alien: Covenant",)}),
        (
            "Ben Ø : Heat; Dislike = Titanic (1997); Cars; seen=Up; like=Alien",
            "Ben Ø",
            {"like": ("Heat", "Alien"), "dislike": ("Titanic (1997)", "Cars"), "seen": ("Up",)},
        ),
        ("C: person=12", "C", {"person": ("12",)}),
        ("C: S=M; Like Water for Chocolate", "C", {"like": ("S=M", "Like Water for Chocolate")}),
        ("D: history=a.zip; b.csv; text=a slow film", "D", {"history": ("a.zip", "b.csv"), "text": ("a slow film",)}),
    ],
)  # fmt: skip
def test_a_person_is_read(text: str, name: str, films: dict[str, tuple[str, ...]]) -> None:
    member = parse_member(text)
    assert (member.name, member.said) == (name, films)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Heat; Alien", "does not say whose films"),
        (": Heat", "does not say whose films"),
        ("Anna:", "Anna has said nothing yet"),
        ("Anna: dislike=", "Anna has said nothing yet"),
        ("Anna: person=1; 2", "more than one person"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, words: str) -> None:
    with pytest.raises(InvalidQueryError, match=words) as error:
        parse_member(text)
    assert "Anna: Alien; The Thing" in error.value.hint


def test_films_for_two_with_everybodys_fit(home: Path) -> None:
    text = said(run(*ANNA, *BEN, "-k", "3"))
    assert "Anna likes The Space Story (1960); The Space House (1966)" in text
    assert "Ben likes The Love Story (1960), dislikes The Ghost House (1966)" in text
    assert "film all Anna Ben why" in text
    assert "On average these films fit Anna" in text
    assert "Fairest is" in text


def test_as_json_and_by_another_strategy(home: Path) -> None:
    found = {
        strategy: json.loads(said(run(*ANNA, *BEN, "--strategy", strategy, "--json", "-k", "30")))
        for strategy in ("average", "least_misery")
    }
    for strategy, answer in found.items():
        assert (answer["strategy"], answer["names"], answer["n_known"]) == (strategy, ["Anna", "Ben"], 4)
        assert answer["n_films"] == 32
        scores = [item["score"] for item in answer["items"]]
        assert scores == sorted(scores, reverse=True)
    fits = [[member["fit"] for member in item["members"]] for item in found["least_misery"]["items"]]
    assert [min(own) for own in fits] == pytest.approx([i["score"] for i in found["least_misery"]["items"]])
    assert min(fits[0]) >= max(min(m["fit"] for m in i["members"]) for i in found["average"]["items"])


def test_people_of_the_dataset_histories_words_and_filters(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(
        exports.own_table("Title,Year,Rating", ["The Space Story,1960,5", "The Love Story,1960,1"])
    )
    answer = json.loads(
        said(
            run(
                "--member", "Anna: person=u1", "--member", f"Ben: history={path}",
                "--member", "Cleo: text=a rocket to a planet", "--not-genre", "Horror", "--json",
            )
        )
    )  # fmt: skip
    assert answer["names"] == ["Anna", "Ben", "Cleo"]
    assert answer["items"]
    ids = {item["item_id"] for item in answer["items"]}
    assert not ids & {"space-0", "love-0"}
    assert not [one for one in ids if one.startswith("ghost")]


def test_words_that_are_only_facts_say_what_somebody_wants(home: Path) -> None:
    answer = json.loads(said(run(*ANNA, "--member", "Ben: text=horror", "--json", "-k", "4")))
    assert all(item["item_id"].startswith("ghost") for item in answer["items"])
    assert len(answer["items"]) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Nobody asks"),
        (ANNA, "Only one person asks"),
        ((*ANNA, *ANNA), "Two people are called Anna"),
        ((*ANNA, "--member", "Ben: seen=The Love Story"), "Ben has said nothing yet"),
        ((*ANNA, "--member", "Ben: Nowhere at all"), "No film called"),
        ((*ANNA, "--member", "Ben: person=nobody"), "No user has the id"),
        ((*ANNA, "--member", "Ben: history=nowhere.csv"), "cannot be read"),
        ((*ANNA, *BEN, "--strategy", "best"), "There is no strategy called “best”"),
        ((*ANNA, *BEN, "-k", "0"), "0 films were asked for"),
    ],
)
def test_mistakes_are_said_in_two_lines(home: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output
