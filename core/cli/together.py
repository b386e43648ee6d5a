"""`python -m core together`: one film for several people."""

import json
import sys
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
)
from core.cli.console import calmly, out
from core.cli.history_files import HistoryProfile, HistoryScale
from core.cli.members import parse_member, question_of
from core.domain import GroupAnswer, GroupRecommendation, MemberFit, Question
from core.exploration.together import group_caption
from core.recommenders.aggregation import DEFAULT, STRATEGIES
from core.serving import Atlas
from core.serving.choices import default_method
from core.serving.together import recommend_together

STRATEGY_HELP = "Who counts how much. " + " ".join(
    f"{one.name}: {one.description}" for one in STRATEGIES.values()
)


@calmly
def together_command(
    dataset: DatasetName,
    member: Annotated[
        list[str] | None,
        typer.Option(
            help='One person; repeat for 2 to 5. "Anna: Alien; The Thing; dislike=Titanic", "Ben: person=12", '
            '"Cleo: history=letterboxd.zip", "Dan: text=a slow western". Behind =, more are parted by semicolons.'
        ),
    ] = None,
    strategy: Annotated[str, typer.Option(help=STRATEGY_HELP)] = DEFAULT,
    scale: HistoryScale = "",
    profile: HistoryProfile = "",
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
) -> None:
    """Recommend films to two to five people who want to see one together."""
    atlas = Atlas.open(dataset)
    method = method or default_method(atlas)
    shared = Question(
        method=method,
        params=params_of(method, param, space),
        filters=filters_of(genre, not_genre, years, language, min_ratings),
        k=k,
        diversity=diversity,
        fame=fame,
    )
    members = [parse_member(text) for text in member or ()]
    questions = [question_of(atlas, one, shared, scale=scale, profile=profile) for one in members]
    answer = recommend_together(atlas, questions, strategy=strategy, names=[one.name for one in members])
    if as_json:
        sys.stdout.write(json.dumps(group_json(answer), ensure_ascii=False) + "\n")
        return
    for one, question in zip(members, questions, strict=True):
        out.print(_who(atlas, one.name, question), style="dim", highlight=False)
    out.print(_table(atlas, answer))
    out.print(escape(group_caption(answer)), highlight=False)
    for note in answer.notes:
        out.print(escape(note), style="yellow", highlight=False)


def _who(atlas: Atlas, name: str, question: Question) -> str:
    """What somebody goes by."""
    labels = atlas.titles.labels
    films = ("likes", question.likes), ("dislikes", question.dislikes), ("has seen", question.seen)
    parts = [f"{words} {'; '.join(labels[film] for film in own)}" for words, own in films if own]
    parts += [f"has {len(question.history):,} films of their own"] if question.history else []
    parts += [f"is person {atlas.interactions.user_ids[question.user]}"] if question.user is not None else []
    parts += [f"wants “{question.text}”"] if question.text else []
    return escape(f"{name} {', '.join(parts)}")


def _table(atlas: Atlas, answer: GroupAnswer) -> Table:
    table = Table("", "film", "all", *map(escape, answer.names), "why", box=None, header_style="bold")
    for item in answer.items:
        table.add_row(
            str(item.rank),
            escape(atlas.titles.labels[item.item_index]),
            f"{item.score:.0f}",
            *(f"{member.fit:.0f}" for member in item.members),
            escape(_why(item)),
        )
    return table


def _why(item: GroupRecommendation) -> str:
    """Why for whom it fits best, and for whom it fits least."""
    told = (item.best, item.least) if item.best.name != item.least.name else (item.best,)
    return " ".join(f"{member.name}: {member.reasons[0].text}" for member in told if member.reasons)


def group_json(answer: GroupAnswer) -> dict[str, Any]:
    """An answer as plain values."""
    return {
        "names": list(answer.names),
        "strategy": answer.strategy,
        "method": answer.method,
        "fallback_for": answer.fallback_for,
        "n_films": answer.n_films,
        "n_known": answer.n_known,
        "notes": list(answer.notes),
        "items": [
            {
                "item_id": item.item_id,
                "title": item.title,
                "year": item.year,
                "score": item.score,
                "members": [_member_json(member) for member in item.members],
            }
            for item in answer.items
        ],
    }


def _member_json(member: MemberFit) -> dict[str, Any]:
    return {
        "name": member.name,
        "fit": member.fit,
        "place": member.place,
        "reasons": [reason.text for reason in member.reasons],
    }
