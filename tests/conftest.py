"""Fixtures shared by all tests."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def movie_data_dir() -> Path:
    """The folder with real datasets named by MOVIE_DATA_DIR; skips where it is unset."""
    value = os.environ.get("MOVIE_DATA_DIR", "")
    if not value:
        pytest.skip("MOVIE_DATA_DIR is not set: tests on real data need the folder with the datasets")
    folder = Path(value).resolve()
    assert folder.is_dir(), f"MOVIE_DATA_DIR names no folder: {folder}"
    return folder
