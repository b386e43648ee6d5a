"""A shelf of sixteen films with everything that a film's page may meet: a saga, people of several spellings, and nothing."""

from pathlib import Path

import pandas as pd
import pytest

from core.build import Request, build
from core.maps import projection
from tests import tiny  # noqa: F401, its encoder is registered
from tests.conftest import flat_map

ODD = "<b>Nobody</b> & *co*: $x$"
FILMS = [
    {
        "item_id": "alien", "title": "Alien", "year": 1979, "runtime": 117, "language": "en",
        "countries": "United Kingdom|France", "genres": "Horror|Science Fiction", "keywords": "alien|ship",
        "cast": "Sigourney Weaver|John Hurt", "directors": "Ridley Scott", "imdb_id": "tt0078748", "tmdb_id": "348",
        "overview": "A crew in deep space meets an alien on its ship.", "tagline": "Nobody hears you scream.",
        "original_title": "Star Beast", "n_votes": 4470, "vote_average": 7.9,
    },
    {
        "item_id": "covenant", "title": "Alien: Covenant", "year": 2017, "genres": "Horror|Science Fiction",
        "keywords": "alien|ship", "cast": "Katherine Waterston", "directors": "Ridley Scott",
        "overview": "A crew in deep space meets another alien on a planet.",
    },
    {
        "item_id": "alien-3", "title": "Alien 3", "year": 1992, "genres": "Horror|Science Fiction",
        "keywords": "alien|prison", "cast": "Sigourney Weaver", "directors": "David Fincher",
        "overview": "An alien hunts the inmates of a prison in space.",
    },
    {
        "item_id": "seven", "title": "Seven", "year": 1995, "runtime": 60, "language": "qq", "genres": "Crime",
        "cast": "Morgan Freeman", "directors": "David Fincher", "imdb_id": "tt01 14369", "tmdb_id": "807?x=1",
        "overview": "Two detectives follow a murderer through the rain.",
    },
    {
        "item_id": "bronx", "title": "A Bronx Tale", "year": 1993, "genres": "Crime|Drama", "cast": "Robert De Niro",
        "directors": "Robert De Niro", "overview": "A boy grows up between his father and the mob.",
    },
    {
        "item_id": "heat", "title": "Heat", "year": 1995, "genres": "Crime", "cast": "Robert DeNiro",
        "overview": "A detective follows a thief through the city.",
    },
    {"item_id": "odd", "title": ODD, "imdb_id": "javascript:alert(1)"},
    *(
        {
            "item_id": f"train-{n}", "title": f"Train Number {word}", "year": 1950 + n, "genres": "Romance",
            "overview": f"Strangers meet on the train number {word}.",
        }
        for n, word in enumerate(("Seventeen", "Amber", "Velvet", "Granite", "Silver", "Copper", "Ivory", "Cobalt", "Rust"))
    ),
]  # fmt: skip
RATINGS = [
    *(("ann", item, rating) for item, rating in (("alien", 5.0), ("alien-3", 5.0), ("heat", 0.5))),
    *(("bob", item, rating) for item, rating in (("alien", 5.0), ("alien-3", 5.0), ("seven", 5.0))),
    *(("cid", item, rating) for item, rating in (("alien", 1.0), ("heat", 5.0), ("bronx", 4.0))),
    *(("dot", item, rating) for item, rating in (("seven", 5.0), ("train-0", 3.0))),
]


def build_shelf(folder: Path, *, is_rated: bool = True) -> Path:
    """The films as a person's own files, built as "shelf" with as few methods as can be; the home they stand in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIE_ATLAS_HOME", str(folder))
        patch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
        patch.setattr(projection, "project", flat_map)
        patch.setattr("core.recommenders.names", lambda: ["popularity"])
        files = folder / "downloads" / "shelf"
        files.mkdir(parents=True)
        pd.DataFrame(FILMS).to_csv(files / "films.csv", index=False)
        if is_rated:
            rows = [
                {
                    "user_id": user,
                    "item_id": item,
                    "rating": rating,
                    "timestamp": 946_684_800 + 200 * 86_400 * n,
                }
                for n, (user, item, rating) in enumerate(RATINGS)
            ]
            pd.DataFrame(rows).to_csv(files / "ratings.csv", index=False)
        build(Request("shelf", files, spaces=("letters",)))
    return folder
