"""Fitting every method with its default parameters."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from core import recommenders
from core.build.dataset_stage import Films
from core.build.plan import outdated
from core.build.publishing import Made
from core.build.shipped import WHEN_ASKED
from core.build.space_stages import Spaces
from core.build.stage import SEED, MustBeMadeError, Stage
from core.compute.progress import Progress
from core.errors import AtlasError, CannotFitError, ModelUnavailableError
from core.recommenders import Recommender
from core.recommenders.base import recipe_of
from core.storage import artifacts, fingerprint
from core.storage.arrays import save_arrays
from core.types import Arrays

METHOD_VERSION = 1
"""Raised whenever what is kept of a fitted method changes its form."""

LEFT_OUT = "It was left out of the build: python -m core build {dataset} --method {method}"


def fit_method(name: str, made: Made, *, is_wanted: bool) -> None:
    """Learn a method, unless it is one of `WHEN_ASKED` where nothing may be made; else note why it cannot be asked.

    Args:
        name: Registered name.
        made: What the build has made so far; takes what comes of it.
        is_wanted: Whether it was chosen; else it stays only where it was learned before, of just this.
    """
    spaces, runner = made.spaces, made.runner
    made.tried.add(name)
    method = recommenders.create_for(name, list(spaces.with_vectors))  # in the order of `Atlas.space_names`
    if missing := [space for space in method.needs() if space not in spaces.opened]:
        made.cannot_fit[name] = f"It needs the embedding {missing[0]}, which is not built."
        return
    try:
        stage = method_stage(method, made)
        if not runner.is_there(stage):
            left_out = "" if is_wanted else LEFT_OUT.format(dataset=made.name, method=name)
            if why := left_out or made.allowance.why_not("method", name):
                if not _is_kept(method, stage, made):
                    made.cannot_fit[name] = outdated(stage.name, made.before) + why
                return
        runner.run(stage)
    except MustBeMadeError:
        if name not in WHEN_ASKED:
            raise
    # what cannot be learned is tried again by every build: it may have more memory, or a newer version that can.
    # A space that was kept without its model reads no text
    except (CannotFitError, ModelUnavailableError) as error:
        made.cannot_fit[name] = str(error)


def _is_kept(method: Recommender, stage: Stage, made: Made) -> bool:
    """Whether what is live was learned of just these films and ratings, only with other memory, so that it stays."""
    live = made.before.artifacts.get(stage.name, "") if made.before else ""
    if not live:
        return False
    own = fingerprint(*_inputs(method, made.films, made.spaces))
    with suppress(AtlasError, OSError, ValueError):  # it is gone, or damaged
        about = artifacts.load_json(made.runner.folder(stage.name, live) / "method.json")
        return about.get("of", live) == own and made.runner.keep(stage.name, live) is not None
    return False


def can_be_learned_now(name: str, spaces: Spaces) -> bool:
    """Whether a method needs none of the embeddings whose map is still to come."""
    return set(recommenders.create_for(name, list(spaces.with_vectors)).needs()).isdisjoint(spaces.read)


def learned_beside_maps(made: Made) -> list[str]:
    """Methods still to come that need no embedding, and not half as long as the shortest map that is still to come."""
    there, allowance = list(made.spaces.with_vectors), made.allowance
    maps = [allowance.expected(one.map.name).seconds for one in made.spaces.read.values()]
    quick = [
        name
        for name in made.coming
        if 2 * allowance.expected(f"method-{name}").seconds < min(maps, default=0.0)
    ]
    return [name for name in quick if not recommenders.create_for(name, there).needs()]


def method_stage(method: Recommender, made: Made) -> Stage:
    """The stage `method-NAME`: what a method learned; it raises `CannotFitError` where it cannot."""
    films, spaces = made.films, made.spaces

    def fit(folder: Path, progress: Progress) -> None:
        state = _learned_as_a_part(method, made)
        method.learned_parts = _parts_learned_alone(method, made)
        if state is not None or method.learned_parts:
            made.allowance.taken_over.add(f"method-{method.name}")
        if state is None:
            method.progress = progress
            state = method.fit(films.dataset, spaces.opened, rng=np.random.default_rng(SEED)).state()
        save_arrays(folder / "state.npz", state)
        of = {"of": fingerprint(*inputs)} if cut else {}
        artifacts.save_json(folder / "method.json", {"refused": "", "recipe": recipe_of(method), **of})

    inputs, cut = _inputs(method, films, spaces), method.cut(films.size)
    needs = ("dataset", *(f"space-{space}" for space in method.needs()))
    return Stage(
        f"method-{method.name}",
        f"Learning {method.label}",
        (*inputs, *cut),
        fit,
        needs,
        is_current=_is_learned,
    )


def _learned_as_a_part(method: Recommender, made: Made) -> Arrays | None:
    """What a method of several parts has learned in this build as one of them, where that is this method to the last bit."""
    for other in _just_learned(made):
        whole = recommenders.create_for(other, list(made.spaces.with_vectors))
        for name, part in whole.parts().items():
            if not _is_the_same(part, method):
                continue
            learned, start = _state_of(other, made), f"{name}."
            if own := {key.removeprefix(start): learned[key] for key in learned if key.startswith(start)}:
                return own
    return None


def _parts_learned_alone(method: Recommender, made: Made) -> dict[str, Recommender]:
    """The other way round: of a method's parts those that are methods of their own and were learned in this build."""
    found = {}
    for name, part in method.parts().items():
        if part.name in _just_learned(made):
            alone = recommenders.create_for(part.name, list(made.spaces.with_vectors))
            if _is_the_same(part, alone):
                found[name] = part.restore(made.films.dataset, made.spaces.opened, _state_of(part.name, made))
    return found


def _just_learned(made: Made) -> list[str]:
    return [name for name in made.fitted if f"method-{name}" in made.runner.ran]


def _is_the_same(one: Recommender, other: Recommender) -> bool:
    """Whether two methods learn the same of the same data, whatever generator they are given."""
    return not one.is_random and (one.name, recipe_of(one)) == (other.name, recipe_of(other))


def _state_of(name: str, made: Made) -> Arrays:
    return artifacts.load_method(made.runner.folder(f"method-{name}"))[1]


def _inputs(method: Recommender, films: Films, spaces: Spaces) -> tuple[Any, ...]:
    """All that decides what a method learns, but for how much of it the memory has room for."""
    read = [films.catalog, films.ratings] if method.reads_ratings else [films.films]
    read += [spaces.keys[space] for space in method.needs()]
    return ("method", METHOD_VERSION, method.name, read, recipe_of(method))


def _is_learned(folder: Path) -> bool:
    """Older versions kept why a method could not be learned, too."""
    return not artifacts.load_json(folder / "method.json")["refused"]
