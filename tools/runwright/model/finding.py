"""Findings: what is wrong with a file, where, and what to do about it."""

from __future__ import annotations

from typing import Literal

from runwright.errors import place
from runwright.model.frozen import Authored


class Finding(Authored):
    """One mistake in one file."""

    path: str
    line: int = 0
    column: int = 0
    rule: str
    """The id of the check that found it."""
    severity: Literal["error", "warning"] = "error"
    message: str
    """What is wrong and what was expected."""
    suggestion: str | None = None
    """What to do."""

    def __str__(self) -> str:
        advice = f"; {self.suggestion}" if self.suggestion else ""
        return f"{place(self.path, self.line, self.column)}{self.message}{advice} [{self.rule}]"
