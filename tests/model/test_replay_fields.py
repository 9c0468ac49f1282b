"""The fields that replay lives on: optional, checked, and never more certain than what the agent says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.errors import ContentError
from runwright.model.execution import Attempt
from runwright.model.telemetry import canonical, execution_data, parse_execution

OLDER: dict[str, Any] = {
    "execution_id": "exec-20251110-0001",
    "runbook_id": "RB-LIN-SERVICE-001",
    "status": "failure",
    "verification_method": "service_status_check",
    "verification_passed": False,
    "executed_steps": [
        {
            "step": "start",
            "action": "service.start",
            "outcome": "failed",
            "attempts": [{"offset": 0.0, "duration": 1.0, "outcome": "failed"}],
        }
    ],
}


def test_an_execution_of_an_older_agent_has_none_of_them_and_is_read() -> None:
    execution = parse_execution(OLDER)
    (step,) = execution.executed_steps
    assert (execution.verification_facts, execution.verification_unread, step.unread) == ({}, (), ())
    assert step.attempts == (Attempt(offset=0.0, duration=1.0, outcome="failed"),)
    (attempt,) = step.attempts
    assert (attempt.exit_code, attempt.error, attempt.timed_out) == (None, "", False)


def test_what_a_newer_agent_says_is_kept_as_it_is() -> None:
    attempt = {"offset": 0.0, "duration": 1.0, "outcome": "failed", "exit_code": 7, "error": "no", "timed_out": True}
    step = {**OLDER["executed_steps"][0], "attempts": [attempt], "unread": ["services.db.state"]}
    said = {"verification_facts": {"services.web.state": "failed"}, "verification_unread": ['disks["/"].used_percent']}
    execution = parse_execution({**OLDER, **said, "executed_steps": [step]})
    data = execution_data(execution)
    assert (data["executed_steps"][0]["attempts"], data["executed_steps"][0]["unread"]) == ([attempt], step["unread"])
    assert said.items() <= data.items()
    assert canonical(execution_data(parse_execution(data))) == canonical(data)


def test_nested_facts_of_a_verification_are_written_by_their_path() -> None:
    said = {"services": {"web": {"state": "failed"}}}
    assert parse_execution({**OLDER, "verification_facts": said}).verification_facts == {"services.web.state": "failed"}


@pytest.mark.parametrize("passed", [True, False, None])
def test_a_verification_that_was_not_run_is_null_whatever_the_field_and_the_facts_say(passed: bool | None) -> None:
    raw = {**OLDER, "verification_method": "not_run", "verification_passed": passed}
    raw["verification_facts"] = {"services.web.state": "running"}
    execution = parse_execution(raw)
    assert execution.verification_passed is None
    assert execution_data(execution)["verification_passed"] is None
    assert json.loads(execution.model_dump_json(by_alias=True))["verification_passed"] is None


WRONG = {
    "$.verification_facts": {"verification_facts": ["services.web.state"]},
    "$.verification_unread": {"verification_unread": "services.web.state"},
    "$.executed_steps[0].unread[0]": {"executed_steps": [{**OLDER["executed_steps"][0], "unread": [1]}]},
    "$.executed_steps[0].attempts[0].exit_code": {
        "executed_steps": [
            {
                **OLDER["executed_steps"][0],
                "attempts": [{"offset": 0.0, "outcome": "failed", "exit_code": "one"}],
            }
        ]
    },
    "$.executed_steps[0].attempts[0].timed_out": {
        "executed_steps": [
            {**OLDER["executed_steps"][0], "attempts": [{"offset": 0.0, "outcome": "failed", "timed_out": "no"}]}
        ]
    },
}


@pytest.mark.parametrize("place", WRONG)
def test_a_field_of_another_type_is_refused_with_its_place(place: str) -> None:
    with pytest.raises(ContentError) as refused:
        parse_execution({**OLDER, **WRONG[place]})
    assert refused.value.message.startswith(f"{place}:")
