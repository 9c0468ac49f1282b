"""The facts' dictionary: well-known paths, their types, units and kinds; other paths are allowed.

Kinds decide how long a value may be believed during a replay: *state* stays until a declared writer changes
it, *measure* is stale once the run diverged, *derived* follows from others, *clock* never stands still.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from runwright.model.path import Path

Kind = Literal["state", "measure", "derived", "clock"]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One well-known family of facts; `*` stands for any name."""

    path: tuple[str, ...]
    type: str
    kind: Kind
    description: str
    values: tuple[str, ...] = ()


STATES = ("running", "stopped", "failed", "starting", "stopping", "pausing", "paused")

WELL_KNOWN: tuple[FactSpec, ...] = (
    FactSpec(("services", "*", "state"), "string", "state", "What the service manager says of a service.", STATES),
    FactSpec(("services", "*", "known"), "boolean", "state", "The service manager knows the service."),
    FactSpec(("services", "*", "pid"), "integer", "measure", "The main process's id."),
    FactSpec(("services", "*", "masked"), "boolean", "state", "A systemd mask keeps the unit from starting."),
    FactSpec(
        ("services", "*", "daemon_reload_pending"), "boolean", "state", "The unit's file changed since systemd read it."
    ),
    FactSpec(
        ("services", "*", "start_type"),
        "string",
        "state",
        "When the service starts.",
        ("automatic", "manual", "disabled"),
    ),
    FactSpec(("services", "*", "requires"), "array", "state", "The services that this one needs."),
    FactSpec(("disks", "*", "used_percent"), "number", "measure", "How full the disk is, in per cent."),
    FactSpec(("disks", "*", "free_bytes"), "integer", "measure", "Bytes that are free for everybody."),
    FactSpec(
        ("disks", "*", "inodes_used_percent"), "number", "measure", "How many of the inodes are used, in per cent."
    ),
    FactSpec(("files", "*", "exists"), "boolean", "state", "Something exists at this path."),
    FactSpec(
        ("files", "*", "kind"), "string", "state", "What stands at this path.", ("file", "folder", "link", "other")
    ),
    FactSpec(("files", "*", "size_bytes"), "integer", "measure", "The file's size in bytes."),
    FactSpec(("files", "*", "mode"), "string", "state", "Four octal digits of permission."),
    FactSpec(("files", "*", "owner"), "string", "state", "The owning user's name."),
    FactSpec(("ports", "*", "listening"), "boolean", "derived", "A process listens on this TCP port."),
    FactSpec(("ports", "*", "owner"), "string", "derived", "The program that listens on this port."),
    FactSpec(("endpoints", "*", "*", "open"), "boolean", "derived", "This host and port accept a connection."),
    FactSpec(("dns", "*", "resolves"), "boolean", "measure", "The name has an address."),
    FactSpec(("http", "*", "status"), "integer", "derived", "The status code of the answer."),
    FactSpec(("http", "*", "ok"), "boolean", "derived", "The answer's status code is below 400."),
    FactSpec(("processes", "*", "count"), "integer", "derived", "How many processes have this name."),
    FactSpec(("memory", "used_percent"), "number", "measure", "How much of the memory is used, in per cent."),
    FactSpec(("cpu", "load_1m"), "number", "measure", "The load average of the last minute."),
    FactSpec(("platform", "os"), "string", "state", "The operating system.", ("linux", "windows")),
    FactSpec(
        ("platform", "service_manager"),
        "string",
        "state",
        "What runs the services.",
        ("systemd", "supervisor", "windows"),
    ),
)


@lru_cache(maxsize=16384)
def kind_of(path: Path) -> Kind:
    """The kind of a fact; a path that the dictionary does not know is a measure."""
    spec = spec_of(path)
    return spec.kind if spec else "measure"


def spec_of(path: Path) -> FactSpec | None:
    """The dictionary's entry for a path, if it has one."""
    for spec in WELL_KNOWN:
        if len(spec.path) == len(path) and all(a in ("*", b) for a, b in zip(spec.path, path, strict=True)):
            return spec
    return None
