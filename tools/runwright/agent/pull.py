"""Brings the agent to the newest release that it may trust, and keeps what came of it for the status.

Fetching, verifying and switching is the store's part; a refused release leaves the last good one active.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from runwright.agent.ports import Clock, Emit, Pulled, ReleasesPort
from runwright.agent.report import LAST_ACTIVATION, LAST_PULL, LAST_REFUSED
from runwright.agent.store_ports import NotesPort
from runwright.errors import EdgeError, TrustError


@dataclass(frozen=True)
class Puller:
    """Pulls releases."""

    releases: ReleasesPort
    notes: NotesPort
    clock: Clock
    emit: Emit

    def pull(self) -> None:
        """Pull once and tell the outcome; raises nothing for a refused release or a remote that is away."""
        try:
            self.pull_or_refuse()
        except TrustError:
            return
        except EdgeError as error:
            self.emit("pull_failed", {"message": error.message})

    def pull_or_refuse(self) -> Pulled:
        """Pull once; raises `TrustError` after it was kept and told, and `EdgeError`."""
        now = self.clock.now()
        try:
            pulled = self.releases.pull(now)
        except TrustError as error:
            told = {"code": error.code, "message": error.message}
            self.notes.set_note(LAST_REFUSED, json.dumps({**told, "at": now.isoformat()}))
            self.emit("refused", told)
            raise
        self.notes.set_note(LAST_PULL, now.isoformat())
        self._tell(pulled)
        return pulled

    def _tell(self, pulled: Pulled) -> None:
        active, now = pulled.active, self.clock.now()
        if pulled.changed:
            self.notes.set_note(LAST_ACTIVATION, now.isoformat())
            key_id = self.releases.key_id(active)
            self.emit("pulled", {"seq": active.seq, "tag": active.tag, "key_id": key_id})
        if active.document.expires <= now:
            expires = active.document.model_dump(mode="json")["expires"]
            self.emit("release_expired", {"tag": active.tag, "expires": expires})
