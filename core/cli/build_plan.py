"""What a build will take, and what it took, as tables."""

from rich.markup import escape
from rich.table import Table

from core.build import BuildResult, Plan
from core.build.budget import in_words
from core.cli.console import out


def print_plan(plan: Plan) -> None:
    """Every stage with what it is expected to take here, or why it is left out."""
    size = plan.size
    out.print(
        f"{size.n_items:,} films, {size.n_ratings:,} ratings by {size.n_users:,} people. A stage may take "
        f"{plan.budget.gigabytes:.2g} GB, the build {in_words(plan.budget.seconds)}.",
        soft_wrap=True,
    )
    table = Table("stage", "expected", "memory", "", box=None, pad_edge=False)
    for one in plan.stages:
        says = "there already" if one.is_there else "left out" if one.why_not else ""
        cost = one.cost if not one.is_there else None
        table.add_row(
            one.stage,
            in_words(cost.seconds) if cost else "",
            f"{cost.gigabytes:.1f} GB" if cost else "",
            says,
        )
    out.print(table)
    if any(one.is_there for one in plan.stages):
        out.print("What is there already is made again only where something that it is made of has changed.")
    for name, why in plan.left_out.items():
        out.print(f"{escape(name)} is left out: {escape(why)}", soft_wrap=True)
    out.print(f"In all about {in_words(plan.cost.seconds)}, at most {plan.cost.gigabytes:.1f} GB.")


def print_took(result: BuildResult) -> None:
    """Every stage that ran, beside what it was expected to take."""
    if not result.ran:
        return
    expected = result.manifest.about.get("expected", {})
    table = Table("took", "expected", "stage", box=None, pad_edge=False)
    for stage, seconds in result.ran.items():
        table.add_row(in_words(seconds), in_words(expected[stage]) if stage in expected else "", stage)
    out.print(table)
