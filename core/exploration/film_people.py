"""People and their films: who directed and played where, in one dataset."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.serving import Atlas
from core.serving.fame import fame_of
from core.words.tokens import keys_of


@dataclass(frozen=True)
class Credit:
    """Somebody's part in one film."""

    item_index: int
    directed: bool
    played: bool

    @property
    def role(self) -> str:
        """ "directed", "played", or both."""
        return " and ".join(["directed"] * self.directed + ["played"] * self.played)


@dataclass(frozen=True)
class FilmPerson:
    """Somebody of one film: the name as it stands there, and their other films in the dataset, best known first."""

    name: str
    others: tuple[Credit, ...]


def films_of(atlas: Atlas, person: str) -> tuple[Credit, ...]:
    """The films that somebody directed or played in, best known first; none for a name that stands nowhere.

    Spellings that differ in signs or accents alone are one person, "Robert De Niro" and "Robert DeNiro"; two people of
    one name cannot be told apart.
    """
    return _credits(atlas, [person])[person]


def people_of(atlas: Atlas, item: int) -> tuple[tuple[FilmPerson, ...], tuple[FilmPerson, ...]]:
    """Who directed a film, and who plays in it, in the order of the dataset."""
    film = atlas.catalog.film(item)
    found = _credits(atlas, [*film.directors, *film.cast])

    def with_others(names: Iterable[str]) -> tuple[FilmPerson, ...]:
        return tuple(
            FilmPerson(name, tuple(one for one in found[name] if one.item_index != item)) for name in names
        )

    return with_others(film.directors), with_others(film.cast)


def _credits(atlas: Atlas, names: Sequence[str]) -> dict[str, tuple[Credit, ...]]:
    """The films of several people in one pass over the catalogue."""
    known = atlas.vocabulary.people
    spellings: dict[str, set[str]] = {}
    for name in names:
        person = known.get("".join(keys_of(name)))
        spellings[name] = {name, *(person.names if person else ())}
    asked = {spelling for own in spellings.values() for spelling in own}
    roles: list[dict[str, set[int]]] = []
    for column in ("directors", "cast"):
        films: dict[str, set[int]] = {}
        for item, people in enumerate(atlas.catalog.items[column]):
            for person_name in asked.intersection(people):
                films.setdefault(person_name, set()).add(item)
        roles.append(films)
    directed, played = roles
    fame = fame_of(atlas)

    def best_known_first(item: int) -> tuple[float, int]:
        return (-float(fame.counts[item]) if fame else 0.0, item)

    found = {}
    for name, own in spellings.items():
        as_director = {item for spelling in own for item in directed.get(spelling, ())}
        as_player = {item for spelling in own for item in played.get(spelling, ())}
        found[name] = tuple(
            Credit(item, item in as_director, item in as_player)
            for item in sorted(as_director | as_player, key=best_known_first)
        )
    return found
