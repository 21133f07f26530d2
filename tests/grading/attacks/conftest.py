"""What the engine's own tests use, and where attacks can be tried."""

import sys

import pytest

from tests.grading.engine.conftest import grade

__all__ = ["grade"]


@pytest.fixture(autouse=True, scope="session")
def linux():
    """Try attacks only where there are walls to be had."""
    if sys.platform != "linux":
        pytest.skip("there are no walls here")
