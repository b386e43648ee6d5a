"""`python -m core evaluate`: compare methods on a dataset or on a person's own files."""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from errno import EACCES, EISDIR
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.console import AsLines, calmly, steps
from core.cli.evaluation_tables import print_result
from core.errors import BuildError, InvalidQueryError

if TYPE_CHECKING:
    from core.compute.progress import OnStep, Stages
    from core.evaluation.protocol import Experiment
    from core.evaluation.protocol.experiment import Material
    from core.evaluation.protocol.given_lists import ListsFile

    _Files = tuple[Path, Path, Path | None, Path | None]
    """Train, test, films and negatives."""


@calmly
def evaluate_command(
    dataset: Annotated[
        str, typer.Argument(help="Name of a built dataset; or give --train and --test, or both.")
    ] = "",
    train: Annotated[Path | None, typer.Option(help="Your own interactions to learn from.")] = None,
    test: Annotated[Path | None, typer.Option(help="Your own interactions to be tested on.")] = None,
    items: Annotated[Path | None, typer.Option(help="Your own films: item_id, title, overview …")] = None,
    negatives: Annotated[
        Path | None,
        typer.Option(
            help="Films that what is held out of a user competes with alone, beside --train and --test."
        ),
    ] = None,
    methods: Annotated[str, typer.Option(help="Names with commas between them, or all.")] = "all",
    k: Annotated[list[int] | None, typer.Option(help="Length of the lists; repeat for more.")] = None,
    relevant: Annotated[
        float | None, typer.Option(help="Lowest rating that counts as liked; 0.8 of the top if not given.")
    ] = None,
    split: Annotated[
        str, typer.Option(help="How a dataset's ratings are held out; random_holdout if not given.")
    ] = "",
    cold_n: Annotated[
        list[int] | None, typer.Option(help="How many ratings of a cold user are given; repeat for more.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides everything random.")] = 0,
    tune: Annotated[
        int, typer.Option(help="Sets of parameters tried for each method, on a part of train only.")
    ] = 0,
    lists: Annotated[
        list[str] | None,
        typer.Option(
            help="Lists that another system made, FILE or NAME=FILE: a method among the others; repeat for more."
        ),
    ] = None,
    uploaded: Annotated[
        Path | None, typer.Option(hidden=True, help="Folder of files that were handed over to the app.")
    ] = None,
    other_films: Annotated[
        bool,
        typer.Option(
            "--other-films", help="The ids in --train and --test are not the dataset's; it keeps the result."
        ),
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option(
            help="Write the split and every method's lists into this folder, as other tools read them."
        ),
    ] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write everything here.")] = None,
    progress: AsLines = False,
) -> None:
    """Compare methods on held-out ratings: a built dataset's, or those of your own files.

    With a dataset and files, the dataset knows the films and their embeddings; its own ratings are not used.
    Files are CSV, TSV or Parquet with the columns user_id, item_id and, if there are any, rating and timestamp; or .rating
    and .negative, as the paper on neural collaborative filtering has them. Lists have rank or score instead, or are runs in
    TREC's format; train.tsv, test.tsv, qrels.txt and METHOD.run come of --export.
    """
    from core.evaluation.protocol import Experiment
    from core.evaluation.protocol.experiment import parse_methods, validate_report
    from core.evaluation.protocol.given_lists import read_lists
    from core.evaluation.results import StoredResult
    from core.evaluation.results.stored import store

    files = _files(dataset, train, test, items, negatives)
    if files and (split or cold_n):
        raise InvalidQueryError("Files are their own split.", hint="Leave out --split and --cold-n.")
    with ExitStack() as stack:
        given = tuple(read_lists(one) for one in lists or ())
        given += _handed_over(stack, uploaded, (train, test, negatives)) if uploaded else ()
        experiment = Experiment(parse_methods(methods), tuple(k or (10, 20)), relevant, seed, tune, given)
        if json_path:
            _validate_target(json_path)
        if files:
            source = partial(_files_material, files, "" if other_films else dataset, dataset)
        else:
            source = partial(_dataset_material, dataset, split, cold_n or ())
        value = _run(experiment, source, stack.enter_context(steps(progress)), export)
    if json_path:
        _write(json_path, value)
    validate_report(value)
    if dataset:
        store(dataset, value)
    if not progress:
        print_result(StoredResult.of(value))


def _handed_over(stack: ExitStack, folder: Path, others: Sequence[Path | None]) -> "tuple[ListsFile, ...]":
    """The lists in a folder that the app was handed, each called like its file.

    Args:
        stack: The folder is gone when it ends.
        folder: That was handed over.
        others: Files in it that are no lists.
    """
    from core.datasets.own.uploads import taken_over
    from core.evaluation.protocol.given_lists import UPLOADED, read_lists
    from core.settings import home

    stack.enter_context(taken_over(folder, home() / "downloads", UPLOADED))
    return tuple(read_lists(str(file)) for file in sorted(folder.iterdir()) if file not in others)


def _files(
    dataset: str, train: Path | None, test: Path | None, items: Path | None, negatives: Path | None
) -> "_Files | None":
    """A person's own files; None = a dataset is split.

    Raises:
        InvalidQueryError: There is neither a dataset nor both files, or some of them go with nothing.
    """
    if dataset and items:
        raise InvalidQueryError("The dataset knows its films.", hint="Leave out --items, or the dataset.")
    if train and test:
        return train, test, items, negatives
    if not dataset:
        raise InvalidQueryError(
            "What should the methods be compared on?",
            hint="Give the name of a built dataset, or both --train FILE and --test FILE.",
        )
    if train or test or negatives:
        raise InvalidQueryError(
            "Files of your own are --train and --test together; --negatives goes with both.",
            hint="Give both, or neither.",
        )
    return None


def _dataset_material(
    dataset: str, split: str, known: Sequence[int], experiment: "Experiment", stages: "Stages"
) -> "Material":
    from core.evaluation.protocol.material import material_of_dataset

    return material_of_dataset(dataset, experiment, split=split, known=known)


def _files_material(
    files: "_Files", films: str, kept_by: str, experiment: "Experiment", stages: "Stages"
) -> "Material":
    from core.evaluation.protocol.material import material_of_files

    train, test, items, negatives = files
    return material_of_files(
        train, test, items, experiment, stages, negatives=negatives, films=films, kept_by=kept_by
    )


def _run(
    experiment: "Experiment",
    source: Callable[["Experiment", "Stages"], "Material"],
    on_step: "OnStep",
    export: Path | None,
) -> dict[str, Any]:
    """Read, measure, write what was answered where that is wanted, and report, telling each stage."""
    from core.compute.progress import Stages
    from core.evaluation.protocol import run_experiment
    from core.evaluation.results.trec import write_trec

    stages = Stages(on_step, 3)
    stages.begin("Reading the ratings")
    material = source(experiment, stages)
    return run_experiment(experiment, material, stages, partial(write_trec, export) if export else _ignore)


def _ignore(results: object) -> None:
    """What was answered is wanted by nobody."""


def _validate_target(path: Path) -> None:
    """Make the folder of a file that is going to be written, before hours of work.

    Raises:
        BuildError: It cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(EISDIR, "it is a folder")
        if not os.access(path.parent, os.W_OK):
            raise PermissionError(EACCES, "the folder cannot be written")
    except OSError as error:
        raise BuildError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another --json."
        ) from error


def _write(path: Path, value: dict[str, Any]) -> None:
    """Write the JSON: beside and moved into place, or straight into a pipe."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    beside = path if path.exists() and not path.is_file() else path.with_name(path.name + ".part")
    try:
        beside.write_text(text, "utf-8")
        if beside != path:
            os.replace(beside, path)
    except OSError as error:
        raise BuildError(
            f"{path} could not be written: {error.strerror}.",
            hint="Every method's outcome is kept: the same command with another --json is quick.",
        ) from error
