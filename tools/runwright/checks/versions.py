"""Check `versions`: a changed runbook raises its version by exactly one, and a removed one is not needed any more."""

from __future__ import annotations

from collections.abc import Iterator

from runwright.corpus.corpus import Corpus
from runwright.model.finding import Finding


def check(base: Corpus, head: Corpus) -> Iterator[Finding]:
    """Find versions that do not fit the change from base to head."""
    for entry in head.runbooks:
        before = base.runbook(entry.value.id)
        if before is None or before.value == entry.value:
            continue
        wanted = before.value.version + 1
        if entry.value.version != wanted:
            message = f"{entry.value.id} changed, so its version must be {wanted}, not {entry.value.version}"
            yield entry.finding("versions", message, ("version",))
