"""A Windows host that is played: it answers the agent's operations as the vendor's pages say that Windows does.

It is no Windows: what it shows is that the runbooks, the actions and the readers fit together. A service takes three
seconds to start or stop; a scenario says what is broken and what stays broken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.actions.action import Exec, Native, Operation, Result
from runwright.actions.catalogue import ACTIONS
from runwright.actions.facts import READERS
from tests.support.hand_clock import HandClock

Facts = dict[str, Any]
CODES = {
    "stopped": "1  STOPPED",
    "starting": "2  START_PENDING",
    "stopping": "3  STOP_PENDING",
    "running": "4  RUNNING",
}
START_TYPES = {"automatic": "2   AUTO_START", "manual": "3   DEMAND_START", "disabled": "4   DISABLED"}
NO_SUCH_SERVICE, ALREADY_RUNNING, NOT_RUNNING, DISABLED = 1060, 1056, 1062, 1058
SERVICE_SECONDS = 3.0
TOUCH_SECONDS = {"sc.exe": 0.05, "powershell.exe": 0.9}


def _scripts() -> dict[tuple[str, ...], str]:
    """What each constant command of the product is: an action's name, or a reader's prefix and first leaf."""
    known: dict[tuple[str, ...], str] = {}
    for action in ACTIONS.values():
        variant = action.variants.get("windows")
        if variant and isinstance(variant.operation, Exec):
            known[variant.operation.argv] = action.name
    for reader in READERS:
        operation = reader.variants.get("windows", (None, None))[0]
        if isinstance(operation, Exec):
            known[operation.argv] = f"{reader.prefix[0]}:{min(reader.leaves)}"
    return known


SCRIPTS = _scripts()


@dataclass
class Service:
    """One service of the played host."""

    state: str = "running"
    start_type: str = "automatic"
    until: float = 0.0
    """When what it is doing now is over."""
    crashes: bool = False
    """It stops again as soon as it has started."""


@dataclass
class WindowsMachine:
    """The host; a scenario sets its state and replaces what works differently there."""

    clock: HandClock
    services: dict[str, Service] = field(default_factory=dict)
    says: dict[str, Facts] = field(default_factory=dict)
    """The properties that a read-only script answers with, by the reader's prefix and first leaf."""
    texts: dict[str, str] = field(default_factory=dict)
    """What a read-only program prints, the same way."""
    disk: float = 61.0
    resolving: set[str] = field(default_factory=set)
    ports: dict[int, Callable[[], bool]] = field(default_factory=dict)
    does: dict[str, Callable[[Mapping[str, str]], Result]] = field(default_factory=dict)
    """What an action comes to, by its name; given are the variables that it was called with."""
    asked: list[str] = field(default_factory=list)

    def run(self, operation: Operation, timeout_seconds: float) -> Result:
        """Carry one operation out."""
        assert timeout_seconds > 0
        if isinstance(operation, Native):
            self.clock.move(0.02)
            return self._native(operation)
        self.clock.move(TOUCH_SECONDS.get(operation.argv[0], 0.3))
        if operation.argv[0] == "sc.exe":
            return self._service_control(*operation.argv[1:3])
        name = SCRIPTS[operation.argv]
        self.asked.append(name)
        return self._script(name, operation.env)

    def now_is(self, name: str) -> str:
        """The state of a service at this moment."""
        service = self.services[name]
        if self.clock.monotonic() >= service.until:
            settled = {"starting": "stopped" if service.crashes else "running", "stopping": "stopped"}
            service.state = settled.get(service.state, service.state)
        return service.state

    def _script(self, name: str, env: Mapping[str, str]) -> Result:
        if name == "service.restart":
            return self._restart(env["RUNWRIGHT_SERVICE"])
        if name in self.says:
            return Result(0, json.dumps(self.says[name], separators=(",", ":")) + "\r\n")
        if name in self.texts:
            return Result(0, self.texts[name])
        return self.does[name](env)

    def _service_control(self, verb: str, name: str) -> Result:
        if name not in self.services:
            return Result(NO_SUCH_SERVICE, f"[SC] OpenService FAILED {NO_SUCH_SERVICE}:\r\n")
        state, service = self.now_is(name), self.services[name]
        if verb == "queryex":
            return Result(0, f"\r\nSERVICE_NAME: {name}\r\n        STATE              : {CODES[state]}\r\n")
        if verb == "qc":
            kind = START_TYPES[service.start_type]
            return Result(
                0, f"SERVICE_NAME: {name}\r\n        START_TYPE         : {kind}\r\n        DEPENDENCIES       :\r\n"
            )
        return self._started(name) if verb == "start" else self._stopped(name)

    def _started(self, name: str) -> Result:
        service = self.services[name]
        if self.now_is(name) == "running":
            return _failed(ALREADY_RUNNING, "StartService", "An instance of the service is already running.")
        if service.start_type == "disabled":
            return _failed(DISABLED, "StartService", "The service cannot be started.")
        service.state, service.until = "starting", self.clock.monotonic() + SERVICE_SECONDS
        return Result(0, f"SERVICE_NAME: {name}\r\n        STATE              : {CODES['starting']}\r\n")

    def _stopped(self, name: str) -> Result:
        service = self.services[name]
        if self.now_is(name) == "stopped":
            return _failed(NOT_RUNNING, "ControlService", "The service has not been started.")
        service.state, service.until = "stopping", self.clock.monotonic() + SERVICE_SECONDS
        return Result(0, f"SERVICE_NAME: {name}\r\n        STATE              : {CODES['stopping']}\r\n")

    def _restart(self, name: str) -> Result:
        self.clock.move(2 * SERVICE_SECONDS)
        self.services[name].state = "stopped" if self.services[name].crashes else "running"
        if "service.restart" in self.does:
            return self.does["service.restart"]({"RUNWRIGHT_SERVICE": name})
        return Result(0)

    def _native(self, operation: Native) -> Result:
        args = operation.args
        name = operation.name
        if name in ("endpoint.facts", "tcp.connect", "wait.port"):
            return self._port(name, int(args["port"]))
        if name == "disk.has_room":
            fits = self.disk < float(args["below_percent"])
            return Result(0 if fits else 1, error="" if fits else f"{args['path']} is {self.disk} % full")
        values: dict[str, Facts] = {
            "disk.facts": {"used_percent": self.disk, "free_bytes": round((100 - self.disk) * 2**30)},
            "dns.facts": {"resolves": args.get("name") in self.resolving},
            "memory.facts": {"used_percent": 43.0},
            "cpu.facts": {"load_1m": 0.0},
        }
        return Result(0, values=values[name])

    def _port(self, name: str, port: int) -> Result:
        taken = self.ports.get(port, lambda: False)()
        if name == "endpoint.facts":
            return Result(0, values={"open": taken})
        if taken:
            return Result(0, f"port {port} accepts a connection")
        if name == "wait.port":
            self.clock.move(SERVICE_SECONDS)
            taken = self.ports.get(port, lambda: False)()
            return Result(
                0 if taken else None, error="" if taken else f"port {port} did not answer", timed_out=not taken
            )
        return Result(1, error=f"port {port} does not accept a connection")


def _failed(code: int, call: str, said: str) -> Result:
    return Result(code, f"[SC] {call} FAILED {code}:\r\n\r\n{said}\r\n")
