"""Build the demo and keep the slow stages' results beside it, so that its first build takes seconds.

    python data/demo/ship.py

Run it after the films, the text recipe, the model, the map or the groups have changed; a test fails until then.
"""

import shutil
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent.parent))

from core.build import Request, build
from core.build.request import DEFAULT_SPACES
from core.storage import Workspace
from core.storage.artifacts import WEIGHTS

KINDS = ("space", "map", "clusters")
"""What takes long: reading the films with a model, drawing the map, grouping it.

The vectors of models that are trained on the films are left out: training takes seconds, and what they learned is
larger than everything else together.
"""


def ship() -> list[Path]:
    """Replace `shipped/` by what a build from nothing makes; the folders written."""
    target = FOLDER / "shipped"
    shutil.rmtree(target, ignore_errors=True)
    written = []
    with tempfile.TemporaryDirectory() as home:
        manifest = build(Request("demo", spaces=DEFAULT_SPACES), base=Path(home)).manifest
        workspace = Workspace("demo", Path(home))
        for stage, key in manifest.artifacts.items():
            made = workspace.artifact(stage, key)
            is_trained = (made / WEIGHTS).exists()
            if stage.split("-")[0] in KINDS and not is_trained:
                folder = target / f"{stage}-{key}"
                shutil.copytree(made, folder)
                written.append(folder)
    return written


if __name__ == "__main__":
    for path in ship():
        print(path.relative_to(FOLDER))
