"""What this host can tell without running a program: the registry of native checks and readers, by name.

A reader answers with values; what it cannot find out it leaves out, because not known is not no. A check answers
with exit code 0 or 1. The argument names and leaves are those of `actions`.
"""

from __future__ import annotations

from collections.abc import Mapping

from runwright.actions.action import Result
from runwright.adapters import (
    facts_debian,
    facts_mounts,
    facts_network,
    facts_system,
    files_local,
    http_probe,
    natives_data,
)
from runwright.adapters.facts_platform import platform_facts
from runwright.adapters.native import Args, Native, Pause, Values, check, reader
from runwright.model.duration import parse_duration

TRY_AGAIN_SECONDS = 0.2


def _open(values: Values, args: Args) -> tuple[bool, str]:
    good = values.get("open") is True
    return good, f"{args['host']} port {args['port']} {'accepts' if good else 'does not accept'} a connection"


def _resolves(values: Values, args: Args) -> tuple[bool, str]:
    good = values.get("resolves") is True
    return good, f"{args['name']} {'has an address' if good else 'has no address that could be found'}"


def _answers(values: Values, args: Args) -> tuple[bool, str]:
    status, wanted = values.get("status"), int(args.get("status", 200))
    said = f"status {status}" if status is not None else str(values.get("error", "no answer"))
    return status == wanted, f"{args['url']}: {said}; expected status {wanted}"


def _runs(values: Values, args: Args) -> tuple[bool, str]:
    return values["count"] > 0, f"{values['count']} processes are named {args['name']}"


def _has_room(values: Values, args: Args) -> tuple[bool, str]:
    used, limit = values["used_percent"], float(args.get("below_percent", 90))
    return used < limit, f"{args['path']} is {used} % full; the limit is {limit:g} %"


def _exists(values: Values, args: Args) -> tuple[bool, str]:
    return bool(values.get("exists")), f"{args['path']} {'exists' if values.get('exists') else 'does not exist'}"


def wait(args: Args, timeout: float, pause: Pause) -> Result:
    """Let a duration pass; cut short, it is not a success."""
    seconds = parse_duration(args["duration"]).total_seconds()
    if pause(min(seconds, timeout)):
        return Result(None, error="the wait was cut short because the agent is stopping")
    if seconds > timeout:
        return Result(
            None, error=f"the wait of {seconds:g} s was cut off at its limit of {timeout:g} s", timed_out=True
        )
    return Result(0)


def wait_for_port(args: Args, timeout: float, pause: Pause) -> Result:
    """Try a port again and again until it accepts a connection."""
    host, port, left = str(args["host"]), int(args["port"]), timeout
    while left > 0:
        started = facts_network.monotonic()
        if facts_network.connects(host, port, min(left, 5.0)):
            return Result(0, output=f"{host} port {port} accepts a connection")
        if pause(min(TRY_AGAIN_SECONDS, left)):
            return Result(None, error="the wait was cut short because the agent is stopping")
        left -= facts_network.monotonic() - started
    return Result(None, error=f"{host} port {port} did not accept a connection within {timeout:g} s", timed_out=True)


NATIVES: Mapping[str, Native] = {
    "process.running": check(facts_system.process_facts, _runs),
    "tcp.connect": check(facts_network.endpoint_facts, _open),
    "dns.resolve": check(facts_network.dns_facts, _resolves),
    "disk.has_room": check(facts_system.disk_facts, _has_room),
    "file.exists": check(facts_system.file_facts, _exists),
    "http.get": check(http_probe.http_answer, _answers),
    "wait": wait,
    "wait.port": wait_for_port,
    "disk.facts": reader(facts_system.disk_facts),
    "file.set_mode": files_local.set_mode,
    "file.set_owner": files_local.set_owner,
    "file.truncate": files_local.truncate,
    "file.facts": reader(facts_system.file_facts),
    "port.facts": reader(facts_system.port_facts),
    "endpoint.facts": reader(facts_network.endpoint_facts),
    "dns.facts": reader(facts_network.dns_facts),
    "http.facts": reader(http_probe.http_facts),
    "process.facts": reader(facts_system.process_facts),
    "memory.facts": reader(facts_system.memory_facts),
    "cpu.facts": reader(facts_system.cpu_facts),
    "platform.facts": reader(platform_facts),
    "mount.facts": reader(facts_mounts.mount_facts),
    "resolver.facts": reader(facts_debian.resolver_facts),
    "package.facts": reader(facts_debian.package_facts),
    **natives_data.NATIVES,
}
