"""What an object store is, and what is said where it does not answer."""

from pathlib import Path

import pytest

from core.errors import StoreError
from core.storage import Workspace
from core.storage.object_store import ObjectStore, table_options


@pytest.mark.parametrize("uri", ["", "a/folder", "file:///a/folder", "db://cloud"])
def test_folders_and_the_cloud_are_none(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", uri)
    assert ObjectStore.configured() is None
    assert table_options(uri) is None


def test_an_error_shows_no_secrets() -> None:
    store = ObjectStore("s3://key:secret@bucket/films?token=secret")
    error = store.error(OSError("ACCESS_DENIED for secret"))
    assert "secret" not in str(error)
    assert "s3://bucket/films refuses these credentials" in str(error)


def test_a_store_out_of_reach_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_STORE_URI", "s3://bucket/films")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with pytest.raises(StoreError, match="cannot be reached"):
        Workspace("tiny", tmp_path).manifest()
