"""`python -m core build`: bring a dataset's workspace up to date."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from core import datasets
from core.build import Request, build, first_start, known_size, plan, read_size
from core.build.request import DEFAULT_MINUTES
from core.cli.arguments import expand_spaces, parse_columns
from core.cli.build_plan import print_plan, print_took
from core.cli.console import AsLines, calmly, out, print_report, steps
from core.cli.models import fetch_models, print_models
from core.datasets.own.uploads import taken_over
from core.datasets.reading.limits import IN_WORDS
from core.errors import InvalidQueryError
from core.serving import Atlas, list_datasets
from core.settings import allow_gb, home
from core.storage import Workspace
from core.storage.stored import words_for


@calmly
def build_command(
    dataset: Annotated[
        str, typer.Argument(help="Name of the dataset; any other name = your own files.")
    ] = "",
    source: Annotated[
        Path | None,
        typer.Option("--from", help=f"Folder, zip or file with its data. Of your own files: {IN_WORDS}."),
    ] = None,
    space: Annotated[
        list[str] | None,
        typer.Option(help="Embedding to build, or NAME:parameter=value; repeat, or all."),
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(help="Method to learn, and no other; repeat. Those learned before stay."),
    ] = None,
    without: Annotated[list[str] | None, typer.Option(help="Method not to learn; repeat.")] = None,
    only_plan: Annotated[
        bool,
        typer.Option(
            "--plan", help="Say what each stage will take here, and what is left out; build nothing."
        ),
    ] = False,
    memory: Annotated[
        float | None,
        typer.Option(min=0.1, help="GB that a stage may take; half of this machine's where it is not said."),
    ] = None,
    minutes: Annotated[
        float,
        typer.Option(
            "--time", min=0, help="Minutes that the build may take; methods that take longer are left out."
        ),
    ] = DEFAULT_MINUTES,
    column: Annotated[
        list[str] | None, typer.Option(help="For your own files: ours=theirs, e.g. title=Name.")
    ] = None,
    fill_from: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            help="Dataset whose plots, people, countries and so on fill what is missing here, by ids of TMDB and IMDb; "
            "repeat, first one first. Counts for this build: the next one without it builds without.",
        ),
    ] = None,
    wikipedia: Annotated[Path | None, typer.Option(help="Folder of the Wikipedia film lists.")] = None,
    no_wikipedia: Annotated[
        bool, typer.Option("--no-wikipedia", help="Leave MovieLens films without plots.")
    ] = False,
    missing: Annotated[
        bool,
        typer.Option(
            "--missing",
            help="Build the default dataset if nothing is built; go on with a build that was stopped.",
        ),
    ] = False,
    uploaded: Annotated[
        Path | None,
        typer.Option(hidden=True, help="Folder that the app has handed over, to be kept once all is built."),
    ] = None,
    progress: AsLines = False,
) -> None:
    """Build or bring up to date the workspace of a dataset: vectors, map, groups, methods, table."""
    if missing:
        built = [one for one in list_datasets() if one.is_built]
        stopped = [one.name for one in built if one.about.get("coming")]
        if built and not stopped:
            return
        dataset = stopped[0] if stopped else dataset or default_dataset()
        is_as_it_ships = not (
            source or space or method or without or column or fill_from or wikipedia or uploaded
        )
        if is_as_it_ships and datasets.bundled_folder(dataset) and (ready := first_start(dataset)):
            out.print(f"{escape(dataset)}: {ready.manifest.about['n_items']:,} films ready.")
            return
    if not dataset:
        raise InvalidQueryError("Which dataset?", hint="Give a name; `python -m core datasets` lists them.")
    where = "" if no_wikipedia else wikipedia
    columns, spaces, donors = parse_columns(column or []), expand_spaces(space or []), tuple(fill_from or ())
    before = Workspace(dataset).readable_manifest()
    kept = home() / "downloads"
    request = Request(
        dataset,
        source,
        columns,
        spaces,
        where,
        donors,
        methods=tuple(method or ()),
        without=tuple(without or ()),
        minutes=minutes,
    )
    missing_models = [] if progress else print_models(spaces, known_size(dataset))
    if memory:
        allow_gb(memory)  # learning goes by it, too: linear models learn from fewer films
    if only_plan:
        with steps(progress) as on_step:
            size = known_size(dataset) or read_size(request, on_step=on_step)
        print_plan(plan(request, size))
        return
    fetch_models(missing_models)
    if uploaded:
        request = replace(request, source_path=uploaded.resolve(), moves_to=kept / dataset)
    with taken_over(uploaded, kept, dataset) if uploaded else nullcontext(), steps(progress) as on_step:
        result = build(request, on_step=on_step)
    if progress:
        return
    filled_before = before.about.get("filled_in", {}) if before else {}
    for name in filled_before:
        if name not in result.manifest.about.get("filled_in", {}):
            out.print(f"Built without --with {escape(name)}, which the build before had.")
    if result.was_broken:
        out.print("Its manifest could not be used and was written anew.")
    for repair in result.repairs:
        out.print(f"{repair.stage} was damaged and was made again: {escape(repair.words)}.", soft_wrap=True)
    if result.set_aside:
        out.print(
            f"What was damaged lies in {escape(str(result.set_aside))} until a build finds nothing damaged.",
            soft_wrap=True,
        )
    if result.checked:
        out.print(f"{result.checked} artefacts of an older version were read and given checksums.")
    for stage, why in result.unusable.items():
        out.print(
            f"The {words_for(stage)} that ships could not be used, so it was made: {escape(why)}",
            soft_wrap=True,
        )
    atlas = Atlas(Workspace(dataset), result.manifest)
    if not result.ran and not result.unpacked:
        out.print(f"{dataset}: nothing to do.")
        return
    print_report(atlas.dataset.report)
    if result.unpacked:
        out.print(
            f"Unpacked what ships of it: {len(result.unpacked)} of {len(result.manifest.artifacts)} stages."
        )
    print_took(result)
    for kind, key in (("embedding", "cannot_build"), ("method", "cannot_fit")):
        for name, why in result.manifest.about[key].items():
            out.print(f"  {kind} not available: {escape(name)} ({escape(why)})")
    out.print(f"{escape(dataset)}: {result.manifest.about['n_items']:,} films ready.")


def default_dataset() -> str:
    """What a fresh installation opens with: the first dataset whose files are here."""
    here = [one.name for one in list_datasets() if one.is_local]
    if not here:
        raise InvalidQueryError(
            "No dataset is here yet.", hint="Fetch one, for example: python -m core fetch ml-latest-small"
        )
    return here[0]
