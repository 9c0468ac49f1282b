"""What CI's findings on one commit look like on a hosting service: a check, its notes on lines, one line a part.

How they are made of reports is left to `cli`, and how a service takes them to `adapters`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["failure", "warning", "notice"]
Outcome = Literal["success", "failure", "neutral", "action_required"]
PartState = Literal["success", "failure", "pending", "error"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note on one line of one file; line and column count from 1, a column of 0 is not known."""

    path: str
    line: int
    column: int
    level: Level
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one of the judges says, in one line."""

    name: str
    """validate or replay."""
    state: PartState
    """`pending` while it has not spoken, `error` where it ended without a report."""
    told: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What is shown for one commit."""

    head_sha: str
    outcome: Outcome | None
    """None while a part is still missing."""
    title: str
    summary: str
    """Markdown, like `text`."""
    text: str
    annotations: tuple[Annotation, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def digest(self) -> str:
        """Name what the page says, so that it is shown once."""
        said = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(said.encode()).hexdigest()[:32]
