"""What SELinux kept the programs of a unit from, as far as a boolean of the policy would have allowed it.

audit2why(1): https://man7.org/linux/man-pages/man1/audit2why.1.html names the boolean for each refusal since the start.
The kernel cuts a process's name to 15 characters (proc_pid_comm(5)), and so does the record of a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from runwright.actions.action import Exec
from runwright.actions.facts_held import parse_unit

Args = Mapping[str, Any]
_COMM = re.compile(r'\bcomm="([^"]{1,64})"')
_BOOLEAN = re.compile(
    r"^\s*(?:The boolean|#? ?setsebool -P) ([A-Za-z][A-Za-z0-9_]{0,127})\b(?: was set incorrectly| (?:1|on))"
)
MAX_BOOLEANS = 8
_NAME = 15


def refusal_facts(args: Args, timeout: float) -> dict[str, Any]:
    """The booleans that, off, kept the programs of a unit from something since the host started."""
    from runwright.adapters.shell_local import run_program  # it imports the registry that this file is in

    service = str(args["service"])
    unit = run_program(Exec(("systemctl", "show", "--property=CanReload,ExecStart", "--", service)), timeout)
    told = run_program(Exec(("audit2why", "-b")), timeout)
    names = {PurePosixPath(path).name[:_NAME] for path in parse_unit(unit).get("programs", ())}
    if told.exit_code != 0 or not names:
        return {}
    found = dict.fromkeys(boolean for name, boolean in refusals(told.output) if name in names)
    return {"refused_by": list(found)[:MAX_BOOLEANS]}


def refusals(output: str) -> Iterator[tuple[str, str]]:
    """Each process that was refused something, with a boolean that would have allowed it, as audit2why says."""
    process = ""
    for line in output.splitlines():
        if line.startswith("type="):
            named = _COMM.search(line)
            process = named[1] if named else ""
        elif (found := _BOOLEAN.match(line)) and process:
            yield process, found[1]
