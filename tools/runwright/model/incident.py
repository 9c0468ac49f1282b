"""The incident: what a check found, on which host, about which resource."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from runwright.model.fields import Moment
from runwright.model.frozen import Telemetry


class Incident(Telemetry):
    """Something is wrong: the check that says so and what it saw."""

    incident_id: str
    incident_type: str
    check_type: str
    status: Literal["warning", "fail", "error"]
    resource: str | None = None
    """What the check looked at: a service, a port, an address, a disk."""
    site_id: str
    client_id: str | None = None
    hostname: str
    platform: str = "linux"
    detected_at: Moment
    message: str = ""
    facts: dict[str, Any] = Field(default_factory=dict)
    """What the check saw, by name."""
