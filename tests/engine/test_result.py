"""What a run came to: the verification decides, and the Execution tells it whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from runwright.engine.exchange import Acted, Answer, Decided
from runwright.engine.result import Circumstances, execution_of, result_of
from runwright.model.incident import Incident
from runwright.model.telemetry import execution_data, parse_execution
from tests.support.stepping import BAD, NO, OK, OPEN, YES, after, started

MOMENT = datetime(2026, 1, 27, 4, 0, tzinfo=UTC)
INCIDENT = Incident(
    incident_id="INC-1", incident_type="service_stopped", check_type="service", status="fail", resource="web",
    site_id="north", client_id="acme", hostname="h1", detected_at=MOMENT,
)  # fmt: skip
ESCALATE = {"id": "a", "on_failure": "escalate"}
CONTINUE = {"id": "a", "on_failure": "continue"}


@pytest.mark.parametrize(
    ("step", "answers", "status", "verified", "success"),
    [
        ({"id": "a"}, [OK, YES], "success", True, True),
        ({"id": "a"}, [OK, NO], "failure", False, False),
        ({"id": "a"}, [OK, OPEN], "partial", None, False),
        ({"id": "a"}, [BAD, NO], "failure", False, False),
        ({"id": "a"}, [BAD, OPEN], "failure", None, False),
        ({"id": "a"}, [BAD, YES], "partial", True, False),
        (ESCALATE, [BAD, YES], "escalated", True, False),
        (ESCALATE, [BAD, NO], "escalated", False, False),
        (CONTINUE, [BAD, YES], "success", True, True),
        (CONTINUE, [BAD, NO], "failure", False, False),
    ],
)
def test_no_error_is_never_taken_for_success(
    step: dict[str, object], answers: list[Answer], status: str, verified: bool | None, success: bool
) -> None:
    result = result_of(after(started(step), answers))
    assert (result.status, result.verified, result.success) == (status, verified, success)
    assert result.method == "look"
    assert (result.error_message is None) is success


@pytest.mark.parametrize(
    ("values", "verified", "confidence"),
    [
        ([True, True], True, 0.4), ([True, False], False, 0.0), ([True, None], None, 0.0), ([None, False], False, 0.0),
        ([False, None], False, 0.0), ([None, None], None, 0.0),
    ],
)  # fmt: skip
def test_all_signals_must_agree_and_the_weakest_gives_the_confidence(
    values: list[bool | None], verified: bool | None, confidence: float
) -> None:
    checks = [{"when": {"x": 1}, "confidence": 0.9}, {"when": {"y": 1}, "confidence": 0.4}]
    state = after(
        started(verify={"method": "look", "checks": checks}), [OK, *(Decided(value=value) for value in values)]
    )
    result = result_of(state)
    assert (result.verified, result.confidence) == (verified, confidence)


def test_an_execution_tells_the_whole_run_and_reads_back() -> None:
    acted = Acted(
        success=True,
        exit_code=0,
        output="started",
        started_at=MOMENT,
        duration=1.25,
        state_before={"x": 1},
        state_after={"x": 2},
    )
    done = after(started({"id": "a", "name": "First"}), [acted, Decided(value=True, duration=0.5)])
    about = Circumstances("exec-1", INCIDENT, MOMENT, level="L2", release="rules-v7")
    execution = execution_of(done, about, {"a": 1, "b": 1}, {"a": 2, "b": 1})
    assert parse_execution(execution_data(execution)) == execution
    assert (execution.status, execution.success, execution.verification_passed, execution.confidence) == (
        "success",
        True,
        True,
        0.9,
    )
    assert (execution.runbook_id, execution.runbook_version, execution.release) == ("RB-LIN-X-1", 1, "rules-v7")
    assert (execution.incident_id, execution.site_id, execution.client_id, execution.hostname) == (
        "INC-1",
        "north",
        "acme",
        "h1",
    )
    assert execution.resolution_level == "L2"
    assert execution.completed_at == MOMENT + timedelta(seconds=1.75)
    assert execution.state_diff.changed_keys == ("a",)
    (step,) = execution.executed_steps
    assert (step.step, step.name, step.action, step.outcome) == ("a", "First", "service.start", "success")
    assert (step.params, step.output, step.state_before, step.state_after) == (
        {"service": "web"},
        "started",
        {"x": 1},
        {"x": 2},
    )
    assert execution.outcome is not None
    assert (execution.outcome.status, execution.outcome.resolved_by) == ("resolved", "RB-LIN-X-1-v1")


def test_a_host_that_was_healthy_already_was_not_healed_by_the_runbook() -> None:
    done = after(started(precheck={"healthy": {"fine": True}}), [YES, YES])
    execution = execution_of(done, Circumstances("e", INCIDENT, MOMENT), {}, {})
    assert execution.outcome is not None
    assert execution.outcome.resolved_by == "already_healthy"
    assert execution.executed_steps == ()


def test_a_failed_run_names_its_step_and_the_reason() -> None:
    execution = execution_of(after(started(), [BAD, NO]), Circumstances("e", INCIDENT, MOMENT), {}, {})
    assert (execution.status, execution.error_step, execution.error_message) == ("failure", "a", "it broke")
    assert execution.outcome is not None
    assert (execution.outcome.status, execution.outcome.playbook_sufficient) == ("unresolved", False)


def test_a_run_that_was_never_verified_says_so() -> None:
    done = after(started(precheck={"unsafe": {"full": True}}), [YES])
    execution = execution_of(done, Circumstances("e", INCIDENT, MOMENT), {}, {})
    assert (execution.verification_method, execution.verification_passed, execution.confidence) == (
        "not_run",
        None,
        0.0,
    )
    assert parse_execution(execution_data(execution)) == execution
