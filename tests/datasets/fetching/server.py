"""A server on this machine that truncates, stalls, lies and forgets, as a test tells it to."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from core.datasets.fetching.transfer import Patience, RemoteFile

BODY = bytes(range(256)) * 400
QUICK = Patience(connect=2.0, read=0.3, window=0.2, min_bytes=1000, attempts=3, pause=0.0, allow_private=True)
Answer = Callable[["Handler"], None]


@dataclass
class Server:
    """What the server does: one answer a request in turn, the last one again and again."""

    answers: list[Answer]
    ranges: list[str | None] = field(default_factory=list)
    url: str = ""
    release: threading.Event = field(default_factory=threading.Event)

    def file(self, body: bytes = BODY, name: str = "data.zip") -> RemoteFile:
        digest = hashlib.sha256(body).hexdigest()
        return RemoteFile(f"{self.url}/{name}", len(body), f"sha256:{digest}", "the test")


class Handler(BaseHTTPRequestHandler):
    """Answers as the test's script says."""

    script: Server

    def do_GET(self) -> None:
        number = len(self.script.ranges)
        self.script.ranges.append(self.headers.get("Range"))
        self.script.answers[min(number, len(self.script.answers) - 1)](self)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""

    def send(self, status: int, body: bytes, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


def whole(handler: Handler) -> None:
    """The file from its start, whatever was asked for."""
    handler.send(200, BODY)


def ranged(handler: Handler) -> None:
    """What the Range header asks for."""
    start = int((handler.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
    headers = {"Content_Range": f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"} if start else {}
    handler.send(206 if start else 200, BODY[start:], **headers)


def cut(handler: Handler) -> None:
    """Promises everything and ends after a third."""
    handler.send(200, BODY[: len(BODY) // 3], length=len(BODY))


def stalled(handler: Handler) -> None:
    """Sends a little and then nothing until the test is over."""
    handler.send(200, BODY[:5000], length=len(BODY))
    handler.wfile.flush()
    handler.script.release.wait(20)


def trickle(handler: Handler) -> None:
    """Sends a byte now and then: never silent for long, never done."""
    handler.send(200, BODY[:5000], length=len(BODY))
    for place in range(5000, 6000):
        if handler.script.release.wait(0.05):
            return
        handler.wfile.write(BODY[place : place + 1])
        handler.wfile.flush()


def status(code: int) -> Answer:
    """An error page."""
    return lambda handler: handler.send(code, b"sorry")


@contextmanager
def serving() -> Iterator[Server]:
    """A running server; it is stopped at the end of the block."""
    script = Server([whole])
    handler = type("Scripted", (Handler,), {"script": script})
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    running.daemon_threads = True
    script.url = f"http://127.0.0.1:{running.server_address[1]}"
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield script
    script.release.set()
    running.shutdown()
    running.server_close()
    thread.join()
