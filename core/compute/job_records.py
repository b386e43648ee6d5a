"""Which jobs are running, written down: whoever starts the app again is told which were cut off."""

import json
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

from filelock import FileLock, Timeout

from core.errors import BuildError


class JobRecord:
    """A small file that is there from the beginning of a job to its end; the lock beside it dies with the app.

    Args:
        name: The job's name.
        folder: Where records are kept.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._path = folder / f"{quote(name, safe=' ')}.json"
        self._lock = _lock_of(self._path)
        self._is_passing = False

    def begin(self, title: str, *, is_passing: bool = False) -> None:
        """Write down that the job runs; where nothing can be written, nothing is, and the job itself will say so.

        Args:
            title: What it does, in words.
            is_passing: Whether its name is one visitor's alone: nobody asks for it later, and nothing stays of it.

        Raises:
            BuildError: It runs already, in another process of the app.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            self._is_passing = is_passing
            self._path.write_text(json.dumps({"title": title, "passing": is_passing}), "utf-8")
        except Timeout as error:
            raise BuildError(
                f"{self.name} is busy in another process of the app.", hint="Wait until that has ended."
            ) from error
        except OSError:
            self.end()

    def end(self) -> None:
        """The job has ended, and somebody has seen how."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        self._lock.release()
        if self._is_passing:
            with suppress(OSError):
                Path(self._lock.lock_file).unlink(missing_ok=True)

    def cut_off(self) -> str:
        """Title of a job whose end nobody saw; "" = there is none. It is told once."""
        if not self._path.exists():
            return ""
        try:
            with self._lock:
                title = str(json.loads(self._path.read_text("utf-8"))["title"])
                self._path.unlink()
        except (OSError, Timeout):
            return ""  # it still runs elsewhere, or another has told it
        except (ValueError, KeyError, TypeError):
            title = self.name  # cut off while it was written down
            self._path.unlink(missing_ok=True)
        return title


def written_down(folder: Path) -> list[str]:
    """Names of the jobs that run, wait, or were cut off, of all processes of the app."""
    return sorted(unquote(path.stem) for path in folder.glob("*.json"))


def forget_passing(folder: Path) -> None:
    """Remove what stayed of visitors' jobs that were cut off: the visitors are gone with the app that they visited."""
    for path in folder.glob("*.json"):
        try:
            if not json.loads(path.read_text("utf-8"))["passing"]:
                continue
            with _lock_of(path) as lock:
                path.unlink(missing_ok=True)
            Path(lock.lock_file).unlink(missing_ok=True)
        except (OSError, Timeout, ValueError, KeyError, TypeError):
            continue  # it runs, or it is another's


def _lock_of(record: Path) -> FileLock:
    # a job is begun in a visitor's thread and ends in another
    return FileLock(record.with_suffix(".lock"), timeout=0, thread_local=False)
