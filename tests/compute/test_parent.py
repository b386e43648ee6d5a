"""What the app began ends with it, whatever ends the app."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from core.compute import jobs
from core.compute.parent import FOLLOWED_BY
from core.settings import ROOT

PATIENCE = 60.0
COMMAND = """
import os, time
from core.cli import app

def command(**names):
    print(os.getpid(), os.environ.get("MOVIE_ATLAS_FOLLOWED_BY"), flush=True)
    time.sleep(120)

app.app = command
app.main()
"""
APP = """
import os, subprocess, sys, time
own = {**os.environ, "MOVIE_ATLAS_FOLLOWED_BY": str(os.getpid())}
subprocess.Popen([sys.executable, "-c", sys.argv[1]], env=own)
time.sleep(120)
"""


def test_a_command_is_told_who_follows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {}

    def popen(command: list[str], **options: object) -> None:
        given.update(options, command=command)

    monkeypatch.setattr(jobs.subprocess, "Popen", popen)
    jobs._process(["status", "demo"])
    assert given["env"][FOLLOWED_BY] == str(os.getpid())
    assert given["command"][1:] == ["-m", "core", "status", "demo", "--progress"]


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
def test_a_command_ends_with_the_app_that_began_it(tmp_path: Path) -> None:
    with (tmp_path / "said").open("w") as said:
        app = subprocess.Popen([sys.executable, "-c", APP, textwrap.dedent(COMMAND)], cwd=ROOT, stdout=said)
    try:
        until(lambda: (tmp_path / "said").read_text().strip())
        child, passed_on = (tmp_path / "said").read_text().split()
        assert passed_on == "None", "what it begins itself is followed by nobody else"
        assert works(int(child))
    finally:
        app.send_signal(signal.SIGKILL)
        app.wait()
    until(lambda: not works(int(child)))


def works(process: int) -> bool:
    """Whether a process is there, and not merely waiting for somebody to read how it ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def until(is_so) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.05)
