"""Tiny dataset folders that the tests write themselves, each with a known right answer."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

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
