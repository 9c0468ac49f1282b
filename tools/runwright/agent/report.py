"""What the agent tells of itself: its status, and its pattern statistics (SOURCES A.2), both through the queue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runwright.agent.config import AgentConfig
from runwright.agent.ports import ActiveRelease, Clock, ReleasesPort
from runwright.agent.store_ports import IncidentsPort, NotesPort, OutboxPort, StatsPort
from runwright.errors import TrustError

LAST_PULL, LAST_ACTIVATION, LAST_REFUSED = "last_pull", "last_activation", "last_refused"


@dataclass(frozen=True)
class Identity:
    """Who the agent is."""

    site_id: str
    appliance_id: str
    hostname: str
    agent_version: str

    @classmethod
    def of(cls, config: AgentConfig, hostname: str, hardware: str, version: str) -> Identity:
        """Name an agent by its site and its hardware address, as SOURCES A.2 does."""
        return cls(config.site_id, f"{config.site_id}-{hardware}", config.hostname or hostname, version)


@dataclass(frozen=True)
class Reporter:
    """Tells the service about this agent."""

    identity: Identity
    incidents: IncidentsPort
    stats: StatsPort
    notes: NotesPort
    outbox: OutboxPort
    releases: ReleasesPort | None
    clock: Clock

    def queue_stats(self) -> None:
        """Queue the counters of every pattern; a snapshot that still waits is replaced."""
        body = {
            "site_id": self.identity.site_id,
            "appliance_id": self.identity.appliance_id,
            "synced_at": self._now(),
            "pattern_stats": [stats.model_dump(mode="json") for stats in self.stats.pattern_stats()],
        }
        self._queue("pattern_stats", body)

    def queue_status(self) -> None:
        """Queue the agent's status; one that still waits is replaced."""
        identity = self.identity
        body = {
            "site_id": identity.site_id,
            "appliance_id": identity.appliance_id,
            "hostname": identity.hostname,
            "agent_version": identity.agent_version,
            "reported_at": self._now(),
            **self.status(),
        }
        self._queue("status", body)

    def status(self) -> dict[str, Any]:
        """What there is to say, for the service and for a person."""
        queue, now = self.outbox.queue(), self.clock.now()
        age = (now - queue.oldest).total_seconds() if queue.oldest else None
        return {
            **self._release(),
            "last_pull": self.notes.note(LAST_PULL),
            "last_activation": self.notes.note(LAST_ACTIVATION),
            "last_refused": json.loads(self.notes.note(LAST_REFUSED) or "null"),
            "queue": {"depth": queue.depth, "age_seconds": age, "rejected": queue.rejected},
            "open_incidents": len(self.incidents.open_incidents()),
        }

    def open_incidents(self) -> Sequence[Mapping[str, Any]]:
        """The open incidents, for a person."""
        return [
            {
                "incident_id": opened.incident.incident_id,
                "check": opened.check_id,
                "incident_type": opened.incident.incident_type,
                "resource": opened.incident.resource,
                "detected_at": opened.incident.model_dump(mode="json")["detected_at"],
                "state": opened.state,
            }
            for opened in self.incidents.open_incidents()
        ]

    def _release(self) -> dict[str, Any]:
        try:
            active = self.releases.active() if self.releases else None
        except TrustError as error:
            return {"seq": None, "tag": None, "key_id": None, "broken": {"code": error.code, "message": error.message}}
        return {"seq": None, "tag": None, "key_id": None} if active is None else self._of(active)

    def _of(self, active: ActiveRelease) -> dict[str, Any]:
        document = active.document
        assert self.releases is not None
        return {
            "seq": active.seq,
            "tag": active.tag,
            "key_id": self.releases.key_id(active),
            "expires": document.model_dump(mode="json")["expires"],
            "expired": document.expires <= self.clock.now(),
            "holds": [f"{hold.runbook_id}-v{hold.version}" for hold in document.holds],
        }

    def _queue(self, kind: str, body: Mapping[str, Any]) -> None:
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        self.outbox.put(kind, kind, text, self.clock.now())

    def _now(self) -> str:
        return self.clock.now().isoformat().replace("+00:00", "Z")
