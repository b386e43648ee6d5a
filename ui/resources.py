"""The only caches of the app. What they hold is shared by all visitors and must not be changed."""

from collections.abc import Callable, Hashable
from threading import Thread
from typing import Any, TypeVar, cast

import pandas as pd
import streamlit as st

from core import settings
from core.build import first_start
from core.compute.jobs import Jobs
from core.datasets import FIRST
from core.domain import Question
from core.errors import BuildError
from core.evaluation.results import StoredResult
from core.exploration import map_points, starting_points
from core.exploration.film_page import FilmPage
from core.exploration.film_page import film_page as make_film_page
from core.exploration.method_agreement import MethodAgreement, agreement_of_all
from core.exploration.starting_points import StartingPoint
from core.serving import Atlas, DatasetStatus, list_datasets
from core.serving.finding import get_ready
from core.storage import Manifest, Workspace

T = TypeVar("T")


@st.cache_resource(max_entries=4, show_spinner="Opening the films…")
def _atlas(name: str, key: str, _manifest: Manifest) -> Atlas:
    return Atlas(Workspace(name), _manifest)


def atlas(name: str) -> Atlas:
    """A built dataset; opened again when a build has published a new one.

    Raises:
        NotBuiltError: Nothing was built yet.
    """
    manifest = Workspace(name).live()
    return _atlas(name, manifest.key, manifest)


@st.cache_resource(show_spinner="Getting the films ready…")
def first_dataset() -> None:
    """Unpack the bundled films where nothing is built yet; what does not ship with this version is built.

    Raises:
        BuildError: It could not be built.
    """
    if first_start(FIRST) is None:
        _build_first()


@st.cache_resource(show_spinner="Building the films for the first time: about half a minute…")
def _build_first() -> None:
    """Build the bundled films in a process of its own."""
    job = Jobs().start(FIRST, f"Build: {FIRST}", ["build", FIRST])
    job.wait()
    if job.error:
        raise BuildError(job.error, hint=job.hint)


def datasets(*, look: bool = False) -> list[DatasetStatus]:
    """Every dataset that is known or built; not cached, it reads a few small files.

    On a fresh installation the bundled films are made ready first.

    Args:
        look: See `core.serving.list_datasets`.
    """
    found = list_datasets(look=look)
    if any(one.is_built for one in found):
        return found
    first_dataset()
    return list_datasets(look=look)


@st.cache_resource(max_entries=4, show_spinner=False)
def _getting_ready(_atlas: Atlas, key: str) -> Thread:
    """Load in the background what the first question in words needs, which takes up to half a minute."""
    thread = Thread(target=get_ready, args=(_atlas,), name="getting-ready", daemon=True)
    thread.start()
    return thread


def reads_words(atlas: Atlas) -> bool:
    """Whether a question in words is answered without waiting for the model; begins to load it where it is not.

    With MOVIE_ATLAS_PRELOAD=0 nothing is loaded ahead, and the first question waits.
    """
    if not settings.preloads():
        return True
    return not _getting_ready(atlas, atlas.name + atlas.manifest.key).is_alive()


def looking(atlas: Atlas) -> str:
    """What is said while films are looked for by words."""
    return "Looking…" if reads_words(atlas) else "Looking; the language model is being loaded…"


@st.cache_resource(max_entries=96, show_spinner=False)
def _once(key: tuple[Hashable, ...], _make: Callable[[], Any]) -> Any:
    return _make()


def once(atlas: Atlas, *what: Hashable, make: Callable[[], T]) -> T:
    """What all visitors see alike, such as a chart before their own films are on it; made once for each built workspace.

    Args:
        atlas: The films.
        what: What it is, and all that it depends on beside the films.
        make: Makes it. A figure that gets something more is copied before: `ui.charts.shared.own_copy`.
    """
    return cast("T", _once((atlas.name + atlas.manifest.key, *what), make))


@st.cache_resource(max_entries=32, show_spinner=False)
def _lately(key: tuple[Hashable, ...], _make: Callable[[], Any]) -> Any:
    return _make()


def lately(atlas: Atlas, *what: Hashable, make: Callable[[], T]) -> T:
    """`once` for what one visitor looks at, such as a part of a picture.

    The last few are kept, and push out nothing that all visitors see.
    """
    return cast("T", _lately((atlas.name + atlas.manifest.key, *what), make))


@st.cache_resource(max_entries=96, show_spinner=False)
def _once_measured(key: tuple[Hashable, ...], _make: Callable[[], Any]) -> Any:
    return _make()


def once_measured(result: StoredResult, *what: Hashable, make: Callable[[], T]) -> T:
    """`once` for what depends on a stored evaluation alone."""
    return cast("T", _once_measured((result.key, result.created, *what), make))


def map_frame(atlas: Atlas, space: str) -> pd.DataFrame:
    """`core.exploration.map_points.map_frame`, made once for each built workspace."""
    return once(atlas, "map frame", space, make=lambda: map_points.map_frame(atlas, space))


@st.cache_resource(max_entries=64, show_spinner=False)
def _film_page(_atlas: Atlas, key: str, space: str, item: int) -> FilmPage:
    return make_film_page(_atlas, space, item)


def film_page(atlas: Atlas, space: str, item: int) -> FilmPage:
    """`core.exploration.film_page.film_page`, made once: a dialog asks for it again with every click inside."""
    return _film_page(atlas, atlas.name + atlas.manifest.key, space, item)


@st.cache_resource(max_entries=64, show_spinner="Asking every method…")
def _lists_for(_atlas: Atlas, key: str, user: int, k: int) -> MethodAgreement:
    return agreement_of_all(_atlas, Question(user=user), k)


def lists_for(atlas: Atlas, user: int, k: int) -> MethodAgreement:
    """What every method would list for a person of the dataset, asked once each."""
    return _lists_for(atlas, atlas.name + atlas.manifest.key, user, k)


@st.cache_resource(max_entries=8, show_spinner=False)
def _starting_points(_atlas: Atlas, key: str) -> list[StartingPoint]:
    return starting_points.starting_points(_atlas)


def questions_to_start(atlas: Atlas) -> list[StartingPoint]:
    """`core.exploration.starting_points`, found once for each built workspace."""
    return _starting_points(atlas, atlas.name + atlas.manifest.key)
