"""The build: from files to everything that pages read, in stages that run only where something changed."""

from core.build.first_start import first_start
from core.build.pipeline import build
from core.build.request import BuildResult, Request

__all__ = ["BuildResult", "Request", "build", "first_start"]
