"""What a check says: fine, wrong, or not known; and the incident that a wrong one raises.

Pure. Every alarm has a fire and a clear; a check that could not be read is neither. Reading the facts and keeping
the incidents is left to others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from runwright.agent.config import AnyCheck, DiskCheck, HttpCheck, PortCheck, ServiceCheck
from runwright.model.condition import UNKNOWN, Lookup
from runwright.model.path import Path

STOPPED = frozenset({"stopped", "paused"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a check came to."""

    good: bool | None
    """True: fine; False: wrong; None: not known."""
    resource: str
    message: str
    incident_type: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the check saw, by name."""


def paths_of(check: AnyCheck) -> tuple[Path, ...]:
    """The facts that a check looks at."""
    if isinstance(check, ServiceCheck):
        return (("services", check.service, "state"),)
    if isinstance(check, PortCheck):
        return (("endpoints", check.host, str(check.port), "open"),)
    if isinstance(check, HttpCheck):
        return (("http", check.url, "status"),)
    return (("disks", check.path, "used_percent"),)


def judge(check: AnyCheck, lookup: Lookup) -> Seen:
    """Say what the facts mean for a check."""
    seen = _judged(check, lookup)
    if seen.good is False and check.incident_type:
        return Seen(False, seen.resource, seen.message, check.incident_type, seen.facts)
    return seen


def _judged(check: AnyCheck, lookup: Lookup) -> Seen:
    if isinstance(check, ServiceCheck):
        return _service(check, lookup)
    if isinstance(check, PortCheck):
        return _port(check, lookup)
    if isinstance(check, HttpCheck):
        return _http(check, lookup)
    return _disk(check, lookup)


def _service(check: ServiceCheck, lookup: Lookup) -> Seen:
    name = check.service
    value = _values(lookup, ("services", name))
    state, facts = value("state"), {"service": name, "state": value("state")}
    if value("known") is False:
        # Also where a manager calls an unknown service stopped: nothing could start it.
        return Seen(None, name, f"the service manager knows no service {name}; correct the check's `service`")
    if state == "running":
        return Seen(True, name, f"service {name} runs", facts=facts)
    if state == "failed":
        return Seen(False, name, f"service {name} ended by itself", "service_crash", facts)
    if state in STOPPED:
        return Seen(False, name, f"service {name} is {state}", "service_stopped", facts)
    said = f"service {name} is {state}" if state else f"the state of service {name} could not be read"
    return Seen(None, name, said)


def _port(check: PortCheck, lookup: Lookup) -> Seen:
    opened = _values(lookup, ("endpoints", check.host, str(check.port)))("open")
    resource, facts = str(check.port), {"host": check.host, "port": check.port, **_behind(check)}
    if opened is None:
        return Seen(None, resource, f"port {check.port} of {check.host} could not be tried")
    said = "accepts" if opened else "does not accept"
    message = f"port {check.port} of {check.host} {said} a connection"
    return Seen(bool(opened), resource, message, "" if opened else "port_closed", facts)


def _http(check: HttpCheck, lookup: Lookup) -> Seen:
    value = _values(lookup, ("http", check.url))
    status, ok = value("status"), value("ok")
    answered = {} if status is None else {"status": status}
    facts = {"url": check.url, "expected": check.status, **answered, **_behind(check)}
    if status is None and ok is None:
        return Seen(None, check.url, f"{check.url} could not be asked")
    said = f"answers with status {status}" if status is not None else "gives no answer"
    if status == check.status:
        return Seen(True, check.url, f"{check.url} {said}", facts=facts)
    return Seen(False, check.url, f"{check.url} {said}; expected {check.status}", "http_failing", facts)


def _behind(check: PortCheck | HttpCheck) -> dict[str, Any]:
    return {} if check.service is None else {"service": check.service}


def _disk(check: DiskCheck, lookup: Lookup) -> Seen:
    used = _values(lookup, ("disks", check.path))("used_percent")
    if not isinstance(used, (int, float)):
        return Seen(None, check.path, f"how full {check.path} is could not be read")
    facts = {"path": check.path, "used_percent": used, "below_percent": check.below_percent}
    good = used < check.below_percent
    message = f"{check.path} is {used:g} % full; the limit is {check.below_percent:g} %"
    return Seen(good, check.path, message, "" if good else "disk_full", facts)


def _values(lookup: Lookup, prefix: Path) -> Callable[[str], Any]:
    def value(leaf: str) -> Any:
        found = lookup((*prefix, leaf))
        return None if found is UNKNOWN else found

    return value
