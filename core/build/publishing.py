"""What a build publishes: all that it has made, or so much of it as can be served already."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core import recommenders
from core.build.dataset_stage import Films
from core.build.plan import Allowance, stages_of
from core.build.space_stages import Spaces
from core.build.stage import Runner
from core.storage import Manifest

STILL_TO_COME = "It is still to come: a build that runs learns it, and one that was stopped goes on there."


@dataclass(eq=False)
class Made:
    """What a build has made so far.

    Attributes:
        name: The dataset's.
        films: What was read.
        encoders: Encoder -> how it was asked for, all that this build makes.
        methods: Names of all methods, in the order in which they are learned.
        runner: Made the artefacts.
        before: What was live when the build began.
        allowance: What the build may still take.
        spaces: The embeddings that are there.
        cannot_fit: Method -> why it cannot be asked.
        tried: Methods that were learned, or refused.
    """

    name: str
    films: Films
    encoders: Mapping[str, str]
    methods: tuple[str, ...]
    runner: Runner
    before: Manifest | None
    allowance: Allowance
    spaces: Spaces = field(default_factory=Spaces)
    cannot_fit: dict[str, str] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)

    @property
    def fitted(self) -> list[str]:
        """Methods that were learned."""
        return [
            name
            for name in self.methods
            if f"method-{name}" in self.runner.artifacts and name not in self.cannot_fit
        ]

    @property
    def coming(self) -> list[str]:
        """Methods that were not tried yet."""
        return [name for name in self.methods if name not in self.tried]

    def manifest(self) -> Manifest:
        """All of it, with what is still to come."""
        runner, before, films, coming = self.runner, self.before, self.films, self.coming
        spaces = [
            one for one in self.encoders if one not in self.spaces.opened and one not in self.spaces.refused
        ]
        about = {
            **films.about,
            "encoders": dict(self.encoders),
            "cannot_build": self.spaces.refused,
            "cannot_fit": {
                name: STILL_TO_COME if name in coming else self.cannot_fit[name]
                for name in recommenders.names()
                if name in coming or name in self.cannot_fit
            },
            **self._facts(),
        }
        if self.spaces.lacking:
            about["refused"] = dict(self.spaces.lacking)
        if coming or spaces:
            about["coming"] = {"methods": coming, "spaces": spaces}
        fitted = self.fitted
        if left := [name for name in self.tried if name not in self.cannot_fit and name not in fitted]:
            about["when_asked"] = [name for name in recommenders.names() if name in left]
        if n_repairs := (before.about.get("repairs", 0) if before else 0) + len(runner.repairs):
            about["repairs"] = n_repairs  # whoever has opened what was damaged must open it again
        # a space is served with its map and its groups, or not at all
        missing = [name for name in self.encoders if name not in self.spaces.opened]
        unfinished = {stage for name in missing for stage in stages_of(name)}
        artifacts = {stage: key for stage, key in runner.artifacts.items() if stage not in unfinished}
        manifest = Manifest(self.name, artifacts, about)
        kept = _with_kept(manifest, "expected", self.allowance.foreseen, before)
        return _with_kept(kept, "seconds", runner.unpacked | runner.ran, before)

    def _facts(self) -> dict[str, Any]:
        """What the dataset list shows without opening anything."""
        dataset = self.films.dataset
        filled = dataset.report.filled
        return {
            **({"filled_in": filled} if filled else {}),
            "label": dataset.label,
            "licence": dataset.licence,
            "is_simulated": dataset.is_simulated,
            "has_ids": dataset.catalog.has_ids,
            "n_items": dataset.n_items,
            "n_users": dataset.interactions.n_users,
            "n_ratings": len(dataset.interactions),
            "n_with_overview": int((dataset.catalog.items["overview"] != "").sum()),
            "dims": {name: space.stamp.dim for name, space in self.spaces.opened.items()},
        }


def takes_nothing_away(manifest: Manifest, live: Manifest | None) -> bool:
    """Whether all that is served stays as it is, but for tables, which are written anew when there is more to hold."""
    return live is None or all(
        stage in manifest.artifacts and (stage.startswith("table") or manifest.artifacts[stage] == key)
        for stage, key in live.artifacts.items()
    )


def _with_kept(manifest: Manifest, what: str, new: Mapping[str, float], before: Manifest | None) -> Manifest:
    """The manifest with a number of every stage, those of earlier builds included."""
    numbers = {**(before.about.get(what, {}) if before else {}), **new}
    kept = {stage: numbers[stage] for stage in manifest.artifacts if stage in numbers}
    return replace(manifest, about={**manifest.about, what: kept})
