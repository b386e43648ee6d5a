"""Fitting every method with its default parameters."""

from pathlib import Path

import numpy as np

from core import recommenders
from core.build.dataset_stage import Films
from core.build.shipped import WHEN_ASKED
from core.build.space_stages import Spaces
from core.build.stage import SEED, MustBeMadeError, Runner, Stage
from core.compute.progress import Progress
from core.errors import CannotFitError, ModelUnavailableError
from core.recommenders import Recommender
from core.recommenders.base import recipe_of
from core.storage import artifacts

METHOD_VERSION = 1
"""Raised whenever what is kept of a fitted method changes its form."""


def fit_methods(films: Films, spaces: Spaces, runner: Runner) -> dict[str, str]:
    """Fit every method that can be, but for `WHEN_ASKED` where nothing may be made; of the others why not, by name."""
    refused: dict[str, str] = {}
    for name in recommenders.names():
        method = recommenders.create_for(name, list(spaces.opened))  # in the order of `Atlas.space_names`
        if missing := [space for space in method.needs() if space not in spaces.opened]:
            refused[name] = f"It needs the embedding {missing[0]}, which is not built."
            continue
        try:
            folder = runner.run(method_stage(method, films, spaces))
        except MustBeMadeError:
            if name not in WHEN_ASKED:
                raise
            continue
        except ModelUnavailableError as error:  # a space that was kept without its model reads no text
            refused[name] = str(error)
            continue
        if why := artifacts.load_json(folder / "method.json")["refused"]:
            refused[name] = why
    return refused


def method_stage(method: Recommender, films: Films, spaces: Spaces) -> Stage:
    """The stage `method-NAME`: what a method learned, or why it refused."""

    def fit(folder: Path, progress: Progress) -> None:
        try:
            method.fit(films.dataset, spaces.opened, rng=np.random.default_rng(SEED))
        except CannotFitError as error:
            artifacts.save_json(folder / "method.json", {"refused": str(error)})
            return
        artifacts.save_arrays(folder / "state.npz", method.state())
        artifacts.save_json(folder / "method.json", {"refused": "", "recipe": recipe_of(method)})

    read = [films.catalog, films.ratings] if method.reads_ratings else [films.films]
    read += [spaces.keys[space] for space in method.needs()]
    inputs = ("method", METHOD_VERSION, method.name, read, recipe_of(method))
    needs = ("dataset", *(f"space-{space}" for space in method.needs()))
    return Stage(f"method-{method.name}", f"Learning {method.label}", inputs, fit, needs)
