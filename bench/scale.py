"""What each size costs, from files to a whole build: generates films and ratings, builds them, and builds again.

    python bench/scale.py OUT.json HOME [--size small] [--size ml-1m] [--size ml-25m] [--minutes 60]
    python bench/scale.py --render OUT.json

Everything is generated and simulated: see bench/generated.py. A build is the command line's own, in a process whose memory
is read as it goes; "serving" is when its first manifest is published. Sizes that stand in OUT.json and are not asked for
stay. `--render` writes the tables and curves of docs/scale.md from OUT.json. `make bench-scale` runs all sizes and renders.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import generated
from bench.scale_picture import picture
from core.build.budget import in_words
from core.storage import Workspace
from core.text import listed_with_and

DOC = ROOT / "docs" / "scale.md"
PICTURE = ROOT / "docs" / "images" / "scale.svg"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
NEXT = {"n_items": 87_585, "n_ratings": 32_000_204}
"""MovieLens 32M."""
MOST_MEASURED = 20_000_000
"""Ratings from which a size is near enough to it."""
LOOK = 0.25
"""Seconds between two looks at a build."""


@dataclass(frozen=True)
class Scale:
    """A size to measure.

    Attributes:
        films, people, ratings: How many; of the ratings, those drawn, some of which fall together.
        is_movielens: Whether it is written as MovieLens is: beyond what a person's own files may hold, and without plots.
    """

    films: int
    people: int
    ratings: int
    is_movielens: bool = False


SCALES = {
    "small": Scale(1_000, 600, 50_000),
    "ml-latest-small": Scale(9_742, 610, 110_000),
    "ml-1m": Scale(3_883, 6_040, 1_100_000),
    "ml-25m": Scale(62_423, 162_541, 30_000_000, is_movielens=True),
}


def measured(scale: Scale, home: Path, minutes: float) -> dict[str, Any]:
    """Generate, build, build what the first one had no time for, and build again; all in a home that is left behind."""
    name = "ml-25m" if scale.is_movielens else generated.NAME
    shutil.rmtree(home, ignore_errors=True)
    size = generated.Size(scale.films, scale.people, scale.ratings, max(scale.films * 2, 500))
    write = generated.write_movielens if scale.is_movielens else generated.write_own_files
    folder = home / "downloads" / name
    folder.mkdir(parents=True)
    write(folder, size)
    first = built(name, home, minutes)
    about = Workspace(name, home).live().about
    too_long = {one: why for one, why in about["cannot_fit"].items() if "that a build may take" in why}
    later = built(name, home, minutes)["seconds"] if too_long else None
    again = built(name, home, minutes)
    about = Workspace(name, home).live().about
    return {
        **{key: about[key] for key in ("n_items", "n_users", "n_ratings")},
        "is_simulated": True,
        "cores": os.cpu_count(),
        "load_before": first.pop("load_before"),
        **first,
        "too_long_at_first": too_long,
        "later_seconds": later,
        "again_seconds": again["seconds"],
        "stages": {
            stage: {"took": seconds, "expected": about.get("expected", {}).get(stage)}
            for stage, seconds in about["seconds"].items()
        },
        "left_out": {**about["cannot_build"], **about["cannot_fit"]},
        "megabytes_on_disk": round(sum(f.stat().st_size for f in (home / "workspaces").rglob("*")) / 1e6),
    }


def built(name: str, home: Path, minutes: float) -> dict[str, Any]:
    """A build by the command line: seconds in all and until it serves, and the peak of its memory in MB."""
    workspace, load = Workspace(name, home), round(os.getloadavg()[0], 1)
    was = workspace.readable_manifest()
    command = [sys.executable, "-m", "core", "build", name, "--time", str(minutes), "--progress"]
    started, serving, peak = time.perf_counter(), None, 0.0
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "MOVIE_ATLAS_HOME": str(home)}, stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            peak = max(peak, _resident(process.pid))
            if serving is None and was is None and workspace.readable_manifest() is not None:
                serving = round(time.perf_counter() - started, 1)
            time.sleep(LOOK)
    if process.returncode:
        raise SystemExit(f"The build of {name} ended with {process.returncode}.")
    seconds = round(time.perf_counter() - started, 1)
    return {"seconds": seconds, "serving_seconds": serving, "peak_mb": round(peak), "load_before": load}


def _resident(pid: int) -> float:
    """MB that a process and those that it started have in memory; 0 where it has just ended."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        started = Path(f"/proc/{pid}/task").glob("*/children")
        return own + sum(_resident(int(child)) for path in started for child in path.read_text().split())
    except (OSError, IndexError):
        return 0.0


def rendered(figures: dict[str, Any]) -> str:
    """The tables of docs/scale.md."""
    sizes = sorted(figures.items(), key=lambda pair: pair[1]["n_ratings"])
    lines = [
        "| size | films | people | ratings | serves after | whole after | again | peak | on disk | load before |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, one in sizes:
        counts = " | ".join(f"{one[key]:,}" for key in ("n_items", "n_users", "n_ratings"))
        times = " | ".join(in_words(one[key] or 0) for key in ("serving_seconds", "seconds", "again_seconds"))
        megabytes = " | ".join(f"{one[key]:,} MB" for key in ("peak_mb", "megabytes_on_disk"))
        lines.append(f"| {name} | {counts} | {times} | {megabytes} | {one['load_before']} |")
    stages = sorted({stage for _, one in sizes for stage in one["stages"]})
    lines += ["", "Seconds of every stage, and in brackets what was expected before it began:", ""]
    lines += [f"| stage | {' | '.join(name for name, _ in sizes)} | exponent |"]
    lines += [f"| --- | {' | '.join('---:' for _ in sizes)} | ---: |"]
    for stage in stages:
        cells = []
        for _, one in sizes:
            found = one["stages"].get(stage)
            wanted = f" ({in_words(found['expected'])})" if found and found["expected"] is not None else ""
            cells.append(f"{in_words(found['took'])}{wanted}" if found else "—")
        lines.append(f"| `{stage}` | {' | '.join(cells)} | {_exponent(stage, sizes)} |")
    if words := beyond(sizes):
        lines += ["", *words]
    for name, one in sizes:
        if one.get("too_long_at_first"):
            methods = listed_with_and([f"`{method}`" for method in one["too_long_at_first"]])
            lines += [
                "",
                f"At {name} the first build had no time for {methods}, which a second one learned; it took "
                f"{in_words(one['later_seconds'])}. “Whole after” is without, “again” is of a build after both.",
            ]
        if one["left_out"]:
            lines += ["", f"Left out at {name}:", ""]
            lines += [f"- `{what}`: {why}" for what, why in one["left_out"].items()]
    return "\n".join(lines)


def _growth(stage: str, sizes: list[tuple[str, Any]]) -> tuple[str, float] | None:
    """How a stage grows between the two largest sizes that have it: with what, to which power; None = too short to tell."""
    by = "n_items" if stage.partition("-")[0] in ("space", "map", "clusters", "table") else "n_ratings"
    there = sorted((one[by], one["stages"][stage]["took"]) for _, one in sizes if stage in one["stages"])
    pairs = [(low, high) for low, high in pairwise(there) if low[0] < high[0] and min(low[1], high[1]) >= 1]
    if not pairs:
        return None
    (n, took), (more, longer) = pairs[-1]
    return by, math.log(longer / took) / math.log(more / n)


def _exponent(stage: str, sizes: list[tuple[str, Any]]) -> str:
    found = _growth(stage, sizes)
    return f"{found[1]:.2f} of {'films' if found[0] == 'n_items' else 'ratings'}" if found else ""


def beyond(sizes: list[tuple[str, Any]]) -> list[str]:
    """What the next size up would take by the curves, in a sentence; [] where nothing that large was measured."""
    largest = sizes[-1][1]
    if largest["n_ratings"] < MOST_MEASURED:
        return []
    total = 0.0
    for stage, found in largest["stages"].items():
        by, power = _growth(stage, sizes) or ("n_ratings", 1.0)
        total += found["took"] * (NEXT[by] / largest[by]) ** max(power, 1.0)
    return [
        f"By these exponents, 1 at least, MovieLens 32M's stages ({NEXT['n_items']:,} films, {NEXT['n_ratings']:,} ratings) "
        f"would take {in_words(total)} one after the other; computed, not run."
    ]


def render(figures: dict[str, Any]) -> None:
    """Put the tables into docs/scale.md, and draw its picture."""
    before, _, rest = DOC.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    DOC.write_text(f"{before}{BEGIN}\n\n{rendered(figures)}\n\n{END}{after}")
    PICTURE.write_text(picture(figures))


def main() -> None:
    """Measure the sizes that are asked for, or render."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--size", action="append", choices=SCALES, help="all, where none is named")
    parser.add_argument("--minutes", type=float, default=60.0, help="that a build may take")
    parser.add_argument("--render", action="store_true", help="write docs/scale.md's tables")
    given = parser.parse_args()
    figures = json.loads(given.out.read_text()) if given.out.is_file() else {}
    for name in (given.size or SCALES) if given.home else ():
        figures[name] = measured(SCALES[name], given.home / name, given.minutes)
        print(name, {key: value for key, value in figures[name].items() if key != "stages"}, flush=True)
        given.out.write_text(json.dumps(figures, indent=1) + "\n")
    if given.render:
        render(figures)


if __name__ == "__main__":
    main()
