"""The examples of docs/python.md run as they stand there, and the shapes that they state are true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.build import Request, build

PAGE = Path(__file__).resolve().parent.parent / "docs" / "python.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHAPE = re.compile(r"^(?P<value>[a-z_].*?)  # \((?P<shape>[^)]*)\) (?P<dtype>[a-z]+\d*)\b", re.MULTILINE)
ASKED = ["content", "ease", "popularity", "user_vectors"]
"""The methods that the page asks; the demo is built with these alone, for two others learn for a minute."""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Path]:
    """A home of its own with the bundled films, whose slow stages are shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOVIE_ATLAS_HOME", str(tmp_path))
        patch.delenv("MOVIE_ATLAS_STORE_URI", raising=False)
        patch.setattr("core.recommenders.names", lambda: ASKED)
        build(Request("demo", spaces=("minilm",)))
        yield tmp_path


def blocks() -> Iterator[tuple[int, str]]:
    """Number of the line before each Python block, and the block."""
    text = PAGE.read_text("utf-8")
    for found in BLOCK.finditer(text):
        yield text.count("\n", 0, found.start(1)), found[1]


def check_shapes(block: str, names: dict[str, Any], sizes: dict[str, int]) -> int:
    """How many shapes a block states; all are true, and a word in them means one number on the whole page."""
    stated = list(SHAPE.finditer(block))
    for found in stated:
        value = eval(found["value"], names)
        words = [word.strip() for word in found["shape"].split(",") if word.strip()]
        assert len(words) == len(value.shape), found[0]
        assert value.dtype == np.dtype(found["dtype"]), found[0]
        for word, size in zip(words, value.shape, strict=True):
            assert size == (int(word) if word.isdigit() else sizes.setdefault(word, size)), found[0]
    return len(stated)


@pytest.mark.slow
def test_every_example_runs(demo: Path) -> None:
    names: dict[str, Any] = {}
    sizes: dict[str, int] = {}
    n_stated = 0
    for line, block in blocks():
        exec(compile("\n" * line + block, str(PAGE), "exec"), names)
        n_stated += check_shapes(block, names, sizes)
    assert n_stated >= 10
    assert sizes == {"n_items": len(names["atlas"].catalog), "n_users": names["atlas"].interactions.n_users}

    assert (names["answer"].method, len(names["answer"].items)) == ("content", 5)
    assert (names["by_ratings"].method, names["for_them"].method) == ("ease", "ease")
    assert set(names["result"].summary["method"]) == {"popularity", "content", "ease"}
    assert names["path"].is_relative_to(demo)
    assert names["own_answer"].items[0].title == "The Long Heist"
