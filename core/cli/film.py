"""`python -m core film`: everything that a dataset knows of one film."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from core.cli.arguments import DatasetName
from core.cli.console import calmly, out
from core.errors import NotBuiltError
from core.exploration.film_page import FilmPage, NearFilm, film_page
from core.exploration.film_people import FilmPerson
from core.serving import Atlas

SHOWN = 5
"""Other films that are named of each person; --json has them all."""


@calmly
def film_command(
    dataset: DatasetName,
    title: Annotated[str, typer.Argument(help='Which film: "Title (Year)", or "id:" and its id.')],
    space: Annotated[
        str, typer.Option(help="Embedding of the nearest films; the first where none is named.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show a film's page: facts, people, ratings, films like it, its group on the map."""
    atlas = Atlas.open(dataset)
    item = atlas.titles.find(title)
    if not (spaces := atlas.space_names):
        raise NotBuiltError("No embedding is built here.", hint=f"Build one: python -m core build {dataset}.")
    page = film_page(atlas, space or spaces[0], item)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(atlas, page), ensure_ascii=False) + "\n")
        return
    _show(page, atlas.titles.labels)


def _show(page: FilmPage, labels: Sequence[str]) -> None:
    film = page.film
    out.print(f"[bold]{escape(film.label)}[/]", highlight=False)
    for line in (film.original_title if film.original_title != film.title else "", film.tagline):
        if line:
            out.print(f"[italic]{escape(line)}[/]", highlight=False)
    out.print(escape(film.overview or "What it is about is not known here."), highlight=False)
    for fact in page.facts:
        out.print(f"{escape(fact.label)}: {escape(fact.value or 'not known')}", highlight=False)
    for link in page.links:
        out.print(f"{escape(link.label)}: {escape(link.url)}", highlight=False, soft_wrap=True)
    for role, people in (("Directed by", page.directors), ("With", page.cast)):
        if not people:
            out.print(f"{role}: not known", highlight=False)
        for person in people:
            out.print(f"{role} {escape(_person(person, labels))}", highlight=False)
    if page.saga:
        out.print("Series and remakes: " + escape("; ".join(labels[i] for i in page.saga)), highlight=False)
    out.print(escape(page.ratings.words if page.ratings else page.unrated_note), highlight=False)
    _show_nearest(page, labels)
    out.print(escape(_place(page)), highlight=False)


def _person(person: FilmPerson, labels: Sequence[str]) -> str:
    named = [labels[credit.item_index] for credit in person.others[:SHOWN]]
    more = len(person.others) - len(named)
    return (
        f"{person.name} (also here: {'; '.join(named)}{f'; {more} more' if more else ''})"
        if named
        else person.name
    )


def _show_nearest(page: FilmPage, labels: Sequence[str]) -> None:
    """Both lists side by side; a star marks what stands in both."""
    fans = "liked by the same people" + (" (simulated)" if page.is_simulated else "")
    table = Table("", f"about the same ({page.space})", fans, box=None, header_style="bold")
    for rank in range(max(len(page.by_content), len(page.by_ratings))):
        cells = [
            escape(labels[films[rank].item_index]) + (" *" if films[rank].in_both else "")
            if rank < len(films)
            else ""
            for films in (page.by_content, page.by_ratings)
        ]
        table.add_row(str(rank + 1), *cells)
    out.print(table)
    for name, note in (("By content", page.content_note), ("By ratings", page.ratings_note)):
        if note and note != page.unrated_note:
            out.print(f"{name}: {escape(note)}", style="yellow", highlight=False)


def _place(page: FilmPage) -> str:
    if page.place is None:
        return f"It has no place on the map of {page.space}."
    group = page.place.group
    words = f"in the group “{group.name}” of {group.size:,} films" if group else "in no group"
    return f"On the map of {page.space} at {page.place.x:.2f}, {page.place.y:.2f}, {words}."


def _as_json(atlas: Atlas, page: FilmPage) -> dict[str, Any]:
    """The page as plain values; films by their id and label."""

    def named(item: int) -> dict[str, Any]:
        return {"item_id": str(atlas.catalog.ids[item]), "label": atlas.titles.labels[item]}

    def near(films: Sequence[NearFilm]) -> list[dict[str, Any]]:
        return [
            {"rank": one.rank, **named(one.item_index), "in_both": one.in_both}
            | ({} if one.n_people is None else {"n_people": one.n_people})
            for one in films
        ]

    def people(found: Sequence[FilmPerson]) -> list[dict[str, Any]]:
        return [
            {
                "name": person.name,
                "others": [{**named(one.item_index), "role": one.role} for one in person.others],
            }
            for person in found
        ]

    film, rated, place = page.film, page.ratings, page.place
    return {
        **named(page.item_index),
        **{name: getattr(film, name) for name in ("title", "year", "original_title", "tagline", "overview")},
        "facts": {fact.label: fact.value or None for fact in page.facts},
        "links": {link.label: link.url for link in page.links},
        "directors": people(page.directors),
        "cast": people(page.cast),
        "saga": [named(item) for item in page.saga],
        "ratings": None
        if rated is None
        else {
            "n": rated.n,
            "mean": rated.mean,
            "dataset_mean": rated.dataset_mean,
            "scale": rated.scale,
            "is_explicit": rated.is_explicit,
            "is_simulated": rated.is_simulated,
            "histogram": dict(rated.histogram.itertuples(index=False)),
            "over_time": None
            if rated.over_time is None
            else dict(rated.over_time[["label", "n"]].itertuples(index=False)),
        },
        "space": page.space,
        "by_content": near(page.by_content),
        "content_note": page.content_note,
        "by_ratings": near(page.by_ratings),
        "ratings_note": page.ratings_note,
        "place": None
        if place is None
        else {"x": place.x, "y": place.y, "group": place.group.name if place.group else None},
    }
