"""An evaluation as a command that runs in the background."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.evaluation.results.stored import OWN_FILES


def job_arguments(
    dataset: str,
    methods: Sequence[str],
    ks: Sequence[int],
    *,
    split: str,
    relevant: float | None = None,
    seed: int = 0,
    n_trials: int = 0,
    uploaded: Path | None = None,
    files: Mapping[str, Path] | None = None,
    of_other_films: bool = False,
) -> list[str]:
    """What `core.compute.jobs.Jobs.start` runs in the background.

    Args:
        dataset: Its name.
        methods: Theirs.
        ks: Cut-offs of the lists.
        split: Registered split, or `OWN_FILES`.
        relevant: Lowest rating that counts as liked.
        seed: Decides everything random.
        n_trials: Sets of parameters tried for each method.
        uploaded: Folder that was handed over, with lists of other systems and `files`.
        files: "train", "test" and, if there are any, "negatives" -> the file, for `OWN_FILES`.
        of_other_films: Whether ids in these are not the dataset's.
    """
    arguments = ["evaluate", dataset, "--methods", ",".join(methods)]
    if split == OWN_FILES:
        arguments += [part for role, file in (files or {}).items() for part in (f"--{role}", str(file))]
        arguments += ["--other-films"] if of_other_films else []
    else:
        arguments += ["--split", split]
    arguments += ["--seed", str(seed)]
    arguments += [part for k in ks for part in ("--k", str(k))]
    arguments += ["--relevant", str(relevant)] if relevant is not None else []
    arguments += ["--uploaded", str(uploaded)] if uploaded else []
    return arguments + (["--tune", str(n_trials)] if n_trials else [])
