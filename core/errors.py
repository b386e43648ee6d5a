"""Every error that Movie Atlas raises on purpose: what was wrong, where, and what to do about it."""

import re
import shutil
from collections.abc import Sequence
from typing import Any


class AtlasError(Exception):
    """Base of all errors meant for a person to read.

    Args:
        message: What was wrong and where, one or two plain sentences.
        hint: What to do about it; empty where nothing can be done.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to another process as it is: `args` are not what its class is made with."""
        return _as_it_was, (type(self), self.args, self.__dict__)


def _as_it_was(kind: type[AtlasError], args: tuple[Any, ...], fields: dict[str, Any]) -> AtlasError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(fields)
    return error


class DatasetError(AtlasError):
    """A dataset is missing, unreadable, empty, or another one than was asked for."""


class SchemaError(DatasetError):
    """A table lacks columns that it needs, or its columns cannot be recognised."""


class DownloadError(DatasetError):
    """A file could not be fetched whole."""


class ChecksumError(DownloadError):
    """A fetched file is not the one that was expected; nothing of it was kept."""


class ArchiveError(DatasetError):
    """An archive is broken or not safe to extract."""


class HistoryError(AtlasError):
    """A person's own film history cannot be read, or something has to be said about it first."""


class UnansweredError(HistoryError):
    """A history can be read once something is said about it.

    Args:
        message, hint: See `AtlasError`.
        option: What has to be said: "scale" or "profile".
        known: What may be said, where there is a choice.
    """

    def __init__(self, message: str, *, hint: str, option: str, known: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.option, self.known = option, tuple(known)


class TooFewFilmsError(AtlasError):
    """A person's history holds too few films that they like to say anything about it.

    Args:
        n: How many there are.
        least: How many are needed.
    """

    def __init__(self, n: int, least: int) -> None:
        counted = (
            "no film that you like was" if not n else f"{n} film{'s' if n > 1 else ''} that you like were"
        )
        super().__init__(
            f"Too little is known of you: {counted} found, and {least} are needed.",
            hint=f"Rate or like {least - n} more.",
        )
        self.n, self.least, self.missing = n, least, least - n


class UnknownItemError(AtlasError):
    """No film has this title or id, or several have it.

    Args:
        query: What was looked for.
        suggestions: Labels ("Title (Year)") of the nearest films, best first.
        several: Whether all suggestions answer to the query.
    """

    def __init__(self, query: str, suggestions: Sequence[str] = (), *, several: bool = False) -> None:
        shown = query if len(query) <= 80 else query[:77] + "…"
        listed = "; ".join(suggestions)
        if several:
            super().__init__(f"Several films are called “{shown}”.", hint=f"Say which: {listed}.")
        else:
            hint = f"Did you mean: {listed}?" if suggestions else "Check the spelling."
            super().__init__(f"No film called “{shown}” in this dataset.", hint=hint)
        self.query = query
        self.suggestions = tuple(suggestions)


class UnknownNameError(AtlasError):
    """A registry (datasets, embeddings, methods) has nothing under this name."""

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no {kind} called “{name[:80]}”.", hint="Known: " + ", ".join(known) + ".")
        self.known = tuple(known)


class InvalidQueryError(AtlasError):
    """A question cannot be answered as it was put: k < 1, an empty text, a filter that contradicts itself."""


class SameMethodError(InvalidQueryError):
    """A method was to be compared with itself."""


class NotBuiltError(AtlasError):
    """Something that has to be built first is not there."""


class DamagedError(NotBuiltError):
    """What was built has been damaged since: a file is missing, cut short, or holds something else.

    Args:
        message, hint: See `AtlasError`.
        stage: Which stage's artefact it is; "" = the manifest.
    """

    def __init__(self, message: str, *, hint: str = "", stage: str = "") -> None:
        super().__init__(message, hint=hint)
        self.stage = stage


class StoreError(NotBuiltError):
    """The object store with tables and artefacts does not answer: out of reach, refused, or no such bucket."""


class NotAllowedError(AtlasError):
    """Somebody may not change this here."""


class BuildError(AtlasError):
    """A build could not start or finish; the last good workspace still serves."""


class ModelUnavailableError(AtlasError):
    """An embedding model cannot be loaded here."""


class MissingPackageError(ModelUnavailableError):
    """A package that something needs is not installed.

    Args:
        package: Its name.
        hint: How to install it; "" = it stands in the requirements.
    """

    def __init__(self, package: str, *, hint: str = "") -> None:
        super().__init__(
            f"This needs the package {package}, which is not installed here.",
            hint=hint
            or "requirements.txt installs everything; requirements-hosted.txt what answering needs, but not building.",
        )
        self.package = package


class ClusterError(AtlasError):
    """The cluster that work is fanned out on cannot be reached, or cannot do it."""


class CannotFitError(AtlasError):
    """A method cannot learn from this dataset (too large, or what it needs is missing)."""


def why(error: OSError) -> str:
    """What the system says was wrong, in its words; of a copy of many files, what was wrong with the first."""
    text = error.strerror or str(error)
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list) and error.args[0]:
        text = str(error.args[0][0][-1])
    return re.sub(r"^\[Errno \d+\] ([^:]+).*", r"\1", text, flags=re.DOTALL)


def refused_by_system(error: OSError) -> AtlasError:
    """What the operating system refused, as an error for people."""
    where = f" at {error.filename}" if error.filename else ""
    return AtlasError(
        f"The system refused{where}: {why(error)}.",
        hint="Check permissions and free space there.",
    )
