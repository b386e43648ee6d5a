"""Lists that another system made, measured among the methods."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from scipy import sparse

from core import recommenders
from core.datasets.reading.tables import check_text_file
from core.domain import Dataset, Profile, Reason
from core.embeddings import Space
from core.errors import CannotFitError, DatasetError, InvalidQueryError
from core.evaluation.splits.reading import read_frame, read_numbers
from core.evaluation.task import Task
from core.recommenders import Ability, Recommender
from core.types import Arrays, FloatMatrix

RUN_ENDINGS = (".run", ".trec")
"""Of files in TREC's format of runs."""
UPLOADED = "lists"
"""Name of the folder in which lists are handed over to a job."""
ENDINGS = ("csv", "tsv", "parquet", "txt", *(ending.removeprefix(".") for ending in RUN_ENDINGS))
"""Of files that can be handed over, without the dot."""
_RUN_COLUMNS = ("user_id", "q0", "item_id", "rank", "score", "tag")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


@dataclass(frozen=True, eq=False)
class ListsFile:
    """Lists as they were given.

    Attributes:
        name: What they are called among the methods.
        file: Name of the file.
        digest: SHA-256 of its bytes, in hex.
        rows: user_id and item_id as text, and place: 0 = the first of that user's list.
    """

    name: str
    file: str
    digest: str
    rows: pd.DataFrame

    def method(self) -> "GivenLists":
        """What answers with them."""
        return GivenLists(self)


class GivenLists(Recommender):
    """Answers each tested person with the list that was given for them, and nobody else.

    No method of the product: it knows people by name, learns nothing, and can be asked for no profile.
    """

    name = "given_lists"
    label = "Given lists"
    abilities = Ability.NOTHING

    @dataclass(frozen=True)
    class Params:
        digest: str = ""

    def __init__(self, lists: ListsFile) -> None:
        super().__init__(self.Params(lists.digest))
        self.lists = lists

    def fit(self, dataset: Dataset, spaces: Mapping[str, Space], *, rng: np.random.Generator) -> Self:
        """Find the lists' people and films among the dataset's.

        Raises:
            CannotFitError: None of the people, or none of the films, is known.
        """
        rows, interactions = self.lists.rows, dataset.interactions
        users = pd.Index(interactions.user_ids.astype(str)).get_indexer(pd.Index(rows["user_id"]))
        items = pd.Index(list(map(str, dataset.catalog.ids))).get_indexer(pd.Index(rows["item_id"]))
        for what, found in (("user_id", users), ("item_id", items)):
            if (found < 0).all():
                raise CannotFitError(
                    f"No {what} of {self.lists.file} is in {dataset.label} (“{str(rows[what].iloc[0])[:40]}”, say).",
                    hint="Ids must be those of the ratings, as text.",
                )
        known = (users >= 0) & (items >= 0)
        # the best place of a list gets the highest score, and none is 0: that is what is not stored
        scores = (rows["place"].max() + 1 - rows["place"]).to_numpy(np.float32)[known]
        shape = (interactions.n_users, dataset.n_items)
        self.scores_ = sparse.csr_matrix((scores, (users[known], items[known])), shape=shape)
        unknown = {"users": rows["user_id"][users < 0], "films": rows["item_id"][items < 0]}
        self.decided_ = {
            "rows": len(rows),
            "users": int((np.diff(self.scores_.indptr) > 0).sum()),
            **{f"{what}_unknown": int(ids.nunique()) for what, ids in unknown.items()},
        }
        return self

    def score_tested(self, task: Task, rows: slice) -> FloatMatrix:
        """(n_rows, n_items) float32 of some of a task's tested users: higher = further up, NaN = not in their list."""
        own = self.scores_[task.split.users[rows]].toarray()
        return np.asarray(np.where(own > 0, own, np.nan), np.float32)

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        """NaN: lists were given for people, not for profiles."""
        return np.full((len(profiles), self.scores_.shape[1]), np.nan, np.float32)

    def explain(self, profile: Profile, item_indices: Sequence[int]) -> list[tuple[Reason, ...]]:
        """Nothing is known of why."""
        return [() for _ in item_indices]

    def state(self) -> Arrays:
        """The lists, as the parts of `scores_`."""
        return {part: getattr(self.scores_, part) for part in ("data", "indices", "indptr")}

    def restore(self, dataset: Dataset, spaces: Mapping[str, Space], state: Arrays) -> Self:
        """See `Recommender.restore`."""
        shape = (dataset.interactions.n_users, dataset.n_items)
        self.scores_ = sparse.csr_matrix((state["data"], state["indices"], state["indptr"]), shape=shape)
        return self


def read_lists(given: str) -> ListsFile:
    """Lists from "FILE" or "NAME=FILE"; without a name the file's own is taken.

    A file is CSV, TSV or Parquet with the columns `user_id`, `item_id` and `rank` (1 = first) or `score` (highest first);
    with neither, a user's rows stand in order. Or it is a run in TREC's format, ending in .run or .trec: user, Q0, film,
    rank, score and tag with blanks between them, where the score decides.

    Raises:
        InvalidQueryError: The name cannot be used, or is a method's.
        DatasetError: The file cannot be read, or is wrong.
    """
    name, _, path = given.rpartition("=")
    file = Path(path)
    name = name or file.stem
    if not _NAME.fullmatch(name) or name in recommenders.names():
        raise InvalidQueryError(
            f"Lists cannot be called “{name[:40]}”.",
            hint="Give a name of letters, digits, - and _ that no method has: --lists NAME=FILE",
        )
    rows = _run_rows(file) if file.suffix.lower() in RUN_ENDINGS else _table_rows(file)
    if (doubled := rows.duplicated(["user_id", "item_id"])).any():
        user, item = rows.loc[doubled, ["user_id", "item_id"]].iloc[0]
        raise DatasetError(
            f"{file.name} has film {str(item)[:40]} twice in the list of user {str(user)[:40]}, and "
            f"{int(doubled.sum()) - 1:,} more such rows.",
            hint="A film stands in a list once.",
        )
    return ListsFile(name, file.name, hashlib.sha256(file.read_bytes()).hexdigest(), _placed(rows))


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the place of each in its user's list: by `by`, equal ones as they stand."""
    ordered = rows.sort_values("by", kind="stable")
    place = ordered.groupby("user_id", sort=False).cumcount()
    return rows[["user_id", "item_id"]].assign(place=place)


def _table_rows(path: Path) -> pd.DataFrame:
    """user_id, item_id, and what a list is ordered by, ascending."""
    frame = read_frame(path, ("user_id", "item_id"))
    rows = frame[["user_id", "item_id"]].copy()
    if "rank" in frame:
        rows["by"] = read_numbers(frame["rank"], "rank", path)
    elif "score" in frame:
        rows["by"] = -read_numbers(frame["score"], "score", path)
    else:
        rows["by"] = np.arange(len(rows), dtype=float)
    return rows


def _run_rows(path: Path) -> pd.DataFrame:
    """The same of a run in TREC's format."""
    check_text_file(path)
    found: dict[str, list[str]] = {name: [] for name in _RUN_COLUMNS}
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                cells = line.split()
                if cells and len(cells) != len(_RUN_COLUMNS):
                    raise DatasetError(
                        f"{path.name}, line {number}: {len(cells)} columns, not six.",
                        hint="A run holds user, Q0, film, rank, score and tag, with blanks between them.",
                    )
                for name, cell in zip(_RUN_COLUMNS, cells, strict=False):
                    found[name].append(cell)
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path.name} is not text in UTF-8.", hint="Write it again in UTF-8.") from error
    frame = pd.DataFrame(found)
    rows = frame[["user_id", "item_id"]].astype(object)
    return rows.assign(by=-read_numbers(frame["score"], "score", path))
