"""A server of posters on this machine that also fails, stalls and sends garbage."""

import http.server
import io
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from core.embeddings.poster_download import PosterLimits

LIMITS = PosterLimits(
    workers=4,
    per_second=500,
    connect=1,
    read=0.3,
    total=0.6,
    max_bytes=50_000,
    redirects=2,
    allow_private=True,
)


def poster(colour: str, kind: str = "JPEG", size: tuple[int, int] = (60, 90)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, kind)
    return stream.getvalue()


def _huge_png(side: int) -> bytes:
    """A few hundred bytes that claim to unfold to side x side pixels."""
    small = poster("red", "PNG", (20, 20))
    size = side.to_bytes(4, "big")
    header = b"IHDR" + size + size + small[24:29]
    return small[:12] + header + zlib.crc32(header).to_bytes(4, "big") + small[33:]


class PosterServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.done = threading.Event()
        self.is_well = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what the tests want."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: PosterServer

    def log_message(self, *args: object) -> None:
        """Says nothing."""

    def _send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        first, _, rest = self.path.strip("/").partition("/")
        getattr(self, f"_{first}")(rest)

    def _good(self, colour: str) -> None:
        self._send(poster(colour))

    def _png(self, colour: str) -> None:
        self._send(poster(colour, "PNG"))

    def _status(self, code: str) -> None:
        self._send(b"no", int(code))

    def _busy(self, key: str) -> None:
        self._send(b"later", 503) if self.server.asked[self.path] == 1 else self._send(poster("red"))

    def _late(self, colour: str) -> None:
        self._good(colour) if self.server.is_well else self._send(b"broken", 500)

    def _gone(self, colour: str) -> None:
        self._good(colour) if self.server.is_well else self._send(b"no", 404)

    def _garbage(self, rest: str) -> None:
        self._send(b"<html>not a poster</html>")

    def _cut(self, rest: str) -> None:
        self._send(poster("red")[:300])

    def _bomb(self, side: str) -> None:
        self._send(_huge_png(int(side)))

    def _tiny(self, rest: str) -> None:
        self._send(poster("red", size=(1, 1)))

    def _flood(self, rest: str) -> None:
        self.send_response(200)  # no length: goes on and on
        self.end_headers()
        while not self.server.done.is_set():
            self.wfile.write(b"\xff" * 10_000)

    def _stall(self, rest: str) -> None:
        self.server.done.wait(5)

    def _trickle(self, rest: str) -> None:
        self.send_response(200)
        self.end_headers()
        while not self.server.done.wait(0.05):
            self.wfile.write(b"\xff")
            self.wfile.flush()

    def _hang_up(self, rest: str) -> None:
        self.close_connection = True

    def _redirect(self, rest: str) -> None:
        self._send(b"", 302, Location=f"/good/{rest}")

    def _loop(self, rest: str) -> None:
        self._send(b"", 302, Location="/loop")

    def _away(self, rest: str) -> None:
        self._send(b"", 302, Location="file:///etc/hostname")


@contextmanager
def serving() -> Iterator[PosterServer]:
    """A running server, stopped at the end."""
    server = PosterServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.done.set()
        server.shutdown()
        server.server_close()
        thread.join()
