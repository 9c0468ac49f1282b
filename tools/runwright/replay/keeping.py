"""Which runs are kept as recordings: those that show something that no kept one shows, and no more.

A run is known by its path (what was carried out, in order, with what outcome) and by the state that it was in (the
parameters, and the facts that the models of its commands read). Measures and clocks are no part of the state: they
differ each time, and what they decided shows in the path. Reading, redacting and writing are left to others.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.binding import covers, reads_of
from runwright.actions.catalogue import Host, host_of
from runwright.model.condition import UNKNOWN
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.facts import kind_of, spec_of
from runwright.model.fields import Facts
from runwright.model.path import Path, path_if_any, str_path
from runwright.replay.judging import recorded_outcome
from runwright.replay.models import completed, is_command, model_for

MAX_STATES = 8
"""Runs of one path that are kept."""
MAX_RUNS = 64
"""Runs of one runbook that are kept."""
_RUNBOOK = re.compile(r"RB(-[A-Z0-9]+){2,6}")
_LONGEST = 200
"""Characters of an error that count."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a run shows: two runs of one shape are evidence of the same."""

    path: str
    state: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a run is kept, and why."""

    execution_id: str
    kept: bool
    reason: str


class Keeper:
    """The shapes of the runs of one runbook that are kept, and room for more."""

    def __init__(self, kept: Iterable[Execution] = ()) -> None:
        self._paths: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._count = 0
        for run in kept:
            self.add(run)

    def add(self, run: Execution) -> None:
        """Count a run as one that is kept."""
        shape = shape_of(run)
        self._paths[shape.path].setdefault(shape.state, run.execution_id)
        self._count += 1

    def choose(self, run: Execution, *, always: bool = False) -> Choice:
        """Whether a run is worth keeping beside those that are; who keeps it adds it."""
        shape = shape_of(run)
        why = self._why_not(shape)
        if why and not always:
            return Choice(run.execution_id, False, why)
        return Choice(run.execution_id, True, self._said(shape, run) if not why else f"asked for, though: {why}")

    def _why_not(self, shape: Shape) -> str:
        states = self._paths.get(shape.path, {})
        if shape.state in states:
            return f"shows nothing that {states[shape.state]} does not show"
        if len(states) >= MAX_STATES:
            return f"its path is kept in {MAX_STATES} states already, such as {next(iter(states.values()))}"
        if self._count >= MAX_RUNS:
            return f"the runbook has {self._count} recordings already; at most {MAX_RUNS} are kept"
        return ""

    def _said(self, shape: Shape, run: Execution) -> str:
        if shape.path in self._paths:
            return "a known path in another state"
        what = {"succeed": "success", "fail": "failure"}.get(recorded_outcome(run), "run")
        return f"the first {what} on this path" if run.executed_steps else "the first run that had nothing to do"


def refusal(run: Execution) -> str | None:
    """Why a run is no evidence, with the JSON path of what says so; None where it is some."""
    if run.status == "dry_run":
        return "$.status: a dry run tried nothing, so it shows nothing"
    if not _RUNBOOK.fullmatch(run.runbook_id) or len(run.runbook_id) > 64:
        return f"$.runbook_id: {run.runbook_id!r:.80} names no runbook, such as RB-LIN-SERVICE-001"
    withheld = next((erased.pointer for erased in run.erased if erased.kind == "withheld"), None)
    if withheld is not None:
        return f"${withheld.replace('/', '.')!s:.200}: could not be searched for secrets, so the run is not redacted"
    return None


def shape_of(run: Execution) -> Shape:
    """What a run shows."""
    steps = [[step.action, step.outcome, *_error(step)] for step in run.executed_steps]
    state = [run.platform, run.params, *_states(run)]
    return Shape(_text([recorded_outcome(run), steps]), _text(state))


def _error(step: ExecutedStep) -> list[Any]:
    """How a step failed, without the numbers, names and paths that differ each time."""
    if step.outcome != "failed":
        return []
    words = [word for word in step.error.lower().split() if word.strip(".,:;()'\"").isalpha()]
    return [step.exit_code, step.timed_out, " ".join(words)[-_LONGEST:]]


def _states(run: Execution) -> Iterator[list[Any]]:
    """The state that each command met, or that of the host where none was carried out."""
    commands = [step for step in run.executed_steps if is_command(step)]
    if not commands:
        yield [_telling(run.state_before, None)]
    host = host_of(run.state_before, run.platform)
    for step in commands:
        known = {**run.state_before, **step.facts, **step.state_before}
        conditions = _telling(step.facts, None)
        yield [step.action, completed(step.action, step.params), conditions, _telling(known, _reads(step, host, known))]


def _reads(step: ExecutedStep, host: Host, known: Facts) -> frozenset[Path] | None:
    """What the model of a command reads; None where it reads everything."""
    model = model_for(step, host)
    if model.opaque:
        return None
    by_path = {path: value for key, value in known.items() if (path := path_if_any(key)) is not None}
    return reads_of(model, completed(step.action, step.params), lambda path: by_path.get(path, UNKNOWN))


def _telling(facts: Facts, wanted: frozenset[Path] | None) -> Mapping[str, Any]:
    """The facts that make a state: those that stay as they are until somebody changes them."""
    found: dict[str, Any] = {}
    for key, value in facts.items():
        path = path_if_any(key)
        if path is None or not _stays(path, value):
            continue
        if wanted is None or path in wanted or any(covers(pattern, path) for pattern in wanted):
            found[str_path(path)] = value
    return found


def _stays(path: Path, value: Any) -> bool:
    if spec_of(path) is None:
        return isinstance(value, (str, bool))
    kind = kind_of(path)
    return kind == "state" or (kind == "derived" and (isinstance(value, (str, bool))))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
