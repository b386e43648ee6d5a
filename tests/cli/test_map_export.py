"""`map-export`: the map as a file."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from core.cli.app import app
from core.serving import Atlas


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["map-export", *arguments])


def test_the_map_is_written(home: Path, atlas: Atlas, tmp_path: Path) -> None:
    file = tmp_path / "films.parquet"
    result = run("tiny", "--to", str(file), "--vectors", "--colour", "Decade")
    assert result.exit_code == 0, result.output
    assert "Wrote 36 films" in " ".join(result.output.split())
    found = pd.read_parquet(file)
    assert len(found) == 36
    assert len(found["vector"][0]) == atlas.space("letters").vectors.shape[1]
    assert found["value"][0] == "1960s"
    assert run("tiny", "--to", str(tmp_path / "films.csv")).exit_code == 0
    assert "vector_0" not in pd.read_csv(tmp_path / "films.csv")


@pytest.mark.parametrize(
    "wrong",
    [("--to", "films.txt"), ("--to", "f.csv", "--space", "none"), ("--to", "f.csv", "--colour", "Mood")],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("tiny", *wrong).exit_code == 1
    assert not list(tmp_path.iterdir())
