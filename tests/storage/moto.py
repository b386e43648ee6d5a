"""An S3 server for tests: moto's, in a process of its own, since it wants other packages than the app has."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 60


def executable() -> str:
    """Path of `moto_server`; "" where there is none."""
    there = Path(os.environ.get("MOVIE_ATLAS_TEST_MOTO") or ROOT / ".venv-moto/bin/moto_server")
    return str(there) if there.is_file() else ""


class Moto:
    """A server on a free port of this machine, with what it stores in its memory.

    Args:
        log: A file for what it says.
        refuses: Whether it knows no credentials, and so refuses all.
    """

    def __init__(self, log: Path, *, refuses: bool = False) -> None:
        self._log, self._refuses = log, refuses
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start it with no buckets, and wait until it answers."""
        more = {"INITIAL_NO_AUTH_ACTION_COUNT": "0"} if self._refuses else {}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [executable(), "-H", "127.0.0.1", "-p", str(self._port)],
                env={**os.environ, **more},
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + STARTS_WITHIN_S
        while self._ask("GET", "/moto-api/data.json") != 200:
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < end, "moto did not start"
            time.sleep(0.1)

    def make_bucket(self, name: str) -> None:
        """A new, empty bucket."""
        assert self._ask("PUT", f"/{name}") == 200

    def stop(self) -> None:
        """Kill it, with all that it stored."""
        self._process.kill()
        self._process.wait()

    def _ask(self, method: str, path: str) -> int:
        try:
            with urllib.request.urlopen(
                urllib.request.Request(self.url + path, method=method), timeout=5
            ) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0
