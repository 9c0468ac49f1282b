"""A make-believe host of three services: plays a run on it and gives the Execution that an agent would send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from runwright.engine.exchange import (
    Act,
    Acted,
    ActedTogether,
    Answer,
    Answered,
    Ask,
    Decide,
    Decided,
    Finish,
    Pause,
    Paused,
    Together,
)
from runwright.engine.result import Circumstances, execution_of
from runwright.engine.state import Run
from runwright.engine.stepper import advance, begin, request
from runwright.model.condition import UNKNOWN, concrete, evaluate, tests
from runwright.model.execution import Execution
from runwright.model.incident import Incident
from runwright.model.path import str_path
from runwright.model.runbook import Runbook

NAMES = ("web", "db", "cache")
AT = datetime(2026, 11, 10, 14, 0, tzinfo=UTC)


@dataclass
class Host:
    """Services that start unless they are broken, or something that they require does not run."""

    states: dict[str, str]
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    approves: bool = True

    def facts(self, *names: str) -> dict[str, Any]:
        """What is known of some services, and of those that they require."""
        found: dict[str, Any] = {"platform.os": "linux", "platform.service_manager": "supervisor"}
        for name in (*names, *(other for one in names for other in self.requires.get(one, ()))):
            prefix = f"services.{name}"
            found |= {f"{prefix}.state": self.states[name], f"{prefix}.known": True}
            found[f"{prefix}.requires"] = list(self.requires.get(name, ()))
        return found

    def answer(self, asked: Any) -> Answer:
        """Answer one request, and change accordingly."""
        if isinstance(asked, Act):
            return self._act(asked)
        if isinstance(asked, Together):
            return ActedTogether(answers=tuple(map(self._act, asked.acts)), duration=1.0)
        if isinstance(asked, Ask):
            return Answered(value=self.approves, by="operator", duration=1.0)
        if isinstance(asked, Pause):
            return Paused(duration=asked.seconds)
        assert isinstance(asked, Decide)
        everything = self.facts(*NAMES)
        named = {str_path(concrete(test)) for test in tests(asked.condition)}
        looked = {key: everything[key] for key in sorted(named & everything.keys())}
        value = evaluate(asked.condition, lambda path: everything.get(str_path(path), UNKNOWN))
        return Decided(value=value, facts=looked)

    def _act(self, act: Act) -> Acted:
        name, wanted = str(act.params["service"]), "running" if act.action == "service.start" else "stopped"
        before = self.facts(name)
        needs = all(self.states[other] == "running" for other in self.requires.get(name, ()))
        success = wanted == "stopped" or (name not in self.broken and needs)
        if success:
            self.states[name] = wanted
        told = {"state_before": before, "state_after": self.facts(name), "started_at": AT, "duration": 1.0}
        error = "" if success else f"{name}: ERROR (spawn error)"
        return Acted.model_validate({"success": success, "exit_code": int(not success), "error": error, **told})


def play(runbook: Runbook, host: Host, called: Mapping[str, Runbook] | None = None, name: str = "exec-1") -> Execution:
    """Carry a runbook out on the host, to its end."""
    before = host.facts(*NAMES)
    state = begin(Run(runbook, {}, {"resource": "web"}, called or {}))
    while not isinstance(asked := request(state), Finish):
        state = advance(state, host.answer(asked))
    incident = Incident(
        incident_id="INC-1",
        incident_type="service_stopped",
        check_type="service",
        status="fail",
        site_id="north",
        hostname="host-1",
        platform="linux",
        detected_at=AT,
    )
    return execution_of(state, Circumstances(name, incident, AT), before, host.facts(*NAMES))
