"""Where films come from: the registry of sources, and loading one by its name."""

from core.datasets.base import Source
from core.datasets.registry import FIRST, SOURCES, bundled_folder, identify, input_files, load, source

__all__ = ["FIRST", "SOURCES", "Source", "bundled_folder", "identify", "input_files", "load", "source"]
