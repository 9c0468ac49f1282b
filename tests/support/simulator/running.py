"""Runs of the engine on a host, told as an agent tells them; how much of the facts is told is up to the caller."""

from __future__ import annotations

import copy
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runwright.actions.action import Result, Variant
from runwright.actions.binding import ANY, needs_of, reads_of
from runwright.actions.catalogue import ACTIONS, find, variant
from runwright.actions.catalogue import Host as HostKind
from runwright.agent import wanted
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
    Request,
    Together,
)
from runwright.engine.params import resolve_params
from runwright.engine.result import Circumstances, execution_of, result_of
from runwright.engine.state import Run, State
from runwright.engine.stepper import advance, begin, request
from runwright.errors import ContentError
from runwright.model.condition import UNKNOWN, evaluate
from runwright.model.execution import Execution
from runwright.model.incident import Incident
from runwright.model.path import Path, concrete_path, str_path
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data, parse_execution
from tests.support.simulator import programs, services, settings, things
from tests.support.simulator.deed import Deed, Done
from tests.support.simulator.host import Host

AT = datetime(2026, 11, 10, 14, 0, tzinfo=UTC)
DEEDS: Mapping[str, Deed] = {**services.DEEDS, **things.DEEDS, **programs.DEEDS, **settings.DEEDS}
_QUICK, _SLOW = (0.25, 0.5, 1.0), (0.5, 1.0, 1.0, 2.0, 5.0, 20.0)
_CHECKS_THAT_DRAG = 0.1
_CUT_OFF = Done(-1, "", "cut off", timed_out=True)
RESOURCE = "web"


@dataclass(frozen=True)
class Came:
    """What a run came to."""

    success: bool
    execution: Execution
    """With every fact of the host told at its start and its end."""
    asked: frozenset[str]
    """Those of them that an agent looks at by itself, because the runbook has to do with them."""


@dataclass
class Agent:
    """Answers the engine on a host that changes as it is told."""

    host: Host

    @property
    def kind(self) -> HostKind:
        """The host as the catalogue sees it."""
        return HostKind("linux", self.host.manager)

    def answer(self, asked: Request) -> Answer:
        """Answer one request."""
        if isinstance(asked, Act):
            return self._act(asked)
        if isinstance(asked, Together):
            return self._together(asked)
        if isinstance(asked, Decide):
            return self._decide(asked)
        if isinstance(asked, Pause):
            self.host.pass_time(asked.seconds)
            return Paused(duration=asked.seconds)
        assert isinstance(asked, Ask)
        self.host.pass_time(5.0)
        return Answered(value=self.host.approves, by="operator", duration=5.0)

    def state(self, paths: Iterable[Path]) -> dict[str, Any]:
        """What the host says of some facts now, and what it is."""
        facts = self.host.facts()
        keys = sorted(str_path(path) for path in paths)
        platform = {key: value for key, value in facts.items() if _is_platform(key)}
        return {**platform, **{key: facts[key] for key in keys if key in facts}}

    def lookup(self, path: Path) -> Any:
        """One fact, as conditions look it up."""
        return self.host.facts().get(str_path(path), UNKNOWN)

    def _decide(self, asked: Decide) -> Decided:
        facts = self.host.facts()
        named = {str_path(path) for path in wanted.of_condition(asked.condition, {})}
        value = evaluate(asked.condition, lambda path: facts.get(str_path(path), UNKNOWN))
        return Decided(value=value, facts={key: facts[key] for key in sorted(named & facts.keys())})

    def _act(self, act: Act) -> Acted:
        before = self._captured(act)
        return self._acted(act, before)

    def _together(self, asked: Together) -> ActedTogether:
        """All are looked at before, then carried out in an order that only the host knows."""
        before = {act.step: self._captured(act) for act in asked.acts}
        began = self.host.clock
        order = sorted(asked.acts, key=lambda act: self.host.chance("order", act.action, sorted(map(str, act.params))))
        answers = {act.step: self._acted(act, before[act.step]) for act in order}
        return ActedTogether(
            answers=tuple(answers[act.step] for act in asked.acts), duration=round(self.host.clock - began, 3)
        )

    def _acted(self, act: Act, before: dict[str, Any]) -> Acted:
        chosen = self._variant(act)
        if chosen is None:
            return Acted(success=False, error="this host has no way for it", started_at=AT, state_before=before)
        began, done = self.host.clock, self._done(act)
        told = Result(None if done.timed_out else done.code, done.output, done.error, done.timed_out)
        reading = chosen.read(told, act.success_codes)
        after = self._captured(act) if reading.success else {**self._captured(act), **self._probe(act, chosen)}
        return Acted(
            success=reading.success,
            exit_code=told.exit_code,
            output=told.output,
            error=reading.error,
            timed_out=done.timed_out,
            started_at=AT,
            duration=round(self.host.clock - began, 3),
            state_before=before,
            state_after=after,
        )

    def _done(self, act: Act) -> Done:
        """Carry it out; what is cut off by its limit may have had its effect or not."""
        deed, host = DEEDS[act.action], self.host
        lasts = 0.0 if act.action.startswith("wait.") else self._lasts(act)
        if lasts > act.timeout_seconds:
            if host.chance("cut off", act.action, str(act.params)) < 0.5:
                deed(host, act.params)
            host.pass_time(act.timeout_seconds)
            return _CUT_OFF
        host.patience = act.timeout_seconds
        done = deed(host, act.params)
        host.pass_time(min(lasts + done.extra, act.timeout_seconds))
        return done if lasts + done.extra <= act.timeout_seconds else _CUT_OFF

    def _lasts(self, act: Act) -> float:
        drawn = self.host.chance("lasts", act.action, json.dumps(act.params, sort_keys=True))
        if ACTIONS[act.action].check:
            return 8.0 if self.host.slow and drawn < _CHECKS_THAT_DRAG else 0.25
        quick = not self.host.slow or act.action.startswith(("file.", "made.", "unit."))
        among = _QUICK if quick else _SLOW
        return among[int(drawn * len(among))]

    def _variant(self, act: Act) -> Variant | None:
        try:
            return variant(find(act.action), self.kind)
        except ContentError:
            return None

    def _captured(self, act: Act) -> dict[str, Any]:
        chosen = self._variant(act)
        paths = wanted.of_action(chosen.model, act.params, self.lookup) if chosen else frozenset()
        return self.state(paths | wanted.of_declared(act.declared))

    def _probe(self, act: Act, chosen: Variant) -> dict[str, Any]:
        """After a failure: all of the services that the action is about, and of those that they require."""
        model, lookup = chosen.model, self.lookup
        read = reads_of(model, act.params, lookup) | {
            path for need in needs_of(model, act.params, lookup) if ANY not in (path := _plain(need.test.path))
        }
        names = {path[1] for path in read if path[0] == "services" and path[1] != ANY}
        names |= {other for name in names for other in _list(self.lookup(("services", name, "requires")))}
        keys = (key for key in self.host.facts() if key.startswith("services."))
        return self.state(path for path in map(concrete_path, keys) if path[1] in names)


def carry_out(runbook: Runbook, host: Host, called: Mapping[str, Runbook], name: str) -> Came:
    """Let the engine run a runbook on a copy of the host, to its end."""
    agent = Agent(copy.deepcopy(host))
    incident = {"resource": RESOURCE}
    run = Run(runbook, resolve_params(runbook, {}, incident), incident, called)
    asked = frozenset(map(str_path, wanted.of_run(run, agent.kind, agent.lookup)))
    before = agent.host.facts()
    state = finished(begin(run), agent)
    execution = execution_of(state, Circumstances(name, _INCIDENT, AT), before, agent.host.facts())
    return Came(result_of(state).success, execution, asked)


def finished(state: State, agent: Agent) -> State:
    """Answer all that the engine asks, to the end."""
    while not isinstance(asked := request(state), Finish):
        state = advance(state, agent.answer(asked))
    return state


@dataclass(frozen=True)
class Telling:
    """How much an agent tells of what it could."""

    rate: float
    """The share of the facts that it sees."""
    only_asked: bool = False
    """It tells of the host's start and end only what the runbook has to do with."""

    def __str__(self) -> str:
        return "as agents do" if self.only_asked else f"{self.rate:.0%}"


def told_in_part(came: Came, telling: Telling, by: str) -> Execution:
    """The same run, told by an agent that sees only a share of the facts.

    `by` name: what it does not see it never sees. `by` moment: it misses a fact now and then.
    """
    data = json.loads(canonical(execution_data(came.execution)))
    loss = _Loss(telling.rate, by, came.execution.execution_id)
    for place in (data, *data.get("executed_steps", ())):
        for key in _TOLD:
            if key in place:
                place[key] = loss.of(place[key])
    for key in ("state_before", "state_after") if telling.only_asked else ():
        data[key] = {path: value for path, value in data[key].items() if path in came.asked or _is_platform(path)}
    data.pop("state_diff", None)
    return parse_execution(data)


_TOLD = ("state_before", "state_after", "facts", "verification_facts")


@dataclass
class _Loss:
    rate: float
    by: str
    salt: str
    moment: int = 0

    def of(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        self.moment += 1
        return {key: value for key, value in facts.items() if _is_platform(key) or self._sees(key)}

    def _sees(self, key: str) -> bool:
        at = self.moment if self.by == "moment" else 0
        return zlib.crc32(f"{self.salt}/{key}/{at}".encode()) / 2**32 < self.rate


def _is_platform(key: str) -> bool:
    return key.startswith("platform.")


def _plain(path: Iterable[Any]) -> Path:
    return tuple(str(part) for part in path)


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else []


_INCIDENT = Incident(
    incident_id="INC-1",
    incident_type="service_stopped",
    check_type="service",
    status="fail",
    site_id="north",
    hostname="host-1",
    platform="linux",
    detected_at=AT,
)
