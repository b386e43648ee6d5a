"""A history is read, matched and asked with in memory: the interpreter itself reports every file that is opened."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, sys
sys.path.insert(0, {root!r})
import numpy as np
import pandas as pd
from core.domain import Catalog
from core.histories import FilmIndex, Options, match_history, read_history, saved
from core.histories.left_films import left_table
from tests.histories import exports

catalog = Catalog.of(pd.DataFrame({{"item_id": ["1"], "title": ["Heat"], "year": [1995]}}))
files = [
    ("letterboxd.zip", exports.archive({{"in.zip": exports.letterboxd_zip(), "mine.csv": exports.IMDB_2019}})),
    ("trakt.zip", exports.archive(exports.TRAKT)),
    ("netflix.zip", exports.archive(exports.NETFLIX_ZIP)),
]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
CHANGES = ("os.mkdir", "os.rename", "os.link", "os.symlink", "os.truncate", "tempfile.", "shutil.", "sqlite3.", "socket.")
seen = []

def hook(event, arguments):
    if event == "open" and (arguments[2] or 0) & WRITES:
        seen.append((event, str(arguments[0])))
    elif event.startswith(CHANGES):
        seen.append((event, str(arguments)[:80]))

sys.addaudithook(hook)
history = read_history(files, Options(profile="Ann"))
matched = match_history(history, FilmIndex(catalog, np.zeros(1, np.int64)))
saved.to_text(history)
left_table(matched, catalog.labels())
print(len(history.entries), len(matched.sure), [one for one in seen if not one[1].endswith(".pyc")])
{more}
"""


def run(more: str = "") -> str:
    program = PROGRAM.format(root=str(ROOT), more=more)
    ended = subprocess.run(
        [sys.executable, "-B", "-c", program], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_reading_and_matching_write_nothing() -> None:
    n_entries, n_sure, written = run().split(maxsplit=2)
    assert int(n_entries) > 15
    assert int(n_sure) == 1
    assert written.strip() == "[]"


def test_the_hook_would_have_seen_a_file(tmp_path: Path) -> None:
    assert str(tmp_path) in run(f"open({str(tmp_path / 'x')!r}, 'w').close(); print(seen)")
