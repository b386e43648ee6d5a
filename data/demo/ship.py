"""Build the demo and keep what it took long to make beside it, so that its first start takes seconds.

    python data/demo/ship.py [--anew]

Run it after anything has changed that decides a stage of the demo; a test fails until then. It takes what ships as far as
that is still of this version and makes the rest, so that everything fits together and few files change. With --anew
everything is made.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent.parent))

from core.build import Request, build
from core.build.shipped import LEFT_OUT, pack
from core.storage import Workspace

TARGET = FOLDER / "shipped"


def ship() -> list[Path]:
    """Bring `shipped/` up to date; what lies there then."""
    TARGET.mkdir(exist_ok=True)
    os.environ["MOVIE_ATLAS_PRECISION"] = "float32"  # what ships is the same whoever made it
    with tempfile.TemporaryDirectory() as home:
        result = build(Request("demo"), base=Path(home))
        for stage in LEFT_OUT.intersection(result.ran):
            print(f"{stage}: left out, takes {result.ran[stage]:.2f} s")
        wanted = []
        for stage, key in result.manifest.artifacts.items():
            if stage in LEFT_OUT:
                continue
            archive = TARGET / f"{stage}-{key}.zip"
            if stage not in result.unpacked:
                pack(Workspace("demo", Path(home)).artifact(stage, key), archive)
            wanted.append(archive)
    for path in set(TARGET.iterdir()) - set(wanted):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return sorted(wanted)


if __name__ == "__main__":
    if "--anew" in sys.argv[1:]:
        shutil.rmtree(TARGET, ignore_errors=True)
    paths = ship()
    for path in paths:
        print(f"{path.stat().st_size / 1e6:6.2f} MB  {path.relative_to(FOLDER)}")
    print(f"{sum(path.stat().st_size for path in paths) / 1e6:6.2f} MB")
