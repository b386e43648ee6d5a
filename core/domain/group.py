"""What is answered to several people who want one film: how well it fits each of them, and why."""

from dataclasses import dataclass

from core.domain.answer import KnownBy, Reason


@dataclass(frozen=True)
class MemberFit:
    """How well one film fits one person of a group.

    Attributes:
        name: Who.
        fit: From 0 to 100, comparable between people; see `core.recommenders.aggregation.fits_of`.
        place: The film's place in this person's own order of all films that the group may get; tied films share the
            mean of their places, rounded.
        reasons: Why, strongest first; given for those whom the film fits best and least.
    """

    name: str
    fit: float
    place: int
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class GroupRecommendation:
    """One film for all.

    Attributes:
        rank: From 1.
        score: The strategy's figure of all fits, from 0 to 100.
        members: One for each person, in the order in which they were named.
    """

    rank: int
    item_index: int
    item_id: str
    title: str
    year: int | None
    score: float
    members: tuple[MemberFit, ...]

    @property
    def least(self) -> MemberFit:
        """Whom it fits least; the first of those whom it fits equally."""
        return min(self.members, key=lambda member: member.fit)

    @property
    def best(self) -> MemberFit:
        """Whom it fits best; the first of those whom it fits equally."""
        return max(self.members, key=lambda member: member.fit)


@dataclass(frozen=True)
class GroupAnswer:
    """What a method answered to several people together.

    Attributes:
        items: Best first.
        names: Who asked, in their order.
        strategy: By which strategy the fits were joined.
        method: Name of the method that answered, for everybody the same.
        fallback_for: Name of the method that was asked but could not answer somebody; None otherwise.
        n_films: Films that the group could get; places count among these.
        n_known: Films left out because somebody has seen, rated or named them.
        notes: Plain sentences about the answer.
        milliseconds: Time the answer took, reasons included.
        known_by, known_by_without: As in `Answer`.
    """

    items: tuple[GroupRecommendation, ...]
    names: tuple[str, ...]
    strategy: str
    method: str
    fallback_for: str | None = None
    n_films: int = 0
    n_known: int = 0
    notes: tuple[str, ...] = ()
    milliseconds: float = 0.0
    known_by: KnownBy | None = None
    known_by_without: KnownBy | None = None
