"""Colours with a meaning: one palette for categories and two ramps, all safe for colour-blind people."""

from dataclasses import dataclass

# Ten hues after Paul Tol's "muted" scheme, with indigo, wine and green lightened for a dark ground
_LIGHT = (
    "#332288",
    "#44aa99",
    "#cc6677",
    "#b8860b",
    "#3a9bdc",
    "#117733",
    "#aa4499",
    "#882255",
    "#8f8f33",
    "#7a5c3e",
)
_DARK = (
    "#8b80e8",
    "#5fd0bd",
    "#f08a99",
    "#e8c65a",
    "#7cc8f5",
    "#4fb87a",
    "#d884cb",
    "#e0699f",
    "#c9c963",
    "#c6a27e",
)

RAMP = "Cividis"
"""For numbers: even steps in lightness, the same for colour-blind people (Nuñez, Anderton, Renslow 2018)."""

GENRE_FAMILIES: dict[str, tuple[str, ...]] = {
    "Drama": ("Drama", "Biography", "Foreign"),
    "Comedy": ("Comedy",),
    "Romance & music": ("Romance", "Music", "Musical"),
    "Crime & thriller": ("Crime", "Thriller", "Mystery", "Film-Noir"),
    "Action & adventure": ("Action", "Adventure", "IMAX", "Sport"),
    "Science fiction & fantasy": ("Sci-Fi", "Science Fiction", "Fantasy"),
    "Animation & family": ("Animation", "Children", "Children's", "Family"),
    "Horror": ("Horror",),
    "Documentary": ("Documentary",),
    "War, western & history": ("War", "Western", "History"),
}
"""Ten groups of genre names, one colour each; nineteen colours nobody can tell apart."""

OTHER = "Other or unknown"


@dataclass(frozen=True)
class Ink:
    """The colours of one theme's charts."""

    categories: tuple[str, ...]
    text: str
    muted: str
    faint: str
    ground: str
    accent: str
    density: str


LIGHT = Ink(_LIGHT, "#13181b", "#6b7378", "rgba(60,70,80,0.16)", "#fbfaf7", "#d55e00", "28,60,80")
DARK = Ink(_DARK, "#e6e9ea", "#93a0a8", "rgba(200,215,225,0.14)", "#11161a", "#f0a35e", "140,190,215")


def ink(is_dark: bool) -> Ink:
    """The colours for a theme."""
    return DARK if is_dark else LIGHT
