"""What a check says: fine, wrong, or not known; what could not be read is never wrong and never fine."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.agent.config import AnyCheck, DiskCheck, HttpCheck, PortCheck, ServiceCheck
from runwright.agent.detect import judge
from runwright.agent.facts import lookup_in

SERVICE = ServiceCheck(id="web", type="service", service="web")
PORT = PortCheck(id="api", type="port", port=8080)
HTTP = HttpCheck(id="site", type="http", url="http://127.0.0.1/health")
DISK = DiskCheck(id="root", type="disk")
URL = 'http["http://127.0.0.1/health"]'


@pytest.mark.parametrize(
    ("check", "facts", "good", "incident_type"),
    [
        (SERVICE, {"services.web.state": "running"}, True, ""),
        (SERVICE, {"services.web.state": "stopped"}, False, "service_stopped"),
        (SERVICE, {"services.web.state": "paused"}, False, "service_stopped"),
        (SERVICE, {"services.web.state": "failed"}, False, "service_crash"),
        (SERVICE, {"services.web.state": "starting"}, None, ""),
        (SERVICE, {"services.web.state": "stopping"}, None, ""),
        (SERVICE, {"services.web.state": 7}, None, ""),
        (SERVICE, {"services.web.known": False}, None, ""),
        (SERVICE, {"services.web.known": False, "services.web.state": "stopped"}, None, ""),
        (SERVICE, {}, None, ""),
        (PORT, {'endpoints["127.0.0.1"].8080.open': True}, True, ""),
        (PORT, {'endpoints["127.0.0.1"].8080.open': False}, False, "port_closed"),
        (PORT, {}, None, ""),
        (HTTP, {f"{URL}.status": 200, f"{URL}.ok": True}, True, ""),
        (HTTP, {f"{URL}.status": 503, f"{URL}.ok": False}, False, "http_failing"),
        (HTTP, {f"{URL}.ok": False}, False, "http_failing"),
        (HTTP, {}, None, ""),
        (DISK, {'disks["/"].used_percent': 89.9}, True, ""),
        (DISK, {'disks["/"].used_percent': 90.0}, False, "disk_full"),
        (DISK, {'disks["/"].used_percent': "full"}, None, ""),
        (DISK, {}, None, ""),
    ],
)
def test_a_check_has_three_answers(
    check: AnyCheck, facts: dict[str, Any], good: bool | None, incident_type: str
) -> None:
    seen = judge(check, lookup_in(facts))
    assert (seen.good, seen.incident_type) == (good, incident_type)
    assert seen.message


def test_the_configuration_may_name_the_incident_otherwise() -> None:
    check = DISK.model_copy(update={"incident_type": "backup_disk_full"})
    assert judge(check, lookup_in({'disks["/"].used_percent': 95.0})).incident_type == "backup_disk_full"


def test_what_was_seen_travels_with_the_incident() -> None:
    seen = judge(HTTP, lookup_in({f"{URL}.status": 503, f"{URL}.ok": False}))
    assert seen.facts == {"url": "http://127.0.0.1/health", "expected": 200, "status": 503}
    assert seen.resource == "http://127.0.0.1/health"
