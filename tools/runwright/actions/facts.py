"""How facts are read: for each family of paths, a read-only operation and how its answer is understood.

The well-known paths themselves, their types and kinds, stand in `model.facts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions import facts_data, facts_held, facts_linux, facts_powershell, facts_units, facts_windows
from runwright.actions.action import Exec, Operation, Result
from runwright.actions.binding import bind_operation
from runwright.actions.catalogue import Host
from runwright.actions.reader import Parse, Reader, native
from runwright.model.path import Path, PathTemplate, parse_path, str_path


@dataclass(frozen=True, slots=True)
class FactRead:
    """One bound read: run the operation, then ask `facts_from`."""

    prefix: Path
    operation: Operation
    parse: Parse


def plan_reads(paths: Iterable[Path], host: Host) -> tuple[FactRead, ...]:
    """The fewest operations that read these facts on this host; facts that nobody can read are left out."""
    planned: dict[tuple[Path, int], FactRead] = {}
    for path in paths:
        for number, reader in enumerate(READERS):
            chosen = _variant(reader, host)
            if chosen is None or path[-1] not in reader.leaves or not _below(reader.prefix, path):
                continue
            prefix = path[:-1]
            values = _values(reader.prefix, prefix)
            planned.setdefault((prefix, number), FactRead(prefix, bind_operation(chosen[0], values), chosen[1]))
    return tuple(planned.values())


def facts_from(read: FactRead, result: Result) -> dict[str, Any]:
    """The facts that an operation's answer tells; nothing where it does not answer."""
    if result.never_started or result.timed_out:
        return {}
    return {str_path((*read.prefix, leaf)): value for leaf, value in read.parse(result).items()}


def siblings(path: Path) -> tuple[Path, ...]:
    """Every fact that is read together with this one."""
    return tuple(
        (*path[:-1], leaf)
        for reader in READERS
        if _below(reader.prefix, path) and path[-1] in reader.leaves
        for leaf in sorted(reader.leaves)
    )


def _variant(reader: Reader, host: Host) -> tuple[Operation, Parse] | None:
    return reader.variants.get(host.service_manager or "") or reader.variants.get(host.os) or reader.variants.get("any")


def _below(prefix: PathTemplate, path: Path) -> bool:
    if len(path) != len(prefix) + 1 or "*" in path:
        return False
    return all(not isinstance(a, str) or a == b for a, b in zip(prefix, path, strict=False))


def _values(template: PathTemplate, prefix: Path) -> dict[str, str]:
    return {s.path[1]: value for s, value in zip(template, prefix, strict=True) if not isinstance(s, str)}


_SYSTEMD_STATES = {
    "active": "running",
    "reloading": "running",
    "refreshing": "running",
    "inactive": "stopped",
    "failed": "failed",
    "activating": "starting",
    "deactivating": "stopping",
}
_SYSTEMD_START_TYPES = {
    "enabled": "automatic",
    "enabled-runtime": "automatic",
    "disabled": "manual",
    "static": "manual",
    "indirect": "manual",
    "linked": "manual",
    "linked-runtime": "manual",
    "masked": "disabled",
    "masked-runtime": "disabled",
}
"""Other words, such as generated or transient, do not say when the unit starts."""


def parse_systemctl_show(result: Result) -> dict[str, Any]:
    """Read `systemctl show` (systemctl(1)); a unit that is not loaded is said to be unknown."""
    values = dict(line.split("=", 1) for line in result.output.splitlines() if "=" in line)
    load, active = values.get("LoadState"), values.get("ActiveState")
    if load is None or active is None:
        return {}
    facts: dict[str, Any] = {
        "known": load not in ("not-found", "error", "bad-setting"),
        "masked": load == "masked",
        "daemon_reload_pending": values.get("NeedDaemonReload") == "yes",
        "requires": [unit for unit in values.get("Requires", "").split() if unit.endswith(".service")],
    }
    if pid := _pid(values.get("MainPID", "")):
        facts["pid"] = pid
    facts.update({**_ends(values), **facts_units.unit_facts(values)})
    if values.get("ConditionTimestampMonotonic", "0") != "0":  # 0: nothing has tried to start it yet
        facts["conditions_met"] = values.get("ConditionResult") == "yes"
    if active in _SYSTEMD_STATES:
        facts["state"] = _SYSTEMD_STATES[active]
    if values.get("UnitFileState") in _SYSTEMD_START_TYPES:
        facts["start_type"] = _SYSTEMD_START_TYPES[values["UnitFileState"]]
    return facts


def _ends(values: Mapping[str, str]) -> dict[str, Any]:
    """How the unit last ended, and how often systemd has started it again by itself."""
    result, restarts = values.get("Result"), values.get("NRestarts", "")
    counted = {"restarts": int(restarts)} if restarts.isascii() and restarts.isdigit() else {}
    return {**({"result": result} if result else {}), **counted}


_SUPERVISOR_STATES = {
    "RUNNING": "running",
    "STOPPED": "stopped",
    "STARTING": "starting",
    "BACKOFF": "starting",
    "STOPPING": "stopping",
    "EXITED": "failed",
    "FATAL": "failed",
}


def parse_supervisorctl_status(result: Result) -> dict[str, Any]:
    """Read one line of `supervisorctl status NAME` (http://supervisord.org/subprocess.html#process-states)."""
    words = result.output.split()
    if "ERROR (no such process)" in result.output or "ERROR (no such group)" in result.output:
        return {"known": False}
    if len(words) < 2 or words[1] not in _SUPERVISOR_STATES:  # name and state
        return {}
    facts: dict[str, Any] = {"known": True, "state": _SUPERVISOR_STATES[words[1]]}
    # After the state of a running program stand "pid", its number with a comma, "uptime" and a time.
    if words[1:3] == ["RUNNING", "pid"] and len(words) > 3 and (pid := _pid(words[3].rstrip(","))):
        facts["pid"] = pid
    return facts


_WINDOWS_STATES = {
    "1": "stopped",
    "2": "starting",
    "3": "stopping",
    "4": "running",
    "5": "starting",
    "6": "pausing",
    "7": "paused",
}
_WINDOWS_START_TYPES = {"2": "automatic", "3": "manual", "4": "disabled"}
WINDOWS_NO_SUCH_SERVICE = 1060


def parse_sc_queryex(result: Result) -> dict[str, Any]:
    """Read `sc.exe queryex` (learn.microsoft.com, sc-query); numbers are used, since the words are translated."""
    if result.exit_code == WINDOWS_NO_SUCH_SERVICE:
        return {"known": False}
    values = _sc_values(result.output)
    state = _WINDOWS_STATES.get(values.get("STATE", "").split(" ")[0])
    if state is None:
        return {}
    pid = _pid(values.get("PID", ""))
    return {"known": True, "state": state, **({"pid": pid} if pid else {})}


def parse_sc_qc(result: Result) -> dict[str, Any]:
    """Read `sc.exe qc`: the start type and the services that must run first."""
    if result.exit_code != 0:
        return {}
    lines = result.output.splitlines()
    values = _sc_values(result.output)
    at = next((i for i, line in enumerate(lines) if line.strip().startswith("DEPENDENCIES")), len(lines))
    names = [
        line.split(":", 1)[1].strip()
        for line in lines[at:]
        if ":" in line and line.split(":", 1)[0].strip() in ("DEPENDENCIES", "")
    ]
    start_type = _WINDOWS_START_TYPES.get(values.get("START_TYPE", "").split(" ")[0])
    return {"requires": [name for name in names if name], **({"start_type": start_type} if start_type else {})}


def _pid(text: str) -> int | None:
    """A process id; None for zero, which is no process, and for what is no number."""
    plain = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) or None if plain else None


def _sc_values(output: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in output.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


_SYSTEMCTL_SHOW = (
    "systemctl",
    "show",
    f"--property=LoadState,ActiveState,NeedDaemonReload,MainPID,Requires,Result,NRestarts,{','.join(facts_units.PROPERTIES)}",
    "--",
    "${{ params.service }}",
)
_SERVICE = parse_path("services.${{ params.service }}")
_SYSTEMD_LEAVES = frozenset(
    {"state", "known", "pid", "masked", "daemon_reload_pending", "start_type"}
    | {"requires", "result", "restarts", "conditions_met", *facts_units.LEAVES}
)


READERS: tuple[Reader, ...] = (
    Reader(
        _SERVICE,
        _SYSTEMD_LEAVES,
        {"systemd": (Exec(_SYSTEMCTL_SHOW), parse_systemctl_show)},
    ),
    Reader(
        _SERVICE,
        frozenset({"state", "known", "pid"}),
        {
            "supervisor": (Exec(("supervisorctl", "status", "${{ params.service }}")), parse_supervisorctl_status),
            "windows": (Exec(("sc.exe", "queryex", "${{ params.service }}")), parse_sc_queryex),
        },
    ),
    Reader(
        _SERVICE,
        frozenset({"start_type", "requires"}),
        {"windows": (Exec(("sc.exe", "qc", "${{ params.service }}")), parse_sc_qc)},
    ),
    native("disks.${{ params.path }}", "disk.facts", ["path"], "used_percent", "free_bytes", "inodes_used_percent"),
    native(
        "files.${{ params.path }}",
        "file.facts",
        ["path"],
        *("exists", "kind", "size_bytes", "mode", "owner", "group", "names", "reachable", "vacant", "read_only"),
    ),
    native("ports.${{ params.port }}", "port.facts", ["port"], "listening", "owner", "unit"),
    native("endpoints.${{ params.host }}.${{ params.port }}", "endpoint.facts", ["host", "port"], "open"),
    native("dns.${{ params.name }}", "dns.facts", ["name"], "resolves"),
    native("http.${{ params.url }}", "http.facts", ["url"], "status", "ok"),
    native("processes.${{ params.name }}", "process.facts", ["name"], "count", "memory_mib"),
    native("memory", "memory.facts", [], "used_percent"),
    native("cpu", "cpu.facts", [], "load_1m"),
    native("platform", "platform.facts", [], "distribution", "version", "kernel", "architecture", "locale"),
    *facts_data.READERS,
    *facts_windows.READERS,
    *facts_linux.READERS,
    *facts_held.READERS,
    *facts_powershell.READERS,
)
