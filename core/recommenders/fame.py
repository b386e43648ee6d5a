"""Well known or less known: any method's best films, put in another order by how many people know them.

    value = z(score) + fame * PULL * z(log(1 + n))

over the films that fit best, n being how many people rated a film and z a standard score over these films alone. So
neither the scale of a method's scores nor the size of the audience matters, and a film has to be among the best
`candidates_for(k)` to be listed at all, however far the control is moved.

As `fame` grows, films overtake each other one by one, and only better known ones overtake. So every quantile of the
list's numbers of ratings, the median among them, rises or stays.

Source: the linear trade of a score against popularity as in Abdollahpouri, Burke, Mobasher (2019), "Managing
popularity bias in recommender systems with personalized re-ranking", equation 1, with standard scores in place of
probabilities.
"""

import numpy as np
import numpy.typing as npt

from core.errors import InvalidQueryError
from core.types import FloatVector, IndexVector

PULL = 1.0
"""Standard scores of fit that one standard score of fame is worth at the ends of the control."""
CANDIDATES_PER_K, FEWEST_CANDIDATES = 10, 100
"""A list is chosen from this many times k of the best films, and from so many at least.

Chosen with `PULL` on ml-latest-small: see docs/decisions/0006-fame.md.
"""


def validate_fame(fame: float) -> None:
    """Nothing, where `fame` is from -1 to 1.

    Raises:
        InvalidQueryError: It is not.
    """
    if not -1 <= fame <= 1:
        raise InvalidQueryError(
            f"The fame is {fame}.", hint="Choose a value from -1 (less known) to 1 (well known)."
        )


def candidates_for(k: int) -> int:
    """How many of a method's best films a list of k is chosen from."""
    return max(CANDIDATES_PER_K * k, FEWEST_CANDIDATES)


def by_fame(
    scores: FloatVector, n_ratings: FloatVector, fame: float, k: int
) -> tuple[IndexVector, npt.NDArray[np.float64]]:
    """The order in which candidates are listed, and the values that say so.

    Candidates that tie with the last one are no better than what was left out: the method has nothing to say for
    them. They come back only where k films cannot be had without them, and then behind all others.

    Args:
        scores: (n,) the method's scores of the candidates, best first, none NaN.
        n_ratings: (n,) how many people rated each.
        fame: -1 = less known, 0 = as the method has it, 1 = well known.
        k: How many will be listed.

    Returns:
        Places among the candidates, best first, and the value of each in that order, both (m,), m <= n.

    Raises:
        InvalidQueryError: `fame` is outside -1 to 1.
    """
    validate_fame(fame)
    fitting = len(scores)
    if fitting and scores[0] > scores[-1]:
        is_border = scores == scores[-1]
        fitting -= int(is_border.sum()) if is_border.sum() > 1 else 0
    known = np.log1p(np.asarray(n_ratings[:fitting], np.float64))
    values = _standard(np.asarray(scores[:fitting], np.float64)) + fame * PULL * _standard(known)
    order = np.argsort(-values, kind="stable") if fame else np.arange(fitting)
    rest = np.arange(fitting, len(scores) if fitting < k else fitting)
    lowest = float(values.min()) if fitting else 0.0
    return np.concatenate([order, rest]).astype(np.int64), np.concatenate(
        [values[order], np.full(len(rest), lowest - 1)]
    )


def _standard(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Values less their mean, by their standard deviation; zeros where all are equal."""
    if not len(values):
        return values
    deviation = float(values.std())
    # what is left of equal values is rounding
    if deviation <= 1e-9 * (1 + float(np.abs(values).max())):
        return np.zeros_like(values)
    standard: npt.NDArray[np.float64] = (values - values.mean()) / deviation
    return standard
