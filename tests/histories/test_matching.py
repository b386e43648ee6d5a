"""Finding a history's films in a catalogue: what is taken, offered, and left."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.exports.scale import HUNDRED, STARS, TEN
from core.domain import Catalog
from core.histories import Entry, History, Status
from core.histories.film_index import FilmIndex, Tie
from core.histories.matching import SEEN_ALONE, Matched, match_history
from core.histories.mentions import mentions_of, opinion_of
from core.histories.strengths import strengths

FILMS = [
    ("heat", "Heat", 1995, "", "tt0113277", "949"),
    ("the-heat", "The Heat", 2013, "", "tt2404463", "136795"),
    ("amelie", "Amélie", 2001, "Le fabuleux destin d'Amélie Poulain", "tt0211915", "194"),
    ("sabrina-54", "Sabrina", 1954, "", "tt0047437", "6620"),
    ("sabrina-95", "Sabrina", 1995, "", "tt0114319", "11860"),
    ("emma-a", "Emma", 1996, "", "tt0116191", "3573"),
    ("emma-b", "Emma", 1996, "", "tt0118308", "12254"),
    ("rocky-2", "Rocky II", 1979, "", "tt0079817", "1367"),
    ("star-wars", "Star Wars: Episode IV - A New Hope", 1977, "", "tt0076759", "11"),
    ("empire", "Star Wars: Episode V - The Empire Strikes Back", 1980, "", "tt0080684", "1891"),
    ("alien", "Alien", 1979, "", "tt0078748", "348"),
    ("aliens", "Aliens", 1986, "", "tt0090605", "679"),
    ("birdman", "Birdman or (The Unexpected Virtue of Ignorance)", 2014, "", "tt2562232", "194662"),
    ("tiger", "Crouching Tiger, Hidden Dragon", 2000, "臥虎藏龍", "tt0190332", "146"),
    ("spider", "Spider-Man", 2002, "", "tt0145487", "557"),
    ("leon", "Léon: The Professional", 1994, "Léon", "tt0110413", "101"),
    ("no-year", "A Film of No Year", None, "", "", ""),
    ("seven", "Seven Samurai", 1954, "七人の侍", "tt0047478", "346"),
    ("suspiria", "Suspiria", 1977, "", "tt0076786", "11906"),
]
IDS = [film[0] for film in FILMS]


@pytest.fixture(scope="module")
def films() -> FilmIndex:
    columns = ["item_id", "title", "year", "original_title", "imdb_id", "tmdb_id"]
    catalog = Catalog.of(pd.DataFrame(FILMS, columns=columns))
    return FilmIndex(catalog, np.arange(len(FILMS))[::-1].copy())


def match(films: FilmIndex, *entries: Entry, choices: dict[str, str] | None = None) -> Matched:
    return match_history(History(entries, choices={"here": choices or {}}), films, "here")


def ids(matched: Matched) -> list[str]:
    return [IDS[one.item_index] for one in matched.sure]


@pytest.mark.parametrize(
    ("title", "year", "film", "tie"),
    [
        ("Heat", 1995, "heat", Tie.TITLE),
        ("seven samourai", 1954, "seven", Tie.SIMILAR),
        ("7 Samurai", None, "seven", Tie.SPELLING),
        ("Heat, The", 2013, "the-heat", Tie.TITLE),
        ("The Heat", 1995, "heat", Tie.ARTICLE),
        ("AMELIE", 2001, "amelie", Tie.TITLE),
        ("Fabuleux destin d’Amélie Poulain, Le", 2002, "amelie", Tie.TITLE),
        ("Sabrina", 1995, "sabrina-95", Tie.TITLE),
        ("Sabrina", 1953, "sabrina-54", Tie.TITLE),
        ("Rocky 2", 1979, "rocky-2", Tie.SPELLING),
        ("Spiderman", 2002, "spider", Tie.SPELLING),
        ("Spider Man", 2003, "spider", Tie.TITLE),
        ("Star Wars", 1977, "star-wars", Tie.VARIANT),
        ("Birdman", 2014, "birdman", Tie.PART),
        ("The Professional", 1994, "leon", Tie.PART),
        ("臥虎藏龍", 2000, "tiger", Tie.TITLE),
        ("Crouching Tigre, Hiden Dragon", 2000, "tiger", Tie.SIMILAR),
        ("7 Samurai", 1954, "seven", Tie.SPELLING),
        ("A Film of No Year", None, "no-year", Tie.TITLE),
    ],
)
def test_ways_to_write_a_title(films: FilmIndex, title: str, year: int | None, film: str, tie: Tie) -> None:
    matched = match(films, Entry(title, year))
    assert ids(matched) == [film]
    assert matched.sure[0].tie == tie


@pytest.mark.parametrize(
    ("title", "year", "offered"),
    [
        ("Sabrina", None, ["sabrina-54", "sabrina-95"]),
        ("Suspiria", None, ["suspiria"]),
        ("The Heat", None, ["the-heat", "heat"]),
        ("Emma", 1996, ["emma-a", "emma-b"]),
        ("Suspiria", 1980, ["suspiria"]),
        ("Star Wars", None, ["star-wars", "empire"]),
        ("Star Wars", 1978, ["star-wars"]),
        ("Crouching Tigre, Hidden Dragon", None, ["tiger"]),
        ("Aliem", 1979, ["alien"]),
        ("The Alien", 1980, ["alien"]),
        ("A Film of No Year", 1990, ["no-year"]),
        ("Rocky III", 1979, ["rocky-2"]),
    ],
)
def test_what_may_be_another_film_is_offered_and_not_taken(
    films: FilmIndex, title: str, year: int | None, offered: list[str]
) -> None:
    matched = match(films, Entry(title, year))
    assert matched.sure == ()
    assert [IDS[one.item_index] for one in matched.doubtful[0].offers] == offered
    assert matched.weights == ()


@pytest.mark.parametrize(
    ("title", "year", "is_newer"),
    [("Suspiria", 2018, True), ("Suspiria", 1990, False), ("Columbus", 2013, False), ("Alien", 2000, False)],
)
def test_what_is_not_there_is_listed_and_newer_films_apart(
    films: FilmIndex, title: str, year: int, is_newer: bool
) -> None:
    matched = match(films, Entry(title, year))
    assert matched.newest == 2014
    assert (len(matched.newer), len(matched.missing)) == (is_newer, not is_newer)
    assert (matched.sure, matched.doubtful) == ((), ())


def test_an_id_counts_more_than_a_title(films: FilmIndex) -> None:
    matched = match(films, Entry("Hitze", 1999, imdb_id="tt0113277"), Entry("?", tmdb_id="348"))
    assert ids(matched) == ["heat", "alien"]
    assert {one.tie for one in matched.sure} == {Tie.ID}


def test_films_of_different_ids_are_not_taken_for_each_other(films: FilmIndex) -> None:
    same = match(films, Entry("Heat", 1995, imdb_id="tt9999999"))
    assert [IDS[one.item_index] for one in same.doubtful[0].offers] == ["heat"]
    near = match(films, Entry("Heat", 1996, imdb_id="tt9999999"))
    assert (near.sure, near.doubtful, len(near.missing)) == ((), (), 1)


def test_what_the_reader_says_of_a_doubtful_film_counts(films: FilmIndex) -> None:
    doubt = match(films, Entry("Emma", 1996, Status.LIKED)).doubtful[0].mention
    assert ids(match(films, *doubt.entries, choices={doubt.key: "emma-b"})) == ["emma-b"]
    first = (
        History(doubt.entries).choosing("here", {doubt.key: "emma-a"}).choosing("elsewhere", {doubt.key: "x"})
    )
    assert first.choosing("here", {"another": ""}).choices == {
        "here": {doubt.key: "emma-a", "another": ""},
        "elsewhere": {doubt.key: "x"},
    }
    none = match(films, *doubt.entries, choices={doubt.key: ""})
    assert (len(none.missing), none.doubtful) == (1, ())
    gone = match(films, *doubt.entries, choices={doubt.key: "no longer there"})
    assert len(gone.doubtful) == 1


def test_one_film_in_many_files_is_one_film(films: FilmIndex) -> None:
    matched = match(
        films,
        Entry("Heat", 1995, Status.SEEN),
        Entry("Heat", 1995, Status.RATED, 2, STARS, "2020-01-01"),
        Entry("Heat", 1995, Status.RATED, 9, TEN, "2023-01-01", "tt0113277"),
        Entry("Heat", 1996, Status.RATED, 30, HUNDRED, "2019-01-01"),
        Entry("HEAT", 1995, Status.WANTED),
    )
    assert ids(matched) == ["heat"]
    opinion = opinion_of(matched.sure[0].entries)
    assert opinion.level == 8 / 9  # of the latest day
    assert not opinion.is_wanted  # it was seen
    assert matched.counts()["same_film"] == 1  # 1995 and 1996


def test_a_row_without_a_year_stays_alone_where_two_have_one() -> None:
    rows = [Entry("Sabrina", 1954), Entry("Sabrina", 1995), Entry("Sabrina")]
    assert [mention.key for mention in mentions_of(rows)] == ["sabrina 1954", "sabrina 1995", "sabrina"]
    assert len(mentions_of([rows[0], rows[2]])) == 1


def test_seen_watchlist_and_favourites_keep_their_meaning(films: FilmIndex) -> None:
    matched = match(
        films,
        Entry("Heat", 1995, Status.LIKED),
        Entry("Alien", 1979, Status.WANTED),
        Entry("Aliens", 1986, Status.SEEN),
        Entry("Suspiria", 1977, Status.LISTED),
        Entry("Rocky II", 1979, Status.RATED, 1, STARS),
        Entry("Spider-Man", 2002, Status.RATED, 5, STARS),
    )
    weights = {IDS[item]: weight for item, weight in matched.weights}
    assert set(weights) == {"heat", "aliens", "rocky-2", "spider"}
    assert (weights["heat"], weights["aliens"]) == (1, 0)
    assert weights["rocky-2"] < 0 < weights["spider"]
    assert [IDS[item] for item in matched.wanted] == ["alien"]


def test_where_nothing_is_rated_what_was_watched_counts_as_half_liked(films: FilmIndex) -> None:
    watched = (Entry("Heat", 1995), Entry("Aliens", 1986))
    assert dict(match(films, *watched).weights) == {0: SEEN_ALONE, 11: SEEN_ALONE}
    rated = Entry("Not there", 1990, Status.RATED, 3, STARS)
    assert dict(match(films, *watched, rated).weights) == {0: 0, 11: 0}


def test_the_persons_scale_is_that_of_all_their_films(films: FilmIndex) -> None:
    alone = match(films, Entry("Heat", 1995, Status.RATED, 4, STARS))
    others = [Entry(f"Not there {n}", 1990, Status.RATED, 5, STARS) for n in range(50)]
    among = match(films, Entry("Heat", 1995, Status.RATED, 4, STARS), *others)
    assert among.weights[0][1] < alone.weights[0][1]


def test_strengths_by_hand() -> None:
    # one rating of 1: mean (1 + 5/2)/6 = 7/12, variance ((5/12)² + 5/16)/6
    spread = (((5 / 12) ** 2 + 5 / 16) / 6) ** 0.5
    assert strengths([1.0])[0] == pytest.approx((1 + min((5 / 12) / (2 * spread), 1)) / 2)
    assert strengths([]).shape == (0,)


def test_who_gives_fours_and_fives_alone_has_favourites_and_no_dislikes() -> None:
    levels = [0.75] * 50 + [1.0] * 50
    found = strengths(levels)
    assert found[0] == pytest.approx(0.0, abs=0.15)
    assert found[-1] > 0.7


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_strengths_keep_the_order_of_ratings(levels: list[float]) -> None:
    found = strengths(levels)
    assert (np.abs(found) <= 1 + 1e-6).all()
    order = np.argsort(levels, kind="stable")
    assert (np.diff(found[order]) >= -1e-6).all()


NAMES = st.sampled_from(
    [name for film in FILMS for name in (film[1], film[3]) if name] + ["Columbus", "Star Wars", "x", "?"]
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        NAMES | st.text(min_size=1, max_size=12),
        st.none() | st.integers(1950, 2030),
        st.sampled_from(Status),
        st.none() | st.integers(1, 5).map(float),
        st.just(STARS),
        imdb_id=st.sampled_from(["", "", "tt0113277", "tt9999999"]),
    ),
    max_size=12,
)


@given(ENTRIES)
def test_every_row_ends_in_one_place(films: FilmIndex, entries: Sequence[Entry]) -> None:
    matched = match(films, *entries)
    placed = [
        *(entry for one in matched.sure for entry in one.entries),
        *(entry for one in matched.doubtful for entry in one.mention.entries),
        *(entry for mention in (*matched.missing, *matched.newer) for entry in mention.entries),
    ]
    assert sorted(map(str, placed)) == sorted(map(str, entries))
    items = [one.item_index for one in matched.sure]
    assert len(items) == len(set(items))
    assert {item for item, _ in matched.weights} <= set(items)
    assert not {item for item, _ in matched.weights} & set(matched.wanted)
    assert all(-1 <= weight <= 1 for _, weight in matched.weights)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_which_films_are_found(
    films: FilmIndex, entries: list[Entry], random: object
) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(ids(match(films, *entries))) == sorted(ids(match(films, *shuffled)))


@pytest.mark.parametrize(
    "film", [film for film in FILMS if not film[0].startswith("emma")], ids=lambda film: film[0]
)
def test_a_catalogue_finds_itself(films: FilmIndex, film: tuple[str, str, int | None, str, str, str]) -> None:
    assert ids(match(films, Entry(film[1], film[2]))) == [film[0]]
