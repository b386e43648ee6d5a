"""One file over a bad line: resumed, checked, and never half kept."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.datasets.fetching.transfer import Patience, RemoteFile, fetch_file
from core.errors import ChecksumError, DownloadError
from tests.datasets.fetching.server import (
    BODY,
    QUICK,
    Answer,
    Handler,
    Server,
    cut,
    ranged,
    serving,
    stalled,
    status,
    trickle,
    whole,
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as running:
        yield running


def get(server: Server, folder: Path, patience: Patience = QUICK) -> tuple[Path, list[int]]:
    seen: list[int] = []
    return fetch_file(server.file(), folder, seen.append, patience), seen


def test_a_file_is_fetched_whole_with_progress(server: Server, tmp_path: Path) -> None:
    path, seen = get(server, tmp_path / "new" / "folder")
    assert path.read_bytes() == BODY
    assert seen == sorted(seen)
    assert seen[-1] == len(BODY)
    assert [one.name for one in path.parent.iterdir()] == ["data.zip"]


def test_a_file_that_is_there_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.zip").write_bytes(BODY)
    get(server, tmp_path)
    assert server.ranges == []


def test_a_damaged_file_is_replaced(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.zip").write_bytes(BODY[:-1])
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY


def test_a_truncated_body_is_noticed_and_resumed(server: Server, tmp_path: Path) -> None:
    server.answers = [cut, ranged]
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY
    assert server.ranges == [None, f"bytes={len(BODY) // 3}-"]


def test_a_server_without_ranges_gets_a_clean_second_try(server: Server, tmp_path: Path) -> None:
    server.answers = [cut, whole]
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY
    assert len(server.ranges) == 2


def test_a_server_that_refuses_the_range_gets_a_clean_third_try(server: Server, tmp_path: Path) -> None:
    server.answers = [cut, status(416), whole]
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY
    assert server.ranges[2] is None


def test_a_range_answered_from_another_place_is_not_appended(server: Server, tmp_path: Path) -> None:
    def elsewhere(handler: Handler) -> None:
        handler.send(206, BODY[7:], Content_Range=f"bytes 7-{len(BODY) - 1}/{len(BODY)}")

    server.answers = [cut, elsewhere, whole]
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY


@pytest.mark.parametrize("answer", [stalled, trickle])
def test_a_stall_is_noticed_and_the_next_try_goes_on(server: Server, tmp_path: Path, answer: Answer) -> None:
    server.answers = [answer, ranged]
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY
    assert server.ranges[1] is not None


def test_what_came_is_kept_for_the_next_run(server: Server, tmp_path: Path) -> None:
    server.answers = [cut, status(503)]
    with pytest.raises(DownloadError, match="in 3 tries: the server answers 503") as caught:
        get(server, tmp_path)
    assert f"{len(BODY) // 3:,} bytes are kept" in caught.value.message
    assert not (tmp_path / "data.zip").exists()
    server.answers = [ranged]
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY
    assert server.ranges[-1] == f"bytes={len(BODY) // 3}-"
    assert [one.name for one in tmp_path.iterdir()] == ["data.zip"]


def test_another_file_of_the_same_length_is_refused_and_nothing_is_kept(
    server: Server, tmp_path: Path
) -> None:
    server.answers = [lambda handler: handler.send(200, BODY[::-1])]
    with pytest.raises(ChecksumError, match="another checksum"):
        get(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_remains_of_another_file_do_not_spoil_the_next_run(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.zip.part").write_bytes(b"x" * 1000)
    server.answers = [ranged]
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY


def test_remains_longer_than_the_file_are_thrown_away(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.zip.part").write_bytes(BODY + b"x")
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY
    assert server.ranges == [None]


@pytest.mark.parametrize("body", [b"<html>please log in</html>", BODY + b"more"])
def test_a_body_of_another_length_is_refused_before_it_is_read(
    server: Server, tmp_path: Path, body: bytes
) -> None:
    server.answers = [lambda handler: handler.send(200, body)]
    with pytest.raises(ChecksumError, match="the expected one has"):
        get(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_body_without_a_length_that_does_not_end_is_cut_off(server: Server, tmp_path: Path) -> None:
    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(BODY * 3)

    server.answers = [endless]
    with pytest.raises(ChecksumError, match="gives more than"):
        get(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_length_that_is_too_small_is_a_lie_that_costs_nothing(server: Server, tmp_path: Path) -> None:
    server.answers = [lambda handler: handler.send(200, BODY, length=10)]
    with pytest.raises(ChecksumError, match="offers a file of 10 bytes"):
        get(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    server.answers = [status(404)]
    with pytest.raises(DownloadError, match="answers 404") as caught:
        get(server, tmp_path)
    assert len(server.ranges) == 1
    assert str(tmp_path / "data.zip") in caught.value.hint


def test_without_a_network_the_error_says_what_to_get_and_where_to_put_it(tmp_path: Path) -> None:
    file = RemoteFile("http://127.0.0.1:9/ml.zip", 10, "sha256:" + "0" * 64, "the test")
    with pytest.raises(DownloadError, match="refused the connection") as caught:
        fetch_file(file, tmp_path, lambda done: None, QUICK)
    assert file.url in caught.value.hint
    assert str(tmp_path / "ml.zip") in caught.value.hint


def test_a_place_that_cannot_be_written_is_a_typed_error(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="cannot be written"):
        get(server, tmp_path / "file")


def sent_to(place: str) -> Answer:
    return lambda handler: handler.send(302, b"", Location=place)


def test_a_redirect_is_followed_and_looked_at_anew(server: Server, tmp_path: Path) -> None:
    server.answers = [sent_to("/elsewhere"), whole]
    path, _ = get(server, tmp_path)
    assert path.read_bytes() == BODY
    server.answers = [sent_to("ftp://films.example/data.zip")]
    with pytest.raises(DownloadError, match="is not asked: no web address"):
        get(server, tmp_path / "other")
    server.answers = [sent_to("/again")]
    with pytest.raises(DownloadError, match="more than 5 redirects"):
        get(server, tmp_path / "other")


def test_nothing_inside_a_private_network_is_asked(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="is not asked: an address inside a private network") as caught:
        get(server, tmp_path, replace(QUICK, allow_private=False))
    assert "by hand" in caught.value.hint
    assert server.ranges == []


def test_a_name_that_is_not_known_is_tried_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    def resolve(host: str, *more: object, **words: object) -> list[object]:
        looked_up.append(host)
        raise OSError("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(DownloadError, match="name is not known: is there a network"):
        get(server, tmp_path)
    assert looked_up == ["127.0.0.1"] * QUICK.attempts
