"""The command line: list, fetch, build and ask datasets without the app."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from core import recommenders, spaces
from core.ask import ask_command
from core.atlas import Atlas
from core.build import DEFAULT_SPACES, Request, Step, build
from core.console import AsLines, calmly, out, steps
from core.datasets.base import LoadReport
from core.errors import InvalidQueryError
from core.evaluate_command import evaluate_command
from core.recommenders.base import parse_params
from core.registry_commands import methods_command, spaces_command
from core.services import Question, list_datasets, recommend
from core.types import Answer, Filters
from core.workspace import Workspace, home

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Movie Atlas: explore films, compare methods."
)


def main() -> None:
    """Run the command line."""
    app(prog_name="python -m core")


Dataset = Annotated[str, typer.Argument(help="Name of the dataset, see `datasets`.")]


@app.command()
@calmly
def datasets() -> None:
    """List every dataset that is known or built."""
    table = Table("name", "films", "ratings", "state", "licence", box=None, header_style="bold")
    for one in list_datasets():
        ways = ((one.is_built, "built"), (one.is_local, "here, not built"), (one.can_fetch, "can be fetched"))
        state = next((words for holds, words in ways if holds), "get by hand")
        films, ratings = (f"{one.about[k]:,}" if k in one.about else "" for k in ("n_items", "n_ratings"))
        table.add_row(escape(one.name), films, ratings, one.problem or state, escape(one.licence))
    out.print(table)


@app.command()
@calmly
def fetch(dataset: Dataset, progress: AsLines = False) -> None:
    """Download a dataset into the downloads folder, with its checksum verified."""
    from core.datasets.download import fetch as download

    started = time.perf_counter()
    with steps(progress) as on_step:

        def on_progress(done: int, total: int, note: str = "") -> None:
            spent = time.perf_counter() - started
            left = spent / done * (total - done) if done and total else None
            on_step(Step(f"Fetching {dataset}", 1, 1, done, total, left, note))

        path = download(dataset, home() / "downloads", on_progress)
    out.print(
        f"Fetched to {escape(str(path))}. Build it with: python -m core build {escape(dataset)}",
        soft_wrap=True,
    )


@app.command("build")
@calmly
def build_command(
    dataset: Annotated[
        str, typer.Argument(help="Name of the dataset; any other name = your own files.")
    ] = "",
    source: Annotated[Path | None, typer.Option("--from", help="Folder, zip or file with its data.")] = None,
    space: Annotated[
        list[str] | None,
        typer.Option(help="Embedding to build, or NAME:parameter=value; repeat, or all."),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="For your own files: ours=theirs, e.g. title=Name.")
    ] = None,
    wikipedia: Annotated[Path | None, typer.Option(help="Folder of the Wikipedia film lists.")] = None,
    no_wikipedia: Annotated[
        bool, typer.Option("--no-wikipedia", help="Leave MovieLens films without plots.")
    ] = False,
    missing: Annotated[
        bool, typer.Option("--missing", help="Build the default dataset only if nothing is built.")
    ] = False,
    progress: AsLines = False,
) -> None:
    """Build or bring up to date the workspace of a dataset: vectors, map, groups, methods, table."""
    if missing:
        if any(one.is_built for one in list_datasets()):
            return
        dataset = dataset or default_dataset()
    if not dataset:
        raise InvalidQueryError("Which dataset?", hint="Give a name; `python -m core datasets` lists them.")
    where = "" if no_wikipedia else wikipedia
    wanted = Request(dataset, source, parse_columns(column or []), expand_spaces(space or []), where)
    with steps(progress) as on_step:
        result = build(wanted, on_step=on_step)
    if progress:
        return
    atlas = Atlas(Workspace(dataset), result.manifest)
    if not result.ran:
        out.print(f"{dataset}: nothing to do.")
        return
    print_report(atlas.report)
    for stage, seconds in result.ran.items():
        out.print(f"  {seconds:7.1f} s  {escape(stage)}")
    for kind, key in (("embedding", "cannot_build"), ("method", "cannot_fit")):
        for name, why in result.manifest.about[key].items():
            out.print(f"  {kind} not available: {escape(name)} ({escape(why)})")
    out.print(f"{escape(dataset)}: {result.manifest.about['n_items']:,} films ready.")


def default_dataset() -> str:
    """What a fresh installation opens with: the first dataset whose files are here."""
    here = [one.name for one in list_datasets() if one.is_local]
    if not here:
        raise InvalidQueryError(
            "No dataset is here yet.", hint="Fetch one, for example: python -m core fetch ml-latest-small"
        )
    return here[0]


@app.command()
@calmly
def status(dataset: Dataset) -> None:
    """Show what is built for a dataset, and what its load kept and dropped."""
    atlas = Atlas.open(dataset)
    about = atlas.about
    out.print(
        f"[bold]{escape(about['label'])}[/] {about['n_items']:,} films, {about['n_ratings']:,} ratings "
        f"by {about['n_users']:,} users"
    )
    if about.get("is_simulated"):
        out.print("The ratings are simulated.")
    for name in atlas.space_names:
        faithful, groups = atlas.faithfulness(name), atlas.clustering(name)
        measured = (
            f"trustworthiness {faithful['trustworthiness']:.3f}, true neighbours kept {faithful['neighbours_kept']:.0%}"
            if faithful
            else "too few films to measure its map"
        )
        n = int(atlas.space(name).has_vector.sum())
        out.print(
            f"  {name}: {about['dims'][name]} dimensions, vectors for {n:,} of {about['n_items']:,} films, "
            f"{len(groups.clusters)} groups, {measured}"
        )
    for name, why in about.get("cannot_build", {}).items():
        out.print(f"  {escape(name)} could not be built: {escape(why)}")
    print_report(atlas.report)


@app.command("recommend")
@calmly
def recommend_command(
    dataset: Dataset,
    like: Annotated[
        list[str] | None, typer.Option(help='A film you like: "Title (Year)"; repeat for more.')
    ] = None,
    dislike: Annotated[list[str] | None, typer.Option(help="A film you dislike.")] = None,
    seen: Annotated[list[str] | None, typer.Option(help="A film to leave out.")] = None,
    text: Annotated[str, typer.Option(help="What you want, in your own words.")] = "",
    user: Annotated[str, typer.Option(help="Id of a user of the dataset.")] = "",
    genre: Annotated[list[str] | None, typer.Option(help="Only films with one of these genres.")] = None,
    not_genre: Annotated[list[str] | None, typer.Option(help="No film with any of these genres.")] = None,
    years: Annotated[str, typer.Option(help="First and last year, e.g. 1990:2005.")] = "",
    language: Annotated[list[str] | None, typer.Option(help="Original language, e.g. en.")] = None,
    min_ratings: Annotated[int, typer.Option(help="Only films with at least this many ratings.")] = 0,
    method: Annotated[str, typer.Option(help="Which method answers.")] = "content",
    space: Annotated[str, typer.Option(help="Embedding, for methods that search in one.")] = "",
    param: Annotated[
        list[str] | None, typer.Option(help="Parameter of the method, name=value; see `methods NAME`.")
    ] = None,
    diversity: Annotated[float, typer.Option(help="0 = the best, 1 = as different as can be.")] = 0.0,
    k: Annotated[int, typer.Option("-k", help="How many.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Recommend films from a built dataset."""
    atlas = Atlas.open(dataset)
    find = atlas.titles.find_all
    likes, dislikes, out_of = find(like or []), find(dislike or []), find(seen or [])
    question = Question(
        tuple(likes),
        tuple(dislikes),
        tuple(out_of),
        text,
        _user_index(atlas, user),
        method,
        parse_params(recommenders.method_class(method).Params, param or [])
        | ({"space": space} if space else {}),
        Filters(
            tuple(genre or ()), tuple(not_genre or ()), parse_years(years), tuple(language or ()), min_ratings
        ),
        k,
        diversity,
    )
    answer = recommend(atlas, question)
    if as_json:
        sys.stdout.write(json.dumps(answer_json(answer), ensure_ascii=False) + "\n")
        return
    for words, films in (("Like", likes), ("Unlike", dislikes)):
        if films:
            out.print(f"{words}: " + escape("; ".join(atlas.titles.labels[i] for i in films)))
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
    for note in answer.notes:
        out.print(escape(note), style="yellow")


app.command("evaluate")(evaluate_command)
app.command("ask")(ask_command)
app.command("methods")(methods_command)
app.command("spaces")(spaces_command)


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as plain values."""
    return {
        "method": answer.method,
        "fallback_for": answer.fallback_for,
        "notes": list(answer.notes),
        "items": [
            {"item_id": i.item_id, "title": i.title, "year": i.year, "score": i.score, "reason": i.reason}
            for i in answer.items
        ],
    }


def parse_years(text: str) -> tuple[int, int] | None:
    """ "1990:2005", "1990:", ":2005" or "1999"; None for "".

    Raises:
        InvalidQueryError: Anything else.
    """
    if not text:
        return None
    first, colon, last = text.partition(":")
    try:
        low = int(first) if first else 0
        return low, (int(last) if last else 9999) if colon else low
    except ValueError:
        raise InvalidQueryError(
            f"The years “{text[:40]}” cannot be read.", hint="Write them as 1990:2005."
        ) from None


def expand_spaces(names: Sequence[str]) -> tuple[str, ...]:
    """Encoder names, the one to show first first; none = the default, "all" = every one that needs no network."""
    if "all" not in names:
        return tuple(names) or DEFAULT_SPACES
    offline = [name for name in spaces.names() if not spaces.encoder_class(name).needs_network]
    return tuple(dict.fromkeys([*DEFAULT_SPACES, *offline, *(name for name in names if name != "all")]))


def parse_columns(pairs: Sequence[str]) -> dict[str, str]:
    """["title=Name", …] as {"title": "Name"}.

    Raises:
        InvalidQueryError: One without "=".
    """
    for pair in pairs:
        if "=" not in pair:
            raise InvalidQueryError(
                f"The column “{pair[:60]}” cannot be read.", hint="Write it as ours=theirs."
            )
    return dict(pair.split("=", 1) for pair in pairs)


def _user_index(atlas: Atlas, user_id: str) -> int | None:
    if not user_id:
        return None
    found = (atlas.interactions.user_ids == user_id).nonzero()[0]
    if not len(found):
        raise InvalidQueryError(f"No user has the id “{user_id[:40]}” in {atlas.about['label']}.")
    return int(found[0])


def print_report(report: LoadReport) -> None:
    """What a load read, kept and dropped."""
    for table in report.tables:
        out.print(f"{escape(table.name)}: {table.read:,} rows read, {table.kept:,} kept")
        for drop in table.dropped:
            out.print(
                f"  {drop.count:,} dropped: {escape(drop.reason)} ({escape(', '.join(drop.examples[:2]))})"
            )
        for warning in table.warnings:
            out.print(f"  note: {escape(warning)}")
    for note in report.notes:
        out.print(escape(note))
