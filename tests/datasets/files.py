"""Tiny dataset folders that the tests write themselves, each with a known right answer."""

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.domain import Dataset


def write(folder: Path, files: Mapping[str, str | bytes], encoding: str = "utf-8") -> Path:
    """Write files into a folder and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return folder


def zipped(archive: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a zip archive with these members and return it."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as content:
        for name, body in files.items():
            content.writestr(name, body)
    return archive


def dropped(dataset: Dataset, table: str) -> dict[str, int]:
    """Reason -> count of one table's dropped rows."""
    report = next(one for one in dataset.report.tables if one.name == table)
    return {drop.reason: drop.count for drop in report.dropped}


def warnings(dataset: Dataset) -> str:
    """All warnings as one text."""
    return "\n".join(dataset.report.warnings)


def is_balanced(dataset: Dataset) -> bool:
    """Whether every table accounts for every row that it read."""
    return bool(dataset.report.tables) and all(table.is_balanced for table in dataset.report.tables)


def table(columns: list[str], *rows: dict[str, Any]) -> str:
    """CSV text with a header; cells that a row lacks are empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


TMDB_COLUMNS = [
    *("budget", "genres", "id", "imdb_id", "belongs_to_collection", "keywords", "original_language"),
    *("original_title", "overview", "poster_path", "production_countries", "release_date", "revenue"),
    *("runtime", "tagline", "title", "vote_average", "vote_count"),
]


def film(number: object, title: str, **cells: Any) -> dict[str, Any]:
    """One film's row with plausible cells."""
    plain = {"id": number, "title": title, "budget": 5, "revenue": 5, "runtime": "90.0", "vote_count": 10}
    return {**plain, "vote_average": 7.5, "release_date": "1995-10-30", "overview": "A plot.", **cells}


MOVIELENS_CSV = {
    "movies.csv": (
        "movieId,title,genres\r\n"
        "1,Toy Story (1995),Adventure|Animation\r\n"
        '5,"City of Lost Children, The (Cité des enfants perdus, La) (1995)",Fantasy\r\n'
        '7,"Misérables, Les (1995) ",(no genres listed)\r\n'
        "9,Babylon 5,Sci-Fi\r\n"
        "11,Emma (1996),Drama\r\n"
        "12,Emma (1996),Romance\r\n"
    ),
    "ratings.csv": (
        "userId,movieId,rating,timestamp\r\n"
        "3,1,4.0,964982703\r\n"
        "3,5,0.5,964981247\r\n"
        "2,1,5.0,1445714994\r\n"
        "2,11,3.5,1445714996\r\n"
    ),
    "links.csv": (
        "movieId,imdbId,tmdbId\r\n1,0114709,862\r\n5,0112682,902\r\n7,113828,\r\n9,0105946,902\r\n"
        "11,10116191,3573\r\n12,,12254\r\n"
    ),
    "tags.csv": (
        "userId,movieId,tag,timestamp\r\n2,1,Funny,1\r\n3,1,  pixar ,1\r\n4,1,PIXAR,1\r\n"
        "4,1,null,1\r\n2,99,lost,1\r\n"
    ),
}
MOVIELENS_DAT = {
    "movies.dat": (
        "1::Toy Story (1995)::Animation|Children's\n73::Misérables, Les (1995)::Drama\n9::M: A (1931)::\n"
    ),
    "ratings.dat": "1::73::5::978300760\n1::1::3::978302109\n2::1::1::978301968\n",
    "users.dat": "1::F::1::10::48067\n",
}
"""In Latin-1."""


def _item(number: int, title: str, *flags: int) -> str:
    genres = "|".join(str(int(genre in flags)) for genre in range(3))
    return f"{number}|{title}|01-Jan-1995||http://x|{genres}\n"


MOVIELENS_U = {
    "u.genre": "unknown|0\nAction|1\nDrama|2\n\n",
    "u.item": _item(1, 'Misérables, "Les (1995)', 1, 2) + _item(2, "unknown", 0) + _item(3, "unknown", 2),
    "u.data": "196\t1\t3\t881250949\n186\t3\t4\t891717742\n",
}
"""In Latin-1."""

TMDB_5000 = {
    "tmdb_5000_movies.csv": table(TMDB_COLUMNS, film(2, "The Host"), film(1, "Heat")),
    "tmdb_5000_credits.csv": table(
        ["movie_id", "title", "cast", "crew"], {"movie_id": 1, "title": "Heat", "cast": "[]", "crew": "[]"}
    ),
}
THE_MOVIES_DATASET = {
    "movies_metadata.csv": table(TMDB_COLUMNS, film(862, "Toy Story"), film(9, "Jumanji")),
    "links.csv": "movieId,imdbId,tmdbId\n1,0114709,862\n2,0113497,9.0\n",
    "ratings_small.csv": "userId,movieId,rating,timestamp\n7,1,4.0,5\n8,2,2.0,9\n",
}
MOVIETWEETINGS = {
    "movies.dat": (
        "0000008::Edison Kinetoscopic Record of a Sneeze (1894)::Documentary|Short\n"
        "0113277::Heat (1995)::Action|Crime\n0245429::Sen to Chihiro no kamikakushi (2001)::Animation\n"
        "1375666::Inception (2010)::\n"
    ),
    "ratings.dat": (
        "1::0113277::9::1374863137\n1::1375666::10::1379466669\n2::0000008::5::1412178746\n"
        "2::0113277::0::1412178750\n3::0245429::8::1412178760\n"
    ),
    "users.dat": "1::139564917\n2::522540374\n3::475571186\n",
}


def _latin(files: Mapping[str, str]) -> dict[str, str | bytes]:
    return {name: text.encode("latin-1") for name, text in files.items()}


LAYOUTS: dict[str, Mapping[str, str | bytes]] = {
    "ml-latest-small": MOVIELENS_CSV,
    "ml-25m": MOVIELENS_CSV,
    "ml-32m": MOVIELENS_CSV,
    "ml-1m": _latin(MOVIELENS_DAT),
    "ml-100k": _latin(MOVIELENS_U),
    "tmdb-5000": TMDB_5000,
    "the-movies-dataset": THE_MOVIES_DATASET,
    "movietweetings": MOVIETWEETINGS,
}
"""A small sound folder of each source that does not ship with the app."""
