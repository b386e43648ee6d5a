"""Sentences on an answer for several people."""

import pytest

from core.domain import GroupAnswer, GroupRecommendation, MemberFit
from core.exploration.together import (
    clearly_least,
    group_caption,
    left_out_caption,
    mean_fits,
    strategy_caption,
)

NAMES = ("Anna", "Ben", "Cleo")


def answer(*films: tuple[str, int | None, tuple[float, ...]], n_known: int = 4) -> GroupAnswer:
    items = tuple(
        GroupRecommendation(
            rank, rank, str(rank), title, year, 50.0,
            tuple(MemberFit(name, fit, 9) for name, fit in zip(NAMES, fits, strict=False)),
        )
        for rank, (title, year, fits) in enumerate(films, start=1)
    )  # fmt: skip
    n = len(films[0][2]) if films else 2
    return GroupAnswer(items, NAMES[:n], "least_misery", "taste", n_films=1234, n_known=n_known)


def test_who_gets_least_and_what_is_fairest() -> None:
    found = answer(("Heat", 1995, (90, 20, 55)), ("Up", None, (40, 50, 45)))
    assert mean_fits(found) == {"Anna": 65, "Ben": 35, "Cleo": 50}
    assert group_caption(found) == (
        "On average these films fit Anna 65, Ben 35 and Cleo 50: Ben gets least. "
        "Fairest is Up, with 40 or more for everybody."
    )


def test_nobody_is_said_to_get_least_where_all_get_the_same() -> None:
    found = group_caption(answer(("Heat", 1995, (52, 48))))
    assert found.startswith(
        "On average these films fit Anna 52 and Ben 48: nobody gets much less than another."
    )
    assert found.endswith("Fairest is Heat (1995), with 48 or more for everybody.")


def test_little_in_common_is_said() -> None:
    films = [("Heat", 1995, (60.0, fit)) for fit in (10, 20, 30, 39)]
    said = "for everybody. {} 40 or more for everybody: these tastes have little in common."
    assert group_caption(answer(*films)).endswith(said.format("None of these films has"))
    one = group_caption(answer(*films, ("Up", None, (60, 41))))
    assert one.endswith(said.format("Only one of these films has"))
    assert "common" not in group_caption(answer(*films[:1], ("Up", None, (60, 41))))


def test_an_empty_answer_has_no_sentence() -> None:
    assert group_caption(answer()) == ""
    assert mean_fits(answer()) == {}


@pytest.mark.parametrize(("fits", "least"), [((50, 44.9), "Ben"), ((50, 45), None), ((3, 50, 40), "Anna")])
def test_only_a_clear_difference_is_marked(fits: tuple[float, ...], least: str | None) -> None:
    found = clearly_least(answer(("Heat", 1995, fits)).items[0])
    assert (found.name if found else None) == least


def test_what_was_left_out_is_counted() -> None:
    many, one = answer(("Heat", 1995, (1, 2))), answer(("Heat", 1995, (1, 2)), n_known=1)
    assert left_out_caption(many) == (
        "4 films that somebody has seen, rated or named are left out; 1,234 could be chosen from."
    )
    assert left_out_caption(one).startswith("1 film that somebody has seen, rated or named is left out;")
    assert strategy_caption(many).startswith("The fit of whoever a film fits least")
