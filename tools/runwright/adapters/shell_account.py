"""Who a program runs as: another account of this host, with its groups and its home, or the agent's own.

Taking on another account needs root; without it only the agent's own account can be named. Starting the program is
left to `shell_local`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class NoSuchAccount(Exception):
    """Why a program cannot run as an account; its text is for a person."""


@dataclass(frozen=True)
class Account:
    """What starting a program as an account needs."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """What a login would set: HOME, USER and LOGNAME."""
    popen: Mapping[str, Any] = field(default_factory=dict)
    """What `subprocess.Popen` is told; nothing when the agent is that account itself."""


def account_of(name: str) -> Account:
    """Look an account up; raises `NoSuchAccount`."""
    if sys.platform == "win32":
        raise NoSuchAccount("running as another account is not possible on Windows yet; leave `run_as` out")
    import pwd

    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise NoSuchAccount(f"there is no account {name!r} on this host; create it, or correct `run_as`") from None
    environment = {"HOME": found.pw_dir, "USER": found.pw_name, "LOGNAME": found.pw_name}
    if found.pw_uid == os.geteuid():
        return Account(environment)
    if os.geteuid() != 0:
        own = _name_of(os.geteuid())
        raise NoSuchAccount(f"this process runs as {own} and cannot run as {name!r}; that needs root")
    groups = os.getgrouplist(found.pw_name, found.pw_gid)
    return Account(environment, {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": groups})


def _name_of(uid: int) -> str:
    if sys.platform == "win32":
        return str(uid)
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
