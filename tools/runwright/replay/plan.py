"""A plan: what a runbook does in a run where everything goes as it should, with that run's values in their places.

Only a runbook that is a plain row of actions, waits and assertions has one; for any other, and for values that do not
fit, there is none, and the engine has to be asked. What a recording says of a plan is left to `unchanged`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.engine.acting import SHORTEST_SECONDS, act_of
from runwright.engine.deciding import bound, settled
from runwright.engine.exchange import Act
from runwright.engine.prepared import prepared
from runwright.engine.state import ENDLESS, Run, first
from runwright.engine.waiting import WAIT
from runwright.errors import ContentError
from runwright.model.condition import UNKNOWN, Condition, Truth, concrete, describe, evaluate, tests
from runwright.model.execution import Execution
from runwright.model.fields import Facts
from runwright.model.insertion import ROOTS, MissingValue, Scope
from runwright.model.path import Path, concrete_path, str_path
from runwright.model.remembered import Remembered
from runwright.model.runbook import Runbook
from runwright.model.secret import SCHEME
from runwright.model.step import Step
from runwright.model.walk import used_steps
from runwright.replay.beginning import INCIDENT, run_of, wanted_of_incident
from runwright.replay.models import key_of

PLAIN = ("action", "wait_until", "assert")
"""The kinds of steps that a plan can hold."""
MAX_RUNBOOKS, MAX_VALUES = 512, 256


class NotPlainError(Exception):
    """Something that no plan can say."""


@dataclass(frozen=True, slots=True)
class Look:
    """A condition with the values of a run, and the facts that it looks at."""

    condition: Condition
    names: Mapping[Path, str]
    words: str

    def says(self, facts: Facts) -> Truth:
        """What these facts alone say; None too where one is missing, or is written in a way of its own."""
        if dict in map(type, facts.values()) or not all(map(is_canonical, facts)):
            return None
        return evaluate(self.condition, lambda path: facts.get(self.names[path], UNKNOWN))

    def all_in(self, facts: Facts) -> bool:
        """Whether every fact that it looks at is among these."""
        return bool(self.names) and all(name in facts for name in self.names.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a plan."""

    name: str
    verb: str
    acts: bool
    """Whether it carries something out; else it waits or asserts."""
    params: Mapping[str, Any]
    texts: bool
    """All parameters are texts, so that equal ones are the same ones."""
    key: str
    run_as: str | None
    limit: float
    """Seconds that it may take."""
    codes: frozenset[int]
    look: Look | None
    destructive: bool
    undoes: bool
    """Something takes it back where the run fails."""
    goes_on: bool = False
    """A failure does not stop the run, so what it looks at guards nothing."""
    told: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What is said of it where the recorded step of the same name answers."""
    act: Act | None = field(default=None, compare=False)
    """What it asks for; None of what carries nothing out."""

    tried_again: bool = False
    """It is tried again where it fails."""

    straight: bool = False
    """The engine only asks for it: nothing stands before it, nothing takes it back, and it looks like no secret."""

    def act_within(self, left: float) -> Act:
        """What it asks for where the run may take so many seconds more."""
        if self.act is None:
            raise RuntimeError(f"step {self.name} carries nothing out")
        if self.limit <= left:
            return self.act
        return self.act.model_copy(update={"timeout_seconds": max(SHORTEST_SECONDS, left)})


@dataclass(frozen=True, slots=True)
class Plan:
    """A plain runbook with the values of one run."""

    lines: tuple[Line, ...]
    healthy: Look | None
    unsafe: Look | None
    limit: float
    """Seconds that the whole run may take."""

    destroys: bool
    """Whether anything in it is destructive."""
    looks: bool
    """Whether any of its steps looks at facts."""
    waits: tuple[Step, ...]
    """The steps that carry nothing out."""


class _Plans:
    """The plans of one runbook, by the values that a run gives to it."""

    def __init__(self, runbook: Runbook) -> None:
        self.runbook, self.plain = runbook, _is_plain(runbook)
        self.names = tuple(runbook.params)
        self.of_incident = bool(wanted_of_incident(runbook))
        self._known: dict[Any, Plan | None] = {}

    def plan(self, recording: Execution) -> Plan | None:
        key = self._key(vars(recording)) if self.plain else None
        if key is None:
            return None
        if key in self._known:
            return self._known[key]
        return self._keep(key, _plan(self.runbook, recording))

    def known(self, data: Mapping[str, Any]) -> Plan | None:
        key = self._key(data) if self.plain else None
        return self._known.get(key) if key is not None else None

    def _key(self, data: Mapping[str, Any]) -> Any:
        """The values that decide what is done, 1 apart from true; None where one holds others, for that is no key."""
        values = list(map(data["params"].get, self.names))
        if self.of_incident or None in values:
            if data.get("incident") is not None:
                return None  # what the check saw decides too, and is too much for a key
            values += [data.get(name) for name in INCIDENT]
        types = tuple(map(type, values))
        return None if list in types or dict in types else (tuple(values), types)

    def _keep(self, key: Any, plan: Plan | None) -> Plan | None:
        if len(self._known) >= MAX_VALUES:
            self._known.clear()
        self._known[key] = plan
        return plan


_plans = Remembered(_Plans, MAX_RUNBOOKS)


def plan_of(runbook: Runbook, recording: Execution) -> Plan | None:
    """The plan of a runbook for the run that was recorded; None where it has none."""
    return _plans(runbook).plan(recording)


def known_plan(runbook: Runbook, data: Mapping[str, Any]) -> Plan | None:
    """The same for the JSON data of a recording, where a run with the same values was looked at before."""
    return _plans(runbook).known(data)


@lru_cache(maxsize=16384)
def is_canonical(name: str) -> bool:
    """Whether a fact's name is written as every tool writes it."""
    try:
        return str_path(concrete_path(name)) == name
    except ValueError:
        return False


def _is_plain(runbook: Runbook) -> bool:
    if runbook.always is not None or runbook.rescue is not None or used_steps(runbook):
        return False
    return all(
        step.kind in PLAIN and step.foreach is None and not step.extract and not step.declared for step in runbook.steps
    )


def _plan(runbook: Runbook, recording: Execution) -> Plan | None:
    limit = runbook.limits.timeout
    try:
        run = run_of(runbook, recording, {})
        scope = {"params": run.params, "incident": run.incident, "steps": {}}
        for check in runbook.verify.checks:
            _look(check.when, scope)
        lines = tuple(_line(run, step, scope) for step in runbook.steps)
        return Plan(
            lines,
            _unless(runbook.precheck.healthy, scope),
            _unless(runbook.precheck.unsafe, scope),
            limit.total_seconds() if limit is not None else ENDLESS,
            any(line.destructive for line in lines),
            any(line.look is not None for line in lines),
            tuple(step for step in runbook.steps if step.kind != "action"),
        )
    except (ContentError, MissingValue, NotPlainError):
        return None


def _line(run: Run, step: Step, scope: Scope) -> Line:
    if step.kind != "action":
        return _looking(step, scope)
    said = prepared(step)
    params = said.params(scope)
    if not said.secret_names and any(isinstance(value, str) and SCHEME in value for value in params.values()):
        raise NotPlainError  # it only looks like a secret
    undo = prepared(step.rollback) if step.rollback is not None else None
    if undo is not None:
        undo.params(scope)  # one that cannot be said fails the step
    if (said.secret_names | (undo.secret_names if undo else frozenset())) - run.runbook.secrets.keys():
        raise NotPlainError
    look = _look(step.when, scope, or_none=True) if step.when is not None else None
    texts = all(isinstance(value, str) for value in params.values())
    destructive = ACTIONS[said.verb].destructive or bool(undo and ACTIONS[undo.verb].destructive)
    key = key_of(said.verb, params, step.run_as)
    codes, told = frozenset(said.codes), _told(step, params)
    return Line(
        *(step.id, said.verb, True, params, texts, key, step.run_as, said.limit, codes, look, destructive),
        undoes=undo is not None,
        goes_on=step.on_failure == "continue",
        told=told,
        act=act_of(first(run), step, ()),
        tried_again=step.retry is not None,
        straight=look is None and undo is None and SCHEME not in key,
    )


def _told(step: Step, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """In the order of the noun's fields."""
    return {
        "step": step.id,
        "action": step.verb,
        "params": params,
        "answer": "observed",
        "outcome": "success",
        "reason": f"recorded step {step.id}",
        "source": None,
    }


def _looking(step: Step, scope: Scope) -> Line:
    condition = step.wait_until if step.wait_until is not None else step.assertion
    if condition is None or step.when is not None:
        raise NotPlainError
    limit = (step.timeout or WAIT).total_seconds()
    return Line(
        *(step.id, step.verb, False, {}, True, "", None, limit, frozenset(), _look(condition, scope), False, False),
        goes_on=step.on_failure == "continue",
    )


def _unless(condition: Condition | None, scope: Scope) -> Look | None:
    """A precheck; None where there is none, or where the run's own values refuse it."""
    if condition is None or settled(bound(condition, scope)) is False:
        return None
    return _look(condition, scope)


def _look(condition: Condition, scope: Scope, *, or_none: bool = False) -> Look | None:
    """A condition about facts alone; one that the run's own values meet is none."""
    left = bound(condition, scope)
    if or_none and settled(left) is True:
        return None
    paths = [concrete(test) for test in tests(left)]
    if settled(left) is not None or any(path[0] in ROOTS for path in paths):
        raise NotPlainError
    return Look(left, {path: str_path(path) for path in paths}, describe(left))
