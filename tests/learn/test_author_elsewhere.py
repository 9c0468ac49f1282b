"""What helped in other runs, and what people say that they did."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.model.execution import Execution
from runwright.model.telemetry import execution_data, parse_execution
from tests.support.authoring import OF_WEB, START, VERIFY, Thought, book, thought, unit
from tests.support.recordings import SYSTEMD, ran, recording

FAILED_UNIT = unit("web", "failed", result="start-limit-hit")


def unwilling(**fields: Any) -> Execution:
    step = ran("start", "service.start", "failed", service="web", error="no")
    fields = {"host": SYSTEMD, "verified": None, "error_step": "start", **OF_WEB, **fields}
    return recording(step, before=FAILED_UNIT, **fields)


def healed(action: str = "unit.reset_failed", service: str = "other") -> Execution:
    """Another service, which started after something else had been done first."""
    first = ran("first", action, service=service, state_after=unit("web", result="success"))
    second = ran("start", "service.start", service="web", state_after=unit("web", "running", result="success"))
    return recording(
        first,
        second,
        before=FAILED_UNIT,
        after=unit("web", "running", result="success"),
        host=SYSTEMD,
        execution_id="exec-2",
        **OF_WEB,
    )


def test_what_stood_before_the_same_command_where_it_succeeded_is_tried_here() -> None:
    found = thought(book(START), unwilling(), healed(service="web"))
    step = found.runbook("helped elsewhere").steps[0]
    assert (step.action, step.params) == ("unit.reset_failed", {"service": "${{ params.service }}"})
    assert found.improvement.reason == "proposed: unit.reset_failed web, which helped elsewhere"


def of_cache(run: Execution) -> Execution:
    """The same, of another service."""
    text = json.dumps(execution_data(run)).replace("services.web", "services.cache").replace('"web"', '"cache"')
    return parse_execution(json.loads(text))


def test_what_helped_another_service_is_tried_for_this_one() -> None:
    step = thought(book(START), unwilling(), of_cache(healed(service="web"))).runbook("helped elsewhere").steps[0]
    assert (step.action, step.params) == ("unit.reset_failed", {"service": "${{ params.service }}"})


def test_what_runs_of_the_same_incident_did_beyond_is_tried_behind_the_last_step() -> None:
    """The service runs, and still counts its failures; another run forgave them."""
    counted = {**unit("web", "running", result="start-limit-hit"), **unit("cache", "failed", result="x")}
    run = recording(
        ran("start", "service.start", service="web", state_before=unit("web")),
        before=unit("web"),
        after=counted,
        host=SYSTEMD,
        verified=False,
        **OF_WEB,
    )
    last = VERIFY.replace('}.state": running', '}.result": success')
    found = thought(book(START, verify=last), run, healed(service="web"))
    assert [step.id for step in found.runbook("unit.reset_failed web").steps] == ["start", "reset-failed-service"]


def test_nothing_destructive_is_taken_from_elsewhere() -> None:
    assert thought(book(START), unwilling(), healed("service.stop", "web")).summaries == []


def said(text: str, where: str = "outcome") -> Thought:
    told: dict[str, Any] = {"outcome": {"status": "resolved", "what_fixed_it": text}}
    if where == "learning":
        told = {"learning": {"missing_steps": [text]}}
    return thought(book(START), unwilling(**told))


@pytest.mark.parametrize("where", ["outcome", "learning"])
@pytest.mark.parametrize("text", ["unit.reset_failed web", "systemctl reset-failed web"])
def test_a_persons_fix_that_is_a_command_of_the_catalogue_is_tried(text: str, where: str) -> None:
    step = said(text, where).runbook("unit.reset_failed").steps[0]
    assert step.params == {"service": "${{ params.service }}"}


@pytest.mark.parametrize(
    "text",
    [
        "I ran systemctl reset-failed web",
        "systemctl reset-failed web && reboot",
        "systemctl reset-failed telnetd",
        "unit.reset_failed telnetd",
        "unit.reset_failed web extra",
        "service.stop web",
        "command.run reboot",
        "host.reboot",
        "unit.reset_failed 'web; reboot'",
        "systemctl reset-failed 'unclosed",
        "systemctl reset-failed " + "w" * 300,
        "",
    ],
)
def test_words_that_are_more_than_a_confirmed_command_choose_nothing(text: str) -> None:
    assert said(text).summaries == []
