"""Reading that takes too much memory or time ends in a plain error, and the bounds are gone afterwards."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from core.datasets.reading.bounds import bounded
from core.errors import DatasetError

ROOT = Path(__file__).resolve().parents[3]
READ = """
import resource, sys
from pathlib import Path
from core.datasets import load
from core.datasets.reading.bounds import bounded
from core.errors import DatasetError
import pyarrow.parquet
try:
    with bounded("mine", memory=int(sys.argv[2]) << 20):
        print(len(load("mine", Path(sys.argv[1])).catalog))
except DatasetError as error:
    print(error)
print(resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY)
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux says how large a process is: no bound elsewhere"
)
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_table_that_takes_more_memory_than_it_may(tmp_path: Path, ending: str) -> None:
    films = pd.DataFrame({"title": [f"Film {n}" + "x" * 600 for n in range(60_000)]})
    path = tmp_path / f"films.{ending}"
    if ending == "csv":
        films.to_csv(path, index=False)
    elif ending == "jsonl":
        films.to_json(path, orient="records", lines=True)
    else:
        films.to_parquet(path, compression=None, use_dictionary=False)
    said = []
    for megabytes in ("24", "3000"):
        done = subprocess.run(
            [sys.executable, "-c", READ, str(path), megabytes],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        said.append(done.stdout.splitlines())
    assert said[0][0].startswith(
        "Reading mine takes more than 0.0234375 GB of memory and was given up. Limits: "
    )
    assert said[1][0] == "60000"
    assert said[0][1] == said[1][1] == "True", "the bound is gone"


def _work(started: float) -> None:
    """Longer than it may, in a reader that leaves out what it cannot read."""
    try:
        while time.monotonic() - started < 30:
            time.sleep(0.01)
    except Exception:
        pytest.fail("a reader took it for a file that can be left out")


def test_time_that_is_up() -> None:
    before = signal.getsignal(signal.SIGALRM)
    started = time.monotonic()
    with pytest.raises(DatasetError, match=r"took more than 0\.005 minutes"), bounded("mine", seconds=0.3):
        _work(started)
    assert time.monotonic() - started < 10
    assert signal.getsignal(signal.SIGALRM) is before
    with bounded("mine", seconds=0.05):
        pass
    time.sleep(0.1)
