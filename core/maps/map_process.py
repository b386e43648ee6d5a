"""A map drawn in a process of its own: a thread would wait wherever something else lets no other Python thread work.

UMAP does so itself, and so do LAPACK's factorisations by scipy and irspack's kernels, which learn methods beside it.
"""

import json
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
from core.embeddings import Space, Stamp
from core.errors import BuildError
from core.maps.drawing import Drawn, Start, draw
from core.settings import ROOT

_LOOK = 0.5
"""Seconds between two looks at whether it is done, or unwanted."""


def draw_apart(space: Space, start: Start | None, *, seed: int, progress: Progress) -> Drawn:
    """What `core.maps.drawing.draw` makes of the same arguments; `progress` is told again and again, and may end it.

    Raises:
        BuildError: The process ended without a result.
    """
    given: dict[str, Any] = {"vectors": space.vectors, "metric": space.metric, "seed": seed}
    if start is not None:
        given["start"], given["was_there"] = start
    with TemporaryDirectory(prefix="movie-atlas-map-") as name:
        folder = Path(name)
        np.savez(folder / "given.npz", **given)
        with (folder / "told").open("wb") as told, (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", __name__, name, str(os.getpid())], cwd=ROOT, stdout=told, stderr=said
            )
            try:
                while process.poll() is None:
                    progress(*_last_told(folder))
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
        with np.load(folder / "found.npz", allow_pickle=False) as found:
            arrays = {key: found[key] for key in found.files}
        return Drawn(**arrays, faithfulness=json.loads((folder / "found.json").read_text("utf-8")))


def _last_told(folder: Path) -> tuple[int, int, str]:
    """How far it is."""
    # what follows the last end may be half a line
    *whole, _ = (folder / "told").read_text("utf-8").split("\n")
    done, total, note = json.loads(whole[-1]) if whole else (0, 0, "")
    return done, total, note


def _tell(done: int, total: int, note: str = "") -> None:
    print(json.dumps((done, total, note)), flush=True)


def main(folder: Path, parent: int) -> None:
    """Draw what a folder holds, and write what comes of it; ends when the process that began it has."""
    end_with(parent, partial(_clear_away, folder))
    with np.load(folder / "given.npz", allow_pickle=False) as given:
        vectors, seed = given["vectors"], int(given["seed"])
        space = Space("", vectors, Stamp("", "", vectors.shape[1]), str(given["metric"]))
        start = (given["start"], given["was_there"]) if "start" in given else None
    drawn = draw(space, start, seed=seed, progress=_tell)
    np.savez(folder / "found.npz", points=drawn.points, neighbours=drawn.neighbours, kept=drawn.kept)
    (folder / "found.json").write_text(json.dumps(drawn.faithfulness), "utf-8")


def _clear_away(folder: Path) -> None:
    """A build that is killed cannot end what it began, nor clear it away."""
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
