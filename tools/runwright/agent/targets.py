"""Whether a runbook is for this host: its platform, its targets, its status, and a command for each of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runwright.actions.catalogue import Host, find, variant
from runwright.errors import ContentError
from runwright.model.runbook import Runbook, Targets
from runwright.model.walk import Pointer, verbs

NOT_POSSIBLE = "running on another host is not possible yet"


@dataclass(frozen=True, slots=True)
class Here:
    """This host, as runbooks name hosts."""

    host: Host
    name: str
    groups: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)

    def is_target(self, targets: Targets | None) -> bool:
        """Whether all that is given holds for this host: one of the names, one of the groups, every label."""
        if targets is None:
            return True
        named = not targets.hosts or self.name.casefold() in {name.casefold() for name in targets.hosts}
        grouped = not targets.groups or bool(self.groups & set(targets.groups))
        return named and grouped and all(self.labels.get(key) == value for key, value in targets.labels.items())


def not_here(runbook: Runbook, here: Here) -> str:
    """Say why a runbook does not run on this host; empty when it may."""
    name = runbook.version_name()
    if runbook.status == "failed":
        instead = f"; use {runbook.replaced_by}" if runbook.replaced_by else ""
        return f"{name} is marked as failed: {runbook.status_reason}{instead}"
    if runbook.platform not in ("any", here.host.os):
        return f"{name} is written for {runbook.platform}; this host is {here.host.os}"
    if not here.is_target(runbook.targets):
        return f"{here.name} is not a target of {name} ({_told(runbook.targets)}); {NOT_POSSIBLE}"
    return ""


def without_command(runbook: Runbook, host: Host) -> tuple[Pointer, str] | None:
    """The first use of an action that has no command on this host, and why."""
    for verb in verbs(runbook):
        try:
            variant(find(verb.action), host)
        except ContentError as error:
            return (*verb.pointer, "action"), error.message
    return None


def notice(runbook: Runbook) -> str:
    """What must be said although the runbook runs; empty when there is nothing."""
    if runbook.status != "deprecated":
        return ""
    instead = f"; use {runbook.replaced_by} instead" if runbook.replaced_by else ""
    return f"{runbook.version_name()} is deprecated: {runbook.status_reason}{instead}"


def _told(targets: Targets | None) -> str:
    if targets is None:
        return ""
    parts = (
        f"hosts {', '.join(targets.hosts)}" if targets.hosts else "",
        f"groups {', '.join(targets.groups)}" if targets.groups else "",
        "labels " + ", ".join(f"{key}={value}" for key, value in targets.labels.items()) if targets.labels else "",
    )
    return "; ".join(part for part in parts if part)
