"""Fetching posters: what is kept, what is refused and why, going on after an interruption, and the pace."""

import socket
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.compute.pinned_connections import _address_of, _Pinned
from core.embeddings import poster_download
from core.embeddings.poster_descriptors import open_poster
from core.embeddings.poster_download import (
    NO_ADDRESS,
    NOT_REACHED,
    OK,
    PosterLimits,
    fetch_posters,
    poster_path,
)
from tests.embeddings.poster_server import LIMITS, PosterServer, poster


def no_proxy(patch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        for written in (name, name.upper()):
            patch.delenv(written, raising=False)


def test_good_posters_are_kept_as_they_came(base: str, tmp_path: Path) -> None:
    urls = [f"{base}/good/red", f"{base}/png/blue", f"{base}/redirect/green", ""]
    assert fetch_posters(urls, tmp_path, limits=LIMITS) == [OK, OK, OK, NO_ADDRESS]
    assert poster_path(tmp_path, urls[0]).read_bytes() == poster("red")
    assert open_poster(poster_path(tmp_path, urls[2])).getpixel((5, 5))[1] > 100


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("status/404", "HTTP status 404"),
        ("status/500", "HTTP status 500"),
        ("garbage", "not an image: no known format"),
        ("cut", "not an image: broken"),
        ("bomb/8000", "not an image: 8000 x 8000 pixels are too many"),
        ("bomb/20000", "not an image: broken (DecompressionBombError)"),
        ("tiny", "not an image: 1 x 1 pixels are too few"),
        ("flood", "larger than 50,000 bytes"),
        ("stall", "no answer in time"),
        ("trickle", "too slow"),
        ("hang_up", "connection failed"),
        ("loop", "more than 2 redirects"),
        ("away", "no web address"),
    ],
)
def test_what_is_no_poster_is_named_and_not_kept(base: str, tmp_path: Path, path: str, reason: str) -> None:
    (outcome,) = fetch_posters([f"{base}/{path}"], tmp_path, limits=LIMITS)
    assert outcome.startswith(reason)
    kept = [found for found in tmp_path.rglob("*") if found.is_file()]
    assert all(found.suffix == ".refused" and found.read_text() == outcome for found in kept)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://host/x", "javascript:alert(1)", "http://", "x", "http://[::1"]
)
def test_only_web_addresses_are_asked(tmp_path: Path, url: str) -> None:
    assert fetch_posters([url], tmp_path, limits=LIMITS) == ["no web address"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "0.0.0.0"]
)
def test_private_addresses_are_not_asked_by_default(server: PosterServer, tmp_path: Path, host: str) -> None:
    (outcome,) = fetch_posters([f"http://{host}:{server.server_port}/good/red"], tmp_path)
    assert outcome == "an address inside a private network"
    assert not server.asked


def test_a_name_is_resolved_once_and_that_address_asked(
    server: PosterServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved: list[str] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        if host == "films.example":
            resolved.append(host)
            host = "127.0.0.1" if len(resolved) == 1 else "192.0.2.1"  # another the second time
        return [(2, 1, 6, "", (host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    no_proxy(monkeypatch)
    (outcome,) = fetch_posters(
        [f"http://films.example:{server.server_port}/good/red"], tmp_path, limits=LIMITS
    )
    assert outcome == OK
    assert resolved == ["films.example"], "then the address is asked, not the name"
    assert server.asked == {"/good/red": 1}


def test_a_name_that_stands_for_nothing_is_not_asked(
    server: PosterServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a name server that is silent at first could answer with an address in here when the connection is made."""
    answers: list[Any] = [OSError("no such name"), OSError("no such name")]

    def resolve(host: str, port: int, *more: Any, **words: Any) -> list[Any]:
        if answers:
            raise answers.pop()
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    no_proxy(monkeypatch)
    (outcome,) = fetch_posters([f"http://films.example:{server.server_port}/good/red"], tmp_path)
    assert outcome == "its server's name is not known"
    assert not server.asked


def test_a_proxy_is_asked_by_name_where_one_is_set_for_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    no_proxy(monkeypatch)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("1.1.1.1", 443))])
    assert _address_of("https://films.example/x", allow_private=False) == ""
    assert _address_of("http://films.example/x", allow_private=False) == "1.1.1.1", "it has none"


def test_a_secure_address_is_checked_by_its_name() -> None:
    from requests import Request

    asked = Request("GET", "https://films.example/x").prepare()
    host, pool = _Pinned("192.0.2.7").build_connection_pool_key_attributes(asked, True)
    assert host["host"] == "192.0.2.7"
    assert (pool["server_hostname"], pool["assert_hostname"]) == ("films.example", "films.example")


def test_a_busy_server_is_asked_again_and_a_missing_poster_is_not(
    server: PosterServer, base: str, tmp_path: Path
) -> None:
    assert fetch_posters([f"{base}/busy/1", f"{base}/status/404"], tmp_path, limits=LIMITS)[0] == OK
    assert server.asked == {"/busy/1": 2, "/status/404": 1}


@pytest.mark.parametrize(
    ("path", "is_asked_again"),
    [
        ("status/500", True),
        ("status/503", True),
        ("status/429", True),
        ("status/403", True),
        ("hang_up", True),
        ("garbage", True),
        ("status/404", False),
        ("status/410", False),
        ("flood", False),
        ("loop", False),
    ],
)
def test_what_may_come_later_is_asked_again_and_what_is_not_there_is_not(
    server: PosterServer, base: str, tmp_path: Path, path: str, is_asked_again: bool
) -> None:
    once = replace(LIMITS, attempts=1)
    first = fetch_posters([f"{base}/{path}"], tmp_path, limits=once)
    n_asked = server.asked.total()
    assert fetch_posters([f"{base}/{path}"], tmp_path, limits=once) == first
    assert (server.asked.total() > n_asked) == is_asked_again
    fetch_posters([f"{base}/{path}?elsewhere"], tmp_path, limits=once)
    assert server.asked[f"/{path}?elsewhere"] == 1, "another address is another poster"


def test_a_server_that_is_not_there_is_given_up_and_tried_by_the_next_call(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_proxy(monkeypatch)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}"
        limits = replace(LIMITS, workers=1, attempts=1, give_up=3)
        urls = [f"{dead}/{n}" for n in range(6)] + [f"{base}/good/red"]
        for _ in range(2):
            found = fetch_posters(urls, tmp_path, limits=limits)
            assert [outcome.startswith("connection failed") for outcome in found[:3]] == [True] * 3
            assert found[3:] == [NOT_REACHED] * 3 + [OK], "other servers are asked all the same"


def test_one_address_is_asked_once_for_many_films_and_never_again(
    server: PosterServer, base: str, tmp_path: Path
) -> None:
    urls = [f"{base}/good/red"] * 3 + [f"{base}/good/blue"]
    assert fetch_posters(urls, tmp_path, limits=LIMITS) == [OK] * 4
    assert fetch_posters([*urls, f"{base}/good/green"], tmp_path, limits=LIMITS) == [OK] * 5
    assert server.asked == {"/good/red": 1, "/good/blue": 1, "/good/green": 1}


def test_an_interrupted_run_goes_on_where_it_stopped(server: PosterServer, base: str, tmp_path: Path) -> None:
    urls = [f"{base}/good/{colour}" for colour in ("red", "green", "blue", "gray", "black", "white")]

    def stop(done: int, total: int, note: str = "") -> None:
        if done == 3:
            raise KeyboardInterrupt

    one_by_one = PosterLimits(**{**LIMITS.__dict__, "workers": 1})
    with pytest.raises(KeyboardInterrupt):
        fetch_posters(urls, tmp_path, limits=one_by_one, progress=stop)
    seen: list[tuple[int, int]] = []
    found = fetch_posters(
        urls, tmp_path, limits=one_by_one, progress=lambda done, total, note="": seen.append((done, total))
    )
    assert found == [OK] * 6
    assert seen[0][1] < 6  # what was fetched before the stop is not fetched again
    assert set(server.asked.values()) == {1}


def test_requests_begin_no_faster_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    now, begun = [100.0], []
    clock = SimpleNamespace(
        monotonic=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds)
    )
    monkeypatch.setattr(poster_download, "time", clock)
    pace = poster_download._Pace(per_second=4)
    for pause in (0, 0, 0, 1, 0):
        now[0] += pause
        pace.wait()
        begun.append(now[0] - 100)
    assert begun == [0, 1 / 4, 2 / 4, 6 / 4, 7 / 4]  # after a pause nothing is caught up with
