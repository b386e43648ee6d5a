"""Fixtures shared by all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from core.build import Request, build
from core.compute.progress import Progress, no_progress
from core.domain import Dataset
from core.embeddings import Space
from core.maps import projection
from core.maps.projection import Graph
from core.serving import Atlas
from core.settings import ROOT
from core.types import FloatMatrix
from tests import tiny

os.environ["MOVIE_ATLAS_PRELOAD"] = "0"  # a model that loads beside the tests slows them down
os.environ.pop("MOVIE_ATLAS_RAY", None)  # what is tested on a cluster starts its own
settings.register_profile("untimed", deadline=None)  # a machine with other work misses Hypothesis's 200 ms
settings.load_profile("untimed")

LONGEST = (
    "maps/test_projection",
    "compute/test_ray_workers",
    "pages/",
    "genres/test_trial",
    "embeddings/",
    "browser/",
)
"""Where the files lie that take longest, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: one that begins last runs alone while all other workers have nothing to do."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(ROOT / "tests").as_posix()
        known = (at for at, start in enumerate(LONGEST) if name.startswith(start))
        return next(known, len(LONGEST)) if item.path in slow else len(LONGEST) + 1

    items.sort(key=place)


@pytest.fixture(scope="session")
def movie_data_dir() -> Path:
    """The folder with real datasets named by MOVIE_DATA_DIR; skips where it is unset."""
    value = os.environ.get("MOVIE_DATA_DIR", "")
    if not value:
        pytest.skip("MOVIE_DATA_DIR is not set: tests on real data need the folder with the datasets")
    folder = Path(value).resolve()
    assert folder.is_dir(), f"MOVIE_DATA_DIR names no folder: {folder}"
    return folder


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """36 films, 23 users; shared, so nobody may change it."""
    return tiny.tiny_dataset()


@pytest.fixture(scope="session")
def letters(dataset: Dataset) -> Space:
    """The tiny films in the test encoder's space."""
    encoder = tiny.Letters()
    return Space("letters", encoder.encode_items(dataset), encoder.stamp(), "cosine", encoder.encode_texts)


def flat_map(
    space: Space,
    *,
    graph: Graph | None = None,
    start: FloatMatrix | None = None,
    apart: bool = False,
    seed: int = 0,
    progress: Progress = no_progress,
) -> FloatMatrix:
    """Principal components in place of UMAP, whose first fit in a process compiles for half a minute."""
    points: FloatMatrix = projection._principal(np.asarray(space.vectors))
    points[~space.has_vector] = np.nan
    return projection._scaled(points)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A MOVIE_ATLAS_HOME of the tests' own, with the tiny films built in it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIE_ATLAS_HOME", str(folder))
        patch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
        patch.setattr(projection, "project", flat_map)
        files = tiny.write_own_files(folder / "downloads" / "tiny", tiny.tiny_dataset())
        build(Request("tiny", files, spaces=("letters",)))
        yield folder


@pytest.fixture(scope="session")
def atlas(home: Path) -> Atlas:
    """The tiny films, built and opened."""
    return Atlas.open("tiny", home)
