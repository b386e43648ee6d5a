"""Fixtures of the tests of what is stored: a home for builds, as the tests of builds have it."""

from tests.build.conftest import tiny_place as tiny_place
