"""Words on a map: films that they name, or a place among those that mean something like it."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InvalidQueryError
from core.exploration import map_words
from core.exploration.map_words import MOST, place_words, texts_of
from core.maps.placing import place
from core.serving import Atlas


def test_semicolons_part_texts() -> None:
    assert texts_of(" a; ;b c ;") == ["a", "b c"]
    assert len(texts_of(";".join("abcdefghij"))) == MOST
    assert texts_of("") == []


def test_facts_name_all_their_films(atlas: Atlas) -> None:
    found = place_words(atlas, "letters", "horror")
    horror = [n for n, genres in enumerate(atlas.catalog.items["genres"]) if "Horror" in genres]
    assert sorted(found.films) == horror
    assert (found.x, found.nearness) == (None, ())
    assert found.sentence == f"“horror”: {len(horror)} films: Horror."


def test_very_many_films_are_the_best_known_and_it_is_said(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_words, "MOST_NAMED", 3)
    found = place_words(atlas, "letters", "horror")
    counts = atlas.counts
    assert len(found.films) == 3
    assert [int(counts[n]) for n in found.films] == sorted(
        (int(counts[n]) for n in found.films), reverse=True
    )
    assert "the 3 best known of 9 are marked" in found.sentence


def test_other_words_stand_among_their_nearest_films(atlas: Atlas) -> None:
    text = "a captain and a whale"
    found = place_words(atlas, "letters", text)
    space = atlas.space("letters")
    vector = space.encode_text(text)
    cosine = (
        space.vectors
        @ vector
        / np.maximum(np.linalg.norm(space.vectors, axis=1) * np.linalg.norm(vector), 1e-12)
    )
    assert list(found.nearness) == pytest.approx(sorted(cosine, reverse=True)[: len(found.films)], abs=2e-3)
    x, y = place(space, atlas.coordinates("letters"), vector[None])[0]
    assert (found.x, found.y) == pytest.approx((x, y), abs=1e-3)
    assert f"cosine {found.nearness[0]:.2f}" in found.sentence


def test_an_embedding_that_reads_no_text(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = atlas.space("letters")
    monkeypatch.setattr(type(atlas), "space", lambda self, name: replace(silent, encode_texts=None))
    with pytest.raises(InvalidQueryError):
        place_words(atlas, "letters", "a captain and a whale")
