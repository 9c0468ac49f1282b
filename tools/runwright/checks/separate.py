"""No change edits its own judges: policy, signers, owners, workflows and guard have pull requests of their own."""

from __future__ import annotations

from collections.abc import Iterable

from runwright.model.finding import Finding
from runwright.release.approval import mixed

RULE = "separate"
SAID = "changes who or what decides, and runbooks or rules change with it; make two pull requests"


def separate(paths: Iterable[str]) -> tuple[Finding, ...]:
    """The judges among the changed paths, where runbooks or rules are among them, too."""
    return tuple(Finding(path=path, rule=RULE, message=SAID) for path in mixed(paths))
