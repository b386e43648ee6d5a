"""Jobs in a process of their own: each ends with a reason, whatever ends it, the app included."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from core.compute import jobs as module
from core.compute import turns
from core.compute.jobs import CUT_OFF, Job, Jobs, numbered
from core.errors import BuildError

ROOT = Path(__file__).resolve().parents[2]


def runs(code: str) -> Callable[[list[str]], "subprocess.Popen[str]"]:
    """A process that runs some code in place of the command line."""

    def process(arguments: list[str]) -> "subprocess.Popen[str]":
        command = [sys.executable, "-u", "-c", textwrap.dedent(code)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    return process


def ended(job: Job) -> Job:
    job.wait()
    assert not job.is_running
    return job


WAITS = """
import time
print('{"stage": "Waiting", "number": 1, "of": 1}')
time.sleep(60)
"""


def stepped(job: Job) -> Job:
    deadline = time.monotonic() + 30
    while not job.step:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return job


def test_a_job_tells_its_steps_and_ends_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = """print('{"stage": "Reading", "number": 1, "of": 2}'); print('noise')"""
    monkeypatch.setattr(module, "_process", runs(code))
    job = ended(Jobs(tmp_path).start("mine", "Build", []))
    assert (job.error, job.step["stage"]) == ("", "Reading")
    assert list(tmp_path.glob("*.json")) == []


def test_a_job_that_cannot_start_ends_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(tmp_path)

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", refuse)
        job = jobs.start("mine", "Build", [])
    assert not job.is_running
    assert job.error == "It could not be started: Cannot allocate memory."
    assert job.hint
    assert jobs.get("mine") is job
    monkeypatch.setattr(module, "_process", runs("pass"))
    assert ended(jobs.start("mine", "Build", [])).error == "", "and can be started again"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "killed by the system, most likely because memory",
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "It broke off (signal 11)."),
        ("raise KeyError('x')", "not expected"),
        ("""print('{"error": "No film.", "hint": ""}'); raise SystemExit(1)""", "No film."),
        ("raise SystemExit(143)", "It was stopped."),
    ],
)
def test_what_ends_a_job_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, error: str
) -> None:
    monkeypatch.setattr(module, "_process", runs(code))
    assert error in ended(Jobs(tmp_path).start("mine", "Build", [])).error


def test_a_job_that_somebody_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_process", runs(WAITS))
    jobs = Jobs(tmp_path)
    job = stepped(jobs.start("mine", "Build", []))
    with pytest.raises(BuildError, match="mine is busy: Build"):
        jobs.start("mine", "Build", [])
    job.stop()
    assert ended(job).error == "It was stopped."


def test_another_process_of_the_app_does_not_start_it_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_process", runs(WAITS))
    job = stepped(Jobs(tmp_path).start("mine", "Build", []))
    other = Jobs(tmp_path)
    assert other.get("mine") is None, "it runs, and is not ours"
    with pytest.raises(BuildError, match="another process"):
        other.start("mine", "Build", [])
    job.stop()
    ended(job)
    monkeypatch.setattr(module, "_process", runs("pass"))
    ended(other.start("mine", "Build", []))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_job_that_was_cut_off_says_so_when_the_app_is_there_again(tmp_path: Path) -> None:
    """The app is killed, as by a power cut, while a job with an odd name runs."""
    app = """
        import sys, time
        from pathlib import Path
        from core.compute import jobs as module
        from tests.compute.test_jobs import WAITS, runs, stepped
        module._process = runs(WAITS)
        job = stepped(module.Jobs(Path(sys.argv[1])).start("The evaluation of ../x", "9 methods", []))
        print(job.process.pid, flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(app), str(tmp_path / "jobs")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    child = int(process.stdout.readline())
    process.kill()
    process.wait()
    os.kill(child, signal.SIGKILL)
    assert [path.name for path in tmp_path.iterdir()] == ["jobs"]
    again = Jobs(tmp_path / "jobs")
    assert again.get("another") is None
    job = again.get("The evaluation of ../x")
    assert job is not None
    assert (job.title, job.error, job.is_running) == ("9 methods", CUT_OFF, False)
    assert "start it again" in job.hint
    assert again.get("The evaluation of ../x") is job
    assert Jobs(tmp_path / "jobs").get("The evaluation of ../x") is None, "it is told once"


def test_a_record_that_was_cut_off_itself(tmp_path: Path) -> None:
    for name, content in (("half", '{"ti'), ("list", "[]"), ("bytes", "\udcff")):
        (tmp_path / f"{name}.json").write_text(content, "utf-8", errors="surrogateescape")
        job = Jobs(tmp_path).get(name)
        assert job is not None
        assert job.error == CUT_OFF


def test_where_nothing_can_be_written_the_job_itself_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(module, "_process", runs("""print('{"error": "Read-only."}'); raise SystemExit(1)"""))
    assert ended(Jobs(tmp_path / "file" / "jobs").start("mine", "Build", [])).error == "Read-only."


def test_jobs_that_keep_their_turn_work_one_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_process", runs(WAITS))
    jobs = Jobs(tmp_path)
    first, second, third = (jobs.start(name, "Measure", [], keeps_turn=True) for name in "abc")
    stepped(first)
    assert (first.ahead, second.ahead, third.ahead) == (0, 1, 2)
    assert jobs.in_turn == 3
    assert second.process is None
    second.stop()
    assert "before its turn" in ended(second).error
    assert third.ahead == 1
    first.stop()
    assert "stopped" in ended(first).error
    stepped(third)
    assert (third.ahead, jobs.in_turn) == (0, 1)
    other = jobs.start("other", "Build", [])
    stepped(other)  # who keeps no turn does not wait
    for job in (third, other):
        job.stop()
        ended(job)
    assert jobs.in_turn == 0
    assert list(tmp_path.glob("*.json")) == []


def test_another_process_of_the_app_waits_for_the_same_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_process", runs(WAITS))
    monkeypatch.setattr(turns, "LOOK", 0.05)
    here, there = Jobs(tmp_path), Jobs(tmp_path)
    first = stepped(here.start("a", "Measure", [], keeps_turn=True))
    second, third = (there.start(name, "Measure", [], keeps_turn=True) for name in "bc")
    deadline = time.monotonic() + 30
    while second.ahead != 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (first.ahead, third.ahead) == (0, 2)
    assert second.process is None
    second.stop()
    assert "before its turn" in ended(second).error
    first.stop()
    ended(first)
    assert stepped(third).ahead == 0
    third.stop()
    ended(third)


def test_the_next_one_waits_until_one_that_is_stopped_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stubborn = """
        import signal, time
        signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), exit(143)))
        print('{"stage": "Waiting", "number": 1, "of": 1}')
        time.sleep(60)
    """
    monkeypatch.setattr(module, "_process", runs(stubborn))
    monkeypatch.setattr(turns, "LOOK", 0.05)
    jobs = Jobs(tmp_path)
    first = stepped(jobs.start("a", "Measure", [], keeps_turn=True))
    second = jobs.start("b", "Measure", [], keeps_turn=True)
    first.stop()
    while first.is_running:
        assert second.process is None or not first.is_running
        time.sleep(0.01)
    stepped(second).stop()
    ended(second)


def test_nothing_stays_of_visitors_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has a name of its own: what stayed of them would pile up."""
    for name, content in (
        ("cut off", '{"title": "x", "passing": true}'),
        ("theirs", '{"title": "x", "passing": false}'),
        ("older", '{"title": "x"}'),
        ("half", '{"ti'),
    ):
        (tmp_path / f"{name}.json").write_text(content)
        (tmp_path / f"{name}.lock").write_text("")
    monkeypatch.setattr(module, "_process", runs(WAITS))
    jobs = Jobs(tmp_path)
    job = stepped(jobs.start("mine (1)", "Measure", [], keeps_turn=True))
    other = jobs.start("mine (2)", "Measure", [], keeps_turn=True)
    assert {path.stem for path in tmp_path.glob("*.json")} == {
        "theirs",
        "older",
        "half",
        *(path.stem for path in tmp_path.glob("mine*.json")),
    }
    assert len(list(tmp_path.glob("mine*.json"))) == 2, "what runs or waits stays written down"
    for one in (other, job):
        one.stop()
        ended(one)
    assert not list(tmp_path.glob("mine*"))


def test_one_that_cannot_start_lets_the_next_one_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(arguments: list[str]) -> "subprocess.Popen[str]":
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(module, "_process", refuse)
    jobs = Jobs(tmp_path)
    for name in "ab":
        job = ended(jobs.start(name, "Measure", [], keeps_turn=True))
        assert job.error == "It could not be started: Cannot allocate memory."
    assert jobs.in_turn == 0


def test_a_queue_has_an_order_and_says_what_became_of_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_process", runs(WAITS))
    jobs, ended_ones = Jobs(tmp_path), []
    names = [numbered("The evaluation of x", number) for number in (1, 2, 3)]
    first, second, third = (
        jobs.start(name, name, [name], keeps_turn=True, stays=True, at_end=partial(ended_ones.append, name))
        for name in names
    )
    stranger = jobs.start("The evaluation of xy", "", [], keeps_turn=True)
    stepped(first)
    assert [name for name, _ in jobs.queue] == [*names, "The evaluation of xy"]
    assert jobs.of_base("The evaluation of x") == list(zip(names, (first, second, third), strict=True))
    assert second.arguments == (names[1],)
    second.stop()
    ended(second)
    assert [job for _, job in jobs.queue] == [first, third, stranger]
    first.stop()
    assert jobs.queue[0][1] in (first, third)
    ended(first)
    stepped(third)
    assert ended_ones == [names[1], names[0]]
    assert "stopped" in first.error
    jobs.forget(names[0])
    jobs.forget(names[2])
    assert [name for name, _ in jobs.of_base("The evaluation of x")] == names[1:], "one that works stays"
    for job in (stranger, third):
        job.stop()
        ended(job)
    assert jobs.queue == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_of_a_queue_that_was_cut_off_every_one_is_told(tmp_path: Path) -> None:
    app = """
        import sys, time
        from pathlib import Path
        from core.compute import jobs as module
        from tests.compute.test_jobs import WAITS, runs, stepped
        module._process = runs(WAITS)
        jobs = module.Jobs(Path(sys.argv[1]))
        started = [
            jobs.start(module.numbered("of x", n), f"the {n}.", [], keeps_turn=True, stays=True) for n in (1, 2)
        ]
        print(stepped(started[0]).process.pid, flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(app), str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    child = int(process.stdout.readline())
    there = Jobs(tmp_path)
    assert there.of_base("of x") == [], "they are another process's"
    process.kill()
    process.wait()
    os.kill(child, signal.SIGKILL)
    found = there.of_base("of x")
    assert [(name, job.title, job.error) for name, job in found] == [
        ("of x", "the 1.", CUT_OFF),
        ("of x, 2", "the 2.", CUT_OFF),
    ]


def test_a_job_may_take_only_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_process", runs(WAITS))
    job = ended(Jobs(tmp_path).start("long", "Measure", [], most_seconds=1.0))
    assert "all that it may take" in job.error


def test_of_visitors_jobs_only_the_last_that_ended_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_process", runs("pass"))
    monkeypatch.setattr(module, "KEPT_ENDED", 2)
    jobs = Jobs(tmp_path)
    for name in "abcde":
        ended(jobs.start(name, "Measure", [], keeps_turn=True))
    assert [name for name in "abcde" if jobs.get(name)] == ["c", "d", "e"]
