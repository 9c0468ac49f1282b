"""The commands of the actions' own templates, and other ways in which people write the same command.

`${{ params.x }}` stands for a word that becomes a parameter. systemctl: https://www.freedesktop.org/software/systemd/man/
service: https://manpages.debian.org/bookworm/init-system-helpers/service.8.en.html   net, Start-Service:
https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/net-start and
https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.management/start-service
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from runwright.actions.action import Action, Exec
from runwright.actions.catalogue import ACTIONS, Host, variant
from runwright.checks.guard.words import program_name
from runwright.errors import ContentError

_SERVICE = "${{ params.service }}"
_OTHERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("service.start", "systemd", ("service", _SERVICE, "start")),
    ("service.restart", "systemd", ("service", _SERVICE, "restart")),
    ("service.start", "windows", ("net", "start", _SERVICE)),
    ("service.start", "windows", ("Start-Service", _SERVICE)),
    ("service.restart", "windows", ("Restart-Service", _SERVICE)),
    ("service.enable", "windows", ("Set-Service", _SERVICE, "-StartupType", "Automatic")),
    ("unit.reload", "systemd", ("systemctl", "daemon-reexec")),
    ("disk.clean_package_cache", "linux", ("apt", "clean")),
)
"""Action, host and words; the program's folder and suffix, and what says nothing, are left out."""
_SAYS_NOTHING = {
    "systemctl": ("--quiet", "-q", "--no-pager", "--no-ask-password"),
    "start-service": ("-name",),
    "restart-service": ("-name",),
    "set-service": ("-name",),
}
_FOLDERS = ("", "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "c:/windows/system32/")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A command as an action of the catalogue; a parameter may be an insertion."""

    action: str
    params: dict[str, Any]


def spelled(argv: Sequence[str], host: Host) -> Spelled | None:
    """The action that a whole command is on a host, or None where there is none that covers all of it."""
    words = _plain(argv)
    for name, template in _templates(host) if words else ():
        params = _matched(template, words)
        if params is not None and _takes(ACTIONS[name], params):
            return Spelled(name, params)
    return None


@lru_cache(maxsize=16)
def _templates(host: Host) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words of every action on a host, those that look at nothing in its environment or input."""
    return tuple(_every_template(host))


def _every_template(host: Host) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, action in ACTIONS.items():  # of two with the same command the plainer family comes first
        try:
            found = variant(action, host)
        except ContentError:
            continue
        operation = found.operation
        if found.model.opaque or not isinstance(operation, Exec) or operation.stdin is not None:
            continue
        if all(isinstance(word, str) for word in operation.argv) and "${{" not in repr(operation.env):
            yield name, _plain(operation.argv)
    for name, where, words in _OTHERS:
        if where in (host.os, host.service_manager):
            yield name, _plain(words)


def _plain(argv: Sequence[str]) -> tuple[str, ...]:
    """The words without what says nothing; empty for a program from an unusual folder."""
    if not argv or not argv[0] or "${{" in argv[0]:
        return ()
    program = program_name(argv[0])
    folder = argv[0].replace("\\", "/").casefold().removesuffix(".exe").removesuffix(program)
    if folder not in _FOLDERS:
        return ()
    quiet = ("--", *_SAYS_NOTHING.get(program, ()))
    return program, *(word for word in argv[1:] if word not in quiet and word.casefold() not in quiet)


def _matched(template: tuple[str, ...], words: tuple[str, ...]) -> dict[str, Any] | None:
    if len(template) != len(words):
        return None
    params: dict[str, Any] = {}
    for part, word in zip(template, words, strict=True):
        if part.startswith("${{ params.") and part.endswith(" }}"):
            if params.setdefault(part.removeprefix("${{ params.").removesuffix(" }}"), word) != word:
                return None
        elif part != word:
            return None
    return params


def _takes(action: Action, params: dict[str, Any]) -> bool:
    """Whether the action has all it must have, and nothing in it is an option in disguise."""
    lacking = any(spec.required and name not in params for name, spec in action.params.items())
    return not lacking and not any(str(value).startswith("-") for value in params.values())
