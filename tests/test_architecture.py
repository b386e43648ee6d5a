"""The house keeps its shape. That imports run downwards is said in pyproject.toml and checked by import-linter."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "torch",
    "umap",
    "numba",
    "gensim",
    "sentence_transformers",
    "sklearn",
    "irspack",
    "streamlit",
    "lancedb",
    "ray",
    "lance_ray",
)
LONGEST_FILE, LONGEST_CLASS = 300, 150
"""Lines. What is longer is more than one thing, or says here why it is not."""


def files(*folders: str) -> list[Path]:
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    assert found
    return found


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_importing_core_loads_nothing_heavy() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in files("core")
        if path.name != "__main__.py"
    ]
    code = f"import importlib, sys\nfor name in {modules}: importlib.import_module(name)\n"
    ended = run(sys.executable, "-c", code + f"print([m for m in {HEAVY} if m in sys.modules])")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "[]"


@pytest.mark.parametrize("path", files("core", "ui", "pages"), ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_classes_are_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_CLASS, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", files("core"), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_packages_face_says_what_it_offers_and_defines_nothing(path: Path) -> None:
    if path.name != "__init__.py" or path.parent.name == "core":
        return
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert len(text.splitlines()) <= 40
    for node in tree.body[1:]:
        is_all = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        assert is_all or isinstance(node, ast.ImportFrom), ast.unparse(node)


def test_one_name_stands_for_one_class() -> None:
    """Two public classes of one name make a reader look in the wrong file."""
    places: dict[str, list[str]] = {}
    for path in files("core"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_private_names_stay_in_their_file() -> None:
    for path in files("core", "ui", "pages"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level:
                private = [alias.name for alias in node.names if re.match(r"_[a-zA-Z]", alias.name)]
                assert not private, f"{path.relative_to(ROOT)} imports {private}"


def test_environment_variables_of_ours_are_read_in_one_place() -> None:
    for path in files("core", "ui", "pages"):
        if path.name != "settings.py":
            assert not re.search(r"environ.*MOVIE_|getenv.*MOVIE_", path.read_text("utf-8")), path


def test_no_file_is_unpickled_or_evaluated() -> None:
    for path in [*files("core", "ui", "pages"), ROOT / "app.py"]:
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert name not in ("eval", "exec", "execfile") or isinstance(node.func, ast.Attribute), path
                for word in node.keywords:
                    unsafe = word.arg in ("allow_pickle", "shell", "unsafe_allow_html")
                    value = isinstance(word.value, ast.Constant) and word.value.value is True
                    assert not (unsafe and value), f"{path}: {word.arg}=True"
