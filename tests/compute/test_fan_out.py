"""Fanning out in this process: order, bounds, errors and calling off; and what is said where a cluster is not there."""

import pickle
import socket
import sys
import threading
from contextlib import closing

import pytest

from core.compute.fan_out import HERE, in_order, workers
from core.errors import (
    AtlasError,
    ClusterError,
    MissingPackageError,
    TooFewFilmsError,
    UnansweredError,
    UnknownItemError,
    UnknownNameError,
)


def test_results_come_in_the_order_of_the_parts() -> None:
    first_may_end = threading.Event()

    def work(part: int) -> int:
        if part == 0:
            assert first_may_end.wait(30)
        if part == 1:
            first_may_end.set()
        return part * part

    with closing(HERE.map(work, range(20), threads=2)) as found:
        assert list(found) == [part * part for part in range(20)]


def test_one_thread_begins_a_part_when_its_result_is_asked_for() -> None:
    begun: list[int] = []
    found = HERE.map(begun.append, range(5))
    assert begun == []
    next(found)
    assert begun == [0]


def test_parts_begun_ahead_are_bounded_and_called_off() -> None:
    begun: list[int] = []
    called_off: list[int] = []

    def begin(part: int) -> int:
        begun.append(part)
        return part

    found = in_order(begin, range(100), 3, lambda part: part, called_off.append)
    assert [next(found), next(found)] == [0, 1]
    assert begun == [0, 1, 2, 3]
    found.close()
    assert called_off == [2, 3]


def test_an_error_of_the_work_ends_it_and_calls_off_what_was_begun() -> None:
    called_off: list[int] = []

    def result(part: int) -> int:
        if part == 1:
            raise ValueError("part 1")
        return part

    found = in_order(lambda part: part, range(9), 3, result, called_off.append)
    assert next(found) == 0
    with pytest.raises(ValueError, match="part 1"):
        next(found)
    assert called_off == [1, 2, 3]


def test_threads_end_where_nobody_waits_for_them() -> None:
    done: list[int] = []
    with closing(HERE.map(done.append, range(1000), threads=2)) as found:
        next(found)
    assert 1 <= len(done) <= 1 + 2 * 2
    assert workers() is HERE


def test_ray_that_is_not_installed_is_said_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_RAY", "auto")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingPackageError, match=r"pip install -r requirements-ray\.txt") as caught:
        workers()
    assert caught.value.package == "ray"


@pytest.mark.parametrize(
    "error",
    [
        AtlasError("What.", hint="Do."),
        TooFewFilmsError(1, 3),
        UnansweredError("What.", hint="Do.", option="scale", known=["5", "10"]),
        UnknownItemError("Alien", ["Aliens (1986)"]),
        UnknownNameError("method", "x", ["y"]),
        MissingPackageError("ray", hint="Do."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_arrive_from_another_process_as_they_were(error: AtlasError) -> None:
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is type(error)
    assert (str(arrived), vars(arrived)) == (str(error), vars(error))


def test_a_cluster_that_nobody_answers_for_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="Ray is not installed (requirements-ray.txt)")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("MOVIE_ATLAS_RAY", f"127.0.0.1:{port}")
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:\d+ .*cannot be reached") as caught:
        workers()
    assert "unset MOVIE_ATLAS_RAY" in caught.value.hint


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:port", "127.0.0.1:99999999"])
def test_an_address_that_is_none_is_said(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="Ray is not installed (requirements-ray.txt)")
    monkeypatch.setenv("MOVIE_ATLAS_RAY", address)
    with pytest.raises(ClusterError, match="cannot be reached"):
        workers()
