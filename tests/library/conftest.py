"""A booted machine for each test that asks for one; what a test breaks in it is gone with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.machine import Machine, booted


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine that has just booted."""
    with booted(tmp_path) as machine:
        yield machine
