"""Names of places on a map: what they say, and that no two are alike."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog
from core.maps.group_names import LONGEST, PRIOR, Namer, Terms, words_of
from core.maps.subjects import _forms, subjects_of


def catalog_of(rows: Sequence[Mapping[str, object]]) -> Catalog:
    return Catalog.of(
        pd.DataFrame([{"item_id": str(n), "title": f"Film {n}", **row} for n, row in enumerate(rows)])
    )


def test_strength_follows_the_formula() -> None:
    terms = Terms.of([frozenset("ac"), frozenset("a"), frozenset("bc"), frozenset("c"), frozenset("z")])
    labels = np.array([0, 0, 1, 1, -1])
    found = terms.telling(labels, 2, [np.zeros(5, np.int64)], least_share=0.0, least_lift=1)

    def strength(count: int, everywhere: float) -> float:
        share = (count + PRIOR * everywhere) / (2 + PRIOR)
        return float(share * np.log(share / everywhere))

    assert found[0] == pytest.approx({"a": strength(2, 0.5)})
    assert found[1] == pytest.approx({"b": strength(1, 0.25), "c": strength(2, 0.75)})
    assert list(found[1]) == ["b", "c"] if strength(1, 0.25) > strength(2, 0.75) else ["c", "b"]


def test_what_is_rarer_than_the_least_or_no_more_frequent_than_around_is_left_out() -> None:
    terms = Terms.of([frozenset("ab")] * 10 + [frozenset("a")] * 10)
    labels = np.repeat([0, 1], 10)
    around = [np.zeros(20, np.int64)]
    assert set(terms.telling(labels, 2, around, least_share=0.5)[0]) == {"b"}
    assert terms.telling(labels, 2, around, least_share=0.5, least=11)[0] == {}
    inside = [*around, labels]  # within itself, a group is set apart by nothing
    assert terms.telling(labels, 2, inside, least_share=0.5)[0].keys() == {"b"}
    assert terms.telling(labels, 2, [labels], least_share=0.5) == [{}, {}]


def test_names_with_the_same_words_are_alike() -> None:
    assert words_of("Crime & Thriller") == words_of("Thriller, Crime")
    assert words_of("War: soldiers") == words_of("Soldier, war")
    assert words_of("Film-Noir: film noir") == words_of("Film noir")
    assert words_of("War") != words_of("War, 1960s")


@pytest.mark.parametrize("genres", [(), ("War",), ("War", "Romance")])
@pytest.mark.parametrize("plot", ["", "A vampire falls in love with a soldier."])
def test_no_two_of_many_groups_that_are_all_alike_have_the_same_name(
    genres: tuple[str, ...], plot: str
) -> None:
    catalog = catalog_of(
        [{"genres": genres, "overview": plot, "year": 1960, "title": "Twins"} for _ in range(120)]
    )
    namer = Namer(catalog)
    everywhere, halves, tenths = np.zeros(120, np.int64), np.arange(120) // 60, np.arange(120) // 10
    titles = [["Twins"] * 3] * 12
    regions = namer.names(0, halves, 2, [everywhere], ["", ""], titles)
    groups = namer.names(1, tenths, 12, [everywhere], [regions[n // 6][0] for n in range(12)], titles)
    names = [name for name, _ in [*regions, *groups]]
    assert max(Counter(map(words_of, names)).values()) == 1
    assert all(0 < len(name) <= LONGEST for name in names)


def test_a_group_is_called_by_its_genre_and_a_part_of_it_by_its_subject() -> None:
    plots = ["A vampire rises.", "Zombies rise.", "A cop retires.", "A bank robbery fails."]
    films = [{"genres": ("Horror",) if n < 40 else ("Crime",), "overview": plots[n // 20]} for n in range(80)]
    namer = Namer(catalog_of(films))
    everywhere, halves, parts = np.zeros(80, np.int64), np.arange(80) // 40, np.arange(80) // 20
    titles = [["Film"]] * 4
    groups = [name for name, _ in namer.names(1, halves, 2, [everywhere], ["Crime & Horror"] * 2, titles)]
    assert groups[0] in ("Horror: vampires", "Horror: zombies")
    assert groups[1] in ("Crime: cops", "Crime: heists")
    above = [groups[n // 2] for n in range(4)]
    finer = [name for name, _ in namer.names(2, parts, 4, [everywhere, halves], above, titles)]
    assert finer == ["Vampires", "Zombies", "Cops", "Heists"]


def test_subjects_are_read_from_plots_and_keywords_and_no_names() -> None:
    catalog = catalog_of(
        [
            {"overview": "Rocky and Bond hunt vampires in New York City during World War II."},
            {"overview": "It is a 1987 slasher film directed by Somebody in Germany. Teenagers go camping."},
            {"keywords": ("haunted house", "jason", "world war ii")},
            {"overview": "A Vampire by name."},
        ]
    )
    assert subjects_of(catalog) == [
        {"vampires", "New York", "World War II"},
        {"slashers", "teenagers"},
        {"haunted houses", "World War II"},
        frozenset(),
    ]


def test_where_plots_are_in_another_language_keywords_and_words_stand_in() -> None:
    catalog = catalog_of(
        [{"overview": "Ein Gespenst wandert durch verfallene Schlösser.", "keywords": ("burg",)}] * 5
    )
    assert {"burg", "wandert", "durch", "verfallene"} <= subjects_of(catalog)[0]
    assert "Gespenst" not in subjects_of(catalog)[0]


def test_the_list_names_each_thing_once_and_shortly() -> None:
    told = Counter((first, form) for first, forms in _forms()[1].items() for form, _ in forms)
    names = {name for forms in _forms()[1].values() for _, name in forms}
    assert max(told.values()) == 1
    assert len({words_of(name) for name in names}) == len(names)
    assert max(map(len, names)) <= LONGEST - len("Documentary: ") + 5
