"""The command `evaluate` on a person's own files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from typer.testing import CliRunner, Result

from core.cli.app import app
from tests import tiny

WRITERS = {
    ".csv": lambda frame, path: frame.to_csv(path, index=False),
    ".tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    ".parquet": lambda frame, path: frame.to_parquet(path, index=False),
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


class Files:
    """A person's files in a folder, and the command on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        dataset = tiny.tiny_dataset(n_users=30)
        table, ids = dataset.interactions.ratings.tocoo(), dataset.catalog.ids
        rows = pd.DataFrame(
            {
                "user_id": dataset.interactions.user_ids[table.row],
                "item_id": ids[table.col],
                "rating": table.data,
            }
        )
        held = np.random.default_rng(5).random(len(rows)) < 0.25
        self.train, self.test = rows[~held], rows[held]
        self.items = dataset.catalog.items[["item_id", "title", "overview"]]

    def write(self, name: str, frame: pd.DataFrame) -> Path:
        path = self.folder / name
        WRITERS[path.suffix](frame, path)
        return path

    def arguments(self, ending: str = ".csv", columns: int = 3) -> list[object]:
        train = self.write(f"train{ending}", self.train.iloc[:, :columns])
        test = self.write(f"test{ending}", self.test.iloc[:, :columns])
        return ["--train", train, "--test", test]

    def result(self, *more: object, ending: str = ".csv", columns: int = 3) -> dict[str, Any]:
        path = self.folder / "out" / "result.json"
        result = run(*self.arguments(ending, columns), "--json", path, *more)
        assert result.exit_code == 0, result.output
        return json.loads(path.read_text("utf-8"))
