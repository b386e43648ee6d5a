"""The object store that MOVIE_ATLAS_STORE_URI names: copies of artefacts and manifests beside the tables.

    URI/NAME/manifest.json                what is live; written last, in one step
    URI/NAME/artifacts/STAGE-KEY/…        immutable; its checksums.json is written last and says that it is whole
    URI/NAME/KEY/…                        tables, which LanceDB writes and reads in their place

Nothing in the store is removed, so whoever has read a manifest finds all that it names.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from core.errors import DamagedError, StoreError
from core.settings import store_uri
from core.storage import checksums

CONNECT_S, REQUEST_S, ATTEMPTS = 2, 10, 2
"""Seconds to wait for a connection and for an answer, and how often a request is sent at most."""

_NO_OBJECTS = ("db", "file")
"""Schemes that LanceDB serves by itself: its cloud, and a folder."""

_WORDS = {
    "nobucket": ("has no such bucket", "Create the bucket, or correct MOVIE_ATLAS_STORE_URI."),
    "denied": (
        "refuses these credentials",
        "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do in this bucket.",
    ),
    "broken": (
        "cannot be reached",
        "Check the network and AWS_ENDPOINT_URL, then try again. What lies here already goes on being served.",
    ),
}
_SIGNS = {
    "nobucket": (
        "no_such_bucket",
        "nosuchbucket",
        "bucket does not exist",
        "bucket not found",
        "not a bucket",
    ),
    "denied": (
        "access_denied",
        "accessdenied",
        "access denied",
        "forbidden",
        "http status 403",
        "403",
        "invalid_access_key",
        "invalidaccesskey",
        "signature",
        "credentials",
        "permission",
    ),
}
"""Words by which libraries say what was wrong, lower case; whatever has none of them is a broken connection."""


class ObjectStore:
    """One object store, by its URI.

    Args:
        uri: `s3://bucket/prefix`, `gs://…`; what stands before an @ or after a ? is never shown.
    """

    def __init__(self, uri: str) -> None:
        self.uri = uri

    @classmethod
    def configured(cls) -> Self | None:
        """The one that the surroundings name; None where they name none, a folder, or LanceDB's cloud."""
        uri = store_uri()
        scheme, sign, _ = uri.partition("://")
        return cls(uri) if sign and scheme not in _NO_OBJECTS else None

    def names(self) -> list[str]:
        """Names of all folders in it, of which each can be a dataset.

        Raises:
            StoreError: See `speaking`.
        """
        from pyarrow.fs import FileSelector, FileType

        with self.speaking():
            files, root = _opened(self.uri)
            found = files.get_file_info(FileSelector(root, allow_not_found="/" in root))
        return sorted(one.base_name for one in found if one.type == FileType.Directory)

    def manifest(self, name: str) -> bytes | None:
        """The live manifest of a dataset as it was written; None where none was.

        Raises:
            StoreError: See `speaking`.
        """
        return self._read(f"{name}/manifest.json")

    def put_manifest(self, name: str, content: bytes) -> None:
        """Make a manifest the live one, in one step.

        Raises:
            StoreError: See `speaking`.
        """
        self._write(f"{name}/manifest.json", content)

    def put(self, name: str, folder: Path) -> None:
        """Copy a finished artefact into the store, unless it is there.

        Raises:
            StoreError: See `speaking`. What was copied till then names nothing.
        """
        place = f"{name}/artifacts/{folder.name}"
        if self._read(f"{place}/{checksums.FILE}") is not None:
            return
        paths = [path for path in folder.rglob("*") if path.is_file()]
        for path in sorted(paths, key=lambda path: (path == folder / checksums.FILE, path)):
            self._write(f"{place}/{path.relative_to(folder).as_posix()}", path)

    def fetch(self, name: str, folder: Path, beside: Path) -> None:
        """Copy an artefact out of the store, whole or not at all; nothing where the store has none.

        Args:
            name: The dataset's.
            folder: Its place here, which is not there yet.
            beside: A folder on the same disk, for what is not whole yet.

        Raises:
            StoreError: See `speaking`.
            DamagedError: What lies there is not what its checksums say.
        """
        place = f"{name}/artifacts/{folder.name}"
        sums = self._read(f"{place}/{checksums.FILE}")
        if sums is None:
            return
        part = beside / f"{folder.name}-{uuid4().hex[:8]}"
        part.mkdir(parents=True)
        try:
            (part / checksums.FILE).write_bytes(sums)
            for file in checksums.contents(part):
                self._copy_out(f"{place}/{file}", part, file)
            if faults := checksums.faults(part, whole=True):
                raise DamagedError(
                    f"The copy of {folder.name} in {self.shown} is damaged: {faults[0]}.",
                    hint=f"Remove {place} there, and publish it again from where it was built.",
                )
            folder.parent.mkdir(parents=True, exist_ok=True)
            if not folder.exists():
                _move(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)

    @property
    def shown(self) -> str:
        """Its URI as people may see it: without a user, a password, or a query."""
        scheme, _, rest = self.uri.partition("://")
        return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Say in plain words what keeps the store from answering.

        Raises:
            StoreError: It cannot be reached, refuses the credentials, or has no such bucket.
        """
        try:
            yield
        except Exception as error:
            raise self.error(error) from None  # a library's words can hold keys and signed addresses

    def error(self, error: BaseException) -> StoreError:
        """What a library says of the store, as an error for people, without its words."""
        said = str(error).lower()
        kind = next((kind for kind, signs in _SIGNS.items() if any(sign in said for sign in signs)), "broken")
        what, hint = _WORDS[kind]
        return StoreError(f"The store {self.shown} {what}.", hint=hint)

    def _read(self, place: str) -> bytes | None:
        with self.speaking():
            files, root = _opened(self.uri)
            try:
                with files.open_input_file(f"{root}/{place}") as stream:
                    return bytes(stream.read())
            except FileNotFoundError as error:
                if any(sign in str(error).lower() for sign in _SIGNS["nobucket"]):
                    raise
                return None

    def _write(self, place: str, content: bytes | Path) -> None:
        with self.speaking():
            files, root = _opened(self.uri)
            with files.open_output_stream(f"{root}/{place}") as stream:
                if isinstance(content, bytes):
                    stream.write(content)
                else:
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, stream, 1 << 20)

    def _copy_out(self, place: str, part: Path, file: str) -> None:
        target = part / file
        assert target.resolve().is_relative_to(part.resolve()), file
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.speaking():
            files, root = _opened(self.uri)
            with files.open_input_stream(f"{root}/{place}") as source, target.open("wb") as stream:
                shutil.copyfileobj(source, stream, 1 << 20)


def table_options(uri: str) -> Mapping[str, str] | None:
    """What LanceDB is to be told of an object store beyond what it reads in the surroundings; None elsewhere."""
    scheme, sign, _ = uri.partition("://")
    if not sign or scheme in _NO_OBJECTS:
        return None
    options = {
        "connect_timeout": f"{CONNECT_S}s",
        "timeout": f"{REQUEST_S}s",
        "client_max_retries": str(ATTEMPTS - 1),
        "client_retry_timeout": str(REQUEST_S),
    }
    if endpoint := os.environ.get("AWS_ENDPOINT_URL", ""):
        options |= {"aws_endpoint": endpoint, "allow_http": str(endpoint.startswith("http://")).lower()}
    return options


@cache
def _opened(uri: str) -> tuple[Any, str]:
    """The file system behind a URI, and the path in it."""
    from pyarrow import fs

    scheme, _, path = uri.partition("://")
    if scheme != "s3":
        files, path = fs.FileSystem.from_uri(uri)
        return files, path
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    own_scheme, _, host = endpoint.rpartition("://")
    return fs.S3FileSystem(
        endpoint_override=host.rstrip("/") or None,
        scheme=own_scheme or "https",
        region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or None,
        connect_timeout=CONNECT_S,
        request_timeout=REQUEST_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        background_writes=False,
    ), path


def _move(part: Path, folder: Path) -> None:
    """Rename into place; another process can have been faster, which is as good."""
    try:
        os.rename(part, folder)
    except OSError:
        if not folder.is_dir():
            raise
