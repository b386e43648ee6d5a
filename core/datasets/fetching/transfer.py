"""Getting one file over a connection that may stall, break, lie, or give something else."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import __version__
from core.errors import ChecksumError, DownloadError

_AGENT = f"movie-atlas/{__version__}"
_BLOCK = 1 << 18
_OTHER_FILE = "Try again. If it stays so, a new edition is out: download it by hand and give its path."
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class RemoteFile:
    """One file to fetch.

    Attributes:
        url: Where it is.
        size: Its length in bytes.
        checksum: "sha256:…" or "md5:…" over its bytes.
        confirmed_by: Where the checksum was published or how it was found.
    """

    url: str
    size: int
    checksum: str
    confirmed_by: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.url.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Patience:
    """When a connection counts as dead.

    Attributes:
        connect: Seconds to wait for a connection.
        read: Seconds to wait for the next byte.
        window: Seconds over which the speed is measured.
        min_bytes: Fewer bytes than this within a window is a stall.
        attempts: Tries a file, each going on where the one before ended.
        pause: Seconds before the second try; the third waits twice as long, and so on.
        allow_private: Whether addresses of this machine and of private networks are asked at all.
    """

    connect: float = 10.0
    read: float = 30.0
    window: float = 60.0
    min_bytes: int = 60_000
    attempts: int = 4
    pause: float = 2.0
    allow_private: bool = False


def fetch_file(file: RemoteFile, folder: Path, report: Callable[[int], None], patience: Patience) -> Path:
    """Fetch one file into a folder; a file there with the right checksum is taken as it is.

    Args:
        file: What to fetch.
        folder: Where to; the file keeps its name.
        report: Told of the bytes done.
        patience: When to give up.

    Raises:
        DownloadError, ChecksumError: As `fetch`.
    """
    import pooch

    pooch.get_logger().setLevel("WARNING")
    target = folder / file.name
    by_hand = f"Download {file.url} by hand, put it at {target}, and run this again."
    stream = _Stream(file, target.with_name(f"{target.name}.part"), report, patience)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            pooch.retrieve(file.url, file.checksum, file.name, folder, downloader=stream)
        except ValueError as error:
            if not stream.went_on_from_before:
                raise ChecksumError(
                    f"{file.url} gave a file with another checksum than {file.checksum}; nothing was kept.",
                    hint=_OTHER_FILE,
                ) from error
            return fetch_file(file, folder, report, patience)
    except (DownloadError, OSError) as error:
        if isinstance(error, DownloadError):
            error.hint = error.hint or by_hand
            raise
        raise DownloadError(
            f"{target} cannot be written: {error.strerror or error}.",
            hint="Check free space and permissions.",
        ) from error
    report(file.size)
    return target


class _InterruptedError(Exception):
    """The connection broke in a way that another try may mend."""


class _Stream:
    """A `pooch` downloader that resumes, notices stalls and truncation, and reports progress.

    Attributes:
        went_on_from_before: Whether bytes of an earlier run were used.
    """

    def __init__(
        self, file: RemoteFile, part: Path, report: Callable[[int], None], patience: Patience
    ) -> None:
        self._file, self._part, self._report, self._patience = file, part, report, patience
        self.went_on_from_before = self._have() > 0

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        reason = ""
        for attempt in range(self._patience.attempts):
            if attempt:
                time.sleep(self._patience.pause * attempt)
            try:
                self._go_on(url)
                os.replace(self._part, output_file)
                return
            except _InterruptedError as error:
                reason = str(error)
        kept = f" {self._have():,} bytes are kept to go on from." if self._have() else ""
        raise DownloadError(f"{url} could not be fetched in {self._patience.attempts} tries: {reason}.{kept}")

    def _have(self) -> int:
        try:
            return self._part.stat().st_size
        except OSError:
            return 0

    def _go_on(self, url: str) -> None:
        """Fetch what is missing of the file."""
        import requests
        import urllib3

        from core.compute.pinned_connections import NotAskedError, asked_along

        if self._have() > self._file.size:
            self._part.unlink()
        start = self._have()
        if start == self._file.size:
            return
        headers = {"Accept-Encoding": "identity", "User-Agent": _AGENT}
        if start:
            headers["Range"] = f"bytes={start}-"
        timeout = (self._patience.connect, self._patience.read)
        try:
            with asked_along(
                url, headers=headers, timeout=timeout, allow_private=self._patience.allow_private
            ) as response:
                start = self._checked_start(response, start)
                self._copy(response.raw, start)
        except NotAskedError as error:
            if error.again:
                raise _InterruptedError(f"{error}: is there a network?") from None
            raise DownloadError(f"{url} is not asked: {error}.") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _InterruptedError(_plain_reason(error)) from error
        if self._have() < self._file.size:
            raise _InterruptedError(
                f"the connection ended after {self._have():,} of {self._file.size:,} bytes"
            )

    def _checked_start(self, response: Any, start: int) -> int:
        """Where the body belongs in the file; what cannot be the file is refused before it is read."""
        status = response.status_code
        if status == 416 or (status == 206 and not self._continues(response, start)):
            self._part.unlink(missing_ok=True)
            raise _InterruptedError("the server could not go on where the last try ended")
        if status in _BUSY:
            raise _InterruptedError(f"the server answers {status}")
        if status not in (200, 206):
            raise DownloadError(f"{self._file.url} answers {status} instead of the file.")
        start = start if status == 206 else 0
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and start + int(length) != self._file.size:
            self._part.unlink(missing_ok=True)
            raise ChecksumError(
                f"{self._file.url} offers a file of {start + int(length):,} bytes; the expected one has "
                f"{self._file.size:,}. Nothing was kept.",
                hint=_OTHER_FILE,
            )
        return start

    @staticmethod
    def _continues(response: Any, start: int) -> bool:
        return str(response.headers.get("Content-Range", "")).replace(" ", "").startswith(f"bytes{start}-")

    def _copy(self, body: Any, start: int) -> None:
        """Append the body to the part file, watching speed and length."""
        done, window_start, window_done = start, time.monotonic(), start
        with self._part.open("ab" if start else "wb") as sink:
            while chunk := body.read1(_BLOCK):
                sink.write(chunk)
                done += len(chunk)
                if done > self._file.size:
                    break
                self._report(done)
                now = time.monotonic()
                if now - window_start >= self._patience.window:
                    if done - window_done < self._patience.min_bytes:
                        raise _InterruptedError("the connection stalled")
                    window_start, window_done = now, done
        if done > self._file.size:
            self._part.unlink()
            raise ChecksumError(
                f"{self._file.url} gives more than {self._file.size:,} bytes; nothing was kept."
            )


def _plain_reason(error: Exception) -> str:
    """What happened on the line, in a few words."""
    text = f"{type(error).__name__} {error}"
    for sign, words in {
        "Timeout": "no byte came for too long",
        "timed out": "no byte came for too long",
        "SSL": "the connection is not secure (certificate)",
        "resolve": "the server's name could not be resolved: is there a network?",
        "refused": "the server refused the connection",
        "unreachable": "the network is unreachable",
    }.items():
        if sign in text:
            return words
    return f"the connection broke ({type(error).__name__})"
