"""The demo's stages: what happened when, told on a terminal while it happens and kept for `report.json`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import click


@dataclass
class Stage:
    """One part of the story."""

    name: str
    started_at: str
    seconds: float = 0.0
    ids: dict[str, Any] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    said: str = ""


class Stages:
    """Tells the stages as they come; a line is rewritten on a terminal and written once in a pipe."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.done: list[Stage] = []
        self.quiet = quiet
        self.live = sys.stderr.isatty() and not quiet

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Time one part of the story."""
        stage = Stage(name, datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))
        if self.live:
            click.echo(f"  … {name}", nl=False, err=True)
        began = time.monotonic()
        try:
            yield stage
        except BaseException:
            self._clear()
            self._tell(f"  ✗ {name}")
            raise
        stage.seconds = round(time.monotonic() - began, 3)
        self.done.append(stage)
        self._clear()
        self._tell(f"  ✓ {name} ({stage.seconds:.1f} s){f': {stage.said}' if stage.said else ''}")

    def say(self, text: str) -> None:
        """Say something between two stages."""
        self._tell(text)

    def _clear(self) -> None:
        if self.live:
            click.echo("\r\033[K", nl=False, err=True)

    def _tell(self, text: str) -> None:
        if not self.quiet:
            click.echo(text)
