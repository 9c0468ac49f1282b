"""A runbook rests after a run; a newly approved version need not."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from runwright.agent.limits import held_back, lock_name
from runwright.engine.state import Run
from runwright.model.runbook import Runbook
from tests.support.hand_clock import START as NOW


class Journal:
    """A journal of which only the ends of runs are known."""

    def __init__(self, ends: dict[tuple[str, str], datetime]) -> None:
        self.ends = ends

    def lock_holder(self, lock: str) -> str | None:
        return "exec-1" if lock == "held" else None

    def last_end(self, target: tuple[str, str]) -> datetime | None:
        return self.ends.get(target)

    def begin_run(self, execution_id: str, target: tuple[str, str], at: datetime, body: str) -> None:
        raise AssertionError

    def append(self, execution_id: str, kind: str, body: str) -> None:
        raise AssertionError

    def journal(self, execution_id: str) -> tuple[()]:
        return ()

    def unfinished_runs(self) -> tuple[()]:
        return ()


def run(version: int = 1, **limits: Any) -> Run:
    data = {
        "id": "RB-LIN-SERVICE-001",
        "name": "x",
        "version": version,
        "platform": "linux",
        "incident_types": ["a"],
        "params": {"service": {"type": "string"}},
        "limits": limits,
        "steps": [{"id": "a", "action": "service.start", "with": {"service": "web"}}],
        "verify": {"method": "m", "checks": [{"when": {"services.web.state": "running"}, "confidence": 0.5}]},
    }
    return Run(Runbook.model_validate_json(json.dumps(data)), {"service": "web"})


def test_the_lock_is_named_by_the_runbook() -> None:
    assert lock_name(run(lock="${{ params.service }}"), "other") == "web"


def test_without_a_lock_the_resource_is_locked_for_this_runbook() -> None:
    assert lock_name(run(), "web") == "RB-LIN-SERVICE-001:web"


def test_a_held_lock_names_its_holder() -> None:
    assert held_back(run(), "held", Journal({}), NOW) == "run exec-1 holds the lock 'held'"


@pytest.mark.parametrize(
    ("ended", "rests"),
    [(timedelta(0), True), (timedelta(minutes=4, seconds=59), True), (timedelta(minutes=5), False)],
)
def test_a_runbook_rests_for_its_time(ended: timedelta, rests: bool) -> None:
    journal = Journal({("RB-LIN-SERVICE-001-v1", "web"): NOW - ended})
    assert (held_back(run(once_within="5m"), "web", journal, NOW) is not None) is rests


def test_a_new_version_may_run_at_once() -> None:
    journal = Journal({("RB-LIN-SERVICE-001-v1", "web"): NOW})
    assert held_back(run(2, once_within="5m"), "web", journal, NOW) is None


def test_a_clock_set_back_by_years_does_not_hold_a_runbook_back() -> None:
    journal = Journal({("RB-LIN-SERVICE-001-v1", "web"): NOW + timedelta(days=900)})
    assert held_back(run(once_within="5m"), "web", journal, NOW) is None


def test_without_a_limit_nothing_is_held_back() -> None:
    journal = Journal({("RB-LIN-SERVICE-001-v1", "web"): NOW})
    assert held_back(run(), "web", journal, NOW) is None
