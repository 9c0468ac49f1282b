"""Windows Server Backup: run the backup that its policy describes.

https://learn.microsoft.com/en-us/powershell/module/windowsserverbackup/start-wbbackup
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Model, need, sets
from runwright.actions.powershell import powershell, windows

RUN = Action(
    "winbackup.run",
    "Run the scheduled backup now and wait for its end.",
    {},
    {
        "windows": windows(
            powershell("Start-WBBackup -Policy (Get-WBPolicy) -Force"),
            Model(
                needs=(need("winbackup.has_policy", True), need("winbackup.busy", False)),
                changes=(
                    sets("winbackup.last_success_hours", FORGET),
                    sets("winbackup.last_result", FORGET),
                    sets("vss.failed_writers", FORGET),
                    sets("vss.failed_count", FORGET),
                ),
            ),
        )
    },
    risk="medium",
    repeatable=False,
    timeout_seconds=14400.0,
)
ACTIONS = (RUN,)
