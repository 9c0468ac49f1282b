"""The repository's own library, and failures of its runbooks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runwright.corpus.corpus import Corpus, read_corpus
from runwright.learn.improve import Improvement, improve
from runwright.model.execution import Execution
from tests.support.recordings import ran, recording, service

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2025, 11, 10, 14, 35, 25, 123456, tzinfo=UTC)
DOWN = {**service("appointments-web", "stopped", "records-db"), **service("records-db", "stopped")}


def library(**more: bytes) -> Corpus:
    """The runbooks and rules of this repository, and other files."""
    files = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for folder in ("runbooks", "rules")
        for path in sorted((ROOT / folder).rglob("*.yaml"))
    }
    return read_corpus({**files, **more})


def failure(before: dict[str, Any] | None = None, **fields: Any) -> Execution:
    """The web service did not start, because its database did not run."""
    facts = DOWN if before is None else before
    error = fields.pop("error", "appointments-web: ERROR (spawn error)")
    step = ran("start", "service.start", "failed", service="appointments-web", error=error, state_after=facts)
    told = {
        "execution_id": "exec-20251110-0001",
        "incident_type": "service_stopped",
        "site_id": "north-valley",
        "params": {"service": "appointments-web"},
        "error_step": "start",
        "error_message": error,
        **fields,
    }
    return recording(step, before=facts, verified=False, **told)


def improved(execution: Execution, corpus: Corpus | None = None, seen: int = 1) -> Improvement:
    """Think a failure through on the library."""
    return improve(execution, corpus or library(), NOW, seen)
