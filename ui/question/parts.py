"""Everything that the address can say, in the order in which it says it: the question, and what a page shows."""

import math
from collections.abc import Callable, Mapping, Sequence

from core import recommenders
from core.errors import InvalidQueryError
from core.evaluation.results import stored
from core.evaluation.splits import SPLITS
from core.exploration import comparison, map_colours, rating_orders
from core.exploration.film_likeness import likeness_label, likenesses
from core.exploration.map_choice import read_choice
from core.recommenders.aggregation import DEFAULT, STRATEGIES
from core.serving import Atlas
from core.serving.choices import available_methods, default_method, languages, year_range
from core.serving.profiles import LONGEST_TEXT
from core.serving.taste import taste_groups_of
from ui.question.members import MEMBERS
from ui.question.part import (
    LONGEST_NAME,
    SHOWN,
    Part,
    area,
    choice,
    choices,
    films,
    flag,
    number,
    person,
    words,
    years,
)
from ui.text import space_label

FIRST_MEASURED = ("taste", "popularity", "content", "item_knn", "ease", "ials", "hybrid")
"""Methods that Evaluate offers first, where they can be fitted: one of each kind, all quick."""
LENGTHS = (5, 10, 20, 50, 100)
"""Of lists that Evaluate offers; any other can be typed."""
MOST_TRIALS = 200
MOST_LISTED = 50
COMPARED_AS = ("Side by side", "On the map", "All methods", "Blind")
"""What Compare shows of the lists."""
FARTHEST, MOST_ENLARGED = 10.0, 100.0
"""Of what can be in view on a map: places of its middle, and times that it is enlarged."""
CLOSER = ("How they are spread", "Films that divide", "People's scales", "Over the years", "Films alike")
"""What the page of the rating matrix shows of all ratings, where one of them is chosen."""
OWN_WAYS = ("Your films", "New here?", "Together")
"""What the page You is about."""
FULL, STARS, ERRORS, HIDDEN = "How full", "How many stars", "Where a method errs", "What was hidden"
CELLS_SHOW = (FULL, STARS, ERRORS, HIDDEN)
"""What the colours of the rating matrix say."""


def method_label(name: str) -> str:
    """What people call a method."""
    return recommenders.method_class(name).label


def _genres(atlas: Atlas) -> list[str]:
    return list(atlas.catalog.genre_names())


def _compared(number_: int) -> Part:
    def first(atlas: Atlas) -> str | None:
        chosen = comparison.first_methods(atlas)
        return chosen[number_ - 1] if number_ <= len(chosen) else None

    return choice(
        f"method{number_}",
        f"Method {number_}",
        available_methods,
        first,
        called=method_label,
        may_be_none=True,
        page="compare",
    )


def _map_choice(name: str) -> Part:
    """Films chosen on a map, as `core.exploration.map_choice` writes them."""

    def read(_: Atlas, texts: Sequence[str]) -> str:
        return read_choice(texts[-1]).written()

    return Part(name, read, lambda value: [value] if value else [], lambda _: "", "map")


def _look(name: str) -> Part:
    """What part of the map is in view: its middle, and how many times it is enlarged."""

    def read(_: Atlas, texts: Sequence[str]) -> tuple[float, float, float] | None:
        try:
            x, y, zoom = (float(part) for part in texts[-1].split(","))
        except ValueError:
            x = y = zoom = math.nan
        if not (abs(x) < FARTHEST and abs(y) < FARTHEST and 0 < zoom < MOST_ENLARGED):
            raise InvalidQueryError(f"“{texts[-1][:SHOWN]}” is no part of the map, so all of it is shown.")
        return x, y, zoom

    def write(value: tuple[float, float, float] | None) -> list[str]:
        return [",".join(f"{part:g}" for part in value)] if value else []

    return Part(name, read, write, lambda _: None, "map")


def _lengths(name: str, page: str) -> Part:
    def read(_: Atlas, texts: Sequence[str]) -> list[str]:
        if wrong := [text for text in texts if not text.isdecimal()]:
            raise InvalidQueryError(f"Lengths of lists: “{wrong[0][:SHOWN]}” is no number.")
        return list(dict.fromkeys(texts))

    return Part(name, read, list, lambda _: ["10", "20"], page)


def _liked_from(name: str, page: str) -> Part:
    def default(atlas: Atlas) -> float:
        return 0.8 * atlas.interactions.scale[1]

    def read(atlas: Atlas, texts: Sequence[str]) -> float:
        low, high = atlas.interactions.scale
        part = number(name, "Liked from", low, high, default(atlas))
        return float(part.read(atlas, texts))

    return Part(name, read, lambda value: [f"{value:g}"], default, page)


def matrix_orders(ways: Mapping[str, rating_orders.Way]) -> Callable[[Atlas], list[str]]:
    """The orders of people or films that a dataset has what they need for."""
    return lambda atlas: rating_orders.offered(
        ways, rating_orders.Basis(atlas.catalog, atlas.interactions, taste_groups_of(atlas))
    )


def _first_measured(atlas: Atlas) -> list[str]:
    return [name for name in FIRST_MEASURED if name in available_methods(atlas)]


def cells_show(atlas: Atlas) -> tuple[str, ...]:
    """What the colours of the rating matrix can say: without stars, how full it is."""
    return CELLS_SHOW if atlas.interactions.is_explicit else (FULL, HIDDEN)


def _predicting(atlas: Atlas) -> str:
    can = available_methods(atlas)
    return "predicted_rating" if "predicted_rating" in can else default_method(atlas)


def _default_split(_: Atlas) -> str:
    return "random_holdout"


QUESTION = (
    choice("space", "Embedding", lambda atlas: atlas.space_names, called=space_label),
    films("like"),
    words("text", LONGEST_TEXT),
    films("taken"),  # keys of what was read in the words and taken away again
    films("dislike"),
    films("seen"),
    person("user"),
    choices("genre", "Genre", _genres),
    choices("without", "Genre", _genres),
    years("years", year_range),
    choices("language", "Language", languages),
    number("least", "Least number of ratings", 0, 10**9, 0),
    choice("method", "Method", available_methods, default_method, called=method_label),
    number("variety", "Variety", 0.0, 0.9, 0.0),
    number("fame", "Less known – well known", -1.0, 1.0, 0.0),
    number("k", "How many", 5, MOST_LISTED, 10),
)
"""What is asked, on every page."""

VIEWS = (
    words("film", LONGEST_NAME),
    words("who", LONGEST_NAME),
    words("find", LONGEST_TEXT, "home"),
    choice("colour", "Colour", map_colours.colours_for, lambda _: "Genre", page="map"),
    person("stars_of", "map"),
    flag("names", default=True, page="map"),
    films("find_on_map", "map"),
    words("words_on_map", LONGEST_TEXT, "map"),
    words("at", LONGEST_NAME, "map"),
    choice(
        "beside",
        "Beside it",
        lambda atlas: atlas.space_names,
        lambda _: None,
        called=space_label,
        may_be_none=True,
        page="map",
    ),
    _map_choice("chosen"),
    _map_choice("against"),
    _look("look"),
    _look("look_beside"),
    flag("taste_on_map", default=False, page="map"),
    flag("alike_on_map", default=False, page="map"),
    choices("listed", "Method", available_methods, called=method_label, page="map"),
    choice("view", "View", lambda _: ("Cards", "List"), lambda _: "Cards", page="recommend"),
    number("surprise", "Surprise", 0, 10**6, 0, page="recommend"),
    choice("compare_as", "View", lambda _: COMPARED_AS, page="compare"),
    number("round", "Round", 0, 10**6, 0, page="compare"),
    *(_compared(one) for one in range(1, comparison.MOST_METHODS + 1)),
    choice("own", "You", lambda _: OWN_WAYS, page="you"),
    films("told", "you"),  # those that "New here?" has asked about, in this order
    choice("shared_by", "Who counts how much", lambda _: STRATEGIES, lambda _: DEFAULT, page="you"),
    *MEMBERS,
    choice("films_by", "Films by", matrix_orders(rating_orders.ITEM_ORDERS), page="matrix"),
    choice("people_by", "People by", matrix_orders(rating_orders.USER_ORDERS), page="matrix"),
    films("like_film", "matrix"),
    person("like_person", "matrix"),
    choice("cells_show", "Colours show", cells_show, page="matrix"),
    choice("held_against", "Method", available_methods, _predicting, called=method_label, page="matrix"),
    words("hidden_by", LONGEST_NAME, "matrix"),
    area("window", "matrix"),
    area("block", "matrix"),
    person("person", "matrix"),
    person("person2", "matrix"),
    films("column", "matrix"),
    choice("closer", "Look closer", lambda _: CLOSER, lambda _: None, may_be_none=True, page="matrix"),
    films("alike_films", "matrix"),
    choice("alike_by", "Likeness", likenesses, called=likeness_label, page="matrix"),
    choices(
        "measured", "Method", available_methods, _first_measured, called=stored.method_label, page="evaluate"
    ),
    choice(
        "split", "Way to hold out", lambda _: (*SPLITS, stored.OWN_FILES), _default_split, page="evaluate"
    ),
    _lengths("lengths", "evaluate"),
    _liked_from("liked_from", "evaluate"),
    number("trials", "Trials", 0, MOST_TRIALS, 0, page="evaluate"),
    words("result", LONGEST_NAME, "evaluate"),
    words("metric", LONGEST_NAME, "evaluate"),
)
"""What is looked at: a film's page everywhere, the rest on one page."""

PARTS = {part.name: part for part in (*QUESTION, *VIEWS)}


def parts_of(page: str) -> tuple[Part, ...]:
    """What the address of a page says, in its order."""
    return tuple(part for part in PARTS.values() if part.page in ("", page))
