"""The simulated audience of the demo: two thousand invented people and what they rate.

No real person's rating and no real film's fame or score goes in. What does: the facts in `movies.jsonl`, the tables in
`likeness.py`, the constants in `Recipe`, set by hand until the figures in README.md came close to MovieLens's, and a
seed.

1. Two films are alike in up to seven respects: maker, place, tongue, era, kind, tone and subject (`likeness.py`). Every
   film has a fame, mostly drawn and partly what is to be expected (films of the nineties, films in English, spectacles
   and known makers), a quality, and a place on axes that no fact explains.
2. Every person came to films through one or a few that opened a door: each is a film that is known or near to the
   doors before it, and the person likes it for some of the respects more than for others. What is alike in
   those is what they like. Few doors make a narrow taste, many a wide one; it drifts over the years. Fame draws some
   people and leaves others cold. They have a usual rating, a spread, a habit of giving half stars or not, an
   activity (a few people rate most) and the days on which they sit down to rate.
3. On such a day they choose among the films out by then that they have not rated: what is famous, new, good,
   what they expect to like, and what one film leads to (its makers' others), plus chance: a Gumbel draw, which makes
   it a Plackett-Luce choice without replacement.
4. The rating is the film's quality, how it meets the person's taste on that day, and chance, on the person's
   own scale, rounded to whole or half stars.

Sums over axes are added one axis at a time and compared values are rounded, so neither the number of threads
nor the linear algebra library decides anything.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from likeness import Floats, Rows, likeness

Ints = npt.NDArray[np.int64]

DAY = 86_400
YEAR = 365.25 * DAY
FIRST, LAST = 1_136_073_600, 1_767_139_200  # 2006-01-01 and 2025-12-31, seconds since 1970
RESPECTS = {"maker": 5.0, "place": 3.0, "tongue": 1.0, "era": 7.5, "kind": 2.5, "tone": 0.8, "subject": 4.0}
"""How much films that are alike in a respect gain by it, before a person's own weights."""
SPECTACLES = {"Adventure", "Action", "Science Fiction", "Fantasy", "Animation"}
"""Kinds of films that are made to be known by everybody."""


@dataclass(frozen=True)
class Recipe:
    """Every constant of the simulation; a spread is a standard deviation."""

    seed: int = 20_250_101
    n_users: int = 2_000
    doors: float = 5.0  # mean number of doors; most people have fewer
    door_fame: float = 0.2  # how much fame makes a film a door
    door_near: float = 0.4  # how much the doors before it do
    n_untold: int = 5  # axes of taste that nothing in the films explains
    untold: float = 0.3  # their part in a taste (standard deviation), beside 1 for what the doors explain
    fame_spread: float = 3.9
    fame_skew: float = 0.98  # 0 = as many stars as forgotten films; nearer 1 = more forgotten
    best_known_year: int = 1997  # its films are known to the young and the old
    fame_of_decade: float = 0.3  # fame lost with every decade before or after it
    fame_of_english: float = 1.6
    fame_of_spectacle: float = 0.3  # for each of its kinds that is one
    fame_of_kin: float = 0.35  # gained with every doubling of the films by the same makers and names
    fame_pull: float = 1.0
    fame_pull_spread: float = 0.4  # of the pull over people
    choose_taste: float = 2.4  # how expected liking draws people, in units of fame; the next three alike
    choose_quality: float = 0.6
    choose_new: float = 1.0
    choose_kin: float = 2.0
    rate_quality: float = 0.5  # parts of a rating, in units of the person's spread; the next two alike
    rate_taste: float = 0.42
    rate_chance: float = 0.8
    top_shrinks: float = 0.42  # what lies above 4 stars is shrunk to this: people are sparing with the top
    usual_rating: float = 2.91  # in stars; the mean comes out higher because people choose what they like
    usual_rating_spread: float = 0.22
    scale: float = 1.17  # stars for one unit of impression
    scale_spread: float = 0.27  # of its logarithm over people; the next two alike
    choosiness_spread: float = 0.7
    activity_spread: float = 1.4
    activity: float = 12.5  # median number of ratings beyond the least
    least_ratings: int = 5
    one_sitting: float = 0.6  # share of people who rate everything on one day
    whole_stars: float = 0.38  # share of people who never give a half star
    drift_a_year: float = 0.06  # share of a taste (variance) that a year replaces


@dataclass(frozen=True, eq=False)
class Films:
    """What the audience sees of the films, all (n_films, ...)."""

    ids: list[str]
    years: Ints
    alike: dict[str, Floats]  # by respect, (n_films, n_films)
    kin: Floats  # (n_films, n_films), alike in maker, 0 for a film itself
    untold: Floats
    fame: Floats
    quality: Floats


@dataclass(frozen=True, eq=False)
class People:
    """Who rates, all (n_users, ...); a liking of every film goes from `liking` towards `later_liking`."""

    liking: Floats
    later_liking: Floats
    fame_pull: Floats
    usual: Floats
    scale: Floats
    gives_halves: npt.NDArray[np.bool_]
    n_ratings: Ints
    first_second: Ints


def simulate(movies_path: Path, recipe: Recipe | None = None) -> pa.Table:
    """Let the audience rate the films of a catalogue.

    Args:
        movies_path: JSON lines with id, title, year, language, countries, genres, keywords, directors and cast.
        recipe: Constants; None = those that the shipped file was made with.

    Returns:
        A table with user_id int32 (from 1), item_id string, rating float32 and timestamp int64 (seconds since
        1970), sorted by user and time.
    """
    recipe = recipe or Recipe()
    rng = np.random.Generator(np.random.PCG64(recipe.seed))
    with movies_path.open(encoding="utf-8") as lines:
        films = draw_films([json.loads(line) for line in lines if line.strip()], recipe, rng)
    people = draw_people(films, recipe, rng)
    parts = [rate(user, people, films, recipe, rng) for user in range(recipe.n_users)]
    items, stars, seconds = (np.concatenate(column) for column in zip(*parts, strict=True))
    users = np.repeat(np.arange(1, recipe.n_users + 1), [len(part[0]) for part in parts])
    return pa.table(
        {
            "user_id": pa.array(users.astype(np.int32)),
            "item_id": pa.array([films.ids[item] for item in items], pa.string()),
            "rating": pa.array(stars.astype(np.float32)),
            "timestamp": pa.array(seconds.astype(np.int64)),
        }
    )


def draw_films(rows: Rows, recipe: Recipe, rng: np.random.Generator) -> Films:
    """Work out in what films are alike, and draw fame, quality and the axes that nothing explains."""
    n, skew = len(rows), recipe.fame_skew
    years = np.array([row["year"] for row in rows], np.int64)
    # a Gumbel draw turned round reaches further down than up
    gumbel = (np.euler_gamma - rng.gumbel(size=n)) * np.sqrt(6) / np.pi
    fame = recipe.fame_spread * (np.sqrt(1 - skew) * rng.standard_normal(n) + np.sqrt(skew) * gumbel)
    alike = likeness(rows)
    kin = alike["maker"] * (1 - np.eye(n))
    fame += recipe.fame_of_kin * np.log2(1 + kin.sum(axis=1))
    fame += recipe.fame_of_english * np.array([row["language"] == "en" for row in rows])
    fame += recipe.fame_of_spectacle * np.array([len(SPECTACLES.intersection(row["genres"])) for row in rows])
    fame -= recipe.fame_of_decade * np.abs(years - recipe.best_known_year) / 10
    untold = rng.standard_normal((n, recipe.n_untold)).round(6)
    ids, quality = [row["id"] for row in rows], rng.standard_normal(n).round(6)
    return Films(ids, years, alike, kin, untold, fame.round(6), quality)


def draw_people(films: Films, recipe: Recipe, rng: np.random.Generator) -> People:
    """Draw everybody's taste, scale, activity and first day."""
    n = recipe.n_users
    choosiness = np.exp(recipe.choosiness_spread * rng.standard_normal((n, 1)))
    activity = recipe.activity * np.exp(recipe.activity_spread * rng.standard_normal(n))
    return People(
        liking=(choosiness * [draw_liking(films, recipe, rng) for _ in range(n)]).round(6),
        later_liking=(choosiness * [draw_liking(films, recipe, rng) for _ in range(n)]).round(6),
        fame_pull=(recipe.fame_pull + recipe.fame_pull_spread * rng.standard_normal(n)).round(6),
        usual=(recipe.usual_rating + recipe.usual_rating_spread * rng.standard_normal(n)).round(6),
        scale=(recipe.scale * np.exp(recipe.scale_spread * rng.standard_normal(n))).round(6),
        gives_halves=rng.random(n) >= recipe.whole_stars,
        n_ratings=recipe.least_ratings + np.floor(activity.round(6)).astype(np.int64),
        first_second=rng.integers(FIRST, LAST - 365 * DAY, n),
    )


def draw_liking(films: Films, recipe: Recipe, rng: np.random.Generator) -> Floats:
    """(n_films,) how well every film meets one taste: mean 0, standard deviation 1, and what nothing explains."""
    n = len(films.ids)
    liking = np.zeros(n)
    for _ in range(int(rng.geometric(1 / recipe.doors))):
        chance = recipe.door_fame * films.fame + recipe.door_near * liking + rng.gumbel(size=n)
        door = int(highest(chance, 1)[0])
        for respect, weight in RESPECTS.items():
            liking += weight * rng.exponential() * films.alike[respect][door]
    liking = (liking - liking.mean()) / liking.std()
    for axis in range(recipe.n_untold):
        liking += recipe.untold / np.sqrt(recipe.n_untold) * rng.standard_normal() * films.untold[:, axis]
    return liking


def rate(
    user: int, people: People, films: Films, recipe: Recipe, rng: np.random.Generator
) -> tuple[Ints, Floats, Ints]:
    """All ratings of one person in the order they are given: item_index, stars and seconds since 1970."""
    starts, counts = sittings(user, people, recipe, rng)
    is_left = np.ones(len(films.ids), bool)
    parts: list[tuple[Ints, Floats, Ints]] = []
    for start, count in zip(starts, counts, strict=True):
        liking = liking_after(user, (start - starts[0]) / YEAR, people, recipe)
        age = 1970 + start / YEAR - films.years
        draw = people.fame_pull[user] * films.fame + recipe.choose_taste * liking
        draw += recipe.choose_quality * films.quality + recipe.choose_new * np.clip((4 - age) / 3, 0, 1)
        draw = np.where(is_left & (age >= 1), draw + rng.gumbel(size=len(draw)), -np.inf)
        draw += recipe.choose_kin * films.kin[highest(draw, count)].max(axis=0, initial=0)
        chosen = highest(draw, count)
        is_left[chosen] = False
        stars = stars_for(user, films.quality[chosen], liking[chosen], people, recipe, rng)
        parts.append((chosen, stars, start + np.cumsum(rng.integers(2, 40, len(chosen)))))
    items, ratings, seconds = (np.concatenate(column) for column in zip(*parts, strict=True))
    return items, ratings, seconds


def sittings(user: int, people: People, recipe: Recipe, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """When a person sits down to rate (seconds since 1970, rising), and how many films each time."""
    total = int(people.n_ratings[user])
    further = 0 if rng.random() < recipe.one_sitting else min(int(rng.geometric(0.3)), total - 1)
    days = 1 + np.floor(np.exp(rng.normal(3.0, 1.6, further)).round(6)).astype(np.int64)
    starts = people.first_second[user] + DAY * np.concatenate([[0], np.cumsum(days)])
    starts = starts[starts < LAST]
    cuts = np.sort(rng.choice(np.arange(1, total), len(starts) - 1, replace=False))
    return starts, np.diff(np.concatenate([[0], cuts, [total]]))


def liking_after(user: int, years: float, people: People, recipe: Recipe) -> Floats:
    """(n_films,), how well every film meets a person's taste, so many years after their first day."""
    replaced = min(1.0, recipe.drift_a_year * years)
    return np.asarray(
        np.sqrt(1 - replaced) * people.liking[user] + np.sqrt(replaced) * people.later_liking[user]
    )


def highest(values: Floats, count: int) -> Ints:
    """Places of the `count` highest finite values, highest first, the earlier of two equal ones first."""
    order = np.argsort(-values.round(6), kind="stable")
    return order[: min(count, int(np.isfinite(values).sum()))].astype(np.int64)


def stars_for(
    user: int, quality: Floats, liking: Floats, people: People, recipe: Recipe, rng: np.random.Generator
) -> Floats:
    """(n,) ratings in stars, from 0.5 to 5; a person without half stars gives at least 1."""
    impression = recipe.rate_quality * quality + recipe.rate_taste * liking
    impression += recipe.rate_chance * rng.standard_normal(len(quality))
    exact = people.usual[user] + people.scale[user] * impression
    exact = np.where(exact > 4, 4 + recipe.top_shrinks * (exact - 4), exact).round(6)
    if people.gives_halves[user]:
        return np.asarray(np.clip(np.floor(2 * exact + 0.5) / 2, 0.5, 5))
    return np.asarray(np.clip(np.floor(exact + 0.5), 1, 5))


def write(table: pa.Table, path: Path) -> None:
    """Write a table with fixed settings, so that the same table gives the same bytes."""
    pq.write_table(table, path, compression="zstd", compression_level=9)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "ratings.parquet"
    made = simulate(HERE / "movies.jsonl")
    write(made, target)
    print(f"{made.num_rows:,} ratings written to {target}")
