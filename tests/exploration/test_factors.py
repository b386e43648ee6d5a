"""A score by learned factors: it is taken apart without a remainder, and factors are named by films at their ends."""

from dataclasses import replace

import numpy as np
import pytest

from core.domain import Question
from core.exploration import factors
from core.exploration.factors import FactorSum, factors_behind
from core.exploration.see_through import answering
from core.recommenders.base import HasFactors
from core.serving import Atlas, recommend
from core.serving.profiles import make_profile
from ui.charts import palette
from ui.charts.factors import factors_figure

LIKES = (0, 1, 2, 5, 8)


def behind(atlas: Atlas, method: str = "ials") -> tuple[FactorSum | None, Question, int]:
    question = Question(likes=LIKES, method=method, k=6)
    answer = recommend(atlas, question)
    return (
        factors_behind(atlas, question, answer, answer.items[0].item_index),
        question,
        answer.items[0].item_index,
    )


def test_everything_adds_up_to_the_score(atlas: Atlas) -> None:
    found, question, item = behind(atlas)
    assert found is not None
    method = answering(atlas, question, recommend(atlas, question))
    assert isinstance(method, HasFactors)
    (scores,) = method.score([make_profile(atlas, question)])
    assert found.score == pytest.approx(float(scores[item]), rel=1e-4)
    assert found.values.sum() == pytest.approx(found.score, rel=1e-4)
    assert found.values.shape == (factors.FACTORS + 1, len(found.likes))
    assert set(found.likes) <= set(LIKES)
    assert found.n_likes == len(found.likes)
    for factor, row in zip(found.factors, found.values, strict=False):
        assert row.sum() == pytest.approx(factor.adds, abs=1e-5)
    sizes = [abs(factor.adds) for factor in found.factors]
    assert sizes == sorted(sizes, reverse=True)
    assert abs(found.values[-1].sum()) < found.score, "the drawn ones are no small part"


def test_a_like_adds_through_all_factors_what_the_sum_says_of_it(atlas: Atlas) -> None:
    found, question, item = behind(atlas)
    assert found is not None
    method = answering(atlas, question, recommend(atlas, question))
    addends = {one.item: one.value for one in method.addends(make_profile(atlas, question), item)}  # type: ignore[attr-defined]
    for film, column in zip(found.likes, found.values.T, strict=True):
        assert column.sum() == pytest.approx(addends[film], abs=1e-4)


def test_other_likes_stand_together(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _, _ = behind(atlas)
    monkeypatch.setattr(factors, "LIKES", 2)
    found, _, _ = behind(atlas)
    assert whole is not None
    assert found is not None
    assert found.likes == whole.likes[:2]
    np.testing.assert_allclose(found.values[:, 2], whole.values[:, 2:].sum(1), atol=1e-6)


def test_ends_are_the_films_with_most_of_a_factor_on_either_side(atlas: Atlas) -> None:
    found, question, item = behind(atlas)
    assert found is not None
    method = answering(atlas, question, recommend(atlas, question))
    assert isinstance(method, HasFactors)
    turned = method.film_factors()
    spread = (turned**2).sum(0)
    assert (np.diff(spread) <= 1e-4 * spread[0]).all(), "the widest first"
    between = turned.T @ turned
    np.testing.assert_allclose(between - np.diag(spread), 0, atol=1e-3 * float(spread[0]))
    _, pulls = method.pulls(make_profile(atlas, question))
    adds = pulls.sum(0) * turned[item]
    columns = np.argsort(-np.abs(adds), kind="stable")
    lengths = np.linalg.norm(turned, axis=1)
    others = [film for film in np.flatnonzero(lengths).tolist() if film != item]
    for factor, column in zip(found.factors, columns.tolist(), strict=False):
        assert factor.adds == pytest.approx(float(adds[column]), abs=1e-6)
        along = np.sign(turned[item, column]) * turned[:, column] / np.maximum(lengths, 1e-9)
        by_size = sorted(others, key=lambda film: along[film])
        assert list(factor.near) == [film for film in by_size[::-1] if along[film] > 0][: factors.NAMING]
        assert list(factor.far) == [film for film in by_size if along[film] < 0][: factors.NAMING]


def test_where_no_film_is_against_none_is_named(atlas: Atlas) -> None:
    found, _, _ = behind(atlas)
    assert found is not None
    first = replace(found, factors=(replace(found.factors[0], far=()), *found.factors[1:]))
    shown = factors_figure(first, atlas.titles.labels, palette.ink(is_dark=False)).layout.yaxis.ticktext
    assert "against" not in shown[0]
    assert "all well-known films" in shown[0]
    assert "against" in shown[1]


def test_methods_without_factors_have_none(atlas: Atlas) -> None:
    assert behind(atlas, "ease")[0] is None


def test_the_picture_has_every_cell_and_takes_titles_literally(atlas: Atlas) -> None:
    found, _, _ = behind(atlas)
    assert found is not None
    labels = ["<b>bold</b> %{z}"] * len(atlas.catalog)
    figure = factors_figure(found, labels, palette.ink(is_dark=True))
    heat = figure.data[0]
    assert np.asarray(heat.z, float).shape == (len(found.values) + 1, len(found.likes) + 1)
    assert "&lt;b&gt;bold" in heat.customdata[0][0]
    assert "%{z}" not in heat.customdata[0][0]
    assert figure.layout.xaxis.ticktext[-1] == "<b>all likes</b>"
    assert figure.layout.yaxis.ticktext[-1] == "<b>Score</b>"
