"""The examples of CONTRIBUTING.md: each is one file in a folder that its registry searches, and keeps the contract."""

import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import datasets, embeddings
from core.datasets import SOURCES
from core.datasets import registry as sources
from core.domain import Profile
from core.embeddings import registry as encoders
from core.evaluation.metrics import METRICS, Lists, Metric
from core.evaluation.metrics import registry as metrics
from core.evaluation.metrics.base import REGISTERED
from core.recommenders import Recommender
from core.recommenders import registry as methods
from tests.contracts.test_encoders import EncoderContract
from tests.contracts.test_methods import MethodContract, fitted
from tests.contracts.test_metrics import MetricContract, random_lists, task
from tests.contracts.test_sources import Files, SourceContract

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Section:
    """A section of CONTRIBUTING.md, the registry that its example is for, and how that is filled."""

    title: str
    registry: dict[str, Any]
    search: Callable[[], object]

    def _found(self, pattern: str) -> str:
        text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
        (section,) = re.findall(rf"^## {self.title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        (found,) = re.findall(pattern, section, re.MULTILINE | re.DOTALL)
        return str(found)

    @property
    def path(self) -> Path:
        """Where the example says that its file is."""
        return Path(self._found(r"^`(core/[^`\n]+\.py)`$"))

    @property
    def code(self) -> str:
        """What stands in it."""
        return self._found(r"^```python\n(.*?)^```$")


def search_methods() -> None:
    methods._discover.cache_clear()
    methods._discover()


def search_encoders() -> None:
    encoders._discover.cache_clear()
    encoders._discover()


def search_sources() -> None:
    found = sources._discovered()
    SOURCES.clear()
    SOURCES.update(found)


METHOD = Section("Add a method", methods._METHODS, search_methods)
ENCODER = Section("Add an embedding", encoders._ENCODERS, search_encoders)
SOURCE = Section("Add a dataset source", SOURCES, search_sources)
METRIC = Section("Add a metric", REGISTERED, metrics._discover)
SECTIONS = (METHOD, ENCODER, SOURCE, METRIC)


@contextmanager
def added(section: Section, folder: Path) -> Iterator[str]:
    """The name of the example, which its registry finds as if its file lay where it says; gone afterwards."""
    module = ".".join(section.path.with_suffix("").parts)
    package = importlib.import_module(module.rpartition(".")[0])
    (folder / section.path.name).write_text(section.code, "utf-8")
    before = dict(section.registry)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "__path__", [*package.__path__, str(folder)])
        try:
            section.search()
            (name,) = set(section.registry) - set(before)
            yield name
        finally:
            section.registry.clear()
            section.registry.update(before)
            sys.modules.pop(module, None)
            vars(package).pop(section.path.stem, None)


class _Added:
    """Adds the example of `section` for all tests of a class."""

    section: Section

    @pytest.fixture(scope="class")
    @classmethod
    def name(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
        with added(cls.section, tmp_path_factory.mktemp("example")) as name:
            yield name


class TestMethodExample(_Added, MethodContract):
    section = METHOD

    @pytest.fixture
    def method(self, name: str) -> Recommender:
        return fitted(name)

    def test_films_of_one_director_come_first(self, method: Recommender) -> None:
        scores = method.score([Profile.of_likes([0, 1, 30])])[0]
        np.testing.assert_allclose(scores, np.repeat([2 / 3, 0, 0, 1 / 3], 9))


class TestEncoderExample(_Added, EncoderContract):
    section = ENCODER

    def test_a_text_is_nearest_to_films_with_its_words(self, name: str, vectors: np.ndarray) -> None:
        text = embeddings.create(name).encode_texts(["a rocket to a distant planet with aliens"])[0]
        assert set(np.argsort(-(vectors @ text))[:9].tolist()) == set(range(9))


class TestSourceExample(_Added, SourceContract):
    section = SOURCE

    @pytest.fixture
    def files(self) -> Files:
        films = ("Heat,1995,https://boxd.it/1", ",1990,https://boxd.it/2", "Heat,1995,https://boxd.it/1")
        rows = "".join(f"2026-01-01,{film}\n" for film in (*films, '"Come, See",,https://boxd.it/3'))
        return {"watched.csv": f"Date,Name,Year,Letterboxd URI\n{rows}", "profile.csv": "Username\nann\n"}

    def test_films_are_read(self, name: str, folder: Path) -> None:
        films = datasets.load(name, folder).catalog
        assert films.labels() == ["Heat (1995)", "Come, See"]
        assert films.ids.tolist() == ["https://boxd.it/1", "https://boxd.it/3"]


class TestMetricExample(_Added, MetricContract):
    section = METRIC

    @pytest.fixture
    def metric(self, name: str) -> Metric:
        return METRICS[name]

    def test_it_counts_films_that_are_not_famous(self, metric: Metric) -> None:
        order = np.argsort(-task().counts, kind="stable")
        ranked = np.full_like(random_lists(0), -1)
        ranked[:2, :2] = order[[0, -1]], order[[-1, -2]]
        assert metric.of_lists is not None
        values = metric.of_lists(Lists(task(), ranked), (1, 2, 5))
        np.testing.assert_array_equal(values[:3], [[0, 0.5, 0.5], [1, 1, 1], [np.nan] * 3])


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.path.stem)
def test_an_example_is_a_new_file_that_leaves_no_trace(section: Section, tmp_path: Path) -> None:
    assert (ROOT / section.path.parent / "__init__.py").is_file()
    assert not (ROOT / section.path).exists()
    before, modules = dict(section.registry), set(sys.modules)
    with added(section, tmp_path) as name:
        assert section.path.stem == name
        assert name in section.registry
    section.search()
    assert section.registry == before
    assert list(section.registry) == list(before)
    assert set(sys.modules) <= modules


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.path.stem)
@pytest.mark.parametrize("check", [("check",), ("format", "--check")], ids=" ".join)
def test_an_example_passes_lint(section: Section, check: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "ruff", *check, "--stdin-filename", str(section.path), "-"]
    ended = subprocess.run(command, cwd=ROOT, input=section.code, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
