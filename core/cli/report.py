"""`python -m core report` and `reproduce`: an evaluation to cite, and the same measured again."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from core.cli.console import AsLines, calmly, out, steps
from core.errors import BuildError, DatasetError, InvalidQueryError, NotBuiltError, why

if TYPE_CHECKING:
    from core.compute.progress import OnStep
    from core.evaluation.reports.reproduction import Asked, Otherwise

SHOWN = 12
"""Changes of a kind that are shown; how many more there are is said."""


@calmly
def report_command(
    evaluation: Annotated[
        str,
        typer.Argument(
            help="Name of a dataset, whose newest evaluation is taken, or a file of evaluate --json."
        ),
    ],
    to: Annotated[
        list[Path], typer.Option("--out", help="A file ending in .html, .md, .tex or .bib; repeat for more.")
    ],
) -> None:
    """Write an evaluation as a report that can be cited, with everything that is needed to measure it again."""
    from core.evaluation.reports.writing import WRITERS

    value = _evaluation(evaluation)
    for path in to:
        if path.suffix.lower() not in WRITERS:
            raise InvalidQueryError(
                f"{path.name} does not say what to write.", hint=f"Let it end in {', '.join(WRITERS)}."
            )
    for path in to:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(WRITERS[path.suffix.lower()](value), "utf-8")
        except OSError as error:
            raise BuildError(
                f"{path} cannot be written: {why(error)}.", hint="Choose another --out."
            ) from error
        out.print(f"Wrote {escape(str(path))}.", soft_wrap=True)


def _evaluation(given: str) -> dict[str, Any]:
    """A file's, or the newest of a dataset."""
    from core.evaluation.reports.reproduction import read_report
    from core.evaluation.results import stored_results
    from core.evaluation.results.stored import values_of

    if Path(given).is_file():
        return read_report(Path(given))
    found, _ = stored_results(given)
    if not found:
        raise NotBuiltError(
            f"There is no evaluation of {given[:60]}.",
            hint=f"Measure first: python -m core evaluate {given[:60]}",
        )
    return values_of(found[0])


@calmly
def reproduce_command(
    report: Annotated[Path, typer.Argument(help="A report in HTML, or a file of evaluate --json.")],
    train: Annotated[Path | None, typer.Option(help="Where it was of files: those to learn from.")] = None,
    test: Annotated[Path | None, typer.Option(help="Those to be tested on.")] = None,
    items: Annotated[Path | None, typer.Option(help="The films.")] = None,
    negatives: Annotated[Path | None, typer.Option(help="The sampled films.")] = None,
    lists: Annotated[
        list[str] | None,
        typer.Option(help="Lists of other systems that it held, NAME=FILE; repeat for more."),
    ] = None,
    tolerance: Annotated[float, typer.Option(help="How far a figure may be from what it was.")] = 1e-6,
    progress: AsLines = False,
) -> None:
    """Measure what a report says again, from the beginning, and say what has come out otherwise.

    Ends with status 1 where a figure is further from what it was than the tolerance.
    """
    from core.evaluation.reports.reproduction import asked_of, differences, n_figures, read_report

    was = read_report(report)
    asked = asked_of(was)
    with TemporaryDirectory(prefix="movie-atlas-reproduce-") as folder, steps(progress) as on_step:
        now = _measured(asked, (train, test, items, negatives), tuple(lists or ()), Path(folder), on_step)
    found = differences(was, now)
    _print(found)
    far = [one for one in found if one.kind == "figures" and one.size > tolerance]
    far += [one for one in found if one.kind == "figures" and not one.size]
    if far:
        out.print(
            f"[bold]{len(far):,} of {n_figures(was):,} figures and outcomes are others than they were.[/]"
        )
        raise typer.Exit(1)
    largest = max((one.size for one in found), default=0.0)
    same = "the same to the last digit" if not largest else f"the same but for at most {largest:.1g}"
    out.print(f"[bold]All {n_figures(was):,} figures are {same}.[/]")


def _measured(
    asked: "Asked",
    files: tuple[Path | None, Path | None, Path | None, Path | None],
    lists: tuple[str, ...],
    folder: Path,
    on_step: "OnStep",
) -> dict[str, Any]:
    """The same question put now; nothing that was kept is taken."""
    from core.compute.progress import Stages
    from core.evaluation.protocol import Experiment, run_experiment
    from core.evaluation.protocol.given_lists import read_lists
    from core.evaluation.protocol.material import material_of_dataset, material_of_files

    given = tuple(read_lists(one) for one in lists)
    if missing := sorted(set(asked.lists) - {one.name for one in given}):
        raise InvalidQueryError(
            f"The report holds lists called {missing[0]}, made by another system.",
            hint=f"Give them: --lists {missing[0]}=FILE",
        )
    experiment = Experiment(asked.methods, asked.ks, asked.relevant, asked.seed, asked.n_trials, given)
    stages = Stages(on_step, 3)
    stages.begin("Reading the ratings")
    if asked.split:
        material = material_of_dataset(asked.dataset, experiment, split=asked.split, known=asked.known)
    else:
        train, test, items, negatives = files
        if train is None or test is None:
            raise DatasetError(
                "The report is of somebody's own files.", hint="Give them: --train FILE --test FILE"
            )
        material = material_of_files(
            train, test, items, experiment, stages, negatives=negatives, films=asked.dataset
        )
    return run_experiment(experiment, replace(material, folder=folder), stages)


def _print(found: "list[Otherwise]") -> None:
    """A table of each kind."""
    from core.evaluation.reports.reproduction import KINDS

    for kind in KINDS:
        own = [one for one in found if one.kind == kind]
        if not own:
            continue
        table = Table(box=None, header_style="bold", title=kind.capitalize(), title_justify="left")
        for head in ("what", "then", "now"):
            table.add_column(head, overflow="fold")
        for one in own[:SHOWN]:
            table.add_row(*(escape(cell) for cell in (one.what, one.was, one.now)))
        out.print(table)
        if len(own) > SHOWN:
            out.print(f"and {len(own) - SHOWN:,} more", style="dim")
