"""The split of a stored evaluation as a ZIP, for another system to learn from it and answer the same people."""

import io
import tempfile
import zipfile
from pathlib import Path

from core.errors import NotBuiltError
from core.evaluation.protocol.behind import AGAIN, CHANGED, relevant_rating, splits_again
from core.evaluation.results.stored import StoredResult
from core.evaluation.results.trec import write_splits
from core.evaluation.task import Task
from core.serving import Atlas


def split_zip(atlas: Atlas, result: StoredResult) -> bytes:
    """train.tsv, test.tsv, qrels.txt and, where people are asked with less than is known, known.tsv; a folder a split.

    Args:
        atlas: The dataset.
        result: An evaluation of it.

    Raises:
        NotBuiltError: The ratings have changed since.
        DatasetError: An id holds a blank, which these formats cannot.
        BuildError: There is no space to write it.
    """
    prints = result.about.get("fingerprints", {}).get("ratings and their parts", {})
    splits = splits_again(atlas, result)
    if any(prints.get(split.name) != split.fingerprint for split in splits):
        raise NotBuiltError(CHANGED.format(label=atlas.about["label"]), hint=AGAIN)
    relevant = relevant_rating(result)
    written = io.BytesIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        write_splits(Path(folder), [Task.of(atlas.dataset, split, relevant=relevant) for split in splits])
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return written.getvalue()
