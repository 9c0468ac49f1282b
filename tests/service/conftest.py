"""One service for the tests that only ask; a fresh one for those that kill it or look at everything it did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.service_site import Service, make_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = make_service(tmp_path_factory.mktemp("service"))
    made.start()
    yield made
    made.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Service]:
    made = make_service(tmp_path)
    made.start()
    yield made
    made.close()
