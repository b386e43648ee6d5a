"""The house keeps its shape: imports run downwards, and nothing heavy loads before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "umap", "numba", "gensim", "sentence_transformers", "sklearn", "irspack")


def imported(path: Path) -> set[str]:
    """Dotted names imported anywhere in a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found
    return found


@pytest.mark.parametrize("path", files("core"), ids=lambda p: str(p.relative_to(ROOT)))
def test_core_knows_nothing_of_the_app(path: Path) -> None:
    names = imported(path)
    assert not any(name.split(".")[0] in ("streamlit", "ui", "pages", "app") for name in names)
    if path.name != "store.py":
        assert not any(name.split(".")[0] == "lancedb" for name in names), (
            "only core/store.py imports lancedb"
        )


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("core/datasets", ("core.spaces", "core.recommenders", "core.build", "core.atlas", "core.services")),
        ("core/spaces", ("core.build", "core.atlas", "core.services", "core.evaluation")),
        ("core/recommenders", ("core.build", "core.atlas", "core.services", "core.evaluation")),
        ("core/evaluation", ("core.build", "core.atlas", "core.services")),
    ],
)
def test_imports_run_downwards(folder: str, forbidden: tuple[str, ...]) -> None:
    for path in files(folder):
        upward = [n for n in imported(path) if n.startswith(forbidden)]
        assert not upward, f"{path.relative_to(ROOT)} imports {upward}"


def test_pages_leave_the_work_to_others() -> None:
    for path in files("pages"):
        assert not any(n.split(".")[0] in ("numpy", "pandas", "plotly", "lancedb") for n in imported(path))


def run(code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_importing_core_loads_nothing_heavy() -> None:
    modules = "core.cli, core.services, core.build, core.views, core.maps, core.jobs, core.evaluation"
    code = f"import sys, {modules}\nfrom core import recommenders, spaces\nrecommenders.names(); spaces.names()\n"
    loaded = run(code + f"print([m for m in {(*HEAVY, 'streamlit', 'lancedb')} if m in sys.modules])")
    assert loaded.strip() == "[]"


def test_no_file_is_unpickled_or_evaluated() -> None:
    for path in [*files("core"), *files("ui"), *files("pages"), ROOT / "app.py"]:
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert name not in ("eval", "exec", "execfile") or isinstance(node.func, ast.Attribute), path
                for word in node.keywords:
                    unsafe = word.arg in ("allow_pickle", "shell", "unsafe_allow_html")
                    value = isinstance(word.value, ast.Constant) and word.value.value is True
                    assert not (unsafe and value), f"{path}: {word.arg}=True"
        assert "pickle" not in imported(path)
