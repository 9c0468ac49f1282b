"""Runs in the test's own process: the real runner, journal and questions, on a host in memory, with a clock by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.actions.catalogue import Host
from runwright.adapters.agent_store import AgentRecords, open_store
from runwright.agent.approve import KeptQuestions
from runwright.agent.called import called_by
from runwright.agent.carry_out import Hands
from runwright.agent.facts import FactReader
from runwright.agent.run import Runner, Started
from runwright.agent.secrets import Vault
from runwright.engine.matcher import incident_scope
from runwright.engine.params import resolve_params
from runwright.engine.state import Run
from runwright.model.execution import Execution
from runwright.model.incident import Incident
from runwright.model.runbook import Runbook
from tests.support.file_world import FileWorld
from tests.support.hand_clock import HandClock


def fact(path: str, name: str = "exists") -> str:
    """Name a fact of a file."""
    return f"files[{json.dumps(path)}].{name}"


HOST = Host("linux", "systemd")
EXECUTION = "exec-20260302-000000000001"
VERIFY = {"method": "file_check", "checks": [{"when": {fact("/fixed", "exists"): True}, "confidence": 0.9}]}


def runbook(*steps: dict[str, Any], **more: Any) -> Runbook:
    """Make a runbook of these steps; it is verified by the file /fixed."""
    data = {
        "id": "RB-LIN-FLOW-001",
        "name": "Try some steps",
        "version": 1,
        "platform": "linux",
        "incident_types": ["http_failing"],
        "steps": steps,
        "verify": VERIFY,
        **more,
    }
    return Runbook.model_validate_json(_json(data))


def mode(step: str, path: str, bits: str = "0640", **more: Any) -> dict[str, Any]:
    """Give a step that sets the mode of a file, which may be repeated."""
    return {"id": step, "action": "file.set_mode", "with": {"path": path, "mode": bits}, **more}


def program(step: str, *argv: str, **more: Any) -> dict[str, Any]:
    """Give a step that runs a program, which must not be repeated."""
    return {"id": step, "action": "command.run", "with": {"argv": list(argv)}, **more}


def fix() -> dict[str, Any]:
    """Give the step after which the verification holds."""
    return mode("fix", "/fixed", "0600")


@dataclass
class Inside:
    """A runner and what it works on."""

    runner: Runner
    world: FileWorld
    clock: HandClock
    records: AgentRecords
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def started(self, chosen: Runbook, *others: Runbook, **params: Any) -> Started:
        """Prepare a run as the agent does."""
        incident = Incident.model_validate_json(_json(INCIDENT))
        known = {other.id: other for other in others}
        called = called_by(chosen, known.get)
        given = resolve_params(chosen, params, incident_scope(incident))
        run = Run(chosen, given, incident_scope(incident), called)
        return Started(
            execution_id=EXECUTION,
            check_id="page",
            incident=incident,
            runbook=chosen,
            params=given,
            release="rules-v1",
            lock="page",
            at=self.clock.now(),
            state_before=self.runner.capture(run),
            called=called,
        )

    def run(self, chosen: Runbook, *others: Runbook, **params: Any) -> Execution:
        """Carry a run to its end."""
        return self.runner.start(self.started(chosen, *others, **params))

    def kinds(self) -> list[str]:
        """Give the kinds of the journal's lines."""
        return [line.kind for line in self.records.journal(EXECUTION)]


INCIDENT: Mapping[str, Any] = {
    "incident_id": "INC-1",
    "incident_type": "http_failing",
    "check_type": "http",
    "status": "fail",
    "resource": "page",
    "site_id": "north-valley-dental",
    "hostname": "nvdc01",
    "platform": "linux",
    "detected_at": "2026-03-02T09:00:00Z",
}


@contextmanager
def running_inside(folder: Path, world: FileWorld | None = None, clock: HandClock | None = None) -> Iterator[Inside]:
    """Open the agent's file in a folder and make a runner on it."""
    events: list[tuple[str, dict[str, Any]]] = []
    world, clock = world or FileWorld(), clock or HandClock()
    records, _ = open_store(folder, clock.now())
    with closing(records):
        yield Inside(runner_on(world, clock, records, events), world, clock, records, events)


def runner_on(
    world: FileWorld, clock: HandClock, records: AgentRecords, events: list[tuple[str, dict[str, Any]]]
) -> Runner:
    """Make a runner."""

    def emit(event: str, fields: Mapping[str, Any]) -> None:
        events.append((event, dict(fields)))

    hands = Hands(world, FactReader(world, HOST), clock, Vault(world), world)
    return Runner(hands, records, KeptQuestions(records.approvals, clock, emit), clock, emit)


def steps_of(execution: Execution) -> list[tuple[str, str]]:
    """Give each step with its outcome."""
    return [(step.step, step.outcome) for step in execution.executed_steps]


def _json(data: Any) -> str:
    return json.dumps(data)
