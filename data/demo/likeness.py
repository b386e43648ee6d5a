"""In what respects two films of the demo are alike: maker, place, tongue, era, kind, tone and subject.

Each respect is an (n_films, n_films) array, 0 = nothing in common, 1 = all, worked out from the facts in `movies.jsonl`
and from the tables below, which were written by hand. Sums run over one value at a time and are rounded, so neither
the number of threads nor the linear algebra library decides anything.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = list[dict[str, Any]]

SHARED_ACTOR = 0.35
"""What one leading name in common is worth; a director or a saga in common is worth 1."""
TODAY = 2026
RECENT = 20.0
"""Age in years of a film from which a year more or less counts half: the thirties and the fifties are one past."""
MOVEMENT_WIDTH = 8.0
"""How far apart in time films of one movement lie, in recent years (standard deviation)."""
RARE_PLACE = 3.0
"""log(films / films of a place) from which a place in common counts fully; the United States are too common for that."""
PAST, PRESENT = (1992, 1970), (1999, 2007)
"""Year in which the past, and the present, begin, and from which on a film is wholly of it."""
PLACES = {
    "Nordic": "sv da no fi is",
    "Eastern Europe": "ru pl cs hu sk uk ka ro sr bs mk hy lv",
    "South Asia": "hi bn ta te ml mr pa dz",
    "Middle East": "ar fa tr he ku",
    "Africa": "wo bm zu",
    "South-East Asia": "th id vi tl",
    "Spain and Latin America": "es pt",
    "German and Dutch": "de nl yi",
}
"""Languages whose films are one place to a spectator. Of the others each is one, and in English each country."""
TONES = {
    "warm": "friendship, family, childhood, love, coming of age, first love, summer, talking animal, christmas, dog,"
    " school, small town, wedding, adoption, food, grandmother, brother sister relationship",
    "wondrous": "magic, fairy tale, witch, princess, dragon, quest, wizard, castle, treasure hunt, island, folklore,"
    " anime, prince, king, journey, supernatural, transformation, nature, inventor, rescue",
    "frightening": "monster, ghost, serial killer, haunted house, slasher, zombie, vampire, body horror, possession,"
    " curse, fear, gothic horror, cannibalism, torture, insect, mad scientist, supernatural, isolation",
    "tense": "conspiracy, spy, chase, kidnapping, paranoia, surveillance, assassination, heist, hitman, manhunt,"
    " suspicion, investigation, cat and mouse, terrorism, hacker, plot twist, detective, police, escape, murder",
    "hard-boiled": "gangster, femme fatale, film noir, neo-noir, private detective, mafia, violence, revenge, betrayal,"
    " bank robbery, gang, corruption, prison, boxing, drug addiction, thief, bounty hunter, outlaw",
    "bleak": "loneliness, guilt, grief, death, existentialism, alcoholism, suicide, mental illness, illness, old age,"
    " faith, religion, plague, poverty, madness, priest, genocide, holocaust",
    "dreamlike": "surrealism, dream, memory, identity, doppelganger, amnesia, nonlinear timeline, obsession, time,"
    " fate, experimental, hypnosis, existentialism, poetry",
    "mocking": "satire, black comedy, parody, mistaken identity, deadpan, con artist, mockumentary, media, television,"
    " celebrity, ensemble cast, greed, hotel, midlife crisis",
    "light": "slapstick, screwball comedy, romantic comedy, musical, dance, singer, jazz, disguise, tramp, rivalry,"
    " based on play or musical, theater, hollywood, pre-code, opera, rock band",
    "longing": "unrequited love, love triangle, infidelity, marriage, forbidden love, jealousy, breakup, divorce,"
    " letter, lgbt, lesbian relationship, gay relationship, class differences, 19th century",
    "committed": "politics, dictatorship, colonialism, revolution, racism, immigration, resistance, refugee, strike,"
    " working class, neorealism, feminism, slavery, unemployment, village, peasant, rural life, anti-war",
    "spectacular": "superhero, alien, space travel, spaceship, robot, artificial intelligence, dystopia, future, epic,"
    " post-apocalypse, time travel, battle, martial arts, samurai, siege, end of the world, android, based on comic,"
    " secret identity, survival, villain, astronaut, pirate, wuxia",
}
"""Tone -> the keywords that stand for it."""


def likeness(rows: Rows) -> dict[str, Floats]:
    """Every respect by name, each (n_films, n_films), symmetric, from 0 to 1."""
    tones_of: dict[str, list[str]] = defaultdict(list)
    for tone, words in TONES.items():
        for word in words.split(", "):
            tones_of[word].append(tone)
    years = np.array([row["year"] for row in rows])
    foreign = np.array([float(row["language"] != "en") for row in rows])
    places = [[place(row)] for row in rows]
    kind = cosine([row["genres"] for row in rows])
    found = {
        "maker": makers(rows) * (1 + kind) / 2,  # what a director made of another kind counts half
        "place": shared(places, np.minimum(rarity(places) / RARE_PLACE, 1)) * nearness(years),
        "tongue": np.outer(foreign, foreign),
        "era": era(years),
        "kind": kind,
        "tone": cosine([[tone for word in row["keywords"] for tone in tones_of[word]] for row in rows]),
        "subject": cosine([row["keywords"] for row in rows]),
    }
    return {name: values.round(6) for name, values in found.items()}


def makers(rows: Rows) -> Floats:
    """1 where a director or the saga is the same, less where only leading names are."""
    directors = [row["directors"] for row in rows]
    sagas = [[saga(row["title"])] for row in rows]
    cast = [row["cast"] for row in rows]
    return np.asarray(np.minimum(shared(directors) + shared(sagas) + SHARED_ACTOR * shared(cast), 1))


def saga(title: str) -> str:
    """The title without its number or subtitle."""
    return re.sub(r"( part)?( [0-9ivx]+)?(:.*)?$", "", title.lower())


def place(row: dict[str, Any]) -> str:
    """Where a film comes from, to a spectator: a region of languages, or of films in English the first country."""
    if row["language"] == "en":
        return str(row["countries"][0])
    return next((name for name, codes in PLACES.items() if row["language"] in codes.split()), row["language"])


def nearness(years: npt.NDArray[np.int64]) -> Floats:
    """How near films are in time; the older they are, the less a year is."""
    moment = RECENT * np.log(1 + (TODAY - years) / RECENT)
    return np.asarray(np.exp(-0.5 * ((moment[:, None] - moment) / MOVEMENT_WIDTH) ** 2))


def era(years: npt.NDArray[np.int64]) -> Floats:
    """How far two films are both of the past, or both of the present; what is between belongs to everybody."""
    past, present = (np.clip((years - start) / (full - start), 0, 1) for start, full in (PAST, PRESENT))
    return np.asarray(np.outer(past, past) + np.outer(present, present))


def rarity(values: Sequence[Iterable[str]]) -> Floats:
    """log(films / films that have it) of each value, in alphabetical order."""
    sets = [set(own) for own in values]
    return np.array([np.log(len(sets) / sum(v in own for own in sets)) for v in sorted(set().union(*sets))])


def cosine(values: Sequence[Sequence[str]]) -> Floats:
    """How much two films have in common of all that they have, rare values first; 0 where one has none."""
    found = shared(values, rarity(values) ** 2)
    norms = np.sqrt(found.diagonal())
    return np.asarray(found / np.maximum(norms[:, None] * norms, 1e-9))


def shared(values: Sequence[Sequence[str]], weights: Floats | None = None) -> Floats:
    """(n_films, n_films) sum of the weights of what two films both have; a value weighs 1 if nothing else is said."""
    films_of: dict[str, list[int]] = defaultdict(list)
    for film, own in enumerate(values):
        for value in dict.fromkeys(own):
            films_of[value].append(film)
    if weights is None:
        weights = np.ones(len(films_of))
    found = np.zeros((len(values), len(values)))
    for value, weight in zip(sorted(films_of), weights, strict=True):
        found[np.ix_(films_of[value], films_of[value])] += weight
    return found
