"""Lists for all people of a dataset at once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from core.compute.fan_out import HERE
from core.compute.threads import n_threads, one_blas_thread
from core.domain import Filters, Profile
from core.errors import CannotFitError, InvalidQueryError
from core.recommenders import Recommender
from core.recommenders.ranking import top_k_rows, validate_k
from core.serving.atlas import Atlas
from core.types import BoolVector, FloatMatrix, IndexVector

_BATCH_ENTRIES = 1 << 21
"""Scores that a thread works on at once: 8 MB."""


@dataclass(frozen=True, eq=False)
class SomeLists:
    """Lists of some people.

    Attributes:
        users: (n,) user_index.
        items: (n, k) item_index, best first, -1 where a list has ended.
        scores: (n, k) the method's scores.
    """

    users: IndexVector
    items: IndexVector
    scores: FloatMatrix


def lists_for_everybody(
    atlas: Atlas, method: Recommender, k: int, *, filters: Filters | None = None
) -> Iterator[SomeLists]:
    """The k best films for every person of a dataset by a method's own scores, in their order, some people at a time.

    Films that a person has rated are left out. Who cannot be answered gets an empty list.

    Args:
        atlas: The dataset.
        method: Fitted on it.
        k: Films a list.
        filters: Which films may be listed; None = all.

    Raises:
        InvalidQueryError: k below 1, or filters that no film passes.
        CannotFitError: Nobody has rated anything.
    """
    n_users, n_items = atlas.interactions.ratings.shape
    k = validate_k(k, n_items)
    if not n_users:
        raise CannotFitError(f"{atlas.about['label']} has no people.", hint="Choose a dataset with ratings.")
    allowed = atlas.filters.mask(filters) if filters else np.ones(n_items, bool)
    if not allowed.any():
        raise InvalidQueryError("No film passes the filters.", hint="Take one away.")
    size = max(1, _BATCH_ENTRIES // n_items)
    parts = [slice(start, min(start + size, n_users)) for start in range(0, n_users, size)]
    work = partial(_some, atlas, method, k, allowed)
    with one_blas_thread(), closing(HERE.map(work, parts, threads=n_threads())) as found:
        yield from found


def _some(atlas: Atlas, method: Recommender, k: int, allowed: BoolVector, part: slice) -> SomeLists:
    interactions, users = atlas.interactions, np.arange(part.start, part.stop)
    own = interactions.ratings[part]
    profiles = [
        Profile.of_ratings(
            *interactions.history(user), interactions.scale, is_explicit=interactions.is_explicit, user=user
        )
        for user in users.tolist()
    ]
    scores = np.array(method.score(profiles), np.float32)
    scores[:, ~allowed] = np.nan
    scores[np.repeat(np.arange(len(users)), np.diff(own.indptr)), own.indices] = np.nan
    items = top_k_rows(scores, k)
    return SomeLists(users, items, np.take_along_axis(scores, np.maximum(items, 0), axis=1))


def as_frame(atlas: Atlas, lists: SomeLists) -> pd.DataFrame:
    """Lists as rows: user_id, rank (1 = first), item_id, title, score; what is missing of a list has none."""
    rows, places = np.nonzero(lists.items >= 0)
    items = lists.items[rows, places]
    return pd.DataFrame(
        {
            "user_id": atlas.interactions.user_ids[lists.users[rows]].astype(str),
            "rank": (places + 1).astype(np.int32),
            "item_id": np.asarray(atlas.catalog.ids, object)[items].astype(str),
            "title": np.asarray(atlas.titles.labels, object)[items].astype(str),
            "score": lists.scores[rows, places],
        }
    )
