"""Which jobs are running, written down: whoever starts the app again is told which were cut off."""

import json
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

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
        # a job is begun in a visitor's thread and ends in another
        self._lock = FileLock(self._path.with_suffix(".lock"), timeout=0, thread_local=False)

    def begin(self, title: str) -> None:
        """Write down that the job runs; where nothing can be written, nothing is, and the job itself will say so.

        Raises:
            BuildError: It runs already, in another process of the app.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            self._path.write_text(json.dumps({"title": title}), "utf-8")
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
