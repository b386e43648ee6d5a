"""Answering loads nothing that only building needs: a hosted instance has little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.compute.kernels import kernel
from core.errors import MissingPackageError

ASK = """
import sys
from core.domain import Question
from core.errors import AtlasError
from core.serving import Atlas, recommend
from core.serving.choices import available_methods
from core.serving.finding import find_films
from core.exploration import captions, film_page, map_points
from ui import frame, resources
atlas = Atlas.open("tiny")
asked = 0
for name in available_methods(atlas):
    if f"method-{name}" in atlas.manifest.artifacts:
        recommend(atlas, Question(likes=(0, 1), method=name))
        asked += 1
find_films(atlas, "a film about a long journey")
heavy = {"torch", "transformers", "sentence_transformers"}
heavy |= {"sklearn", "umap", "numba", "gensim", "optuna", "scipy.stats", "irspack"}
print(asked > 10, sorted(heavy & set(sys.modules)))
"""


def test_answering_loads_nothing_heavy(home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True []"


def test_a_kernel_is_the_packages_own() -> None:
    said = (
        "from core.compute.kernels import kernel; import sys; knn = kernel('recommenders._knn'); "
        "assert 'irspack' not in sys.modules; from irspack.recommenders import _knn; print(knn is _knn)"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("True")


def test_without_irspack_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.compute.kernels.find_spec", lambda name: None)
    monkeypatch.delitem(sys.modules, "irspack.recommenders._absent", raising=False)
    with pytest.raises(MissingPackageError, match="irspack"):
        kernel("recommenders._absent")
