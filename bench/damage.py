"""What damage does to a built workspace, and whether there is a way out of it.

    python bench/damage.py HOME OUT.json [--dataset demo] [--only PART]

HOME is a MOVIE_ATLAS_HOME in which the dataset is built; it is copied, never changed. One artefact of every kind, and both
copies of the manifest: every file of it is cut in half, gets one byte flipped, 64 kB zeroed, and is deleted, each in a copy
of its own. Then follow the folders, links, permissions and manifests that go wrong in other ways. After each damage a
person's commands are run: `check`, `recommend` by the method that is asked first, `status`, `datasets`, then `build`, and
all of them again. What can be read of the dataset (lists of several methods, maps, groups, embeddings, full-text hits)
is digested, and compared with what the whole workspace gave.
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
from collections.abc import Callable, Iterator
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


def cases(workspace: Path) -> Iterator[Case]:
    """Everything that is tried."""
    named = json.loads((workspace / "manifest.json").read_text("utf-8"))["artifacts"]
    folders = {stage: f"artifacts/{stage}-{named[stage]}" for stage in STAGES}
    files = [
        (stage, path.relative_to(workspace).as_posix())
        for stage, folder in folders.items()
        for path in sorted((workspace / folder).rglob("*"))
        if path.is_file()
    ]
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


def everything(name: str) -> dict[str, str]:
    """All that can be read of a dataset -> its digest, or the error that came instead."""
    import numpy as np

    from core.domain import Question
    from core.errors import AtlasError
    from core.serving import Atlas, neighbours, recommend

    def listed(method: str) -> list[Any]:
        answers = [recommend(atlas, Question(likes=(film,), method=method)) for film in (0, 100, 500)]
        return [(item.item_id, round(item.score, 4)) for answer in answers for item in answer.items]

    def of_space(space: str) -> list[Any]:
        near = neighbours(atlas, space, 100)[0].tolist()
        points = np.nan_to_num(atlas.coordinates(space)).round(4).tolist()
        vectors = np.asarray(atlas.space(space).vectors).round(4).tolist()
        return [near, points, vectors, atlas.clustering(space).labels.tolist(), atlas.faithfulness(space)]

    def films() -> list[Any]:
        catalog, ratings = atlas.catalog, atlas.interactions.ratings
        return [catalog.items.to_json(), ratings.data.tolist(), ratings.indices.tolist(), str(atlas.report)]

    parts: dict[str, Callable[[], Any]] = {
        "films": films,
        "words": lambda: atlas.table.matching_text("heist money", 20).tolist(),
        "people": lambda: atlas.users.vectors("user_vectors").round(4).tolist(),
        **{f"list by {method}": partial(listed, method) for method in METHODS},
    }
    try:
        atlas = Atlas.open(name)
    except AtlasError as error:
        return {"open": f"{type(error).__name__}: {error}"}
    parts |= {f"space {space}": partial(of_space, space) for space in atlas.space_names}
    found = {}
    for part, read in parts.items():
        try:
            found[part] = hashlib.blake2b(json.dumps(read()).encode(), digest_size=8).hexdigest()
        except AtlasError as error:
            found[part] = f"{type(error).__name__}: {error}"
    return found


def probe(name: str) -> dict[str, Any]:
    """What commands do, as the command line does it, and `everything`."""
    from typer.testing import CliRunner

    from core.cli.app import app

    said: dict[str, Any] = {}
    for command in (
        ["check", name],
        ["recommend", name, "--user", "1", "--json"],
        ["status", name],
        ["datasets"],
    ):
        ended = CliRunner().invoke(app, command)
        text = ended.output
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            text += "\nTraceback: " + "".join(traceback.format_exception(ended.exception))
        said[command[0]] = [ended.exit_code, text.replace(os.environ["MOVIE_ATLAS_HOME"], "HOME").strip()]
    return said | {"everything": everything(name)}


def run(home: Path, *arguments: str, as_user: bool = False) -> tuple[int, str]:
    """Exit status and output of a command; `as_user`: permissions count, also for root."""
    user = (
        ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
        if as_user and os.getuid() == 0
        else []
    )
    ended = subprocess.run(
        [*user, sys.executable, *arguments],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=1200,
        env=os.environ | {"MOVIE_ATLAS_HOME": str(home), "CI": "1", "COLUMNS": "240"},
    )  # fmt: skip
    return ended.returncode, ended.stdout.replace(str(home), "HOME").strip()


def probed(home: Path, name: str, *, as_user: bool = False) -> dict[str, Any]:
    """`probe` in a process of its own; where that ends otherwise, its output as a traceback."""
    status, text = run(home, __file__, "--probe", name, as_user=as_user)
    try:
        found: dict[str, Any] = json.loads(text.splitlines()[-1])
    except (ValueError, IndexError):
        ended = [status, f"Traceback: {text}"]
        return {"check": ended, "recommend": ended, "status": ended, "datasets": ended, "everything": {}}
    return found


def try_out(home: Path, dataset: str, truth: dict[str, str], case: Case) -> dict[str, Any]:
    """One damage, what was said about it, and whether `build` has repaired it."""
    stage, file, name, damage = case
    rights = "may not" in name
    with tempfile.TemporaryDirectory(prefix="damage-") as folder:
        copy = Path(folder)
        workspace = copy / "workspaces" / dataset
        shutil.copytree(home / "workspaces" / dataset, workspace, symlinks=True)
        if (home / "cache").exists():
            (copy / "cache").symlink_to(home / "cache")
        damage(workspace)
        before = probed(copy, dataset, as_user=rights)
        started = time.perf_counter()
        build_status, built = run(copy, "-m", "core", "build", dataset, as_user=rights)
        seconds = time.perf_counter() - started
        after = probed(copy, dataset, as_user=rights)
        for path in (workspace, *workspace.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
    read = before.pop("everything")
    is_same = after.pop("everything") == truth
    texts = {"build": built}
    texts |= {step: text for step, (_, text) in before.items()}
    texts |= {f"{step} afterwards": text for step, (_, text) in after.items()}
    other = [
        part for part in truth if read.get(part, truth[part]) != truth[part] and "Error" not in read[part]
    ]
    return {
        "stage": stage,
        "file": file.split("/", 2)[-1],
        "damage": name,
        "noticed_by_check": before["check"][0] == 1,
        "said_by_check": texts["check"].splitlines(),
        "said_by_recommend": ["answered"] if before["recommend"][0] == 0 else texts["recommend"].splitlines(),
        "errors_when_read": sorted({text for text in read.values() if "Error" in text}),
        "other_answers_unsaid": other,
        "build_status": build_status,
        "build_seconds": round(seconds, 1),
        "said_by_build": built.splitlines()[:3],
        "whole_again": after["check"][0] == 0,
        "answers_identical": is_same,
        "tracebacks": [step for step, text in texts.items() if "Traceback" in text or "panicked" in text],
    }


def main() -> None:
    """Damage, look, repair, compare; written down after every case."""
    if sys.argv[1:2] == ["--probe"]:
        print(json.dumps(probe(sys.argv[2])))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--dataset", default="demo")
    parser.add_argument("--only", default="", help="Only cases whose stage, file or damage has this in it.")
    args = parser.parse_args()
    truth = probed(args.home, args.dataset)["everything"]
    assert truth, "the dataset cannot be read"
    assert not any("Error" in value for value in truth.values()), truth
    rows: list[dict[str, Any]] = []
    for case in cases(args.home / "workspaces" / args.dataset):
        if args.only not in "/".join(case[:3]):
            continue
        row = try_out(args.home, args.dataset, truth, case)
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
