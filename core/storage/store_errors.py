"""What libraries say of an object store that does not answer as it should, in words for people.

Their own words are never shown: they can hold keys and signed addresses.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import NotBuiltError, StoreError

_KINDS = {
    "no_bucket": (
        r"no_such_bucket|<code>nosuchbucket|specified bucket does not exist",
        "has no such bucket",
        "Create the bucket, or correct MOVIE_ATLAS_STORE_URI.",
    ),
    "denied": (
        r"aws error (access_denied|invalid_access_key_id|signature_does_not_match|\w*signature\w*|\w*token\w*) "
        r"|\(http status 40[13]\)|\bstatus: 40[13]\b|failed to get aws credentials|credentialsnotloaded",
        "refuses these credentials",
        "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do in this bucket.",
    ),
    "out_of_reach": (
        r"aws error network_connection|kind: (connect|timeout|request|interrupted)|request_timeout|timed out|curlcode",
        "cannot be reached",
        "Check the network and AWS_ENDPOINT_URL, then try again. What lies here already goes on being served, but for "
        "searches in tables.",
    ),
}
"""Kind -> a pattern of what libraries say, lower case; what people are told; what to do. The first that fits is taken."""

_OTHER = (
    "failed to answer",
    "Try again later. If that does not help, check AWS_REGION and the store's own log.",
)


def store_error(shown: str, error: BaseException) -> StoreError:
    """An error of a library as one for people.

    Args:
        shown: The store's URI as people may see it.
        error: What `pyarrow.fs` or LanceDB raised.
    """
    said = str(error).lower()
    found = ((what, hint) for pattern, what, hint in _KINDS.values() if re.search(pattern, said))
    what, hint = next(found, _OTHER)
    return StoreError(f"The store {shown} {what}.", hint=hint)


def no_bucket(shown: str) -> StoreError:
    """The error of a store that answers and has no such bucket."""
    _, what, hint = _KINDS["no_bucket"]
    return StoreError(f"The store {shown} {what}.", hint=hint)


@contextmanager
def absence_told(name: str) -> Iterator[None]:
    """Say that a table is not there, and let pass what else LanceDB says: a store that fails is a `ValueError` too.

    Raises:
        NotBuiltError: There is no table of this name.
    """
    try:
        yield
    except (ValueError, FileNotFoundError) as error:
        if f"Table '{name}' was not found" not in str(error):
            raise
        words = f"The table {name} is missing from the workspace."
        raise NotBuiltError(words, hint="Build the dataset again.") from error
