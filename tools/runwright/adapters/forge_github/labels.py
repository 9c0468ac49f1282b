"""Labels: a fixed set, and those of people are never touched. None is ever made from what telemetry says."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.refusals import Missing
from runwright.checks.hosting.wanted import LABELS
from runwright.fault import point

SET = tuple(label.name for label in LABELS)
"""Every label that may be set."""
PEOPLES = frozenset({"needs-work"})
"""Labels that people set and the bot only reads."""


def fixed(names: Iterable[str]) -> tuple[str, ...]:
    """Give those labels that are of the fixed set, each once."""
    return tuple(name for name in dict.fromkeys(names) if name in SET)


def set_labels(connection: Connection, number: int, have: Iterable[str], want: Iterable[str]) -> bool:
    """Add what is missing and take away ours that are not wanted; gives whether anything was to do."""
    there, wanted = set(have), fixed(want)
    missing = [name for name in wanted if name not in there]
    extra = sorted(name for name in there if name in SET and name not in {*wanted, *PEOPLES})
    if missing:
        add_labels(connection, number, missing)
    for name in extra:
        drop_label(connection, number, name)
    return bool(missing or extra)


def add_labels(connection: Connection, number: int, names: Iterable[str]) -> None:
    """Add labels; one that is there already stays."""
    connection.write("POST", f"issues/{number}/labels", {"labels": list(names)})
    point("hosted_written", "labels")


def drop_label(connection: Connection, number: int, name: str) -> None:
    """Take a label away; one that is gone already is no error."""
    try:
        connection.write("DELETE", f"issues/{number}/labels/{quote(name, safe='')}")
    except Missing:
        return
    point("hosted_written", "labels")
