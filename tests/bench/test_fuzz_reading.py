"""A fixed 200 of the files that the bench makes: each loads with its report or is refused in plain words."""

from collections import Counter

import pytest

from bench import fuzz_reading as bench


@pytest.mark.parametrize("seed", [1, 2])
def test_files_that_nobody_meant_to_be_read_load_or_are_refused(seed: int) -> None:
    seen = bench.run(100, seed)
    assert len(seen) >= 90
    assert [one for one in seen if one.finding] == []
    ends = Counter(one.end for one in seen)
    assert set(ends) <= {"loaded", "DatasetError", "SchemaError", "ArchiveError"}
    assert ends["loaded"] >= 10, "there is something to read among them"
    assert len({one.kind for one in seen}) >= 6


def test_a_loader_that_raises_or_takes_too_much_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, place: object) -> None:
        raise KeyError("title")

    monkeypatch.setattr(bench, "load", broken)
    assert {one.finding for one in bench.run(5, 1)} == {"KeyError: 'title'"}
    monkeypatch.undo()
    monkeypatch.setattr(bench, "MOST_SECONDS", 0.0)
    assert all(one.finding.endswith("MB") for one in bench.run(5, 1))


def test_damage_by_hand() -> None:
    data = b"0123456789"
    assert bench.damaged(data, [("flip", 0.0, b"\x01")]) == b"1123456789"
    assert bench.damaged(data, [("cut", 0.0, b"xx")]) == b"23456789"
    assert bench.damaged(data, [("end", 0.5, b"x")]) == b"0123"
    assert bench.damaged(data, [("insert", 1.0, b"x")]) == b"012345678x9"
    assert bench.damaged(b"", [("flip", 1.0, b"x"), ("end", 0.0, b"x")]) == b""
