"""What one method answered to one question, and the folder that keeps such answers for later."""

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from core.domain import Catalog
from core.embeddings import Space
from core.evaluation.metrics import Values
from core.recommenders import Recommender
from core.storage.artifacts import write_atomically
from core.types import IndexVector

VERSION = 2
"""Raised by one whenever the same input would be evaluated to another result."""

LIBRARIES = ("gensim", "irspack", "myfm", "numpy", "pandas", "scikit-learn", "scipy", "torch")
"""Packages whose version may change a result."""

_DIGEST = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, eq=False)
class Run:
    """One fitted and scored method.

    Attributes:
        method: Registered name of the method.
        params: Its hyper-parameters.
        columns: Names of the columns of `values`: "ndcg@10", "auc", …
        values: (n_users, n_columns) float64, the metrics of every test user, NaN = has none.
        ranked: (n_users, depth) item_index, -1 where a list has ended.
        n_predicted: (n_users,) held-out ratings that were predicted; 0 for methods that predict none.
        seconds: By the clock: "fit", "score" (the method alone) and "measure" (ranking and metrics).
        memory: Peak growth of memory in 10^6 bytes: "fit" and "score"; None = cannot be measured here.
        n_tied: Users whose last place was decided by the order of the films, their scores being equal.
        n_short: Users whose list has fewer films than asked for, the method scoring no more.
        n_unpredicted: Held-out ratings that the method could not predict (methods that predict ratings only).
        decided: What the fit chose where the hyper-parameters leave it to the data.
    """

    method: str
    params: dict[str, Any]
    columns: tuple[str, ...]
    values: Values
    ranked: IndexVector
    n_predicted: IndexVector
    seconds: dict[str, float]
    memory: dict[str, float | None]
    n_tied: int
    n_short: int
    n_unpredicted: int
    decided: dict[str, Any] = field(default_factory=dict)

    def column(self, name: str) -> Values:
        """(n_users,) the values of one metric."""
        values: Values = self.values[:, self.columns.index(name)]
        return values


class RunFolder:
    """Finished runs on disk, a JSON and an npz file each, named by the digest of all that decides a result.

    Both are written beside and moved into place, the JSON last, and the JSON holds the digest of the npz:
    whatever was cut short, changed or damaged is not there for `load`, and is computed again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, key: Mapping[str, Any]) -> Run | None:
        """The stored run, None where there is none or it is damaged."""
        return self.named(digest_of(key))

    def named(self, name: str) -> Run | None:
        """The same by the digest of its key; None as well for what is no digest."""
        if not _DIGEST.fullmatch(name):
            return None
        try:
            meta = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
            content = (self.folder / f"{name}.npz").read_bytes()
            if hashlib.blake2b(content, digest_size=16).hexdigest() != meta["npz"]:
                return None
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                values, ranked, predicted = (arrays[part] for part in ("values", "ranked", "n_predicted"))
            run = meta["run"]
            return Run(
                **{**run, "columns": tuple(run["columns"])},
                values=values,
                ranked=ranked,
                n_predicted=predicted,
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, key: Mapping[str, Any], run: Run) -> None:
        """Store a run under its key."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name, buffer = digest_of(key), io.BytesIO()
        np.savez_compressed(buffer, values=run.values, ranked=run.ranked, n_predicted=run.n_predicted)
        write_atomically(self.folder / f"{name}.npz", buffer.getvalue())
        plain = {k: v for k, v in vars(run).items() if k not in ("values", "ranked", "n_predicted")}
        npz = hashlib.blake2b(buffer.getvalue(), digest_size=16).hexdigest()
        text = json.dumps({"key": dict(key), "npz": npz, "run": plain}, indent=1, ensure_ascii=False)
        write_atomically(self.folder / f"{name}.json", text.encode())


def run_key(method: Recommender, spaces: Mapping[str, Space], question: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that decides a run's result, as plain JSON values.

    Args:
        method: Not fitted yet.
        spaces: Those the method needs are taken into the key by their stamp and content.
        question: Catalogue, split and settings, the same for all methods.
    """
    cls = type(method)
    used = {name: space_digest(spaces[name]) for name in method.needs() if name in spaces}
    return {
        "evaluation": VERSION,
        "method": {
            "name": method.name,
            "class": _kept_as(cls),
            "version": method.version,
        },
        "params": params_of(method),
        "spaces": used,
        "question": dict(question),
        "libraries": library_versions(),
    }


_FILES = {"edlae": "ease"}
"""Where a method moved to a file of another name after runs of it were kept -> the file that its key names."""


def _kept_as(cls: type[Recommender]) -> str:
    """What a method's class is called in keys: the same wherever in `core.recommenders` its file lies.

    Moving a file must not make all kept runs be measured anew; a method that changes raises its `version`.
    """
    room, _, file = cls.__module__.rpartition(".")
    if not room.startswith("core.recommenders"):
        return f"{cls.__module__}.{cls.__qualname__}"
    return f"core.recommenders.{_FILES.get(file, file)}.{cls.__qualname__}"


def params_of(method: Recommender) -> dict[str, Any]:
    """A method's hyper-parameters as plain values."""
    return dict(json.loads(json.dumps(asdict(method.params))))


def library_versions() -> dict[str, str]:
    """Name -> version of those `LIBRARIES` that are installed."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def catalog_digest(catalog: Catalog) -> str:
    """Hex digest of the film table's content."""
    digest = hashlib.blake2b(digest_size=16)
    for name in catalog.items:
        digest.update(f"\0{name}\0".encode())
        digest.update("\x1f".join(map(repr, catalog.items[name].tolist())).encode())
    return digest.hexdigest()


def digest_of(key: Mapping[str, Any]) -> str:
    """Hex digest of plain JSON values."""
    return hashlib.blake2b(json.dumps(key, sort_keys=True).encode(), digest_size=16).hexdigest()


def space_digest(space: Space) -> str:
    """Hex digest of a space's stamp and vectors."""
    digest = hashlib.blake2b(space.stamp.key.encode() + space.metric.encode(), digest_size=16)
    digest.update(np.ascontiguousarray(space.vectors).tobytes())
    return digest.hexdigest()
