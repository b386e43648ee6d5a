"""What a build will take and what it took, as rows for people."""

from collections.abc import Iterable

from core import embeddings, recommenders
from core.build import Plan, Request, known_size, plan
from core.build.budget import in_words
from core.serving import Atlas
from core.storage.stored import words_for
from core.text import listed_with_and


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


def rests_on(atlas: Atlas, methods: Iterable[str]) -> str:
    """Which embeddings methods rest on, and what these took: an evaluation's seconds of learning do not hold it.

    Args:
        atlas: What is built.
        methods: Names of methods; those that the product does not have (lists made elsewhere) are passed over.

    Returns:
        "" where none rests on any.
    """
    users: dict[str, list[str]] = {}
    for name in set(methods) & set(recommenders.names()):
        method = recommenders.create_for(name, atlas.space_names)
        for space in method.needs():
            users.setdefault(space, []).append(method.label)
    if not users:
        return ""
    parts = [
        f"{embeddings.label_of(space)}{_seconds_of(atlas, f'space-{space}')} for {listed_with_and(sorted(labels))}"
        for space, labels in sorted(users.items())
    ]
    return f"Seconds of learning are without the embeddings that methods rest on: {'; '.join(parts)}."


def _seconds_of(atlas: Atlas, stage: str) -> str:
    """What a stage took here, in brackets; "" where it was unpacked, or added later."""
    seconds = atlas.about.get("seconds", {})
    is_made_here = stage in atlas.about.get("expected", {}) and stage in seconds
    return f" ({in_words(seconds[stage])})" if is_made_here else ""


def took_rows(atlas: Atlas) -> list[dict[str, str]]:
    """Every stage that was made here, and not unpacked: what it took, beside what was expected before."""
    seconds = atlas.about.get("seconds", {})
    return [
        {"Stage": words_for(stage), "Took": in_words(seconds[stage]), "Expected": in_words(expected)}
        for stage, expected in atlas.about.get("expected", {}).items()
        if stage in seconds
    ]
