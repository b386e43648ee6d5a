"""One search for titles, people, facts and plots."""

import pytest

from core.errors import ModelUnavailableError
from core.serving import Atlas, finding
from core.serving.finding import find_films, get_ready


def found(atlas: Atlas, text: str, limit: int = 6) -> list[tuple[str, str]]:
    return [(atlas.titles.labels[hit.item_index], hit.why) for hit in find_films(atlas, text, limit)]


def test_a_title_comes_first_and_says_so(atlas: Atlas) -> None:
    assert found(atlas, "the ghost return")[0] == ("The Ghost Return (1972)", "This is its title.")
    label, why = found(atlas, "the ghst return")[0]
    assert (label, why) == ("The Ghost Return (1972)", "Its title is like this.")


def test_people_and_genres_find_their_films(atlas: Atlas) -> None:
    hits = found(atlas, "space maker", 40)
    assert len(hits) == 9
    assert {why for _, why in hits} == {"Fits: directed by Space Maker."}
    hits = found(atlas, "romance from the 60s")
    assert {why for _, why in hits} == {"Fits: Romance, 1960s."}
    assert all("Love" in label for label, _ in hits)


def test_plots_find_their_films_and_say_which_words(atlas: Atlas) -> None:
    hits = found(atlas, "robbery of a bank")
    assert hits[0][1] == "Its description has: robbery, bank."
    assert all("Heist" in label for label, why in hits if "has" in why)


def test_what_nothing_is_like_finds_nothing(atlas: Atlas) -> None:
    for text in ("", "  ", "?!", "zzzz qqqq xxxx", "\x00", "y" * 10_000):
        assert find_films(atlas, text) == []


def test_no_film_is_a_hit_twice_and_no_more_come_than_were_asked_for(atlas: Atlas) -> None:
    for text in ("ghost", "the space story", "horror ghost maker", "love and a wedding on a train"):
        hits = [hit.item_index for hit in find_films(atlas, text, 5)]
        assert len(hits) == len(set(hits)) <= 5


def test_without_the_model_titles_facts_and_words_are_found(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = finding.recommend

    def no_model(opened: Atlas, question: object) -> object:
        if getattr(question, "text", ""):
            raise ModelUnavailableError("The model is not here.")
        return real(opened, question)  # type: ignore[arg-type]

    monkeypatch.setattr(finding, "recommend", no_model)
    assert all("Heist" in label for label, _ in found(atlas, "robbery of a bank"))
    assert found(atlas, "robbery of a bank")
    assert {label.split()[1] for label, _ in found(atlas, "horror")} == {"Ghost"}
    get_ready(atlas)
