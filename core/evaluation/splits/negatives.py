"""Held-out films that compete with few others alone: files of sampled negatives, as leave-one-out papers use them."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from core.datasets.reading.tables import check_text_file
from core.errors import DatasetError
from core.evaluation.splits.reading import read_frame
from core.evaluation.splits.split import Split
from core.types import IndexVector

ENDING = ".negative"
"""Of files laid out as those of “Neural collaborative filtering” (He et al. 2017)."""
ENDINGS = ("csv", "tsv", "parquet", ENDING.removeprefix("."))
"""Of all files of negatives, without the dot."""
MOST_ENTRIES = 100_000_000
"""Tested users times films: what may not be listed is kept for each user, 5 bytes a film."""
_PAIR = re.compile(r"\(([^,()]+),([^,()]+)\)")


def read_negatives(path: Path) -> pd.DataFrame:
    """user_id and item_id, as text, of films that compete with what is held out of a user.

    A file is CSV, TSV or Parquet with the columns `user_id` and `item_id`; or it ends in .negative and has a line a user:
    the pair of user and held-out film in brackets, and after it the films, with tabs between them.

    Raises:
        DatasetError: The file cannot be read, or is wrong.
    """
    if path.suffix.lower() != ENDING:
        return read_frame(path, ("user_id", "item_id"))[["user_id", "item_id"]].drop_duplicates()
    check_text_file(path)
    users, items = [], []
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                pair, *films = line.strip().split("\t")
                found = _PAIR.fullmatch(pair.replace(" ", ""))
                if line.strip() and (found is None or not films):
                    raise DatasetError(
                        f"{path.name}, line {number}: no (user,film) with other films after it.",
                        hint="Give the file as its paper has it, or a table of user_id and item_id.",
                    )
                users += [found[1]] * len(films) if found else []
                items += films if found else []
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path.name} is not text in UTF-8.", hint="Write it again in UTF-8.") from error
    return pd.DataFrame({"user_id": users, "item_id": items}, dtype=object).drop_duplicates()


def against_negatives(split: Split, users: IndexVector, items: IndexVector, name: str) -> Split:
    """The split in which a user's held-out films compete with that user's negatives alone.

    Users without any are not tested. Films that a user is known to have rated compete no more than elsewhere.

    Args:
        split: Whose users and films they are.
        users: (n,) user_index of every negative; -1 = not in the data.
        items: (n,) item_index of it.
        name: Of the file.

    Raises:
        DatasetError: No tested user has any, or there are too many users and films.
    """
    row_of = np.full(split.train.n_users, -1)
    row_of[split.users] = np.arange(len(split.users))
    rows = np.where(users >= 0, row_of[users], -1)
    asked = np.unique(rows[rows >= 0])
    if not len(asked):
        raise DatasetError(
            f"{name} holds no film for any tested user.", hint="Ids must be those of the ratings."
        )
    n_items = split.test.shape[1]
    if len(asked) * n_items > MOST_ENTRIES:
        raise DatasetError(
            f"{len(asked):,} users times {n_items:,} films are more than negatives can be kept for.",
            hint="Test fewer users.",
        )
    competes = split.test[asked].astype(bool)
    place = np.full(len(split.users), -1)
    place[asked] = np.arange(len(asked))
    known = rows >= 0
    given = sparse.csr_matrix(
        (np.ones(int(known.sum()), bool), (place[rows[known]], items[known])), shape=(len(asked), n_items)
    )
    is_kept_off = ~(competes.toarray() | given.toarray())
    left_out = dict(split.left_out)
    if n_without := len(split.users) - len(asked):
        left_out["users without negatives"] = n_without
    return Split(
        split.name,
        split.train,
        split.users[asked],
        split.known[asked],
        split.test[asked],
        sparse.csr_matrix(is_kept_off),
        split.candidates,
        {**split.options, "negatives": name},
        left_out,
        split.tests_ratings,
    )
