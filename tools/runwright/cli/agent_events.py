"""Tells the agent's events, a line each: text for people on standard error, JSON for programs on standard output.

Telemetry is hostile text: secrets are erased and control characters are written as escapes. A reader that went
away never ends the agent.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TextIO

from runwright.agent.ports import Emit
from runwright.redact.redact import redact_data

MAX_FIELD = 2000
"""Characters of one field in a line for people."""


class EventLines:
    """Writes events."""

    def __init__(self, form: str, now: Callable[[], datetime]) -> None:
        self._json, self._now = form == "json", now
        self._stream: TextIO | None = sys.stdout if self._json else sys.stderr

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        """Write one event."""
        at = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        safe, _ = redact_data(dict(fields))
        if self._json:
            self._write(json.dumps({"at": at, "event": event, **safe}))
        else:
            self._write(" ".join([at, event, *(f"{name}={_shown(value)}" for name, value in safe.items())]))

    def _write(self, line: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            self._stream = None
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.close()


class Heard:
    """Hands events on and remembers their names."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.names: set[str] = set()

    def __call__(self, event: str, fields: Mapping[str, Any]) -> None:
        """Hand one event on."""
        self.names.add(event)
        self._emit(event, fields)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    bare = text.isascii() and text.isprintable() and " " not in text and '"' not in text
    return text[:MAX_FIELD] if bare and text else json.dumps(text[:MAX_FIELD])


def plain(text: str) -> str:
    """Write a text on one line, its control characters and odd letters as escapes."""
    return json.dumps(text[:MAX_FIELD])[1:-1].replace('\\"', '"')
