"""What the surroundings decide: where files are kept and looked for. The variables MOVIE_* are read here alone."""

import math
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from core.errors import InvalidQueryError

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the code, with `app.py` and `data/`."""


def home() -> Path:
    """The folder for downloads, workspaces and caches: MOVIE_ATLAS_HOME, else `data/` beside the code."""
    value = os.environ.get("MOVIE_ATLAS_HOME", "")
    return Path(value).expanduser().resolve() if value else ROOT / "data"


def search_folders(near: Sequence[Path] = ()) -> list[Path]:
    """Where files of datasets are looked for, in this order: `near`, MOVIE_DATA_DIR where it is set, the downloads."""
    data = os.environ.get("MOVIE_DATA_DIR", "")
    return [*near, *([Path(data).resolve()] if data else []), home() / "downloads"]


def preloads() -> bool:
    """Whether the app loads ahead what the first question in words needs: unless MOVIE_ATLAS_PRELOAD is 0."""
    return os.environ.get("MOVIE_ATLAS_PRELOAD", "1") != "0"


def is_hosted() -> bool:
    """Whether strangers visit: MOVIE_ATLAS_HOSTED is 1. See `core.policy` for what they may then."""
    return _is_on("MOVIE_ATLAS_HOSTED", otherwise=False)


def expect_strangers() -> None:
    """From now on `is_hosted` is true, as if the surroundings had said so."""
    switch("MOVIE_ATLAS_HOSTED", on=True)


def switch(name: str, *, on: bool) -> None:
    """From now on a variable says yes or no, as if the surroundings had said so; other names than ours are left alone."""
    if name.startswith("MOVIE_ATLAS_"):
        os.environ[name] = "1" if on else "0"


def shows_posters() -> bool:
    """Whether browsers are sent to other servers for posters: MOVIE_ATLAS_POSTERS, else where nobody is a stranger."""
    return _is_on("MOVIE_ATLAS_POSTERS", otherwise=not is_hosted())


def operator_password() -> str:
    """What opens a hosted instance to its operator: MOVIE_ATLAS_OPERATOR_PASSWORD; "" = nothing does."""
    return os.environ.get("MOVIE_ATLAS_OPERATOR_PASSWORD", "")


def store_uri() -> str:
    """Where LanceDB tables are kept: MOVIE_ATLAS_STORE_URI (s3://, gs://, db://, a folder); "" = in the workspaces."""
    return os.environ.get("MOVIE_ATLAS_STORE_URI", "").rstrip("/")


def ray_address() -> str:
    """Which Ray cluster does the parts of large work: MOVIE_ATLAS_RAY (auto, local, host:port); "" = this process does."""
    return os.environ.get("MOVIE_ATLAS_RAY", "").strip()


def precision() -> str:
    """What films' texts are read in: MOVIE_ATLAS_PRECISION (float32, bfloat16); "" = as suits the processor.

    Raises:
        InvalidQueryError: It is something else.
    """
    asked = os.environ.get("MOVIE_ATLAS_PRECISION", "").strip().lower()
    if asked not in ("", "float32", "bfloat16"):
        raise InvalidQueryError(f"MOVIE_ATLAS_PRECISION is “{asked[:60]}”: it should be float32 or bfloat16.")
    return asked


def methods_mb() -> float:
    """MB that an opened dataset may keep for methods whose parameters visitors changed: MOVIE_ATLAS_METHODS_MB, else 256.

    Raises:
        InvalidQueryError: It is no positive number.
    """
    return _positive("MOVIE_ATLAS_METHODS_MB", 256.0)


def fit_gb() -> float:
    """GB that learning a method may take, whatever its parameters say: MOVIE_ATLAS_FIT_GB, else half of the memory there is.

    Raises:
        InvalidQueryError: It is no positive number.
    """
    return _positive("MOVIE_ATLAS_FIT_GB", _memory_gb() / 2)


def allow_gb(gigabytes: float) -> None:
    """From now on `fit_gb` is this, as if the surroundings had said so."""
    os.environ["MOVIE_ATLAS_FIT_GB"] = str(gigabytes)


@cache
def _memory_gb() -> float:
    """GB that this process may use: the machine's, or what the container around it allows; unknown = 8."""
    found = []
    with suppress(AttributeError, ValueError, OSError):  # not on Windows
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):
            found.append(int(Path(limit).read_text()))
    return min(found, default=8e9) / 1e9


def _is_on(name: str, *, otherwise: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    return value not in ("0", "false", "no", "off") if value else otherwise


def _positive(name: str, otherwise: float) -> float:
    value = os.environ.get(name, "").strip()
    try:
        number = float(value) if value else otherwise
    except ValueError:
        number = -1.0
    if not 0 < number < math.inf:
        raise InvalidQueryError(f"{name} is “{value[:60]}”: it should be a number above 0.")
    return number
