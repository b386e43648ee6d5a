"""The build: from files to everything that pages read, in stages that run only where something changed."""

from core.build.first_start import first_start
from core.build.pipeline import build, read_size
from core.build.plan import Plan, Planned, known_size, plan
from core.build.request import BuildResult, Request

__all__ = [
    "BuildResult",
    "Plan",
    "Planned",
    "Request",
    "build",
    "first_start",
    "known_size",
    "plan",
    "read_size",
]
