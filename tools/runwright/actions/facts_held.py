"""Readers of facts about SELinux and about what units run: mode, labels, booleans, programs, what they hold on to.

getenforce(8), getsebool(8), matchpathcon(8): https://man7.org/linux/man-pages/man8/matchpathcon.8.html
ExecStart and CanReload: org.freedesktop.systemd1(5). What must look at processes or compare times is native.
"""

from __future__ import annotations

import re
from typing import Any

from runwright.actions.action import Exec, Result
from runwright.actions.reader import Parse, Reader, native
from runwright.model.path import parse_path

_PROGRAM = re.compile(r"\{ path=(/[^\s;]{1,1000}) ;")
_BOOLEAN = re.compile(r"^\S{1,128} --> (on|off)\s*$")
MAX_PROGRAMS, MAX_VALUE = 8, 200
_MODES = {"Enforcing": "enforcing", "Permissive": "permissive", "Disabled": "disabled"}


def parse_mode(result: Result) -> dict[str, Any]:
    """Read `getenforce`: one word."""
    mode = _MODES.get(result.output.strip()) if result.exit_code == 0 else None
    return {"mode": mode} if mode else {}


def parse_boolean(result: Result) -> dict[str, Any]:
    """Read `getsebool NAME`, such as "nis_enabled --> off"."""
    found = _BOOLEAN.match(result.output) if result.exit_code == 0 else None
    return {"on": found[1] == "on"} if found else {}


def parse_label(result: Result) -> dict[str, Any]:
    """Read `matchpathcon -V PATH`: verified with 0; with 1 it says which context the file should have."""
    if result.exit_code == 0 and result.output.rstrip().endswith(" verified."):
        return {"label_right": True}
    return {"label_right": False} if result.exit_code == 1 and ", should be " in result.output else {}


def parse_setting(result: Result) -> dict[str, Any]:
    """Read `sysctl -n NAME`: the value alone."""
    value = result.output.strip()
    return {"value": value} if result.exit_code == 0 and value and len(value) <= MAX_VALUE else {}


def parse_unit(result: Result) -> dict[str, Any]:
    """Read CanReload and the programs of ExecStartPre and ExecStart out of `systemctl show`."""
    values = [line.split("=", 1) for line in result.output.splitlines() if "=" in line]
    said = {name: value for name, value in values if name == "CanReload"}
    lines = [value for name, value in values if name.startswith("ExecStart")]
    programs = list(dict.fromkeys(path for line in lines for path in _PROGRAM.findall(line)))[:MAX_PROGRAMS]
    reloadable = {"reloadable": said["CanReload"] == "yes"} if said.get("CanReload") in ("yes", "no") else {}
    return {**reloadable, **({"programs": programs} if programs else {})}


def _reader(prefix: str, argv: tuple[str, ...], parse: Parse, *leaves: str, on: str = "linux") -> Reader:
    return Reader(parse_path(prefix), frozenset(leaves), {on: (Exec(argv), parse)})


READERS: tuple[Reader, ...] = (
    _reader("selinux", ("getenforce",), parse_mode, "mode"),
    _reader("selinux_booleans.${{ params.boolean }}", ("getsebool", "${{ params.boolean }}"), parse_boolean, "on"),
    _reader("files.${{ params.path }}", ("matchpathcon", "-V", "${{ params.path }}"), parse_label, "label_right"),
    _reader(
        "services.${{ params.service }}",
        ("systemctl", "show", "--property=CanReload,ExecStart,ExecStartPre", "--", "${{ params.service }}"),
        parse_unit,
        "reloadable",
        "programs",
        on="systemd",
    ),
    native("services.${{ params.service }}", "unit.facts", ["service"], "up_to_date", "same_on_disk", on="systemd"),
    native("services.${{ params.service }}", "refusal.facts", ["service"], "refused_by", on="systemd"),
    native("deleted_open.${{ params.path }}", "deleted.facts", ["path"], "percent", "holder", on="linux"),
    native("programs.${{ params.name }}", "program.facts", ["name"], "present", "version"),
    _reader("kernel_settings.${{ params.name }}", ("sysctl", "-n", "--", "${{ params.name }}"), parse_setting, "value"),
    native(
        "tls.${{ params.host }}.${{ params.port }}",
        "served.facts",
        ["host", "port"],
        "renewed_days_left",
        "served_by",
        on="linux",
    ),
)
