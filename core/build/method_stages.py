"""Fitting every method with its default parameters."""

from pathlib import Path

import numpy as np

from core import recommenders
from core.build.dataset_stage import Films
from core.build.publishing import Made
from core.build.shipped import WHEN_ASKED
from core.build.space_stages import Spaces
from core.build.stage import SEED, MustBeMadeError, Stage
from core.compute.progress import Progress
from core.errors import CannotFitError, ModelUnavailableError
from core.recommenders import Recommender
from core.recommenders.base import recipe_of
from core.storage import artifacts

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
        stage = method_stage(method, made.films, spaces)
        if not is_wanted and not runner.is_there(stage):
            made.cannot_fit[name] = LEFT_OUT.format(dataset=made.name, method=name)
            return
        if not runner.is_there(stage) and (why := made.allowance.why_not("method", name)):
            made.cannot_fit[name] = why
            return
        runner.run(stage)
    except MustBeMadeError:
        if name not in WHEN_ASKED:
            raise
    # what cannot be learned is tried again by every build: it may have more memory, or a newer version that can.
    # A space that was kept without its model reads no text
    except (CannotFitError, ModelUnavailableError) as error:
        made.cannot_fit[name] = str(error)


def can_be_learned_now(name: str, spaces: Spaces) -> bool:
    """Whether a method needs none of the embeddings whose map is still to come."""
    return set(recommenders.create_for(name, list(spaces.with_vectors)).needs()).isdisjoint(spaces.read)


def method_stage(method: Recommender, films: Films, spaces: Spaces) -> Stage:
    """The stage `method-NAME`: what a method learned; it raises `CannotFitError` where it cannot."""

    def fit(folder: Path, progress: Progress) -> None:
        method.progress = progress
        method.fit(films.dataset, spaces.opened, rng=np.random.default_rng(SEED))
        artifacts.save_arrays(folder / "state.npz", method.state())
        artifacts.save_json(folder / "method.json", {"refused": "", "recipe": recipe_of(method)})

    read = [films.catalog, films.ratings] if method.reads_ratings else [films.films]
    read += [spaces.keys[space] for space in method.needs()]
    inputs = ("method", METHOD_VERSION, method.name, read, recipe_of(method), *method.cut(films.size))
    needs = ("dataset", *(f"space-{space}" for space in method.needs()))
    return Stage(
        f"method-{method.name}", f"Learning {method.label}", inputs, fit, needs, is_current=_is_learned
    )


def _is_learned(folder: Path) -> bool:
    """Older versions kept why a method could not be learned, too."""
    return not artifacts.load_json(folder / "method.json")["refused"]
