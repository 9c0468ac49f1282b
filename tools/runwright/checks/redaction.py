"""Check `redaction`: a recording holds nothing that redaction would erase.

A recording is public to everybody who reads the repository, and it was written by a host. What is erased, and how, is
left to `redact`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError
from runwright.model.execution import Erased
from runwright.model.finding import Finding
from runwright.redact.redact import redact_data

RULE = "redaction"
MAX_TOLD = 5


def check(path: str, content: bytes) -> Iterator[Finding]:
    """Find secrets in a recording or a healthy state."""
    try:
        found = redact_data(read_json(content))[1]
    except ContentError:
        return  # the reader says why
    for erased in found[:MAX_TOLD]:
        yield Finding(path=path, rule=RULE, message=_said(erased), suggestion=_ADVICE)


_ADVICE = (
    "take it away, and record the run by `runwright record`, which erases it; a secret in Git is known: replace it"
)


def _said(erased: Erased) -> str:
    place = "".join(char if char.isprintable() else "?" for char in erased.pointer)
    return f"{place:.200}: holds what looks like a secret ({erased.kind})"
