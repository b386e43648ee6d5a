"""The first start: a bundled dataset made ready from what ships with it."""

from pathlib import Path

from core.build.pipeline import build
from core.build.request import BuildResult, Request
from core.build.shipped import MADE_AT_ONCE
from core.build.stage import MustBeMadeError


def first_start(name: str, *, base: Path | None = None) -> BuildResult | None:
    """Make a bundled dataset ready in this process, within seconds and without torch, UMAP or gensim.

    Methods that learn in less than a second are left to whoever asks them; the manifest says which, in `when_asked`.

    Args:
        name: The dataset's name.
        base: Home folder; None = `core.settings.home()`.

    Returns:
        What was done; None where something slow has to be made, because what ships is not of this version or is damaged.
        Nothing is published then; the ordinary build finds what was unpacked, and makes the rest.

    Raises:
        BuildError: A build of it is running, or the disk refused.
        DatasetError: Its files are missing or wrong.
    """
    try:
        return build(Request(name), base=base, may_make=MADE_AT_ONCE.__contains__)
    except MustBeMadeError:
        return None
