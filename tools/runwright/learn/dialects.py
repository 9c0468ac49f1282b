"""What agents of other makes call their steps: each as an action of the catalogue, as a look, or as its own command.

A step is taken for an action only where all that it says fits there, parameters included; else it stays the command
that it is, which nobody can see through. A step that only looked and that no action stands for is left out.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.acceptance import problem_with
from runwright.actions.catalogue import ACTIONS
from runwright.model.execution import ExecutedStep

Params = Mapping[str, Any]
MAX_COMMAND = 4_000


@dataclass(frozen=True, slots=True)
class Verb:
    """A step in our words: the action and its parameters."""

    action: str
    params: Params


def verb_of(step: ExecutedStep, platform: str) -> Verb | None:
    """The action that a recorded step was, or the script that holds its command; None where it is neither."""
    if step.action in ACTIONS:
        return _fitting(step.action, step.params)
    for name, pattern, params in _STEPS:
        if pattern.fullmatch(step.action) and (given := params(step.params)) is not None:
            found = _fitting(name, given)
            if found is not None:
                return found
    command = next((step.params[key] for key in _COMMANDS if isinstance(step.params.get(key), str)), None)
    return _commanded(command, step.action, platform) if command and len(command) <= MAX_COMMAND else None


def only_looks(step: ExecutedStep) -> bool:
    """Whether a step without a command of its own only collected, looked or told."""
    return bool(_LOOKS.search(step.action)) and not any(key in step.params for key in _COMMANDS)


def _fitting(name: str, params: Params) -> Verb | None:
    """The verb, where every parameter is one of the action's and is accepted, and none is missing."""
    specs = ACTIONS[name].params
    missing = any(spec.required and key not in params for key, spec in specs.items())
    if missing or params.keys() - specs.keys():
        return None
    return None if any(problem_with(specs[key], value) for key, value in params.items()) else Verb(name, dict(params))


def _commanded(command: str, action: str, platform: str) -> Verb | None:
    """A command as the action whose own command it is, or as a script."""
    windows = platform == "windows"
    for pattern, name, keys in _POWERSHELL if windows else _SHELL:
        match = pattern.fullmatch(command.strip())
        if match is not None and (found := _fitting(name, {key: match[key] for key in keys})) is not None:
            return found
    if "powershell" in action or (windows and "cmd" not in action):
        return _fitting("script.powershell", {"script": command})
    words = _words(command)
    if words is not None:
        return _fitting("command.run", {"argv": words})
    return _fitting("script.bash", {"script": command})


def _words(command: str) -> list[str] | None:
    """The words of a command that needs no shell; None where a shell would do something with it."""
    if _SHELL_ONLY.search(re.sub(r"'[^']*'|\\;|\{\}", "", command)):
        return None
    try:
        return shlex.split(command) or None
    except ValueError:
        return None


def _named(**names: tuple[str, ...]) -> Callable[[Params], Params | None]:
    """Parameters by other names: the first that is there; one without a default must be there."""

    def read(given: Params) -> Params | None:
        found = {ours: next((given[name] for name in theirs if name in given), None) for ours, theirs in names.items()}
        return {name: value for name, value in found.items() if value is not None} or None

    return read


def _served(given: Params) -> Params | None:
    days = given.get("min_days", given.get("days"))
    port = given.get("port", 443)
    said = {"host": given.get("host"), "port": port}
    return {**said, "days": days} if isinstance(days, int) else said


def _deleted(given: Params) -> Params | None:
    # Agents of other makes name no age; the action wants one, and a day is the least.
    return {"folder": given.get("path"), "pattern": given.get("pattern"), "days": given.get("days", 1)}


def _web(given: Params) -> Params | None:
    return {"url": given.get("url"), "status": given.get("status", 200)}


_SERVICE = _named(service=("service", "name", "unit"))
_STEPS: tuple[tuple[str, re.Pattern[str], Callable[[Params], Params | None]], ...] = tuple(
    (name, re.compile(pattern), params)
    for name, pattern, params in (
        ("service.start", r"(start_service|service[_.]start)", _SERVICE),
        ("service.restart", r"(restart_service|service[_.]restart)", _SERVICE),
        ("service.stop", r"(stop_service|service[_.]stop)", _SERVICE),
        ("service.enable", r"(enable_service|service[_.]enable)", _SERVICE),
        ("service.reload", r"(reload_service|service[_.]reload)", _SERVICE),
        ("unit.reload", r"(daemon_reload|systemd_daemon_reload)", lambda _: {}),
        ("cert.served", r"(tls_check|check_tls|certificate_check|check_certificate)", _served),
        ("http.get", r"(http_check|check_http|http_get|url_check)", _web),
        ("net.port_open", r"(port_check|check_port|tcp_check)", _named(host=("host",), port=("port",))),
        ("net.resolves", r"(dns_check|check_dns|resolve)", _named(name=("name", "host"))),
        ("disk.remove_old_files", r"(delete_files|remove_files|delete_old_files)", _deleted),
        ("mount.mount", r"(mount|mount_filesystem)", _named(path=("path", "mountpoint"))),
    )
    if name in ACTIONS
)
_COMMANDS = ("command", "script", "cmd")
_LOOKS = re.compile(
    r"(^|[._])(check|checks|collect|snapshot|gather|look|verify|test|status|usage|read|get|list|log|notify|facts)([._]|$)"
)
_SHELL_ONLY = re.compile(r"[|&;<>$`*?(){}~#!\n]|\[|\]")
_NAME = r"[A-Za-z0-9_@][A-Za-z0-9@._:-]{0,199}"


def _forms(*forms: tuple[str, str, tuple[str, ...]]) -> tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), name, keys) for pattern, name, keys in forms)


_SUDO = r"(?:sudo )?"
_SHELL = _forms(
    *(
        (rf"{_SUDO}systemctl {verb} (?P<service>{_NAME})", f"service.{verb}", ("service",))
        for verb in ("start", "stop", "restart", "reload", "enable", "disable", "unmask")
    ),
    (rf"{_SUDO}service (?P<service>{_NAME}) start", "service.start", ("service",)),
    (rf"{_SUDO}service (?P<service>{_NAME}) restart", "service.restart", ("service",)),
    (rf"{_SUDO}systemctl daemon-reload", "unit.reload", ()),
    (rf"{_SUDO}setsebool -P (?P<boolean>[A-Za-z0-9_]{{1,128}}) (?:1|on)", "selinux.setsebool", ("boolean",)),
)
_POWERSHELL = _forms(
    (
        r"Install-PackageProvider (?:-Name )?['\"]?(?P<provider>[A-Za-z0-9._-]{1,64})['\"]?"
        r"(?: -MinimumVersion [0-9.]{1,32}| -Force| -Scope AllUsers| -Confirm:\$false){0,4}",
        "psprovider.install",
        ("provider",),
    ),
    (rf"Start-Service (?:-Name )?['\"]?(?P<service>{_NAME})['\"]?", "service.start", ("service",)),
    (rf"Restart-Service (?:-Name )?['\"]?(?P<service>{_NAME})['\"]?(?: -Force)?", "service.restart", ("service",)),
    (rf"sc(?:\.exe)? start (?P<service>{_NAME})", "service.start", ("service",)),
    (rf"net start (?P<service>{_NAME})", "service.start", ("service",)),
)
