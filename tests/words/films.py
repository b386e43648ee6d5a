"""A made-up catalogue with names, genres and places that questions can speak of; only the people's names are real."""

from typing import Any

import numpy as np
import pandas as pd

from core.domain import Catalog
from core.words import TitleIndex, Vocabulary

PLOT = "An old man looks for a stone in the rain and a young woman dreams of war and black horses."

LISTS = ("genres", "directors", "cast", "keywords", "countries")
COLUMNS = ("title", "year", *LISTS, "language", "runtime")
TABLE = """
Furnace | 1995 | Crime/Thriller | Michael Mann | Al Pacino/Robert De Niro |  | United States | en | 170
The Furnace | 2013 | Comedy | Paul Feig | Sandra Bullock |  | United States | en | 95
Star Wagon | 1977 | Science Fiction/Adventure | George Lucas | Harrison Ford |  | United States | en | 121
Stranger | 1979 | Science Fiction/Horror | Ridley Scott | Sigourney Weaver | space/android | United Kingdom | en | 117
Strangers | 1986 | Science Fiction/Action | James Cameron | Sigourney Weaver |  | United States | en | 137
Love in the Alps | 1989 | Romance/Comedy | Rob Reiner | Meg Ryan/Billy Crystal |  | United States | en | 96
La Grande Chute | 1991 | Thriller | Claude Chabrol | Isabelle Huppert |  | France | fr | 101
The Fat Cops | 2007 | Comedy | Edgar Wright | Simon Pegg |  | United Kingdom/France | en | 121
Birds of a Feather | 1963 | Horror/Thriller | Alfred Hitchcock | Tippi Hedren |  | United States | en | 119
The Back Window | 1954 | Thriller/Mystery | Alfred Hitchcock | Grace Kelly |  | United States | en | 112
Dust and Honour | 1956 | Western | John Ford | John Wayne |  | United States | en | 119
A Stone for Two | 1992 | Western/Drama | Clint Eastwood | Clint Eastwood |  | United States | en | 130
The Dead Walk | 1978 | Horror | George Romero |  | zombie/shopping mall | United States/Italy | en | 127
Little Fox | 1942 | Animation/Family | David Hand |  |  | United States | en | 70
Nine Swordsmen | 1954 | Drama/Action | Akira Kurosawa | Toshiro Mifune |  | Japan | ja | 207
Rain Gate | 1950 | Drama/Crime | Akira Kurosawa | Toshiro Mifune |  | Japan | ja | 88
Host of the River | 2006 | Horror/Drama | Bong Joon-ho | Song Kang-ho |  | South Korea | ko | 120
Trench | 1957 | War/Drama | Stanley Kubrick | Kirk Douglas |  | United States | en | 88
Full Helmet | 1987 | War/Drama | Stanley Kubrick |  | vietnam war | United Kingdom | en | 116
Night Wolf | 1944 | Crime/Drama | Billy Wilder |  | film noir | United States | en | 107
Melody Street | 1952 | Music/Comedy | Stanley Donen |  | musical | United States | en | 103
Pulp Stories | 1994 | Crime | Quentin Tarantino | Uma Thurman/Bruce Willis |  | United States | en | 154
Kill Will | 2003 | Action | Quentin Tarantino | Uma Thurman |  | United States | en | 111
Peaks | 2001 | Documentary | Werner Herzog |  |  | West Germany | de | 45
Emma's War | 2000 | Drama/History | Jane Campion | Tilda Swinton |  | Australia | en |
"""


def _row(line: str) -> dict[str, Any]:
    cells = dict(zip(COLUMNS, (cell.strip() for cell in line.split("|")), strict=True))
    lists = {name: [value for value in cells[name].split("/") if value] for name in LISTS}
    return {**cells, **lists, "runtime": int(cells["runtime"]) if cells["runtime"] else None}


ROWS = [_row(line) for line in TABLE.strip().splitlines()]


def catalog(**columns: object) -> Catalog:
    """The films; `columns` replace theirs."""
    frame = pd.DataFrame(ROWS).assign(overview=PLOT, **columns)
    frame["item_id"] = [f"f{n}" for n in range(len(frame))]
    return Catalog.of(frame)


def vocabulary(films: Catalog | None = None) -> Vocabulary:
    """Its words; earlier films are the better known."""
    films = films or catalog()
    return Vocabulary(films, TitleIndex(films, np.arange(len(films))[::-1].copy()))
