"""Generated films and ratings at the size of MovieLens 25M, to measure what a size costs. Nothing here is about real films.

    python bench/generated.py HOME [--films 62423] [--people 162541] [--ratings 30000000]

Writes the files of the dataset `generated` into HOME/downloads/generated and builds it there, for `bench/answers.py`:
made-up titles, plots of syllables, people, genres, keywords, countries, years and lengths, and simulated ratings with a
long tail. A film's vector is drawn at random around a direction of its first genre; texts are read by MiniLM all the
same, so a question costs what it costs elsewhere, and the answers mean nothing. Only `METHODS` are learned, maps are
principal components.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core import embeddings, recommenders
from core.build import Request, build, space_stages
from core.compute.progress import Progress, no_progress
from core.domain import Catalog, Dataset
from core.embeddings import Encoder, Space, Stamp
from core.embeddings.base import normalise
from core.embeddings.encoders.minilm import MiniLM
from core.maps import projection, projection_quality
from core.types import FloatMatrix

NAME = "generated"
METHODS = ("taste", "popularity", "content")
N_FILMS = 62_423
"""As many as MovieLens 25M has."""
N_PEOPLE, N_RATINGS = 30_000, 5_000_000
N_NAMES = 150_000
"""People who direct and act."""
N_WORDS, N_KEYWORDS = 6_000, 8_000
N_QUESTIONS = 200
GENRES = (
    *("Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy"),
    *("History", "Horror", "Music", "Mystery", "Romance", "Science Fiction", "Thriller", "War", "Western"),
)
ORIGINS = {
    **{"United States": "en", "United Kingdom": "en", "France": "fr", "Germany": "de", "Italy": "it"},
    **{"Japan": "ja", "Spain": "es", "India": "hi", "South Korea": "ko", "Sweden": "sv", "Denmark": "da"},
}
ADJECTIVES = {
    **{"France": "French", "Germany": "German", "Italy": "Italian", "Japan": "Japanese", "Spain": "Spanish"},
}
ONSETS = (
    *"bcdfghjklmnprstvw",
    "br",
    "ch",
    "cl",
    "dr",
    "fl",
    "gr",
    "kr",
    "pl",
    "pr",
    "sh",
    "sl",
    "st",
    "th",
    "tr",
)
VOWELS = (*"aeiou", "ai", "ea", "ee", "ie", "oo", "ou")
CODAS = ("", "", "", *"nrlstmd", "ck", "nd", "ng", "rt", "st")


class RandomFilms(Encoder):
    """Random vectors for films, MiniLM's for texts; registered only where the generated films are built or asked."""

    name = "random_films"
    label = "Random films"
    description = "For measurements: films have random vectors."
    dim = MiniLM.dim

    def stamp(self) -> Stamp:
        """See `Encoder.stamp`."""
        return Stamp(self.name, "1", self.dim)

    def encode_items(
        self, dataset: Dataset, *, workdir: Path | None = None, progress: Progress = no_progress
    ) -> FloatMatrix:
        """(n_items, dim) float32 of length 1, nearer to each other where the first genre is the same."""
        rng = np.random.default_rng(0)
        genres = pd.factorize(dataset.catalog.items["genres"].map(lambda own: own[:1]))[0]
        centres = rng.standard_normal((genres.max() + 1, self.dim), np.float32)
        return normalise(centres[genres] + 1.5 * rng.standard_normal((len(genres), self.dim), np.float32))

    def encode_texts(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32 of length 1."""
        return MiniLM().encode_texts(texts)


@dataclass(frozen=True, eq=False)
class Size:
    """How much is generated."""

    films: int = N_FILMS
    people: int = N_PEOPLE
    ratings: int = N_RATINGS
    names: int = N_NAMES


def made_up_words(n: int, syllables: int, rng: np.random.Generator) -> list[str]:
    """So many different words of one to so many syllables."""
    found: dict[str, None] = {}
    while len(found) < n:
        parts = [
            rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS)
            for _ in range(1 + int(rng.integers(syllables)))
        ]
        if len(word := "".join(parts)) > 2:
            found[word] = None
    return list(found)


def places_of(n: int, size: tuple[int, ...], rng: np.random.Generator, skew: float = 0.9) -> np.ndarray:
    """Places below n, the first the likeliest: the place r with a weight of (r + 10) ** -skew."""
    weights = (np.arange(n) + 10.0) ** -skew
    return np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(size)).clip(0, n - 1)


def films(size: Size, rng: np.random.Generator) -> pd.DataFrame:
    """One row a film, lists joined by "|"."""
    words = np.array(made_up_words(N_WORDS, 3, rng), object)
    n_last = max(size.names // 8, 1)
    first, last = made_up_words(2_000, 2, rng), made_up_words(n_last, 3, rng)
    bearers = zip(
        rng.integers(len(first), size=size.names), rng.integers(n_last, size=size.names), strict=True
    )
    names = np.array([f"{first[a].title()} {last[b].title()}" for a, b in bearers], object)
    keywords = np.array([" ".join(rng.choice(words, 1 + k % 2)) for k in range(N_KEYWORDS)], object)
    n = size.films
    actors, directors = places_of(len(names), (n, 8), rng), places_of(len(names), (n,), rng)
    plot_words, title_words = places_of(N_WORDS, (n, 60), rng), places_of(N_WORDS, (n, 4), rng, 0.3)
    own_genres, own_keywords = places_of(len(GENRES), (n, 3), rng), places_of(N_KEYWORDS, (n, 6), rng)
    countries = places_of(len(ORIGINS), (n,), rng, 2.0)
    lengths, runtimes = 1 + rng.integers(4, size=n), rng.normal(100, 20, n).clip(40, 260).astype(int)
    origins = list(ORIGINS)
    return pd.DataFrame(
        {
            "item_id": np.arange(1, n + 1),
            "title": [" ".join(words[own[:m]]).title() for own, m in zip(title_words, lengths, strict=True)],
            "year": 2020 - rng.exponential(22, n).clip(0, 115).astype(int),
            "runtime": runtimes,
            "overview": [f"{' '.join(words[own]).capitalize()}." for own in plot_words],
            "genres": ["|".join(dict.fromkeys(GENRES[g] for g in own)) for own in own_genres],
            "keywords": ["|".join(keywords[own]) for own in own_keywords],
            "cast": ["|".join(names[own]) for own in actors],
            "directors": names[directors],
            "countries": [origins[c] for c in countries],
            "language": [ORIGINS[origins[c]] for c in countries],
        }
    )


def ratings(size: Size, rng: np.random.Generator) -> pd.DataFrame:
    """One row a rating: simulated; few films have most of them, few people give most, and who likes a film is chance."""
    known = rng.permutation(size.films)
    popular = known[places_of(size.films, (size.ratings,), rng, 1.1)]
    people = places_of(size.people, (size.ratings,), rng, 0.5)
    frame = pd.DataFrame({"user_id": people + 1, "item_id": popular + 1}).drop_duplicates()
    frame["rating"] = rng.choice(
        np.arange(1, 11) / 2, len(frame), p=np.array([1, 1, 2, 3, 5, 9, 9, 12, 6, 5]) / 53
    )
    return frame


def questions(catalog: Catalog, n: int = N_QUESTIONS) -> list[str]:
    """Questions in words about the generated films: names, genres, countries, years, lengths, titles and plots."""
    rng = np.random.default_rng(1)
    found = []
    for number in range(n):
        film = catalog.film(int(rng.integers(len(catalog))))
        other = catalog.film(int(rng.integers(len(catalog))))
        genre, actor = film.genres[0].lower(), film.cast[0]
        plot = " ".join(film.overview.split()[5:12])
        decade = f"{(film.year or 2000) // 10 * 10}s"
        kinds = (
            f"{genre} with {actor}",
            f"{ADJECTIVES.get(film.countries[0], 'American')} {genre} from the {decade}",
            f"by {film.directors[0]}, under {film.runtime or 100} minutes",
            f"like {film.title} but no {other.genres[0].lower()}",
            plot,
            f"a film about {plot}",
            f"{genre}, no {other.genres[-1].lower()}, {plot}",
            _misspelt(actor, rng),
            f"less known {genre} before {film.year} with {other.cast[1]}",
            f"{film.title} and {other.title}",
        )
        found.append(kinds[number % len(kinds)])
    return found


def _misspelt(name: str, rng: np.random.Generator) -> str:
    """The name without one of its inner letters."""
    place = int(rng.integers(1, len(name) - 1))
    return name[:place] + name[place + 1 :]


def flat_map(space: Space, **_: object) -> FloatMatrix:
    """The first two principal components, where UMAP would take many minutes."""
    centred = space.vectors - space.vectors.mean(axis=0)
    points: FloatMatrix = centred @ np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    points /= np.abs(points).max()
    return points


@contextmanager
def quick_build() -> Iterator[None]:
    """Within the block, a build draws flat maps, measures none, and learns `METHODS` alone."""
    embeddings.register(RandomFilms)
    with (
        patch.object(space_stages, "APART_FROM", np.inf),  # a process of its own would draw as ever
        patch.object(projection, "project", flat_map),
        patch.object(projection_quality, "faithfulness", lambda space, points, kept, **_: None),
        patch.object(recommenders, "names", lambda: list(METHODS)),
    ):
        yield


def write_own_files(folder: Path, size: Size) -> None:
    """The tables as somebody's own files."""
    rng = np.random.default_rng(0)
    films(size, rng).to_csv(folder / "films.csv", index=False)
    ratings(size, rng).to_csv(folder / "ratings.csv", index=False)


def write_movielens(folder: Path, size: Size) -> None:
    """The tables as MovieLens 25M lays them out: titles with years, genres, ratings with moments; no plots, no people."""
    rng = np.random.default_rng(0)
    made = films(size, rng)
    titles = made["title"] + " (" + made["year"].astype(str) + ")"
    head = pd.DataFrame({"movieId": made["item_id"], "title": titles, "genres": made["genres"]})
    head.to_csv(folder / "movies.csv", index=False)
    given = ratings(size, rng)
    given["timestamp"] = rng.integers(900_000_000, 1_570_000_000, len(given))
    given.columns = ["userId", "movieId", "rating", "timestamp"]
    given.sort_values(["userId", "movieId"]).to_csv(folder / "ratings.csv", index=False)


def build_generated(home: Path, size: Size, *, is_movielens: bool = False) -> dict[str, float]:
    """Write the files and build them.

    Args:
        home: Where to.
        size: How much is generated.
        is_movielens: Whether as `ml-25m`, which may have more ratings than somebody's own files.

    Returns:
        Seconds of every stage.
    """
    name = "ml-25m" if is_movielens else NAME
    folder = home / "downloads" / name
    folder.mkdir(parents=True, exist_ok=True)
    (write_movielens if is_movielens else write_own_files)(folder, size)
    with quick_build():
        return build(Request(name, folder, spaces=(RandomFilms.name,)), base=home).ran


def main() -> None:
    """Write, build, and say how long it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--films", type=int, default=N_FILMS)
    parser.add_argument(
        "--people", type=int, help="who rate; as many more or fewer as there are films, if left out"
    )
    parser.add_argument("--ratings", type=int, help="drawn, of which the same film of one person counts once")
    parser.add_argument(
        "--movielens", action="store_true", help="as ml-25m, with ratings beyond what own files may have"
    )
    options = parser.parse_args()
    os.environ["MOVIE_ATLAS_HOME"] = str(options.home)
    share = options.films / N_FILMS
    size = Size(
        options.films,
        options.people or max(int(N_PEOPLE * share), 50),
        options.ratings or int(N_RATINGS * share),
        max(int(N_NAMES * share), 500),
    )
    started = time.perf_counter()
    for stage, seconds in build_generated(options.home, size, is_movielens=options.movielens).items():
        print(f"{stage:28}{seconds:8.1f} s")
    print(f"{'all':28}{time.perf_counter() - started:8.1f} s")


if __name__ == "__main__":
    main()
