"""What a reader of figures needs beside them: how parameters were chosen, on what data and machine, what to know."""

import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core import __version__, recommenders
from core.compute.threads import n_threads
from core.evaluation.protocol.given_lists import ListsFile
from core.evaluation.results.runs import catalog_digest, space_digest

if TYPE_CHECKING:
    from core.evaluation.protocol.experiment import Experiment, Material


def explain(
    value: dict[str, Any],
    experiment: "Experiment",
    material: "Material",
    tuned: Sequence[Mapping[str, Any]],
) -> None:
    """Add to a report what else a reader needs: how parameters were chosen, embeddings, notes, versions."""
    results, notes = value["results"], list(material.notes)
    for name in experiment.methods:
        method = recommenders.create_for(name, list(material.spaces))
        missing = next((space for space in method.needs() if space not in material.spaces), "")
        reason = material.unused.get(missing, material.others)
        if "error" in results[name] and missing and reason:
            results[name]["error"] = f"It needs the embedding {missing}: {reason}"
        default = recommenders.create(name).params
        if "error" not in results[name] and getattr(default, "space", "") not in ("", *material.spaces):
            notes.append(
                f"{method.label} searched in the embedding {results[name]['params']['space']}: its own, "
                f"{default.space}, is not there."
                if material.spaces
                else f"{method.label} used ratings alone: there is no embedding."
            )
        found = [one[name] for one in tuned if name in one]
        if found:
            results[name]["tuned"] = found[0] if len(found) == 1 else found
        notes += [f"{method.label} was not tuned: {one['error']}" for one in found if "error" in one]
    notes += [note for lists in experiment.lists for note in _list_notes(lists, results[lists.name])]
    about = value["about"]
    about["is_explicit"] = material.splits[0].train.is_explicit
    about["methods"], about["trials"] = list(experiment.methods), experiment.n_trials
    if experiment.lists:
        about["lists"] = {
            lists.name: {"file": lists.file, "sha256": lists.digest} for lists in experiment.lists
        }
    about["fingerprints"] = {
        "films": catalog_digest(material.dataset.catalog),
        "ratings and their parts": {split.name: split.fingerprint for split in material.splits},
        "embeddings": {name: space_digest(space) for name, space in material.spaces.items()},
    }
    about["machine"] = {"cores": n_threads(), "processor": platform.machine(), "system": platform.system()}
    about["embeddings"] = {"used": sorted(material.spaces), "unused": dict(material.unused)}
    about["notes"] = notes
    about["versions"] |= {"movie_atlas": __version__, "python": platform.python_version()}
    about["created"] = datetime.now(UTC).isoformat(timespec="seconds")


def _list_notes(lists: ListsFile, result: Mapping[str, Any]) -> list[str]:
    """What of given lists could not be used, and who has none."""
    if "error" in result:
        return []
    found = result["decided"]
    notes = [f"{lists.name}: lists of {lists.file}, made elsewhere; how long they took to make is not known."]
    for what, word in (("users_unknown", "users"), ("films_unknown", "films")):
        if found[what]:
            notes.append(f"{lists.name}: {word} of its lists that are not in the data: {found[what]:,}.")
    if n_short := result["users_with_short_lists"]:
        notes.append(
            f"{lists.name}: tested users with a shorter list than asked for, or none: {n_short:,}. Places that are missing "
            "count as misses."
        )
    return notes
