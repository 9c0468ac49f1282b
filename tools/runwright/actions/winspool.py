"""The Windows print spooler: delete the jobs that are stuck in its folder.

https://learn.microsoft.com/en-us/troubleshoot/windows-server/printing/printer-not-responding
Stopping and starting the spooler is left to `service`.
"""

from __future__ import annotations

from runwright.actions.action import Action, Model, need, sets
from runwright.actions.powershell import powershell, windows

# Only spool files, only in the folder itself: whatever else lies there is nobody's job.
_CLEAR = (
    'Get-ChildItem -LiteralPath "$Env:SystemRoot\\System32\\spool\\PRINTERS" -File -Force | '
    "Where-Object { $_.Extension -in '.SHD', '.SPL' } | Remove-Item -Force"
)
CLEAR_QUEUE = Action(
    "winspool.clear_queue",
    "Delete every print job that waits in the spooler's folder; the spooler must be stopped.",
    {},
    {
        "windows": windows(
            powershell(_CLEAR),
            Model(
                needs=(need("services.Spooler.state", "stopped"),),
                changes=(sets("winspool.queued_files", 0), sets("winspool.oldest_minutes", 0)),
            ),
        )
    },
    risk="high",
    destructive=True,
)
ACTIONS = (CLEAR_QUEUE,)
