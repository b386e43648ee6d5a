"""Many visitors at once: how long they wait, and what memory they take.

    python bench/load.py OUT.json [--dataset demo] [--visitors 1 --visitors 20] [--minutes 30] [--before CHECKOUT]

Starts the app as it is shipped on the workspaces of MOVIE_ATLAS_HOME and visits it over Streamlit's own socket, with the
messages that a browser sends. A visitor opens a link to an answer for one to three films that are drawn at random, turns
four pages, and looks at each for half a second to two seconds. What is measured is the time from the message that asks to
the one that says the page is whole; a browser draws it after that. Visitors keep what Streamlit lets a browser keep. Before
the clock runs, one visitor opens every page once.

`--words` lets every third visitor ask in words, `--minutes` keeps a crowd there for so long (who leaves is followed by
another) and writes the memory down, `--before CHECKOUT` measures another checkout in turns with this one, on the same
machine in the same run. Memory is the resident set of the server's process.
"""

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode
from urllib.request import urlopen

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.serving import Atlas

PAGES = ("home", "map", "recommend", "compare", "you", "evaluate", "matrix", "data")
TURNS = 4
PAUSE = (0.5, 2.0)
"""Seconds that a visitor looks at a page: shortest and longest."""
PATIENCE = 60.0
"""Seconds after which a page that does not come is an error."""
KEPT_RUNS = 2
"""For how many runs of the script a browser keeps a message that it has not needed again."""
WORDS = (
    "a shark at the beach",
    "noir from the 40s",
    "friends on a long journey",
    "a funny film about robots",
)
SAMPLE_EVERY = 5.0  # seconds between two looks at the memory


class PageError(Exception):
    """A page did not come, or came with an error on it."""


@dataclass
class Waited:
    """What a crowd waited for.

    Attributes:
        opened, turned: Seconds of every link that was opened and every page that was turned.
        errors: What went wrong, a sentence each.
        sent: Bytes that the server sent for all of them.
    """

    opened: list[float] = field(default_factory=list)
    turned: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: int = 0

    def add(self, other: "Waited") -> None:
        """What another crowd of the same kind waited, too."""
        self.opened += other.opened
        self.turned += other.turned
        self.errors += other.errors
        self.sent += other.sent

    def figures(self) -> dict[str, Any]:
        """Quantiles in seconds; how many pages, errors, and MB."""
        return {
            "opened": quantiles(self.opened),
            "turned": quantiles(self.turned),
            "all": quantiles(self.opened + self.turned),
            "errors": self.errors,
            "MB": round(self.sent / 1e6, 2),
        }


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """`n`, and in seconds `p50`, `p95` and `max`."""
    if not seconds:
        return {"n": 0}
    p50, p95 = np.quantile(seconds, [0.5, 0.95])
    return {
        "n": len(seconds),
        "p50": round(float(p50), 3),
        "p95": round(float(p95), 3),
        "max": round(max(seconds), 3),
    }


class Server:
    """The app of a checkout, running.

    Args:
        code: The checkout.
        options: Options of Streamlit beside those that the checkout sets.
    """

    def __init__(self, code: Path, options: Sequence[str] = ()) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self.port}"]
        self.process = subprocess.Popen(
            [*command, "--server.address=127.0.0.1", *options],
            cwd=code,
            env=os.environ | {"PYTHONPATH": str(code)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2):
                    return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise PageError("The server does not start.")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def memory(self) -> dict[str, float]:
        """MB: resident `now`, and the `most` that ever was."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        rows = dict(line.split(":", 1) for line in status.splitlines())
        return {
            name: round(int(rows[key].split()[0]) / 1024, 1)
            for name, key in (("now", "VmRSS"), ("most", "VmHWM"))
        }


class Visitor:
    """One browser tab.

    Args:
        connected: The open socket.
        waited: Where bytes are counted.
    """

    def __init__(self, connected: ClientConnection, waited: Waited) -> None:
        self._socket, self._waited = connected, waited
        self._pages: dict[str, str] = {}
        self._kept: dict[str, int] = {}
        self._run = 0
        self._query = ""

    async def open(self, page: str, query: str) -> float:
        """Open a link in this tab; seconds until the page is whole."""
        return await self._ask(query, page_name="" if page == "home" else page)

    async def turn(self, page: str) -> float:
        """Go to another page by its link, which carries the question; seconds until the page is whole."""
        return await self._ask(self._query, page_script_hash=self._pages["" if page == "home" else page])

    async def _ask(self, query: str, **where: str) -> float:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string = query
        asked.context_info.url = "http://127.0.0.1/"
        asked.context_info.color_scheme = "light"
        for name, value in where.items():
            setattr(asked, name, value)
        asked.cached_message_hashes.extend(self._kept)
        self._query, self._run = query, self._run + 1
        started = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        try:
            await asyncio.wait_for(self._whole(), PATIENCE)
        except TimeoutError:
            raise PageError(f"Not there after {PATIENCE:.0f} s: {where}") from None
        spent = time.perf_counter() - started
        self._kept = {name: run for name, run in self._kept.items() if self._run - run < KEPT_RUNS}
        return spent

    async def _whole(self) -> None:
        wrong = ""
        while True:
            raw = await self._socket.recv(decode=False)
            self._waited.sent += len(raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            if kind == "ref_hash":
                self._kept[message.ref_hash] = self._run
            elif message.metadata.cacheable:
                self._kept[message.hash] = self._run
            if kind == "navigation":
                self._pages = {
                    page.url_pathname: page.page_script_hash for page in message.navigation.app_pages
                }
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                wrong = message.delta.new_element.exception.message or "an exception"
            elif kind == "page_not_found":
                wrong = "page not found"
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                if wrong:
                    raise PageError(wrong)
                return


def questions(dataset: str, *, words: bool, seed: int = 0) -> Iterator[str]:
    """Links' queries without an end, every one for films drawn at random; with `words` every third in words."""
    rng = np.random.default_rng(seed)
    titles = Atlas.open(dataset).titles.options
    turn = 0
    while True:
        turn += 1
        if words and turn % 3 == 0:
            yield urlencode({"dataset": dataset, "text": WORDS[turn // 3 % len(WORDS)]})
            continue
        films = rng.choice(len(titles), int(rng.integers(1, 4)), replace=False)
        yield urlencode({"dataset": dataset, "like": [titles[film] for film in films]}, doseq=True)


async def visit(port: int, query: str, rng: np.random.Generator, waited: Waited, turns: int = TURNS) -> None:
    """One visit: a link to an answer, then pages in a random order, each looked at."""
    try:
        async with connect(
            f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None, compression=None, open_timeout=PATIENCE
        ) as connected:
            visitor = Visitor(connected, waited)
            waited.opened.append(await visitor.open("recommend", query))
            for page in rng.permutation([page for page in PAGES if page != "recommend"])[:turns]:
                await asyncio.sleep(rng.uniform(*PAUSE))
                waited.turned.append(await visitor.turn(str(page)))
            await asyncio.sleep(rng.uniform(*PAUSE))
    except (PageError, WebSocketException, OSError) as error:
        waited.errors.append(str(error) or type(error).__name__)


async def crowd(port: int, n: int, asks: Iterator[str], seed: int) -> Waited:
    """`n` visitors who arrive within two seconds."""
    waited = Waited()
    rng = np.random.default_rng(seed)

    async def arrive(delay: float, own: np.random.Generator) -> None:
        await asyncio.sleep(delay)
        await visit(port, next(asks), own, waited)

    await asyncio.gather(*(arrive(rng.uniform(0, PAUSE[1]), one) for one in rng.spawn(n)))
    return waited


async def stay(server: Server, n: int, minutes: float, asks: Iterator[str]) -> dict[str, Any]:
    """`n` visitors at any time for so long: what they waited, and the memory in MB by seconds."""
    waited = Waited()
    begun = time.monotonic()
    memory: list[tuple[float, float]] = []

    async def chair(rng: np.random.Generator) -> None:
        while time.monotonic() - begun < minutes * 60:
            await visit(server.port, next(asks), rng, waited)

    async def look() -> None:
        while time.monotonic() - begun < minutes * 60:
            memory.append((round(time.monotonic() - begun, 1), server.memory()["now"]))
            await asyncio.sleep(SAMPLE_EVERY)

    await asyncio.gather(look(), *(chair(one) for one in np.random.default_rng(1).spawn(n)))
    return waited.figures() | {"at_once": n, "visits": len(waited.opened), "memory": memory}


async def pages(port: int, query: str) -> dict[str, Any]:
    """Every page alone, for one visitor: seconds and kB when a link opens it, turned to, and turned to again."""
    found: dict[str, Any] = {}
    for page in PAGES:
        row: dict[str, float] = {}
        waited = Waited()
        async with connect(
            f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None, compression=None
        ) as connected:
            visitor = Visitor(connected, waited)
            row["opened s"] = round(await visitor.open(page, query), 3)
            row["opened kB"] = round(waited.sent / 1e3, 1)
            again = []
            for _ in range(5):
                waited.sent = 0
                again.append(await visitor.turn(page))
            row["again s"] = round(float(np.median(again)), 3)
            row["again kB"] = round(waited.sent / 1e3, 1)
        found[page] = row
    return found


def main() -> None:
    """Measure, print a line a crowd and write everything to OUT."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--dataset", default="demo")
    parser.add_argument("--visitors", type=int, action="append")
    parser.add_argument("--rounds", type=int, default=3, help="how often each crowd comes")
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--before", type=Path)
    given = parser.parse_args()
    checkouts = {"now": ROOT} | ({"before": given.before.resolve()} if given.before else {})
    figures: dict[str, Any] = {name: {} for name in checkouts}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(Server(code)) for name, code in checkouts.items()}
        for name, server in servers.items():
            figures[name] = alone(server, questions(given.dataset, words=given.words))
        for n in given.visitors or (1, 20, 50):
            for name, row in crowds(servers, n, given.rounds, given.dataset, words=given.words).items():
                figures[name][f"{n} visitors"] = row
                print(f"{given.dataset} {name:6} {n:3} visitors: {in_words(row)}", flush=True)
        if given.minutes:
            asks = questions(given.dataset, words=given.words, seed=9)
            n = (given.visitors or [20])[-1]
            figures["now"]["stay"] = asyncio.run(stay(servers["now"], n, given.minutes, asks))
    figures["machine"] = {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "streamlit": version("streamlit"),
    }
    figures |= {"dataset": given.dataset, "rounds": given.rounds, "words": given.words}
    given.out.write_text(json.dumps(figures, indent=1) + "\n")


def alone(server: Server, asks: Iterator[str]) -> dict[str, Any]:
    """One visitor and every page, and the memory around that; the first time every page is opened does not count."""
    figures: dict[str, Any] = {"memory at the start": server.memory()}
    asyncio.run(pages(server.port, next(asks)))
    figures["pages"] = asyncio.run(pages(server.port, next(asks)))
    return figures | {"memory after one": server.memory()}


def crowds(
    servers: Mapping[str, Server], n: int, rounds: int, dataset: str, *, words: bool
) -> dict[str, dict[str, Any]]:
    """`n` visitors, in turns for every server, with the same questions: figures and memory by server."""
    waits = {name: Waited() for name in servers}
    for turn in range(rounds):
        for name, server in servers.items():
            asks = questions(dataset, words=words, seed=100 * turn + n)
            waits[name].add(asyncio.run(crowd(server.port, n, asks, turn)))
    return {name: waits[name].figures() | {"memory": server.memory()} for name, server in servers.items()}


def in_words(row: Mapping[str, Any]) -> str:
    """A crowd's figures in a line."""
    opened, turned = row["opened"], row["turned"]
    return (
        f"opened p50 {opened.get('p50')} p95 {opened.get('p95')}, turned p50 {turned.get('p50')} "
        f"p95 {turned.get('p95')} max {turned.get('max')} s, {len(row['errors'])} errors, {row['memory']['now']} MB"
    )


if __name__ == "__main__":
    main()
