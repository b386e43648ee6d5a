"""What can be fetched, under which names, with which checksums."""

import hashlib
from pathlib import Path

import pytest

from core.datasets import SOURCES
from core.datasets.fetching import downloads as module
from core.datasets.fetching.downloads import DOWNLOADS, Download, fetch
from core.errors import DownloadError, UnknownNameError
from tests.datasets.fetching.server import BODY, QUICK, serving


def test_several_files_share_one_progress_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    seen: list[tuple[int, int, str]] = []
    with serving() as server:
        files = tuple(server.file(name=f"movies-{decade}.json") for decade in ("1980s", "1990s"))
        monkeypatch.setitem(module.DOWNLOADS, "some-films", Download("Some films", files))
        folder = fetch(
            "some-films",
            tmp_path,
            lambda done, total, note="": seen.append((done, total, note)),
            patience=QUICK,
        )
    assert folder == tmp_path / "some-films"
    assert sorted(path.name for path in folder.iterdir()) == ["movies-1980s.json", "movies-1990s.json"]
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert seen[-1] == (2 * len(BODY), 2 * len(BODY), "movies-1990s.json")


def test_names_that_cannot_be_fetched(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="wikipedia-movies"):
        fetch("nothing", tmp_path)
    with pytest.raises(DownloadError, match="asks for an account") as caught:
        fetch("tmdb-5000", tmp_path)
    assert SOURCES["tmdb-5000"].homepage in caught.value.hint


def test_every_download_has_a_checksum_and_says_where_it_is_from() -> None:
    lengths = {"md5": 32, "sha256": 64}
    for name, one in DOWNLOADS.items():
        for file in one.files:
            kind, digest = file.checksum.split(":")
            assert len(digest) == lengths[kind], name
            assert file.url.startswith("https://")
            assert file.size > 0
            assert file.confirmed_by
    assert {name for name in SOURCES if SOURCES[name].url} == set(DOWNLOADS) - {"wikipedia-movies"}


@pytest.mark.real_data
def test_real_wikipedia_files_are_those_that_are_fetched(movie_data_dir: Path, tmp_path: Path) -> None:
    for file in DOWNLOADS["wikipedia-movies"].files:
        data = (movie_data_dir / "wikipedia-movies" / file.name).read_bytes()
        assert len(data) == file.size
        assert f"sha256:{hashlib.sha256(data).hexdigest()}" == file.checksum


def test_size_and_time_are_known_of_all_that_can_be_fetched() -> None:
    assert {name for name, one in SOURCES.items() if one.url} == set(DOWNLOADS) - {"wikipedia-movies"}
    assert DOWNLOADS["ml-25m"].in_words == "262 MB, about 3 minutes at 10 Mbit/s"
    assert DOWNLOADS["wikipedia-movies"].in_words == "26 MB, about 21 seconds at 10 Mbit/s"
    assert DOWNLOADS["ml-latest-small"].in_words == "1 MB, a few seconds at 10 Mbit/s"
    assert DOWNLOADS["wikipedia-movies"].size == sum(
        file.size for file in DOWNLOADS["wikipedia-movies"].files
    )
