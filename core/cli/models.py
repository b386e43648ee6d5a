"""What a build has to fetch first: said beforehand, fetched and checked before anything else is done."""

import time

from rich.markup import escape

from core import embeddings
from core.build.budget import in_words
from core.cli.console import out, steps
from core.compute.cost import Size
from core.compute.progress import Step

A_THOUSAND = Size(1_000, 0, 0)
"""What is said of a dataset whose size is not known before its files are read."""


def print_models(spaces: tuple[str, ...], size: Size | None) -> list[str]:
    """Say what the models of these embeddings will take that are not here yet.

    Args:
        spaces: Embeddings, as `core.embeddings.create` takes them.
        size: Of the dataset; None = not known before its files are read.

    Returns:
        Those embeddings.
    """
    missing = []
    for name in spaces:
        encoder = embeddings.encoder_class(name)
        files = encoder.model_files()
        if files is None or files.is_here:
            continue
        missing.append(name)
        megabytes = files.megabytes()
        large = f"{megabytes:,.0f} MB" if megabytes else "of a size that cannot be asked now"
        seconds = encoder.cost(size or A_THOUSAND).seconds
        out.print(
            f"{escape(encoder.label)} needs a model that is not here yet: {escape(files.name)} from {files.source}, "
            f"{large}, fetched once; how long that takes is up to your connection. It is checked before it is used: "
            f"{files.checks}. Reading {(size or A_THOUSAND).n_items:,} films is then expected to take "
            f"{in_words(seconds)}.",
            soft_wrap=True,
        )
    return missing


def fetch_models(spaces: list[str]) -> None:
    """Fetch and check the models of these embeddings.

    Raises:
        ModelUnavailableError: One cannot be fetched, or is not what it should be.
    """
    for number, name in enumerate(spaces, 1):
        encoder = embeddings.encoder_class(name)
        files = encoder.model_files()
        if files is None:
            continue
        started = time.perf_counter()
        with steps(False) as on_step:
            words = f"Fetching the model of {encoder.label}"

            def tell(done: int, total: int, note: str = "", at: int = number, words: str = words) -> None:
                on_step(Step(words, at, len(spaces), done, total, note=note))

            files.bring(tell)
        took = in_words(time.perf_counter() - started)
        out.print(f"{escape(encoder.label)}: fetched and checked in {took}.", soft_wrap=True)
