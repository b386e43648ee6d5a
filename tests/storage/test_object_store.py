"""What an object store is, and what is said where it does not answer."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from core.errors import DamagedError, StoreError
from core.storage import Workspace, checksums, published
from core.storage.fingerprints import fingerprint
from core.storage.object_store import ObjectStore
from core.storage.objects import table_options


@pytest.mark.parametrize("uri", ["", "a/folder", "file:///a/folder", "db://cloud"])
def test_folders_and_the_cloud_are_none(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", uri)
    assert ObjectStore.configured() is None
    assert table_options(uri) is None


def test_an_error_shows_no_secrets() -> None:
    store = ObjectStore("s3://key:secret@bucket/films?token=secret")
    error = store.error(OSError("AWS Error ACCESS_DENIED during HeadObject operation: secret"))
    assert "secret" not in str(error)
    assert "s3://bucket/films refuses these credentials" in str(error)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "When listing objects under key 'pre/' in bucket 'films': AWS Error NO_SUCH_BUCKET during ListObjectsV2 "
            "operation: The specified bucket does not exist (Request ID: Qw4403mzsWtc)",
            "has no such bucket",
        ),
        (
            'Invalid input, Failed to connect to namespace: IO { source: Generic { store: "S3", inner: Status { status: '
            '404, body: Some("<Error><Code>NoSuchBucket</Code>") } } }',
            "has no such bucket",
        ),
        (
            "AWS Error INVALID_ACCESS_KEY_ID during ListObjectsV2 operation: The AWS Access Key Id you provided does not "
            "exist in our records.",
            "refuses these credentials",
        ),
        (
            'RetryError(RetryErrorImpl { retries: 0, inner: Status { status: 403, body: Some("<Error><Code>'
            'InvalidAccessKeyId</Code></Error>") } })',
            "refuses these credentials",
        ),
        (
            'Failed to get AWS credentials: CredentialsNotLoaded(CredentialsNotLoaded { source: Some("no providers in '
            'chain provided credentials")})',
            "refuses these credentials",
        ),
        (
            "AWS Error NETWORK_CONNECTION during HeadObject operation: curlCode: 7, Could not connect to server; Details: "
            "Failed to connect to 127.0.0.1:4030 after 403 ms: Could not connect to server",
            "cannot be reached",
        ),
        (
            "elapsed: 403.10649ms, retry_timeout: 10s, inner: Http(HttpError { kind: Connect, source: reqwest::Error { "
            "kind: Request } })",
            "cannot be reached",
        ),
        (
            "AWS Error UNKNOWN (HTTP status 503) during HeadObject operation: No response body.",
            "failed to answer",
        ),
        ("AWS Error SLOW_DOWN during ListObjectsV2 operation: Reduce your rate.", "failed to answer"),
    ],
)
def test_what_libraries_say_is_understood(said: str, told: str) -> None:
    """The words are those of pyarrow's file systems and of LanceDB, as they were seen."""
    assert told in str(ObjectStore("s3://films").error(OSError(said)))


def test_who_has_a_manifest_does_not_wait_for_who_asks(tmp_path: Path) -> None:
    asks, may_go_on = Event(), Event()

    class Slow(ObjectStore):
        def manifest(self, name: str) -> bytes | None:
            asks.set()
            assert may_go_on.wait(60)
            return b"new"

    store, mine, copy = Slow("s3://slow"), tmp_path / "manifest.json", tmp_path / "copy.json"
    mine.write_bytes(b"old")
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(published.follow, store, "tiny", mine, copy)
        try:
            assert asks.wait(60)
            published.follow(store, "tiny", mine, copy)
            assert mine.read_bytes() == b"old"
        finally:
            may_go_on.set()
        asking.result(60)
    assert mine.read_bytes() == b"new"


def test_a_store_out_of_reach_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", "s3://bucket/films")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with pytest.raises(StoreError, match="cannot be reached"):
        Workspace("tiny", tmp_path).manifest()


def test_what_a_store_names_outside_of_an_artefact_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    (made / "a.npy").write_bytes(b"1")
    checksums.write_checksums(made)
    value = json.loads((made / checksums.FILE).read_text())
    value["files"]["../../outside.txt"] = value["files"].pop("a.npy")
    value["digest"] = fingerprint(value["files"])
    forged = json.dumps(value).encode()
    store = ObjectStore("s3://bucket/films")
    monkeypatch.setattr(ObjectStore, "read", lambda self, place: forged)
    monkeypatch.setattr(ObjectStore, "chunks", lambda self, place: iter([b"1"]))
    with pytest.raises(DamagedError, match=r"outside its folder|damaged"):
        store.fetch("tiny", tmp_path / "home" / "map-x", tmp_path / "home" / "fetched")
    assert not list(tmp_path.rglob("outside.txt"))
    assert not (tmp_path / "home" / "map-x").exists()
