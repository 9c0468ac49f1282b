"""What this host is: distribution, version, kernel, architecture, locale.

Sources: os-release(5), locale.conf(5), Python's `platform`. What cannot be told is left out.
"""

from __future__ import annotations

import locale
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Args = Mapping[str, Any]
LOCALE_FILES = (Path("/etc/locale.conf"), Path("/etc/default/locale"))
"""Where systemd and Debian keep the system's locale."""


def platform_facts(_args: Args, _timeout: float) -> dict[str, Any]:
    """The platform's facts, by their last name."""
    told = {
        **_system(),
        "kernel": platform.release(),
        "architecture": platform.machine().lower(),
        "locale": configured_locale(LOCALE_FILES) or _own(),
    }
    return {key: value for key, value in told.items() if value}


def _system() -> dict[str, str | None]:
    if platform.system() == "Windows":
        return {"distribution": "windows", "version": platform.version()}
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return {}
    return {"distribution": release.get("ID"), "version": release.get("VERSION_ID")}


def configured_locale(files: Iterable[Path]) -> str | None:
    """The locale that the first of these files names; None when none does."""
    for file in files:
        lines = file.read_text("utf-8", "replace").splitlines() if file.is_file() else []
        for line in lines:
            name, _, value = line.partition("=")
            if name.strip() == "LANG" and value.strip():
                return value.strip().strip("\"'")
    return None


def _own() -> str | None:
    """The locale of this process, where the system has none of its own."""
    return locale.getlocale()[0]
