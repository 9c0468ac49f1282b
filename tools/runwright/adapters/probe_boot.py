"""Which start of this host it is: a text that is another one after each restart.

Linux: https://www.kernel.org/doc/html/latest/admin-guide/sysctl/kernel.html#random
Elsewhere the moment of the start, to the second, stands for it.
"""

from __future__ import annotations

from pathlib import Path

import psutil

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class BootProbe:
    """Tells the starts of this host apart."""

    def __init__(self, path: Path = BOOT_ID) -> None:
        self._path = path

    def boot_id(self) -> str | None:
        """Name the current start; None where that cannot be found out."""
        try:
            if psutil.LINUX:
                return self._path.read_text("ascii").strip() or None
            return f"at:{round(psutil.boot_time())}"
        except (OSError, ValueError, psutil.Error):
            return None
