"""How large a file may be: enough for every runbook that people read; time and memory stay bounded for every other."""

from __future__ import annotations

MAX_BYTES = 512 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
