"""Visitors of the load bench are served by a running app as browsers are, and what goes wrong counts as an error."""

import asyncio
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest

from bench import load

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[load.Server]:
    with load.Server(load.ROOT) as started:
        yield started


@pytest.fixture
def asks() -> Iterator[str]:
    return load.questions("tiny", words=False)


def test_a_crowd_is_served_without_an_error(server: load.Server, asks: Iterator[str]) -> None:
    waited = asyncio.run(load.crowd(server.port, 3, asks, seed=0))
    assert waited.errors == []
    assert (len(waited.opened), len(waited.turned)) == (3, 3 * load.TURNS)
    assert min(waited.opened + waited.turned) > 0
    figures = waited.figures()
    assert figures["all"]["n"] == 15
    assert figures["all"]["p50"] <= figures["all"]["p95"] <= figures["all"]["max"]


def test_every_page_comes(server: load.Server, asks: Iterator[str]) -> None:
    rows = asyncio.run(load.pages(server.port, next(asks)))
    assert set(rows) == set(load.PAGES)
    assert all(row["opened kB"] > 1 for row in rows.values())
    memory = server.memory()
    assert 0 < memory["now"] <= memory["most"]


def test_a_page_that_is_not_there_is_an_error(server: load.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = load.Waited()
    monkeypatch.setattr(load, "PATIENCE", 0.001)
    asyncio.run(load.visit(server.port, "dataset=tiny", np.random.default_rng(0), waited))
    assert len(waited.errors) == 1
    assert not waited.turned


def test_a_stay_keeps_visitors_coming(
    server: load.Server, asks: Iterator[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "PAUSE", (0.01, 0.02))
    monkeypatch.setattr(load, "SAMPLE_EVERY", 0.5)
    stayed = asyncio.run(load.stay(server, 2, 3 / 60, asks))
    assert stayed["visits"] > 2
    assert stayed["errors"] == []
    assert len(stayed["memory"]) >= 3


def test_questions_name_films_of_the_dataset_and_every_third_asks_in_words(home: Path) -> None:
    asks = load.questions("tiny", words=True)
    found = [next(asks) for _ in range(6)]
    assert ["text=" in one for one in found] == [False, False, True] * 2
    assert all("like=" in one for one in found if "text=" not in one)
    assert next(load.questions("tiny", words=False)) == next(load.questions("tiny", words=False))


def test_nothing_waited_for_has_no_quantiles() -> None:
    assert load.quantiles([]) == {"n": 0}
    assert load.quantiles(list(repeat(0.25, 4))) == {"n": 4, "p50": 0.25, "p95": 0.25, "max": 0.25}
