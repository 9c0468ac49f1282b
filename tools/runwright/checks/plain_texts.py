"""Check `insertions`: an insertion stands only where it is read.

Whether what it names is there is left to `references`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from runwright.model.walk import Pointer, nested

Severity = Literal["error", "warning"]
_ADVICE = "insert values in `with`, conditions, `message`, `fail`, `outputs`, `foreach` or `limits.lock`"


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find insertions where people read a text, and where a parameter is declared."""
    for pointer, value, severity in _plain(entry.value):
        if value is not None and "${{" in str(value):
            message = "holds an insertion, and is taken as it stands"
            yield entry.finding("insertions", message, pointer, severity=severity, suggestion=_ADVICE)


def _plain(runbook: Runbook) -> Iterator[tuple[Pointer, Any, Severity]]:
    """The texts that are taken as they stand, and how wrong an insertion is in each."""
    for word in ("name", "description", "status_reason"):
        yield (word,), getattr(runbook, word), "warning"
    for name, spec in runbook.params.items():
        yield ("params", name, "description"), spec.description, "warning"
        yield ("params", name, "default"), spec.default, "error"
        yield ("params", name, "enum"), spec.enum or None, "error"
    for placed in nested(runbook):
        yield (*placed.pointer, "name"), placed.step.name, "warning"
