"""What the errors of a run say: the mechanisms whose phrases stand in them, and the codes that they carry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from runwright.learn.diagnosis.clues import Clue, clue, speaks_for
from runwright.learn.diagnosis.course import Course, command_of
from runwright.learn.diagnosis.domains import primary_domains, tokens
from runwright.learn.signs.codes import codes_in, exit_code_means
from runwright.learn.signs.denied import DENIED, POLICY
from runwright.learn.signs.elsewhere import ELSEWHERE
from runwright.learn.signs.first import FIRST
from runwright.learn.signs.host import HOST
from runwright.learn.signs.lasting import LASTING
from runwright.learn.signs.mechanism import CERTAIN, HINT, Mechanism, readable
from runwright.learn.signs.outside import OUTSIDE
from runwright.model.execution import Execution

MECHANISMS: tuple[Mechanism, ...] = tuple(
    sorted((*DENIED, *POLICY, *OUTSIDE, *HOST, *FIRST, *LASTING), key=lambda mechanism: -mechanism.weight)
)
"""The strongest first, because of those of one type the first that shows counts in full."""
ALSO = 0.4
"""How much of its weight a second mechanism of the same type adds: it mostly says the same again."""
OUTPUT = 0.3
"""How much of its weight a mechanism keeps that shows in a step's output alone."""
SYMPTOM = 0.5
"""How much a denial, an outage or a difference counts in a look after something was done: it is a symptom there."""
CODE, EXIT_CODE, ELSEWHERE_TOO = 2.5, 1.5, 1.5
_SYMPTOMS = frozenset(("permission_denied", "external_dependency", "environment_difference"))
_OUTSIDE = frozenset(("external_dependency",))
_OWN = re.compile(r"\blocalhost\b|\b127\.0\.0\.1\b|::1\b")
"""Where a command asks this very host, so that no answer is no trouble of others."""
_LOGS = frozenset(("log", "logs", "dmesg", "journal", "event", "events", "syslog", "stderr"))
MAX_LOGS = 10
_EITHER = "expired or is not yet valid"
"""What Go's TLS says of both; expired is what it mostly is."""


def said_by(execution: Execution, course: Course) -> str:
    """The error that counts, ready to be searched: the failed step's and the run's."""
    failed = course.failed.error if course.failed else " | ".join(step.error for step in execution.executed_steps)
    return readable(failed, execution.error_message).replace(_EITHER, "expired ")


def clues_of(course: Course, said: str, mechanisms: Sequence[Mechanism]) -> Iterator[Clue]:
    """What the errors say; the mechanisms come with the strongest first."""
    yield from _mechanisms(course, said, mechanisms)
    yield from _codes(course, said)
    yield from _guarded(course.execution, said)
    yield from _elsewhere(course, said)


def _mechanisms(course: Course, said: str, mechanisms: Sequence[Mechanism]) -> Iterator[Clue]:
    told = readable(course.failed.output) if course.failed else ""
    seen: set[str] = set()
    symptoms = _symptoms(course)
    for mechanism in mechanisms:
        share = 1.0 if mechanism.shown_by(said) else OUTPUT
        if share < 1 and not (mechanism.weight > HINT and mechanism.shown_by(told)):
            continue
        also = ALSO if mechanism.failure_type in seen else 1.0
        symptom = SYMPTOM if mechanism.symptomatic and _is_symptom(mechanism, symptoms) else 1.0
        seen.add(mechanism.failure_type)
        yield speaks_for(mechanism.failure_type, mechanism.why, mechanism.weight * share * also * symptom)


def _is_symptom(mechanism: Mechanism, symptoms: frozenset[str]) -> bool:
    return mechanism.failure_type in symptoms or bool(symptoms and mechanism.weight <= HINT)


def _symptoms(course: Course) -> frozenset[str]:
    """The types whose wording is no more than a symptom, because it is read in a look after something was done."""
    if not (course.acted and course.looked):
        return _OUTSIDE if course.failed and _OWN.search(command_of(course.failed)) else frozenset()
    return _SYMPTOMS | {"runbook_insufficient"} if course.only_revived else _SYMPTOMS


def _codes(course: Course, said: str) -> Iterator[Clue]:
    windows, symptoms = course.execution.platform == "windows", _symptoms(course)
    told = tuple(dict.fromkeys(codes_in(said, windows)))
    for failure_type in told:
        symptom = SYMPTOM if failure_type in symptoms else 1.0
        yield speaks_for(failure_type, "the error's code says so", CODE * symptom)
    by_exit = exit_code_means(course.failed.exit_code if course.failed else None, windows)
    if by_exit is not None and by_exit not in told:  # the same code in two places says it once
        yield speaks_for(by_exit, "the exit code says so", EXIT_CODE)


def _guarded(run: Execution, said: str) -> Iterator[Clue]:
    """A denial on a host that enforces a policy besides its file permissions."""
    policies = {key: value for key, value in run.state_before.items() if _names_a_policy(key)}
    enforced = {key: value for key, value in policies.items() if str(value).lower().startswith("enforc")}
    if enforced and DENIED[0].shown_by(said):
        why = "access was denied on a host that enforces a security policy besides its file permissions"
        yield clue(why, enforced, environment_difference=CERTAIN + 1)


def _names_a_policy(key: str) -> bool:
    return any(name in key.lower() for name in ("selinux", "apparmor", "enforce", "sestatus"))


def _recorded(run: Execution) -> str:
    """What the logs among the facts say."""
    logs = (value for key, value in run.state_before.items() if tokens(key) & _LOGS)
    return readable(*(str(value) for value in islice(logs, MAX_LOGS)))


def _elsewhere(course: Course, said: str) -> Iterator[Clue]:
    """An error about another domain than the incident's, after something was done; a clock's at any time."""
    run = course.execution
    domains = primary_domains(run.incident_type, run.runbook_id)
    recorded = _recorded(run)
    for domain, mechanism in ELSEWHERE:
        if domain in domains or not mechanism.shown_by(f"{said} {recorded}"):
            continue
        if domain == "time" or course.treated:
            yield clue(mechanism.why, wrong_diagnosis=mechanism.weight if domain == "time" else ELSEWHERE_TOO)
