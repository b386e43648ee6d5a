"""Fanning work out: one function, many parts, results in the parts' order; here, or on a Ray cluster."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from core import settings

Part = TypeVar("Part")
Result = TypeVar("Result")
Begun = TypeVar("Begun")


class Workers(Protocol):
    """Who does the parts of a piece of work. The same parts have the same results, whoever does them."""

    @property
    def is_here(self) -> bool:
        """Whether all is done in this process, whose memory and time are then those of the work."""

    @property
    def n(self) -> int:
        """How many processor cores do parts."""

    def map(
        self, work: Callable[[Part], Result], parts: Iterable[Part], *, threads: int = 1
    ) -> Generator[Result, None, None]:
        """What the work makes of every part, in the order of the parts; few are begun before their turn.

        Close the generator (`contextlib.closing`) where it may be left before its end: parts that nobody waits for are
        then called off.

        Args:
            work: What is done with a part. It depends on nothing but the part and what it carries, changes neither, and
                can be sent to another process.
            parts: Taken one by one.
            threads: How many parts are done at once in this process; others decide that by themselves.

        Raises:
            Exception: Whatever the work raises.
            ClusterError: A part could not be done by any worker.
        """


class LocalWorkers:
    """This process: each part is begun when its result is asked for, or ahead of that in threads."""

    is_here, n = True, 1

    def map(
        self, work: Callable[[Part], Result], parts: Iterable[Part], *, threads: int = 1
    ) -> Generator[Result, None, None]:
        """See `Workers.map`."""
        if threads == 1:
            yield from map(work, parts)
            return
        with ThreadPoolExecutor(threads) as pool:

            def begin(part: Part) -> Future[Result]:
                return pool.submit(work, part)

            yield from in_order(begin, parts, 2 * threads, Future.result, Future.cancel)


HERE = LocalWorkers()


def workers() -> Workers:
    """Those of the Ray cluster that MOVIE_ATLAS_RAY names, else this process.

    Raises:
        MissingPackageError: A cluster is named, and Ray is not installed.
        ClusterError: It cannot be reached.
    """
    address = settings.ray_address()
    if not address:
        return HERE
    from core.compute.ray_workers import RayWorkers  # it stands on this file

    return RayWorkers(address)


def in_order(
    begin: Callable[[Part], Begun],
    parts: Iterable[Part],
    at_once: int,
    result: Callable[[Begun], Result],
    call_off: Callable[[Begun], object],
) -> Generator[Result, None, None]:
    """Results in the order of the parts, where parts are begun before the results of earlier ones are there.

    Args:
        begin: Begins a part.
        parts: Taken one by one.
        at_once: How many are begun and not yet handed on.
        result: Waits for what a part came to.
        call_off: Ends a part that nobody waits for any more.
    """
    begun: deque[Begun] = deque()

    def first() -> Result:
        found = result(begun[0])
        begun.popleft()
        return found

    try:
        for part in parts:
            begun.append(begin(part))
            if len(begun) >= at_once:
                yield first()
        while begun:
            yield first()
    finally:
        for one in begun:
            call_off(one)
