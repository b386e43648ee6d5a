"""Reading exports: every format, every odd way in which a file may come, and what is left out."""

import io
import json
import zipfile
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.exports import unpacking
from core.datasets.exports.scale import (
    HALF_STARS,
    HUNDRED,
    STARS,
    TEN,
    THUMBS,
    Scale,
    found_scale,
    parse_scale,
    written_rating,
)
from core.errors import ArchiveError, AtlasError, HistoryError, UnansweredError
from core.histories import Entry, History, Options, Status, read_history, saved
from tests.histories import exports


def read(name: str, data: bytes, options: Options | None = None) -> History:
    history = read_history([(name, data)], options)
    assert all(table.is_balanced for table in history.report.tables)
    return history


def marks(history: History) -> Counter[tuple[str, Status]]:
    return Counter((entry.title, entry.status) for entry in history.entries)


def left_out(history: History) -> dict[str, int]:
    return {drop.reason: drop.count for table in history.report.tables for drop in table.dropped}


@pytest.mark.parametrize("folder", ["", "letterboxd-somebody-2024-05-01-10-00-utc/"])
def test_a_letterboxd_archive_is_read_whole(folder: str) -> None:
    history = read("letterboxd.zip", exports.letterboxd_zip(folder))
    assert marks(history) == {
        ("Heat", Status.RATED): 2,
        ("Heat", Status.SEEN): 1,
        ("Amélie", Status.RATED): 1,
        ("Cats", Status.RATED): 2,
        ("Ran", Status.SEEN): 1,
        ("Ran", Status.LIKED): 1,
        ("Stalker", Status.SEEN): 1,
        ("Alien", Status.WANTED): 1,
        ("Solaris", Status.LISTED): 1,
        ("Moon", Status.LISTED): 1,
    }
    assert {entry.year for entry in history.entries if entry.title == "Stalker"} == {None}
    diary = next(entry for entry in history.entries if entry.title == "Ran" and entry.status == Status.SEEN)
    assert diary.when == "2024-01-31"  # the day it was seen, not the day it was written down
    said = " ".join(history.report.notes)
    assert "profile.csv was not read: it is about you" in said
    assert "deleted/diary.csv was not read: it was deleted" in said
    assert "orphaned/reviews.csv was not read" in said
    assert "somebody" not in saved.to_text(
        history
    )  # nor what the folder is called, nor the address in the profile
    assert "example.org" not in said


@pytest.mark.parametrize(
    "name", [name for name in exports.LETTERBOXD if "/" not in name and "profile" not in name]
)
def test_every_letterboxd_table_is_read_alone(name: str) -> None:
    alone = read(name, exports.LETTERBOXD[name])
    whole = read("all.zip", exports.letterboxd_zip())
    assert alone.entries == tuple(entry for entry in whole.entries if entry.source == name)


def test_a_letterboxd_table_without_a_name_that_tells_says_what_it_was_taken_for() -> None:
    history = read("films(1).csv", exports.LETTERBOXD["watchlist.csv"])
    assert marks(history) == {("Alien", Status.SEEN): 1}
    assert "Name it watchlist.csv" in history.report.warnings[0]


@pytest.mark.parametrize(
    ("name", "data", "kept", "left"),
    [
        (
            "ratings.csv",
            exports.IMDB_2024,
            [("Heat", "tt0113277", 9, Status.RATED), ("Spirited Away", "tt0245429", 10, Status.RATED)],
            {"a series": 2, "an episode of a series": 1, "a game": 1},
        ),
        ("ratings.csv", exports.IMDB_2019, [("Amélie", "tt0211915", 8, Status.RATED)], {"a series": 1}),
        ("ratings.csv", exports.IMDB_2010, [("Heat", "tt0113277", 9, Status.LISTED)], {}),
        (
            "watchlist.csv",
            exports.IMDB_WATCHLIST,
            [("Alien", "tt0078748", None, Status.WANTED), ("Heat", "tt0113277", 9, Status.RATED)],
            {},
        ),
        (
            "my list.csv",
            exports.IMDB_WATCHLIST,
            [("Alien", "tt0078748", None, Status.LISTED), ("Heat", "tt0113277", 9, Status.RATED)],
            {},
        ),
    ],
)
def test_imdb_of_all_years(
    name: str, data: bytes, kept: list[tuple[str, str, float | None, Status]], left: dict[str, int]
) -> None:
    history = read(name, data)
    found = [(one.title, one.imdb_id, one.rating, one.status) for one in history.entries]
    assert found == [
        (title, i, rating, Status.RATED if rating else status) for title, i, rating, status in kept
    ]
    assert left_out(history) == left
    assert all(one.scale == TEN for one in history.entries if one.rating)


def test_imdb_gives_the_original_title_and_the_day() -> None:
    spirited = read("ratings.csv", exports.IMDB_2024).entries[1]
    assert spirited.original_title == "Sen to Chihiro no kamikakushi"
    assert (spirited.year, spirited.when) == (2001, "2024-06-02")


@pytest.mark.parametrize("folder", ["", "somebody/"])
def test_trakt_in_both_layouts(folder: str) -> None:
    history = read(
        "trakt.zip", exports.archive({folder + name: data for name, data in exports.TRAKT.items()})
    )
    assert marks(history) == {
        ("Heat", Status.RATED): 1,
        ("Heat", Status.SEEN): 2,
        ("Cats", Status.RATED): 1,
        ("Alien", Status.WANTED): 1,
        ("Ran", Status.LIKED): 1,
    }
    assert left_out(history) == {"a series": 1, "an episode of a series": 1}
    heat = next(one for one in history.entries if one.title == "Heat")
    assert (heat.imdb_id, heat.tmdb_id) == ("tt0113277", "949")
    cats = next(one for one in history.entries if one.title == "Cats")
    assert (cats.imdb_id, cats.tmdb_id, cats.rating, cats.scale) == ("", "", 2, TEN)


def test_tmdb_takes_the_persons_own_rating() -> None:
    history = read("ratings.csv", exports.TMDB)
    (busan,) = history.entries
    assert (busan.title, busan.year, busan.rating, busan.tmdb_id) == ("부산행", 2016, 9, "396535")
    assert left_out(history) == {"a series": 1}


def test_movielens_has_bare_ids_and_years_in_titles() -> None:
    heat, suspects = read("movielens-ratings.csv", exports.MOVIELENS).entries
    assert (heat.title, heat.year, heat.imdb_id, heat.rating) == ("Heat", 1995, "tt0113277", 4.5)
    assert (suspects.title, suspects.scale) == ("The Usual Suspects", HALF_STARS)


def test_netflix_tells_episodes_from_films_with_a_colon() -> None:
    history = read("NetflixViewingHistory.csv", exports.NETFLIX)
    assert [one.title for one in history.entries] == ["Heat", "Mission: Impossible", "John Wick: Chapter 2"]
    assert left_out(history) == {"an episode of a series": 3}
    assert {one.when for one in history.entries} == {""}  # 22/10 could be told, 9/10 could not


def test_netflix_data_are_of_one_profile_and_of_what_was_really_watched() -> None:
    data = exports.archive(exports.NETFLIX_ZIP)
    with pytest.raises(UnansweredError, match="2 profiles") as caught:
        read_history([("netflix.zip", data)])
    assert (caught.value.option, caught.value.known) == ("profile", ("Ann", "Kids"))
    with pytest.raises(HistoryError, match="nothing of a profile called Bob"):
        read_history([("netflix.zip", data)], Options(profile="Bob"))
    history = read("netflix.zip", data, Options(profile="Ann"))
    assert marks(history) == {
        ("Heat", Status.SEEN): 1,
        ("Ran", Status.RATED): 1,
        ("Cats", Status.RATED): 1,
        ("Solaris", Status.RATED): 1,
        ("Alien", Status.WANTED): 1,
    }
    assert {one.title: one.level for one in history.entries if one.rating is not None} == {
        "Ran": 1.0,
        "Cats": 0.0,
        "Solaris": 0.75,
    }
    assert left_out(history) == {
        "a trailer or another extra": 1,
        "watched for less than 10 minutes": 1,
        "an episode of a series": 1,
        "played by itself": 1,
        "another profile's": 1,
    }


TABLES = [
    ("Title,Year,Rating", ["Heat,1995,8", "Ran,1985,3"], [8, 3], TEN),
    ("Name;Jahr;Bewertung", ["Heat;1995;4,5", "Ran;1985;0,5"], [4.5, 0.5], HALF_STARS),
    ("film\tyear\tstars", ["Heat\t1995\t5", "Ran\t1985\t2"], [5, 2], STARS),
    ("Title,Year,Score", ["Heat,1995,87", "Ran,1985,40"], [87, 40], HUNDRED),
    ("Title,Year,Rating", ["Heat,1995,8/10", "Ran,1985,7/10"], [8, 7], Scale(0, 10)),
    ("Title,Year,Rating", ["Heat,1995,★★★★½", "Ran,1985,★"], [4.5, 1], HALF_STARS),
    ("Title,Year,Rating", ["Heat,1995,90%", "Ran,1985,40 %"], [90, 40], HUNDRED),
    ("Title,Year,Rating", ["Heat,1995,👍", "Ran,1985,👎"], [1, 0], THUMBS),
    ("标题,上映日期,个人评分", ["Heat,1995-12-15(US),5", "Ran,1985,2"], [5, 2], STARS),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(("header", "rows", "ratings", "scale"), TABLES)
def test_any_table_with_a_title(
    header: str, rows: list[str], ratings: list[float], scale: Scale, encoding: str
) -> None:
    history = read("mine.csv", exports.own_table(header, rows, encoding))
    assert [(one.title, one.year) for one in history.entries] == [("Heat", 1995), ("Ran", 1985)]
    assert [one.rating for one in history.entries] == ratings
    assert {one.scale for one in history.entries} == {scale}
    assert "mine.csv (a table of films, utf-" in history.report.tables[0].name


def test_a_scale_that_was_found_out_is_said_and_can_be_given() -> None:
    data = exports.own_table("Title,Rating", ["Heat,5", "Ran,2"])
    guessed = read("mine.csv", data)
    assert "taken to go from 1 to 5" in guessed.report.warnings[0]
    given = read("mine.csv", data, Options(scale=parse_scale("10")))
    assert {one.scale for one in given.entries} == {TEN}
    assert given.report.warnings == []
    strange = exports.own_table("Title,Rating", ["Heat,250", "Ran,2"])
    with pytest.raises(UnansweredError, match="column rating: The ratings go from 2 to 250"):
        read("mine.csv", strange)
    assert read("mine.csv", strange, Options(scale=parse_scale("0:250"))).entries[0].level == 1.0


def test_a_rating_that_is_none_counts_as_seen_and_is_said() -> None:
    history = read(
        "mine.csv", exports.own_table("Title,Rating", ["Heat,9", "Ran,so so", "Moon,", "Alien,n/a"])
    )
    assert [one.status for one in history.entries] == [Status.RATED, Status.SEEN, Status.SEEN, Status.SEEN]
    assert any(
        "1 ratings could not be read and count as seen, for example “so so”" in w
        for w in history.report.warnings
    )


@pytest.mark.parametrize(
    "data", [exports.IMDB_2024, exports.TMDB, exports.MOVIELENS, exports.LETTERBOXD["ratings.csv"]]
)
def test_a_line_that_is_cut_short_is_read_or_left_out_with_its_reason(data: bytes) -> None:
    whole = read("ratings.csv", data)
    cut = read("ratings.csv", data.rstrip() + b"\r\nx\r\n")
    assert cut.report.tables[0].read == whole.report.tables[0].read + 1


def test_a_list_of_titles_may_have_commas() -> None:
    history = read("mine.txt", exports.own_table("Title", ["Crouching Tiger, Hidden Dragon", '"Heat"']))
    assert [one.title for one in history.entries] == ["Crouching Tiger, Hidden Dragon", "Heat"]


def test_windows_bytes_and_text_that_was_encoded_twice() -> None:
    old = read("mine.csv", exports.own_table("Title,Year", ["Amélie – “2001”,2001"], "windows-1252"))
    assert old.entries[0].title == "Amélie – “2001”"
    assert "windows-1252" in old.report.tables[0].name
    twice = "Amélie".encode().decode("windows-1252")
    assert read("mine.csv", exports.own_table("Title,Year", [f"{twice},2001"])).entries[0].title == "Amélie"
    assert read("mine.csv", exports.own_table("Title,Year", ["Ângela,1951"])).entries[0].title == "Ângela"


def test_a_list_of_objects_in_json_is_a_table() -> None:
    history = read(
        "mine.json", exports.as_json([{"Title": "Heat", "Year": 1995, "Rating": 8.0, "Type": "movie"}])
    )
    assert [(one.title, one.year, one.rating) for one in history.entries] == [("Heat", 1995, 8)]


def test_an_archive_in_an_archive_is_read_and_no_deeper() -> None:
    inner = exports.archive({"ratings.csv": exports.IMDB_2019})
    assert len(read("outer.zip", exports.archive({"in.zip": inner})).entries) == 1
    deep = exports.archive(
        {"a.zip": exports.archive({"b.zip": inner}), "watchlist.csv": exports.IMDB_WATCHLIST}
    )
    history = read("outer.zip", deep)
    assert len(history.entries) == 2
    assert history.report.notes == ["b.zip was not read: an archive inside an archive inside an archive."]


def test_what_an_archive_holds_beside_is_named() -> None:
    files = {
        "ratings.csv": exports.IMDB_2024,
        "me.jpg": b"\xff\xd8\xff",
        "notes.csv": b"a,b\n1,2\n",
        "bad.csv": b'Title\n"open',
    }
    history = read("all.zip", exports.archive(files))
    said = " ".join(history.report.notes)
    assert "me.jpg was not read: neither a table nor JSON" in said
    assert "notes.csv was not read: notes.csv is no history of films that is known (columns: a, b)" in said
    assert "bad.csv is broken in line 2" in said


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\xef\xbb\xbf\n", "no history of films"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0rest", "no text"),
        ("a.csv", b"Title\n\x00\x01\x02", "no text"),
        ("a.csv", b"\xff\xfe\x00", "begins like utf-16"),
        ("a.csv", b"user,item\n1,2\n", "columns: user, item"),
        ("a.json", b"[" * 100_000, "no sound JSON"),
        ("a.json", b'{"a": 1', "no sound JSON"),
        ("a.csv", b'Title,Year\n"Heat,1995\n', "broken in line"),
        ("a.csv", b"Title\n" + b"x" * 200_000 + b"\n", "field larger"),
        ("a.json", b'{"format": "movie-atlas-history", "version": 9}', "another version"),
        (
            "a.json",
            b'{"format": "movie-atlas-history", "version": 1, "entries": [{"title": 1}]}',
            "was changed",
        ),
    ],
)
def test_what_is_no_history_is_a_typed_error(name: str, data: bytes, words: str) -> None:
    with pytest.raises(HistoryError, match=words) as caught:
        read_history([(name, data)])
    assert caught.value.hint


def test_what_is_too_large_is_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST", 1_000_000)
    with pytest.raises(HistoryError, match="has 2 MB; 1 are allowed"):
        read_history([("a.csv", b"Title\n" + b"Heat\n" * 400_000)])
    with pytest.raises(HistoryError, match="600 columns; 500 are allowed"):
        read_history([("a.csv", b"Title" + b",x" * 599 + b"\nHeat\n")])
    with pytest.raises(HistoryError, match="600 columns; 500 are allowed"):
        read_history([("a.json", exports.as_json([{f"x{n}": n for n in range(600)}]))])
    monkeypatch.setattr(unpacking, "MOST_ROWS", 10)
    with pytest.raises(HistoryError, match="more than 10 rows"):
        read_history([("a.csv", b"Title\n" + b"Heat\n" * 12)])


def test_bombs_and_paths_that_lead_out_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = exports.archive({"a.csv": bytes(48 << 20)})
    with pytest.raises(ArchiveError, match="times its size"):
        read_history([("bomb.zip", bomb)])
    with pytest.raises(ArchiveError, match="leads out"):
        read_history([("path.zip", exports.archive({"../ratings.csv": exports.IMDB_2024}))])
    inner = exports.archive({"a.csv": b"Title\n" + b"Heat\n" * 200_000})
    many = exports.archive({f"{n}.zip": inner for n in range(20)})
    monkeypatch.setattr(unpacking, "LIMITS", replace(unpacking.LIMITS, bytes=5_000_000))
    with pytest.raises(ArchiveError, match=r"bytes; .* are allowed"):  # all of them together
        read_history([("many.zip", many)])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as content:
        for n in range(2_001):
            content.writestr(f"{n}.csv", b"")
    with pytest.raises(ArchiveError, match="2000 are allowed"):
        read_history([("many.zip", packed.getvalue())])
    with pytest.raises(ArchiveError, match="not a sound zip"):
        read_history([("cut.zip", exports.letterboxd_zip()[:300])])


def test_a_saved_history_is_read_again_as_it_was() -> None:
    first = read("all.zip", exports.letterboxd_zip())
    chosen = History(first.entries, choices={"tiny": {"heat 1995": "6"}})
    again = read_history([("saved.json", saved.to_text(chosen).encode())])
    assert again.entries == first.entries
    assert again.choices == {"tiny": {"heat 1995": "6"}}


@pytest.mark.parametrize("ratings", [[-1.0], [101.0], [5.0, 1e9]])
def test_a_scale_that_is_not_known_is_not_guessed(ratings: list[float]) -> None:
    with pytest.raises(HistoryError):
        found_scale(ratings)


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([0, 1, 1], THUMBS),
        ([0.2, 0.9], THUMBS),
        ([1, 5], STARS),
        ([0.5, 4.5], HALF_STARS),
        ([0, 3], Scale(0, 5)),
        ([1, 2.5, 5], STARS),
        ([6, 9], TEN),
        ([0, 10], Scale(0, 10)),
        ([11, 60], HUNDRED),
    ],
)
def test_scales_are_found_out(ratings: list[float], scale: Scale) -> None:
    assert found_scale(ratings) == scale


@pytest.mark.parametrize("text", ["x", "1:", "5:1", "1:1", "-3:3", "nan:5", "1:inf"])
def test_a_scale_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(HistoryError):
        parse_scale(text)


@pytest.mark.parametrize("cell", ["good", "7/0", "★★x", "8 of"])
def test_what_is_no_rating_raises(cell: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        written_rating(cell)


def test_an_entrys_level_is_a_share_of_its_scale() -> None:
    assert Entry("Heat", rating=0.5, scale=HALF_STARS).level == 0
    assert Entry("Heat", rating=5.5, scale=TEN).level == 0.5
    assert Entry("Heat").level is None


def test_simkls_backup() -> None:
    history = read("SimklBackup.json", exports.SIMKL)
    assert marks(history) == {("Heat", Status.RATED): 1, ("Alien", Status.WANTED): 1}
    assert (history.entries[0].tmdb_id, history.entries[0].level) == ("949", 7 / 9)
    assert left_out(history) == {"a series": 1}


PIECES = st.sampled_from(
    [
        b"Title,Year,Rating\n",
        b"Title\n",
        b"[",
        b"{",
        b'"',
        b",",
        b"\n",
        b"\xff\xfe",
        b"PK\x03\x04",
        b"\x00",
        b"\xe9",
    ]
)
KEYS = ("movie", "show", "ids", "title", "year", "rating", "status", "movies", "entries", "format", "version")
ALTERED = st.sampled_from(
    [
        exports.IMDB_2024,
        exports.NETFLIX,
        exports.SIMKL,
        exports.letterboxd_zip(),
        exports.TRAKT["ratings-movies.json"],
    ]
)


def read_or_refused(name: str, data: bytes) -> History:
    """What is refused with an error for people is a history of nothing here; any other error fails the test."""
    try:
        history = read_history([(name, data)])
    except AtlasError:
        return History()
    assert all(table.is_balanced for table in history.report.tables)
    return history


@given(st.lists(PIECES | st.binary(max_size=20), max_size=12).map(b"".join))
def test_any_bytes_are_read_or_refused_calmly(data: bytes) -> None:
    read_or_refused("any.csv", data)


@given(ALTERED, st.integers(0, 3_000), st.binary(min_size=1, max_size=6))
def test_a_damaged_export_is_read_or_refused_calmly(data: bytes, at: int, damage: bytes) -> None:
    place = at % len(data)
    history = read_or_refused("any.csv", data[:place] + damage + data[place + len(damage) :])
    assert saved.from_document(json.loads(saved.to_text(history)), "again").entries == history.entries


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS), inner | st.just(saved.FORMAT) | st.just(1), max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused_calmly(value: object) -> None:
    read_or_refused("any.json", json.dumps(value).encode())
