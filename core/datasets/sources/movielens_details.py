"""What MovieLens knows of a film beyond title and genres: its ids elsewhere, and the tags users gave it."""

from pathlib import Path

import pandas as pd

from core.datasets.reading.tables import join_by_id, keep_rows, list_column, read_table
from core.domain.load_report import TableReport

MAX_KEYWORDS = 20
"""Tags a film keeps as keywords, the most frequent; the report counts those left out."""


def add_links(path: Path, films: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    """IMDb and TMDB ids: "0114709" -> "tt0114709"; missing stays ""."""
    links = read_table(path, ("movieId", "imdbId", "tmdbId"))
    table.read = len(links)
    links = join_by_id(films["item_id"], links, table, id_column="movieId", show="tmdbId")
    links = links.reindex(films["item_id"]).fillna("")
    imdb = links["imdbId"].str.strip().str.removeprefix("tt")
    tmdb = links["tmdbId"].str.strip().str.replace(r"\.0+$", "", regex=True)
    for label, cells in {"IMDb": imdb, "TMDB": tmdb}.items():
        is_odd = (cells != "") & ~cells.str.fullmatch(r"\d+")
        if is_odd.any():
            table.warn(f"{is_odd.sum()} {label} ids are not numbers and count as unknown.")
            cells[is_odd] = ""
        if (cells == "").any():
            table.warn(f"{(cells == '').sum()} films without a {label} id.")
        doubled = cells[(cells != "") & cells.duplicated(keep=False)]
        if len(doubled):
            shown = ", ".join(doubled.drop_duplicates()[:5])
            table.warn(f"{doubled.nunique()} {label} ids stand for two or more films: {shown}.")
    imdb = imdb.where(imdb == "", "tt" + imdb.str.zfill(7))
    return films.assign(imdb_id=imdb.to_numpy(object), tmdb_id=tmdb.to_numpy(object))


def add_tags(path: Path, films: pd.DataFrame, table: TableReport) -> pd.DataFrame:
    """What users wrote as keywords, by number of users, then by alphabet."""
    tags = read_table(path, ("userId", "movieId", "tag"))
    table.read = len(tags)
    tags = tags.assign(tag=tags["tag"].str.split().str.join(" ").str.lower())
    tags = tags.assign(movieId=tags["movieId"].str.strip())
    shown = ["userId", "movieId", "tag"]
    tags = keep_rows(tags, tags["tag"] != "", table, "the tag is empty", show=shown)
    is_known = tags["movieId"].isin(films["item_id"])
    tags = keep_rows(tags, is_known, table, "no such film in the catalogue", show=shown)
    counts = tags.groupby(["movieId", "tag"], sort=True)["userId"].nunique().rename("users").reset_index()
    counts = counts.sort_values(["movieId", "users"], ascending=[True, False], kind="stable")
    counts["place"] = counts.groupby("movieId").cumcount()
    best = counts[counts["place"] < MAX_KEYWORDS]
    if len(best) < len(counts):
        pairs = pd.MultiIndex.from_frame(tags[["movieId", "tag"]])
        is_best = pd.Series(pairs.isin(pd.MultiIndex.from_frame(best[["movieId", "tag"]])), index=tags.index)
        reason = f"not among the film's {MAX_KEYWORDS} most frequent tags"
        tags = keep_rows(tags, is_best, table, reason, show=shown)
        n_films = counts.loc[counts["place"] >= MAX_KEYWORDS, "movieId"].nunique()
        n_left = len(counts) - len(best)
        table.warn(f"{n_left} keywords of {n_films} films left out beyond {MAX_KEYWORDS} a film.")
    table.kept = len(tags)
    keywords: dict[str, list[str]] = {}
    for movie, tag in zip(best["movieId"], best["tag"], strict=True):
        keywords.setdefault(movie, []).append(tag)
    return films.assign(keywords=list_column([keywords.get(item, []) for item in films["item_id"]], films))
