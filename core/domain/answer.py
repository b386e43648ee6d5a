"""What a method answers: films with their scores and reasons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why a film was recommended, from the method's own signal.

    Attributes:
        text: One plain sentence without mark-up.
        kind: What sort of evidence: "liked_film", "shared_people", "shared_genres", "shared_keywords", "words",
            "popularity", "similar_users", "predicted_genres", "cluster", "contribution", "predicted_rating", "chance".
        items: item_index of films the sentence names.
        share: How much of the score this reason carries, in [0, 1]; None where a method cannot say.
    """

    text: str
    kind: str
    items: tuple[int, ...] = ()
    share: float | None = None


@dataclass(frozen=True)
class Recommendation:
    """One film of an answer."""

    rank: int
    item_index: int
    item_id: str
    title: str
    year: int | None
    score: float
    reasons: tuple[Reason, ...] = ()

    @property
    def reason(self) -> str:
        """The first reason's sentence, "" without any."""
        return self.reasons[0].text if self.reasons else ""


@dataclass(frozen=True)
class KnownBy:
    """How well known the films of a list are.

    Attributes:
        median: Half of them are known by fewer people than this.
        n_head: How many of them are among the `head` best known of the catalogue.
        n_films: How many there are.
        head: How many films count as the best known.
        unit: What people are counted by: "ratings" of the dataset, or "votes" of the source where nobody rated.
    """

    median: float
    n_head: int
    n_films: int
    head: int
    unit: str


@dataclass(frozen=True)
class Answer:
    """What a method answered to one question.

    Attributes:
        items: Best first; fewer than k where filters or the method leave fewer (then `notes` says why).
        method: Name of the method that answered.
        fallback_for: Name of the method that was asked but could not use the profile; None otherwise.
        notes: Plain sentences about the answer.
        milliseconds: Time the answer took, reasons included.
        known_by: How well known these films are; None where no film has ratings or votes, or none is listed.
        known_by_without: The same of the list that a fame of 0 gives; None where that is this one.
    """

    items: tuple[Recommendation, ...]
    method: str
    fallback_for: str | None = None
    notes: tuple[str, ...] = ()
    milliseconds: float = 0.0
    known_by: KnownBy | None = None
    known_by_without: KnownBy | None = None
