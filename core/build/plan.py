"""What a build is going to do, before it begins, and what it may take while it runs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core import datasets, embeddings, recommenders
from core.build.budget import Budget, Timings
from core.build.costs import cost_of
from core.build.method_order import in_order
from core.build.request import Request
from core.compute.cost import Cost, Size
from core.settings import home
from core.storage import Manifest, Workspace

OUTDATED = "What was made before is of other films, ratings, settings or another version, so it is not served any more. "


class Allowance:
    """What a build may still take, and what its stages are expected to.

    Attributes:
        foreseen: Stage that was made -> seconds that it was expected to take before it was.

    Args:
        request: What is built.
        size: Of the dataset.
        encoders: Encoder -> how it was asked for.
        timings: How long stages took here before.
    """

    def __init__(self, request: Request, size: Size, encoders: Mapping[str, str], timings: Timings) -> None:
        self._request, self._size, self._encoders, self._timings = request, size, encoders, timings
        self._began = time.perf_counter()
        self.foreseen: dict[str, float] = {}
        self.taken_over: set[str] = set()
        """Stages of methods that were given what another had learned: their seconds say nothing of learning them."""

    def expected(self, stage: str) -> Cost:
        """What a stage is expected to take on this machine."""
        by_formula = cost_of(stage, self._size, self._encoders)
        return self._timings.calibrated(stage, self._size, by_formula)

    def why_not(self, kind: str, name: str, spent: float | None = None) -> str:
        """Why an embedding ("space") or a method ("method") is left out; "" = it is not.

        Args:
            kind: Which of the two.
            name: Its name.
            spent: Seconds that the build has taken till then; None = till now.
        """
        spent = time.perf_counter() - self._began if spent is None else spent
        stages = stages_of(name) if kind == "space" else (f"{kind}-{name}",)
        cost = sum((self.expected(stage) for stage in stages), Cost())
        command = f"python -m core build {self._request.name} --{kind} {name}"
        return self._request.budget.why_not(cost, command, spent)

    def took(self, stage: str, seconds: float) -> None:
        """Take note of how long a stage took."""
        by_formula = cost_of(stage, self._size, self._encoders)
        self.foreseen[stage] = round(self.expected(stage).seconds, 2)
        if stage not in self.taken_over:
            self._timings.add(stage, self._size, by_formula.seconds, seconds)


def outdated(stage: str, before: Manifest | None) -> str:
    """What to say first of a stage that is left out although something was made of it before; "" = nothing was."""
    return OUTDATED if before and stage in before.artifacts else ""


@dataclass(frozen=True)
class Planned:
    """One stage before it is made.

    Attributes:
        stage: Its name.
        cost: What it is expected to take here.
        is_there: Whether it was made before; it is made again only where something that it is made of has changed.
        why_not: Why it is left out; "" = it is made.
    """

    stage: str
    cost: Cost
    is_there: bool = False
    why_not: str = ""

    @property
    def is_made(self) -> bool:
        """Whether the build makes it."""
        return not (self.is_there or self.why_not)


@dataclass(frozen=True)
class Plan:
    """What a build is going to do.

    Attributes:
        size: Of the dataset.
        budget: What the build may take.
        stages: In their order.
    """

    size: Size
    budget: Budget
    stages: tuple[Planned, ...]

    @property
    def cost(self) -> Cost:
        """Of all that is made."""
        return sum((one.cost for one in self.stages if one.is_made), Cost())

    @property
    def left_out(self) -> dict[str, str]:
        """Embedding or method -> why the build leaves it out."""
        found = [
            one for one in self.stages if one.why_not and one.stage.partition("-")[0] in ("space", "method")
        ]
        return {one.stage.partition("-")[2]: one.why_not for one in found}


def known_size(name: str, base: Path | None = None) -> Size | None:
    """How much a dataset holds, as it was built last or as its source says; None = its files have to be read."""
    built = Workspace(name, base).readable_manifest()
    if built is not None:
        return Size(*(built.about[key] for key in ("n_items", "n_users", "n_ratings")))
    return datasets.SOURCES[name].size if name in datasets.SOURCES else None


def plan(request: Request, size: Size, *, base: Path | None = None) -> Plan:
    """What a build of this request does to a dataset of this size.

    Args:
        request: What to build.
        size: See `known_size`.
        base: Home folder; None = `core.settings.home()`.

    Raises:
        UnknownNameError: An embedding or a method that is named does not exist.
    """
    live = Workspace(request.name, base).readable_manifest()
    requested = {embeddings.encoder_class(name).name: name for name in request.spaces}
    encoders = (live.about.get("encoders", {}) if live else {}) | requested
    allowance = Allowance(request, size, encoders, Timings.of(base or home()))
    there = live.artifacts if live else {}
    stages: list[Planned] = []

    def add(*names: str, why_not: str = "") -> None:
        stages.extend(
            Planned(name, allowance.expected(name), name in there, "" if name in there else why_not)
            for name in names
        )

    def why_not(kind: str, name: str) -> str:
        return allowance.why_not(kind, name, sum(one.cost.seconds for one in stages if one.is_made))

    add("dataset")
    for place, name in enumerate(encoders):
        add(*stages_of(name), why_not=why_not("space", name) if place else "")
    add("table", *(["taste-groups"] if size.n_ratings else []))
    wanted = request.wanted_methods(recommenders.names())
    for name in in_order([one for one in recommenders.names() if one in wanted]):
        if size.n_ratings or not recommenders.method_class(name).reads_ratings:
            add(f"method-{name}", why_not=why_not("method", name))
            if recommenders.method_class(name).served_by == "users" and not stages[-1].why_not:
                add("table-users")
    return Plan(size, request.budget, tuple(stages))


def stages_of(space: str) -> tuple[str, str, str]:
    """The stages of an embedding."""
    return f"space-{space}", f"map-{space}", f"clusters-{space}"
