"""What two films share, and which words of a text a film's own text has: the facts that reasons are made of."""

import pandas as pd

from core.datasets.base import Catalog, item_label
from core.text import singular, words
from core.types import Reason

def label(catalog: Catalog, item: int) -> str:
    """"Title (Year)" of one film."""
    year = catalog.items.at[item, "year"]
    return item_label(str(catalog.items.at[item, "title"]), None if pd.isna(year) else int(year))


def shared(catalog: Catalog, liked: int, item: int) -> list[Reason]:
    """What a recommended film has in common with a liked one; at least one reason."""
    reasons = [Reason(f"Close to {label(catalog, liked)}, which you like.", "liked_film", (liked,))]
    people = _common(catalog, liked, item, "directors") + _common(catalog, liked, item, "cast")
    if people:
        reasons.append(Reason("Shares " + _join(list(dict.fromkeys(people))), "shared_people", (liked,)))
    keywords = _common(catalog, liked, item, "keywords")
    if keywords:
        reasons.append(Reason("Both about " + _join(keywords), "shared_keywords", (liked,)))
    genres = _common(catalog, liked, item, "genres")
    if genres:
        reasons.append(Reason("Both " + _join(genres), "shared_genres", (liked,)))
    return reasons


def matching_words(catalog: Catalog, text: str, item: int, space: str) -> Reason:
    """The words of a query found in a film's own text; says so when it is the meaning alone that matches."""
    row = catalog.items.loc[item]
    own = " ".join([row["title"], row["overview"], *row["genres"], *row["keywords"], *row["cast"], *row["directors"]])
    present = {singular(w) for w in words(own)}
    hits = [w for w in words(text) if singular(w) in present]
    if hits:
        return Reason("Your words in its description: " + _join(hits), "words")
    return Reason(f"Close in meaning to your words ({space}); none of them stands in its description.", "words")


def _common(catalog: Catalog, a: int, b: int, column: str) -> list[str]:
    other = set(catalog.items.at[b, column])
    return [value for value in catalog.items.at[a, column] if value in other]


def _join(values: list[str], most: int = 3) -> str:
    shown = ", ".join(values[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most} more"
