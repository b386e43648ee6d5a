"""The objects behind a URI, read and written as bytes; what LanceDB is told of the same place."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Self

from core.errors import AtlasError, StoreError
from core.settings import store_uri
from core.storage.store_errors import no_bucket, store_error

CONNECT_S, SILENT_S, REQUEST_S, ATTEMPTS = 2, 5, 10, 2
"""Seconds to wait for a connection; for the next byte; for a whole answer to LanceDB; how often other requests are sent."""

_NO_OBJECTS = ("db", "file")
"""Schemes that LanceDB serves by itself: its cloud, and a folder."""

CHUNK = 1 << 20


class Objects:
    """All objects of one store, by its URI.

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
            found = files.get_file_info(FileSelector(root, allow_not_found=True))
        if not found:
            self.require_bucket()
        return sorted(one.base_name for one in found if one.type == FileType.Directory)

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
        except AtlasError:
            raise
        except Exception as error:
            raise self.error(error) from None  # a library's words can hold keys and signed addresses

    def error(self, error: BaseException) -> StoreError:
        """What a library says of the store, as an error for people, without its words."""
        return store_error(self.shown, error)

    def require_bucket(self) -> None:
        """Tell a missing bucket from an empty one, and a store out of reach from both.

        Raises:
            StoreError: See `speaking`.
        """
        from pyarrow.fs import FileType

        with self.speaking():
            files, root = _opened(self.uri)
            found = files.get_file_info(root.partition("/")[0])
        if found.type == FileType.NotFound:
            raise no_bucket(self.shown)

    def chunks(self, place: str) -> Iterator[bytes]:
        """The content of an object; whoever takes it may fail by itself, which is no fault of the store.

        Raises:
            StoreError: See `speaking`.
            FileNotFoundError: There is none.
        """
        with self.speaking():
            files, root = _opened(self.uri)
            try:
                stream = files.open_input_file(f"{root}/{place}")
            except FileNotFoundError:
                stream = None
        if stream is None:
            raise FileNotFoundError(place)
        with stream:
            while True:
                with self.speaking():
                    chunk = stream.read(CHUNK)
                if not chunk:
                    return
                yield chunk

    def read(self, place: str) -> bytes | None:
        """The content of an object; None where there is none.

        Raises:
            StoreError: See `speaking`.
        """
        try:
            return b"".join(self.chunks(place))
        except FileNotFoundError:
            return None

    def write(self, place: str, chunks: Iterable[bytes]) -> None:
        """Write an object of chunks; whatever gives them may fail by itself, which is no fault of the store.

        Raises:
            StoreError: See `speaking`.
        """
        with self.speaking():
            files, root = _opened(self.uri)
            stream = files.open_output_stream(f"{root}/{place}")
        try:
            for chunk in chunks:
                with self.speaking():
                    stream.write(chunk)
        finally:
            with self.speaking():
                stream.close()


def reached(uri: str) -> Mapping[str, str] | None:
    """`table_options`, once the store has answered: LanceDB waits a minute for one that is silent.

    Raises:
        StoreError: See `Objects.speaking`.
    """
    options = table_options(uri)
    if options is not None and (store := Objects.configured()):
        store.require_bucket()
    return options


def table_options(uri: str) -> Mapping[str, str] | None:
    """What LanceDB is to be told of an object store beyond what it reads in the surroundings; None elsewhere."""
    scheme, sign, _ = uri.partition("://")
    if not sign or scheme in _NO_OBJECTS:
        return None
    options = {
        "connect_timeout": f"{CONNECT_S}s",
        "timeout": f"{REQUEST_S}s",
        "client_max_retries": "0",  # LanceDB sends again by itself, three times
        "client_retry_timeout": str(REQUEST_S),
    }
    if endpoint := os.environ.get("AWS_ENDPOINT_URL", ""):
        options |= {"aws_endpoint": endpoint, "allow_http": str(endpoint.startswith("http://")).lower()}
    return options


def _opened(uri: str) -> tuple[Any, str]:
    """The file system behind a URI, and the path in it."""
    scheme, _, path = uri.partition("://")
    if scheme == "s3":
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
        return _s3(os.environ.get("AWS_ENDPOINT_URL", ""), region), path.rstrip("/")
    from pyarrow.fs import FileSystem

    files, path = FileSystem.from_uri(uri)
    return files, path


@cache
def _s3(endpoint: str, region: str) -> Any:
    from pyarrow import fs

    scheme, _, host = endpoint.rpartition("://")
    return fs.S3FileSystem(
        endpoint_override=host.rstrip("/") or None,
        scheme=scheme or "https",
        region=region or None,
        connect_timeout=CONNECT_S,
        request_timeout=SILENT_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
        background_writes=False,
    )
