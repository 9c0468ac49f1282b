"""Check `targets`: the hosts that a runbook is for are named once each.

A host that is not named does not run it; running it on another host is not possible yet, and the agent says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find hosts and groups that are named twice; a host's name is the same in small and large letters."""
    targets = entry.value.targets
    if targets is None:
        return
    for word, names in (("hosts", targets.hosts), ("groups", targets.groups)):
        first: dict[str, str] = {}
        for index, name in enumerate(names):
            other = first.setdefault(name.casefold().rstrip("."), name)
            if other is not name:
                message = f"{name!r} is named already, as {other!r}"
                at = ("targets", word, index)
                yield entry.finding("targets", message, at, severity="warning", suggestion="remove it")
