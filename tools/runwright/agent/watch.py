"""Looks at a check, fires and clears its incident, and has a new one dealt with.

An incident that is already open does not fire twice. After a run that helped, the next look decides: fine clears
the incident, wrong again ends it and fires a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from runwright.agent.config import AgentConfig, AnyCheck
from runwright.agent.detect import Seen, judge, paths_of
from runwright.agent.facts import FactReader, lookup_in
from runwright.agent.handle import Handler
from runwright.agent.ports import Clock, Emit
from runwright.agent.store_ports import IncidentsPort, Opened
from runwright.model.incident import Incident

NewId = Callable[[datetime], str]


@dataclass
class Watch:
    """The checks of one site."""

    config: AgentConfig
    hostname: str
    reader: FactReader
    incidents: IncidentsPort
    handler: Handler
    clock: Clock
    emit: Emit
    incident_id: NewId
    _unknown: dict[str, str] = field(default_factory=dict)

    def look(self, check: AnyCheck) -> None:
        """Look once and do what follows from it; raises `Stopping`.

        While a run for this check waits for time to pass, the incident is the run's, and there is nothing to decide.
        """
        if self.handler.is_at_work_for(check.id):
            return
        seen = self._seen(check)
        opened = self._open(check)
        if seen.good is None:
            return
        if opened is not None and (seen.good or opened.state == "healed"):
            self._clear(opened, seen)
            opened = None
        if not seen.good and opened is None:
            opened = self._fire(check, seen)
        if opened is not None and opened.state == "new":
            self.attend(check, opened)

    def attend(self, check: AnyCheck, opened: Opened) -> None:
        """Deal with a new incident; when that helped, look again at once."""
        if self.handler.handle(opened):
            self.confirm(check)

    def confirm(self, check: AnyCheck) -> None:
        """Clear a healed incident if the check says so already; otherwise the next look decides."""
        opened, seen = self._open(check), self._seen(check)
        if opened is not None and opened.state == "healed" and seen.good:
            self._clear(opened, seen)

    def _seen(self, check: AnyCheck) -> Seen:
        seen = judge(check, lookup_in(self.reader.read(paths_of(check))))
        if seen.good is None and self._unknown.get(check.id) != seen.message:
            self.emit("check_unreadable", {"check": check.id, "reason": seen.message})
        self._unknown = {**self._unknown, check.id: seen.message if seen.good is None else ""}
        return seen

    def _open(self, check: AnyCheck) -> Opened | None:
        return next((one for one in self.incidents.open_incidents() if one.check_id == check.id), None)

    def _fire(self, check: AnyCheck, seen: Seen) -> Opened | None:
        incident = self._incident(check, seen)
        self.incidents.open_incident(check.id, incident)
        self.emit(
            "incident",
            {
                "incident_id": incident.incident_id,
                "check": check.id,
                "incident_type": incident.incident_type,
                "resource": incident.resource,
                "message": incident.message,
            },
        )
        return self._open(check)

    def _incident(self, check: AnyCheck, seen: Seen) -> Incident:
        now = self.clock.now()
        return Incident(
            incident_id=self.incident_id(now),
            incident_type=seen.incident_type,
            check_type=check.type,
            status="fail",
            resource=seen.resource,
            site_id=self.config.site_id,
            client_id=self.config.client_id,
            hostname=self.hostname,
            platform=self.reader.host.os,
            detected_at=now,
            message=seen.message,
            facts=seen.facts,
        )

    def _clear(self, opened: Opened, seen: Seen) -> None:
        self.incidents.close_incident(opened.incident.incident_id, self.clock.now())
        told = {"incident_id": opened.incident.incident_id, "check": opened.check_id, "lasting": bool(seen.good)}
        self.emit("cleared", told)
