"""Files of every shape that people have, as a dataset: exports, layouts under other names, encodings, no header."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.datasets import load
from core.domain import Dataset
from core.errors import DatasetError
from tests.datasets.files import LAYOUTS, MOVIETWEETINGS, dropped, is_balanced, write, zipped
from tests.histories import exports


def place(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    """Files with folders in their names."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def labels(dataset: Dataset) -> set[str]:
    assert is_balanced(dataset)
    return set(dataset.catalog.labels())


def ratings_of(dataset: Dataset, user: str = "you") -> dict[str, float]:
    row = dataset.interactions.user_ids.tolist().index(user)
    items, values = dataset.interactions.history(row)
    names = dataset.catalog.labels()
    return {names[item]: float(value) for item, value in zip(items, values, strict=True)}


LETTERBOXD = {"Heat (1995)", "Amélie (2001)", "Cats (2019)", "Ran (1985)", "Stalker", "Alien (1979)"}


def test_a_letterboxd_export_is_one_user_whether_zipped_unpacked_or_a_zip_in_a_folder(tmp_path: Path) -> None:
    place(tmp_path / "unpacked", exports.LETTERBOXD)
    place(tmp_path / "inner" / "letterboxd-2024", exports.LETTERBOXD)
    place(tmp_path / "downloads", {"letterboxd-x.ZIP": exports.letterboxd_zip("letterboxd-x/")})
    place(tmp_path / "twice", {"all.zip": exports.archive({"letterboxd.zip": exports.letterboxd_zip()})})
    place(tmp_path, {"letterboxd.zip": exports.letterboxd_zip()})
    for where in ("unpacked", "inner", "downloads", "twice", "letterboxd.zip", "twice/all.zip"):
        dataset = load("mine", tmp_path / where)
        assert labels(dataset) == {*LETTERBOXD, "Solaris (1972)", "Moon (2009)"}, where
        assert ratings_of(dataset) == {"Heat (1995)": 4.5, "Amélie (2001)": 5.0, "Cats (2019)": 0.5}, where
        assert dataset.interactions.scale == (0.5, 5.0)
        assert "Deleted Film" not in str(dataset.catalog.items["title"].tolist())


def test_one_file_of_letterboxd_is_enough(tmp_path: Path) -> None:
    place(tmp_path, exports.LETTERBOXD)
    assert ratings_of(load("mine", tmp_path / "ratings.csv"))["Heat (1995)"] == 4.5
    liked = load("mine", tmp_path / "lists" / "my-space-films.csv")
    assert labels(liked) == {"Solaris (1972)", "Moon (2009)"}
    assert len(liked.interactions) == 0
    seen = load("mine", tmp_path / "watched.csv")
    assert not seen.interactions.is_explicit
    assert len(seen.interactions) == 2


@pytest.mark.parametrize("data", [exports.IMDB_2019, exports.IMDB_2024, exports.IMDB_2010])
def test_imdb_of_all_years_has_ids_facts_and_the_persons_own_ratings(tmp_path: Path, data: bytes) -> None:
    dataset = load("mine", place(tmp_path, {"ratings.csv": data}))
    items = dataset.catalog.items
    assert all(found.startswith("tt") for found in items["imdb_id"])
    assert items["item_id"].tolist() == items["imdb_id"].tolist()
    assert items["vote_average"].iloc[0] > 8, "everybody's mean"
    assert items["runtime"].notna().all()
    assert all(items["genres"])
    assert dataset.interactions.scale == (1.0, 10.0)
    assert len(dataset.interactions) == len(items)
    assert "Breaking Bad" not in items["title"].tolist()


def test_imdbs_bytes_of_windows_are_read_and_said(tmp_path: Path) -> None:
    dataset = load("mine", place(tmp_path, {"ratings.csv": exports.IMDB_2019}))
    assert labels(dataset) == {"Amélie (2001)"}
    assert "windows-1252" in dataset.report.tables[0].name


def test_trakt_tmdb_movielens_simkl_and_netflix_load(tmp_path: Path) -> None:
    trakt = load("mine", place(tmp_path / "t", {"trakt.zip": exports.archive(exports.TRAKT)}))
    assert ratings_of(trakt) == {"Heat (1995)": 9.0, "Cats (2019)": 2.0}
    assert {"Alien (1979)", "Ran (1985)"} <= labels(trakt)
    tmdb = load("mine", place(tmp_path / "m", {"ratings.csv": exports.TMDB}))
    assert labels(tmdb) == {"부산행 (2016)"}
    assert tmdb.catalog.items["vote_average"].tolist() == [7.8]
    assert ratings_of(tmdb) == {"부산행 (2016)": 9.0}
    own = load("mine", place(tmp_path / "l", {"movielens-ratings.csv": exports.MOVIELENS}))
    assert ratings_of(own) == {"Heat (1995)": 4.5, "The Usual Suspects (1995)": 3.0}
    simkl = load("mine", place(tmp_path / "s", {"SimklBackup.json": exports.SIMKL}))
    assert ratings_of(simkl) == {"Heat (1995)": 8.0}
    netflix = load("mine", place(tmp_path / "n", {"NetflixViewingHistory.csv": exports.NETFLIX}))
    assert {"Heat", "Mission: Impossible"} <= labels(netflix)
    assert not netflix.interactions.is_explicit


def test_profiles_that_share_an_account_are_users_of_their_own(tmp_path: Path) -> None:
    data = exports.archive(exports.NETFLIX_ZIP)
    dataset = load("mine", place(tmp_path, {"netflix.zip": data}))
    assert set(dataset.interactions.user_ids) == {"Ann", "Kids"}
    assert ratings_of(dataset, "Ann") == {"Ran": 10.0, "Cats": 1.0, "Solaris": 7.75}
    assert any("brought to a scale of 1 to 10" in note for note in dataset.report.notes)


def test_archives_of_several_people_are_several_users(tmp_path: Path) -> None:
    other = exports.archive(
        {"ratings.csv": exports.table("Date,Name,Year,Letterboxd URI,Rating", "2024-01-05,Heat,1995,x,2")}
    )
    files = {"ann.zip": exports.letterboxd_zip(), "bob.zip": other}
    dataset = load("mine", place(tmp_path, files))
    assert ratings_of(dataset, "ann")["Heat (1995)"] == 4.5
    assert ratings_of(dataset, "bob") == {"Heat (1995)": 2.0}
    assert dataset.catalog.labels().count("Heat (1995)") == 1


def test_a_persons_archives_of_different_sites_are_one_user(tmp_path: Path) -> None:
    files = {
        "letterboxd.zip": exports.letterboxd_zip(),
        "trakt.ZIP": exports.archive(exports.TRAKT),
        "imdb.csv": exports.IMDB_2024,
    }
    dataset = load("mine", place(tmp_path, files))
    assert dataset.interactions.user_ids.tolist() == ["you"]
    assert dataset.catalog.labels().count("Heat (1995)") == 1


def test_files_of_two_sites_are_one_persons_and_share_their_films(tmp_path: Path) -> None:
    files = {"imdb.csv": exports.IMDB_2024, "letterboxd.csv": exports.LETTERBOXD["ratings.csv"]}
    dataset = load("mine", place(tmp_path, files))
    assert dataset.catalog.labels().count("Heat (1995)") == 1
    assert dataset.interactions.scale == (1.0, 10.0)
    assert ratings_of(dataset)["Heat (1995)"] == 9.0, "the later of two days, as it is on IMDb's scale"
    assert ratings_of(dataset)["Amélie (2001)"] == 10.0
    assert dataset.interactions.n_users == 1


@pytest.mark.parametrize("scale", [5, 10, 100])
def test_a_table_of_ones_own_ratings_on_any_scale_is_one_user(tmp_path: Path, scale: int) -> None:
    rows = [f"Film {i},{1990 + i},{scale * i // 10}" for i in range(1, 11)]
    text = "Title,Year,My Rating\n" + "\n".join(rows) + "\n"
    dataset = load("mine", place(tmp_path, {"f.csv": text}))
    assert dataset.n_items == 10
    assert max(ratings_of(dataset).values()) in (scale, 10)
    assert dataset.interactions.n_users == 1


def test_movietweetings_keep_their_zeros_and_their_scale(tmp_path: Path) -> None:
    named = load("movietweetings", write(tmp_path / "latest", MOVIETWEETINGS))
    renamed = {f"mt-{name.replace('.dat', '.txt')}": text for name, text in MOVIETWEETINGS.items()}
    own = load("mine", write(tmp_path / "tweets", renamed))
    for dataset in (named, own):
        assert dataset.catalog.items["item_id"].tolist() == ["0000008", "0113277", "0245429", "1375666"]
        assert dataset.catalog.items["imdb_id"].tolist()[0] == "tt0000008"
        assert dataset.interactions.scale == (0.0, 10.0)
        assert len(dataset.interactions) == 4
        assert is_balanced(dataset)
    assert dropped(named, "ratings.dat") == {"a rating of 0 means not rated": 1}
    assert dropped(own, "mt-ratings.txt") == {"a rating of 0 means not rated": 1}
    assert own.name == "mine"


TOP_1000 = (
    "Poster_Link,Series_Title,Released_Year,Certificate,Runtime,Genre,IMDB_Rating,Overview,Meta_score,Director,"
    "Star1,Star2,Star3,Star4,No_of_Votes,Gross\n"
    '"https://m.example/a.jpg",The Shawshank Redemption,1994,A,142 min,Drama,9.3,"Two men, and time.",80,'
    'Frank Darabont,Tim Robbins,Morgan Freeman,Bob Gunton,William Sadler,2343110,"28,341,469"\n'
    '"https://m.example/b.jpg",Apollo 13,PG,U,140 min,"Adventure, Drama, History",7.6,Home.,77,Ron Howard,Tom Hanks,'
    "Bill Paxton,Kevin Bacon,Gary Sinise,269197,\n"
)


def test_kaggles_imdb_top_1000_is_read_with_all_that_it_holds(tmp_path: Path) -> None:
    dataset = load("top", place(tmp_path, {"imdb_top_1000.csv": TOP_1000}) / "imdb_top_1000.csv")
    first = dataset.catalog.film(0)
    assert (first.label, first.runtime, first.n_votes) == ("The Shawshank Redemption (1994)", 142, 2_343_110)
    assert first.cast == ("Tim Robbins", "Morgan Freeman", "Bob Gunton", "William Sadler")
    assert first.directors == ("Frank Darabont",)
    assert first.poster_url == "https://m.example/a.jpg"
    assert first.vote_average == 9.3
    second = dataset.catalog.film(1)
    assert second.year is None
    assert second.genres == ("Adventure", "Drama", "History")
    assert any("cast = Star1, Star2, Star3, Star4" in note for note in dataset.report.notes)


@pytest.mark.parametrize("name", ["ml-latest-small", "tmdb-5000", "the-movies-dataset", "ml-1m", "ml-100k"])
def test_published_layouts_are_read_under_any_name(tmp_path: Path, name: str) -> None:
    plain = load(name, write(tmp_path / name, LAYOUTS[name]))
    ending = {".genre": ".genre", ".item": ".item", ".data": ".data"}
    renamed = {
        f"{place:02}_{'abcd'[place]}{ending.get(Path(file).suffix, '.csv')}": text
        for place, (file, text) in enumerate(LAYOUTS[name].items())
    }
    own = load("mine", write(tmp_path / "odd name", renamed))
    assert own.name == own.label == "mine"
    assert own.catalog.items["item_id"].tolist() == plain.catalog.items["item_id"].tolist()
    assert own.catalog.items["title"].tolist() == plain.catalog.items["title"].tolist()
    if len(plain.interactions):
        assert (own.interactions.ratings != plain.interactions.ratings).nnz == 0
    assert is_balanced(own)


def test_the_layout_of_movielens_brings_ids_and_tags_and_may_be_in_another_encoding(tmp_path: Path) -> None:
    files = {
        f"x{file}": str(text).encode("windows-1252") for file, text in LAYOUTS["ml-latest-small"].items()
    }
    own = load("mine", write(tmp_path, files))
    assert "La Cité des enfants perdus" in own.catalog.items["original_title"].tolist()
    assert own.catalog.items["imdb_id"].tolist()[0] == "tt0114709"
    assert any("xmovies.csv as movies.csv" in note for note in own.report.notes)


def test_tables_named_like_movielens_with_other_ratings_are_not_taken_for_it(tmp_path: Path) -> None:
    files = {
        "movies.csv": "movieId,title,genres\ntt0000001,Heat (1995),Crime\n",
        "ratings.csv": "userId,movieId,rating,timestamp\n1,tt0000001,9,964982703\n",
    }
    own = load("mine", write(tmp_path, files))
    assert len(own.interactions) == 1
    assert own.interactions.scale == (1.0, 10.0)


def test_ratings_without_a_header_go_by_position(tmp_path: Path) -> None:
    films = "1,Toy Story (1995),Animation|Comedy\n2,Heat (1995),Crime\n3,Ran (1985),War\n"
    log = "7,1,4\n7,2,5\n8,3,1\n"
    timed = "7,1,4,964982703\n7,2,5,964982704\n8,3,1,964982705\n"
    for ratings in (log, timed, log.replace(",", "\t"), timed.replace(",", "::")):
        own = load(
            "mine", write(tmp_path / str(abs(hash(ratings))), {"films.csv": films, "log.txt": ratings})
        )
        assert own.catalog.labels() == ["Toy Story (1995)", "Heat (1995)", "Ran (1985)"]
        assert own.interactions.ratings.toarray().tolist() == [[4, 5, 0], [0, 0, 1]]
        assert (own.interactions.timestamps is not None) == ("9649" in ratings)
        assert any("has no header" in note for note in own.report.notes)


def test_ratings_that_name_films_need_no_table_of_films(tmp_path: Path) -> None:
    own = load("mine", write(tmp_path, {"log.csv": "user,film,rating\nann,Heat,4\nbob,Heat,2\nbob,Ran,5\n"}))
    assert own.catalog.items["title"].tolist() == ["Heat", "Ran"]
    assert own.interactions.ratings.toarray().tolist() == [[4, 0], [2, 5]]


def test_title_and_year_tell_films_apart_where_there_are_no_ids(tmp_path: Path) -> None:
    films = "title,year\nCrash,1996\nCrash,2004\nCrash,2004\nRan,\n"
    log = "user,film,rating\na,Crash (1996),4\na,Crash (2004),2\na,Ran,5\na,Crash,1\n"
    own = load("mine", write(tmp_path, {"films.csv": films, "log.csv": log}))
    assert own.catalog.items["item_id"].tolist() == ["Crash (1996)", "Crash (2004)", "Ran"]
    assert own.interactions.ratings.toarray().tolist() == [[4, 2, 5]]
    assert dropped(own, "films.csv") == {"the id stands on an earlier row": 1}
    assert dropped(own, "log.csv") == {"the film is not in the catalogue": 1}
    assert any("belong to several films" in text for text in own.report.warnings)


def test_ratings_by_title_find_films_that_have_ids(tmp_path: Path) -> None:
    files = {
        "films.csv": "id,title,year\n7,Heat,1995\n8,Ran,1985\n",
        "log.csv": "user,title,stars\na,Heat,4\na,Ran (1985),5\n",
    }
    own = load("mine", write(tmp_path, files))
    assert own.interactions.ratings.toarray().tolist() == [[4, 5]]


TABLE = "id,title,year\n1,Amélie,2001\n2,Der Tiger von Eschnapur – Über alles,1959\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("windows-1252", "windows-1252"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_are_found_and_said(tmp_path: Path, encoding: str, said: str, separator: str) -> None:
    text = TABLE.replace(",", separator)
    own = load("mine", write(tmp_path, {"films.txt": text.encode(encoding)}))
    assert own.catalog.labels() == ["Amélie (2001)", "Der Tiger von Eschnapur – Über alles (1959)"]
    notes = [note for note in own.report.notes if "read as text in" in note]
    assert notes == ([f"films.txt was read as text in {said}."] if said else [])


@pytest.mark.parametrize(
    ("encoding", "titles"),
    [
        ("windows-1251", ["Иди и смотри", "Сталкер"]),
        ("shift-jis", ["千と千尋の神隠し", "七人の侍"]),
        ("gb18030", ["霸王别姬", "花样年华", "卧虎藏龙", "重庆森林", "大红灯笼高高挂"]),
    ],
)
def test_titles_of_other_scripts_are_read_in_their_own_encoding(
    tmp_path: Path, encoding: str, titles: list[str]
) -> None:
    text = "title,year\n" + "".join(f"{title},1985\n" for title in titles)
    own = load("mine", write(tmp_path, {"f.csv": text.encode(encoding)}))
    assert own.catalog.items["title"].tolist() == titles
    assert any(encoding in note for note in own.report.notes)


def test_an_export_with_lines_above_its_header_is_read(tmp_path: Path) -> None:
    data = b"My ratings\n\n" + exports.IMDB_2024
    assert len(load("mine", place(tmp_path, {"f.csv": data})).interactions) == 2
    few = b"My films\n\nConst,title\n1995,Heat\n,\n"
    assert load("mine", place(tmp_path / "few", {"f.tsv": few})).n_items == 1


def test_lines_above_the_header_are_left_out_and_said(tmp_path: Path) -> None:
    for above in ("sep=;\n", "My films\nsaved in May\n\n"):
        own = load("mine", write(tmp_path / above[:3], {"f.csv": above + "title;year\nHeat;1995\n"}))
        assert own.catalog.labels() == ["Heat (1995)"]
        assert any("above the header" in note for note in own.report.notes)


def test_tables_zipped_one_by_one_in_a_folder_belong_together(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    zipped(tmp_path / "in" / "films.csv.zip", {"films.csv": "id,title\n1,Heat\n2,Ran\n"})
    zipped(tmp_path / "in" / "log.zip", {"log/log.csv": "user,id,rating\na,1,4\nb,2,5\n"})
    write(tmp_path / "in", {"README.txt": "Films of ours.\nRead me.\n"})
    own = load("mine", tmp_path / "in")
    assert own.n_items == 2
    assert len(own.interactions) == 2


def test_a_third_archive_inside_is_not_opened(tmp_path: Path) -> None:
    inner = exports.archive({"films.csv": b"id,title\n1,Heat\n"})
    deep = exports.archive(
        {"deep.zip": exports.archive({"deeper.zip": inner}), "films.csv": b"id,title\n2,Ran\n"}
    )
    own = load("mine", place(tmp_path, {"all.zip": deep}))
    assert own.catalog.items["title"].tolist() == ["Ran"]
    assert any("an archive inside an archive inside an archive" in note for note in own.report.notes)


def test_files_that_are_no_tables_are_named(tmp_path: Path) -> None:
    files = {
        "films.csv": "id,title\n1,Heat\n",
        "photo.json": b"\x89PNG\0\0",
        "deep/more.csv": "id,title\n1,X\n",
    }
    own = load("mine", place(tmp_path, files))
    assert own.n_items == 1
    said = " ".join(own.report.notes)
    assert "photo.json was not read" in said
    assert "Not read: deep/more.csv" in said
    with pytest.raises(DatasetError, match="binary data"):
        load("mine", tmp_path / "photo.json")


def test_times_of_unknown_dates_do_not_count(tmp_path: Path) -> None:
    log = "user,id,rating,date\na,1,4,0001-01-01\na,2,5,9999-12-31T23:59:59+14:00\nb,1,3,2020-01-01\n"
    own = load("mine", write(tmp_path, {"f.csv": "id,title\n1,Heat\n2,Ran\n", "log.csv": log}))
    assert own.interactions.timestamps is not None
    np.testing.assert_array_equal(
        np.sort(own.interactions.timestamps), [0, 0, int(pd.Timestamp("2020-01-01").timestamp())]
    )
    assert any("2 ratings without a readable time" in text for text in own.report.warnings)
