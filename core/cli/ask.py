"""`python -m core ask`: describe a film in the terminal, see films with reasons, ask again."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from core import recommenders
from core.cli.arguments import Fame
from core.cli.console import calmly, err, out
from core.cli.history_files import (
    HistoryFiles,
    HistoryProfile,
    HistoryScale,
    matched_json,
    read_files,
    say_matched,
)
from core.cli.recommend import answer_json, reading_json, show_reading
from core.domain import Answer, Question
from core.errors import AtlasError, CannotFitError, InvalidQueryError, NotBuiltError
from core.exploration.captions import fame_caption
from core.histories import History, Matched
from core.recommenders.fame import validate_fame
from core.serving import Atlas, recommend
from core.serving.choices import default_method
from core.serving.histories import found_in
from core.serving.words import asked, understood
from core.words import Reading

METHOD = "genre_clusters"
FALLBACK = "content"
STOP = ("", "q", "quit", "exit")
LONGEST_NUMBER = 6
"""A line of more digits than this is a description, not the number of an earlier question."""


@dataclass
class Conversation:
    """One dataset and method, ready to answer, and what was asked so far.

    Attributes:
        atlas: The opened dataset.
        method: Name of the method that answers.
        k: How many films an answer has.
        asked_for: Name of the method that was wanted.
        params: Its parameters where they differ from the defaults.
        fame: How well known the films should be, see `Question`.
        own: The visitor's own films, None = they gave none.
        note: Why another one answers; "" = it does not.
        history: Earlier questions, each once, oldest first.
    """

    atlas: Atlas
    method: str
    k: int
    asked_for: str
    params: Mapping[str, Any]
    fame: float = 0.0
    own: Matched | None = None
    note: str = ""
    history: list[str] = field(default_factory=list)

    def answer(self, text: str) -> Answer:
        """Films for a description.

        Raises:
            InvalidQueryError: It is empty or too long.
        """
        if not text.strip():
            raise InvalidQueryError("The text is empty.", hint="Describe the film you want in a few words.")
        params = self.params if self.method == self.asked_for else {}
        found = recommend(self.atlas, asked(self.atlas, self.reading(text), self.question(params)))
        if text not in self.history:
            self.history.append(text)
        if not self.note:
            return found
        return replace(found, fallback_for=self.asked_for, notes=(self.note, *found.notes))

    def question(self, params: Mapping[str, Any] | None = None) -> Question:
        """What is asked beside the words."""
        own = self.own.weights if self.own else ()
        return Question(method=self.method, params=params or {}, k=self.k, fame=self.fame, history=own)

    def reading(self, text: str) -> Reading:
        """What is understood of a description."""
        return understood(self.atlas, text)

    def warm_up(self) -> None:
        """Ask once, which loads the table and the model that reads words."""
        self.answer("a film")
        self.history.clear()

    def meant(self, line: str) -> str:
        """The description that a typed line stands for: itself, or an earlier one by its number from 1.

        Raises:
            InvalidQueryError: There is no question of that number.
        """
        if len(line) > 1 and line[0] == line[-1] == '"':
            return line[1:-1].strip()
        if not (line.isascii() and line.isdigit() and len(line) <= LONGEST_NUMBER):
            return line
        if not 1 <= int(line) <= len(self.history):
            raise InvalidQueryError(
                f"There is no question {int(line)}.",
                hint=f'h lists them. To search for a number, put it in quotes: "{line}".',
            )
        return self.history[int(line) - 1]


@calmly
def ask_command(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset, see `datasets`.")],
    method: Annotated[
        str, typer.Option(help=f"Which method answers; {METHOD}, with --history taste where it can.")
    ] = "",
    space: Annotated[str, typer.Option(help="Embedding, for methods that search in one.")] = "",
    history: HistoryFiles = None,
    scale: HistoryScale = "",
    profile: HistoryProfile = "",
    fame: Fame = 0.0,
    k: Annotated[int, typer.Option("-k", help="How many films.")] = 5,
    once: Annotated[str | None, typer.Option(help="Answer this description and end.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --once: print JSON.")] = False,
) -> None:
    """Describe the film you want, see films with reasons, go on or stop."""
    if as_json and once is None:
        raise InvalidQueryError("--json answers a single question.", hint='Add --once "what you want".')
    if k < 1:
        raise InvalidQueryError(f"{k} films were asked for.", hint="Ask for 1 or more.")
    validate_fame(fame)
    own = read_files(history, scale, profile) if history else None
    talk = opened(dataset, method, k, {"space": space} if space else {}, own)
    talk.fame = fame
    if talk.own and not as_json:
        say_matched(talk.own, str(talk.atlas.about["label"]))
    if once is None:
        converse(talk)
        return
    answer = talk.answer(once)
    if as_json:
        understanding = reading_json(talk.atlas, talk.reading(once), talk.question())
        written = {"question": once, **answer_json(answer), **understanding}
        if talk.own:
            written["history"] = matched_json(talk.own, talk.atlas.titles.labels)
        sys.stdout.write(json.dumps(written, ensure_ascii=False) + "\n")
        return
    show(talk, once, answer)


def opened(
    dataset: str, method: str, k: int, params: Mapping[str, Any], own: History | None = None
) -> Conversation:
    """Load everything that an answer needs, showing what is being loaded and how long it took.

    Args:
        dataset: Its name.
        method: Who answers; "" = who answers words, or somebody's own films, by default.
        k: How many films.
        params: The method's parameters.
        own: The visitor's own films.

    Raises:
        NotBuiltError, UnknownNameError: There is no such dataset or method.
        ModelUnavailableError: The model that reads the text cannot be loaded.
    """
    started = time.perf_counter()
    with loading() as say:
        say(f"Opening {dataset}")
        atlas = Atlas.open(dataset)
        n_films = len(atlas.catalog)
        method = method or (default_method(atlas) if own else METHOD)
        label = recommenders.method_class(method).label
        found = time.perf_counter()
        say(f"Loading “{label}” and the model that reads your words")
        talk = Conversation(atlas, method, k, method, params)
        try:
            atlas.methods.fitted(method, params)
        except (CannotFitError, NotBuiltError) as error:
            if method == FALLBACK:
                raise
            talk.method = FALLBACK
            instead = recommenders.method_class(FALLBACK).label
            talk.note = f"“{label}” is not available here, so “{instead}” answers: {error.message}"
        talk.warm_up()
        talk.own = found_in(atlas, own) if own else None
    ended = time.perf_counter()
    err.print(
        f"Ready in {ended - started:.1f} s: {n_films:,} films in {found - started:.1f} s, "
        f"the method and its model in {ended - found:.1f} s.",
        soft_wrap=True,
    )
    return talk


@contextmanager
def loading() -> Iterator[Callable[[str], None]]:
    """A spinner with the seconds so far; yields what to call with each thing that is loaded."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("Loading", total=None)
        yield lambda words: bar.update(task, description=escape(words))


def converse(talk: Conversation) -> None:
    """Ask for descriptions and show films until an empty line, q or the end of input."""
    out.print(
        "Describe the film you want. An empty line or q ends; h lists your questions, a number repeats one."
    )
    while True:
        try:
            line = out.input("[bold]> [/]").strip()
        except (EOFError, KeyboardInterrupt):
            out.print()
            return
        if line.lower() in STOP:
            return
        if line.lower() == "h":
            show_history(talk.history)
            continue
        try:
            text = talk.meant(line)
            if text != line:
                out.print(escape(text), style="italic")
            show(talk, text, talk.answer(text))
        except AtlasError as error:
            out.print(escape(str(error)), style="red")


def show_history(history: list[str]) -> None:
    """The questions so far with their numbers."""
    if not history:
        out.print("No question yet.")
    for number, text in enumerate(history, start=1):
        out.print(f"{number:3}  {escape(text)}", highlight=False)


def show(talk: Conversation, text: str, answer: Answer) -> None:
    """What was understood, and an answer as a table with its reasons, its notes and how long it took."""
    show_reading(talk.atlas, talk.reading(text), talk.question())
    table = Table("", "film", "score", "why", box=None, header_style="bold")
    for item in answer.items:
        why = " ".join(reason.text for reason in item.reasons[:2])
        label = talk.atlas.titles.labels[item.item_index]
        table.add_row(str(item.rank), escape(label), f"{item.score:.3f}", escape(why))
    out.print(table)
    if answer.known_by_without and (effect := fame_caption(answer)):
        out.print(effect, style="dim")
    for note in answer.notes:
        out.print(escape(note), style="yellow")
    label = recommenders.method_class(answer.method).label
    out.print(f"{escape(label)}, {answer.milliseconds:.0f} ms", style="dim", highlight=False)
