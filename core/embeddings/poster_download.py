"""Fetching posters: many at once, not too fast, each within limits, and only what proves to be an image."""

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
    allow_private: bool = False


class _RefusedError(Exception):
    """Why there is no poster; `again` = another try may help."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


class _Pace:
    """Lets one request begin every 1 / per_second seconds."""

    def __init__(self, per_second: float) -> None:
        self._gap, self._next, self._lock = 1 / per_second, 0.0, threading.Lock()

    def wait(self) -> None:
        with self._lock:
            begin = max(self._next, time.monotonic())
            self._next = begin + self._gap
        time.sleep(max(0.0, begin - time.monotonic()))


def poster_path(folder: Path, url: str) -> Path:
    """Where a poster lies: named by the hash of its address, in 256 folders."""
    name = hashlib.blake2b(url.encode(), digest_size=16).hexdigest()
    return folder / name[:2] / name


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
        One outcome an address: `OK`, `NO_ADDRESS`, or why there is no poster. A poster that failed is asked
        again by the next call.
    """
    limits = limits or PosterLimits()
    outcome = {url: OK if poster_path(folder, url).exists() else "" for url in urls if url}
    wanted = [url for url, known in outcome.items() if not known]
    pace = _Pace(limits.per_second)
    progress(0, len(wanted), "fetching posters")
    with ThreadPoolExecutor(limits.workers) as pool:
        running = {pool.submit(_fetch, url, poster_path(folder, url), limits, pace): url for url in wanted}
        try:
            for done, future in enumerate(as_completed(running), 1):
                outcome[running[future]] = future.result()
                progress(done, len(wanted), "fetching posters")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [outcome.get(url, NO_ADDRESS) for url in urls]


def _fetch(url: str, target: Path, limits: PosterLimits, pace: _Pace) -> str:
    """Fetch one poster; the outcome."""
    for attempt in range(1, limits.attempts + 1):
        try:
            content = _download(url, limits, pace)
            open_poster(content)
        except _RefusedError as refused:
            if refused.again and attempt < limits.attempts:
                continue
            return str(refused)
        except ValueError as error:
            return f"not an image: {error}"
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{target.name}.{uuid4().hex[:8]}.partial")
        temporary.write_bytes(content)
        os.replace(temporary, target)
        return OK
    raise AssertionError("every attempt returns or is followed by another")


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
                    raise _RefusedError(
                        f"HTTP status {answer.status_code}", again=answer.status_code in _BUSY
                    )
                return _body(answer, limits, deadline)
        except NotAskedError as refused:
            raise _RefusedError(str(refused), again=refused.again) from None
        except requests.Timeout as error:
            raise _RefusedError("no answer in time", again=True) from error
        except (requests.RequestException, OSError) as error:
            raise _RefusedError(f"connection failed ({type(error).__name__})", again=True) from error
    raise _RefusedError(f"more than {limits.redirects} redirects")


def _body(answer: Any, limits: PosterLimits, deadline: float) -> bytes:
    """The answer's bytes, counted and timed as they come, so that neither a flood nor a trickle gets through."""
    import urllib3.exceptions

    body = bytearray()
    try:
        while block := answer.raw.read1(1 << 16, decode_content=False):
            body += block
            if len(body) > limits.max_bytes:
                raise _RefusedError(f"larger than {limits.max_bytes:,} bytes")
            if time.monotonic() > deadline:
                raise _RefusedError("too slow")
    except urllib3.exceptions.ReadTimeoutError as error:
        raise _RefusedError("no answer in time", again=True) from error
    except urllib3.exceptions.HTTPError as error:
        raise _RefusedError(f"connection failed ({type(error).__name__})", again=True) from error
    return bytes(body)
