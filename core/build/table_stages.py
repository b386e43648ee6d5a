"""Writing the tables that are searched: the films, and the people."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from core import recommenders
from core.build.dataset_stage import Films
from core.build.space_stages import Spaces
from core.build.stage import Stage
from core.compute.progress import Progress
from core.embeddings import Space, Stamp
from core.storage import Workspace, fingerprint
from core.storage.arrays import load_arrays
from core.storage.object_store import ObjectStore
from core.storage.vector_index import versions
from core.storage.vector_table import WORDS, ItemTable, TableLocation, movie_columns, user_columns

TABLE_VERSION = 2
USERS_VERSION = 1


def films_table_stage(films: Films, spaces: Spaces, workspace: Workspace) -> Stage:
    """The stage `table`: the LanceDB table `movies`."""
    indexes = versions(films.dataset.n_items)
    inputs = ("table", TABLE_VERSION, films.catalog, films.ratings, dict(spaces.keys), *indexes)
    key = fingerprint(*inputs)

    def write(folder: Path, progress: Progress) -> None:
        location = _inside(folder, workspace.table_location(key))
        columns = movie_columns(films.dataset.catalog, films.dataset.interactions.item_counts())
        with _speaking():
            ItemTable.create(location, columns, spaces.opened, text=(WORDS,))

    needs = ("dataset", *(f"space-{space}" for space in spaces.opened))
    return Stage("table", "Writing the table of films", inputs, write, needs)


def people_table_stage(
    films: Films, methods: Mapping[str, tuple[str, Path]], workspace: Workspace
) -> Stage | None:
    """The stage `table-users`: the LanceDB table `users`, a vector column for each method that compares people.

    Args:
        films: Whose ratings the people gave.
        methods: Fitted method -> key and folder of what it learned.
        workspace: Says where the table is to lie.

    Returns:
        None where no fitted method compares people.
    """
    served = {
        name: fitted
        for name, fitted in methods.items()
        if recommenders.method_class(name).served_by == "users"
    }
    if not served:
        return None
    made = {name: key for name, (key, _) in served.items()}
    indexes = versions(films.dataset.interactions.n_users)
    inputs = ("table-users", USERS_VERSION, films.ratings, made, *indexes)
    key = fingerprint(*inputs)

    def write(folder: Path, progress: Progress) -> None:
        location = _inside(folder, workspace.table_location(f"users-{key}", "users"))
        people = {}
        for name, (method_key, learned) in served.items():
            vectors = load_arrays(learned / "state.npz")["user_vectors"]
            people[name] = Space(name, vectors, Stamp(name, method_key, vectors.shape[1]))
        with _speaking():
            ItemTable.create(location, user_columns(films.dataset.interactions), people, index="user_index")

    needs = ("dataset", *(f"method-{name}" for name in served))
    return Stage("table-users", "Writing the table of people", inputs, write, needs)


def _inside(folder: Path, location: TableLocation) -> TableLocation:
    """Where to write a table: a local one into its artefact's unfinished folder, a remote one in its place."""
    return location if "://" in location.uri else replace(location, uri=str(folder / "lancedb"))


def _speaking() -> AbstractContextManager[None]:
    """Says in plain words what keeps an object store from taking a table."""
    store = ObjectStore.configured()
    return store.speaking() if store else nullcontext()
