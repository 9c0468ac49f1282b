"""One service for the tests that only ask; a fresh one for those that kill it or look at everything it did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import service_site
from tests.support.model_answers import good_draft
from tests.support.model_server import ModelServer, model_server
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


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model that drafts well."""
    with model_server(otherwise=good_draft()) as running:
        yield running


@pytest.fixture
def asking(tmp_path: Path, model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service that asks it."""
    plain = service_site.environment
    monkeypatch.setattr(service_site, "environment", lambda: {**plain(), **model.environment})
    made = make_service(tmp_path)
    made.start()
    yield made
    made.close()
