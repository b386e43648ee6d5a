"""Ending with the process that began this one: what nobody follows any more does not work on unseen."""

import os
import sys
import time
from collections.abc import Callable
from threading import Thread

FOLLOWED_BY = "MOVIE_ATLAS_FOLLOWED_BY"
"""In the environment of a command: number of the process that reads what it prints."""
_LOOK = 0.5
"""Seconds between two looks at whether it is still there."""


def end_with(parent: int, end: Callable[[], object]) -> None:
    """Call `end`, in a thread, once the process that began this one is gone.

    Args:
        parent: Its number.
        end: Ends this one.
    """
    if sys.platform == "win32":  # a launcher may stand between the two, and numbers of ended ones are kept
        return
    Thread(target=_look, args=(parent, end), daemon=True, name="parent").start()


def _look(parent: int, end: Callable[[], object]) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    end()
