"""Methods with a visitor's own parameters do not fill the memory."""

import threading

import pytest

from core.errors import InvalidQueryError
from core.serving import Atlas
from core.serving.fitted_methods import BESIDE_ARRAYS, FittedMethods


def test_as_built_it_stays_and_of_others_the_last_that_fit(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = FittedMethods(atlas)
    usual = methods.fitted("ease")
    size = usual.weights_.nbytes
    monkeypatch.setenv("MOVIE_ATLAS_METHODS_MB", str(3.5 * (size + BESIDE_ARRAYS) / 1e6))
    others = [methods.fitted("ease", {"reg": 100.0 + i}) for i in range(6)]
    assert methods.fitted("ease") is usual
    assert methods.fitted("ease", {"reg": usual.params.reg}) is usual
    for i in (3, 4, 5):
        assert methods.fitted("ease", {"reg": 100.0 + i}) is others[i], "three of them fit"
    assert methods.fitted("ease", {"reg": 100.0}) is not others[0]
    assert methods.fitted("ease", {"reg": 104.0}) is others[4]
    assert methods.fitted("ease", {"reg": 103.0}) is not others[3], "asked longest ago"


def test_one_that_is_larger_than_all_there_may_be_is_kept_while_it_is_the_last(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_METHODS_MB", "0.000001")
    methods = FittedMethods(atlas)
    first = methods.fitted("ease", {"reg": 7.0})
    assert methods.fitted("ease", {"reg": 7.0}) is first
    methods.fitted("ease", {"reg": 8.0})
    assert methods.fitted("ease", {"reg": 7.0}) is not first


def test_who_asks_for_the_same_at_once_gets_the_same(atlas: Atlas) -> None:
    methods = FittedMethods(atlas)
    found: list[object] = []
    asking = [
        threading.Thread(target=lambda: found.append(methods.fitted("ease", {"reg": 55.0}))) for _ in range(8)
    ]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(found) == 8
    assert len({id(one) for one in found}) == 1
    assert not methods._turns, "nobody waits any more"


@pytest.mark.parametrize("value", ["0", "-3", "much", "inf", "nan"])
def test_a_bound_that_is_none_is_said(atlas: Atlas, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MOVIE_ATLAS_METHODS_MB", value)
    with pytest.raises(InvalidQueryError, match="MOVIE_ATLAS_METHODS_MB"):
        FittedMethods(atlas).fitted("ease", {"reg": 9.0})
