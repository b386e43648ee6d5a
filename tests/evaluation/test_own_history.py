"""How well methods would have known one person: what is taken away, where it stands, and what is said of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.domain import Profile
from core.errors import TooFewFilmsError, UnknownNameError
from core.evaluation.own_history import LEAST, acquaintances, asking, in_words, per_cent
from core.serving import Atlas
from core.serving.fitted_methods import FittedMethods
from core.types import FloatMatrix

History = tuple[tuple[int, float], ...]


def weighed(atlas: Atlas, **worlds: float) -> History:
    """The first seven films of each world, with one weight."""
    place = {item_id: n for n, item_id in enumerate(atlas.catalog.ids.tolist())}
    return tuple((place[f"{world}-{n}"], weight) for world, weight in worlds.items() for n in range(7))


@pytest.fixture
def history(atlas: Atlas) -> History:
    """Somebody who likes space and love, and no ghosts: 14 liked films of 21."""
    return weighed(atlas, space=1.0, love=0.6, ghost=-0.8)


class Spy:
    """A method that scores as it is told and remembers who asked."""

    name, label = "spy", "Spy"
    abilities = asking._NEEDED

    def __init__(self, scores: Any) -> None:
        self.scores, self.asked = np.asarray(scores, np.float32), list[Profile]()

    def score(self, profiles: Sequence[Profile]) -> FloatMatrix:
        self.asked += profiles
        return np.tile(self.scores, (len(profiles), 1))


@pytest.fixture
def spying(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(**spies: Spy) -> None:
        for name, spy in spies.items():
            spy.label = name
        monkeypatch.setattr(FittedMethods, "fitted", lambda self, name, params=None: spies[name])

    return use


def test_popularity_stands_where_counting_puts_it(atlas: Atlas, history: History) -> None:
    found = acquaintances(atlas, history, methods=["popularity"])
    scores = atlas.methods.fitted("popularity").score([Profile()])[0].astype(float)
    named = {item for item, _ in history}
    unseen = [item for item in range(len(atlas.catalog)) if item not in named]
    liked = [item for item, weight in history if weight > 0]
    above = [sum((scores[u] > scores[i]) + 0.5 * (scores[u] == scores[i]) for u in unseen) for i in liked]
    (one,) = found.methods
    assert (found.n_liked, found.n_unseen) == (14, 15)
    assert one.above.mean == pytest.approx(np.mean(above) / 15)
    assert one.hits.mean == pytest.approx(np.mean([1 + places <= 10 for places in above]))
    ndcg = [1 / np.log2(2 + places) if 1 + places <= 10 else 0 for places in above]
    assert one.ndcg.mean == pytest.approx(np.mean(ndcg))
    assert one.above.low <= one.above.mean <= one.above.high
    assert one.above.low < one.above.high


def test_what_is_looked_for_is_never_told(atlas: Atlas, history: History, spying: Any) -> None:
    spy = Spy(np.arange(36))
    spying(spy=spy)
    found = acquaintances(atlas, history, methods=["spy"])
    liked = {item for item, weight in history if weight > 0}
    assert (found.folds, found.repeats) == (14, 1)  # one by one: what is disliked is told every time
    away = [{item for item, _ in history} - set(profile.items.tolist()) for profile in spy.asked]
    assert sorted(item for part in away for item in part) == sorted(liked)
    assert all(len(part) == 1 for part in away)


def test_many_films_are_taken_away_in_parts(
    atlas: Atlas, history: History, spying: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ONE_BY_ONE", 10)
    spy = Spy(np.arange(36))
    spying(spy=spy)
    found = acquaintances(atlas, history, methods=["spy"])
    assert (found.folds, found.repeats, len(spy.asked)) == (5, 2, 10)
    away = [{item for item, _ in history} - set(profile.items.tolist()) for profile in spy.asked]
    for half in (away[:5], away[5:]):
        assert sorted(item for part in half for item in part) == sorted(item for item, _ in history)
    assert away[:5] != away[5:]
    n_liked = [sum(weight > 0 for item, weight in history if item in part) for part in away]
    assert set(n_liked) <= {2, 3}


def test_a_method_that_knows_everything_and_one_that_is_silent(
    atlas: Atlas, history: History, spying: Any
) -> None:
    liked = [item for item, weight in history if weight > 0]
    knows = np.zeros(36)
    knows[liked] = 1
    says_nothing = np.where(np.isin(np.arange(36), liked), np.nan, 1.0)
    spying(popularity=Spy(np.zeros(36)), knows=Spy(knows), silent=Spy(says_nothing))
    found = acquaintances(atlas, history, methods=["silent", "popularity", "knows"])
    assert [one.name for one in found.methods] == ["knows", "popularity", "silent"]
    knowing, even, silent = found.methods
    assert (knowing.above.mean, knowing.hits.mean, knowing.ndcg.mean) == (0, 1, 1)
    assert (even.above.mean, even.over_yardstick) == (0.5, None)
    assert even.equals is not None
    assert even.equals.mean == 0.5
    assert (silent.above.mean, silent.silent, knowing.silent) == (1, 14, 0)
    assert knowing.over_yardstick is not None
    assert silent.over_yardstick is not None
    assert knowing.over_yardstick.mean == 0.5
    assert knowing.over_yardstick.is_sure
    assert silent.over_yardstick.mean == -0.5
    assert knowing.behind_best is None
    assert found.as_good == ()


def test_what_is_luck_is_called_luck(atlas: Atlas, history: History, spying: Any) -> None:
    """Of 100 pairs of random orders about five in a hundred may be told apart, not many."""
    rng, sure = np.random.default_rng(3), 0
    for seed in range(100):
        spying(popularity=Spy(rng.random(36)), other=Spy(rng.random(36)))
        found = acquaintances(atlas, history, methods=["popularity", "other"], seed=seed)
        other = found.of("other")
        assert other is not None
        assert other.over_yardstick is not None
        sure += other.over_yardstick.is_sure
    assert sure <= 12  # 5 expected; more than 12 has a chance of 0.1 %


def test_methods_that_know_tastes_find_one(atlas: Atlas, history: History) -> None:
    found = acquaintances(atlas, history)
    by_name = {one.name: one for one in found.methods}
    assert by_name["taste"].above.mean < 0.2 < by_name["random"].above.mean
    over = by_name["taste"].over_yardstick
    assert over is not None
    assert over.is_sure
    assert {"triplet", "word2vec_titles"} <= set(found.left_out)
    assert not set(found.left_out) & set(by_name)
    assert "would have put your 14 favourites" in in_words(found)
    assert "more than luck" in in_words(found)
    assert found == acquaintances(atlas, history)


def test_too_few_films_are_refused_with_how_many_are_missing(atlas: Atlas) -> None:
    with pytest.raises(TooFewFilmsError, match="Rate or like 3 more") as refused:
        acquaintances(atlas, weighed(atlas, space=1.0, ghost=0.1, heist=-1.0))
    assert (refused.value.n, refused.value.least, refused.value.missing) == (7, LEAST, 3)
    with pytest.raises(TooFewFilmsError, match="no film that you like"):
        acquaintances(atlas, ())


def test_it_says_how_far_it_is_and_can_be_stopped(atlas: Atlas, history: History) -> None:
    steps: list[tuple[int, int, str]] = []

    def listen(done: int, total: int, note: str = "") -> None:
        steps.append((done, total, note))

    names = ["popularity", "random", "taste"]
    found = acquaintances(atlas, history, methods=names, progress=listen, is_stopped=lambda: len(steps) == 2)
    assert steps[:2] == [(0, 3, "Popularity"), (1, 3, "Random")]
    assert {one.name for one in found.methods} == {"popularity", "random"}
    assert not found.is_whole
    assert "stopped" in in_words(found)
    nothing = acquaintances(atlas, history, is_stopped=lambda: True)
    assert (nothing.methods, in_words(nothing)) == ((), "No method was asked.")


def test_an_unknown_method_is_refused(atlas: Atlas, history: History) -> None:
    with pytest.raises(UnknownNameError):
        acquaintances(atlas, history, methods=["nonesuch"])


def test_who_is_in_the_dataset_is_told(atlas: Atlas, history: History) -> None:
    user = int(np.argmax(np.diff(atlas.interactions.ratings.indptr)))
    films, _ = atlas.interactions.history(user)
    own = tuple((int(film), 1.0) for film in films)
    known = acquaintances(atlas, own, methods=["popularity"])
    assert known.is_in_dataset
    assert "flatters" in in_words(known)
    assert not acquaintances(atlas, history, methods=["popularity"]).is_in_dataset


def test_words(atlas: Atlas, history: History, spying: Any) -> None:
    spying(popularity=Spy(np.arange(36)), other=Spy(np.arange(36)))
    same = acquaintances(atlas, history, methods=["popularity", "other"])
    assert "may be luck" in in_words(same) or "nothing that is about you" in in_words(same)
    assert "as far as can be told" in in_words(same)
    alone = replace(same, methods=tuple(one for one in same.methods if one.name == "other"))
    assert "popularity" not in in_words(alone)
    assert [per_cent(share) for share in (0.0, 0.0432, 0.0996, 0.5)] == [
        f"{number}\u00a0%" for number in ("0.1", "4.3", "10", "50")
    ]
