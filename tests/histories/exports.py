"""Made-up exports of every kind, as the sites write them; no person's data."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any


def table(*lines: str, newline: str = "\r\n") -> bytes:
    return (newline.join(lines) + newline).encode()


def archive(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as content:
        for name, data in files.items():
            content.writestr(name, data)
    return packed.getvalue()


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


LETTERBOXD = {
    "ratings.csv": table(
        "Date,Name,Year,Letterboxd URI,Rating",
        "2024-01-05,Heat,1995,https://boxd.it/a1,4.5",
        "2024-01-06,Amélie,2001,https://boxd.it/a2,5",
        "2024-01-07,Cats,2019,https://boxd.it/a3,0.5",
    ),
    "diary.csv": table(
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
        '2024-01-05,Heat,1995,https://boxd.it/z1,4,,"with me, at home",2024-01-04',
        "2024-02-01,Ran,1985,https://boxd.it/z2,,Yes,,2024-01-31",
    ),
    "reviews.csv": table(
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date",
        '2024-01-07,Cats,2019,https://boxd.it/z3,0.5,,"Two lines\r\nof ""no"".",,2024-01-06',
    ),
    "watched.csv": table(
        "Date,Name,Year,Letterboxd URI",
        "2024-01-05,Heat,1995,https://boxd.it/a1",
        "2024-01-08,Stalker,,https://boxd.it/a4",
    ),
    "watchlist.csv": table("Date,Name,Year,Letterboxd URI", "2024-03-01,Alien,1979,https://boxd.it/a5"),
    "likes/films.csv": table("Date,Name,Year,Letterboxd URI", "2024-01-31,Ran,1985,https://boxd.it/a6"),
    "lists/my-space-films.csv": table(
        "Letterboxd list export v7",
        "Date,Name,Tags,URL,Description",
        '2024-01-01,My space films,,https://boxd.it/l1,"All of them,\r\n\r\nPosition,as I see it"',
        "",
        "Position,Name,Year,URL,Description",
        "1,Solaris,1972,https://boxd.it/a7,",
        "2,Moon,2009,https://boxd.it/a8,small",
    ),
    "profile.csv": table("Date Joined,Username,Email Address", "2020-01-01,somebody,somebody@example.org"),
    "deleted/diary.csv": table(
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
        "2020-01-01,Deleted Film,2000,https://boxd.it/d1,1,,,2020-01-01",
    ),
    "orphaned/reviews.csv": table(
        "Date,Name,Year,Letterboxd URI", "2020-01-01,Orphan,2001,https://boxd.it/d2"
    ),
}


def letterboxd_zip(folder: str = "") -> bytes:
    return archive({folder + name: data for name, data in LETTERBOXD.items()})


IMDB_2024 = table(
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,"
    "Num Votes,Release Date,Directors",
    "tt0113277,9,2024-06-01,Heat,Heat,https://www.imdb.com/title/tt0113277/,Movie,8.3,170,1995,Crime,700000,"
    "1995-12-15,Michael Mann",
    "tt0245429,10,2024-06-02,Spirited Away,Sen to Chihiro no kamikakushi,https://x,Movie,8.6,124,2001,Animation,1,"
    "2001-07-20,Hayao Miyazaki",
    "tt0903747,10,2024-06-03,Breaking Bad,Breaking Bad,https://x,TV Series,9.5,45,2008,Crime,1,2008-01-20,",
    "tt0959621,9,2024-06-03,Pilot,Pilot,https://x,TV Episode,9.0,58,2008,Crime,1,2008-01-20,",
    "tt2140553,8,2024-06-03,The Last of Us,The Last of Us,https://x,Video Game,9.6,,2013,Action,1,2013-06-14,",
    "tt7366338,9,2024-06-04,Chernobyl,Chernobyl,https://x,TV Mini Series,9.3,330,2019,Drama,1,2019-05-06,",
)
"""The header since 2024, words for kinds as people read them."""

IMDB_2019 = (
    "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,"
    "Release Date,Directors\r\n"
    "tt0211915,8,2019-05-01,Amélie,https://x,movie,8.3,122,2001,Romance,1,2001-04-25,Jean-Pierre Jeunet\r\n"
    "tt0903747,10,2019-06-03,Breaking Bad,https://x,tvSeries,9.5,45,2008,Crime,1,2008-01-20,\r\n"
).encode("windows-1252")
"""From 2017 to 2024: codes for kinds, and the bytes of Windows."""

IMDB_2010 = table(
    '"position","const","created","modified","description","Title","Title type","Directors","You rated",'
    '"IMDb Rating","Runtime (mins)","Year","Genres","Num. Votes","Release Date (month/day/year)","URL"',
    '"1","tt0113277","Mon Jan 4 00:00:00 2010","","","Heat","Feature Film","Michael Mann","9","8.2","170","1995",'
    '"crime","1","1995-12-15","http://www.imdb.com/title/tt0113277/"',
)

IMDB_WATCHLIST = table(
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,"
    "Genres,Num Votes,Release Date,Directors,Your Rating,Date Rated",
    "1,tt0078748,2024-01-01,2024-01-01,,Alien,Alien,https://x,Film,8.5,117,1979,Horror,1,1979-05-25,Ridley Scott,,",
    "2,tt0113277,2024-01-01,2024-01-01,,Heat,Heat,https://x,Film,8.3,170,1995,Crime,1,1995-12-15,Michael Mann,9,"
    "2024-06-01",
)
"""A German account's: kinds in its language."""


def trakt_movie(title: str, year: int | None, imdb: str | None, tmdb: int | None) -> dict[str, Any]:
    return {"title": title, "year": year, "ids": {"trakt": 7, "slug": "x", "imdb": imdb, "tmdb": tmdb}}


HEAT = trakt_movie("Heat", 1995, "tt0113277", 949)
TRAKT = {
    "ratings-movies.json": as_json(
        [
            {"rated_at": "2023-01-01T10:00:00.000Z", "rating": 9, "type": "movie", "movie": HEAT},
            {
                "rated_at": "2023-01-02T10:00:00.000Z",
                "rating": 2,
                "type": "movie",
                "movie": trakt_movie("Cats", 2019, None, None),
            },
        ]
    ),
    "ratings-shows.json": as_json(
        [
            {
                "rated_at": "2023-01-01T10:00:00.000Z",
                "rating": 9,
                "type": "show",
                "show": {"title": "Dark", "year": 2017, "ids": {}},
            }
        ]
    ),
    "watched-movies.json": as_json(
        [{"plays": 2, "last_watched_at": "2023-02-01T00:00:00.000Z", "movie": HEAT}]
    ),
    "watched-history-1.json": as_json(
        [
            {
                "id": 1,
                "watched_at": "2023-02-01T00:00:00.000Z",
                "action": "watch",
                "type": "movie",
                "movie": HEAT,
            },
            {
                "id": 2,
                "watched_at": "2023-02-02T00:00:00.000Z",
                "action": "watch",
                "type": "episode",
                "episode": {"season": 1, "number": 1, "title": "Secrets", "ids": {}},
                "show": {"title": "Dark", "year": 2017, "ids": {}},
            },
        ]
    ),
    "lists-watchlist.json": as_json(
        [
            {
                "rank": 1,
                "listed_at": "2023-03-01T00:00:00.000Z",
                "type": "movie",
                "movie": trakt_movie("Alien", 1979, "tt0078748", 348),
            }
        ]
    ),
    "lists-favorites.json": as_json(
        [
            {
                "rank": 1,
                "listed_at": "2023-03-01T00:00:00.000Z",
                "type": "movie",
                "movie": trakt_movie("Ran", 1985, "tt0089881", 11645),
            }
        ]
    ),
    "user-profile.json": as_json({"user": {"username": "somebody"}}),
}

TMDB = table(
    "TMDb ID,IMDb ID,Type,Name,Release Date,Season Number,Episode Number,Rating,Your Rating,Date Rated",
    "396535,tt5700672,movie,부산행,2016-07-20T00:00:00Z,,,7.8,9,2021-01-01T00:00:00Z",
    "1396,tt0903747,tv,Breaking Bad,2008-01-20T00:00:00Z,,,8.9,10,2021-01-01T00:00:00Z",
    newline="\n",
)

MOVIELENS = table(
    "movie_id,imdb_id,tmdb_id,rating,average_rating,title",
    "6,113277,949,4.5,3.9,Heat (1995)",
    '50,114814,629,3.0,4.3,"Usual Suspects, The (1995)"',
    newline="\n",
)

NETFLIX = table(
    "Title,Date",
    '"Heat","22/10/2021"',
    '"Dark: Season 1: Secrets","21/10/2021"',
    '"Dark : Saison 2 : Un mensonge","21/10/2021"',
    '"Dark: Secrets of all","21/10/2021"',
    '"Mission: Impossible","20/10/2021"',
    '"John Wick: Chapter 2","19/10/2021"',
    newline="\n",
)

_ACTIVITY = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,"
    "Latest Bookmark,Country"
)
NETFLIX_ZIP = {
    "CONTENT_INTERACTION/ViewingActivity.csv": table(
        _ACTIVITY,
        "Ann,2021-10-22 20:00:00,01:50:00,,Heat,,TV,01:50:00,01:50:00,DE",
        "Ann,2021-10-23 20:00:00,00:01:10,,Heat: Trailer,TRAILER,TV,00:01:10,00:01:10,DE",
        "Ann,2021-10-23 20:00:00,00:03:10,,Cats,,TV,00:03:10,00:03:10,DE",
        "Ann,2021-10-24 20:00:00,00:41:10,,Dark: Season 1: Secrets (Episode 1),,TV,00:41:10,00:41:10,DE",
        "Ann,2021-10-24 20:00:00,00:21:10,Autoplayed: user action: None; ,Moon,,TV,00:21:10,00:21:10,DE",
        "Kids,2021-10-25 20:00:00,01:20:00,,Frozen,,TV,01:20:00,01:20:00,DE",
    ),
    "CONTENT_INTERACTION/Ratings.csv": table(
        "Profile Name,Title Name,Thumbs Value,Star Value,Event Utc Ts",
        "Ann,Ran,2,,2021-01-01 00:00:00",
        "Ann,Cats,1,,2021-01-01 00:00:00",
        "Ann,Solaris,,4,2015-01-01 00:00:00",
        "Kids,Frozen,3,,2021-01-01 00:00:00",
    ),
    "CONTENT_INTERACTION/MyList.csv": table(
        "Title Name,Profile Name,Country,Utc Title Add Date", "Alien,Ann,DE,2021-05-01"
    ),
}


def own_table(header: str, rows: Sequence[str], encoding: str = "utf-8") -> bytes:
    return "\n".join([header, *rows, ""]).encode(encoding)


SIMKL = as_json(
    {
        "movies": [
            {
                "status": "completed",
                "user_rating": 8,
                "last_watched_at": "2022-01-01T00:00:00Z",
                "movie": {
                    "title": "Heat",
                    "year": 1995,
                    "ids": {"simkl": 1, "imdb": "tt0113277", "tmdb": "949"},
                },
            },
            {
                "status": "plantowatch",
                "user_rating": None,
                "movie": {"title": "Alien", "year": 1979, "ids": None},
            },
        ],
        "shows": [
            {"status": "completed", "user_rating": 9, "show": {"title": "Dark", "year": 2017, "ids": {}}}
        ],
        "anime": [],
    }
)
