"""Fetching posters: many at once, not too fast, each within limits, and only what proves to be an image.

A poster that failed is asked again by every later call: faults of the network, busy and broken servers (HTTP 5xx, 429 and
the like), and answers that were no image, since the page of a proxy may have stood in its place. Not asked again until its
address changes is what the server says is not there (HTTP 404 and 410), is larger than allowed, or only leads on: a note
beside its place keeps why.
"""

import hashlib
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

from core import __version__
from core.compute.progress import Progress, no_progress
from core.embeddings.poster_descriptors import open_poster

OK = "ok"
NO_ADDRESS = "no poster known"
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_THERE = frozenset({404, 410})
NOT_REACHED = "its server was not reached for others"


@dataclass(frozen=True)
class PosterLimits:
    """How posters are fetched.

    Attributes:
        workers: Downloads at once.
        per_second: Requests begun in a second, over all workers.
        connect, read: Seconds to wait for a connection and for the next byte.
        total: Seconds for one answer as a whole.
        max_bytes: A larger file is given up.
        redirects: How many are followed.
        attempts: Tries where a server is busy or does not answer.
        give_up: So many addresses in a row without an answer from one server, and its others are left to a later call.
        allow_private: Whether addresses of this machine and of private networks are asked at all.
    """

    workers: int = 8
    per_second: float = 20.0
    connect: float = 5.0
    read: float = 10.0
    total: float = 30.0
    max_bytes: int = 5_000_000
    redirects: int = 3
    attempts: int = 2
    give_up: int = 20
    allow_private: bool = False


class _RefusedError(Exception):
    """Why there is no poster.

    Args:
        reason: In a few words.
        again: Whether another try may help at once.
        is_final: Whether no later call asks again.
        was_reached: Whether there is a server that answers.
    """

    def __init__(
        self, reason: str, *, again: bool = False, is_final: bool = False, was_reached: bool = True
    ) -> None:
        super().__init__(reason)
        self.again, self.is_final, self.was_reached = again, is_final, was_reached


class _Pace:
    """Lets one request begin every 1 / per_second seconds."""

    def __init__(self, per_second: float) -> None:
        self._gap, self._next, self._lock = 1 / per_second, 0.0, threading.Lock()

    def wait(self) -> None:
        with self._lock:
            begin = max(self._next, time.monotonic())
            self._next = begin + self._gap
        time.sleep(max(0.0, begin - time.monotonic()))


class _Silence:
    """Counts how many addresses of a server in a row got no answer; without a network thousands would be waited for."""

    def __init__(self, give_up: int) -> None:
        self._give_up, self._lock = give_up, threading.Lock()
        self._silent: dict[str, int] = {}

    def is_long(self, url: str) -> bool:
        with self._lock:
            return self._silent.get(_server(url), 0) >= self._give_up

    def note(self, url: str, *, was_reached: bool) -> None:
        with self._lock:
            self._silent[_server(url)] = 0 if was_reached else self._silent.get(_server(url), 0) + 1


def _server(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])


def poster_path(folder: Path, url: str) -> Path:
    """Where a poster lies: named by the hash of its address, in 256 folders."""
    name = hashlib.blake2b(url.encode(), digest_size=16).hexdigest()
    return folder / name[:2] / name


def arrived(urls: Sequence[str], folder: Path) -> list[str]:
    """Those addresses whose poster is in the folder, each once, sorted."""
    return sorted(url for url in set(urls) if url and poster_path(folder, url).exists())


def _note_path(folder: Path, url: str) -> Path:
    """Where it is kept why an address is not asked again."""
    path = poster_path(folder, url)
    return path.with_name(f"{path.name}.refused")


def _known(folder: Path, url: str) -> str:
    """The outcome of an address that is not asked again; "" = it is."""
    if poster_path(folder, url).exists():
        return OK
    note = _note_path(folder, url)
    return note.read_text("utf-8") if note.exists() else ""


def fetch_posters(
    urls: Sequence[str], folder: Path, *, limits: PosterLimits | None = None, progress: Progress = no_progress
) -> list[str]:
    """Fetch what is not in the folder yet.

    Args:
        urls: One address a film, "" = none. Equal addresses are asked once.
        folder: Keeps every poster as it came; an interrupted run goes on where it stopped.
        limits: How fast, how large, how long.
        progress: Told of every address that is done with.

    Returns:
        One outcome an address: `OK`, `NO_ADDRESS`, or why there is no poster; see above which of these the next call
        asks again.
    """
    limits = limits or PosterLimits()
    outcome = {url: _known(folder, url) for url in dict.fromkeys(urls) if url}
    wanted = [url for url, known in outcome.items() if not known]
    pace, silence = _Pace(limits.per_second), _Silence(limits.give_up)
    progress(0, len(wanted), "fetching posters")
    with ThreadPoolExecutor(limits.workers) as pool:
        running = {pool.submit(_fetch, url, folder, limits, pace, silence): url for url in wanted}
        try:
            for done, future in enumerate(as_completed(running), 1):
                outcome[running[future]] = future.result()
                progress(done, len(wanted), "fetching posters")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [outcome.get(url, NO_ADDRESS) for url in urls]


def _fetch(url: str, folder: Path, limits: PosterLimits, pace: _Pace, silence: _Silence) -> str:
    """Fetch one poster; the outcome."""
    for attempt in range(1, limits.attempts + 1):
        if silence.is_long(url):
            return NOT_REACHED
        try:
            content = _download(url, limits, pace)
            open_poster(content)
        except _RefusedError as refused:
            if refused.again and attempt < limits.attempts:
                continue
            silence.note(url, was_reached=refused.was_reached)
            if refused.is_final:
                _put(_note_path(folder, url), str(refused).encode())
            return str(refused)
        except ValueError as error:
            return f"not an image: {error}"
        silence.note(url, was_reached=True)
        _put(poster_path(folder, url), content)
        return OK
    raise AssertionError("every attempt returns or is followed by another")


def _put(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.{uuid4().hex[:8]}.partial")
    temporary.write_bytes(content)
    os.replace(temporary, target)


def _download(url: str, limits: PosterLimits, pace: _Pace) -> bytes:
    import requests

    from core.compute.pinned_connections import NotAskedError, asked

    headers = {"User-Agent": f"movie-atlas/{__version__}", "Accept": "image/*", "Accept-Encoding": "identity"}
    timeout = (limits.connect, limits.read)
    deadline = time.monotonic() + limits.total
    for _ in range(limits.redirects + 1):
        pace.wait()
        try:
            with asked(url, headers=headers, timeout=timeout, allow_private=limits.allow_private) as answer:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers["Location"])
                    continue
                if answer.status_code != 200:
                    status = answer.status_code
                    raise _RefusedError(
                        f"HTTP status {status}", again=status in _BUSY, is_final=status in _NOT_THERE
                    )
                return _body(answer, limits, deadline)
        except NotAskedError as refused:
            raise _RefusedError(str(refused), again=refused.again, was_reached=not refused.again) from None
        except requests.Timeout as error:
            raise _RefusedError("no answer in time", again=True, was_reached=False) from error
        except (requests.RequestException, OSError) as error:
            raise _RefusedError(
                f"connection failed ({type(error).__name__})", again=True, was_reached=False
            ) from error
    raise _RefusedError(f"more than {limits.redirects} redirects", is_final=True)


def _body(answer: Any, limits: PosterLimits, deadline: float) -> bytes:
    """The answer's bytes, counted and timed as they come, so that neither a flood nor a trickle gets through."""
    import urllib3.exceptions

    body = bytearray()
    try:
        while block := answer.raw.read1(1 << 16, decode_content=False):
            body += block
            if len(body) > limits.max_bytes:
                raise _RefusedError(f"larger than {limits.max_bytes:,} bytes", is_final=True)
            if time.monotonic() > deadline:
                raise _RefusedError("too slow")
    except urllib3.exceptions.ReadTimeoutError as error:
        raise _RefusedError("no answer in time", again=True) from error
    except urllib3.exceptions.HTTPError as error:
        raise _RefusedError(f"connection failed ({type(error).__name__})", again=True) from error
    return bytes(body)
