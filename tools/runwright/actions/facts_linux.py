"""Readers of facts about a Linux host: timers, mounts, clock, name resolution, packet filter, packages, SSH, journal.

Each answer is read after its program's own page, named beside it; what an answer does not say is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from runwright.actions.action import Exec, Result
from runwright.actions.firewall import RULES
from runwright.actions.reader import Parse, Reader, native
from runwright.actions.ssh import TEST, accepts
from runwright.model.path import parse_path

_TIMER = ("LoadState", "Unit", "LastTriggerUSec", "NextElapseUSecRealtime", "NextElapseUSecMonotonic", "Result")
_UNITS_OF_SIZE = {"B": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def parse_timer(result: Result) -> dict[str, Any]:
    """Read `systemctl show` of a timer (org.freedesktop.systemd1(5)); 0 and infinity mean never again."""
    values = dict(line.split("=", 1) for line in result.output.splitlines() if "=" in line)
    if values.get("LoadState") != "loaded" or "Unit" not in values:
        return {}
    nexts = (values.get("NextElapseUSecRealtime", ""), values.get("NextElapseUSecMonotonic", ""))
    return {
        "unit": values["Unit"],
        "scheduled": any(text not in ("", "0", "n/a", "infinity") for text in nexts),
        "has_run": values.get("LastTriggerUSec", "") not in ("", "0", "n/a"),
    }


def parse_tracking(result: Result) -> dict[str, Any]:
    """Read `chronyc -c tracking`: reference, its name, stratum, time, offset in seconds, …, leap status last."""
    words = result.output.strip().split(",")
    if result.exit_code != 0 or len(words) != 14:
        # chronyc says 1 when no daemon answers: then nothing tracks the time.
        return {"answers": False, "tracking": False} if result.exit_code == 1 else {}
    tracking = words[13] != "Not synchronised"
    offset = _number(words[4])
    told = {"answers": True, "tracking": tracking}
    return {**told, **({"offset_seconds": abs(offset)} if tracking and offset is not None else {})}


def parse_ruleset(result: Result) -> dict[str, Any]:
    """Read `nft --json list ruleset` (libnftables-json(5)): how many rules there are, and is what comes in filtered."""
    try:
        entries = json.loads(result.output)["nftables"] if result.exit_code == 0 else None
    except (ValueError, KeyError, TypeError, RecursionError):
        entries = None
    if not isinstance(entries, list):
        return {}
    chains = [chain for chain in _named(entries, "chain") if chain.get("hook") == "input"]
    return {"rules": len(list(_named(entries, "rule"))), "filters_input": bool(chains)}


def parse_audit(result: Result) -> dict[str, Any]:
    """Read `dpkg --audit`, which names every package that is not whole and says nothing when there is none."""
    return {"consistent": not result.output.strip()} if result.exit_code in (0, 1) else {}


def parse_disk_usage(result: Result) -> dict[str, Any]:
    """Read `journalctl --disk-usage`, such as "Archived and active journals take up 8.0M in the file system."."""
    words = result.output.split()
    word = words[words.index("up") + 1] if result.exit_code == 0 and "up" in words[:-1] else ""
    number = _number(word[:-1])
    size = _UNITS_OF_SIZE.get(word[-1:])
    return {"size_bytes": int(number * size)} if number is not None and size else {}


def parse_rules_check(result: Result) -> dict[str, Any]:
    """Read `nft --check`; without the right to ask the kernel it tells nothing."""
    forbidden = result.exit_code != 0 and "Operation not permitted" in result.error
    return {} if forbidden else {"rules_valid": result.exit_code == 0}


def parse_ssh_test(result: Result) -> dict[str, Any]:
    """Read `sshd -t` as the action that runs it does."""
    accepted = accepts(result)
    return {} if accepted is None else {"config_valid": accepted}


def _named(entries: Iterable[Any], name: str) -> Iterable[Mapping[str, Any]]:
    found = (entry.get(name) for entry in entries if isinstance(entry, dict))
    return (item for item in found if isinstance(item, dict))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _linux(prefix: str, argv: tuple[str, ...], parse: Parse, *leaves: str, by: str = "linux") -> Reader:
    return Reader(parse_path(prefix), frozenset(leaves), {by: (Exec(argv), parse)})


READERS: tuple[Reader, ...] = (
    _linux(
        "timers.${{ params.timer }}",
        ("systemctl", "show", f"--property={','.join(_TIMER)}", "--", "${{ params.timer }}"),
        parse_timer,
        "unit",
        "scheduled",
        "has_run",
        by="systemd",
    ),
    native(
        "mounts.${{ params.path }}",
        "mount.facts",
        ["path"],
        *("mounted", "read_only", "in_fstab", "hides_files"),
        on="linux",
    ),
    _linux("clock", ("chronyc", "-n", "-c", "tracking"), parse_tracking, "answers", "tracking", "offset_seconds"),
    native("resolver", "resolver.facts", [], "managed", "servers", on="linux"),
    _linux("firewall", ("nft", "--json", "list", "ruleset"), parse_ruleset, "rules", "filters_input"),
    _linux("firewall", ("nft", "--check", "--file", RULES), parse_rules_check, "rules_valid"),
    _linux("packages", ("dpkg", "--audit"), parse_audit, "consistent"),
    native("packages", "package.facts", [], "locked", on="linux"),
    _linux("ssh", TEST.argv, parse_ssh_test, "config_valid"),
    _linux("journal", ("journalctl", "--disk-usage"), parse_disk_usage, "size_bytes"),
)
