"""Grouping people and films that go together in the ratings."""

from pathlib import Path

from core.build.dataset_stage import Films
from core.build.stage import SEED, Stage
from core.compute.progress import Progress
from core.maps import taste_groups
from core.storage import artifacts


def taste_stage(films: Films) -> Stage | None:
    """The stage `taste-groups`; None where nobody rated anything."""
    if not len(films.dataset.interactions):
        return None

    def group(folder: Path, progress: Progress) -> None:
        catalog, interactions = films.dataset.catalog, films.dataset.interactions
        found = taste_groups.taste_groups(catalog, interactions, seed=SEED, progress=progress)
        artifacts.save_groups(folder, found.arrays(), {"names": list(found.names)})

    inputs = ("taste-groups", taste_groups.VERSION, films.films, films.ratings, SEED)
    return Stage("taste-groups", "Grouping people by taste", inputs, group, ("dataset",))
