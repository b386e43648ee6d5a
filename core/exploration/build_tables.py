"""What a build will take and what it took, as rows for people."""

from core.build import Plan, Request, known_size, plan
from core.build.budget import in_words
from core.serving import Atlas
from core.storage.stored import words_for


def plan_of(name: str) -> Plan | None:
    """What a build of a dataset with the usual options will take here; None where its size is not known yet."""
    size = known_size(name)
    return plan(Request(name), size) if size else None


def plan_rows(found: Plan) -> list[dict[str, str]]:
    """Every stage that is still to be made, with what it is expected to take, and whether it is left out."""
    return [
        {
            "Stage": words_for(one.stage),
            "Expected": in_words(one.cost.seconds),
            "Memory": f"{one.cost.gigabytes:.1f} GB",
            "": "left out" if one.why_not else "",
        }
        for one in found.stages
        if not one.is_there
    ]


def plan_line(found: Plan) -> str:
    """The whole plan in a sentence."""
    left = len(found.left_out)
    rest = f"; {left} {'is' if left == 1 else 'are'} left out, each with its reason" if left else ""
    return f"About {in_words(found.cost.seconds)} and at most {found.cost.gigabytes:.1f} GB on this machine{rest}."


def took_rows(atlas: Atlas) -> list[dict[str, str]]:
    """Every stage that was made here, and not unpacked: what it took, beside what was expected before."""
    seconds = atlas.about.get("seconds", {})
    return [
        {"Stage": words_for(stage), "Took": in_words(seconds[stage]), "Expected": in_words(expected)}
        for stage, expected in atlas.about.get("expected", {}).items()
        if stage in seconds
    ]
