"""What really happens when a program or script runs: it does what its name says, and no model knows it.

A runbook may declare what some of them read, need and change; what it declares of these is true.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.support.simulator.deed import Deed, Done, bad, fine
from tests.support.simulator.host import LOCK, File, Host, put_down, put_up


def run_program(host: Host, params: Mapping[str, Any]) -> Done:
    words = [str(word) for word in params["argv"]]
    return _run(host, words)


def run_script(host: Host, params: Mapping[str, Any]) -> Done:
    """Every line is a program; the last one's exit code is the script's, as in a shell."""
    done = fine()
    for line in str(params["script"]).splitlines():
        done = _run(host, [str(params["env"].get(word[1:], "")) if word[0] == "$" else word for word in line.split()])
    return done


def _run(host: Host, words: list[str]) -> Done:
    program = _PROGRAMS.get(words[0])
    if program is None:
        return Done(127, "", f"{words[0]}: not found")
    return program(host, *words[1:])


def _mend(host: Host, name: str) -> Done:
    host.mended.add(name)
    return fine(f"mended {name}")


def _tidy(host: Host) -> Done:
    host.journal, host.cache, host.old = 20, 0, 0
    return fine()


def _bring_up(host: Host, name: str) -> Done:
    """Start a service past its manager's rules, as a script does that calls the daemon itself."""
    service = host.services.get(name)
    if service is None or not service.known:
        return bad("unknown")
    if service.state != "running":
        put_up(host, service)
    return fine()


def _bring_down(host: Host, name: str) -> Done:
    service = host.services.get(name)
    if service is None or not service.known:
        return bad("unknown")
    put_down(host, service)
    return fine()


def _unlock(host: Host) -> Done:
    return fine() if host.files.pop(LOCK, None) else bad("there is no lock")


def _lock(host: Host) -> Done:
    host.files.setdefault(LOCK, File())
    return fine()


def _stopped(host: Host) -> Done:
    names = [one.name for one in host.services.values() if one.known and one.state != "running"]
    return fine(json.dumps({"names": sorted(names)}))


def _half(host: Host, name: str) -> Done:
    """It does its work and fails at the end."""
    host.mended.add(name)
    return bad("died at the end", 3)


_PROGRAMS: Mapping[str, Callable[..., Done]] = {
    "mend": _mend,
    "tidy": _tidy,
    "bring-up": _bring_up,
    "bring-down": _bring_down,
    "unlock": _unlock,
    "lock": _lock,
    "stopped": _stopped,
    "half": _half,
    "look": lambda host: fine("all is as it is"),
}
DEEDS: Mapping[str, Deed] = {"command.run": run_program, "script.sh": run_script}
