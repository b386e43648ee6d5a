"""UMAP in a process of its own: while it places points, no other thread of its process can do any Python."""

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from core.compute.parent import end_with
from core.compute.progress import Progress
from core.errors import BuildError
from core.settings import ROOT
from core.types import FloatMatrix

_LOOK = 0.5
"""Seconds between two looks at whether it is done, or unwanted."""


def place_apart(given: dict[str, Any], note: str, progress: Progress) -> FloatMatrix:
    """What `core.maps.projection.place` makes of the same arguments.

    Args:
        given: They, by name: arrays, texts and numbers.
        note: What is happening, in words.
        progress: Told again and again that it goes on; what it raises ends it.

    Returns:
        (n, 2) float32.

    Raises:
        BuildError: The process ended without a result.
    """
    with TemporaryDirectory(prefix="movie-atlas-map-") as name:
        folder = Path(name)
        np.savez(folder / "given.npz", **given)
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", __name__, name, str(os.getpid())],
                cwd=ROOT,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            try:
                while process.poll() is None:
                    progress(0, 1, note)
                    try:
                        process.wait(_LOOK)
                    except subprocess.TimeoutExpired:
                        continue
            finally:
                process.kill()
                process.wait()
        if process.returncode:
            last = ((folder / "said").read_text("utf-8", "replace").strip().splitlines() or [""])[-1]
            raise BuildError(
                f"The process that draws the map ended with {process.returncode}. {last}".strip(),
                hint="It may have run out of memory. Build again to go on.",
            )
        return np.asarray(np.load(folder / "found.npy", allow_pickle=False), np.float32)


def main(folder: Path, parent: int) -> None:
    """Place what a folder holds, and write where to; ends when the process that began it has."""
    end_with(parent, partial(_clear_away, folder))
    from core.maps.projection import place  # the other way round it is this file that is imported

    with np.load(folder / "given.npz", allow_pickle=False) as given:
        arguments = {name: given[name] for name in given.files}
    plain = {name: value.item() if value.ndim == 0 else value for name, value in arguments.items()}
    np.save(folder / "found.npy", place(**plain), allow_pickle=False)


def _clear_away(folder: Path) -> None:
    """A build that is killed cannot end what it began, nor clear it away."""
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
