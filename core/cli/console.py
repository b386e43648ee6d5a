"""What all commands share: where they print, how they fail, and how they say how far they are."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from core.compute.progress import OnStep, Step
from core.domain import LoadReport
from core.errors import AtlasError, refused_by_system

out, err = Console(), Console(stderr=True)
AsLines = Annotated[
    bool, typer.Option("--progress", help="Report progress as JSON lines on standard output.")
]


def calmly(command: Callable[..., None]) -> Callable[..., None]:
    """Turn expected errors into two lines and exit status 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except AtlasError as error:
            _say(error, as_line=bool(kwargs.get("progress")))
            raise typer.Exit(1) from None
        except BrokenPipeError:
            raise  # whoever read along has gone
        except OSError as error:
            _say(refused_by_system(error), as_line=bool(kwargs.get("progress")))
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            err.print("Stopped. What was finished is kept; the same command goes on from there.")
            raise typer.Exit(130) from None

    return run


def _say(error: AtlasError, *, as_line: bool) -> None:
    """An error in two lines, or in one of JSON for a program."""
    if as_line:
        json_line({"error": error.message, "hint": error.hint})
        return
    err.print(f"[bold red]{escape(error.message)}[/]", soft_wrap=True)
    if error.hint:
        err.print(escape(error.hint), soft_wrap=True)


def json_line(value: dict[str, Any]) -> None:
    """One line of JSON for a program that reads along."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@contextmanager
def steps(as_lines: bool) -> Iterator[OnStep]:
    """Where progress goes: JSON lines for a program, a bar for a person."""
    if as_lines:
        yield lambda step: json_line(asdict(step))
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=err, disable=bool(os.environ.get("CI")) and not err.is_terminal) as bar:
        task = bar.add_task("Looking", total=None, left="")

        def on_step(step: Step) -> None:
            left = f"{step.seconds_left:.0f} s left" if step.seconds_left is not None else step.note
            title = f"{step.number}/{step.of} {step.stage}"
            bar.update(task, description=title, completed=step.done, total=step.total or None, left=left)

        yield on_step


def print_report(report: LoadReport) -> None:
    """What a load read, kept and dropped."""
    for table in report.tables:
        out.print(f"{escape(table.name)}: {table.read:,} rows read, {table.kept:,} kept")
        for drop in table.dropped:
            out.print(
                f"  {drop.count:,} dropped: {escape(drop.reason)} ({escape(', '.join(drop.examples[:2]))})"
            )
        for warning in table.warnings:
            out.print(f"  note: {escape(warning)}")
    for note in report.notes:
        out.print(escape(note))
