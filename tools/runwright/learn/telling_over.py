"""How to tell that an incident is over, for a run whose runbook nobody wrote down: from what its steps were for.

A service that was started should run; a certificate that was checked should last; a disk that was cleaned should have
room. Where no step says what it was for, there is no honest verification, and so there is no runbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.corpus.drafting import evidence_of
from runwright.learn.dialects import Verb
from runwright.learn.extracting import left_out_places
from runwright.model.execution import Execution
from runwright.model.fields import Platform
from runwright.model.insertion import Insertion
from runwright.model.path import template_text
from runwright.replay.models import completed

FULL_PERCENT = 90
"""A disk below this has room; what a check takes that says nothing else."""
_DISK = re.compile(r"disk|file_?system|storage|space")
_STALE = re.compile(r"stale|config")
_RUN = ("service.start", "service.restart", "service.reload")


def verification_of(execution: Execution, verbs: Sequence[Verb]) -> Mapping[str, Any]:
    """The facts that show that the incident is over, and what they must be; empty where nothing says it.

    A parameter of a verb that is an insertion stays one.
    """
    platform: Platform = "windows" if execution.platform == "windows" else "linux"
    found: dict[str, Any] = {}
    for verb in verbs:
        found |= dict(_of_check(verb)) or dict(_of_service(verb, execution)) or _of_change(verb, platform)
    return {**found, **dict(_of_disk(execution))}


def _of_check(verb: Verb) -> Iterator[tuple[str, Any]]:
    """What a check looked at, with the values that it was given."""
    params = completed(verb.action, verb.params)
    if verb.action == "cert.served":
        yield _path("tls", params["host"], params["port"], "days_left"), {"gte": params["days"]}
    elif verb.action == "http.get":
        yield _path("http", params["url"], "status"), params["status"]
    elif verb.action == "net.port_open":
        yield _path("endpoints", params["host"], params["port"], "open"), True
    elif verb.action == "net.resolves":
        yield _path("dns", params["name"], "resolves"), True


def _path(*parts: Any) -> str:
    return template_text(tuple(part if isinstance(part, Insertion) else str(part) for part in parts))


def _of_service(verb: Verb, execution: Execution) -> Iterator[tuple[str, Any]]:
    if verb.action not in _RUN:
        return
    service = ("services", verb.params["service"])
    yield _path(*service, "state"), "running"
    if _STALE.search(execution.incident_type or "") and execution.platform != "windows":
        yield _path(*service, "up_to_date"), True


def _of_change(verb: Verb, platform: Platform) -> Mapping[str, Any]:
    """What the model of an action that changes something says that it has written when it went well."""
    action = ACTIONS[verb.action]
    if action.destructive or action.check:
        return {}
    return evidence_of(action, platform, verb.params)


def _of_disk(execution: Execution) -> Iterator[tuple[str, Any]]:
    """The disk that a run about room was working on: the one that a step of it named last."""
    about = f"{execution.incident_type} {execution.verification_method}"
    if not _DISK.search(about):
        return
    places: Iterable[Any] = [step.params.get("path") for step in reversed(execution.executed_steps)]
    places = [*left_out_places(execution), *places]
    place = next((item for item in places if isinstance(item, str) and item.startswith("/")), "/")
    yield _path("disks", place, "used_percent"), {"lt": FULL_PERCENT}
