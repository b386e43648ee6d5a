"""Text that is safe to show, and errors shown calmly."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import embeddings
from core.compute.progress import Progress
from core.errors import AtlasError, MissingPackageError, refused_by_system


def space_label(name: str) -> str:
    """An embedding's name for people."""
    return embeddings.label_of(name)


@contextmanager
def calm() -> Iterator[None]:
    """Show an expected error as two plain lines; what stands outside stays on the page."""
    try:
        yield
    except AtlasError as error:
        _show(error)
    except OSError as error:
        _show(refused_by_system(error))
    except ModuleNotFoundError as error:
        _show(MissingPackageError(error.name or "of that name"))


def _show(error: AtlasError) -> None:
    st.error(plain(error.message), icon=":material/error:")
    if error.hint:
        st.caption(plain(error.hint))


_MARKUP = str.maketrans({c: "\\" + c for c in "\\`*_{}[]<>#|$~:!&"})
_BEGINS_A_LIST = re.compile(r"(\d*)([-+=]|(?<=\d)[.)])")
_BECOMES_A_LINK = re.compile(r"(?<=www)(?=\.)|(?<=://)(?=\w)|(?<=\w)(?=@)", re.IGNORECASE)
_JOINER = "\u2060"  # invisible, breaks no line


def plain(text: str) -> str:
    """Text from outside as Markdown shows it literally, in one line."""
    line = " ".join(_BECOMES_A_LINK.sub(_JOINER, text).split())
    opening = _BEGINS_A_LIST.match(line)
    first = f"{opening[1]}\\{opening[2]}" if opening else ""
    return first + line[opening.end() if opening else 0 :].translate(_MARKUP)


def is_dark() -> bool:
    """Whether the visitor's theme is dark."""
    return st.context.theme.type == "dark"


def told_by(bar: DeltaGenerator) -> Progress:
    """A progress callback of `core` that moves a bar."""

    def tell(done: int, total: int, note: str = "") -> None:
        bar.progress(min(done / max(total, 1), 1.0), plain(note) or "Working…")

    return tell
