"""Tables that somebody may take away hold nothing that a spreadsheet would run, wherever they come from."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WRITERS = {"core/exploration/downloads.py": "to_csv", "core/histories/left_films.py": "csv.writer"}
"""Where CSV is written for people: through `core.text.csv_safe`, which tests of these files hold."""
MAKERS = ("as_csv(", "answer_csv(", "left_table(")


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def test_every_table_on_a_page_is_safe_to_take_away() -> None:
    """A page's tables have a button of Streamlit's own that makes a file of them."""
    found = [(path, call) for path in sources("ui", "pages") for call in calls(path, "dataframe")]
    assert len(found) > 5
    for path, call in found:
        shown = call.args[0]
        assert isinstance(shown, ast.Call), path
        assert ast.unparse(shown.func) == "safe_cells", f"{path}: {ast.unparse(shown)}"


def test_every_file_to_take_away_is_made_in_one_of_few_places() -> None:
    found = [(path, call) for path in sources("ui", "pages") for call in calls(path, "download_button")]
    tables = [(path, ast.unparse(call)) for path, call in found if "text/csv" in ast.unparse(call)]
    assert len(tables) >= 4
    for path, text in tables:
        assert any(maker in text for maker in MAKERS), path


@pytest.mark.parametrize("way", ["to_csv", "csv.writer", "DictWriter", "to_excel"])
def test_nobody_else_writes_csv(way: str) -> None:
    writing = {
        path.relative_to(ROOT).as_posix()
        for path in sources("core", "ui", "pages")
        if f"{way}(" in path.read_text("utf-8")
    }
    assert writing == {path for path, used in WRITERS.items() if used == way}
