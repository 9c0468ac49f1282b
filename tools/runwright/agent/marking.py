"""The key of the marks that redaction leaves: told by the service, the same for all agents of a site, kept here.

Until the service has told one, marks say the kind alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runwright.agent.store_ports import NotesPort
from runwright.redact.redact import PLAIN, Marks

NOTE = "redaction_key"
_BYTES = 32


@dataclass(frozen=True)
class Marking:
    """The key that this agent was told last."""

    notes: NotesPort

    def hear(self, answer: Mapping[str, Any]) -> None:
        """Keep the key of an answer to a status; an older service tells none, and what is no key is not kept."""
        told = answer.get(NOTE)
        if isinstance(told, str) and _key(told) and self.notes.note(NOTE) != told:
            self.notes.set_note(NOTE, told)

    def marks(self) -> Marks:
        """How what goes is called now."""
        key = _key(self.notes.note(NOTE) or "")
        return Marks(key) if key else PLAIN


def _key(told: str) -> bytes:
    try:
        key = bytes.fromhex(told)
    except ValueError:
        return b""
    return key if len(key) == _BYTES else b""
