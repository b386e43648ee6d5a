"""Fixtures of the tests of builds."""

from pathlib import Path

import pytest

from core.maps import projection
from core.recommenders.collaborative import predicted_rating
from tests import tiny
from tests.conftest import flat_map


@pytest.fixture
def tiny_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own in which nothing is built, with the tiny films' files in `films`."""
    monkeypatch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
    monkeypatch.delenv("MOVIE_DATA_DIR", raising=False)
    monkeypatch.setattr(projection, "project", flat_map)
    # by far the longest to learn, twice more in the hybrid: 320 rounds of sampling a build that no test here looks at
    monkeypatch.setattr(predicted_rating, "_sweeps", lambda asked, n_ratings: 30)
    tiny.write_own_files(tmp_path / "films", tiny.tiny_dataset())
    return tmp_path
