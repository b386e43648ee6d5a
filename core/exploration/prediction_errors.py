"""Where a method errs: its predictions held against the ratings in a part of the rating matrix."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.domain import Question
from core.exploration.rating_matrix import Grid, Values
from core.recommenders.base import Ability
from core.serving import Atlas
from core.serving.profiles import make_profile
from core.types import FloatVector

AT_ONCE = 32
"""People whose scores of all films are held at once."""


@dataclass(frozen=True, eq=False)
class Errors:
    """What a method makes of the ratings in a grid.

    Attributes:
        means: (rows, columns) mean error in each cell of those who were asked, NaN where there is none.
        in_stars: Whether an error is a rating minus its prediction; else it is one of places, see `of_places`.
        n_people: How many people the method was asked for.
        n_ratings: How many ratings it was held against.
    """

    means: Values
    in_stars: bool
    n_people: int
    n_ratings: int


def errors_in(atlas: Atlas, name: str, grid: Grid) -> Errors:
    """Hold a method's predictions against the ratings of the people in a grid, one of each row of cells.

    Where a row holds several people, the one in its middle is asked, so that no more are asked than a picture has rows.
    The method has learned from these ratings: unseen ones are predicted worse.

    Raises:
        AtlasError: The method cannot be asked.
    """
    method = atlas.methods.fitted(name)
    in_stars = Ability.RATINGS in method.abilities
    column_of = np.full(len(grid.items.index), -1, np.int64)
    films = grid.items.index[grid.area.items]
    column_of[films] = np.repeat(np.arange(len(grid.item_edges) - 1), np.diff(grid.item_edges))
    asked = grid.users.index[(grid.user_edges[:-1] + grid.user_edges[1:] - 1) // 2]
    n_columns = grid.counts.shape[1]
    sums, counts = np.zeros((len(asked), n_columns)), np.zeros((len(asked), n_columns), np.int64)
    for begin in range(0, len(asked), AT_ONCE):
        people = asked[begin : begin + AT_ONCE].tolist()
        scores = method.score([make_profile(atlas, Question(user=user)) for user in people])
        for row, (user, score) in enumerate(zip(people, scores, strict=True), begin):
            items, ratings = atlas.interactions.history(user)
            error = (
                (ratings - score[items]).astype(np.float64) if in_stars else of_places(ratings, score[items])
            )
            column = column_of[items]
            counted = (column >= 0) & np.isfinite(error)
            sums[row] += np.bincount(column[counted], weights=error[counted], minlength=n_columns)
            counts[row] += np.bincount(column[counted], minlength=n_columns)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return Errors(means, in_stars, len(asked), int(counts.sum()))


def of_places(ratings: FloatVector, scores: FloatVector) -> Values:
    """How much higher a person puts each of their films among all they rated than a method does.

    Place by stars minus place by score, both from 0 (lowest) to 1 (highest) among the films that have both; ties share the
    mean of their places. 1 = the best of all to the person and the worst to the method, -1 the other way round. Only what
    the person rated is compared: that a film was watched at all would set it above all others.

    Returns:
        (n,) NaN where the method has no score, or all ratings are alike, so that there is no order to miss.
    """
    from scipy.stats import rankdata

    error: Values = np.full(len(ratings), np.nan)
    known = np.flatnonzero(np.isfinite(scores))
    if len(known) < 2 or np.ptp(ratings[known]) == 0:
        return error
    places: list[npt.NDArray[np.float64]] = [
        (rankdata(values[known]) - 1) / (len(known) - 1) for values in (ratings, scores)
    ]
    error[known] = places[0] - places[1]
    return error


def caption(found: Errors, label: str, grid: Grid) -> str:
    """What is shown, of whom, and how to read it."""
    people = grid.area.last_user - grid.area.first_user
    whom = (
        "everybody in view"
        if found.n_people == people
        else f"{found.n_people:,} of {people:,} people, the middle one of each row"
    )
    what = (
        "A value is the rating minus the stars that it predicts: above 0 the person liked the film better than predicted."
        if found.in_stars
        else "A value is the film’s place among all that the person rated, by their stars, minus its place by the method’s "
        "scores, both from 0 to 1: above 0 the person puts the film higher than the method does."
    )
    return (
        f"{label}, asked for {whom}, held against {found.n_ratings:,} of their ratings. {what} It has learned from these "
        "ratings; how well it predicts hidden ones stands on Evaluate."
    )
