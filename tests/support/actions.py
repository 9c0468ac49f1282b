"""Every action with every platform that it names, and good parameters for it."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.actions.action import Action
from runwright.actions.catalogue import ACTIONS, Host

EXAMPLES: dict[str, dict[str, Any]] = {
    "service": {"service": "web@1.service"},
    "process": {"name": "nginx"},
    "net.port_open": {"host": "db.example", "port": 5432},
    "net.resolves": {"name": "db.example"},
    "disk.has_room": {"path": "/var", "below_percent": 80},
    "disk.vacuum_journal": {"keep": "200M"},
    "disk.clean_package_cache": {},
    "file": {"path": "/var/log/x y.log"},
    "file.set_mode": {"path": "/etc/x", "mode": "0640"},
    "http.get": {"url": "http://localhost:8080/health?x=1", "status": 200},
    "command.run": {"argv": ["ls", "-l", "a b"]},
    "script": {"script": "echo hi", "env": {"A": "b"}},
    "wait.for": {"duration": "5s"},
    "wait.for_port": {"host": "127.0.0.1", "port": 80},
}
HOSTS = {
    "systemd": Host("linux", "systemd"), "supervisor": Host("linux", "supervisor"),
    "windows": Host("windows", "windows"),
    "linux": Host("linux", "systemd"), "any": Host("linux", "systemd"),
}  # fmt: skip
CASES = [(action, key) for action in ACTIONS.values() for key in action.variants]
NAMES = [f"{action.name} {key}" for action, key in CASES]
each_variant = pytest.mark.parametrize(("action", "key"), CASES, ids=NAMES)


def example(action: Action) -> dict[str, Any]:
    """Good parameters of an action, its defaults among them."""
    defaults = {name: spec.default for name, spec in action.params.items() if spec.default is not None}
    return {**defaults, **EXAMPLES.get(action.name, EXAMPLES.get(action.name.split(".", maxsplit=1)[0], {}))}
