"""How well films fit among themselves, and what is said of it."""

from dataclasses import replace

import pytest

from core.domain import Answer, Recommendation
from core.exploration.captions import fit_caption, fit_shares, map_caption
from core.serving import Atlas


def answer(*scores: float) -> Answer:
    films = [Recommendation(n + 1, n, str(n), "x", None, score) for n, score in enumerate(scores)]
    return Answer(tuple(films), "content")


def test_what_differs_is_shown() -> None:
    assert fit_shares(answer(0.70, 0.69, 0.66, 0.60)) == pytest.approx([1, 0.9, 0.6, 0])
    assert fit_shares(answer(-1.0, -3.0, -2.0)) == pytest.approx([1, 0, 0.5]), (
        "minus a distance, in any order"
    )
    assert "among these 2: full is the best fit (score 0.7), a stub the least (0.6)" in fit_caption(
        answer(0.7, 0.6)
    )


@pytest.mark.parametrize("scores", [(), (0.4,), (0.4, 0.4), (0.0, 0.0), (1e6, 1e6 * (1 + 1e-9))])
def test_equal_scores_have_no_bar(scores: tuple[float, ...]) -> None:
    assert fit_shares(answer(*scores)) == [None] * len(scores)
    assert fit_caption(answer(*scores)) == ""


def test_a_map_says_on_how_many_films_it_was_measured(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = atlas.map_of("letters")
    assert "with 95 % confidence" not in map_caption(atlas, "letters", 30)
    assert "searched for" not in map_caption(atlas, "letters", 30)
    large = {"n_items": 10**6, "n_measured": 10**5, "interval": (0.8712, 0.8745), "neighbours_found": 0.9861}
    monkeypatch.setattr(
        Atlas, "map_of", lambda self, space: replace(whole, faithfulness=whole.faithfulness | large)
    )
    said = map_caption(atlas, "letters", 30)
    assert "0.871 to 0.875 with 95 % confidence, measured on 100,000 films" in said
    assert "98.6% of them are found" in said
