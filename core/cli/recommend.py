"""`python -m core recommend`: one question, one answer."""

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from core.cli.arguments import (
    Count,
    DatasetName,
    Diversity,
    Fame,
    Genres,
    Languages,
    MethodName,
    MethodParams,
    MinRatings,
    NotGenres,
    SpaceName,
    Years,
    filters_of,
    params_of,
    user_index,
)
from core.cli.console import calmly, out
from core.cli.history_files import (
    HistoryFiles,
    HistoryProfile,
    HistoryScale,
    found_films,
    matched_json,
    say_matched,
)
from core.domain import Answer, KnownBy, Question
from core.exploration.answers import answer_csv
from core.exploration.captions import fame_caption
from core.serving import Atlas, recommend
from core.serving.choices import default_method
from core.serving.words import asked, not_looked_into, understood, ways_out
from core.words import Reading


class Form(StrEnum):
    """How an answer is printed."""

    table = "table"
    json = "json"
    csv = "csv"


@calmly
def recommend_command(
    dataset: DatasetName,
    like: Annotated[
        list[str] | None, typer.Option(help='A film you like: "Title (Year)"; repeat for more.')
    ] = None,
    dislike: Annotated[list[str] | None, typer.Option(help="A film you dislike.")] = None,
    seen: Annotated[list[str] | None, typer.Option(help="A film to leave out.")] = None,
    text: Annotated[
        str, typer.Option(help='What you want, in your own words: "French thriller from the 90s".')
    ] = "",
    as_typed: Annotated[
        bool, typer.Option("--as-typed", help="Search all of --text by meaning, without reading it first.")
    ] = False,
    history: HistoryFiles = None,
    scale: HistoryScale = "",
    profile: HistoryProfile = "",
    user: Annotated[str, typer.Option(help="Id of a user of the dataset.")] = "",
    genre: Genres = None,
    not_genre: NotGenres = None,
    years: Years = "",
    language: Languages = None,
    min_ratings: MinRatings = 0,
    method: MethodName = "",
    space: SpaceName = "",
    param: MethodParams = None,
    diversity: Diversity = 0.0,
    fame: Fame = 0.0,
    k: Count = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    form: Annotated[Form, typer.Option("--format", help="How the answer is printed.")] = Form.table,
) -> None:
    """Recommend films from a built dataset."""
    form = Form.json if as_json else form
    atlas = Atlas.open(dataset)
    method = method or default_method(atlas)
    find = atlas.titles.find_all
    likes, dislikes, out_of = find(like or []), find(dislike or []), find(seen or [])
    matched = found_films(atlas, history, scale, profile)
    question = Question(
        tuple(likes),
        tuple(dislikes),
        tuple(out_of),
        text,
        user_index(atlas, user),
        method,
        params_of(method, param, space),
        filters_of(genre, not_genre, years, language, min_ratings),
        k,
        diversity,
        fame,
        history=matched.weights if matched else (),
    )
    reading = Reading(text, rest=text.strip()) if as_typed else understood(atlas, text)
    answer = recommend(atlas, asked(atlas, reading, question))
    if form is Form.csv:
        sys.stdout.buffer.write(answer_csv(atlas, answer))
        return
    if form is Form.json:
        written = answer_json(answer) | reading_json(atlas, reading, question)
        if matched:
            written["history"] = matched_json(matched, atlas.titles.labels)
        sys.stdout.write(json.dumps(written, ensure_ascii=False) + "\n")
        return
    if matched:
        say_matched(matched, str(atlas.about["label"]))
    for words, films in (("Like", likes), ("Unlike", dislikes)):
        if films:
            out.print(f"{words}: " + escape("; ".join(atlas.titles.labels[i] for i in films)))
    show_reading(atlas, reading, question)
    table = Table("", "film", "score", "why", box=None, header_style="bold")
    for item in answer.items:
        label = atlas.titles.labels[item.item_index]
        table.add_row(
            str(item.rank),
            escape(label),
            f"{item.score:.3f}",
            escape(" ".join(r.text for r in item.reasons[:2])),
        )
    out.print(table)
    if answer.known_by_without and (effect := fame_caption(answer)):
        out.print(effect, style="dim")
    for note in answer.notes:
        out.print(escape(note), style="yellow")


def show_reading(atlas: Atlas, reading: Reading, question: Question) -> None:
    """What was understood of the words, what is searched by meaning, and what keeps the answer short."""
    if reading.parts:
        out.print("Understood: " + escape(", ".join(part.chip for part in reading.parts)), highlight=False)
    if reading.parts and reading.rest:
        out.print("By meaning: " + escape(reading.rest), highlight=False)
    for sentence in not_looked_into(atlas, reading):
        out.print(escape(sentence), style="dim", highlight=False)
    for way in ways_out(atlas, reading, question)[:3]:
        words = f"Little fits all of it. Without “{way.part.chip}”: {way.n_films:,} films."
        out.print(escape(words), style="yellow", highlight=False)


def reading_json(atlas: Atlas, reading: Reading, question: Question) -> dict[str, Any]:
    """What was understood, as plain values."""
    return {
        "understood": [part.chip for part in reading.parts],
        "by_meaning": reading.rest,
        "not_looked_into": not_looked_into(atlas, reading),
        "more_without": {way.part.chip: way.n_films for way in ways_out(atlas, reading, question)},
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as plain values."""
    return {
        "method": answer.method,
        "fallback_for": answer.fallback_for,
        "notes": list(answer.notes),
        "known_by": _known_by(answer.known_by),
        "known_by_without": _known_by(answer.known_by_without),
        "items": [
            {"item_id": i.item_id, "title": i.title, "year": i.year, "score": i.score, "reason": i.reason}
            for i in answer.items
        ],
    }


def _known_by(known: KnownBy | None) -> dict[str, Any] | None:
    return None if known is None else asdict(known)
