"""A change is compared with what main would do now, not only with what was recorded long ago."""

from __future__ import annotations

from typing import Any

from runwright.model.runbook import Runbook
from runwright.model.telemetry import parse_execution
from runwright.replay.judging import Pair, judge
from tests.support.service_site import failed_run

PLAIN: dict[str, Any] = {
    "id": "RB-LIN-SERVICE-001",
    "name": "Start a stopped service",
    "version": 1,
    "platform": "linux",
    "incident_types": ["service_stopped"],
    "params": {"service": {"type": "string"}},
    "steps": [{"id": "start", "action": "service.start", "with": {"service": "${{ params.service }}"}}],
    "verify": {
        "method": "service_status_check",
        "checks": [{"when": {"services.${{ params.service }}.state": "running"}, "confidence": 0.9}],
    },
}
DATABASE = {"id": "first", "action": "service.start", "with": {"service": "records-db"}}


def runbook(*first: dict[str, Any], **more: Any) -> Runbook:
    import json

    return Runbook.model_validate_json(json.dumps({**PLAIN, "steps": [*first, *PLAIN["steps"]], **more}))


def verdict(base: Runbook, head: Runbook) -> str:
    return judge(Pair(base, head), parse_execution(failed_run())).verdict


def test_undoing_a_fix_is_a_regression_although_the_recorded_run_failed() -> None:
    assert verdict(runbook(DATABASE), runbook(version=3)) == "regressed"


def test_a_change_beside_a_fix_that_main_has_already_is_no_fix() -> None:
    assert verdict(runbook(DATABASE), runbook(DATABASE, name="In other words")) == "unchanged"


def test_the_fix_itself_is_one() -> None:
    assert verdict(runbook(), runbook(DATABASE, version=2)) == "fixed"
