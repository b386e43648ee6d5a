"""Reasons of long histories: groups of films that are alike, with what they carry."""

import numpy as np
import pandas as pd
import pytest

from core.domain import Catalog, Profile
from core.recommenders.collaborative.contributions import MUCH, contribution_reasons
from core.recommenders.collaborative.groups_of_likes import facts_of, groups_of, history_facts


def film(number: int, **cells: object) -> dict[str, object]:
    return {"item_id": str(number), "title": f"Film {number}", "year": 1990 + number, **cells}


CATALOG = Catalog.of(
    pd.DataFrame(
        [
            film(0, year=1995, genres=["Crime", "Thriller"], directors=["Ann Lee"]),
            *(film(n, genres=["Crime", "Thriller"], year=2003) for n in range(1, 5)),
            *(film(n, genres=["Crime"], directors=["Ann Lee"], year=2013) for n in range(5, 8)),
            *(film(n, genres=["Comedy"], year=2004) for n in range(8, 28)),
        ]
    )
)
HISTORY = np.arange(1, 28)


def contributions() -> np.ndarray:
    """100 in all: 4 x 5 from the thrillers, 3 x 8 from those by Ann Lee, 20 x 2.8 from comedies."""
    return np.array([5.0] * 4 + [8.0] * 3 + [2.8] * 20, np.float32)


def test_what_films_share_in_words() -> None:
    assert facts_of(CATALOG.film(0)) == {
        "films by Ann Lee",
        "Crime films",
        "Thriller films",
        "Crime and Thriller films",
        "Crime films of the 1990s",
        "Thriller films of the 1990s",
    }
    shared = history_facts(CATALOG, HISTORY)
    assert shared["films by Ann Lee"].tolist() == [4, 5, 6]
    assert shared["Crime films"].tolist() == list(range(7))


def test_groups_by_hand() -> None:
    # by Ann Lee: share 0.24, lift 0.24 * 27 / 3 = 2.16: 0.24 * ln 2.16 = 0.185
    # Crime: share 0.44, lift 0.44 * 27 / 7 = 1.70: 0.44 * ln 1.70 = 0.233, the most
    found = groups_of(CATALOG.film(0), history_facts(CATALOG, HISTORY), contributions())
    assert [(group.words, len(group.places)) for group in found] == [("Crime films", 7)]
    assert found[0].share == pytest.approx(0.44)
    assert found[0].places[:3] == (4, 5, 6), "those that contribute most come first"


def test_a_group_needs_films_a_share_and_more_than_its_number() -> None:
    shared = history_facts(CATALOG, HISTORY)
    even = np.ones(27, np.float32)
    assert groups_of(CATALOG.film(0), shared, even) == [], "nothing stands out"
    against = np.where(np.arange(27) < 7, -1.0, 1.0).astype(np.float32)
    assert groups_of(CATALOG.film(0), shared, against) == [], "what speaks against it is no reason"
    assert groups_of(CATALOG.film(0), shared, 0 * even) == []
    two = np.array([0.0] * 5 + [9.0, 9.0] + [1.0] * 20, np.float32)
    assert groups_of(CATALOG.film(0), shared, two) == [], "two films are none"


def reasons(values: np.ndarray, item: int = 0) -> list[str]:
    profile = Profile(HISTORY, np.ones(len(HISTORY), np.float32))
    (found,) = contribution_reasons(CATALOG, HISTORY, values[:, None], profile, [item])
    return [reason.text for reason in found]


def test_long_histories_name_groups_and_short_ones_films() -> None:
    assert reasons(contributions()) == [
        "7 of your Crime films, such as Film 5 (2013), Film 6 (2013) and Film 7 (2013), speak for it (44% of all that "
        "does)."
    ]
    few = contributions()
    few[:4] = 0.1
    assert reasons(few)[0].startswith(
        "3 of your films by Ann Lee, Film 5 (2013), Film 6 (2013) and Film 7 (2013), speak"
    )
    one = np.zeros(27, np.float32)
    one[:3] = 1
    assert reasons(one)[0] == "33% of what speaks for it comes from Film 1 (2003), which you like."
    much = np.ones(27, np.float32)
    much[0] = 26 * MUCH / (1 - MUCH) + 0.01
    assert reasons(much)[0].startswith("10% of what speaks for it comes from Film 1 (2003)")
    assert len(reasons(much)) == 1, "the others carry 3 % each: none is a reason by itself"


def test_many_films_with_nothing_in_common_are_said_to_be_many() -> None:
    values = np.linspace(1, 1.2, 27).astype(np.float32)
    said = reasons(values)
    share = values[-3:].sum() / values.sum()
    assert said == [
        "27 of your films speak for it, each a little; most of all Film 27 (2004), Film 26 (2004) and Film 25 (2004) "
        f"({share:.0%} together)."
    ]
    assert reasons(-values) == ["None of your films speaks for it."]


def test_where_nothing_stands_out_no_film_is_named() -> None:
    films = [film(0, genres=["Drama"], year=1950), *(film(n, genres=["Comedy"]) for n in range(1, 101))]
    catalog, history = Catalog.of(pd.DataFrame(films)), np.arange(1, 101)
    profile = Profile(history, np.ones(100, np.float32))
    (found,) = contribution_reasons(catalog, history, np.ones((100, 1), np.float32), profile, [0])
    (reason,) = found
    assert reason.text == "100 of your films speak for it together; no film and no kind of film stands out."
    assert reason.items == ()
    assert reason.share is None
