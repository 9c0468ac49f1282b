"""A make-believe host: services, files, a disk, settings, a clock, and hidden reasons that no fact tells.

It is the truth of the simulator. What an action does to it is written in `services`, `things`, `programs` and
`settings`; which of its facts an agent would tell is left to `running`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from runwright.model.path import str_path

MIB = 1024 * 1024
ROOM = 1000
"""MiB of the only disk."""
Manager = Literal["supervisor", "systemd"]


@dataclass(frozen=True)
class Cause:
    """A hidden reason for which a service does not start; no fact says that it counts."""

    kind: Literal["never", "room", "file", "mode", "friend", "rival", "early", "mend", "tries"]
    subject: str = ""
    amount: float = 0.0


@dataclass
class Service:
    """One service, with what nobody sees of it."""

    name: str
    port: int
    requires: tuple[str, ...] = ()
    state: str = "stopped"
    known: bool = True
    masked: bool = False
    start_type: str = "automatic"
    result: str = "success"
    reload_pending: bool = False
    up_to_date: bool = True
    """What runs was started with the unit's files as they stand."""
    causes: tuple[Cause, ...] = ()
    warm_up: float = 0.0
    """Seconds from its start until its port answers."""
    lasts: float | None = None
    """Seconds after which it crashes; None for one that stays."""
    drags: bool = False
    """Stopping it stops what requires it, which no model says."""
    fills: int = 0
    """MiB that each start writes, which no model says."""
    idles: bool = False
    """A start succeeds and leaves it stopped, as systemd does when a condition of the unit does not hold."""
    up_since: float = 0.0
    starts: int = 0
    idled: bool = False
    """It was started and left stopped, which systemd tells afterwards."""


@dataclass
class File:
    """One file; deleting one that is held frees nothing until its holder stops."""

    kind: str = "file"
    size: int = 0
    mode: str = "0644"
    owner: str = "root"
    group: str = "root"
    held_by: str = ""


@dataclass
class Setting:
    """What one server is set to."""

    policy: str = "noeviction"
    limit: int = 0


@dataclass(frozen=True, order=True)
class Event:
    """Something that happens by itself at a time, in seconds since the run began."""

    at: float
    kind: Literal["crash", "up", "fill", "write", "delete"]
    subject: str = ""
    amount: float = 0.0


@dataclass
class Host:
    """The whole of it; `salt` makes its chances its own, and the same every time."""

    manager: Manager
    salt: str
    services: dict[str, Service]
    files: dict[str, File] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    base: int = 300
    journal: int = 100
    cache: int = 100
    old: int = 50
    lost: dict[str, int] = field(default_factory=dict)
    """MiB of deleted files that a service still holds."""
    mended: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    clock: float = 0.0
    approves: bool = True
    slow: bool = True
    """Some of its commands take long."""
    patience: float = 60.0
    """Seconds that the command under way may take."""

    @property
    def used(self) -> int:
        """MiB in use."""
        files = sum(file.size for file in self.files.values())
        return min(ROOM, self.base + self.journal + self.cache + self.old + files + sum(self.lost.values()))

    @property
    def used_percent(self) -> float:
        """How full the disk is."""
        return round(100 * self.used / ROOM, 1)

    def running(self, name: str) -> bool:
        """Whether a service runs."""
        return name in self.services and self.services[name].state == "running"

    def listens(self, port: int) -> bool:
        """Whether something answers on a port by now."""
        found = (one for one in self.services.values() if one.port == port and one.state == "running")
        return any(self.clock >= one.up_since + one.warm_up for one in found)

    def serves(self, port: int) -> bool:
        """Whether the service of a port does its work: it answers, and so does all that it requires."""
        found = (one for one in self.services.values() if one.port == port)
        return self.listens(port) and all(self.running(name) for one in found for name in one.requires)

    def chance(self, *of: object) -> float:
        """A number from 0 to 1 that is always the same for the same things."""
        return zlib.crc32(repr((self.salt, *of)).encode()) / 2**32

    def after(self, seconds: float, event: str, subject: str) -> None:
        """Let something happen later."""
        self.events.append(Event(self.clock + seconds, event, subject))  # type: ignore[arg-type]

    def pass_time(self, seconds: float) -> None:
        """Let time pass, with all that happens meanwhile."""
        until = self.clock + seconds
        while due := min((event for event in self.events if event.at <= until), default=None):
            self.events.remove(due)
            self.clock = max(self.clock, due.at)
            _HAPPENS[due.kind](self, due)
        self.clock = until

    def facts(self) -> dict[str, Any]:
        """Everything that can be looked at, by canonical path."""
        found: dict[str, Any] = {"platform.os": "linux", "platform.service_manager": self.manager}
        for service in self.services.values():
            found |= self._service_facts(service)
        for path in FILES:
            found |= self._file_facts(path)
        for port, setting in self.settings.items():
            found[_key("redis", "127.0.0.1", port, "eviction_policy")] = setting.policy
            found[_key("redis", "127.0.0.1", port, "memory_limit_bytes")] = setting.limit
        return found | self._disk_facts()

    def _service_facts(self, service: Service) -> dict[str, Any]:
        name, port = service.name, str(service.port)
        url = url_of(service.port)
        told: dict[str, Any] = {"state": service.state, "known": service.known, "requires": list(service.requires)}
        told["daemon_reload_pending"] = service.reload_pending
        told |= self._unit_facts(service) if self.manager == "systemd" else {}
        found = {_key("services", name, leaf): value for leaf, value in told.items()}
        found[_key("ports", port, "listening")] = self.listens(service.port)
        found[_key("endpoints", "127.0.0.1", port, "open")] = self.listens(service.port)
        found[_key("processes", name, "count")] = int(service.state == "running")
        found[_key("http", url, "status")] = 200 if self.serves(service.port) else 503
        found[_key("http", url, "ok")] = self.serves(service.port)
        return found

    def _unit_facts(self, service: Service) -> dict[str, Any]:
        return {
            "masked": service.masked,
            "up_to_date": service.up_to_date,
            "start_type": service.start_type,
            "result": service.result,
            "start_leaves": "unsure" if service.idled else "running",
            "starts_others": bool(service.requires),
            "stops_others": any(service.name in other.requires for other in self.services.values()),
            "installable": True,
            "local": False,
        }

    def _file_facts(self, path: str) -> dict[str, Any]:
        file = self.files.get(path)
        told: dict[str, Any] = {"exists": file is not None, "reachable": True, "vacant": True, "read_only": False}
        if file is not None:
            told |= {"kind": file.kind, "mode": file.mode, "owner": file.owner, "group": file.group, "names": 1}
            told["size_bytes"] = file.size * MIB
        return {_key("files", path, leaf): value for leaf, value in told.items()}

    def _disk_facts(self) -> dict[str, Any]:
        return {
            _key("disks", "/", "used_percent"): self.used_percent,
            _key("disks", "/", "free_bytes"): (ROOM - self.used) * MIB,
            "journal.size_bytes": self.journal * MIB,
        }


LOG, CONF, LOCK, FLAG, DUMP = "/var/log/app.log", "/etc/app.conf", "/run/app.lock", "/srv/flag", "/var/cache/app.dump"
FILES = (LOG, CONF, LOCK, FLAG, DUMP)


def url_of(port: int) -> str:
    """Where the service of a port says how it is."""
    return f"http://localhost:{port}/health"


def put_up(host: Host, service: Service) -> None:
    """The service runs from now on, for as long as it lasts."""
    service.state, service.up_since, service.result = "running", host.clock, "success"
    service.starts += 1
    service.up_to_date = not service.reload_pending
    host.base += service.fills
    if service.lasts is not None:
        host.after(service.lasts, "crash", service.name)


def put_down(host: Host, service: Service, state: str = "stopped") -> None:
    """The service runs no longer, and holds no file any more."""
    service.state = state
    host.lost.pop(service.name, None)
    host.events = [event for event in host.events if (event.kind, event.subject) != ("crash", service.name)]


def _crash(host: Host, event: Event) -> None:
    service = host.services[event.subject]
    if service.state == "running":
        put_down(host, service, "failed")


def _up(host: Host, event: Event) -> None:
    if not host.running(event.subject):
        put_up(host, host.services[event.subject])


def _fill(host: Host, event: Event) -> None:
    host.base += int(event.amount)


_HAPPENS: dict[str, Callable[[Host, Event], object]] = {
    "crash": _crash,
    "up": _up,
    "fill": _fill,
    "write": lambda host, event: host.files.setdefault(event.subject, File()),
    "delete": lambda host, event: host.files.pop(event.subject, None),
}


def _key(*segments: str) -> str:
    return str_path(segments)
