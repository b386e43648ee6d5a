"""What all commands share: where they print, how they fail, and how they say how far they are."""

import json
import sys
import time
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
from core.errors import AtlasError, MissingPackageError, refused_by_system

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
        except ModuleNotFoundError as error:
            found = MissingPackageError(error.name or "of that name")
            _say(found, as_line=bool(kwargs.get("progress")))
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
    """Where progress goes: JSON lines for a program, a bar for a person at a terminal, a line a stage for a log."""
    if as_lines:
        yield lambda step: json_line(asdict(step))
        return
    if not err.is_terminal:
        log = _Log()
        try:
            yield log
        finally:
            log.end_stage()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("Looking", total=None, left="")

        def on_step(step: Step) -> None:
            left = f"{step.seconds_left:.0f} s left" if step.seconds_left is not None else step.note
            title = f"{step.number}/{step.of} {step.stage}"
            bar.update(task, description=title, completed=step.done, total=step.total or None, left=left)

        yield on_step


class _Log:
    """Writes a stage when it begins and, with its seconds, when it ends; within a long one how far it is, once a minute."""

    EVERY = 60.0

    def __init__(self) -> None:
        self._stage, self._began, self._said = "", 0.0, 0.0

    def __call__(self, step: Step) -> None:
        """See `OnStep`."""
        now, stage = time.monotonic(), f"{step.number}/{step.of} {step.stage}"
        if step.stage != self._stage.partition(" ")[2]:
            self.end_stage()
            self._stage, self._began, self._said = stage, now, now
            self._write(f"{stage} …")
        elif now - self._said >= self.EVERY:
            self._said = now
            far = f"{step.done:,} of {step.total:,}" if step.total else f"{now - self._began:.0f} s so far"
            self._write(f"{self._stage}: {far}{f', {step.note}' if step.note else ''}")

    def end_stage(self) -> None:
        """Say how long the stage took, if there is one."""
        if self._stage:
            self._write(f"{self._stage}: {time.monotonic() - self._began:.1f} s")
            self._stage = ""

    def _write(self, line: str) -> None:
        err.print(line, soft_wrap=True, markup=False, highlight=False)
        err.file.flush()


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
