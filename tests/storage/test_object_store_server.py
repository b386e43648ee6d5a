"""Builds and readers that share nothing but an S3 server; it is moto's, so nothing is said of Amazon's own."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from core.build import Request, build
from core.domain import Question
from core.errors import AtlasError, DamagedError, NotBuiltError, StoreError
from core.serving import Atlas, recommend
from core.storage import Workspace, published
from core.storage.inspection import workspaces
from core.storage.object_store import ObjectStore
from core.storage.objects import Objects
from core.storage.vector_table import ItemTable, TableLocation
from tests.storage.moto import Moto, executable

pytestmark = pytest.mark.skipif(
    not executable(), reason="no moto_server: run make .venv-moto/ready, or set MOVIE_ATLAS_TEST_MOTO"
)

BUCKET = "atlas"
KEY, SECRET = "SHOWNTONOBODY", "neverToBeShown"


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    server = Moto(tmp_path_factory.mktemp("moto") / "log")
    server.make_bucket(BUCKET)
    yield server
    server.stop()


@pytest.fixture
def uri(moto: Moto, tiny_place: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store of its own, which is asked whenever somebody wants to know."""
    uri = f"s3://{BUCKET}/{tiny_place.name}"
    use(monkeypatch, moto, uri)
    monkeypatch.setattr(published, "EVERY_S", 0.0)
    monkeypatch.setattr(published, "AFTER_FAILURE_S", 0.0)
    return uri


def use(monkeypatch: pytest.MonkeyPatch, moto: Moto, uri: str) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", uri)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_REGION", "us-east-1")


def request(place: Path) -> Request:
    return Request("tiny", place / "films", spaces=("letters",), methods=("content", "item_knn"))


def rename_a_film(place: Path, old: str, new: str) -> None:
    films = place / "films" / "films.csv"
    films.write_text(films.read_text().replace(old, new))


def answers(home: Path, method: str = "content") -> list[str]:
    """What a person who likes a film of space is told, in a home; `content` searches the table."""
    atlas = Atlas.open("tiny", home)
    found = recommend(atlas, Question(likes=(0,), k=5, method=method))
    return [one.title for one in found.items]


def ask_lancedb(monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    """Open a table without asking first whether the store answers, so that the error is LanceDB's."""
    with monkeypatch.context() as patched, ObjectStore(uri).speaking():
        patched.setattr(Objects, "require_bucket", lambda store: None)
        ItemTable.open(TableLocation(f"{uri}/tiny/key", "movies"))


def says_no_secret(error: BaseException) -> bool:
    assert isinstance(error, AtlasError)
    said = f"{error} {error.message} {error.hint}"
    return KEY not in said and SECRET not in said


def test_an_empty_home_lists_and_answers(
    uri: str, tiny_place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    build(request(tiny_place))
    there = answers(tiny_place)
    (tiny_place / "workspaces").rename(tiny_place / "gone")
    other = tmp_path_factory.mktemp("other")
    assert workspaces(other)[0] == ["tiny"]
    assert answers(other) == there
    assert len(Atlas.open("tiny", other).table) == 36


def test_readers_during_a_publish_see_the_old_or_the_new(
    uri: str, tiny_place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    build(request(tiny_place))
    rename_a_film(tiny_place, "The Space Story", "The Space Tale")
    other, done, seen = tmp_path_factory.mktemp("other"), Event(), []

    def read() -> None:
        while True:
            last = done.is_set()
            atlas = Atlas.open("tiny", other)
            is_new = "The Space Tale" in atlas.titles.labels[0]
            in_table = list(atlas.table.matching_text("tale", 3)) == [0]
            seen.append((is_new, in_table))
            if last:
                return

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            build(request(tiny_place))
        finally:
            done.set()
        for reader in readers:
            reader.result()
    assert set(seen) == {(False, False), (True, True)}
    assert seen[-1] == (True, True)


def test_a_server_that_is_gone_and_comes_back(
    tiny_place: Path, tmp_path_factory: pytest.TempPathFactory, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moto = Moto(tiny_place / "moto.log")
    moto.make_bucket(BUCKET)
    use(monkeypatch, moto, uri)
    try:
        build(request(tiny_place))
        other, empty = tmp_path_factory.mktemp("other"), tmp_path_factory.mktemp("empty")
        there = answers(other, "item_knn")
        moto.stop()
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            Atlas.open("tiny", empty)
        assert says_no_secret(caught.value)
        assert answers(other, "item_knn") == there
        assert workspaces(other)[0] == ["tiny"]
        with pytest.raises(StoreError, match="cannot be reached"):
            answers(other)
        with pytest.raises(StoreError, match="cannot be reached"):
            ask_lancedb(monkeypatch, uri)
        rename_a_film(tiny_place, "The Space Story", "The Space Tale")
        before = Workspace("tiny", tiny_place).live()
        with pytest.raises(StoreError, match="cannot be reached"):
            build(request(tiny_place))
        assert Workspace("tiny", tiny_place).live() == before
        moto.start()
        moto.make_bucket(BUCKET)
        build(request(tiny_place))
        assert "The Space Tale" in Atlas.open("tiny", empty).titles.labels[0]
    finally:
        moto.stop()


def test_wrong_credentials_are_said(tiny_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moto = Moto(tiny_place / "moto.log", refuses=True)
    uri = f"s3://{BUCKET}/refused"
    use(monkeypatch, moto, uri)
    try:
        with pytest.raises(StoreError, match="refuses these credentials") as caught:
            Atlas.open("tiny", tiny_place)
        assert says_no_secret(caught.value)
        with pytest.raises(StoreError, match="refuses these credentials"):
            workspaces(tiny_place)
        with pytest.raises(StoreError, match="refuses these credentials") as caught:
            ask_lancedb(monkeypatch, uri)
        assert says_no_secret(caught.value)
        with pytest.raises(StoreError, match="refuses these credentials"):
            build(request(tiny_place))
    finally:
        moto.stop()


def test_a_missing_bucket_is_said(moto: Moto, tiny_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, moto, "s3://elsewhere/films")
    for asks in (
        lambda: Atlas.open("tiny", tiny_place),
        lambda: workspaces(tiny_place),
        lambda: build(request(tiny_place)),
    ):
        with pytest.raises(StoreError, match="has no such bucket"):
            asks()
    with pytest.raises(StoreError, match="has no such bucket"):
        ask_lancedb(monkeypatch, "s3://elsewhere/films")


def test_a_store_without_the_dataset_is_no_broken_store(uri: str, tiny_place: Path) -> None:
    assert workspaces(tiny_place)[0] == []
    with pytest.raises(NotBuiltError, match="tiny") as caught:
        Atlas.open("tiny", tiny_place)
    assert not isinstance(caught.value, StoreError)
    with pytest.raises(NotBuiltError, match="movies is missing"):
        ItemTable.open(TableLocation(f"{uri}/tiny/key", "movies"))


def test_a_repaired_artefact_is_copied_again(uri: str, tiny_place: Path) -> None:
    store, workspace = ObjectStore(uri), Workspace("tiny", tiny_place)
    for content in ("one", "two"):
        with workspace.writing("artifact", "1", again=True) as temporary:
            (temporary / "file").write_text(content)
        folder = workspace.artifact("artifact", "1")
        assert not store.holds("tiny", folder)
        store.put("tiny", folder)
        assert store.holds("tiny", folder)
    copy = tiny_place / "copy" / folder.name
    store.fetch("tiny", copy, tiny_place / "beside")
    assert (copy / "file").read_text() == "two"


def test_what_is_lost_or_changed_in_the_store_is_never_served(uri: str, tiny_place: Path) -> None:
    store, workspace = ObjectStore(uri), Workspace("tiny", tiny_place)
    with workspace.writing("artifact", "1") as temporary:
        (temporary / "file").write_text("content")
    folder = workspace.artifact("artifact", "1")
    named = json.loads((folder / "checksums.json").read_text())["files"]
    assert set(named) == {"file"}
    (folder / "file").write_text("Content")
    store.put("tiny", folder)
    copy = tiny_place / "copy" / folder.name
    with pytest.raises(DamagedError, match="file does not hold"):
        store.fetch("tiny", copy, tiny_place / "beside")
    assert not copy.exists()
    assert list((tiny_place / "beside").iterdir()) == []


def test_a_full_disk_here_is_no_broken_store(
    uri: str, tiny_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, workspace = ObjectStore(uri), Workspace("tiny", tiny_place)
    with workspace.writing("artifact", "1") as temporary:
        (temporary / "file").write_text("content")
    folder = workspace.artifact("artifact", "1")
    store.put("tiny", folder)

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(NotBuiltError, match="No space left on device") as caught:
        store.fetch("tiny", tiny_place / "copy" / folder.name, tiny_place / "beside")
    assert not isinstance(caught.value, StoreError)
