"""What the surroundings decide."""

import pytest

from core import settings
from core.errors import InvalidQueryError


def test_learning_may_take_half_of_the_memory_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOVIE_ATLAS_FIT_GB", raising=False)
    monkeypatch.setattr(settings, "_memory_gb", lambda: 3.0)
    assert settings.fit_gb() == 1.5
    monkeypatch.setenv("MOVIE_ATLAS_FIT_GB", " 0.25 ")
    assert settings.fit_gb() == 0.25


@pytest.mark.parametrize(
    ("value", "address"), [(None, ""), (" ", ""), (" auto ", "auto"), ("h:6379", "h:6379")]
)
def test_without_a_cluster_work_stays_here(
    value: str | None, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MOVIE_ATLAS_RAY", raising=False)
    if value is not None:
        monkeypatch.setenv("MOVIE_ATLAS_RAY", value)
    assert settings.ray_address() == address


def test_the_memory_there_is_is_known_here() -> None:
    settings._memory_gb.cache_clear()
    assert 0.1 < settings._memory_gb() < 100_000


@pytest.mark.parametrize("value", ["0", "-1", "lots", "nan", "inf"])
def test_a_limit_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_FIT_GB", value)
    with pytest.raises(InvalidQueryError, match="should be a number above 0"):
        settings.fit_gb()


@pytest.mark.parametrize(
    ("value", "is_on"),
    [("1", True), ("true", True), ("", False), ("0", False), ("No", False), ("off", False)],
)
def test_hosted_is_a_switch(value: str, is_on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_HOSTED", value)
    assert settings.is_hosted() is is_on
