"""What two films share, and which words of a text a film's own text has: the facts that reasons are made of."""

from collections.abc import Sequence

from core.domain import Catalog, Profile, Reason
from core.text import singular, words


def label(catalog: Catalog, item: int) -> str:
    """ "Title (Year)" of one film."""
    return catalog.film(item).label


def shared(catalog: Catalog, liked: int, item: int) -> list[Reason]:
    """What a recommended film has in common with a liked one; at least one reason."""
    own, other = catalog.film(liked), catalog.film(item)
    reasons = [Reason(f"Close to {own.label}, which you like.", "liked_film", (liked,))]
    if people := _common((*own.directors, *own.cast), (*other.directors, *other.cast)):
        reasons.append(Reason("Shares " + listed(people), "shared_people", (liked,)))
    if keywords := _common(own.keywords, other.keywords):
        reasons.append(Reason("Both about " + listed(keywords), "shared_keywords", (liked,)))
    if genres := _common(own.genres, other.genres):
        reasons.append(Reason("Both " + listed(genres), "shared_genres", (liked,)))
    return reasons


def matching_words(catalog: Catalog, text: str, item: int, space: str) -> Reason:
    """The words of a query found in a film's own text; says so when it is the meaning alone that matches."""
    if hits := words_found(catalog, text, item):
        return Reason("Your words in its description: " + listed(hits), "words")
    return Reason(
        f"Close in meaning to your words ({space}); none of them stands in its description.", "words"
    )


def words_found(catalog: Catalog, text: str, item: int) -> list[str]:
    """The words of a query that stand in a film's own text, in any number."""
    film = catalog.film(item)
    own = " ".join(
        [film.title, film.overview, film.tagline, *film.genres, *film.keywords, *film.cast, *film.directors]
    )
    present = {singular(w) for w in words(own)}
    return [w for w in words(text) if singular(w) in present]


def far_from(catalog: Catalog, profile: Profile) -> list[Reason]:
    """What is left to say where nothing but dislikes is known."""
    films = [label(catalog, int(item)) for item in profile.dislikes]
    return [Reason(f"Far from {listed(films)}, which you dislike.", "liked_film")] if films else []


def _common(own: Sequence[str], other: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(value for value in own if value in set(other)))


def listed(values: Sequence[str], most: int = 3) -> str:
    """ "A, B, C and 2 more"."""
    shown = ", ".join(values[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"
