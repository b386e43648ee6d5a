"""What damage does to a built workspace, and whether there is a way out of it.

    python bench/damage.py HOME OUT.json [--dataset demo] [--all] [--only PART]

HOME is a MOVIE_ATLAS_HOME in which the dataset is built; it is copied, never changed. The largest file of one artefact of
every kind (`--all`: every file), its checksums, and both copies of the manifest are cut in half, get one byte flipped,
64 kB zeroed, and are deleted, each in a copy of its own. Then follow the folders, links, permissions and manifests that go
wrong in other ways. After each damage a person's commands are run: `check`, `recommend` by the method that is asked
first, `status`, `datasets`, then `build`, and all of them again. What can be read of the dataset (lists of several
methods, maps, groups, embeddings, full-text hits) is digested, and compared with what the whole workspace gave.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

STAGES = (
    "dataset", "space-minilm", "space-word2vec", "map-minilm", "clusters-minilm",
    "method-taste", "method-user_vectors", "table", "table-users",
)  # fmt: skip
METHODS = ("taste", "content", "user_vectors", "ease", "popularity")
BLOCK = 64 * 1024

Damage = Callable[[Path], None]
Case = tuple[str, str, str, Damage]
"""Kind of artefact, file, damage, and what does it to a copy of the workspace."""


def cut(path: Path) -> None:
    """Keep the first half."""
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """Turn every bit of the byte in the middle."""
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte ^ 0xFF]))


def zero(path: Path) -> None:
    """Zeros in place of 64 kB in the middle; of a smaller file in place of all."""
    size = path.stat().st_size
    with path.open("r+b") as stream:
        stream.seek(max((size - BLOCK) // 2, 0))
        stream.write(bytes(min(BLOCK, size)))


DAMAGES: dict[str, Damage] = {"cut": cut, "flip": flip, "zero": zero, "delete": Path.unlink}


def cases(workspace: Path, *, every: bool) -> Iterator[Case]:
    """Everything that is tried; `every`: every file of an artefact, else the largest and one file of checksums."""
    named = json.loads((workspace / "manifest.json").read_text("utf-8"))["artifacts"]
    folders = {stage: f"artifacts/{stage}-{named[stage]}" for stage in STAGES}
    files = []
    for stage, folder in folders.items():
        found = sorted(path for path in (workspace / folder).rglob("*") if path.is_file())
        if not every:
            sums = [path for path in found if path.name == "checksums.json" and stage == "map-minilm"]
            found = [max(found, key=lambda path: path.stat().st_size), *sums]
        files += [(stage, path.relative_to(workspace).as_posix()) for path in found]
    for stage, file in [*files, ("manifest", "manifest.json"), ("manifest", "manifest.copy.json")]:
        for name, damage in DAMAGES.items():
            yield stage, file, name, partial(_inside, damage, file)
    space = folders["space-minilm"]
    for name, odd in ODD.items():
        yield "odd", "", name, partial(_oddly, odd, f"{space}/vectors.npy" if "file" in name else space)


def _inside(damage: Damage, file: str, workspace: Path) -> None:
    damage(workspace / file)


def _oddly(odd: "Odd", target: str, workspace: Path) -> None:
    odd(workspace, workspace / target)


def _manifest(**changes: Any) -> "Odd":
    def change(workspace: Path, _: Path) -> None:
        path = workspace / "manifest.json"
        value = json.loads(path.read_text("utf-8")) | changes
        value.pop("digest", None)
        path.write_text(json.dumps({name: part for name, part in value.items() if part is not None}), "utf-8")

    return change


def _replace(target: Path, link: str) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink()
    target.symlink_to(link)


def _moved(_: Path, target: Path) -> None:
    elsewhere = target.with_name(target.name + "-elsewhere")
    target.rename(elsewhere)
    target.symlink_to(elsewhere)


def _folder(_: Path, target: Path) -> None:
    target.unlink()
    target.mkdir()


def _file(_: Path, target: Path) -> None:
    shutil.rmtree(target)
    target.write_text("")


def _list(workspace: Path, _: Path) -> None:
    (workspace / "manifest.json").write_text("[]")


def _copied(workspace: Path, _: Path) -> None:
    shutil.copytree(workspace, workspace.with_name("demo copy"))


Odd = Callable[[Path, Path], None]
ODD: dict[str, Odd] = {
    "a file of no bytes": lambda _, target: os.truncate(target, 0),
    "a file that is a link to nowhere": lambda _, target: _replace(target, "nowhere"),
    "a file that is a link to itself": lambda _, target: _replace(target, target.name),
    "a file that was moved and linked": _moved,
    "a file that is a folder": _folder,
    "a file that may not be read": lambda _, target: target.chmod(0),
    "an artefact that is gone": lambda _, target: shutil.rmtree(target),
    "an artefact that may not be read": lambda _, target: target.chmod(0),
    "an artefact that is a link to nowhere": lambda _, target: _replace(target, "nowhere"),
    "an artefact that is no folder": _file,
    "a manifest that is a list": _list,
    "a manifest of a version alone": _manifest(dataset=None, artifacts=None, about=None),
    "a manifest without artefacts": _manifest(artifacts=None),
    "a manifest without facts": _manifest(about={}),
    "a manifest with other kinds of facts": _manifest(about={"encoders": [], "label": 7}),
    "a manifest of a newer version": _manifest(version=99),
    "a manifest that may not be read": lambda workspace, _: (workspace / "manifest.json").chmod(0),
    "a folder beside it that is no dataset": _copied,
    "a workspace that may not be read": lambda workspace, _: workspace.chmod(0),
    "a workspace that may not be written": lambda workspace, _: workspace.chmod(0o555),
}
"""What else goes wrong: with the workspace, and with one of its files or artefacts."""


def everything(name: str, films: Sequence[int] = (0, 100, 500)) -> dict[str, str]:
    """All that can be read of a dataset, with lists for some films -> its digest, or the error that came instead."""
    import numpy as np

    from core.domain import Question
    from core.errors import AtlasError
    from core.serving import Atlas, neighbours, recommend

    def listed(method: str) -> list[Any]:
        answers = [recommend(atlas, Question(likes=(film,), method=method)) for film in films]
        return [(item.item_id, round(item.score, 4)) for answer in answers for item in answer.items]

    def of_space(space: str) -> list[Any]:
        near = neighbours(atlas, space, films[1])[0].tolist()
        points = np.nan_to_num(atlas.coordinates(space)).round(4).tolist()
        vectors = np.asarray(atlas.space(space).vectors).round(4).tolist()
        return [
            near,
            points,
            vectors,
            atlas.clustering(space).labels.tolist(),
            atlas.map_of(space).faithfulness,
        ]

    def read() -> list[Any]:
        catalog, ratings = atlas.catalog, atlas.interactions.ratings
        return [
            catalog.items.to_json(),
            ratings.data.tolist(),
            ratings.indices.tolist(),
            str(atlas.dataset.report),
        ]

    parts: dict[str, Callable[[], Any]] = {
        "films": read,
        "words": lambda: atlas.table.matching_text("heist money bank", 20).tolist(),
        "people": lambda: atlas.users.vectors("user_vectors").round(4).tolist(),
        **{f"list by {method}": partial(listed, method) for method in METHODS},
    }
    try:
        atlas = Atlas.open(name)
    except AtlasError as error:
        return {"open": f"{type(error).__name__}: {error}"}
    parts |= {f"space {space}": partial(of_space, space) for space in atlas.space_names}
    found = {}
    for part, make in parts.items():
        try:
            found[part] = hashlib.blake2b(json.dumps(make()).encode(), digest_size=8).hexdigest()
        except AtlasError as error:
            found[part] = f"{type(error).__name__}: {error}"
    return found


def said_by(*command: str) -> tuple[int, str]:
    """Exit status of a command, and what it prints; a traceback where it ends with one."""
    from typer.testing import CliRunner

    from core.cli.app import app

    ended = CliRunner().invoke(app, list(command))
    text = ended.output
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        text += "\nTraceback: " + "".join(traceback.format_exception(ended.exception))
    return ended.exit_code, text.replace(os.environ["MOVIE_ATLAS_HOME"], "HOME").strip()


def repaired(name: str) -> dict[str, Any]:
    """What commands say and what can be read, before and after a build, and what that build says."""
    commands = (["check", name], ["recommend", name, "--user", "1", "--json"], ["status", name], ["datasets"])
    before = {command[0]: said_by(*command) for command in commands}
    read = everything(name)
    started = time.perf_counter()
    built = said_by("build", name)
    seconds = time.perf_counter() - started
    after = {command[0]: said_by(*command) for command in commands}
    return {
        "before": before,
        "read": read,
        "build": built,
        "seconds": seconds,
        "after": after,
        "read_after": everything(name),
    }


def work() -> None:
    """Do `repaired` for every home and name on standard input, until it ends; answers go to standard output."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        home, name = json.loads(line)
        os.environ["MOVIE_ATLAS_HOME"] = home
        answers.write(json.dumps(repaired(name) if name else {}) + "\n")
        answers.flush()


class Worker:
    """A process that works off damaged homes, started again where one has killed it.

    Args:
        as_user: Permissions count, also for root.
    """

    def __init__(self, *, as_user: bool) -> None:
        drop = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
        self._command = [*(drop if as_user and os.getuid() == 0 else []), sys.executable, __file__, "--work"]
        self._process: subprocess.Popen[str] | None = None
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  (as long as the worker)

    def repaired(self, home: Path, name: str) -> dict[str, Any] | None:
        """What `repaired` found, with `errors`, what was printed beside; None where the process has died."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=self._errors, env=os.environ | {"CI": "1", "COLUMNS": "240"},
            )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._errors.seek(0, os.SEEK_END)
        begun = self._errors.tell()
        self._process.stdin.write(json.dumps([str(home), name]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        self._errors.seek(begun)
        found: dict[str, Any] | None = json.loads(line) | {"errors": self._errors.read()} if line else None
        return found


def try_out(workers: dict[bool, Worker], home: Path, dataset: str, case: Case) -> dict[str, Any]:
    """One damage, and what `Worker.repaired` found."""
    damage, rights = case[3], "may not" in case[2]
    with tempfile.TemporaryDirectory(prefix="damage-") as folder:
        copy = Path(folder)
        workspace = copy / "workspaces" / dataset
        shutil.copytree(home / "workspaces" / dataset, workspace, symlinks=True)
        if (home / "cache").exists():
            (copy / "cache").symlink_to(home / "cache")
        damage(workspace)
        found = workers[rights].repaired(copy, dataset)
        for path in (workspace, *workspace.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
    return found or {"died": True}


def row_of(case: Case, truth: dict[str, str], found: dict[str, Any]) -> dict[str, Any]:
    """What is written down of a case."""
    about = {"stage": case[0], "file": case[1].split("/", 2)[-1], "damage": case[2]}
    if "died" in found:
        return about | {"noticed_by_check": False, "other_answers_unsaid": [], "whole_again": False,
                        "answers_identical": False, "tracebacks": ["the process died"], "build_seconds": 0}  # fmt: skip
    before, read, (status, built) = found["before"], found["read"], found["build"]
    texts = {"build": built, "beside": found["errors"]} | {step: text for step, (_, text) in before.items()}
    texts |= {f"{step} afterwards": text for step, (_, text) in found["after"].items()}
    said = {part: text for part, text in read.items() if "Error" in text}
    return about | {
        "noticed_by_check": before["check"][0] == 1,
        "said_by_check": texts["check"].splitlines(),
        "said_by_recommend": texts["recommend"].splitlines() if before["recommend"][0] else ["answered"],
        "errors_when_read": sorted(set(said.values())),
        "other_answers_unsaid": [part for part in read if part not in said and read[part] != truth.get(part)],
        "build_status": status,
        "build_seconds": round(found["seconds"], 1),
        "said_by_build": built.splitlines()[:3],
        "whole_again": found["after"]["check"][0] == 0,
        "answers_identical": found["read_after"] == truth,
        "tracebacks": [step for step, text in texts.items() if "Traceback" in text or "panicked" in text],
    }


def main() -> None:
    """Damage, look, repair, compare; written down after every case."""
    if sys.argv[1:2] == ["--work"]:
        work()
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--dataset", default="demo")
    parser.add_argument(
        "--all", action="store_true", help="Every file of an artefact, not the largest alone."
    )
    parser.add_argument("--only", default="", help="Only cases whose stage, file or damage has this in it.")
    args = parser.parse_args()
    workers = {rights: Worker(as_user=rights) for rights in (False, True)}
    whole = try_out(workers, args.home, args.dataset, ("", "", "nothing", lambda _: None))
    truth: dict[str, str] = whole["read"]
    assert not any("Error" in value for value in truth.values()), truth
    assert whole["read_after"] == truth
    rows: list[dict[str, Any]] = []
    for case in cases(args.home / "workspaces" / args.dataset, every=args.all):
        if args.only not in "/".join(case[:3]):
            continue
        row = row_of(case, truth, try_out(workers, args.home, args.dataset, case))
        rows.append(row)
        shown = (
            "stage",
            "file",
            "damage",
            "noticed_by_check",
            "whole_again",
            "answers_identical",
            "tracebacks",
        )
        print(len(rows), *(row[name] for name in shown), row["build_seconds"], flush=True)
        counts = {
            "cases": len(rows),
            "noticed_by_check": sum(one["noticed_by_check"] for one in rows),
            "other_answers_unsaid_before_check": sum(bool(one["other_answers_unsaid"]) for one in rows),
            "whole_after_build": sum(one["whole_again"] for one in rows),
            "answers_identical_after_build": sum(one["answers_identical"] for one in rows),
            "with_a_traceback": sum(bool(one["tracebacks"]) for one in rows),
        }
        value = {
            "dataset": args.dataset,
            "python": platform.python_version(),
            "counts": counts,
            "cases": rows,
        }
        args.out.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
