"""Build, first start, pages and recommendations: what a visitor waits for.

    python bench/serving.py OUT.json [--data FOLDER]

Measures, each in a process or a home folder of its own: the demo's first build; with FOLDER (holding
`ml-latest-small/` and `wikipedia-movies/`) the cold build of ml-latest-small, the second build that has nothing to do,
the latency of recommendations from its table, the server-side time of every page, and the cold build of every embedding
that needs no network with every map and method, with its largest memory.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ASK = """
import json, sys, time
import numpy as np
from core.serving.atlas import Atlas
from core.serving.recommendation import Question, recommend
atlas = Atlas.open({name!r})
rng = np.random.default_rng(0)
asked = rng.choice(len(atlas.catalog), 120, replace=False)
spent = []
for film in asked:
    started = time.perf_counter()
    recommend(atlas, Question(likes=(int(film),), k=10))
    spent.append((time.perf_counter() - started) * 1000)
print(json.dumps(spent[20:]))
"""

PAGES = """
import json, time
from streamlit.testing.v1 import AppTest
at = AppTest.from_file('app.py', default_timeout=120)
at.query_params['dataset'] = {label!r}
started = time.perf_counter()
at.run()
assert not at.exception
spent = {{'start': {{'first': time.perf_counter() - started}}}}
for page in ('home', 'map', 'recommend', 'compare', 'matrix', 'evaluate', 'data'):
    runs = []
    for _ in range(5):
        started = time.perf_counter()
        at.switch_page(f'pages/{{page}}.py').run()
        runs.append(time.perf_counter() - started)
        assert not at.exception, page
    spent[page] = {{'first': runs[0], 'again': sorted(runs[1:])[len(runs[1:]) // 2]}}
print(json.dumps(spent))
"""


def run(arguments: list[str], home: str) -> tuple[float, str]:
    """Seconds and standard output of a Python process."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"MOVIE_ATLAS_HOME": home},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - started, done.stdout


def measure(data: str) -> dict[str, Any]:
    """All figures, in seconds unless said otherwise."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as home:
        figures["demo_first_build"] = run(["-m", "core", "build", "demo"], home)[0]
        if not data:
            return figures
        build = ["-m", "core", "build", "ml-latest-small", "--from", data]
        figures["ml_latest_small_minilm_cold"] = run([*build, "--space", "minilm"], home)[0]
        figures["nothing_to_do"] = run([*build, "--space", "minilm"], home)[0]
        spent = json.loads(run(["-c", ASK.format(name="ml-latest-small")], home)[1])
        figures["recommend_ms"] = {"p50": median(spent), "p95": quantiles(spent, n=20)[18], "n": len(spent)}
        pages = run(["-c", PAGES.format(label="MovieLens latest-small")], home)[1]
        figures["pages"] = json.loads(pages.splitlines()[-1])
    with tempfile.TemporaryDirectory() as home:
        build = ["-m", "core", "build", "ml-latest-small", "--from", data, "--space", "all"]
        figures["ml_latest_small_all_cold"] = run(build, home)[0]
        # the largest of all processes started here, which is this one
        figures["peak_memory_gb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9
    return figures


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", default="")
    options = parser.parse_args()
    result = {
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "processor": platform.machine(),
        },
        "versions": {
            name: version(name) for name in ("streamlit", "lancedb", "torch", "umap-learn", "numpy")
        },
        "figures": measure(options.data),
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps(result["figures"], indent=1))


if __name__ == "__main__":
    main()
