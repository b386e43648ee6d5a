"""A program that is told to end while an archive is read leaves nothing of it behind."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from core.datasets.reading.scratch import FRESH, PREFIX, claimed, forget_abandoned, scratch_folder
from tests.datasets.files import zipped

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import sys, tempfile, time
sys.path.insert(0, sys.argv[1])
tempfile.tempdir = sys.argv[2]
from pathlib import Path
from core.datasets.own import table_files
from core.datasets import registry

def slow(path, name):
    Path(sys.argv[2], "reading").touch()
    time.sleep(60)

table_files.parse_table = slow
from core.datasets.sources import own_files
own_files.read_file = slow
registry.load("mine", Path(sys.argv[3]))
"""


def test_the_folder_is_gone_afterwards_and_signals_mean_what_they_did() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with scratch_folder() as folder:
        (folder / "x").write_text("x")
        assert signal.getsignal(signal.SIGTERM) is not before
    assert not folder.exists()
    assert signal.getsignal(signal.SIGTERM) is before


def test_it_works_outside_the_main_thread() -> None:
    seen: list[bool] = []

    def use() -> None:
        with scratch_folder() as folder:
            seen.append(folder.is_dir())

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert seen == [True]


def test_sigterm_leaves_no_unpacked_archive_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    archive = zipped(tmp_path / "a.zip", {"films.csv": "id,title\n1,Heat\n"})
    job = subprocess.Popen([sys.executable, "-c", PROGRAM, str(ROOT), str(scratch), str(archive)])
    try:
        deadline = time.monotonic() + 60
        while not (scratch / "reading").exists():
            assert job.poll() is None, "it ended before it read"
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert list(scratch.glob(f"{PREFIX}*/**/films.csv"))
        job.send_signal(signal.SIGTERM)
        assert job.wait(timeout=30) == 128 + signal.SIGTERM
    finally:
        job.kill()
    assert list(scratch.glob(f"{PREFIX}*")) == []


def test_what_a_killed_program_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is claimed, fresh, a link, or somebody else's stays."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old = (time.time() - 2 * FRESH,) * 2
    left, used, fresh, other = (
        tmp_path / name for name in (f"{PREFIX}a", f"{PREFIX}b", f"{PREFIX}c", "other")
    )
    for folder in (left, used, fresh, other):
        folder.mkdir()
        (folder / "films.csv").write_text("x")
    link = tmp_path / f"{PREFIX}link"
    link.symlink_to(other)
    with claimed(used):
        for folder in (left, used, other):
            os.utime(folder, old)
        with scratch_folder():
            assert [folder.exists() for folder in (left, used, fresh, other)] == [False, True, True, True]
    assert link.exists()


def test_sigkill_ends_the_claim(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from core.datasets.reading.scratch import claimed\n"
        "with claimed(Path(sys.argv[1])):\n    print('claimed', flush=True)\n    time.sleep(60)\n"
    )
    folder = tmp_path / f"{PREFIX}a"
    folder.mkdir()
    job = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert job.stdout is not None
        assert job.stdout.readline() == "claimed\n"
        os.utime(folder, (time.time() - 2 * FRESH,) * 2)
        forget_abandoned(tmp_path, PREFIX)
        assert folder.exists()
    finally:
        job.kill()
        job.wait()
    forget_abandoned(tmp_path, PREFIX)
    assert not folder.exists()
