"""The simulated audience of the demo: two thousand invented people and what they rate.

No real person's rating and no real film's fame or score goes in. What does: the facts in `movies.jsonl`, the
constants in `Recipe`, set by hand until the figures in README.md came close to MovieLens's, and a seed.

1. Every film has a place in a space of tastes. Some axes follow from its features (genres, keywords, people,
   decade, language), so a method that reads the films can find them; the others are drawn, so that only the
   ratings tell. It also has a fame and a quality; newer films and films in English are better known.
2. Every person has a taste in that space, which drifts over the years, a usual rating, a spread, a habit of
   giving half stars or not, an activity (a few people rate most) and the days on which they sit down to rate.
3. On such a day they choose among the films out by then that they have not rated: what is famous, new, good,
   what they expect to like, and what one film leads to (its director's or cast's others), plus chance: a
   Gumbel draw, which makes it a Plackett-Luce choice without replacement.
4. The rating is the film's quality, how it meets the person's taste on that day, and chance, on the person's
   own scale, rounded to whole or half stars.

Sums over axes are added one axis at a time and compared values are rounded, so neither the number of threads
nor the linear algebra library decides anything.
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = list[dict[str, Any]]

HERE = Path(__file__).resolve().parent
DAY = 86_400
YEAR = 365.25 * DAY
FIRST, LAST = 1_136_073_600, 1_767_139_200  # 2006-01-01 and 2025-12-31, seconds since 1970
FAMILIES = {"genres": (1.0, 1), "keywords": (0.8, 4), "directors": (1.2, 2), "cast": (0.6, 3)}
"""Column -> how much one of its values weighs, and how many films must share it."""
COMMON_COUNTS_LESS = 0.4
"""A feature's weight falls with this power of the number of films that have it."""


@dataclass(frozen=True)
class Recipe:
    """Every constant of the simulation; a spread is a standard deviation."""

    seed: int = 20_250_101
    n_users: int = 2_000
    n_told: int = 5  # axes of taste that follow from the films' features
    n_untold: int = 5  # axes of taste that nothing in the films explains
    told_rounds: int = 9  # rounds of moving films and features towards each other; more = broader themes
    told_share: float = 0.9  # share of the explained axes in a film's place (variance)
    fame_spread: float = 3.0
    fame_skew: float = 0.9  # 0 = as many stars as forgotten films; nearer 1 = more forgotten
    fame_of_decade: float = 0.3  # fame lost with every decade before 1990
    fame_of_english: float = 1.5
    fame_of_theme: float = 0.9  # how much fame goes with the first explained axis
    choose_taste: float = 2.0  # how expected liking draws people, in units of fame; the next three alike
    choose_quality: float = 0.9
    choose_new: float = 1.0
    choose_kin: float = 2.2
    rate_quality: float = 0.5  # parts of a rating, in units of the person's spread; the next two alike
    rate_taste: float = 0.45
    rate_chance: float = 0.8
    top_shrinks: float = 0.5  # what lies above 4 stars is shrunk to this: people are sparing with the top
    usual_rating: float = 2.9  # in stars; the mean comes out higher because people choose what they like
    usual_rating_spread: float = 0.4
    scale: float = 1.25  # stars for one unit of impression
    scale_spread: float = 0.27  # of its logarithm over people; the next two alike
    choosiness_spread: float = 0.4
    activity_spread: float = 1.5
    activity: float = 13.0  # median number of ratings beyond the least
    least_ratings: int = 5
    one_sitting: float = 0.6  # share of people who rate everything on one day
    whole_stars: float = 0.38  # share of people who never give a half star
    drift_a_year: float = 0.06  # share of a taste (variance) that a year replaces


@dataclass(frozen=True, eq=False)
class Films:
    """What the audience sees of the films, all (n_films, ...)."""

    ids: list[str]
    years: Ints
    places: Floats
    fame: Floats
    quality: Floats
    is_kin: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class People:
    """Who rates, all (n_users, ...); a taste goes from `tastes` towards `later_tastes`."""

    tastes: Floats
    later_tastes: Floats
    usual: Floats
    scale: Floats
    gives_halves: npt.NDArray[np.bool_]
    n_ratings: Ints
    first_second: Ints


def simulate(movies_path: Path, recipe: Recipe | None = None) -> pa.Table:
    """Let the audience rate the films of a catalogue.

    Args:
        movies_path: JSON lines with id, year, language, genres, keywords, directors and cast.
        recipe: Constants; None = those that the shipped file was made with.

    Returns:
        A table with user_id int32 (from 1), item_id string, rating float32 and timestamp int64 (seconds since
        1970), sorted by user and time.
    """
    recipe = recipe or Recipe()
    rng = np.random.Generator(np.random.PCG64(recipe.seed))
    with movies_path.open(encoding="utf-8") as lines:
        films = draw_films([json.loads(line) for line in lines if line.strip()], recipe, rng)
    people = draw_people(recipe, rng)
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
    """Place the films in the space of tastes, and draw fame and quality."""
    n, skew = len(rows), recipe.fame_skew
    told = unit_rows(told_places(rows, recipe, rng))
    untold = unit_rows(rng.standard_normal((n, recipe.n_untold)))
    places = np.hstack([np.sqrt(recipe.told_share) * told, np.sqrt(1 - recipe.told_share) * untold])
    years = np.array([row["year"] for row in rows], np.int64)
    # a Gumbel draw turned round reaches further down than up
    gumbel = (np.euler_gamma - rng.gumbel(size=n)) * np.sqrt(6) / np.pi
    fame = recipe.fame_spread * (np.sqrt(1 - skew) * rng.standard_normal(n) + np.sqrt(skew) * gumbel)
    fame += recipe.fame_of_theme * np.sqrt(recipe.n_told) * told[:, 0]
    fame += recipe.fame_of_english * np.array([row["language"] == "en" for row in rows])
    fame -= recipe.fame_of_decade * np.maximum(1990 - years, 0) / 10
    ids, quality = [row["id"] for row in rows], rng.standard_normal(n).round(6)
    return Films(ids, years, places.round(6), fame.round(6), quality, kin(rows))


def told_places(rows: Rows, recipe: Recipe, rng: np.random.Generator) -> Floats:
    """(n_films, n_told) places that follow from the films' features.

    Films start anywhere; then, a few times over, every feature moves to its films and every film to its
    features, and the axes are kept apart. So films with much in common end up close together, as themes.
    """
    film, feature, weight = feature_pairs(rows)
    weight = (weight / np.bincount(feature)[feature] ** COMMON_COUNTS_LESS).round(6)
    places = rng.standard_normal((len(rows), recipe.n_told))
    for _ in range(recipe.told_rounds):
        of_features = np.zeros((int(feature.max()) + 1, recipe.n_told))
        np.add.at(of_features, feature, weight[:, None] * places[film])
        places = np.zeros_like(places)
        np.add.at(places, film, weight[:, None] * of_features[feature])
        places = apart(places)
    return places


def feature_pairs(rows: Rows) -> tuple[Ints, Ints, Floats]:
    """Every film with each of its features: film number, feature number and weight, in a fixed order."""
    pairs: list[tuple[int, str, float]] = []
    for family, (weight, least) in FAMILIES.items():
        counts = Counter(value for row in rows for value in row[family])
        for film, row in enumerate(rows):
            pairs += [(film, f"{family}:{value}", weight) for value in row[family] if counts[value] >= least]
    for film, row in enumerate(rows):
        pairs += [(film, f"decade:{row['year'] // 10}", 1.0), (film, f"language:{row['language']}", 1.0)]
    number = {name: place for place, name in enumerate(sorted({name for _, name, _ in pairs}))}
    numbered = [(film, number[name], weight) for film, name, weight in pairs]
    films, features, weights = (np.array(column) for column in zip(*numbered, strict=True))
    return films, features, weights


def apart(values: Floats) -> Floats:
    """Columns with mean 0 and standard deviation 1, no two of them correlated (Gram-Schmidt)."""
    values = values - values.mean(axis=0)
    for column in range(values.shape[1]):
        for earlier in range(column):
            values[:, column] -= (values[:, column] * values[:, earlier]).mean() * values[:, earlier]
        values[:, column] /= np.sqrt((values[:, column] ** 2).mean())
    return np.asarray(values.round(6))


def unit_rows(values: Floats) -> Floats:
    """Rows scaled to length 1."""
    return np.asarray(values / np.sqrt((values**2).sum(axis=1, keepdims=True)))


def kin(rows: Rows) -> npt.NDArray[np.bool_]:
    """(n_films, n_films) whether one film leads to another: the same director, or two of the same actors."""
    people = [(set(row["directors"]), set(row["cast"])) for row in rows]
    is_kin = np.zeros((len(rows), len(rows)), bool)
    for one, (directors, cast) in enumerate(people):
        for other, (their_directors, their_cast) in enumerate(people[:one]):
            is_kin[one, other] = not directors.isdisjoint(their_directors) or len(cast & their_cast) > 1
    return np.asarray(is_kin | is_kin.T)


def draw_people(recipe: Recipe, rng: np.random.Generator) -> People:
    """Draw everybody's taste, scale, activity and first day."""
    n, axes = recipe.n_users, recipe.n_told + recipe.n_untold
    choosiness = np.exp(recipe.choosiness_spread * rng.standard_normal((n, 1)))
    activity = recipe.activity * np.exp(recipe.activity_spread * rng.standard_normal(n))
    return People(
        tastes=(choosiness * rng.standard_normal((n, axes))).round(6),
        later_tastes=(choosiness * rng.standard_normal((n, axes))).round(6),
        usual=(recipe.usual_rating + recipe.usual_rating_spread * rng.standard_normal(n)).round(6),
        scale=(recipe.scale * np.exp(recipe.scale_spread * rng.standard_normal(n))).round(6),
        gives_halves=rng.random(n) >= recipe.whole_stars,
        n_ratings=recipe.least_ratings + np.floor(activity.round(6)).astype(np.int64),
        first_second=rng.integers(FIRST, LAST - 365 * DAY, n),
    )


def rate(
    user: int, people: People, films: Films, recipe: Recipe, rng: np.random.Generator
) -> tuple[Ints, Floats, Ints]:
    """All ratings of one person in the order they are given: item_index, stars and seconds since 1970."""
    starts, counts = sittings(user, people, recipe, rng)
    is_left = np.ones(len(films.ids), bool)
    parts: list[tuple[Ints, Floats, Ints]] = []
    for start, count in zip(starts, counts, strict=True):
        liking = expected_liking(user, (start - starts[0]) / YEAR, people, films, recipe)
        age = 1970 + start / YEAR - films.years
        draw = films.fame + recipe.choose_taste * liking + recipe.choose_quality * films.quality
        draw += recipe.choose_new * np.clip((4 - age) / 3, 0, 1) + rng.gumbel(size=len(draw))
        draw = np.where(is_left & (age >= 1), draw, -np.inf)
        draw += recipe.choose_kin * films.is_kin[highest(draw, count)].any(axis=0)
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


def expected_liking(user: int, years: float, people: People, films: Films, recipe: Recipe) -> Floats:
    """(n_films,) how well every film meets a person's taste, so many years after their first day."""
    replaced = min(1.0, recipe.drift_a_year * years)
    taste = np.sqrt(1 - replaced) * people.tastes[user] + np.sqrt(replaced) * people.later_tastes[user]
    liking = np.zeros(len(films.ids))
    for axis, weight in enumerate(taste):
        liking += weight * films.places[:, axis]
    return np.asarray(liking.round(6))


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
