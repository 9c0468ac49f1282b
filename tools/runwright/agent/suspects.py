"""Which facts may tell why something failed, the likeliest first.

Pure. First what the failed step reads and needs, then the families of what it is about, then what its error names. A
name from an error text is hostile: it chooses what is read, and nothing else. Reading them is left to `probe`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runwright.actions.binding import ANY, rare_reads
from runwright.actions.catalogue import Host, find, variant
from runwright.agent.wanted import of_action, of_condition, of_declared, of_run
from runwright.engine.exchange import Act, Acted, Answer, Decide, Decided, Together
from runwright.engine.state import Run, State
from runwright.errors import ContentError
from runwright.model.condition import Lookup
from runwright.model.execution import ExecutedStep
from runwright.model.path import Path

MAX_PROBES = 5
"""How many failed steps of one run are looked at."""
MAX_NAMES = 3
"""How many names of one kind are taken from an error text."""
MAX_NAME, MAX_ERROR = 255, 4000
_PORT = re.compile(r"(?:\bport[ =:]{1,2}|[\w.\]]:)(\d{1,5})\b", re.IGNORECASE)
_UNIT = re.compile(r"(?<![\w@.:/-])([A-Za-z0-9][A-Za-z0-9@_.:-]{0,200}\.service)\b")
_FULL = re.compile(r"no space left|disk full|not enough space|quota exceeded", re.IGNORECASE)
_FAMILIES: tuple[tuple[tuple[str, ...], Path], ...] = (
    (("service",), ("services", "{}", "state")),
    (("unit",), ("services", "{}", "state")),
    (("timer",), ("timers", "{}", "unit")),
    (("port",), ("ports", "{}", "owner")),
    (("host", "port"), ("endpoints", "{}", "{}", "open")),
    (("path",), ("files", "{}", "exists")),
    (("path",), ("disks", "{}", "used_percent")),
)
"""Parameters that name a resource, and one fact of the family that it belongs to; the others are read with it.

A page is only asked where an action or a check asks for it: a request may be counted by whoever answers.
"""


_BESIDE: Mapping[tuple[str, str], tuple[str, str]] = {
    ("disks", "used_percent"): ("deleted_open", "percent"),
    ("tls", "days_left"): ("tls", "served_by"),
    ("services", "programs"): ("selinux", "mode"),
}
"""What may stand behind a fact: deleted files behind a full disk, a file behind a served certificate, a policy."""


def failures(state: State, answer: Answer, moved: State) -> tuple[ExecutedStep, ...]:
    """The records of what failed with this answer; none where enough of the run's failures were looked at."""
    new = [step for step in moved.trace[len(state.trace) :] if step.outcome == "failed"]
    earlier = sum(step.outcome == "failed" for step in state.trace)
    if not new or earlier >= MAX_PROBES:
        return ()
    names = _asked(state)
    return tuple(step for step in new if step.step in names) if isinstance(answer, (Acted, Decided)) else tuple(new)


def denied(state: State, answer: Answer) -> bool:
    """Whether this answer is the verification's last, it does not confirm that all is well, and nobody saw why.

    Where a failed step was looked at and nothing is taken back, the end of the run is the same moment and is read too.
    """
    asked, run = state.asked, state.innermost
    if not isinstance(asked, Decide) or asked.purpose != "verify" or not isinstance(answer, Decided):
        return False
    if not run.undos and has_failed(state):
        return False
    values = (*run.checks, answer.value)
    return len(values) == len(run.run.runbook.verify.checks) and not all(values)


def has_failed(state: State) -> bool:
    """Whether a step of the run has failed already."""
    return any(step.outcome == "failed" for step in state.trace)


def of_failed(step: ExecutedStep, asked: object, host: Host, lookup: Lookup) -> tuple[Path, ...]:
    """The facts that may tell why a step failed, or why what it waited for did not come."""
    found = list(_of_verb(step, host, lookup))
    found += sorted(of_declared(step.declared))
    if isinstance(asked, Decide):
        found += sorted(of_condition(asked.condition, {}))
    return _once(_with_beside((*found, *of_params(step.params), *of_error(step.error, host))))


def of_verification(state: State) -> tuple[Path, ...]:
    """The facts that the checks of the run under way look at."""
    run = state.innermost
    checks = run.run.runbook.verify.checks
    return _once(_with_beside(path for check in checks for path in sorted(of_condition(check.when, run.scope()))))


def of_resource(run: Run) -> tuple[Path, ...]:
    """The families of what the run is about: what its parameters and the check that raised the incident name."""
    facts = run.incident.get("facts")
    return _once((*of_params(run.params), *of_params(facts if isinstance(facts, Mapping) else {})))


def of_all(run: Run, host: Host, lookup: Lookup) -> tuple[Path, ...]:
    """Everything that the run may depend on."""
    return _once(sorted(of_run(run, host, lookup)))


def of_params(params: Mapping[str, Any]) -> Iterator[Path]:
    """The families of the resources that parameters name."""
    for names, family in _FAMILIES:
        values = [_name(params.get(name)) for name in names]
        if all(values):
            left = iter(map(str, values))
            yield tuple(next(left) if part == "{}" else part for part in family)


def of_error(error: str, host: Host) -> Iterator[Path]:
    """The families of what an error text names: ports, units, a full disk."""
    said = error[-MAX_ERROR:]
    for port in _names(_PORT, said):
        if 0 < int(port) < 65536:
            yield ("ports", str(int(port)), "owner")
    for unit in _names(_UNIT, said) if host.service_manager == "systemd" else ():
        yield ("services", unit, "state")
    if _FULL.search(said) and host.os != "windows":
        yield ("disks", "/", "used_percent")


def _of_verb(step: ExecutedStep, host: Host, lookup: Lookup) -> Iterable[Path]:
    try:
        model = variant(find(step.action), host).model
    except ContentError:
        return ()
    # What nearly always holds is looked at where something failed, and nowhere else.
    return (*sorted(of_action(model, step.params, lookup)), *sorted(rare_reads(model, step.params, lookup)))


def _asked(state: State) -> frozenset[str]:
    """The names of the steps that the last request was about."""
    asked = state.asked
    if isinstance(asked, Together):
        return frozenset(act.step for act in asked.acts)
    return frozenset({asked.step}) if isinstance(asked, (Act, Decide)) and asked.step else frozenset()


def _name(value: Any) -> str | None:
    """A value that can be the name of something."""
    plain = isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
    text = str(value) if plain else ""
    return text if 0 < len(text) <= MAX_NAME and ANY not in text and text.isprintable() else None


def _names(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match.group(1) for match in pattern.finditer(text)))[:MAX_NAMES]


def _with_beside(paths: Iterable[Path]) -> Iterator[Path]:
    """Each fact, and behind all of them what may stand behind them."""
    behind: list[Path] = []
    for path in paths:
        yield path
        if (path[0], path[-1]) in _BESIDE:
            family, leaf = _BESIDE[path[0], path[-1]]
            behind.append((family, leaf) if family == "selinux" else (family, *path[1:-1], leaf))
    yield from behind


def _once(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(path for path in paths if ANY not in path))
