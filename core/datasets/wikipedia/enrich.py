"""Adding what Wikipedia knows to films that lack it: overview, cast, directors and poster."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.datasets.reading.tables import list_column
from core.datasets.wikipedia.candidates import CatalogFilm
from core.datasets.wikipedia.film_lists import CAST_SIZE, WikipediaFilm, read_films
from core.datasets.wikipedia.matching import match_films
from core.datasets.wikipedia.summaries import directors_from_extract
from core.domain import Catalog, Dataset, LoadReport

LICENCE = (
    "Overviews, casts and directors added from Wikipedia are under CC BY-SA; pictures under their own terms."
)


@dataclass(frozen=True)
class _Additions:
    """What a page offers a film."""

    overview: str = ""
    poster_url: str = ""
    cast: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()


def enrich_with_wikipedia(dataset: Dataset, folder: Path) -> Dataset:
    """Fill empty overviews, casts, directors and posters from Wikipedia's film lists.

    Nothing that a film has is replaced, and genres are left alone: Wikipedia's follow another scheme. The
    report gains a table a file, the shares of films and of ratings that were matched, by what, why others were not,
    and what was added.

    Args:
        dataset: Any dataset; a film without a year stays as it is.
        folder: Holds the decade files `movies-1990s.json` and so on.

    Returns:
        A new dataset with the same films and ratings.

    Raises:
        DatasetError: The folder holds no decade file, or a broken one.
    """
    report = copy.deepcopy(dataset.report)
    pages = read_films(folder, report)
    items = dataset.catalog.items
    matching = match_films(catalog_films(dataset.catalog), pages)
    chosen = matching.page_of
    offers = [
        _offer(pages[chosen[number]]) if number in chosen else _Additions()
        for number in range(dataset.n_items)
    ]
    items, added = _filled(items, offers)
    _note_shares(dataset, chosen, report)
    beyond = sum(max(len(pages[page].cast) - CAST_SIZE, 0) for page in chosen.values())
    words = ", ".join(f"{column} to {count:,}" for column, count in added.items())
    ties = "; ".join(f"{kind.words}: {count:,}" for kind, count in matching.by_evidence().items())
    losses = "; ".join(f"{reason}: {count:,}" for reason, count in matching.by_loss().items())
    report.notes += [
        f"Added from Wikipedia, where films had none: {words}.",
        f"What ties films to their pages: {ties or 'nothing'}.",
        f"Films without a page: {losses or 'none'}. The lists hold American films, and few others.",
        f"{matching.shared} films share the page of the same film under another id; {beyond:,} actors beyond the "
        f"first {CAST_SIZE} of a film were left out.",
    ]
    return replace(
        dataset, catalog=Catalog.of(items), report=report, licence=f"{dataset.licence} {LICENCE}".strip()
    )


def catalog_films(catalog: Catalog) -> list[CatalogFilm | None]:
    """What of each film is compared, by item_index; None for a film without a year."""
    return [
        None
        if film.year is None
        else CatalogFilm(
            film.title,
            film.original_title,
            film.year,
            frozenset(map(str.casefold, (*film.cast, *film.directors, *film.keywords))),
            "Documentary" in film.genres if film.genres else None,
            bool({"Animation", "Animated"} & set(film.genres)) if film.genres else None,
            film.imdb_id,
            film.n_votes or 0,
        )
        for film in catalog.films()
    ]


def _offer(page: WikipediaFilm) -> _Additions:
    directors = directors_from_extract(page.extract)
    return _Additions(page.extract, page.poster_url, page.cast[:CAST_SIZE], directors)


def _filled(items: pd.DataFrame, offers: list[_Additions]) -> tuple[pd.DataFrame, dict[str, int]]:
    """The items with empty cells filled, and how many cells of each column were."""
    added = {}
    for column in ("overview", "cast", "directors", "poster_url"):
        old = list(items[column])
        new = [cell or getattr(offer, column) for cell, offer in zip(old, offers, strict=True)]
        added[column] = sum(bool(after) and not before for before, after in zip(old, new, strict=True))
        items = items.assign(**{column: list_column(new, items)})
    return items, added


def _note_shares(dataset: Dataset, chosen: Mapping[int, int], report: LoadReport) -> None:
    """Shares of films and ratings matched, as figures and as a sentence."""
    share = len(chosen) / dataset.n_items
    report.matches["wikipedia_films"] = share
    sentence = f"Wikipedia pages were found for {len(chosen):,} of {dataset.n_items:,} films ({share:.1%})"
    total = len(dataset.interactions)
    if total:
        counts = dataset.interactions.item_counts()
        report.matches["wikipedia_ratings"] = float(counts[np.array(sorted(chosen), np.int64)].sum() / total)
        sentence += f", which carry {report.matches['wikipedia_ratings']:.1%} of the ratings"
    report.notes.append(f"{sentence}, matched by title, year and people.")
