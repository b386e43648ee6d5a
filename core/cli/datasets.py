"""`python -m core datasets`, `fetch` and `status`: what there is, what can be had, what is built."""

import time

from rich.markup import escape
from rich.table import Table

from core.cli.arguments import DatasetName
from core.cli.console import AsLines, calmly, out, print_report, steps
from core.compute.progress import Step
from core.datasets.fetching.downloads import DOWNLOADS
from core.serving import Atlas, list_datasets
from core.settings import home


@calmly
def datasets_command() -> None:
    """List every dataset that is known or built."""
    table = Table("name", "films", "ratings", "state", "licence", box=None, header_style="bold")
    for one in list_datasets(look=True):
        size = f"can be fetched: {DOWNLOADS[one.name].size / 1e6:.0f} MB" if one.name in DOWNLOADS else ""
        ways = ((one.is_built, "built"), (one.is_local, "here, not built"), (one.can_fetch, size))
        state = next((words for holds, words in ways if holds), "get by hand")
        films, ratings = (f"{one.about[k]:,}" if k in one.about else "" for k in ("n_items", "n_ratings"))
        table.add_row(escape(one.name), films, ratings, escape(one.problem) or state, escape(one.licence))
    out.print(table)


@calmly
def fetch_command(dataset: DatasetName, progress: AsLines = False) -> None:
    """Download a dataset into the downloads folder, with its checksum verified."""
    from core.datasets.fetching.downloads import fetch as download

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


@calmly
def status_command(dataset: DatasetName) -> None:
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
        faithful, groups = atlas.map_of(name).faithfulness, atlas.clustering(name)
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
    print_report(atlas.dataset.report)
