"""How many films of a person's history are found in a dataset, and how many wrongly.

    python bench/history_matching.py [NAME ...] [--films 1000] [--seed 7] [--show 10] [--data FOLDER]

NAME is a built dataset; without one, the demo, ml-latest-small and tmdb-5000. One film in ten is taken out of the
catalogue. The export is simulated: films drawn at random from those that are left, and a tenth as many from those taken
out, which should not be found. Titles and years are written as `NOISE` says, each kind by itself, so that some titles
have several. The export is a table of Letterboxd's, read and matched like a person's. Of the films that are there: right,
wrong, and listed (doubtful or not found); of those that are not: wrong. Intervals are Wilson's, 95 %.

With --data, a second measurement without made-up noise: the films of The Movies Dataset under TMDB's titles and years,
ids hidden, matched to ml-latest-small and checked by IMDb id, with their years and without.
"""

import argparse
import csv
import io
import random
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.wikipedia_matching import wilson
from core.datasets.reading.tables import read_table, year_of
from core.domain import Catalog
from core.histories import Entry, FilmIndex, History, match_history, read_history
from core.serving import Atlas
from core.types import IndexVector

DATASETS = ("demo", "ml-latest-small", "tmdb-5000")
TAKEN_OUT = 10
"""One film in so many."""
_ROMAN = {"II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8"}
_ARABIC = {digits: roman for roman, digits in _ROMAN.items()}
_ARTICLE = re.compile(r"^(The|A|An|Le|La|Les|Der|Die|Das|El|Il) (.+)$")


def another_case(title: str, rng: random.Random) -> str:
    """All letters small, or all large."""
    return title.lower() if rng.random() < 0.7 else title.upper()


def without_accents(title: str, rng: random.Random) -> str:
    """Letters without what stands above and below them."""
    return "".join(c for c in unicodedata.normalize("NFD", title) if not unicodedata.combining(c))


def article_at_the_end(title: str, rng: random.Random) -> str:
    """ "The Heat" as "Heat, The", or as "Heat"."""
    match = _ARTICLE.match(title)
    if not match:
        return title
    return f"{match[2]}, {match[1]}" if rng.random() < 0.6 else match[2]


def and_sign(title: str, rng: random.Random) -> str:
    """ "&" for "and", and the other way."""
    return title.replace(" & ", " and ") if " & " in title else title.replace(" and ", " & ")


def another_numeral(title: str, rng: random.Random) -> str:
    """ "II" for "2", and the other way, at the end or before a colon."""
    swap = _ROMAN | _ARABIC
    return re.sub(r"(?<= )(\w+)(?=$|:)", lambda match: swap.get(match[1], match[1]), title)


def without_subtitle(title: str, rng: random.Random) -> str:
    """What stands before the first colon."""
    return title.split(": ")[0]


def without_signs(title: str, rng: random.Random) -> str:
    """No punctuation."""
    return re.sub(r"[^\w\s&]", "", title).strip() or title


def a_slip(title: str, rng: random.Random) -> str:
    """Two letters swapped, one left out, or one typed twice."""
    if len(title) < 4:
        return title
    at = rng.randrange(1, len(title) - 1)
    return rng.choice(
        [
            title[:at] + title[at + 1] + title[at] + title[at + 2 :],
            title[:at] + title[at + 1 :],
            title[:at] + title[at] + title[at:],
        ]
    )


NOISE: tuple[tuple[float, Callable[[str, random.Random], str]], ...] = (
    (0.10, without_subtitle),
    (0.25, article_at_the_end),
    (0.30, and_sign),
    (0.30, another_numeral),
    (0.40, without_accents),
    (0.10, without_signs),
    (0.03, a_slip),
    (0.10, another_case),
)
"""How often each happens, where it can."""
ORIGINAL, YEAR_APART, NO_YEAR = 0.15, 0.06, 0.02
"""How often the original title stands there, the year is one more or less, and there is no year."""


def written(title: str, original: str, year: int | None, rng: random.Random) -> tuple[str, int | None]:
    """A film as somebody's list may have it."""
    name = original if original and rng.random() < ORIGINAL else title
    for share, change in NOISE:
        if rng.random() < share:
            name = change(name, rng)
    chance = rng.random()
    if year is None or chance < NO_YEAR:
        return name, None
    return name, year + (rng.choice((-1, 1)) if chance < NO_YEAR + YEAR_APART else 0)


@dataclass
class Outcome:
    """What became of the films: of those that are there right, wrong, and listed; of the others wrong."""

    right: int = 0
    wrong: int = 0
    listed: int = 0
    wrong_of_others: int = 0
    n_others: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Films that are there."""
        return self.right + self.wrong + self.listed

    def lines(self) -> list[str]:
        """For people."""
        shares = [
            ("right", self.right, self.n),
            ("wrong", self.wrong, self.n),
            ("listed", self.listed, self.n),
        ]
        shares.append(("wrong of those that are not there", self.wrong_of_others, self.n_others))
        return [
            f"  {words:34s} {k:5,} of {n:5,}  {k / n:7.2%}  ({low:.2%} to {high:.2%})"
            for words, k, n in shares
            if n
            for low, high in [wilson(k, n)]
        ]


def outcome_of(
    found: Sequence[int | None], meant: Sequence[int | None], names: Sequence[str], labels: Sequence[str]
) -> Outcome:
    """Count: what was found for each row (None = listed) against what was meant (None = not there)."""
    result = Outcome(examples={"wrong": [], "listed": []})
    for got, truth, name in zip(found, meant, names, strict=True):
        if truth is None:
            result.n_others += 1
            result.wrong_of_others += got is not None
        elif got == truth:
            result.right += 1
        elif got is None:
            result.listed += 1
            result.examples["listed"].append(f"{name} <- {labels[truth]}")
        else:
            result.wrong += 1
        if got is not None and got != truth:
            result.examples["wrong"].append(
                f"{name} <- {labels[truth] if truth is not None else 'not there'}, took {labels[got]}"
            )
    return result


def simulated(catalog: Catalog, counts: IndexVector, n: int, seed: int) -> Outcome:
    """One made-up export, matched."""
    rng = random.Random(seed)
    order = list(range(len(catalog)))
    rng.shuffle(order)
    n_out = len(order) // TAKEN_OUT
    out, kept = order[:n_out], sorted(order[n_out:])
    place = {item: row for row, item in enumerate(kept)}
    index = FilmIndex(Catalog.of(catalog.items.iloc[kept].reset_index(drop=True)), counts[kept])
    drawn = rng.sample(kept, min(n, len(kept))) + out[: n // TAKEN_OUT]
    rows = [_row(catalog, item, rng) for item in drawn]
    found = _found(rows, index)
    labels = index.catalog.labels()
    names = [f"{name} ({year})" for name, year in rows]
    return outcome_of(found, [place.get(item) for item in drawn], names, labels)


def _row(catalog: Catalog, item: int, rng: random.Random) -> tuple[str, int | None]:
    film = catalog.film(item)
    return written(film.title, film.original_title, film.year, rng)


def _export(rows: Sequence[tuple[str, int | None]]) -> bytes:
    """Letterboxd's ratings; the rating is the row's number, by which it is known again."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["Date", "Name", "Year", "Letterboxd URI", "Rating"])
    writer.writerows(["2024-01-01", name, year or "", "", "4"] for name, year in rows)
    return table.getvalue().encode()


def _found(rows: Sequence[tuple[str, int | None]], index: FilmIndex) -> list[int | None]:
    """item_index of what each row was taken for. Rows are matched one by one: two may be written alike."""
    history = read_history([("ratings.csv", _export(rows))])
    assert len(history.entries) == len(rows)
    return [
        matched.sure[0].item_index if (matched := match_history(History((entry,)), index)).sure else None
        for entry in history.entries
    ]


def seconds(catalog: Catalog, counts: IndexVector, n: int, seed: int) -> dict[str, float]:
    """Reading an export of n films, making the index and matching, by the clock; films repeat where there are fewer."""
    rng = random.Random(seed)
    rows = [_row(catalog, rng.randrange(len(catalog)), rng) for _ in range(n)]
    data = _export(rows)
    started = time.perf_counter()
    history = read_history([("ratings.csv", data)])
    read = time.perf_counter()
    index = FilmIndex(catalog, counts)
    match_history(History(history.entries[:1]), index)
    indexed = time.perf_counter()
    match_history(history, index)
    return {"read": read - started, "index": indexed - read, "match": time.perf_counter() - indexed}


def real_titles(atlas: Atlas, data: Path, *, has_years: bool = True) -> Outcome:
    """TMDB's titles, with their years or without, against MovieLens'."""
    index = FilmIndex(atlas.catalog, atlas.counts)
    films = read_table(
        data / "the-movies-dataset" / "movies_metadata.csv",
        ["imdb_id", "title", "original_title", "release_date"],
    )
    films = films[films["imdb_id"].str.match(r"tt\d+$") & (films["title"] != "")].drop_duplicates("imdb_id")
    truth = {imdb: item for item, imdb in enumerate(index.imdb_ids) if imdb}
    entries = [
        Entry(title, year_of(date) if has_years else None)
        for title, date in zip(films["title"], films["release_date"], strict=True)
    ]
    matches = [match_history(History((entry,)), index) for entry in entries]
    found = [one.sure[0].item_index if one.sure else None for one in matches]
    names = [f"{entry.title} ({entry.year})" for entry in entries]
    return outcome_of(found, [truth.get(imdb) for imdb in films["imdb_id"]], names, atlas.catalog.labels())


def _print(outcome: Outcome, show: int) -> None:
    print("\n".join(outcome.lines()))
    for kind, shown in outcome.examples.items():
        for line in shown[:show]:
            print(f"    {kind}: {line}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=list(DATASETS))
    parser.add_argument("--films", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    for name in options.names:
        atlas = Atlas.open(name)
        counts = np.asarray(atlas.counts)
        print(f"{name}: {options.films:,} films of a simulated export, seed {options.seed}")
        _print(simulated(atlas.catalog, counts, options.films, options.seed), options.show)
        took = seconds(atlas.catalog, counts, 5_000, options.seed)
        print("  5,000 films: " + ", ".join(f"{what} {value:.2f} s" for what, value in took.items()))
    if options.data:
        atlas = Atlas.open("ml-latest-small")
        print("ml-latest-small: TMDB's own titles and years, no noise added")
        _print(real_titles(atlas, options.data), options.show)
        print("ml-latest-small: the same without years")
        _print(real_titles(atlas, options.data, has_years=False), options.show)


if __name__ == "__main__":
    main()
