"""What the visitors of an instance may change: everything on a machine of one's own, next to nothing on a hosted one."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from core import settings
from core.errors import NotAllowedError


class Change(StrEnum):
    """What a page can change for everybody, in words that follow “to”."""

    BUILD = "build, repair or bring up to date a dataset"
    ADD_EMBEDDING = "add an embedding"
    FETCH = "fetch a dataset"
    UPLOAD = "hand over files"
    EVALUATE = "measure methods"
    STOP = "stop somebody's work"


VISITORS_MAY = frozenset({Change.EVALUATE})
"""What visitors of a hosted instance may, within `EVALUATIONS`; its operator may everything."""


@dataclass(frozen=True)
class EvaluationLimits:
    """How much a visitor of a hosted instance may have measured.

    Attributes:
        methods: At once.
        trials: Of tuning.
        lengths: Of lists; each makes the result larger that all visitors are shown.
        ratings: A dataset may have.
        kept: Evaluations of a dataset, after which only the operator measures.
        waiting: Evaluations that wait for their turn, of all visitors; one runs at a time.
        minutes: One may take.
    """

    methods: int = 8
    trials: int = 0
    lengths: int = 4
    ratings: int = 1_000_000
    kept: int = 50
    waiting: int = 5
    minutes: int = 20

    @property
    def in_words(self) -> str:
        """All of them, in a sentence."""
        return (
            f"One evaluation runs at a time and {self.waiting} may wait; each measures up to {self.methods} methods as they "
            f"are shipped and lists of up to {self.lengths} lengths, on datasets of up to {self.ratings:,} ratings, for "
            f"{self.minutes} minutes."
        )


EVALUATIONS = EvaluationLimits()
HISTORY_MB = 20
"""Size of the files of a visitor's own film history on a hosted instance, all together."""
POSTER_HOSTS = ("image.tmdb.org", "upload.wikimedia.org", "m.media-amazon.com")
"""Hosts that a visitor's browser may be sent to for posters: those of TMDB, Wikimedia and IMDb."""


def allows(change: Change, *, is_operator: bool) -> bool:
    """Whether somebody may change this here."""
    return not settings.is_hosted() or is_operator or change in VISITORS_MAY


def validate(change: Change, *, is_operator: bool) -> None:
    """Refuse what somebody may not change here.

    Raises:
        NotAllowedError: They may not.
    """
    if not allows(change, is_operator=is_operator):
        raise NotAllowedError(
            f"Visitors of this instance cannot {change}.",
            hint="Its operator can; on a machine of your own, so can you.",
        )


def is_limited(*, is_operator: bool) -> bool:
    """Whether `EVALUATIONS` holds for somebody."""
    return settings.is_hosted() and not is_operator


def validate_evaluation(n_methods: int, n_trials: int, n_lengths: int, n_ratings: int, n_kept: int) -> None:
    """Refuse an evaluation that is larger than visitors of a hosted instance may have.

    Args:
        n_methods: Methods to be measured.
        n_trials: Trials of tuning for each.
        n_lengths: Lengths of lists.
        n_ratings: Ratings of the dataset.
        n_kept: Evaluations of it that there are.

    Raises:
        NotAllowedError: It is; with all limits.
    """
    limits = EVALUATIONS
    for asked, most, what in (
        (n_methods, limits.methods, "methods"),
        (n_trials, limits.trials, "trials of tuning"),
        (n_lengths, limits.lengths, "lengths of lists"),
        (n_ratings, limits.ratings, "ratings to measure on"),
        (n_kept + 1, limits.kept, "evaluations of these films"),
    ):
        if asked > most:
            raise NotAllowedError(
                f"{asked:,} {what} are more than visitors of this instance may have ({most:,}).",
                hint=limits.in_words,
            )


def shows_poster(address: str) -> bool:
    """Whether a visitor's browser may be sent to a poster's address: posters are on, and its host is one of POSTER_HOSTS."""
    if not address or not settings.shows_posters():
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.hostname in POSTER_HOSTS and parts.port in (None, 443)
    except ValueError:
        return False


def posters_in_words() -> str:
    """Where posters come from, for people."""
    if not settings.shows_posters():
        return "Posters are off here: a drawn stand-in takes their place, and no other server hears of your visit."
    return (
        f"Your browser fetches posters from {', '.join(POSTER_HOSTS[:-1])} and {POSTER_HOSTS[-1]}, where the films' data "
        "name one there. With MOVIE_ATLAS_POSTERS=0 it fetches none."
    )
