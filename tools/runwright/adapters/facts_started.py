"""What systemd started a unit with, beside what its files say now: whether what runs is what is written.

UnitsLoadTimestamp, NeedDaemonReload: org.freedesktop.systemd1(5). The files are read by `systemctl cat`, which prints
them as they stand on the disk, the drop-ins last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runwright.actions.action import Exec

Args = Mapping[str, Any]
_OTHERS = ("Requires", "Wants", "BindsTo", "Upholds", "Requisite", "Conflicts", "PartOf")
"""Settings that bind a unit to others."""
_START = {"Type": "simple", "RemainAfterExit": "no"}
"""How it starts, with what systemd takes where a file is silent."""
_SHOWN = ("NeedDaemonReload", "ActiveState", "ExecMainStartTimestampMonotonic", *_OTHERS, *_START)


def started_facts(args: Args, timeout: float) -> dict[str, Any]:
    """Whether what runs was started with the files as they stand, and whether these bind it to others as before."""
    service = str(args["service"])
    unit = _shown(_SHOWN, service, timeout)
    told = _up_to_date(unit, timeout) if unit.get("ActiveState") == "active" else {}
    files = _run(("systemctl", "cat", "--", service), timeout)
    return {**told, **({"same_on_disk": _same(files, unit)} if files and unit else {})}


def _up_to_date(unit: Mapping[str, str], timeout: float) -> dict[str, Any]:
    if unit.get("NeedDaemonReload") == "yes":
        return {"up_to_date": False}
    read = _shown(("UnitsLoadTimestampMonotonic",), None, timeout).get("UnitsLoadTimestampMonotonic", "")
    started = unit.get("ExecMainStartTimestampMonotonic", "")
    if not (read.isdecimal() and started.isdecimal() and int(started)):
        return {}
    # Started before systemd read the files again: whether they had changed by then, nobody can say.
    return {"up_to_date": True} if int(started) >= int(read) else {}


def _same(files: str, unit: Mapping[str, str]) -> bool:
    """Whether the files name nobody that systemd does not know of already, and start it the way that it knows."""
    written = list(_settings(files))
    ways = {**_START, **{name: value for name, value in written if name in _START and value}}
    others = [(name, word) for name, value in written if name in _OTHERS for word in value.split()]
    known = all(word in unit.get(name, "").split() for name, word in others)
    runs = any(name == "ExecStart" and value for name, value in written)
    return runs and known and all(_word(unit.get(name, "")) == _word(way) for name, way in ways.items())


def _word(value: str) -> str:
    """Yes and no in systemd's own words (systemd.syntax(7))."""
    return {"1": "yes", "true": "yes", "on": "yes", "0": "no", "false": "no", "off": "no"}.get(value, value)


def _settings(files: str) -> Iterator[tuple[str, str]]:
    for line in files.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith(("#", ";")):
            yield name.strip(), value.strip()


def _shown(names: tuple[str, ...], unit: str | None, timeout: float) -> dict[str, str]:
    about = ("--", unit) if unit is not None else ()
    output = _run(("systemctl", "show", f"--property={','.join(names)}", *about), timeout)
    return dict(line.split("=", 1) for line in output.splitlines() if "=" in line)


def _run(argv: tuple[str, ...], timeout: float) -> str:
    from runwright.adapters.shell_local import run_program  # it imports the registry that this file is in

    result = run_program(Exec(argv), timeout)
    return result.output if result.exit_code == 0 else ""
