"""`python -m core new-here`: which film to say something about next, and what was taught so far."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from core.cli.arguments import DatasetName
from core.cli.console import calmly, out
from core.errors import HistoryError, InvalidQueryError
from core.histories import saved
from core.serving import Atlas
from core.serving.first_films import ANSWERS, ENOUGH, Lesson, as_history, next_films, taught


@calmly
def new_here_command(
    dataset: DatasetName,
    answer: Annotated[
        list[str] | None,
        typer.Option(help='"Title (Year)=liked", =so-so, =disliked or "=not seen"; repeat for more.'),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Write the answers as a history, for `recommend --history`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which film to ask a newcomer about next, and what each answer taught."""
    atlas = Atlas.open(dataset)
    answers = _answers(atlas, answer or [])
    asked = next_films(atlas, answers) if len(answers) < ENOUGH else ()
    lessons = taught(atlas, answers)
    labels = atlas.titles.labels
    if save:
        try:
            save.write_text(saved.to_text(as_history(atlas, answers)), "utf-8", newline="")
        except OSError as error:
            raise HistoryError(
                f"{save} cannot be written: {error.strerror}.", hint="Choose another place."
            ) from error
    if as_json:
        value = {
            "next": [{"item_id": str(atlas.catalog.ids[item]), "title": labels[item]} for item in asked],
            "asked": len(answers),
            "enough": ENOUGH,
            "taught": [
                {
                    "title": labels[one.item_index],
                    "changed": one.changed,
                    "of": one.of,
                    "like_you": one.like_you,
                    "people": one.people,
                }
                for one in lessons
            ],
        }
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
        return
    if lessons:
        out.print(_table(lessons, labels))
    for item in asked:
        out.print(f"{len(answers) + 1} of {ENOUGH}: {escape(labels[item])}?", highlight=False)
    if len(answers) >= ENOUGH:
        out.print(f"{len(answers)} answers are enough: recommend with --save FILE and --history FILE.")


def _table(lessons: Sequence[Lesson], labels: Sequence[str]) -> Table:
    table = Table(
        "film", "new among the first ten", "people who answer like you", box=None, header_style="bold"
    )
    for one in lessons:
        alike = "–" if one.like_you is None else f"{max(one.like_you, 1):,.0f} of {one.people:,}"
        table.add_row(escape(labels[one.item_index]), f"{one.changed} of {one.of}", alike)
    return table


def _answers(atlas: Atlas, given: Sequence[str]) -> dict[int, float | None]:
    """item_index and what was said, in the order in which it was given.

    Raises:
        InvalidQueryError: Something else than an answer was said, or two things of one film.
        UnknownItemError: There is no such film.
    """
    answers: dict[int, float | None] = {}
    for one in given:
        title, sign, said = one.rpartition("=")
        word = said.strip().casefold()
        if not sign or word not in ANSWERS:
            raise InvalidQueryError(
                f"“{one[:60]}” is no answer.", hint="Write Title=" + ", Title=".join(ANSWERS) + "."
            )
        item = atlas.titles.find(title)
        if item in answers:
            raise InvalidQueryError(f"{atlas.titles.labels[item]} was answered twice.", hint="Say it once.")
        answers[item] = ANSWERS[word]
    return answers
