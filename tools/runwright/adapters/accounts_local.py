"""Who uses this host: the account behind a command line, and its groups. What it may do is decided elsewhere."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """An account of this host."""

    account: str
    groups: frozenset[str] = frozenset()


def person_here() -> Person:
    """The account that runs this command; behind sudo, the one that called it."""
    if sys.platform == "win32":
        return Person(getpass.getuser())
    import pwd

    # Only root is believed what it says of its caller; whoever is root could name anybody anyway.
    called_by = os.environ.get("SUDO_USER") if os.geteuid() == 0 else None
    for name in (called_by, _own_name()):
        try:
            found = pwd.getpwnam(name or "")
        except KeyError:
            continue
        return Person(found.pw_name, _groups(found.pw_name, found.pw_gid))
    return Person(str(os.geteuid()))


def _own_name() -> str:
    if sys.platform == "win32":
        return ""
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return ""


def _groups(name: str, gid: int) -> frozenset[str]:
    if sys.platform == "win32":
        return frozenset()
    import grp

    found = set()
    for number in os.getgrouplist(name, gid):
        try:
            found.add(grp.getgrgid(number).gr_name)
        except KeyError:
            continue  # a group without a name is named by nobody
    return frozenset(found)
