"""Files that nobody meant to be read: does each load with its report, or end in a typed error, in bounded memory and time?

    python bench/fuzz_reading.py [OUT.json] [--cases 2000] [--seed 7]

Hypothesis makes tables (CSV, TSV, other text, JSON lines, a list of JSON objects, Parquet) of names and cells that are
usual, odd and hostile, encodes them in one of several ways, packs some into zip archives, folders and archives in
archives, and damages some by flipping, cutting, repeating and inserting bytes. A few are small and unpack to much. Every one
is loaded as a person's own files, in processes of `BATCH` cases, so that a crash of the interpreter is seen too. A case is

- loaded: every table's rows are accounted for, the catalogue can be written as Parquet and the report as UTF-8;
- refused: an `AtlasError`, in plain words;
- a finding: any other exception, a crash, more than `MOST_SECONDS` of the processor or more than `MOST_MEGABYTES` of
  growth. Its content stands in the results, so that it can be made a test.
"""

import argparse
import base64
import csv
import io
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.compute.memory import PeakMemory
from core.datasets import load
from core.errors import AtlasError

BATCH = 200
MOST_SECONDS = 10.0
"""Of the processor, for one case. The files are small: what takes longer has run away."""
MOST_MEGABYTES = 1_000.0
"""Growth of memory at the peak, for one case."""
OUT = ROOT / "bench" / "results" / "fuzz_reading.json"

_NAMES = st.sampled_from(
    [
        *(
            "title",
            " title",
            "Title ",
            "id",
            "id ",
            "year",
            "genres",
            "overview",
            "runtime",
            "user",
            "userId",
            "movieId",
        ),
        *(
            "item",
            "rating",
            "Rating",
            "timestamp",
            "date",
            "Date",
            "Name",
            "Year",
            "Letterboxd URI",
            "Const",
            "Your Rating",
        ),
        *(
            "movie",
            "type",
            "ids",
            "Star1",
            "Star2",
            "imdb_id",
            "tmdb_id",
            "votes",
            "score",
            "profile name",
            "cast",
            "",
            "\u202e",
        ),
    ]
)
_TEXTS = st.one_of(
    st.sampled_from(
        [
            *(
                "Heat",
                "Amélie",
                "Crash (1996)",
                "Misérables, Les (1995)",
                "千と千尋の神隠し",
                "=cmd|' /C calc'!A0",
                "tt0113277",
            ),
            *(
                "0001-01-01",
                "9999-12-31T23:59:59+14:00",
                "2020-02-30",
                "1995",
                "PG",
                "142 min",
                "4.5",
                "7/10",
                "★★★½",
                "-1",
            ),
            *(
                "0",
                "1e999",
                "nan",
                "964982703",
                "99999999999999999999",
                "Drama|Crime",
                "[[[[",
                "['a', \"b\"]",
                "\u202e\u2028",
                "\0",
            ),
        ]
    ),
    st.text(max_size=20),
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)
_ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252", "shift-jis", "latin-1"]
)
_SEPARATORS = st.sampled_from([",", ";", "\t", "|", "::"])
_DAMAGE = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "repeat", "insert", "end"]),
        st.floats(0, 1),
        st.binary(min_size=1, max_size=9),
    ),
    max_size=4,
)


@dataclass(frozen=True)
class Case:
    """Files with their names, to be brought as a folder, or alone where there is one."""

    kind: str
    files: dict[str, bytes]
    is_damaged: bool
    is_alone: bool


@dataclass(frozen=True)
class Seen:
    """What became of a case: "loaded", an error's class, or a finding; with seconds of the processor and growth."""

    kind: str
    end: str
    seconds: float
    megabytes: float
    is_damaged: bool = False
    finding: str = ""


def _header(width: int) -> st.SearchStrategy[list[str]]:
    """Any names; often those of films, of ratings or of a site, so that reading goes on behind the header."""
    known = [
        ["title", "year", "genres", "overview", "runtime", "votes"],
        ["id", "title", "date", "cast", "score", "imdb_id"],
        ["userId", "movieId", "rating", "timestamp", "", "id"],
        ["movieId", "title", "genres", "", "Star1", "Star2"],
        ["Date", "Name", "Year", "Letterboxd URI", "Rating", "Tags"],
        ["Const", "Your Rating", "Title", "Year", "Genres", "Directors"],
        ["user", "title", "rating", "date", "", "type"],
    ]
    of_sites = st.sampled_from([names[:width] for names in known])
    return of_sites | of_sites | st.lists(_NAMES, min_size=width, max_size=width)


@st.composite
def _separated(draw: st.DrawFn) -> bytes:
    """Text with cells; rows may be shorter or longer than the header, which may be missing."""
    separator, width = draw(_SEPARATORS), draw(st.integers(1, 6))
    header = draw(_header(width)) if draw(st.integers(0, 4)) else []
    rows = draw(st.lists(st.lists(_TEXTS, min_size=width, max_size=width), min_size=1, max_size=8))
    if draw(st.integers(0, 5)) == 0:
        rows[0] = [*rows[0], "more"]
    above = draw(st.sampled_from(["", "", "", "", "sep=;\n", "My films\n\n", "Letterboxd list export v7\n"]))
    ending = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    table = [header, *rows] if header else rows
    if len(separator) == 1 and draw(st.integers(0, 3)):
        written = io.StringIO()
        csv.writer(written, delimiter=separator, lineterminator=ending).writerows(table)
        text = written.getvalue()
    else:
        text = ending.join(separator.join(row) for row in table) + ending
    return (above + text).encode(draw(_ENCODINGS), "replace")


@st.composite
def _json(draw: st.DrawFn, *, is_list: bool) -> bytes:
    rows = draw(st.lists(st.dictionaries(_NAMES, _VALUES, max_size=5), max_size=8))
    title = draw(st.sampled_from(["", '"title": "\\ud800", ', '"genres": ' + "[" * 900 + "]" * 900 + ", "]))
    if draw(st.booleans()):
        rows = [{"title": draw(_VALUES), **row} for row in rows]
    texts = [json.dumps(row) for row in rows]
    texts = [text.replace("{", "{" + title, 1) if title and len(text) > 2 else text for text in texts]
    text = f"[{', '.join(texts)}]" if is_list else "\n".join(texts)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


@st.composite
def _parquet(draw: st.DrawFn) -> bytes:
    names = draw(st.lists(_NAMES, min_size=1, max_size=5, unique=True))
    names = names if "title" in names or draw(st.booleans()) else [*names, "title"]
    n = draw(st.integers(0, 6))
    cells = st.one_of(
        st.lists(_TEXTS, min_size=n, max_size=n),
        st.lists(st.integers(-(2**62), 2**62), min_size=n, max_size=n),
        st.lists(st.floats(), min_size=n, max_size=n),
        st.lists(st.lists(_TEXTS, max_size=3), min_size=n, max_size=n),
        st.lists(st.datetimes(), min_size=n, max_size=n),
        st.lists(st.binary(max_size=5), min_size=n, max_size=n),
    )
    packed = io.BytesIO()
    frame = pd.DataFrame({name: pd.Series(draw(cells), dtype=object) for name in names})
    for name in names:
        frame[name] = frame[name].map(_writable)
    frame.to_parquet(packed)
    return packed.getvalue()


def _writable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


@st.composite
def _bomb(draw: st.DrawFn) -> tuple[str, bytes]:
    """A small file that unpacks to much: rows, columns, long cells."""
    kind = draw(st.sampled_from(["rows", "columns", "cell", "parquet"]))
    n = draw(st.integers(1, 40)) * 500_000
    if kind == "parquet":
        packed = io.BytesIO()
        pd.DataFrame({"title": ["b" * 500] * (n // 100)}).to_parquet(packed)
        return "f.parquet", packed.getvalue()
    text = {
        "rows": b"title\n" + b"a\n" * (n // 2),
        "columns": b"title" + b"," * n + b"\nx\n",
        "cell": b"title\n" + b"x" * n + b"\n",
    }[kind]
    return "f.zip", _zipped({"f.csv": text})


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as content:
        for name, data in files.items():
            content.writestr(name, data)
    return packed.getvalue()


_SOUND = "id,title,year\n1,Heat,1995\n2,Amélie,2001\n3,Crash,1996\n4,Crash,2004\n".encode()
"""A sound table of films beside what is odd, so that tables of ratings are read to their end."""
_FILE = st.one_of(
    st.tuples(st.sampled_from(["f.csv", "ratings.csv", "watched.csv"]), _separated()),
    st.tuples(st.just("f.tsv"), _separated()),
    st.tuples(st.sampled_from(["f.txt", "movies.dat", "u.item", "u.data"]), _separated()),
    st.tuples(st.just("f.jsonl"), _json(is_list=False)),
    st.tuples(st.sampled_from(["f.json", "ratings-movies.json"]), _json(is_list=True)),
    st.tuples(st.just("f.parquet"), _parquet()),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any case."""
    if draw(st.integers(0, 39)) == 0:
        name, data = draw(_bomb())
        return Case("bomb", {name: data}, False, True)
    files = dict(draw(st.lists(_FILE, min_size=1, max_size=draw(st.sampled_from([1, 1, 3])))))
    kind = next(iter(files)).rsplit(".", 1)[-1]
    if draw(st.booleans()):
        files["films.csv"] = _SOUND
    kind = kind if kind in ("csv", "tsv", "jsonl", "json", "parquet") else "other text"
    layers = draw(st.sampled_from([0, 0, 0, 0, 0, 1, 1, 1, 2, 3]))
    damage = draw(_DAMAGE) if draw(st.booleans()) else []
    if damage and (not layers or draw(st.booleans())):
        first = next(iter(files))
        files[first] = damaged(files[first], damage)
        damage_left: list[tuple[str, float, bytes]] = []
    else:
        damage_left = damage
    for _ in range(layers):
        prefix = draw(st.sampled_from(["", "", "", "in/", "in/", "deleted/"]))
        files = {
            draw(st.sampled_from(["f.zip", "F.ZIP"])): _zipped(
                {prefix + name: data for name, data in files.items()}
            )
        }
    if damage_left:
        first = next(iter(files))
        files[first] = damaged(files[first], damage_left)
    return Case("zip" if layers else kind, files, bool(damage), draw(st.booleans()) and len(files) == 1)


def damaged(data: bytes, damage: list[tuple[str, float, bytes]]) -> bytes:
    """Bytes changed in places; a place is a share of the length."""
    for what, share, piece in damage:
        at = int(share * max(len(data) - 1, 0))
        data = {
            "flip": data[:at] + bytes([data[at] ^ (piece[0] or 1)]) + data[at + 1 :] if data else piece,
            "cut": data[:at] + data[at + len(piece) :],
            "repeat": data[:at] + data[at : at + 50] * 3 + data[at:],
            "insert": data[:at] + piece + data[at:],
            "end": data[:at],
        }[what]
    return data


def seen(case: Case, folder: Path) -> Seen:
    """Load one case."""
    for name, data in case.files.items():
        (folder / name).write_bytes(data)
    place = folder / next(iter(case.files)) if case.is_alone else folder
    end, finding = "loaded", ""
    started = time.process_time()
    with PeakMemory() as memory:
        try:
            dataset = load("fuzzed", place)
            if not all(table.is_balanced for table in dataset.report.tables):
                end, finding = "unbalanced report", str(dataset.report.tables)
            dataset.catalog.items.to_parquet(io.BytesIO())
            json.dumps(dataset.report.to_json(), ensure_ascii=False).encode("utf-8")
        except AtlasError as error:
            end = type(error).__name__
            f"{error}".encode()
        except Exception as error:  # what is looked for
            end = finding = f"{type(error).__name__}: {str(error)[:200]}"
    seconds, grown = time.process_time() - started, memory.megabytes or 0.0
    if seconds > MOST_SECONDS or grown > MOST_MEGABYTES:
        finding = finding or f"{seconds:.1f} s, {grown:.0f} MB"
    return Seen(case.kind, end, round(seconds, 3), round(grown, 1), case.is_damaged, finding)


def run(n: int, start: int, on_case: Any = None) -> list[Seen]:
    """Make and load `n` cases.

    Args:
        n: How many.
        start: Seed.
        on_case: Told each case before it is loaded.
    """
    all_seen: list[Seen] = []

    @seed(start)
    @settings(
        max_examples=n,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def one(case: Case) -> None:
        if on_case:
            on_case(case)
        with tempfile.TemporaryDirectory() as folder:
            one_seen = seen(case, Path(folder))
        content = (
            {name: base64.b64encode(data).decode() for name, data in case.files.items()}
            if one_seen.finding
            else {}
        )
        all_seen.append(one_seen)
        if content:
            print(
                json.dumps({"finding": one_seen.finding, "alone": case.is_alone, "files": content})[:20_000],
                file=sys.stderr,
            )

    one()
    return all_seen


def _batch(n: int, start: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Cases in a process of its own: what was seen, and findings with their files."""
    command = [sys.executable, __file__, "--worker", str(start), "--cases", str(n)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    findings = [json.loads(line) for line in ended.stderr.splitlines() if line.startswith('{"finding"')]
    if ended.returncode:
        findings.append(
            {"finding": f"the process ended with {ended.returncode}", "said": ended.stderr[-2000:]}
        )
        return [], findings
    return json.loads(ended.stdout.splitlines()[-1]), findings


def summary(all_seen: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts, and the largest figures."""
    kinds = sorted({one["kind"] for one in all_seen})
    return {
        "cases": len(all_seen),
        "damaged": sum(one["is_damaged"] for one in all_seen),
        "ends": dict(Counter(one["end"] for one in all_seen).most_common()),
        "findings": sum(bool(one["finding"]) for one in all_seen),
        "by_kind": {
            kind: {
                "cases": len(own := [one for one in all_seen if one["kind"] == kind]),
                "loaded": sum(one["end"] == "loaded" for one in own),
                "most_seconds": max(one["seconds"] for one in own),
                "most_megabytes": max(one["megabytes"] for one in own),
            }
            for kind in kinds
        },
        "most_seconds": max(one["seconds"] for one in all_seen),
        "most_megabytes": max(one["megabytes"] for one in all_seen),
    }


def main() -> None:
    """Run all batches and write what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", nargs="?", type=Path, default=OUT)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker is not None:
        print(json.dumps([asdict(one) for one in run(arguments.cases, arguments.worker)]))
        return
    all_seen: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    started, batch = time.perf_counter(), 0
    while len(all_seen) < arguments.cases and batch < 2 * arguments.cases // BATCH + 1:
        got, bad = _batch(min(BATCH, arguments.cases - len(all_seen)), 1000 * arguments.seed + batch)
        all_seen, findings, batch = all_seen + got, findings + bad, batch + 1
        print(
            f"{len(all_seen)} cases, {len(findings)} findings, {time.perf_counter() - started:.0f} s",
            flush=True,
        )
    result = {
        "what": "files made and damaged by bench/fuzz_reading.py, loaded as own files",
        "seed": arguments.seed,
        "limits": {"seconds": MOST_SECONDS, "megabytes": MOST_MEGABYTES},
        "python": platform.python_version(),
        **summary(all_seen),
        "peak_of_this_process_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000, 1),
        "found": findings,
    }
    arguments.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps({key: value for key, value in result.items() if key != "found"}, indent=1))


if __name__ == "__main__":
    main()
