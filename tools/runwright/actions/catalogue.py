"""The catalogue: every action by name, and the choice of a variant for a host."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions import (
    backup,
    broker,
    cache,
    cert,
    clock,
    command,
    database,
    defender,
    disk,
    dns,
    eventlog,
    file,
    firewall,
    host,
    http,
    letting_go,
    mount,
    net,
    notify,
    package,
    process,
    psprovider,
    schtask,
    selinux,
    service,
    ssh,
    unit,
    wait,
    web,
    winbackup,
    wincert,
    winclean,
    windns,
    winfirewall,
    winspool,
    wintime,
    wupdate,
)
from runwright.actions.action import Action, Variant
from runwright.errors import ContentError

_FAMILIES = (
    *(service, process, net, disk, file, http, command, wait, host),
    *(database, cache, broker, web, cert, backup, notify),
    *(unit, mount, clock, dns, firewall, package, ssh),
    *(winspool, defender, winfirewall, wintime, wupdate, schtask),
    *(eventlog, winclean, windns, wincert, winbackup),
    *(letting_go, selinux, psprovider),
)
ACTIONS: Mapping[str, Action] = {action.name: action for family in _FAMILIES for action in family.ACTIONS}
SERVICE_MANAGERS = ("systemd", "supervisor", "windows")


@dataclass(frozen=True, slots=True)
class Host:
    """What must be known of a host to choose commands for it."""

    os: str
    service_manager: str | None = None


def find(name: str) -> Action:
    """The action of that name; raises `ContentError` with the nearest ones."""
    action = ACTIONS.get(name)
    if action is None:
        near = difflib.get_close_matches(name, ACTIONS, n=1) or difflib.get_close_matches(
            name.split(".", maxsplit=1)[0], ACTIONS, n=1, cutoff=0.3
        )
        advice = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(ACTIONS))}"
        raise ContentError(f"unknown action {name!r}{advice}")
    return action


def variant(action: Action, host: Host) -> Variant:
    """The variant for a host; raises `ContentError` when the action cannot run there."""
    key = host.service_manager if action.by == "service_manager" else host.os
    found = action.variants.get(key or "") or action.variants.get("any")
    if found is None:
        raise ContentError(_cannot(action, host))
    return found


def host_of(facts: Mapping[str, Any], platform: str | None = None) -> Host:
    """The host that recorded facts speak of; without a fact about it, the platform's usual service manager."""
    # A recording is foreign: a value of another type than text says nothing.
    named = facts.get("platform.os") or platform
    system = named if isinstance(named, str) and named in ("linux", "windows") else "linux"
    manager = facts.get("platform.service_manager", "windows" if system == "windows" else "systemd")
    return Host(system, manager if isinstance(manager, str) else None)


def _cannot(action: Action, host: Host) -> str:
    expected = ", ".join(sorted(action.variants))
    if action.by == "service_manager" and host.service_manager is None:
        return (
            f"action {action.name} needs a service manager ({expected}), and none was found on this host; "
            "start one, or name it under `host` in the agent's configuration"
        )
    there = host.service_manager if action.by == "service_manager" else host.os
    return f"action {action.name} cannot run with {there}; it is written for {expected}"
