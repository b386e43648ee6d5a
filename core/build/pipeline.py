"""The build: which stages a dataset needs, in which order, and publishing what they made.

Every stage is keyed by the fingerprint of what goes into it, so an unchanged stage is found instead of run, an
interrupted build goes on where it stopped, and nothing that is being served is touched until a new manifest is
published. Where nothing is served yet, films are as soon as one embedding with its map, popularity and a table are there;
everything else is published when it is ready, one by one.
"""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from core import datasets, embeddings, recommenders
from core.build.budget import Timings
from core.build.dataset_stage import read_films
from core.build.donors import find_donors
from core.build.method_order import in_order
from core.build.method_stages import can_be_learned_now, fit_method, learned_beside_maps
from core.build.plan import Allowance
from core.build.publishing import Made, takes_nothing_away
from core.build.request import BuildResult, Request
from core.build.shipped import shipped_artifact
from core.build.space_stages import STAGES_A_SPACE, are_drawn, finish_spaces, read_spaces
from core.build.stage import Runner
from core.build.table_stages import films_table_stage, people_table_stage
from core.build.taste_stage import taste_stage
from core.compute.cost import Size
from core.compute.progress import OnStep, no_step
from core.datasets.own.uploads import put_in_place
from core.storage import Workspace

N_AT_THE_END = 3
"""Two tables, and the taste groups."""
FIRST_METHOD = "popularity"
"""What answers as soon as films are served: it learns in no time, from ratings or without any."""


def build(
    request: Request,
    *,
    on_step: OnStep = no_step,
    base: Path | None = None,
    may_make: Callable[[str], bool] = lambda stage: True,
) -> BuildResult:
    """Bring the workspace of a dataset up to date.

    Where nothing is served yet, films are before everything is ready, and methods are one by one wherever that takes nothing
    away; but for files that the app has handed over, and datasets that ship with most of what is built of them.

    Args:
        request: What to build.
        on_step: Told of every step; raising from it stops the build, what is served stays.
        base: Home folder; None = `core.settings.home()`.
        may_make: Whether a stage of this name may be made where it is neither there nor ships.

    Raises:
        MustBeMadeError: One has to be made that may not.
        UnknownNameError: A method was chosen, or left out, that does not exist.
        DatasetError: The files are missing, wrong or empty.
        BuildError: Another build is running, or the disk refused.
        ModelUnavailableError: An embedding model cannot be loaded.
    """
    workspace = Workspace(request.name, base)
    requested = {embeddings.encoder_class(name).name: name for name in request.spaces}
    wanted = request.wanted_methods(recommenders.names())
    with workspace.building():
        before, was_broken = workspace.readable_manifest(), workspace.is_broken
        runner = Runner(workspace, on_step, partial(shipped_artifact, request.name), may_make)
        films = read_films(request, before, runner, find_donors(request, base))
        encoders = (before.about.get("encoders", {}) if before else {}) | requested
        # files that were handed over are put in their place at the end; of what is bundled, most is ready made
        may_be_early = not request.moves_to and not datasets.bundled_folder(request.name)
        is_early = may_be_early and before is None
        n_stages = STAGES_A_SPACE * len(encoders) + len(recommenders.names()) + N_AT_THE_END
        rest = dict(encoders)
        first = {(one := next(iter(rest))): rest.pop(one)} if is_early and rest else {}
        runner.expect(n_stages + bool(first and rest))  # the table is written twice
        allowance = Allowance(request, films.size, encoders, Timings.of(workspace.home))
        for stage, seconds in runner.ran.items():  # the films were read before their number was known
            allowance.took(stage, seconds)
        runner.on_made = allowance.took
        names = in_order(recommenders.names())
        made = Made(request.name, films, encoders, names, runner, before, allowance)

        def publish_early() -> None:
            if not may_be_early or not made.spaces.opened:
                return
            manifest = made.manifest()
            if takes_nothing_away(manifest, workspace.readable_manifest()):
                workspace.publish(manifest)

        def read(some: dict[str, str]) -> None:
            read_spaces(some, set(requested), films, before, workspace, runner, made.spaces, allowance)

        def finish() -> None:
            finish_spaces(set(requested), films, runner, made.spaces)

        def learn(name: str) -> None:
            fit_method(name, made, is_wanted=name in wanted)
            if recommenders.method_class(name).served_by == "users":  # it answers from the table of people
                write_people(made, workspace)

        def write_table() -> None:
            runner.run(films_table_stage(films, made.spaces, workspace))

        with closing(runner.ahead):
            if first:
                read(first)
                while not are_drawn(made.spaces, runner) and (now := learned_beside_maps(made)):
                    learn(now[0])
                finish()
                if FIRST_METHOD in made.coming:
                    learn(FIRST_METHOD)
                write_table()
                publish_early()
            read(rest)
            if groups := taste_stage(films):
                runner.run(groups)
            is_whole = bool(first) and not rest
            if is_whole:
                publish_early()
            while made.coming or not is_whole:
                now = [name for name in made.coming if can_be_learned_now(name, made.spaces)]
                if not is_whole and (not now or are_drawn(made.spaces, runner)):
                    finish()
                    write_table()
                    is_whole = True
                else:
                    learn(now[0])
                publish_early()
        manifest = made.manifest()
        if request.source_path and request.moves_to:
            put_in_place(request.source_path, request.moves_to)
        if not workspace.is_live(manifest):
            workspace.publish(manifest)
        if not runner.repairs:
            workspace.forget_damaged()
        aside = workspace.set_aside_folder if runner.repairs else None
        return BuildResult(
            manifest,
            runner.ran,
            tuple(runner.repairs),
            aside,
            runner.checked,
            was_broken,
            tuple(runner.unpacked),
            runner.unusable,
        )


def write_people(made: Made, workspace: Workspace) -> None:
    """The table of people, where a method that was learned compares them."""
    runner = made.runner
    fitted = {one: (runner.artifacts[f"method-{one}"], runner.folder(f"method-{one}")) for one in made.fitted}
    if people := people_table_stage(made.films, fitted, workspace):
        runner.run(people)


def read_size(request: Request, *, on_step: OnStep = no_step, base: Path | None = None) -> Size:
    """How much a dataset holds that was never built: its files are read, which the next build needs not do again.

    Raises:
        DatasetError: The files are missing, wrong or empty.
        BuildError: A build of it is running, or the disk refused.
    """
    workspace = Workspace(request.name, base)
    with workspace.building():
        runner = Runner(workspace, on_step, partial(shipped_artifact, request.name))
        return read_films(request, workspace.readable_manifest(), runner, find_donors(request, base)).size
