"""Limits on other libraries' threads: set by the first block that begins, lifted by the last that ends."""

import os
import sys
import threading
from collections.abc import Iterator

import numpy as np  # noqa: F401 (BLAS must be loaded to be counted)
import pytest
from threadpoolctl import OpenBLASController, ThreadpoolController, threadpool_info, threadpool_limits

from core.compute import threads
from core.compute.threads import n_threads, one_blas_thread, one_torch_thread


@pytest.fixture(autouse=True)
def several() -> Iterator[None]:
    """More than one thread of BLAS, so that a limit is seen: `make test` starts its workers with one each."""
    with threadpool_limits(3, user_api="blas"):
        OpenBLASController.clear_controlling_thread(force=True)  # or no other thread may set a limit
        assert set(blas_threads()) == {3}
        yield


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_a_process_has_at_least_one_thread_and_no_more_than_cores():
    assert 1 <= n_threads() <= os.cpu_count()


def test_the_limit_ends_with_the_block_even_after_an_error():
    before = blas_threads()
    seen = []

    def fail():
        with one_blas_thread():
            seen.extend(blas_threads())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert set(seen) == {1}
    assert blas_threads() == before


def test_blocks_of_two_threads_may_overlap_in_any_order():
    before = blas_threads()
    first_is_in, second_is_in, first_is_out = (threading.Event() for _ in range(3))
    seen = []

    def first():
        with one_blas_thread():
            first_is_in.set()
            assert second_is_in.wait(10)
        seen.append(blas_threads())
        first_is_out.set()

    def second():
        assert first_is_in.wait(10)
        with one_blas_thread():
            second_is_in.set()
            assert first_is_out.wait(10)
            seen.append(blas_threads())

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [set(counts) for counts in seen] == [{1}, {1}]
    assert blas_threads() == before


def test_torch_has_its_threads_back_after_a_question_that_fails() -> None:
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()

    def fail() -> None:
        with one_torch_thread():
            seen.append(torch.get_num_threads())
            raise ValueError("the model broke")

    seen: list[int] = []
    torch.set_num_threads(3)
    try:
        with pytest.raises(ValueError, match="broke"):
            fail()
        assert (seen, torch.get_num_threads()) == ([1], 3)
    finally:
        torch.set_num_threads(before)


def test_a_library_that_comes_later_is_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries are looked for again only where a module has come."""
    looked = []

    def look() -> threads.ThreadpoolController:
        looked.append(True)
        return ThreadpoolController()

    with one_blas_thread():
        pass
    monkeypatch.setattr(threads, "ThreadpoolController", look)
    with one_blas_thread():
        assert set(blas_threads()) == {1}
    assert not looked
    monkeypatch.setitem(sys.modules, "a_further_library", threads)
    with one_blas_thread():
        assert set(blas_threads()) == {1}
    assert looked == [True]
